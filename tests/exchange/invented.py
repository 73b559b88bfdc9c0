"""An invented county in the registry and as files, for tests of the exchange."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from json import dumps
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl

from fangpin.exchange import bulk, state
from fangpin.exchange.columns import SheetName, columns_of
from fangpin.exchange.wide_book import Head, WideSheet, write_book
from fangpin.places.actions import take_over
from fangpin.registry.ids import allocate
from fangpin.registry.models import (
    HelperSpell,
    Household,
    IncomeYear,
    Membership,
    Person,
    YearlyConditions,
)

COUNTY = "529900"
VILLAGES = (
    ("529900101201", "东风村", "529900101000", "样本镇"),
    ("529900101202", "西平村", "529900101000", "样本镇"),
    ("529900102201", "南山村", "529900102000", "示例乡"),
)
TODAY = date(2026, 3, 1)
YEAR = state.Year(2025, 2025)


def county() -> None:
    """The villages of the county."""
    take_over(
        by=None, county=(f"{COUNTY}000000", "示例县"), villages=VILLAGES,
        valid_from=date(2020, 1, 1),
    )  # fmt: skip


@dataclass
class Home:
    """A household: values by key of wide columns, and its members, the head first."""

    number: str
    village: str = VILLAGES[0][0]
    values: dict[str, Any] = field(default_factory=dict)
    members: list[dict[str, Any]] = field(default_factory=list)


def enter(homes: Sequence[Home]) -> None:
    """Put households into the registry without any of the code under test but COPY."""
    ids = allocate(Household, len(homes))
    counted = {
        "number": [home.number for home in homes],
        "village_code": [home.village for home in homes],
        "members": [len(home.members) for home in homes],
        "origin": ["registry"] * len(homes),
    }
    bulk.insert(Household, _frame("household", ids, [h.values for h in homes], counted))
    for table, model, json in (
        ("conditions", YearlyConditions, "measures"),
        ("income", IncomeYear, "items"),
    ):
        beside: dict[str, list[Any]] = {"household_id": list(ids), "year": [2025] * len(homes)}
        if model is IncomeYear:
            beside["occasion"] = ["year"] * len(homes)
        beside[json] = [_json(h.values, json) for h in homes]
        rows = allocate(model, len(homes))
        bulk.insert(model, _frame(table, rows, [h.values for h in homes], beside))
    helped = [(pk, h) for pk, h in zip(ids, homes, strict=True) if _has(h.values, "helper")]
    rows = allocate(HelperSpell, len(helped))
    beside = {"household_id": [pk for pk, _ in helped]}
    bulk.insert(HelperSpell, _frame("helper", rows, [h.values for _, h in helped], beside))
    people = [(pk, each) for pk, h in zip(ids, homes, strict=True) for each in h.members]
    rows = allocate(Person, len(people))
    bulk.insert(
        Person,
        _frame(
            "person", rows, [each for _, each in people],
            {"number": [each["person.number"] for _, each in people]},
        ),
    )  # fmt: skip
    relations = [each.get("membership.relation") or "" for _, each in people]
    bulk.insert(
        Membership,
        pl.DataFrame(
            {
                "person_id": rows,
                "household_id": [pk for pk, _ in people],
                "relation": relations,
                "is_head": [relation == "head" for relation in relations],
            },
            schema={"person_id": pl.Int64, "household_id": pl.Int64, "relation": pl.String,
                    "is_head": pl.Boolean},
        ),
    )  # fmt: skip


def _has(values: Mapping[str, Any], table: str) -> bool:
    return any(key.startswith(f"{table}.") and value for key, value in values.items())


def _json(values: Mapping[str, Any], table: str) -> str:
    told = {k.split(".")[1]: v for k, v in values.items() if k.startswith(f"{table}.") and v}
    return dumps(told, ensure_ascii=False)


def _frame(
    table: str, ids: Sequence[int], values: Sequence[Mapping[str, Any]], beside: dict[str, Any]
) -> pl.DataFrame:
    """Rows of one table, sealed where the table is."""
    sheet: SheetName = "person" if table in ("person", "membership") else "household"
    columns = {
        key: column
        for key, column in state.column_of(sheet).items()
        if column.table == table and column.column not in beside
    }
    data: dict[str, Any] = {"id": list(ids), **beside}
    texts = {}
    for key, column in columns.items():
        given = [each.get(key) for each in values]
        if all(value is None for value in given):
            continue
        if state.sealed_of(column):
            texts[column.column] = given
        else:
            data[column.column] = pl.Series(given, dtype=state.type_of(column), strict=True)
    model = state.MODELS[table]
    return pl.DataFrame(data, strict=False).with_columns(
        series.alias(name) for name, series in bulk.closed(model, list(ids), texts).items()
    )


def simple(number: str, people: int = 2, village: str = VILLAGES[0][0]) -> Home:
    """A plain household; identity numbers begin with 52990099, which is nobody's."""
    members = [
        {
            "person.number": f"{number}{at:02d}",
            "person.name": f"样本{number[-3:]}{'甲乙丙丁戊己庚辛'[at - 1]}",
            "person.id_kind": "identity_card",
            "person.id_number": f"52990019{60 + at}0101{number[-3:]}{at % 10}"[:18],
            "person.sex": "male" if at % 2 else "female",
            "person.birth_date": date(1960 + at, 1, 1),
            "membership.relation": "head" if at == 1 else ("spouse" if at == 2 else "son"),
        }
        for at in range(1, people + 1)
    ]
    values = {
        "household.category": "general",
        "household.phone": "15400000001",
        "income.net_income": 1_234_56,
        "conditions.arable_land": 45_000,
    }
    return Home(number, village, values, members)


