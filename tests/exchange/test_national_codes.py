"""Codes of national standards in place of words: read where a whole column speaks in them, refused
where nobody can say what is meant, written where asked for."""

import re
from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from tests.exchange import invented
from tests.exchange.invented import VILLAGES, YEAR, Home

from fangpin.exchange import columns as wide
from fangpin.exchange import exporting
from fangpin.exchange.code_tally import CodeTally
from fangpin.exchange.columns import reading_pack
from fangpin.exchange.national_codes import meanings
from fangpin.exchange.plan import Permit, make_plan
from fangpin.exchange.reading import WideFile, read_wide
from fangpin.exchange.village_index import village_index
from fangpin.people.scope import FieldGroup
from fangpin.registry.catalogue.load import catalogue

ON = date(2026, 3, 1)
HOME = "5299001012010001"
HEADS = (
    "户编号",
    "人编号",
    "姓名",
    "证件号码",
    "与户主关系",
    "性别",
    "民族",
    "文化程度",
    "健康状况",
)


def read(folder: Path, *rows: tuple[str, ...], heads: tuple[str, ...] = HEADS) -> WideFile:
    """Persons of one household, the cells from the relation on given row by row."""
    lines = [
        (
            HOME,
            f"{HOME}{at:02d}",
            f"样本{'甲乙丙丁戊己庚辛'[at - 1]}",
            f"5299001960{at:02d}010019",
            *row,
        )
        for at, row in enumerate(rows, start=1)
    ]
    path = invented.table(folder / "人员.xlsx", heads, *lines)
    return read_wide(path, village_index(), ON)


def values(file: WideFile, key: str) -> list[str | None]:
    return file.persons[key].to_list()


def said(file: WideFile, kind: str) -> list[tuple[int, str, str]]:
    told = file.remarks.filter(pl.col("kind") == kind)
    return list(zip(told["row"], told["column"], told["zh"], strict=True))


@pytest.mark.usefixtures("county")
def test_columns_of_codes_are_read_as_their_values_and_told(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        ("02", "1", "01", "60", "1"),
        ("11", "2", "3", "81", "3,6"),
        ("22", "1", "3.0", "90", "6"),
    )
    assert values(file, "membership.relation") == ["head", "spouse", "son"]
    assert values(file, "person.sex") == ["male", "female", "male"]
    assert values(file, "person.ethnic_group") == ["HA", "HU", "HU"]
    assert values(file, "person.education") == ["senior", "primary", "illiterate"]
    assert values(file, "person.health") == ["healthy", "chronic,disabled", "disabled"]
    assert said(file, "cell") == []
    notes = said(file, "note")
    assert (0, "民族", "民族：3 个国标代码已对应（GB/T 3304-1991）") in notes
    assert len([line for line in notes if "国标代码" in line[2]]) == 5


@pytest.mark.usefixtures("county")
def test_what_cannot_be_decided_is_refused_with_its_row_and_what_to_do(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        ("02", "1", "01", "60", "1"),
        ("40", "0", "77", "99", "2"),
        ("10", "2", "02", "70", "患有大病"),
    )
    assert values(file, "membership.relation") == ["head", None, "spouse"]
    assert values(file, "person.sex") == ["male", None, "female"]
    assert values(file, "person.health") == ["healthy", None, "serious"]
    assert {(row, column) for row, column, _ in said(file, "cell")} == {
        (3, column) for column in ("与户主关系", "民族", "文化程度", "健康状况")
    }
    told = {column: why for _, column, why in said(file, "cell")}
    assert "之孙子、之孙女、之外孙子、之外孙女" in told["与户主关系"]
    assert "请改写为其中一项" in told["与户主关系"]
    assert "“77”不是 GB/T 3304-1991 的代码" in told["民族"]
    assert "健康、长期慢性病" in told["健康状况"]
    notes = {column: why for row, column, why in said(file, "note") if not row}
    assert notes["性别"].endswith("1 个表示“未知”或“未说明”，视同空白")
    assert notes["民族"] == "民族：2 个国标代码已对应（GB/T 3304-1991）；1 个不采用，原因逐格列出"


