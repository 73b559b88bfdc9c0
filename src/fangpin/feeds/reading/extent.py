"""How far the cells of a worksheet lie apart, before anything builds a table of them.

The reader of values makes a table that reaches from the first to the last cell. Two cells in
opposite corners, a file of one kilobyte, would cost all memory. So the places that cells and rows
name are looked at first, in pieces of the XML, whatever else it says.
"""

import re
from dataclasses import dataclass
from typing import IO

import numpy as np

from fangpin.feeds.reading import refusals
from fangpin.feeds.reading.limits import EXCEL_ROWS, Limits

_PIECE = 2**18
_TAG = 2**16
"""Bytes of the longest tag; ours have a hundred or two."""
_LETTERS, _DIGITS = 3, 9
"""More than any sheet has: XFD1048576."""
_PREFIX = re.compile(rb"<([A-Za-z_][\w.-]{0,20}:)(?:worksheet|sheetData|row|c)\b")
_ROW = re.compile(rb"<row\b[^<>]*?\sr\s*=\s*[\"'](\d{1,20})")


@dataclass
class Extent:
    """The farthest row and column that a cell or row names (from 1), and how many cells there
    are. Cells without a place follow each other, so the longest row counts as well."""

    rows: int = 0
    columns: int = 0
    cells: int = 0
    _in_row: int = 0

    @property
    def box(self) -> int:
        """Cells of the table from the first to the last one."""
        return self.rows * self.columns


SMALL = 8 * 2**20
"""Bytes of XML below which a sheet of a million rows would be sparse."""
_PREFIXED = re.compile(rb":(?:c[\s/>]|row)")
_UNUSUAL_ROW = re.compile(rb'w(?<=<row)(?! r="[0-9]{1,6}")[\s/>]')
"""Begins with the letter because it is rarer than the tag's bracket, which is searched slowly."""


def _other_than(place: bytes) -> re.Pattern[bytes]:
    """Finds a cell whose place does not look so."""
    return re.compile(rb'<c(?! r="' + place + rb'")[\s/>]')


_SHAPES = (
    _other_than(rb"[A-Z][0-9]{1,6}"),  # 26 columns, a million rows
    _other_than(rb"[A-Z]{1,2}[0-9]{1,5}"),  # 702 columns, a hundred thousand
    _other_than(rb"[A-D]?[A-Z](?:[0-9]{1,5}|[1-4][0-9]{5})"),  # 130, half a million
)
_SEVERAL = _other_than(rb"[A-D]?[A-Z][0-9]{1,5}")
"""Of the last two shapes at once, as nearly every sheet is: looked at in one go."""


_LOW = _other_than(rb"[A-D]?[A-Z][0-9]{1,4}")  # 130 columns, ten thousand rows: never sparse
_LOW_ROW = re.compile(rb'w(?<=<row)(?! r="[0-9]{1,4}")[\s/>]')


def surely_compact(stream: IO[bytes], size: int) -> bool:
    """Is the table, by the look of its tags, of at most 26 columns and a million rows, of 702 and a
    hundred thousand, or of 130 and half a million; when the XML is SMALL, of 130 and ten thousand?
    `size` in bytes. False when only counting can tell."""
    carry = b""
    shapes, several, unusual_row = set(_SHAPES), _SEVERAL, _UNUSUAL_ROW
    if size <= SMALL:
        shapes, several, unusual_row = {_LOW}, _LOW, _LOW_ROW
    while piece := stream.read(_PIECE):
        text = carry + piece
        opened = text.rfind(b"<")  # a tag cut in two is looked at whole
        if len(text) - opened > _PIECE + _TAG:
            return False
        text, carry = (text[:opened], text[opened:]) if opened > 0 else (b"", text)
        if (b":" in text and _PREFIXED.search(text)) or unusual_row.search(text):
            return False
        # The first shape goes with the first cell of a wide sheet, so it costs nothing.
        usual = several.search(text) is None
        still = shapes & {_SHAPES[0]} if usual else shapes
        shapes -= {shape for shape in still if shape.search(text)}
        if not shapes:
            return False
    return True


