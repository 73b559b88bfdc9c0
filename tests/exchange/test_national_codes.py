"""Codes of national standards in place of words: read where a whole column speaks in them, refused
where nobody can say what is meant, written where asked for."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from tests.exchange import invented

from fangpin.exchange import columns as wide
from fangpin.exchange.national_codes import meanings, table_of
from fangpin.exchange.reading import WideFile, read_wide
from fangpin.exchange.village_index import village_index
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
    return next(each for each in wide.wide_columns() if each.codes == vocabulary and table_of(each))


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