@pytest.mark.usefixtures("county")
def test_among_words_codes_are_nobodys(tmp_path: Path) -> None:
    file = read(
        tmp_path, ("户主", "男", "汉族", "高中", "健康"), ("10", "2", "03", "60", "3"),
        ("之子", "男", "汉族", "小学", "残疾"),
    )  # fmt: skip
    assert values(file, "membership.relation") == ["head", None, "son"]
    assert values(file, "person.ethnic_group") == ["HA", None, "HA"]
    # 2 for a woman is a spelling of the word itself, in whatever company
    assert values(file, "person.sex") == ["male", "female", "male"]
    told = {column: why for _, column, why in said(file, "cell")}
    assert set(told) == {"与户主关系", "民族", "文化程度", "健康状况"}
    assert all("既有文字又有代码" in why for why in told.values())
    assert not [why for row, _, why in said(file, "note") if "国标代码" in why]


@pytest.mark.usefixtures("county")
def test_a_column_may_be_named_after_its_codes(tmp_path: Path) -> None:
    heads = tuple(f"{head}代码" if at >= 4 else head for at, head in enumerate(HEADS))
    file = read(tmp_path, ("02", "1", "03", "60", "1"), heads=heads)
    assert values(file, "membership.relation") == ["head"]
    assert values(file, "person.ethnic_group") == ["HU"]
    assert file.left_out == ()


def column_of(vocabulary: str) -> wide.WideColumn:
    return next(
        each for each in wide.wide_columns() if each.codes == vocabulary and wide.standard_of(each)
    )


def meant(vocabulary: str, *cells: str) -> list[str | None]:
    column = column_of(vocabulary)
    found = meanings(cells, column, catalogue().code_maps[vocabulary])
    return [None if found[cell].refusal else ",".join(found[cell].codes) for cell in cells]


def test_lost_zeros_are_put_back_only_where_one_width_explains_the_column() -> None:
    assert meant("political_status", "1", "3", "13") == ["party_member", "youth_league", "masses"]
    assert meant("ethnic_group", "1", "4") == ["HA", "ZA"]
    # one digit throughout: the main classes of relations
    assert meant("relation_to_head", "0", "1", "2", "3") == ["head", "spouse", "son", "daughter"]
    # two digits somewhere: 1 and 2 have lost their zero
    assert meant("relation_to_head", "1", "2", "10") == ["head", "head", "spouse"]
    # 01, 02 or spouse, son: nobody can tell
    assert meant("relation_to_head", "1", "2") == [None, None]
    assert meant("health", "1", "10") == [None, "healthy"]


# marital status stands on no wide table
ON_TABLES = sorted(set(catalogue().code_maps) - {"marital_status"})


@pytest.mark.parametrize("vocabulary", ON_TABLES)
def test_every_code_of_every_standard_means_what_the_map_says(vocabulary: str) -> None:
    table = catalogue().code_maps[vocabulary]
    column = column_of(vocabulary)
    by_width: dict[tuple[bool, int], list[str]] = {}
    for code in (*table.back, *table.several, *table.silent):
        by_width.setdefault((code.isdigit(), len(code)), []).append(code)
    for codes in by_width.values():
        found = meanings(codes, column, table)
        assert set(found) == set(codes)
        for code in codes:
            if code in table.several:
                assert found[code].refusal is not None
            else:
                assert found[code].codes == ((table.back[code],) if code in table.back else ())


EVERY = frozenset(FieldGroup)
WANTED = exporting.Wanted((invented.COUNTY,), EVERY, YEAR, ON, national=True)


