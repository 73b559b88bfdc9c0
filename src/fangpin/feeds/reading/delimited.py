"""Text files: comma, tab, pipe, semicolon; records told apart, broken ones set aside."""

import csv
import io
from collections import Counter

import polars as pl

from fangpin.feeds.cell_kinds import CellKind
from fangpin.feeds.reading import refusals
from fangpin.feeds.reading.encoding import decode_text
from fangpin.feeds.reading.limits import Limits
from fangpin.feeds.row_words import marks_no_data
from fangpin.feeds.tables import RawColumn, RawSheet

DELIMITERS = (",", "\t", "|", ";", "^", "~", "\x01", "\uff0c", "\uff5c", "\uff1b", "\u00a6")
_SAMPLE_LINES = 300
_LINES_IN_A_FIELD = 12
"""A quoted field with more line breaks than this is a quote that nobody closed."""
_PADDED_SHARE = 0.05
"""When more records than this are short, the writer leaves out empty fields at the end."""
_FIELD_BYTES = 2**20

Record = list[str]


def read_text(content: bytes, name: str, limits: Limits) -> tuple[RawSheet, ...]:
    """One sheet named "". Raises FangpinError for unknown encodings and over-long files."""
    _refuse_overlong(content, name, limits)
    text, _ = decode_text(content, name)
    delimiter, hinted = _delimiter(text)
    records = _records(text, delimiter)
    if len(records) > limits.text_records:
        raise refusals.too_many(name, "", "记录数", "records", limits.text_records)
    if hinted:
        records[0] = []  # the line `sep=;` speaks to Excel only
    while records and not any(field.strip() for field in records[-1]):
        records.pop()
    width = _width(records)
    if width > limits.columns:
        raise refusals.too_many(name, "", "列数", "columns", limits.columns)
    broken = _set_aside(records, width, delimiter)
    return (
        RawSheet(
            file=name,
            sheet="",
            hidden=False,
            columns=tuple(_column(records, number) for number in range(width)),
            rows=len(records),
            broken=broken,
        ),
    )


def _refuse_overlong(content: bytes, name: str, limits: Limits) -> None:
    """Before anything is taken apart: too many lines, or a line that never ends."""
    lines = content.count(b"\n")
    if lines > limits.text_records:
        raise refusals.too_many(name, "", "记录数", "records", limits.text_records)
    start = 0
    while start + limits.line_bytes < len(content):
        end = max(content.rfind(mark, start, start + limits.line_bytes) for mark in (b"\n", b"\r"))
        if end == -1:
            line = content.count(b"\n", 0, start) + 1
            raise refusals.line_too_long(name, line, limits.line_bytes)
        start = end + 1


def _delimiter(text: str) -> tuple[str, bool]:
    """(delimiter, was it announced by `sep=`). Comma when there is none."""
    if text[:4].lower() == "sep=" and text[4:5] and text[5:6] in ("\r", "\n"):
        return text[4], True
    lines = [line for line in text[:500_000].splitlines()[:_SAMPLE_LINES] if line.strip()]
    best, best_score = ",", 0.0
    for candidate in DELIMITERS:
        counts = Counter(line.count(candidate) for line in lines)
        counts.pop(0, None)
        if not counts:
            continue
        often, lines_with = max(counts.items(), key=lambda item: (item[1] * item[0], item[0]))
        near = sum(number for count, number in counts.items() if abs(count - often) <= 1)
        score = near / len(lines) * min(often, 4) + lines_with / len(lines)
        if score > best_score:
            best, best_score = candidate, score
    return best, False


def _records(text: str, delimiter: str) -> list[Record]:
    csv.field_size_limit(_FIELD_BYTES)
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return _unquoted(text, delimiter)
    for record in records:
        for field in record:
            if "\n" in field and field.count("\n") > _LINES_IN_A_FIELD:
                return _unquoted(text, delimiter)
    return records


def _unquoted(text: str, delimiter: str) -> list[Record]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [line.split(delimiter) if line else [] for line in lines]


def _width(records: list[Record]) -> int:
    """Fields of the usual record."""
    counts = Counter(len(record) for record in records if len(record) > 1)
    if not counts:
        return 1 if records else 0
    return max(counts.items(), key=lambda item: (item[1], item[0]))[0]


def _set_aside(
    records: list[Record], width: int, delimiter: str
) -> tuple[tuple[int, str, str], ...]:
    """Take records with a wrong number of fields out of `records`; give (row, text, reason).

    A record broken over two lines is reported once, with both halves joined by a line break; its
    second half has the reason `continuation`.
    """
    first = next((i for i, record in enumerate(records) if len(record) == width), len(records))
    odd: dict[int, str] = {}
    for index, record in enumerate(records):
        filled = [field for field in record if field.strip()]
        if len(filled) == 1 and len(record) != width:
            records[index] = filled  # a title, a section line, a count
        elif index < first or not filled:
            continue
        elif len(record) > width and not any(field.strip() for field in record[width:]):
            records[index] = record[:width]
        elif len(record) != width:
            if marks_no_data(filled[0]):
                records[index] = record if len(record) < width else [delimiter.join(record)]
            else:
                odd[index] = "too_many_fields" if len(record) > width else "too_few_fields"
    _join_halves(records, width, odd)
    short = [index for index, reason in odd.items() if reason == "too_few_fields"]
    if len(short) > _PADDED_SHARE * len(records):
        for index in short:
            del odd[index]
    broken = []
    for index in sorted(odd):
        reason = odd[index]
        text = delimiter.join(records[index])
        if reason == "broken_over_two_lines":
            text += "\n" + delimiter.join(records[index + 1])
        broken.append((index + 1, text, reason))
    for index in odd:
        records[index] = []
    return tuple(broken)


def _join_halves(records: list[Record], width: int, odd: dict[int, str]) -> None:
    """Find short records that their successor completes."""
    for index in sorted(odd):
        following = index + 1
        if odd.get(index) != "too_few_fields" or following >= len(records):
            continue
        # The second half can be one field only, which looked like a line of its own.
        if odd.get(following, "too_few_fields") != "too_few_fields" or not records[following]:
            continue
        together = len(records[index]) + len(records[following])
        alone = following not in odd and len(records[following]) != 1
        if not alone and together in (width, width + 1):
            if following not in odd and marks_no_data(records[following][0]):
                continue
            odd[index], odd[following] = "broken_over_two_lines", "continuation"


def _column(records: list[Record], number: int) -> RawColumn:
    texts = [record[number] if number < len(record) else "" for record in records]
    text = pl.Series(texts, dtype=pl.String)
    blank = text == ""
    kind = pl.Series([int(CellKind.text)], dtype=pl.UInt8).new_from_index(0, len(texts))
    if blank.any():
        nothing = pl.repeat(None, len(texts), dtype=pl.String, eager=True)
        zero = pl.repeat(int(CellKind.blank), len(texts), dtype=pl.UInt8, eager=True)
        text, kind = nothing.zip_with(blank, text), zero.zip_with(blank, kind)
    return RawColumn(text, kind)
