"""What a dry run found, masked: for the page, and as a workbook to take along."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import polars as pl

from fangpin.exchange import state
from fangpin.exchange.columns import by_key
from fangpin.exchange.comparing import LINK, NUMBER
from fangpin.exchange.exporting import NAMES
from fangpin.exchange.plan import Plan
from fangpin.exchange.reading import WideFile
from fangpin.exchange.texts import masked
from fangpin.exchange.wide_book import Head, WideSheet, write_book
from fangpin.kernel.errors import Text

GONE: Final = "（清空）"
WRITES: Final = tuple(
    f"{who}_{how}" for who in ("households", "persons") for how in ("added", "changed")
)
"""Names among the figures of a plan: without any of these it would write nothing."""
_KINDS: Final = {"refused": "不导入", "cell": "此格不采用", "note": "提示"}


def counts(plan: Plan, file: WideFile) -> dict[str, int]:
    """Figures of a plan: rows by kind and status, changed fields, refused rows, unused cells."""
    found: dict[str, int] = {}
    for kind, part in (("households", plan.households), ("persons", plan.persons)):
        found |= {f"{kind}_{status}": number for status, number in part.counts().items()}
    said = plan.remarks.group_by("kind").agg(
        rows=pl.struct("sheet", "row").n_unique(), remarks=pl.len()
    )
    by_kind = {row["kind"]: row for row in said.iter_rows(named=True)}
    found["fields"] = plan.households.changed.height + plan.persons.changed.height
    found["refused"] = by_kind.get("refused", {}).get("rows", 0)
    found["cells"] = by_kind.get("cell", {}).get("remarks", 0)
    found["notes"] = by_kind.get("note", {}).get("remarks", 0)
    found["rows"] = sum(file.rows.values())
    return found


def reasons(folder: Path, most: int = 8) -> list[tuple[Text, int]]:
    """Why rows of a kept report were refused and how many each, the most frequent first."""
    said = (
        pl.scan_parquet(folder / "remarks.parquet")
        .filter(pl.col("kind") == "refused")
        .group_by("zh", "en")
        .agg(rows=pl.struct("sheet", "row").n_unique())
        .sort(pl.col("rows"), "zh", descending=[True, False])
        .head(most)
        .collect()
    )
    return [(Text(zh, en), rows) for zh, en, rows in said.iter_rows()]


def column_notes(folder: Path) -> list[Text]:
    """What a kept report says of whole columns and sheets, not of a row."""
    said = pl.scan_parquet(folder / "remarks.parquet").filter(
        (pl.col("kind") == "note") & (pl.col("row") == 0)
    )
    return [Text(zh, en) for zh, en in said.select("zh", "en").collect().iter_rows()]


def changes(plan: Plan) -> pl.DataFrame:
    """Changed fields: sheet, row, kind, number, household, village, field, old, new (masked)."""
    parts = []
    for sheet, part in (("household", plan.households), ("person", plan.persons)):
        columns = state.column_of(sheet)  # type: ignore[arg-type]
        for (key,), lines in part.changed.partition_by("key", as_dict=True).items():
            column = columns[str(key)]
            parts.append(
                lines.with_columns(
                    masked(column, lines["old"]),
                    masked(column, lines["new"]).fill_null(GONE),
                    field=pl.lit(column.label.zh),
                    field_en=pl.lit(column.label.en),
                )
            )
    if not parts:
        return pl.DataFrame(schema={**plan.households.changed.schema, "field": pl.String,
                                    "field_en": pl.String})  # fmt: skip
    return pl.concat(parts, how="diagonal").sort("sheet", "row", maintain_order=True)


def additions(plan: Plan) -> pl.DataFrame:
    """New households and persons: sheet, row, kind, number, household, name (masked)."""
    parts = []
    for kind, part in (("household", plan.households), ("person", plan.persons)):
        rows = part.rows.filter(pl.col("_status") == "added")
        if not rows.height:
            continue
        name = "person.name"
        names = rows[name] if name in rows.columns else pl.Series([None] * rows.height)
        parts.append(
            pl.DataFrame(
                {
                    "sheet": rows["_sheet"],
                    "row": rows["_row"],
                    "kind": [kind] * rows.height,
                    "number": rows[NUMBER[kind]],  # type: ignore[index]
                    "household": rows[LINK if kind == "person" else NUMBER["household"]],
                    "name": masked(by_key()[name], names.cast(pl.String)),
                }
            )
        )
    schema = dict.fromkeys(("sheet", "kind", "number", "household", "name"), pl.String)
    return pl.concat(parts) if parts else pl.DataFrame(schema={**schema, "row": pl.Int64})


def keep(folder: Path, plan: Plan) -> None:
    """The report's tables and what the plan rests on, as files of a folder."""
    changes(plan).write_parquet(folder / "changes.parquet")
    additions(plan).write_parquet(folder / "additions.parquet")
    plan.remarks.write_parquet(folder / "remarks.parquet")
    plan.seen.write_parquet(folder / "seen.parquet")


def workbook(target: Path, folder: Path, summary: Sequence[tuple[str, str]]) -> None:
    """The kept report as a workbook. Every cell is text; names and numbers are masked."""
    told = pl.DataFrame(list(summary), schema=["项目", "数量"], orient="row")
    kinds = {"household": NAMES["household"], "person": NAMES["person"]}
    changed = pl.read_parquet(folder / "changes.parquet").select(
        pl.col("kind").replace(kinds), "sheet", pl.col("row").cast(pl.String),
        "household", "number", "field", "old", "new",
    )  # fmt: skip
    added = pl.read_parquet(folder / "additions.parquet").select(
        pl.col("kind").replace(kinds), "sheet", pl.col("row").cast(pl.String),
        "household", "number", "name",
    )  # fmt: skip
    remarks = pl.read_parquet(folder / "remarks.parquet").select(
        pl.col("kind").replace(_KINDS), "sheet", pl.col("row").cast(pl.String), "column", "zh"
    )
    place = [Head("类别", width=10), Head("工作表", width=12), Head("行", width=8)]
    who = [Head("户编号", width=20), Head("编号", width=22)]
    with target.open("wb") as stream:
        write_book(
            stream,
            [
                WideSheet("汇总", [Head("项目", width=36), Head("数量", width=20)], [told]),
                WideSheet("变更", [*place, *who, Head("字段", width=24), Head("原值", width=24),
                                   Head("新值", width=24)], [changed]),
                WideSheet("新增", [*place, *who, Head("姓名", width=12)], [added]),
                WideSheet("不导入和提示", [*place, Head("列", width=20), Head("原因", width=80)],
                          [remarks]),
                *_quality(folder),
            ],
        )  # fmt: skip


def _quality(folder: Path) -> list[WideSheet]:
    """What the rules of data quality say of the plan, if they were asked."""
    path = folder / "quality.parquet"
    if not path.is_file():
        return []
    lines = pl.read_parquet(path).select(
        pl.col("change").replace({"brought": "将新增", "cleared": "将消除"}),
        pl.col("severity").replace({"error": "错误", "doubt": "疑点"}),
        "sheet", pl.col("row").cast(pl.String), "household", "number", "label", "sentence_zh",
        "rule",
    )  # fmt: skip
    heads = [
        Head("变化", width=10), Head("性质", width=8), Head("工作表", width=12),
        Head("行", width=8), Head("户编号", width=20), Head("人编号", width=22),
        Head("问题", width=40), Head("数据", width=60), Head("规则", width=12),
    ]  # fmt: skip
    return [WideSheet("数据质量", heads, [lines])]
