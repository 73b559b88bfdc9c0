"""Exports of an invented village for tests: one sound household to be spoiled. Every person is made
up; the area prefix 529900 is not assigned to any place."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path

import polars as pl
import xlsxwriter

from fangpin.kernel.identity import check_digit
from fangpin.policy import load_pack
from fangpin.policy.pack import Pack
from fangpin.quality.run import Checked, check

AS_OF = date(2023, 12, 18)
FILES = {
    "register_persons": "监测对象信息",
    "work": "已外出务工信息",
    "planned_work": "计划外出务工信息",
    "rural_construction": "乡村建设户信息",
    "villages": "行政村信息",
}
PLACE = {"county": "长顺县", "township": "青石乡", "village": "石门村"}
Row = dict[str, str | None]


@lru_cache(maxsize=1)
def pack() -> Pack:
    """The quality pack."""
    return load_pack("cn-quality")


def number_of(birth: date, serial: int) -> str:
    """A valid 18-digit number of an invented person; odd serials are male."""
    first = f"529900{birth:%Y%m%d}{serial:03d}"
    return first + check_digit(first)


def member(serial: int, birth: date, relation: str, **changed: str | None) -> Row:
    """A grown-up member of the sound household: lifted out of poverty, not monitored."""
    number = number_of(birth, serial)
    row: Row = {
        **PLACE,
        "household_number": "5299000000001",
        "person_number": f"5299000000001{serial:02d}",
        "name": f"样本{serial:02d}",
        "id_number": number,
        "certificate": "居民身份证",
        "sex": "1" if serial % 2 else "2",
        "birth_date": f"{birth:%Y%m%d}",
        "relation": relation,
        "ethnic_group": "汉族",
        "education": "初中",
        "health": "健康",
        "labour": "普通劳动力",
        "serious_illness_insurance": "是",
        "resident_medical": "是",
        "employee_medical": "否",
        "resident_pension": "是",
        "employee_pension": "否",
        "medical_assistance": "否",
        "subsistence": "未享受",
        "destitute": "不享受",
        "phone": f"138000001{serial:02d}",
        **OF_HOUSEHOLD,
    }
    return row | changed


OF_HOUSEHOLD: Row = {
    "household_type": "脱贫户",
    "household_phone": "13800000100",
    "house_unsafe": "否",
    "water_safe": "是",
    "dropout": "否",
    "somebody_uninsured": "否",
    "toilet": "是",
    "electricity": "是",
    "road_paved": "是",
    "no_labour_household": "否",
    "income_per_person_text": "15000",
    "wage_income_text": "30000",
    "transfer_income_text": "2000",
    "business_income_text": "8000",
    "business_cost_text": "3000",
    "support_money_text": "0",
    "compliant_expense_text": "1000",
    "house_area_text": "120",
    "road_distance_text": "1.5",
    "arable_land_text": "5.5",
    "woodland_text": "0",
    "returned_woodland_text": "0",
    "orchard_text": "2",
    "pasture_text": "0",
    "water_area_text": "0",
    "collector": "样本采集员",
    "collector_phone": "13900000000",
}


def household() -> list[Row]:
    """Father, mother and a child at school."""
    child: Row = {"education": None, "school_stage": "小学", "labour": "无劳动力", "phone": None}
    child["resident_pension"] = "否"
    return [
        member(1, date(1980, 3, 5), "户主"),
        member(2, date(1982, 7, 9), "配偶"),
        member(3, date(2013, 4, 1), "之子", **child),
    ]


def spell(of: Row, **changed: str | None) -> Row:
    """A sound row of the work export about a member."""
    copied = ("household_number", "person_number", "id_number", "household_type", "labour")
    row: Row = {**PLACE, **{name: of[name] for name in copied}, "monitoring": of.get("monitoring")}
    row |= {
        "worked": "是",
        "work_county": "鄞州区",
        "start_text": "2023年02月",
        "end_text": None,
        "wage_text": "4500",
        "employer": "样本企业",
        "industry": "制造业",
        "channel": "亲友介绍",
        "point_to_point": "否",
        "fare_text": "300",
    }
    return row | changed


def village(**changed: str | None) -> Row:
    """A sound row of the village export."""
    contract = pack().contracts["villages"]
    figures: Row = {each.name: "1" for each in contract.columns if each.name.endswith("_text")}
    totals: Row = {"households_total_text": "300", "persons_total_text": "1200"}
    words: Row = {"delisted": "是", "bus": "是", "road": "是"}
    return {**PLACE, **figures, **totals, **words} | changed


def written(
    folder: Path,
    persons: Iterable[Row],
    others: Mapping[str, Iterable[Row]] | None = None,
    *,
    without: frozenset[str] = frozenset(),
) -> Path:
    """The exports as workbooks with two title rows; columns `without` are left out. The work,
    plan, construction and village exports are there, empty where nothing is given."""
    folder.mkdir(parents=True, exist_ok=True)
    given: dict[str, Iterable[Row]] = dict.fromkeys(FILES, ())
    given |= {"villages": [village()], "register_persons": persons, **(others or {})}
    for contract, rows in given.items():
        _write(folder, contract, list(rows), without)
    return folder


def _write(folder: Path, contract: str, rows: list[Row], without: frozenset[str]) -> None:
    names = [contract] + (["register_households"] if contract == "register_persons" else [])
    headers: dict[str, list[str]] = {}  # the contracts may read one header under several names
    for name in names:
        for column in pack().contracts[name].columns:
            if column.headers and column.name not in without:
                headers.setdefault(column.headers[0], []).append(column.name)
    known = {name for each in headers.values() for name in each}
    unknown = {name for row in rows for name in row} - known - without
    assert not unknown, f"{contract} has no columns {unknown}"
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(folder / f"{FILES[contract]}.xlsx"), options) as book:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, FILES[contract])
        sheet.write_string(1, 0, f"数据截止 {AS_OF}（虚构样本）")
        for at, (header, read_as) in enumerate(headers.items()):
            sheet.write_string(2, at, header)
            for number, row in enumerate(rows):
                value = next((row[name] for name in read_as if row.get(name) is not None), None)
                if value is not None:
                    sheet.write_string(3 + number, at, value)


def checked(
    folder: Path, persons: Iterable[Row], others: Mapping[str, Iterable[Row]] | None = None
) -> Checked:
    """The quality rules on exports written into `folder`."""
    return check(pack(), [written(folder, persons, others)])


def rules_hit(hits: pl.DataFrame) -> set[str]:
    """The rules that fired."""
    return set(hits["rule"].to_list())
