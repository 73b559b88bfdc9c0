"""What is written out and read in again changes nothing, whatever households are made of."""

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import polars as pl
import pytest
from django.conf import LazySettings
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.exchange import invented
from tests.exchange.invented import VILLAGES, YEAR, Home

from fangpin.exchange import exporting, state
from fangpin.exchange.applying import carry_out
from fangpin.exchange.cells import plain
from fangpin.exchange.columns import WideColumn, columns_of, reading_pack
from fangpin.exchange.plan import Permit, make_plan
from fangpin.exchange.reading import read_wide
from fangpin.exchange.village_index import village_index
from fangpin.feeds.names_compared import normalised
from fangpin.people.scope import FieldGroup
from fangpin.registry.models import Household

ON = date(2026, 3, 1)
EVERY = frozenset(FieldGroup)
WANTED = exporting.Wanted((invented.COUNTY,), EVERY, YEAR, ON)
_ODD = "样本甲乙（）()，,、。“”\"';；=+-@#%&<>/\\|: 　ＡａZz09𬱖㛃䶮·é"
_TEXTS = st.text(st.sampled_from(_ODD), min_size=1, max_size=20)
_NAMES = st.one_of(
    st.text(st.sampled_from("样本欧阳甲乙丙𬱖㛃䶮"), min_size=2, max_size=5),
    st.sampled_from(["阿依古丽·买买提", "张 三", "MARIA GARCIA", "李四(户主)", "𬱖㛃"]),
)
_IDS = st.one_of(
    st.from_regex(
        r"529900(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|1[0-9])[0-9]{3}[0-9X]", fullmatch=True
    ),
    st.from_regex(r"529900(19|20)[0-9]{9}[0-9X][1-7][1-4]", fullmatch=True),
    st.from_regex(r"529900(19|20)[0-9]{9}[0-9X][1-7][1-4]B[1-9]", fullmatch=True),
    st.from_regex(r"999999[0-9]{12}", fullmatch=True),
    st.from_regex(r"[EGH][0-9]{8}", fullmatch=True),
    st.none(),
)
_PHONES = st.from_regex(r"(154[0-9]{8}|0943-[0-9]{7})", fullmatch=True)


def _values(column: WideColumn) -> st.SearchStrategy[Any]:
    """Something the registry may hold in this column, unknown among it."""
    made: st.SearchStrategy[Any]
    if column.masked:
        made = {
            "name": _NAMES, "id_number": _IDS, "phone": _PHONES,
            "account": st.from_regex(r"62[0-9]{17}", fullmatch=True),
        }[column.masked]  # fmt: skip
    elif column.kind in ("code", "codes") or column.part:
        codes = [v.code for v in reading_pack().codes[column.codes].values]
        single = [c for c in codes if not all(p in codes for p in c.split("_")) or "_" not in c]
        if column.part or column.kind == "codes":
            made = st.lists(st.sampled_from(single), unique=True, max_size=3).map(",".join)
        else:
            made = st.sampled_from(codes)
    elif column.kind == "flag":
        made = st.booleans()
    elif column.kind in ("date", "month"):
        made = st.dates(date(1950, 1, 1), date(2025, 12, 31))
        if column.kind == "month":
            made = st.dates(date(2012, 1, 1), date(2025, 12, 31)).map(
                lambda day: day.replace(day=1)
            )
    elif column.kind in ("money", "quantity", "whole"):
        digits = {"money": 2, "quantity": 4, "whole": 0}[column.kind]
        low, high = (0, 50 * 10**digits)
        if column.read.domain is not None:
            low, high = column.read.domain.scaled(digits)
        made = st.integers(max(low, -(10**9)), min(high, 10**9))
    else:
        made = _TEXTS
    return st.one_of(st.none(), made)


_NOT_DRAWN = ("household.number", "household.village_code", "helper.ended_on")
_HOUSEHOLD = {
    column.base: _values(column)
    for column in columns_of("household")
    if column.table != "removal" and column.key not in _NOT_DRAWN
}
_PERSON = {
    c.base: _values(c)
    for c in columns_of("person")
    if c.base not in ("person.number", "membership.relation")
}
_RELATIONS = st.sampled_from(["spouse", "son", "daughter", "mother", "other"])


