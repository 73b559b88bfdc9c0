"""The registry as wide tables: the same columns that are read, cut to what the reader may see."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO, Any, Final

import polars as pl
from django.db import connection, transaction
from django.utils import timezone

from fangpin.exchange import state
from fangpin.exchange.clearing import MARK
from fangpin.exchange.code_tally import CodeTally, in_codes
from fangpin.exchange.columns import (
    HELP_SHEETS,
    SheetName,
    WideColumn,
    columns_of,
    reading_pack,
    standard_of,
)
from fangpin.exchange.state import Which, Year
from fangpin.exchange.texts import in_cell
from fangpin.exchange.wide_book import Head, WideSheet, write_book, write_text
from fangpin.foundation.actions import record
from fangpin.kernel.errors import FangpinError
from fangpin.kernel.place_codes import codes_around
from fangpin.people.rights import GROUP_WORDS
from fangpin.people.scope import FieldGroup

NAMES: Final[dict[SheetName, str]] = {"household": "户信息", "person": "人员信息"}
_TITLES: Final[dict[SheetName, str]] = {
    "household": "农户家庭基本信息表",
    "person": "农户家庭成员信息表",
}
_PLACE: Final = "行政区划"
_PERSONS_AT_ONCE: Final = 100_000
PERSON_ALWAYS: Final = ("person.number",)


@dataclass(frozen=True)
class Wanted:
    """What is exported: villages by code prefixes, the years of incomes and conditions, the field
    groups the reader may see, and on what day ages are counted."""

    areas: tuple[str, ...]
    groups: frozenset[FieldGroup]
    year: Year
    on: date
    national: bool = False
    """Codes of national standards where they have one for the value, in place of words."""


def write(
    target: IO[bytes],
    form: str,
    wanted: Wanted,
    *,
    note: str = "",
    sheet: SheetName | None = None,
    tally: CodeTally | None = None,
) -> int:
    """The wide tables as xlsx (both) or csv (the one named); gives the rows.

    `note` is said on top of each sheet beside the years. `tally` counts what national codes were
    written for and what stayed in words; a workbook says so on a sheet of its own.
    """
    names = place_names(wanted.areas)
    tally = tally if tally is not None else CodeTally()
    if form == "csv":
        return write_text(target, wide_sheet(sheet or "household", wanted, names, note, tally))
    chosen: Sequence[SheetName] = (sheet,) if sheet else ("household", "person")
    sheets = [wide_sheet(each, wanted, names, note, tally) for each in chosen]
    if not wanted.national:
        return write_book(target, sheets)
    rows = write_book(target, [*sheets, tally.sheet()])
    return rows - tally.lines


def whole_registry(
    target: IO[bytes],
    form: str,
    area: str,
    sheet: SheetName | None,
    *,
    national: bool = False,
    tally: CodeTally | None = None,
) -> int:
    """Everything in an area ("" = all) with every field group; for commands of the operator."""
    areas = (area,) if area else _counties()
    wanted = Wanted(
        areas, frozenset(FieldGroup), state.newest_years(), timezone.localdate(), national
    )
    with transaction.atomic():
        rows = write(target, form, wanted, sheet=sheet, tally=tally) if areas else 0
        if not rows:
            raise FangpinError.because(
                "台账中没有该区域的农户", "the registry holds no household of this area",
                do_zh="检查区划代码", do_en="check the code of the area",
            )  # fmt: skip
        record(by=None, action="registry.export", subject=f"area:{area}", detail={"rows": rows})
    return rows


def _counties() -> tuple[str, ...]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT left(village_code, 6) FROM registry_household ORDER BY 1")
        return tuple(row[0] for row in cursor.fetchall() if row[0])


def wide_sheet(
    sheet: SheetName, wanted: Wanted, names: pl.DataFrame, note: str, tally: CodeTally | None = None
) -> WideSheet:
    """One table, its rows read when it is written."""
    shown = [each for each in columns_of(sheet) if each.group in wanted.groups]
    beside = _beside(sheet, wanted.groups)
    county = next((str(name) for name in names["county"].to_list() if name), "")
    years = f"收入年度:{wanted.year.income}    条件年度:{wanted.year.conditions}"
    return WideSheet(
        name=NAMES[sheet],
        heads=[*(head for _, head in beside), *_heads(shown)],
        frames=_frames(sheet, wanted, names, shown, [name for name, _ in beside], tally),
        title=f"{county}{_TITLES[sheet]}",
        note=f"数据日期:{wanted.on}    {years}    {note}".strip(),
    )


def template(target: IO[bytes], *, national: bool = False) -> None:
    """Both tables without rows, and a sheet that says what may be written where. `national`: codes
    of national standards stand before the words that have one."""
    every = frozenset(FieldGroup)
    nothing = pl.DataFrame()
    sheets = []
    for sheet in ("household", "person"):
        beside = _beside(sheet, every)
        heads = [*(head for _, head in beside), *_heads(columns_of(sheet))]
        sheets.append(WideSheet(NAMES[sheet], heads, [nothing], title=_TITLES[sheet]))
    lines = pl.DataFrame(
        [
            (NAMES[each.sheet], each.header, _how(each, national))
            for sheet in ("household", "person")
            for each in columns_of(sheet)
        ],
        schema=["表", "列", "填写内容"],
        orient="row",
    )
    hint = pl.DataFrame(
        [("全部", "台账中原有的内容要去掉时", f"填写 {MARK}；空白单元格不改变台账")],
        schema=lines.schema,
        orient="row",
    )
    lines = pl.concat([hint, lines])
    heads = [Head("表", width=12), Head("列", width=36), Head("填写内容", width=90)]
    write_book(target, [*sheets, WideSheet(HELP_SHEETS[0], heads, [lines])])


def _how(column: WideColumn, national: bool) -> str:
    table = standard_of(column) if national else None
    if table is not None:
        return in_codes(column, table)
    if column.kind in ("code", "codes"):
        words = "、".join(value.zh for value in reading_pack().codes[column.codes].values)
        return f"{words}{'（可填多项，用逗号分开）' if column.kind == 'codes' else ''}"
    unit = f"（{column.read.unit}）" if column.read.unit else ""
    return {
        "flag": "是、否；不清楚的留空",
        "date": "年月日，如 20210531",
        "month": "年月，如 202105",
        "money": f"金额{unit}，最多两位小数",
        "quantity": f"数量{unit}",
        "whole": f"整数{unit}",
    }.get(column.kind, "文本" if not column.masked else "文本格式，不要存成数值")


def _heads(columns: Sequence[WideColumn]) -> list[Head]:
    return [
        Head(each.header, GROUP_WORDS[each.group].zh, max(9, min(24, 2 * len(each.header))))
        for each in columns
    ]


def _beside(sheet: SheetName, groups: frozenset[FieldGroup]) -> list[tuple[str, Head]]:
    """Columns that are worked out: serial number, places, household of a person, head, age."""
    found = [("serial", Head("序号", width=8))]
    names = ("省(区、市)", "市(州)", "县(市、区)", "乡(镇)", "行政村")
    keys = ("province", "city", "county", "township", "village_name")
    found += [(key, Head(name, _PLACE)) for key, name in zip(keys, names, strict=True)]
    if sheet == "person":
        found.append(
            ("membership.household", Head("户编号", GROUP_WORDS[FieldGroup.household].zh, 20))
        )
        if FieldGroup.identity in groups:
            found.append(("age", Head("年龄", GROUP_WORDS[FieldGroup.identity].zh, 8)))
        else:
            found.append(("person.number", Head("人编号", GROUP_WORDS[FieldGroup.identity].zh, 20)))
    else:
        found.append(("members", Head("家庭人口数", GROUP_WORDS[FieldGroup.household].zh, 10)))
        if FieldGroup.identity in groups:
            identity = GROUP_WORDS[FieldGroup.identity].zh
            found += [
                ("head.number", Head("户主编号", identity, 20)),
                ("head.name", Head("户主姓名", identity)),
                ("head.id_number", Head("户主证件号码", identity, 22)),
            ]
    return found


def _frames(
    sheet: SheetName,
    wanted: Wanted,
    names: pl.DataFrame,
    shown: Sequence[WideColumn],
    beside: Sequence[str],
    tally: CodeTally | None,
) -> Iterator[pl.DataFrame]:
    """Rows as texts, area by area so that a county needs no more memory than a township."""
    keys = {each.base for each in shown} | set(PERSON_ALWAYS)
    serial = 0
    for area in _pieces(wanted.areas):
        which = Which(areas=(area,))
        if sheet == "household":
            frame = state.households(which, {*keys, "household.number"}, wanted.year)
            if "head.number" in beside:
                frame = _with_heads(frame, state.persons(which, _OF_HEADS))
        else:
            frame = state.persons(which, {*keys, "person.birth_date"})
        if wanted.national and tally is not None:
            tally.add(NAMES[sheet], frame, shown)
        yield _texts(sheet, frame, names, shown, beside, wanted.on, serial, wanted.national)
        serial += frame.height


def wide_rows(
    sheet: SheetName, homes: pl.DataFrame, people: pl.DataFrame, names: pl.DataFrame, on: date
) -> WideSheet:
    """One table of rows that are at hand (frames of `state` with all keys), every field group."""
    every = frozenset(FieldGroup)
    shown, beside = columns_of(sheet), _beside(sheet, every)
    frame = _with_heads(homes, people) if sheet == "household" else people
    texts = _texts(sheet, frame, names, shown, [name for name, _ in beside], on, 0)
    return WideSheet(NAMES[sheet], [*(head for _, head in beside), *_heads(shown)], [texts])


def _texts(
    sheet: SheetName,
    frame: pl.DataFrame,
    names: pl.DataFrame,
    shown: Sequence[WideColumn],
    beside: Sequence[str],
    on: date,
    before: int,
    national: bool = False,
) -> pl.DataFrame:
    """Rows as they stand in cells, numbered on from `before`."""
    if sheet == "person":
        frame = frame.with_columns(age=_age(pl.col("person.birth_date"), on))
    frame = frame.join(names, on="village", how="left", maintain_order="left")
    frame = frame.with_columns(serial=pl.int_range(before + 1, before + 1 + pl.len()))
    texts = [pl.col(name).cast(pl.String).alias(name) for name in beside]
    texts += [
        in_cell(each, pl.col(each.base), national=national).alias(f"={each.key}") for each in shown
    ]
    return frame.select(texts)


_OF_HEADS: Final = ("person.number", "person.name", "person.id_number")


def _with_heads(homes: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Households with number, name and identity number of the head."""
    heads = people.filter(pl.col("membership.is_head").fill_null(False)).select(
        pl.col("membership.household").alias("household.number"),
        *(pl.col(name).alias(name.replace("person.", "head.")) for name in _OF_HEADS),
    )
    return homes.join(
        heads.unique("household.number", keep="first"),
        on="household.number", how="left", maintain_order="left",
    )  # fmt: skip


