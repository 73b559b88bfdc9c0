"""Text records that could not be split into fields: what they may have meant.

The joined form is an offer to the sender; nothing of it is used.
"""

import re

import polars as pl

from fangpin.feeds.reasons import REASONS, Action
from fangpin.feeds.tables import RawSheet
from fangpin.kernel.errors import Text

CONTINUATION = "continuation"
"""Second half of a record torn in two; it is no record of its own."""
_DELIMITERS = "|\t;,"
_CAUSES = {
    "too_few_fields": Text("字段太少", "too few fields"),
    "too_many_fields": Text(
        "字段太多，可能字段内含分隔符", "too many, perhaps a separator inside one"
    ),
    "broken_over_two_lines": Text("一条记录断成两行", "one record torn in two lines"),
    CONTINUATION: Text("上一条记录的后半截", "second half of the record above"),
    "unclosed_quote": Text("引号没有成对", "a quote is not closed"),
}


def records(sheet: RawSheet) -> int:
    """How many records are broken; two halves are one."""
    return sum(1 for _, _, why in sheet.broken if why != CONTINUATION)


def offer(sheet: RawSheet, text: str, why: str) -> str | None:
    """What a broken record may have meant, or None when there is no telling."""
    delimiter = max(_DELIMITERS, key=text.count)
    width = len(sheet.columns)
    if why == "broken_over_two_lines":
        halves = [half.strip("\r") for half in text.split("\n", 1)]
        for glue in (delimiter, ""):
            whole = glue.join(halves)
            if whole.count(delimiter) == width - 1:
                return whole
        return None
    fields = text.split(delimiter)
    if why == "too_many_fields" and len(fields) == width + 1:
        shapes = [_usual_shape(sheet, index) for index in range(width)]
        scored = [
            (_fit([*fields[:at], fields[at] + fields[at + 1], *fields[at + 2 :]], shapes), at)
            for at in range(width)
        ]
        best = max(score for score, _ in scored)
        places = [at for score, at in scored if score == best]
        if len(places) == 1:
            at = places[0]
            return delimiter.join([*fields[:at], fields[at] + fields[at + 1], *fields[at + 2 :]])
    return None


def _shape(text: str | None) -> str:
    """What kind of text a field holds, roughly, with its length in steps."""
    text = (text or "").strip()
    if not text:
        return "blank"
    if re.fullmatch(r"[0-9Xx./:-]+", text):
        return f"digits{len(text)}"
    return f"text{min(len(text) // 4, 3)}"


def _usual_shape(sheet: RawSheet, index: int) -> str:
    cells = sheet.columns[index].text.drop_nulls().head(200).to_list()
    shapes = [_shape(cell) for cell in cells]
    return max(sorted(set(shapes)), key=shapes.count) if shapes else "blank"


def _fit(fields: list[str], shapes: list[str]) -> int:
    return sum(_shape(field) == shape for field, shape in zip(fields, shapes, strict=True))


def broken_rows(
    sheet: RawSheet, contract: str, schema: dict[str, type[pl.DataType]]
) -> pl.DataFrame:
    """Lines of `rows.parquet` (columns as `schema`) for the broken records of a text file."""
    entry = REASONS["broken_record"]
    lines = []
    for row, text, why in sheet.broken:
        cause = _CAUSES.get(why, Text(why, why))
        taken = offer(sheet, text, why)
        half = why == CONTINUATION
        shown = " ".join(text.split("\n"))
        parts = {"taken": taken or "—"}
        lines.append(
            {
                "file": sheet.file, "sheet": sheet.sheet, "row": row, "column": "", "header": "",
                "contract": contract,
                "action": (Action.ignored if half else Action.rejected).value,
                "reason": f"record_{why}",
                "reason_zh": entry.sentence("zh", detail=cause.zh),
                "reason_en": entry.sentence("en", detail=cause.en),
                "remedy_zh": entry.advice("zh", **parts),
                "remedy_en": entry.advice("en", **parts),
                "delivered": shown, "taken_as": taken,
            }
        )  # fmt: skip
    return pl.DataFrame(lines, schema=schema)