def _some(strategies: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.lists(
        st.sampled_from(sorted(strategies)), unique=True, min_size=3, max_size=25
    ).flatmap(lambda keys: st.fixed_dictionaries({key: strategies[key] for key in keys}))


@st.composite
def _homes(draw: st.DrawFn) -> list[Home]:
    homes = []
    for at in range(draw(st.integers(1, 4))):
        village = draw(st.sampled_from(VILLAGES))[0]
        number = f"{village}{at + 1:04d}"
        members = []
        for place in range(draw(st.integers(1, 3))):
            relation = "head" if place == 0 else draw(_RELATIONS)
            members.append(
                draw(_some(_PERSON))
                | {"person.number": f"{number}{place + 1:02d}", "membership.relation": relation}
            )
        homes.append(Home(number, village, draw(_some(_HOUSEHOLD)), members))
    return homes


def _told() -> dict[str, pl.DataFrame]:
    """The registry as wide tables, by number, without ids, in the spelling that files have."""
    which = state.Which(areas=(invented.COUNTY,))
    told = {}
    for sheet, frame in (
        ("household", state.households(which, invented.every_key("household"), YEAR)),
        ("person", state.persons(which, invented.every_key("person"))),
    ):
        keys = [name for name in frame.columns if "." in name and not name.endswith(".id")]
        columns = state.column_of(sheet)  # type: ignore[arg-type]
        spelt = [
            (normalised(frame[k]) if columns[k].masked == "name" else plain(frame[k])).alias(k)
            for k in keys
            if k in columns and columns[k].kind == "text"
        ]
        shown = [k for k in keys if not k.startswith("membership.began") and k != "helper.began_on"]
        told[sheet] = frame.select(keys).with_columns(spelt).select(shown)
    return told


class _BackOut(Exception):
    """Nothing of an example stays."""


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(homes=_homes())
def test_out_and_in_changes_nothing_and_loses_nothing(
    county: None, tmp_path: Path, form: str, homes: list[Home]
) -> None:
    _tried(tmp_path, form, homes)


@pytest.mark.long
@pytest.mark.parametrize("form", ["xlsx", "csv"])
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(homes=_homes())
def test_out_and_in_of_many_more_households(
    county: None, tmp_path: Path, form: str, homes: list[Home]
) -> None:
    _tried(tmp_path, form, homes)


def _tried(folder: Path, form: str, homes: list[Home]) -> None:
    try:
        with transaction.atomic():
            _out_and_in(folder, form, homes)
            raise _BackOut
    except _BackOut:
        pass


def _written(folder: Path, form: str) -> list[Path]:
    paths = []
    for sheet in (None,) if form == "xlsx" else ("household", "person"):
        buffer = BytesIO()
        exporting.write(buffer, form, WANTED, sheet=sheet)  # type: ignore[arg-type]
        path = folder / f"{uuid4().hex}.{form}"
        path.write_bytes(buffer.getvalue())
        paths.append(path)
    return paths


def _out_and_in(folder: Path, form: str, homes: list[Home]) -> None:
    invented.enter(homes)
    paths = _written(folder, form)
    for path in paths:
        file = read_wide(path, village_index(), ON)
        plan = make_plan(file, Permit(None, EVERY), YEAR)
        assert plan.households.changed.height == plan.persons.changed.height == 0, (
            plan.households.changed.to_dicts() + plan.persons.changed.to_dicts()
        )
        assert plan.empty
        assert not plan.remarks.filter(pl.col("kind") != "note").height, plan.remarks.to_dicts()
    before = _told()
    _emptied()
    for path in paths:
        file = read_wide(path, village_index(), ON)
        plan = make_plan(file, Permit(None, EVERY), YEAR)
        carry_out(plan, by=None, on=ON, context=None)
    after = _told()
    for sheet in before:
        assert before[sheet].equals(after[sheet]), _difference(before[sheet], after[sheet])
    assert Household.objects.count() == len(homes)


def _difference(first: pl.DataFrame, second: pl.DataFrame) -> list[Any]:
    return [
        (name, a, b)
        for name in first.columns
        for a, b in zip(first[name].to_list(), second[name].to_list(), strict=False)
        if a != b
    ]


def _emptied() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for table in ("membership", "helperspell", "incomeyear", "yearlyconditions",
                      "categoryspell", "person", "household"):  # fmt: skip
            cursor.execute(f"DELETE FROM registry_{table}")


def test_the_template_can_be_filled_in_and_read(
    county: None, tmp_path: Path, settings: LazySettings
) -> None:
    import openpyxl

    path = tmp_path / "模板.xlsx"
    with path.open("wb") as target:
        exporting.template(target)
    book = openpyxl.load_workbook(path)
    number = f"{VILLAGES[0][0]}0001"
    for name, told in (
        ("户信息", {"乡(镇)": "样本镇", "行政村": "东风村", "户编号": number, "户类型": "脱贫户"}),
        ("人员信息", {"户编号": number, "人编号": f"{number}01", "姓名": "样本甲",
                    "证件号码": "529900196001010019", "与户主关系": "户主"}),
    ):  # fmt: skip
        page = book[name]
        heads = {cell.value: cell.column for row in page.iter_rows(max_row=3) for cell in row}
        for header, value in told.items():
            page.cell(row=4, column=heads[header], value=value)
    book.save(path)
    file = read_wide(path, village_index(), ON)
    plan = make_plan(file, Permit(None, EVERY), YEAR)
    assert plan.households.counts()["added"] == 1
    assert plan.persons.counts()["added"] == 1


def test_only_the_groups_that_the_reader_sees_are_written(county: None, tmp_path: Path) -> None:
    import openpyxl

    invented.enter([invented.simple(f"{VILLAGES[0][0]}0001")])
    buffer = BytesIO()
    groups = frozenset({FieldGroup.household, FieldGroup.income})
    exporting.write(buffer, "xlsx", exporting.Wanted((invented.COUNTY,), groups, YEAR, ON))
    cells = {
        str(cell.value)
        for page in openpyxl.load_workbook(buffer)
        for row in page.iter_rows()
        for cell in row
        if cell.value is not None
    }
    assert "1234.56" in cells
    assert not cells & {
        "样本001甲",
        "15400000001",
        "证件号码",
        "联系电话",
        "户主姓名",
        "银行卡号",
        "4.5",
    }


def test_a_village_outside_the_area_is_not_written(county: None) -> None:
    invented.enter(
        [
            invented.simple(f"{VILLAGES[0][0]}0001"),
            invented.simple(f"{VILLAGES[2][0]}0001", village=VILLAGES[2][0]),
        ]
    )
    buffer = BytesIO()
    wanted = exporting.Wanted(("529900102",), EVERY, YEAR, ON)
    assert exporting.write(buffer, "csv", wanted, sheet="household") == 1
    assert VILLAGES[2][0].encode() in buffer.getvalue()
    assert VILLAGES[0][0].encode() not in buffer.getvalue()
