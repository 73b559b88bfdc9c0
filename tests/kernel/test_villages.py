"""Places of an invented county 青川 (codes outside any assigned area)."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fangpin.kernel.villages import (
    Merger,
    Place,
    PlaceIndex,
    PlaceKind,
    PlaceVerdict,
    resolve_series,
    split_address,
    split_group,
    township_core,
    village_name,
)

V = PlaceVerdict
EAST, EAST_UPPER, STONE, STONE_COMMUNITY, NEW, LIANG, WU, LUO = (
    f"99990210{number}" for number in (1201, 1202, 1203, 1001, 1204, 2201, 2202, 2203)
)
INDEX = PlaceIndex(
    [
        Place(EAST, "东星村", "水川镇", ("上东星村", "下东星村"), ("999902101299",)),
        Place(EAST_UPPER, "东台村", "水川镇"),
        Place(STONE, "石坪村", "水川镇"),
        Place(STONE_COMMUNITY, "石坪社区", "水川镇"),
        Place(NEW, "新村村", "水川镇"),
        Place(LIANG, "梁庄村", "四龙乡"),
        Place(WU, "五星村", "四龙乡"),
        Place(LUO, "雒滩村", "四龙乡"),
        Place("999902102204", "东台村", "四龙乡"),
    ],
    [Merger("五雒村", "四龙乡", (WU, LUO))],
    ("青省", "川市", "青川县"),
)


@pytest.mark.parametrize(
    "text",
    [
        "独山",
        "独山村",
        "独山村委会",
        "独山村民委员会",
        "独山村村民委员会",
        "独山行政村",
        " 独山\u3000村 ",
        "独山村(原红山村)",
    ],
)
def test_every_form_has_one_core(text: str) -> None:
    assert village_name(text).core == "独山"


@pytest.mark.parametrize(
    ("text", "core", "kind", "group"),
    [
        ("独山村三社", "独山", PlaceKind.village, 3),
        ("独山村2组", "独山", PlaceKind.village, 2),
        ("独山村第十二村民小组", "独山", PlaceKind.village, 12),
        ("独山村(五组)", "独山", PlaceKind.village, 5),
        ("独山村五社12号", "独山", PlaceKind.village, 5),
        ("盘旋路社区居委会", "盘旋路", PlaceKind.community, None),
        ("三社区", "三", PlaceKind.community, None),
        ("新村村", "新村", PlaceKind.village, None),
        ("村", "村", PlaceKind.bare, None),
        ("", "", PlaceKind.bare, None),
    ],
)
def test_kind_and_group(text: str, core: str, kind: PlaceKind, group: int | None) -> None:
    name = village_name(text)
    assert (name.core, name.kind, name.group) == (core, kind, group)


def test_groups_and_townships() -> None:
    assert split_group("民勤村五社") == ("民勤村", 5)
    assert split_group("民勤村") == ("民勤村", None)
    assert {township_core(t) for t in ("水川镇", "水川", "水川镇人民政府", "水川镇政府")} == {
        "水川"
    }
    assert township_core("镇") == "镇"


def test_addresses_are_cut_at_administrative_words() -> None:
    whole = split_address("甘肃省白银市白银区四龙镇民勤村五社12号")
    assert (whole.province, whole.prefecture, whole.county) == ("甘肃省", "白银市", "白银区")
    assert (whole.township, whole.village, whole.group) == ("四龙镇", "民勤村", 5)
    assert split_address("家住:靖远县北湾镇新安村").county == "靖远县"
    assert split_address("盘旋路社区").county == ""
    assert split_address("").village == ""


@pytest.mark.parametrize(
    ("given_", "verdict", "code"),
    [
        ({"township": "水川镇", "village": "东星村"}, V.exact, EAST),
        ({"township": "水川", "village": "东星"}, V.normalised, EAST),
        ({"township": "青川县水川镇", "village": "东星村"}, V.exact, EAST),
        ({"township": "青川县", "village": "东星村"}, V.exact, EAST),
        ({"village": "东星村村民委员会"}, V.normalised, EAST),
        ({"village": "上东星村"}, V.old_name, EAST),
        ({"village": "下东星"}, V.old_name, EAST),
        ({"village": "水川镇东星村"}, V.exact, EAST),
        ({"village": "新村"}, V.normalised, NEW),
        ({"village": EAST}, V.exact, EAST),
        ({"code": EAST}, V.exact, EAST),
        ({"code": "999902101299"}, V.old_name, EAST),
        ({"code": EAST, "village": "东星"}, V.exact, EAST),
        ({"code": "999902109999", "village": "东星村"}, V.exact, EAST),
        ({"code": EAST, "village": "某某村"}, V.exact, EAST),
        ({"code": EAST, "village": "石坪村"}, V.ambiguous, None),
        ({"township": "水川镇", "village": "梁庄村"}, V.under_wrong_township, LIANG),
        ({"township": "水川镇", "address": "四龙乡梁庄村"}, V.under_wrong_township, LIANG),
        ({"township": "外地镇", "village": "梁庄村"}, V.unknown, None),
        ({"village": "东台村"}, V.ambiguous, None),
        ({"village": "东台村", "township": "四龙乡"}, V.exact, "999902102204"),
        ({"village": "东台村", "code": EAST_UPPER}, V.exact, EAST_UPPER),
        ({"village": "五雒村"}, V.merged_name, None),
        ({"village": "石坪"}, V.ambiguous, None),
        ({"village": "石坪社区"}, V.exact, STONE_COMMUNITY),
        ({"village": "石坪居委会"}, V.normalised, STONE_COMMUNITY),
        ({"village": "梁庄社区"}, V.unknown, None),
        ({"village": "火星村"}, V.unknown, None),
        ({"address": "青省川市青川县四龙乡梁庄村三社8号"}, V.normalised, LIANG),
        ({"address": "青川县四龙乡梁庄村"}, V.exact, LIANG),
        ({"address": "青川县梁庄村"}, V.exact, LIANG),
        ({"address": "青省别市他县四龙乡梁庄村"}, V.elsewhere, None),
        ({"address": "青省别市东山县梁庄村"}, V.elsewhere, None),
        ({"address": "东山县四龙乡梁庄村"}, V.elsewhere, None),
        ({"address": "四龙乡"}, V.unknown, None),
        ({"village": "无", "address": "四龙乡梁庄村"}, V.exact, LIANG),
        ({}, V.blank, None),
        ({"village": "—"}, V.blank, None),
    ],
)
def test_what_a_row_means(given_: dict[str, str], verdict: V, code: str | None) -> None:
    found = INDEX.resolve(**given_)
    assert (found.verdict, found.code) == (verdict, code)


def test_candidates_and_groups() -> None:
    assert INDEX.resolve(village="五雒村").candidates == (WU, LUO)
    assert set(INDEX.resolve(village="石坪").candidates) == {STONE, STONE_COMMUNITY}
    assert INDEX.resolve(township="外地镇", village="梁庄村").candidates == (LIANG,)
    assert INDEX.resolve(village="梁庄村三社").group == 3
    assert INDEX.resolve(village="五雒村", code=WU).code == WU


def test_places_named_in_sentences() -> None:
    text = "群众李某反映四龙乡东台村停水,梁庄村、五雒村也停水,住在梁庄村的亲戚"
    found = INDEX.mentions(text)
    assert [(place.verdict, place.code) for place in found] == [
        (V.exact, "999902102204"),
        (V.exact, LIANG),
        (V.merged_name, None),
    ]
    assert INDEX.mentions("咨询电子凭证") == ()


def test_the_list_itself_is_checked() -> None:
    with pytest.raises(ValueError, match="two places"):
        PlaceIndex([Place(EAST, "甲村", "乙镇"), Place(EAST, "丙村", "乙镇")])
    with pytest.raises(ValueError, match="unknown places"):
        PlaceIndex([], [Merger("甲村", "乙镇", (EAST,))])
    assert PlaceIndex([]).resolve(village="甲村").verdict is V.unknown


TEXT = st.one_of(
    st.none(),
    st.sampled_from(
        ["东星村", "东台", "四龙乡", "水川", "梁庄村三社", "五雒村", EAST, "青川县四龙乡梁庄村"]
    ),
    st.text(alphabet="东星台村社区镇乡县省市青川四龙五组三()0 号", max_size=9),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=8))
def test_the_column_agrees_and_nothing_raises(rows: list[tuple[str | None, ...]]) -> None:
    columns = [pl.Series(list(column), dtype=pl.String) for column in zip(*rows, strict=True)]
    if not rows:
        columns = [pl.Series([], dtype=pl.String)] * 3
    answers = resolve_series(INDEX, township=columns[0], village=columns[1], address=columns[2])
    for row, answer in zip(rows, answers.iter_rows(named=True), strict=True):
        found = INDEX.resolve(*row)
        assert (answer["verdict"], answer["place_code"]) == (found.verdict.value, found.code)
        assert tuple(answer["candidates"]) == found.candidates
        assert found.code is None or found.code in INDEX.places
        one_meant = found.verdict in (V.exact, V.normalised, V.old_name, V.under_wrong_township)
        assert (found.code is not None) == one_meant


def test_a_column_is_needed() -> None:
    with pytest.raises(ValueError, match="at least one"):
        resolve_series(INDEX)