HOUSEHOLD_HEADS = ("乡(镇)", "行政村", "村区划代码", "户编号", "户类型", "联系电话", "银行卡号",
                   "工资性收入", "耕地面积(亩)")  # fmt: skip
PERSON_HEADS = ("户编号", "人编号", "姓名", "证件类型", "证件号码", "性别", "出生日期",
                "与户主关系", "健康状况", "劳动技能", "家庭成员联系电话")  # fmt: skip


def book(
    path: Path, households: Sequence[Sequence[str | None]], persons: Sequence[Sequence[str | None]]
) -> Path:
    """A workbook of both tables with the headers above; cells as texts."""
    sheets = []
    for name, heads, rows in (
        ("户信息", HOUSEHOLD_HEADS, households),
        ("人员信息", PERSON_HEADS, persons),
    ):
        frame = pl.DataFrame(
            [list(row) for row in rows], schema=dict.fromkeys(heads, pl.String), orient="row"
        )
        sheets.append(WideSheet(name, [Head(head) for head in heads], [frame]))
    buffer = BytesIO()
    write_book(buffer, sheets)
    path.write_bytes(buffer.getvalue())
    return path


def household_row(number: str, **changed: str | None) -> list[str | None]:
    """A row of the household table; `changed` by header."""
    row: dict[str, str | None] = {
        "乡(镇)": "样本镇", "行政村": "东风村", "村区划代码": "529900101201", "户编号": number,
        "户类型": "一般农户", "联系电话": "15400000001", "银行卡号": None, "工资性收入": None,
        "耕地面积(亩)": "4.5",
    }  # fmt: skip
    return list({**row, **changed}.values())


def person_row(
    home: str, at: int, relation: str = "户主", **changed: str | None
) -> list[str | None]:
    """A row of the person table; `changed` by header."""
    row: dict[str, str | None] = {
        "户编号": home, "人编号": f"{home}{at:02d}", "姓名": f"样本{'甲乙丙丁戊己'[at - 1]}",
        "证件类型": "居民身份证", "证件号码": f"5299001960{at:02d}01{home[-3:]}X", "性别": "男",
        "出生日期": f"1960{at:02d}01", "与户主关系": relation, "健康状况": "健康",
        "劳动技能": "普通劳动力", "家庭成员联系电话": None,
    }  # fmt: skip
    return list({**row, **changed}.values())


def every_key(sheet: SheetName) -> set[str]:
    """Keys of one table."""
    return {each.base for each in columns_of(sheet)}


def table(path: Path, *rows: tuple[str, ...]) -> Path:
    """A workbook with one sheet of texts."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    made.save(path)
    return path