def _pieces(areas: Sequence[str]) -> list[str]:
    """Townships (or smaller) that have households within the areas."""
    with connection.cursor() as cursor:
        found: list[str] = []
        for area in areas:
            length = max(9, len(area))
            cursor.execute(
                "SELECT DISTINCT left(village_code, %s) FROM registry_household"
                " WHERE village_code >= %s AND village_code < %s AND state = 'active' ORDER BY 1",
                [length, area, f"{area}:"],
            )
            found += [row[0] for row in cursor.fetchall()]
    return found


def _age(born: pl.Expr, on: date) -> pl.Expr:
    day = pl.lit(on)
    had = (day.dt.month() * 100 + day.dt.day()) >= (born.dt.month() * 100 + born.dt.day())
    return day.dt.year() - born.dt.year() - (~had).cast(pl.Int32)


def place_names(areas: Sequence[str]) -> pl.DataFrame:
    """village (code), village_name, township, county, city, province."""
    above = {around for area in areas for around in codes_around(area)}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code, name FROM places_place WHERE valid_to IS NULL"
            " AND (code = ANY(%s) OR code LIKE ANY(%s))",
            [sorted(above), [f"{area}%" for area in areas]],
        )
        names: dict[str, str] = dict(cursor.fetchall())
    rows: list[tuple[Any, ...]] = []
    for code, name in names.items():
        if code.endswith("000") or not any(code.startswith(area) for area in areas):
            continue
        upper = [names.get(around) for around in reversed(codes_around(code)[1:])]
        rows.append((code, *upper, name))
    return pl.DataFrame(
        rows,
        schema=dict.fromkeys(
            ("village", "province", "city", "county", "township", "village_name"), pl.String
        ),
        orient="row",
    )
