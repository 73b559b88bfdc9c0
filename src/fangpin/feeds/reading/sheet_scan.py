"""The second reader of .xlsx: how each cell is stored, straight from the sheet's XML.

Independent of the library that reads the values: it never builds an XML tree and never looks at
`<dimension>`. It walks the bytes of complete rows with numpy, so 200,000 rows × 15 columns take
about a second. What it knows and the values do not: number or text, formula without a result,
hidden rows, merged ranges.
"""

import re
import zipfile
from dataclasses import dataclass, field
from html import unescape
from typing import IO

import numpy as np

from fangpin.feeds.cell_kinds import CellKind

_CHUNK = 2**20
"""Bytes walked at once: what numpy makes of them stays in the processor's own memory. Where no row
ends within them, twice as many are read each time, so that no file takes longer than its size."""
_KEPT = 31 * 2**20
"""The GNU allocator hands what is freed back to the system, and asks for it anew with every piece,
until a block of up to this size was freed once. Fresh memory is dear: a third of the time."""
_PREFIX = re.compile(rb"<([A-Za-z_][\w.-]*:)worksheet[\s>]")
_ROW_NUMBER = re.compile(rb'\br="(\d+)"')
_CELL_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d+)"')
_HIDDEN = re.compile(rb'\bhidden="(?:1|true|on)"')
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_MARKED_CELLS = 20_000
_SPACE_OR_END = np.zeros(256, dtype=bool)
_SPACE_OR_END[[9, 10, 13, 32, 47, 62]] = True


class NotPlainError(Exception):
    """The XML uses something this reader does not walk (comments, CDATA); use the slow one."""


@dataclass
class SheetScan:
    """What the XML of one sheet says. Rows from 1, columns from 0."""

    kinds: np.ndarray
    """uint8[columns, rows] of CellKind; rows up to the last one that holds a cell with content."""
    hidden_rows: frozenset[int]
    merged: tuple[tuple[int, int, int, int], ...]
    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    """(row, column) → formula text ("=…") of formulas without result, and error codes."""

    @property
    def rows_with_values(self) -> np.ndarray:
        """bool[rows]: does the row hold a value (a formula without result is none)?"""
        shown = (self.kinds != CellKind.blank) & (self.kinds != CellKind.formula_without_value)
        return np.asarray(shown.any(axis=0))


@dataclass
class _Cells:
    rows: list[np.ndarray] = field(default_factory=list)
    columns: list[np.ndarray] = field(default_factory=list)
    kinds: list[np.ndarray] = field(default_factory=list)
    last_row: int = 0


def scan_sheet(stream: IO[bytes], max_columns: int) -> SheetScan:
    """Walk one worksheet part.

    Raises NotPlainError for XML that needs a real parser, and what `zipfile` raises for damage.
    """
    bytearray(_KEPT)
    head = _until(stream, b"<", b"sheetData")
    prefix_match = _PREFIX.search(head[:4096])
    prefix = prefix_match.group(1) if prefix_match else b""
    if b"<!DOCTYPE" in head:
        raise zipfile.BadZipFile("DTD in a worksheet")
    cells = _Cells()
    hidden: set[int] = set()
    texts: dict[tuple[int, int], str] = {}
    start = head.rfind(b"<" + prefix + b"sheetData")
    if start == -1:
        return SheetScan(np.zeros((0, 0), dtype=np.uint8), frozenset(), ())
    carry, end_mark, row_end = (
        head[start:],
        b"</" + prefix + b"sheetData>",
        b"</" + prefix + b"row>",
    )
    if re.match(rb"<" + prefix + rb"sheetData\s*/>", carry):
        carry, tail = b"", carry
    else:
        tail, size = b"", _CHUNK
        while True:
            stop = carry.find(end_mark)
            cut = stop if stop != -1 else carry.rfind(row_end) + len(row_end)
            size *= 2
            if stop != -1 or cut >= len(row_end):
                size = _CHUNK
                segment = carry[:cut]
                if prefix:
                    segment = segment.replace(b"<" + prefix, b"<").replace(b"</" + prefix, b"</")
                _walk(segment, cells, hidden, texts, max_columns)
                carry = carry[cut:]
            if stop != -1:
                tail = carry
                break
            more = stream.read(size)
            if not more:
                raise zipfile.BadZipFile("the sheet ends in the middle")
            carry += more
    tail += stream.read()
    merged = tuple(
        (int(row1), _letters(col1), int(row2), _letters(col2))
        for col1, row1, col2, row2 in _MERGE.findall(tail)
    )
    return SheetScan(_dense(cells), frozenset(hidden), merged, texts)


