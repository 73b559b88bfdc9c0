"""What a check found, written down: hits.csv, and one workbook per township."""

from pathlib import Path

import polars as pl
import xlsxwriter

from fangpin.kernel.errors import Text
from fangpin.policy.pack import Pack, Rule
from fangpin.quality.run import Checked
from fangpin.screening.sheet_book import SheetBook
from fangpin.screening.sheets import guarded

CSV = ("rule", "unit", "village", "household_id", "person_no")
SEVERITY = {"error": "错误", "doubt": "疑点"}
_NO_TOWNSHIP = "未填乡镇"
_FORBIDDEN = str.maketrans(dict.fromkeys('\\/:*?"<>|[]', "_"))

_COLUMNS: dict[str, tuple[Text, int]] = {
    "village": (Text("行政村", "Village"), 14),
    "household_id": (Text("户编号", "Household"), 18),
    "head": (Text("户主", "Head"), 10),
    "person_no": (Text("人编号", "Person"), 20),
    "name": (Text("姓名", "Name"), 10),
    "severity": (Text("性质", "Severity"), 6),
    "label": (Text("问题", "What is wrong"), 36),
    "sentence_zh": (Text("表中数据", "Figures of the row"), 60),
    "advice": (Text("怎么改", "What to do"), 32),
    "file": (Text("来源表", "File"), 20),
    "row": (Text("行号", "Row"), 7),
    "rule": (Text("规则编号", "Rule"), 14),
}
_SHEETS = {
    "person": (Text("人员", "Persons"), tuple(_COLUMNS)),
    "household": (
        Text("农户", "Households"),
        tuple(name for name in _COLUMNS if name not in ("person_no", "name")),
    ),
    "village": (
        Text("行政村", "Villages"),
        ("village", "severity", "label", "sentence_zh", "advice", "rule"),
    ),
}


def write(pack: Pack, checked: Checked, folder: Path) -> list[Path]:
    """`hits.csv` and `<township>.xlsx` for each township with hits, into `folder` (made if needed;
    files of the same names are replaced). Returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    hits = folder / "hits.csv"
    guarded(checked.hits.select(CSV)).write_csv(hits)
    written = [hits]
    rows = checked.hits.join(_words(pack), on="rule", how="left", maintain_order="left")
    rows = rows.with_columns(pl.col("township").fill_null("").replace("", _NO_TOWNSHIP))
    taken: set[str] = set()
    for (township,), own in rows.partition_by(
        "township", as_dict=True, maintain_order=True
    ).items():
        path = folder / f"{_file_name(str(township), taken)}.xlsx"
        _workbook(path, own)
        written.append(path)
    return written


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
    name = plain.strip(". ")[:80] or _NO_TOWNSHIP
    number = 1
    while (name if number == 1 else f"{name}_{number}") in taken:
        number += 1
    name = name if number == 1 else f"{name}_{number}"
    taken.add(name)
    return name


def _workbook(path: Path, rows: pl.DataFrame) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as workbook:
        book = SheetBook(workbook, "zh")
        for unit, (title, names) in _SHEETS.items():
            own = rows.filter(pl.col("unit") == unit)
            if own.height:
                heads = [_COLUMNS[name][0] for name in names]
                widths = [_COLUMNS[name][1] for name in names]
                book.table(title, heads, own.select(names).iter_rows(), widths)
