"""From workbooks to hits: who is hit, whose row it is, what was not sent, and that no content of a
cell stops the check."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from tests.quality.exports import (
    AS_OF,
    FILES,
    checked,
    household,
    member,
    pack,
    rules_hit,
    spell,
    village,
    written,
)

from fangpin.kernel.errors import FangpinError
from fangpin.quality.run import check

HOSTILE = (
    *(
        "",
        " ",
        "\u3000",
        "无",
        "NULL",
        "#N/A",
        "=1+1",
        "-",
        "0.0",
        "-0",
        "NaN",
        "inf",
        "1e308",
        "9" * 40,
    ),
    *(
        "1,000",
        "１２３",
        "20240230",
        "20231301",
        "2023年13月",
        "1970",
        "是,否",
        "，，",
        "a\nb",
        "\U0001f600",
    ),
    *(
        "\u202e是",
        "'=1",
        "<a&b>",
        "X" * 18,
        "529900",
        "x" * 5000,
        "TRUE",
        "12-18",
        "999999",
        "0" * 18,
    ),
)


def test_a_sound_household_is_left_alone(tmp_path: Path) -> None:
    rows = household()
    rows[0]["work_place"] = "浙江省宁波市鄞州区"
    found = checked(tmp_path, rows, {"work": [spell(rows[0])]})
    assert found.hits.to_dicts() == []
    assert found.as_of == AS_OF
    assert found.not_checked == ()
    assert found.unused == ()
    snapshot = found.exports.snapshot
    assert (snapshot.persons.height, snapshot.households.height) == (3, 1)


def test_a_hit_names_the_row_and_its_figures(tmp_path: Path) -> None:
    rows = household()
    rows[1]["ethnic_group"] = "  "
    hits = checked(tmp_path, rows).hits.filter(pl.col("rule") == "2_01_001")
    assert hits.select(
        "unit", "village", "household_id", "person_no", "head", "name", "row"
    ).rows() == [("person", "石门村", "5299000000001", "529900000000102", "样本01", "样本02", 5)]
    assert hits["sentence_zh"].item() == "属于脱贫户；且民族为空"
    assert hits["file"].item() == "监测对象信息.xlsx"


def test_households_and_villages_are_hit_too(tmp_path: Path) -> None:
    rows = [row | {"arable_land_text": "100.1"} for row in household()]
    others = {"villages": [village(clinics_text=None)]}
    found = checked(tmp_path, rows, others).hits
    hits = {row["rule"]: row for row in found.to_dicts()}
    assert hits["5_14_001"]["unit"] == "household"
    assert hits["5_14_001"]["person_no"] is None
    assert "100.1 亩 >" in hits["5_14_001"]["sentence_zh"]
    assert (hits["1_03_009"]["unit"], hits["1_03_009"]["household_id"]) == ("village", None)
    assert (hits["1_03_009"]["file"], hits["1_03_009"]["row"]) == ("行政村信息.xlsx", 4)


def test_lines_follow_the_day_of_the_exports(tmp_path: Path) -> None:
    rows = [row | {"income_per_person_text": "7000"} for row in household()]
    folder = written(tmp_path, rows)
    assert "1_02_006" in rules_hit(check(pack(), [folder]).hits)
    assert "1_02_006" not in rules_hit(check(pack(), [folder], date(2022, 12, 18)).hits)


def test_work_rows_belong_by_person_number_else_by_document_number(tmp_path: Path) -> None:
    rows = household()
    rows[0] |= {"labour": "技能劳动力", "monitoring": "边缘易致贫户"}
    rows[1] |= {"labour": "技能劳动力", "monitoring": "边缘易致贫户"}
    assert "5_20_029" in rules_hit(checked(tmp_path / "none", rows).hits)
    spells = [spell(rows[0], id_number="?"), spell(rows[1], person_number=None)]
    found = checked(tmp_path / "both", rows, {"work": spells})
    assert "5_20_029" not in rules_hit(found.hits)
    assert found.exports.strangers["work"] == 0
    stranger = spell(member(9, date(1990, 1, 1), "其他"))
    assert checked(tmp_path / "who", rows, {"work": [stranger]}).exports.strangers["work"] == 1


def test_what_was_not_sent_is_not_checked_and_said(tmp_path: Path) -> None:
    rows = [{k: v for k, v in row.items() if k != "ethnic_group"} for row in household()]
    folder = written(tmp_path, rows, without=frozenset({"ethnic_group"}))
    (folder / f"{FILES['villages']}.xlsx").unlink()
    found = check(pack(), [folder])
    assert found.hits.height == 0
    skipped = {each.rule.number: {fact.name for fact in each.facts} for each in found.not_checked}
    assert skipped["2_01_001"] == {"ethnic_blank"}
    assert skipped["1_03_009"] >= {"village_clinics_blank"}
    assert "2_01_011" not in skipped
    assert found.exports.missing_columns["register_persons"] == ("民族",)
    assert found.exports.missing_columns["villages"] == ()


def test_a_column_of_numbers_that_was_not_sent_is_no_column_of_blanks(tmp_path: Path) -> None:
    folder = written(tmp_path, household(), without=frozenset({"id_number"}))
    found = check(pack(), [folder])
    assert found.hits.height == 0
    lacking = {fact.name for each in found.not_checked for fact in each.facts}
    assert "id_blank" in lacking
    assert found.exports.missing_columns["register_persons"] == ("证件号码",)


def test_a_register_that_cannot_be_one_is_refused(tmp_path: Path) -> None:
    apart = written(tmp_path / "apart", household(), without=frozenset({"household_number"}))
    with pytest.raises(FangpinError, match="户编号"):
        check(pack(), [apart])
    with pytest.raises(FangpinError, match="没有一行数据"):
        check(pack(), [written(tmp_path / "empty", [])])
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "监测对象信息.csv").write_text("什么,都\n不,是\n", encoding="utf-8")
    with pytest.raises(FangpinError, match="没有找到监测对象信息") as refused:
        check(pack(), [broken])
    assert "监测对象信息.csv" in {each.where.file for each in refused.value.problems}


def test_an_export_sent_twice_is_checked_once(tmp_path: Path) -> None:
    folder = written(tmp_path, household())
    (folder / "监测对象信息.xlsx").rename(folder / "监测对象信息(1).xlsx")
    again = written(tmp_path / "again", household()[::-1])
    (again / "监测对象信息.xlsx").rename(folder / "监测对象信息.xlsx")
    found = check(pack(), [folder])
    assert found.exports.snapshot.persons.height == 3
    assert found.hits.height == 0
    assert [each.file for each in found.unused] == ["监测对象信息.xlsx"]


def test_townships_of_two_counties_are_told_apart(tmp_path: Path) -> None:
    rows = household()
    others = [row | {"county": "白水县", "household_number": "5299000000002"} for row in rows]
    for each in others:
        each["person_number"] = f"{each['person_number']}9"
    found = check(pack(), [written(tmp_path, [*rows, *others])])
    assert set(found.hits["township"].to_list()) == {"白水县青石乡", "长顺县青石乡"}


def test_rows_without_numbers_stay_apart(tmp_path: Path) -> None:
    rows = household()
    for row in rows:
        row |= {"household_number": None, "person_number": None}
    found = checked(tmp_path, rows)
    assert found.exports.snapshot.households.height == 3
    heads = found.hits.filter(pl.col("rule") == "3_02_012")
    assert heads["row"].sort().to_list() == [5, 6]  # wife and child now have no head


def test_files_may_be_named_one_by_one_and_lie_beside_others(tmp_path: Path) -> None:
    folder = written(tmp_path, household())
    (folder / "说明.csv").write_text("这不是导出表,1\n第二行,2\n", encoding="utf-8")
    (folder / "readme.md").write_text("-", encoding="utf-8")
    found = check(pack(), [folder])
    assert [(each.file, str(each.why)) for each in found.unused] == [
        ("说明.csv", str(found.unused[0].why))
    ]
    alone = check(pack(), [folder / "监测对象信息.xlsx"])
    assert alone.exports.snapshot.persons.height == 3
    with pytest.raises(FangpinError, match="监测对象信息"):
        check(pack(), [folder / "行政村信息.xlsx"])
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(FangpinError, match="xlsx"):
        check(pack(), [empty])


def test_no_cell_stops_the_check(tmp_path: Path) -> None:
    """Every hostile text in every column of all exports, one household each; and one more that is
    sound and must stay so."""
    rows = []
    for at, text in enumerate(HOSTILE):
        for person in household():
            spoiled = dict.fromkeys(person, text) | {
                "household_number": f"{at}" if at % 2 else text,
                "village": text if at % 3 else person["village"],
                "arable_land_text": text,
                "monitoring": text,
                "household_type": text if at % 4 else "脱贫户",
            }
            rows.append(spoiled)
    good = household()
    spells = [dict.fromkeys(spell(good[0]), text) for text in HOSTILE]
    spells += [
        spell(good[0]) | {name: text} for text in HOSTILE for name in ("start_text", "end_text")
    ]
    others = {
        "work": spells,
        "planned_work": [
            {"id_number": text, "planned": text, "service": text, "household_type": text}
            for text in HOSTILE
        ],
        "rural_construction": [
            {"household_number": text, "id_number": text, "household_type": text}
            for text in HOSTILE
        ],
        "villages": [dict.fromkeys(village(), text) for text in HOSTILE],
    }
    found = checked(tmp_path, [*rows, *good], others)
    assert found.not_checked == ()
    snapshot = found.exports.snapshot
    assert snapshot.persons.height == len(rows) + len(good) - 3  # three rows are blank
    own = found.hits.filter(pl.col("household_id") == good[0]["household_number"])
    assert set(own["unit"].to_list()) <= {"person"}
    assert found.hits.height