def _until(stream: IO[bytes], opening: bytes, name: bytes) -> bytes:
    """Read on until the tag `name` has begun and its first bytes are there."""
    buffer, size = b"", _CHUNK
    while True:
        more = stream.read(size)
        buffer, size = buffer + more, size * 2
        at = buffer.find(name)
        if not more or (at != -1 and buffer.find(b">", at) != -1):
            return buffer


def _letters(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _walk(
    segment: bytes,
    cells: _Cells,
    hidden: set[int],
    texts: dict[tuple[int, int], str],
    max_columns: int,
) -> None:
    """Add the cells of complete rows in `segment`."""
    buffer = np.frombuffer(segment + b"\0" * 16, dtype=np.uint8)
    tags = np.flatnonzero((buffer[:-1] == ord("<")) & (buffer[1:] != ord("/")))
    first = buffer[tags + 1]
    if (first == ord("!")).any():
        raise NotPlainError
    row_tags = np.flatnonzero(first == ord("r"))
    row_at = tags[row_tags]
    row_at = row_at[buffer[row_at + 2] == ord("o")]
    if not row_at.size:
        return
    row_numbers = _row_numbers(segment, buffer, row_at, cells.last_row)
    cells.last_row = int(row_numbers[-1])
    for match in _HIDDEN.finditer(segment) if b"hidden=" in segment else ():
        tag = tags[int(np.searchsorted(tags, match.start()) - 1)]
        row = int(np.searchsorted(row_at, tag))
        if row < row_at.size and row_at[row] == tag:
            hidden.add(int(row_numbers[row]))
    cell_tags = np.flatnonzero(first == ord("c"))
    cell_tags = cell_tags[_SPACE_OR_END[buffer[tags[cell_tags] + 2]]]
    if not cell_tags.size:
        return
    cell_at = tags[cell_tags]
    in_row = np.append(np.searchsorted(cell_at, row_at), cell_at.size)
    if in_row[0]:
        raise NotPlainError  # a cell outside of rows
    rows = np.repeat(row_numbers, np.diff(in_row))
    columns = _column_numbers(segment, buffer, cell_at, rows)
    if int(columns.max()) >= max_columns:
        raise OverflowError(int(columns.max()) + 1)

    kinds = _kinds(buffer, tags, first, cell_tags)
    _note_texts(segment, cell_at, rows, columns, kinds, texts)
    keep = kinds != CellKind.blank
    cells.rows.append(rows[keep])
    cells.columns.append(columns[keep])
    cells.kinds.append(kinds[keep])


def _row_numbers(
    segment: bytes, buffer: np.ndarray, row_at: np.ndarray, last_row: int
) -> np.ndarray:
    """`r` of each row tag; a row without one follows its predecessor."""
    numbers = np.zeros(row_at.size, dtype=np.int64)
    usual = np.ones(row_at.size, dtype=bool)
    for offset, byte in enumerate(b' r="', start=4):
        usual &= buffer[row_at + offset] == byte
    open_digits = usual.copy()
    for offset in range(8, 16):
        digit = buffer[row_at + offset].astype(np.int64) - 48
        open_digits &= (digit >= 0) & (digit <= 9)
        numbers = np.where(open_digits, numbers * 10 + digit, numbers)
    for index in np.flatnonzero(~usual):
        end = segment.find(b">", int(row_at[index]))
        match = _ROW_NUMBER.search(segment, int(row_at[index]), end)
        before = int(numbers[index - 1]) if index else last_row
        numbers[index] = int(match.group(1)) if match else before + 1
    return numbers


def _column_numbers(
    segment: bytes, buffer: np.ndarray, cell_at: np.ndarray, rows: np.ndarray
) -> np.ndarray:
    """Column of each cell from `r="AB12"`; a cell without one follows its left neighbour."""
    usual = np.ones(cell_at.size, dtype=bool)
    for offset, byte in enumerate(b' r="', start=2):
        usual &= buffer[cell_at + offset] == byte
    columns = np.zeros(cell_at.size, dtype=np.int32)
    open_letters = usual.copy()
    for offset in (6, 7, 8):
        letter = buffer[cell_at + offset].astype(np.int32) - 64
        open_letters &= (letter >= 1) & (letter <= 26)
        columns = np.where(open_letters, columns * 26 + letter, columns)
    columns -= 1
    for index in np.flatnonzero(~usual):
        end = segment.find(b">", int(cell_at[index]))
        match = _CELL_REFERENCE.search(segment, int(cell_at[index]), end)
        if match:
            columns[index] = _letters(match.group(1))
        elif index and rows[index] == rows[index - 1]:
            columns[index] = columns[index - 1] + 1
        else:
            columns[index] = 0
    return columns


def _kinds(
    buffer: np.ndarray, tags: np.ndarray, first: np.ndarray, cell_tags: np.ndarray
) -> np.ndarray:
    """CellKind of each cell. `first`: the letter after the `<` of each tag; `cell_tags`: which tags
    are cells. What is inside a cell comes after its tag and before that of the next."""
    cell_at = tags[cell_tags]
    size = cell_at.size

    def having(letter: str, *, filled: bool) -> np.ndarray:
        """Cells with such a tag; `filled`: one that is not empty."""
        at = tags[np.flatnonzero(first == ord(letter))]
        second = buffer[at + 2]
        wanted = _SPACE_OR_END[second]
        if filled:
            wanted &= second != ord("/")
            wanted &= (second != ord(">")) | (buffer[at + 3] != ord("<"))
        owner = np.searchsorted(cell_at, at[wanted]) - 1
        has = np.zeros(size, dtype=bool)
        has[owner[owner >= 0]] = True
        return has

    has_value = having("v", filled=True)
    has_inline = having("t", filled=True)
    has_formula = having("f", filled=False)
    declared = np.full(size, ord("n"), dtype=np.uint8)
    is_str = np.zeros(size, dtype=bool)
    type_at = np.flatnonzero((buffer[2:-1] == ord("=")) & (buffer[1:-2] == ord("t"))) + 2
    type_at = type_at[_SPACE_OR_END[buffer[type_at - 2]] & (buffer[type_at + 1] == ord('"'))]
    owner = np.searchsorted(cell_at, type_at) - 1
    # An attribute of the cell stands before the next tag; what comes later is somebody else's.
    ends = np.append(tags, buffer.size)[cell_tags + 1]
    own = (type_at < ends[owner]) & (owner >= 0)
    type_at, owner = type_at[own], owner[own]
    declared[owner] = buffer[type_at + 2]
    is_str[owner] = (buffer[type_at + 2] == ord("s")) & (buffer[type_at + 3] == ord("t"))
    kinds = np.full(size, CellKind.blank, dtype=np.uint8)
    present = has_value | has_inline
    kinds[present] = CellKind.number
    kinds[present & ((declared == ord("s")) | (declared == ord("i")))] = CellKind.text
    kinds[present & (declared == ord("b"))] = CellKind.bool
    kinds[present & (declared == ord("e"))] = CellKind.error
    kinds[present & (declared == ord("d"))] = CellKind.date
    # `t="str"` with an empty result is a formula that says "": blank, but calculated.
    kinds[~present & has_formula & ~is_str] = CellKind.formula_without_value
    return kinds


def _note_texts(
    segment: bytes,
    cell_at: np.ndarray,
    rows: np.ndarray,
    columns: np.ndarray,
    kinds: np.ndarray,
    texts: dict[tuple[int, int], str],
) -> None:
    marked = (kinds == CellKind.formula_without_value) | (kinds == CellKind.error)
    for index in np.flatnonzero(marked)[:_MARKED_CELLS]:
        at = int(cell_at[index])
        cell = segment[at : segment.find(b"</c>", at)]
        tag = rb"<v[^>]*>([^<]*)" if kinds[index] == CellKind.error else rb"<f[^>]*>([^<]*)"
        match = re.search(tag, cell)
        text = unescape(match.group(1).decode("utf-8", errors="ignore")) if match else ""
        if kinds[index] == CellKind.formula_without_value:
            text = f"={text}"
        texts[int(rows[index]), int(columns[index])] = text


def _dense(cells: _Cells) -> np.ndarray:
    if not cells.rows:
        return np.zeros((0, 0), dtype=np.uint8)
    rows = np.concatenate(cells.rows)
    if not rows.size:
        return np.zeros((0, 0), dtype=np.uint8)
    columns = np.concatenate(cells.columns)
    kinds = np.zeros((int(columns.max()) + 1, int(rows.max())), dtype=np.uint8)
    kinds[columns, rows - 1] = np.concatenate(cells.kinds)
    return kinds


def slow_scan(stream: IO[bytes]) -> SheetScan:
    """The same answer from a real XML parser, for the rare sheet that `scan_sheet` declines."""
    from xml.etree import ElementTree

    cells = _Cells()
    hidden: set[int] = set()
    texts: dict[tuple[int, int], str] = {}
    merged: list[tuple[int, int, int, int]] = []
    row_number, column = 0, -1
    for event, node in ElementTree.iterparse(stream, events=("start", "end")):
        tag = node.tag.rpartition("}")[2]
        if event == "start" and tag == "row":
            row_number, column = int(node.get("r", row_number + 1)), -1
            if node.get("hidden") in ("1", "true", "on"):
                hidden.add(row_number)
        elif event == "end" and tag == "c":
            letters = re.match(r"[A-Z]+", node.get("r", ""))
            column = _letters(letters.group().encode()) if letters else column + 1
            kind, text = _slow_kind(node)
            if kind != CellKind.blank:
                cells.rows.append(np.array([row_number]))
                cells.columns.append(np.array([column]))
                cells.kinds.append(np.array([kind], dtype=np.uint8))
            if text is not None:
                texts[row_number, column] = text
        elif event == "end" and tag == "mergeCell":
            found = re.fullmatch(r"([A-Z]+)(\d+):([A-Z]+)(\d+)", node.get("ref", ""))
            if found:
                col1, row1, col2, row2 = found.groups()
                merged.append(
                    (int(row1), _letters(col1.encode()), int(row2), _letters(col2.encode()))
                )
        if event == "end" and tag == "row":
            node.clear()
    return SheetScan(_dense(cells), frozenset(hidden), tuple(merged), texts)


def _slow_kind(node: object) -> tuple[CellKind, str | None]:
    from xml.etree.ElementTree import Element

    assert isinstance(node, Element)
    value = next((child.text for child in node.iterfind("{*}v") if child.text), None)
    inline = any(child.text for child in node.iter() if child.tag.rpartition("}")[2] == "t")
    formula = node.find("{*}f")
    declared = node.get("t", "n")
    if value is None and not inline:
        if formula is not None and declared != "str":
            return CellKind.formula_without_value, f"={formula.text or ''}"
        return CellKind.blank, None
    if declared in ("s", "str", "inlineStr"):
        return CellKind.text, None
    if declared == "e":
        return CellKind.error, value
    kinds = {"b": CellKind.bool, "d": CellKind.date}
    return kinds.get(declared, CellKind.number), None
