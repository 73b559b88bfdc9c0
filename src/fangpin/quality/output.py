"""What a check found, written down: hits.csv, and one workbook per township."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl

from fangpin.kernel.neutral import neutral_table
from fangpin.policy.pack import Pack, Rule
from fangpin.quality.run import Checked
from fangpin.quality.workbook import Sheet, sheets_by, write_workbook

CSV = ("rule", "unit", "village", "household_id", "person_no")
SEVERITY = {"error": "错误", "doubt": "疑点"}
_NO_TOWNSHIP = "未填乡镇"
_FORBIDDEN = str.maketrans(dict.fromkeys('\\/:*?"<>|[]', "_"))

_COLUMNS: dict[str, tuple[str, int]] = {
    "village": ("行政村", 14),
    "household_id": ("户编号", 18),
    "head": ("户主", 10),
    "person_no": ("人编号", 20),
    "name": ("姓名", 10),
    "severity": ("性质", 6),
    "label": ("问题", 36),
    "sentence_zh": ("表中数据", 60),
    "advice": ("怎么改", 32),
    "file": ("来源表", 20),
    "row": ("行号", 7),
    "rule": ("规则编号", 14),
}
_OF_A_VILLAGE = ("village", "severity", "label", "sentence_zh", "advice", "file", "row", "rule")
_SHEETS = {
    "person": ("人员", tuple(_COLUMNS)),
    "household": ("农户", tuple(each for each in _COLUMNS if each not in ("person_no", "name"))),
    "village": ("行政村", _OF_A_VILLAGE),
}


def write(pack: Pack, checked: Checked, folder: Path) -> list[Path]:
    """`hits.csv` and `<township>.xlsx` for each township with hits, into `folder` (made if needed;
    files of the same names are replaced). Returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    hits = folder / "hits.csv"
    neutral_table(checked.hits.select(CSV)).write_csv(hits)
    rows = checked.hits.join(_words(pack), on="rule", how="left", maintain_order="left")
    rows = rows.with_columns(pl.col("township").fill_null("").replace("", _NO_TOWNSHIP))
    books: dict[str, list[Sheet]] = {
        township: [] for township in rows["township"].unique(maintain_order=True)
    }
    taken: set[str] = set()
    paths = [folder / f"{_file_name(township, taken)}.xlsx" for township in books]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:  # all of it lets go of the interpreter
        for of_unit in pool.map(lambda unit: _sheets_of(unit, rows), _SHEETS):
            for township, sheets in of_unit.items():
                books[township] += sheets
        list(pool.map(write_workbook, paths, books.values()))
    return [hits, *paths]


def _sheets_of(unit: str, rows: pl.DataFrame) -> dict[str, list[Sheet]]:
    """What is written about persons, households or villages, by township."""
    title, names = _SHEETS[unit]
    heads, widths = zip(*(_COLUMNS[name] for name in names), strict=True)
    own = rows.filter(pl.col("unit") == unit).select("township", *names)
    return sheets_by("township", title, heads, widths, own)


def _words(pack: Pack) -> pl.DataFrame:
    """What each rule is called and asks for."""

    def row(rule: Rule) -> dict[str, str]:
        return {
            "rule": rule.number or rule.name,
            "label": rule.label.zh,
            "severity": SEVERITY.get(rule.severity, rule.severity),
            "advice": rule.advice.zh,
        }

    names = ("rule", "label", "severity", "advice")
    return pl.DataFrame(
        [row(rule) for rule in pack.rules.values()], schema=dict.fromkeys(names, pl.String)
    )


def _file_name(township: str, taken: set[str]) -> str:
    """The township as a file name that no other township has."""
    plain = "".join(each for each in township.translate(_FORBIDDEN) if each.isprintable())
    first = plain.strip(". ")[:60] or _NO_TOWNSHIP
    name, number = first, 1
    while name.casefold() in taken:
        number += 1
        name = f"{first}_{number}"
    taken.add(name.casefold())
    return name