def homes_with_every_code() -> list[Home]:
    """One household whose members carry, between them, every value of every such list."""
    number = f"{VILLAGES[0][0]}0001"
    on = [each for each in wide.columns_of("person") if wide.standard_of(each)]
    codes = {e.base: [v.code for v in reading_pack().codes[e.codes].values] for e in on}
    members = []
    for at in range(max(map(len, codes.values()))):
        person = {
            "person.number": f"{number}{at:03d}",
            "person.name": "样本甲",
            "person.id_number": f"52990019600101{at:04d}",
        }
        for key, known in codes.items():
            person[key] = known[at % len(known)]
        person["person.health"] = person["person.health"].replace("_", ",")
        # one head, and everybody else every other relation in turn
        relations = codes["membership.relation"]
        person["membership.relation"] = relations[0 if not at else 1 + at % (len(relations) - 1)]
        members.append(person)
    helper = {"helper.name": "样本乙", "helper.sex": "female", "helper.political_status": "masses"}
    return [Home(number, values={"household.category": "general", **helper}, members=members)]


@pytest.mark.usefixtures("county")
@pytest.mark.parametrize("form", ["xlsx", "csv", "zeros lost"])
def test_written_with_codes_and_read_again_nothing_changes(tmp_path: Path, form: str) -> None:
    invented.enter(homes_with_every_code())
    ending = "xlsx" if form == "xlsx" else "csv"
    for sheet in (None,) if form == "xlsx" else ("household", "person"):
        tally = CodeTally()
        buffer = BytesIO()
        rows = exporting.write(buffer, ending, WANTED, sheet=sheet, tally=tally)  # type: ignore[arg-type]
        content = buffer.getvalue()
        if form == "zeros lost":
            content = re.sub(rb"(?<=[,\n])0([0-9])(?=[,\r])", rb"\1", content)
        assert "汉族".encode() not in content
        path = tmp_path / f"{sheet}.{ending}"
        path.write_bytes(content)
        file = read_wide(path, village_index(), ON)
        plan = make_plan(file, Permit(None, EVERY), YEAR)
        assert plan.empty, plan.persons.changed.to_dicts() + plan.households.changed.to_dicts()
        assert not plan.remarks.filter(pl.col("kind") != "note").height, plan.remarks.to_dicts()
        told = [line for line in plan.remarks["zh"] if "国标代码已对应" in line]
        assert len(told) == {None: 10, "household": 2, "person": 8}[sheet]
        if sheet != "household":
            assert set(tally.words) == {"政治面貌", "健康状况"}
            assert rows == 57 + (sheet is None)


@pytest.mark.usefixtures("county")
def test_a_workbook_says_how_many_values_have_no_code(tmp_path: Path) -> None:
    home = invented.simple(f"{VILLAGES[0][0]}0001", people=3)
    for person, health in zip(home.members, ("healthy", "serious", "chronic,serious"), strict=True):
        person["person.health"] = health
    invented.enter([home])
    buffer = BytesIO()
    assert exporting.write(buffer, "xlsx", WANTED) == 4
    book = openpyxl.load_workbook(buffer)
    lines = {row[1]: row for row in book["国标代码说明"].iter_rows(min_row=2, values_only=True)}
    assert lines["健康状况"][2:5] == ("GB/T 2261.3-2003", "1", "2")
    assert lines["性别"][3:5] == ("3", "0")
    assert "1 男、2 女" in str(lines["性别"][5])
    cells = {cell for row in book["人员信息"].iter_rows(values_only=True) for cell in row}
    assert {"患有大病", "长期慢性病,患有大病", "02", "10"} <= cells
    assert "男" not in cells


def test_the_template_tells_the_codes(tmp_path: Path) -> None:
    buffer = BytesIO()
    exporting.template(buffer, national=True)
    page = openpyxl.load_workbook(buffer)["填写说明"]
    told = {row[1]: str(row[2]) for row in page.iter_rows(values_only=True)}
    assert told["性别"] == "GB/T 2261.1-2003：1 男、2 女"
    assert "01 汉族" in told["民族"]
    assert told["健康状况"].endswith("无代码，填文字：患有大病（可填多项，用逗号分开）")
