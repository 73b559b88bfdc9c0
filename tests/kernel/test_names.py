import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fangpin.kernel.names import (
    COMPATIBLE,
    SAME_NAME,
    NameMatch,
    compare_name_series,
    compare_names,
    fold_variants,
    normalise_name,
    normalise_name_series,
    surname,
)

M = NameMatch


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("林\u3000鹏", "林鹏"),
        (" 卢  明 ", "卢明"),
        ("张\u200b三\n", "张三"),
        ("杨小娟(户主)", "杨小娟"),
        ("杨小娟\uff08户主\uff09", "杨小娟"),
        ("闫廷珍【代】", "闫廷珍"),
        ("狄淑兰*", "狄淑兰"),
        ("肖伟军1", "肖伟军"),
        ("户主:张三", "张三"),
        ("阿依努尔•叶尔兰", "阿依努尔·叶尔兰"),
        ("马・尤苏夫", "马·尤苏夫"),
        ("巴合提\uff0e努尔兰", "巴合提·努尔兰"),
        ("阿依古丽‧买买提", "阿依古丽·买买提"),
        ("古丽娜尔.吐尔逊", "古丽娜尔·吐尔逊"),
        ("古丽娜尔 · 吐尔逊", "古丽娜尔·吐尔逊"),
        ("John  Smith", "JOHN SMITH"),
        ("郝*", "郝*"),
        ("孙?", "孙?"),
        ("孙\uff1f", "孙?"),
        ("黃思远", "黃思远"),
        ("(户主)", "(户主)"),
        ("", ""),
    ],
)
def test_one_spelling(written: str, name: str) -> None:
    assert normalise_name(written) == name


@pytest.mark.parametrize(
    ("first", "second", "match"),
    [
        ("张三", "张三", M.same),
        ("张 三", "张三", M.same_after_normalising),
        ("狄淑兰*", "狄淑兰", M.same_after_normalising),
        ("张小*", "张小", M.same_after_normalising),
        ("阿依努尔叶尔兰", "阿依努尔·叶尔兰", M.dot_missing),
        ("艾力 阿卜杜热合曼", "艾力·阿卜杜热合曼", M.dot_missing),
        ("刘俊華", "刘俊华", M.variant),
        ("黃思远", "黄思远", M.variant),
        ("刘玉珎", "刘玉珍", M.variant),
        ("李玉蘭", "李玉兰", M.variant),
        ("邹晓峯", "邹晓峰", M.variant),
        ("文羣芳", "文群芳", M.variant),
        ("牛泽煇", "牛泽辉", M.variant),
        ("文靑", "文青", M.variant),
        ("阎琼芳", "闫琼芳", M.variant),
        ("閻琼芳", "闫琼芳", M.variant),
        ("閆琼芳", "阎琼芳", M.variant),
        ("芦腊花", "卢腊花", M.variant),
        ("付海龍", "傅海龙", M.variant),
        ("萧生彪", "肖生彪", M.variant),
        ("戴俊曦", "代俊曦", M.variant),
        ("孙?", "孙𨱏", M.lost_characters),
        ("孙??", "孙𨱏", M.lost_characters),
        ("董?文", "董𬬭文", M.lost_characters),
        ("胡□", "胡㛃", M.lost_characters),
        ("阿依努尔?叶尔兰", "阿依努尔·叶尔兰", M.lost_characters),
        ("孙?", "孙伟", M.different),  # 伟 is in GB 2312 and cannot have been lost
        ("郝*", "郝霞", M.masked_compatible),
        ("周*霞", "周红霞", M.masked_compatible),
        ("周**", "周红霞", M.masked_compatible),
        ("周*霞", "周红梅", M.different),
        ("张某某", "张三", M.masked_compatible),
        ("付*", "傅海龙", M.masked_compatible),
        ("李先生", "李强", M.masked_compatible),
        ("张女士", "王丽", M.different),
        ("欧阳女士", "欧阳娜娜", M.masked_compatible),
        ("张三", "张四", M.different),
        ("王于", "王於", M.variant),  # 於 is the traditional form of 于
        ("刘付", "刘傅", M.different),  # exchanged only as surnames
        ("", "张三", M.blank),
        (None, "张三", M.blank),
        ("***", "张三", M.blank),
        ("某某", "某某", M.blank),
    ],
)
def test_how_two_spellings_relate(first: str | None, second: str, match: NameMatch) -> None:
    assert compare_names(first, second) is match
    assert compare_names(second, first) is match


def test_classes_are_ordered_sets() -> None:
    assert SAME_NAME < COMPATIBLE
    assert M.different not in COMPATIBLE
    assert M.blank not in COMPATIBLE


def test_surnames() -> None:
    assert surname("欧阳娜娜") == "欧阳"
    assert surname("张三") == "张"
    assert fold_variants("傅國强") == fold_variants("付国强")


NAMES = st.one_of(
    st.none(),
    st.sampled_from(
        ["张三", "張三", "张 三", "孙?", "孙𨱏", "郝*", "郝霞", "某某", "阎琼", "闫琼", "李先生"]
    ),
    st.text(alphabet="张三李孙闫阎*?·. （户主)1𨱏𬬭某aB\u200b", max_size=6),
)


@settings(max_examples=150, deadline=None)
@given(NAMES, NAMES)
def test_comparing_is_symmetric_and_normalising_is_stable(a: str | None, b: str | None) -> None:
    assert compare_names(a, b) is compare_names(b, a)
    for name in (a, b):
        once = normalise_name(name or "")
        assert normalise_name(once) == once


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(NAMES, NAMES), max_size=12))
def test_columns_agree(pairs: list[tuple[str | None, str | None]]) -> None:
    first = pl.Series([a for a, _ in pairs], dtype=pl.String)
    second = pl.Series([b for _, b in pairs], dtype=pl.String)
    expected = [compare_names(a, b).value for a, b in pairs]
    assert compare_name_series(first, second).to_list() == expected
    assert normalise_name_series(first).to_list() == [
        None if a is None else normalise_name(a) for a, _ in pairs
    ]
