"""Counting rows and writing down what happened to each: `deliveries.json` and `rows.parquet`."""

import polars as pl

from fangpin.feeds.delivery import RowCounts
from fangpin.feeds.reasons import REASONS, Action
from fangpin.feeds.rows import TypedRows
from fangpin.feeds.tables import RawSheet, Table
from fangpin.feeds.verdicts import worded
from fangpin.kernel.errors import Text

ROWS_SCHEMA: dict[str, type[pl.DataType]] = {
    "file": pl.String,
    "sheet": pl.String,
    "row": pl.UInt32,
    "column": pl.String,
    "header": pl.String,
    "contract": pl.String,
    "action": pl.String,
    "reason": pl.String,
    "reason_zh": pl.String,
    "reason_en": pl.String,
    "remedy_zh": pl.String,
    "remedy_en": pl.String,
    "delivered": pl.String,
    "taken_as": pl.String,
}
IGNORED = {
    "title": Text("表题", "title"),
    "header": Text("表头", "header"),
    "repeated_header": Text("重复表头", "repeated header"),
    "subtotal": Text("小计行", "subtotal"),
    "total": Text("合计行", "total"),
    "note": Text("说明行", "note"),
    "section": Text("段落标题", "section line"),
    "blank": Text("空行", "blank row"),
}
_SHOWN_IGNORED = ("repeated_header", "subtotal", "total", "note", "section")


def counts_of(typed: TypedRows) -> RowCounts:
    """read = accepted + corrected + rejected for one table; ignored rows of its sheet."""
    verdicts = typed.verdicts
    rejected = verdicts.rejected
    duplicate = verdicts.mask(Action.duplicate) & ~verdicts.mask(Action.rejected)
    corrected = verdicts.mask(Action.corrected) & ~rejected
    flagged = verdicts.mask(Action.flagged) & ~rejected
    table = typed.block.recognised.table
    return RowCounts(
        read=typed.size,
        accepted=int((~rejected & ~corrected).sum()),
        corrected=int(corrected.sum()),
        rejected=int(rejected.sum()),
        of_which_duplicates=int(duplicate.sum()),
        ignored=sum(1 for _, reason in table.ignored if reason != "blank"),
        flagged=int(flagged.sum()),
    )


def rows_of(typed: TypedRows) -> pl.DataFrame:
    """One line per row and reason, columns as `ROWS_SCHEMA`."""
    block = typed.block
    found = typed.verdicts.frame()
    headers = {column.name: block.header(column.name) for column in typed.contract.columns}
    letters = {column.name: block.letter(column.name) for column in typed.contract.columns}
    lines = worded(found, headers).with_columns(
        pl.Series("row", block.rows[found["position"].to_numpy()], dtype=pl.UInt32),
        pl.col("column").replace_strict(letters, default="", return_dtype=pl.String).alias("at"),
        pl.col("column")
        .replace_strict(headers, default="", return_dtype=pl.String)
        .alias("header"),
    )
    return lines.select(
        pl.lit(typed.file).alias("file"),
        pl.lit(typed.sheet).alias("sheet"),
        "row",
        pl.col("at").alias("column"),
        "header",
        pl.lit(typed.contract.name).alias("contract"),
        "action", "reason", "reason_zh", "reason_en", "remedy_zh", "remedy_en",
        "delivered", "taken_as",
    ).cast(ROWS_SCHEMA)  # type: ignore[arg-type]  # fmt: skip


def ignored_rows(table: Table, contract: str) -> pl.DataFrame:
    """Rows inside and below the data that are no data: totals, notes, repeated headers."""
    sheet = table.sheet
    listed = [(row, why) for row, why in table.ignored if why in _SHOWN_IGNORED]
    entry = REASONS["not_data"]
    lines = []
    for row, why in listed:
        text = IGNORED[why]
        lines.append(
            {
                "file": sheet.file, "sheet": sheet.sheet, "row": row, "column": "", "header": "",
                "contract": contract, "action": Action.ignored.value, "reason": why,
                "reason_zh": entry.sentence("zh", detail=text.zh),
                "reason_en": entry.sentence("en", detail=text.en),
                "remedy_zh": entry.remedy.zh, "remedy_en": entry.remedy.en,
                "delivered": said_in(sheet, row), "taken_as": None,
            }
        )  # fmt: skip
    return pl.DataFrame(lines, schema=ROWS_SCHEMA)


def said_in(sheet: RawSheet, row: int, limit: int = 120) -> str:
    """What a row says, cells joined by a bar."""
    cells = [sheet.cell(row, column) for column in range(len(sheet.columns))]
    text = " | ".join(" ".join(cell.split()) for cell in cells if cell and cell.strip())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def quarantined_rows(typed: TypedRows, why: Text) -> pl.DataFrame:
    """One line per row of a delivery that is set aside as a whole."""
    entry = REASONS["delivery_quarantined"]
    rows = pl.Series("row", typed.block.rows[typed.used], dtype=pl.UInt32)
    constant = {
        "file": typed.file, "sheet": typed.sheet, "column": "", "header": "",
        "contract": typed.contract.name, "action": Action.quarantined.value,
        "reason": "delivery_quarantined",
        "reason_zh": entry.sentence("zh", detail=why.zh),
        "reason_en": entry.sentence("en", detail=why.en),
        "remedy_zh": entry.remedy.zh, "remedy_en": entry.remedy.en,
    }  # fmt: skip
    frame = pl.DataFrame({"row": rows}).with_columns(
        *(pl.lit(value).alias(name) for name, value in constant.items()),
        pl.lit(None, dtype=pl.String).alias("delivered"),
        pl.lit(None, dtype=pl.String).alias("taken_as"),
    )
    return frame.select(list(ROWS_SCHEMA)).cast(ROWS_SCHEMA)  # type: ignore[arg-type]