def extent_of(stream: IO[bytes], name: str) -> Extent:
    """Read through one worksheet part. Raises FangpinError for a tag that does not end."""
    found, carry, prefix = Extent(), b"", None
    while piece := stream.read(_PIECE):
        text = carry + piece
        opened = text.rfind(b"<")
        open_tag = opened != -1 and text.find(b">", opened) == -1
        if open_tag and len(text) - opened > _TAG:
            raise refusals.broken_workbook(name, "XML")
        carry = text[opened:] if open_tag else b""
        whole = text[:opened] if open_tag else text
        if prefix is None and (match := _PREFIX.search(whole)):
            prefix = match.group(1)
        _look(whole.replace(b"<" + prefix, b"<") if prefix else whole, found)
    _look(carry, found)
    return found


def _look(text: bytes, found: Extent) -> None:
    for match in _ROW.finditer(text):
        found.rows = max(found.rows, int(match.group(1)))
    buffer = np.frombuffer(text + b"\0" * (_LETTERS + _DIGITS + 3), dtype=np.uint8)
    cells = _cells(buffer, found)
    found.cells += cells
    is_quote = (buffer[:-1] == 34) | (buffer[:-1] == 39)
    upper = buffer[1:] & 0xDF  # readers take a1 for A1
    at = np.flatnonzero(is_quote & (upper >= 65) & (upper <= 90)) + 1
    column = np.zeros(at.size, dtype=np.int32)
    inside = np.ones(at.size, dtype=bool)
    for _ in range(_LETTERS):
        letter = (buffer[at] & 0xDF) - np.uint8(64)  # below A wraps around to a large number
        inside &= letter - np.uint8(1) < 26
        column = np.where(inside, column * 26 + letter, column)
        at = at + inside
    row = np.zeros(at.size, dtype=np.int64)
    inside = np.ones(at.size, dtype=bool)
    for _ in range(_DIGITS):
        digit = buffer[at] - np.uint8(48)
        inside &= digit < 10
        if not inside.any():
            break
        row = np.where(inside, row * 10 + digit, row)
        at = at + inside
    places = row > 0  # "A12"; words in quotes have no number behind their letters
    if places.any():
        found.rows = max(found.rows, int(row.max()))
        found.columns = max(found.columns, int(column[places].max()))


def _cells(buffer: np.ndarray, found: Extent) -> int:
    """How many cells begin in this piece; brings the longest row up to date."""
    tags = np.flatnonzero(buffer[:-3] == 60)
    first, second = buffer[tags + 1], buffer[tags + 2]
    is_cell = (first == 99) & ((second <= 32) | (second == 62) | (second == 47))
    is_row = (first == 114) & (second == 111)
    per_row = np.bincount(np.cumsum(is_row)[is_cell], minlength=int(is_row.sum()) + 1)
    per_row[0] += found._in_row
    found.columns = max(found.columns, int(per_row.max()))
    found._in_row = int(per_row[-1])
    return int(is_cell.sum())


def refuse_far_apart(extent: Extent, name: str, sheet: str, limits: Limits) -> None:
    """FangpinError for places that no program has, and for a few cells over a huge area."""
    if extent.rows > EXCEL_ROWS:
        raise refusals.too_many(name, sheet, "行数", "rows", EXCEL_ROWS)
    if extent.columns > limits.columns:
        raise refusals.too_many(name, sheet, "列数", "columns", limits.columns)
    if extent.box > limits.cells:
        raise refusals.too_many(name, sheet, "单元格数", "cells", limits.cells)
    sparse = limits.sparse_cells < extent.box and extent.cells * limits.sparse_ratio < extent.box
    if sparse:
        raise refusals.too_sparse(name, sheet, extent.rows, extent.columns, extent.cells)
