"""Findings as CSV and Excel, safe to open: nothing in them can become a formula."""

from pathlib import Path

import polars as pl
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from fangpin.kernel.neutral import neutral_table

COLUMNS = {
    "township": "乡镇",
    "village": "行政村",
    "household_number": "户编号",
    "person_number": "人编号",
    "kind_zh": "疑点类型",
    "severity": "级别",
    "state": "状态",
    "sentence_zh": "说明",
    "clause_path": "依据条款",
    "sources": "来源",
    "sentence_en": "Explanation",
    "rule": "规则",
}
_WORDS = {
    "severity": {
        "alert": "预警",
        "check": "核查",
        "gap": "应享未享",
        "error": "数据错误",
        "doubt": "数据疑点",
    },
    "state": {"new": "新增", "continuing": "持续", "cleared": "已清除", "unknown": "待核实"},
}
_WIDTHS = {"sentence_zh": 70, "sentence_en": 70, "sources": 50, "kind_zh": 26, "clause_path": 24}


def readable(findings: pl.DataFrame) -> pl.DataFrame:
    """The columns people read, source rows joined into one text, in the order of COLUMNS."""
    place = pl.concat_str(
        pl.element().struct.field("file"),
        pl.element().struct.field("sheet"),
        pl.element().struct.field("row").cast(pl.String),
        separator=" › ",
        ignore_nulls=True,
    )
    sources = findings["evidence"].list.eval(place).list.unique(maintain_order=True).list.join("；")
    words = [pl.col(name).replace(mapping).alias(name) for name, mapping in _WORDS.items()]
    return findings.with_columns(sources.alias("sources"), *words).select(list(COLUMNS))


def write_csv(findings: pl.DataFrame, path: Path) -> None:
    """UTF-8 with BOM, as Excel expects; texts that could start a formula get an apostrophe."""
    table = readable(findings)
    neutral_table(table).rename(COLUMNS).write_csv(path, include_bom=True)


def write_workbook(findings: pl.DataFrame, path: Path) -> None:
    """One sheet; every cell is written as text, numbers of households included."""
    table = readable(findings)
    workbook = xlsxwriter.Workbook(
        str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = workbook.add_worksheet("疑点")
    head = workbook.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1})
    text = workbook.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    for position, (name, title) in enumerate(COLUMNS.items()):
        sheet.set_column(position, position, _WIDTHS.get(name, 16))
        sheet.write_string(0, position, title, head)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, table.height, len(COLUMNS) - 1)
    for number, row in enumerate(table.iter_rows(), start=1):
        for position, value in enumerate(row):
            sheet.write_string(number, position, value or "", text)
    try:
        workbook.close()
    except FileCreateError as error:  # hides what the system said, a full disk for one
        raise (error.args[0] if isinstance(error.args[0], OSError) else error) from error
