"""What may not stand on one notice (trust B7), and what two of them show together (trust B3)."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.disclosure.invented import invented

from fangpin.disclosure.content import NAMELESS, Head, Line, Notice, public_name
from fangpin.disclosure.pairs import check
from fangpin.disclosure.phrases import about, opening, title
from fangpin.disclosure.terms import terms_in
from fangpin.disclosure.union import check_union, reveals_more, union_of
from fangpin.foundation.masks import mask_name
from fangpin.kernel.errors import FangpinError, Text

DAY = date(2026, 11, 22)
ADULT = Head("张建国", date(1970, 2, 3))
MINOR = Head("张小国", date(2010, 2, 3))


def notice(*heads: Head, **values: object) -> Notice:
    lines = tuple(Line(public_name(head, DAY), "三组") for head in heads)
    return replace(invented(1).notice, lines=lines, from_day=DAY, **values)  # type: ignore[arg-type]


def test_a_sound_notice_passes() -> None:
    check(notice(ADULT, MINOR), [ADULT, MINOR])


@pytest.mark.parametrize(
    "values",
    [
        {"title": Text("因病致贫户公示", "x")},
        {"title": Text("x", "households poor because of illness")},
        {"opening": Text("给予重度残疾人护理补贴", "x")},
        {"opening": Text("患 尿 毒 症", "x")},
        {"closing": Text("留守儿童名单", "x")},
        {"issuer": "某村（低保办）"},
        {"title": Text("2736元以下", "x")},
    ],
)
def test_a_forbidden_word_or_number_stops_it(values: dict[str, object]) -> None:
    with pytest.raises(FangpinError):
        check(notice(ADULT, **values), [ADULT])


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (MINOR, "张**"),  # under age, masked all the same
        (Head("张小国", None), "张**"),  # nobody knows how old
        (ADULT, "张建国"),  # not masked
        (ADULT, "户主张建国*"),
        (ADULT, "张** 1970"),
    ],
)
def test_a_name_that_may_not_stand_there_stops_it(head: Head, name: str) -> None:
    made = replace(notice(ADULT), lines=(Line(Text(name, name)),))
    with pytest.raises(FangpinError) as refused:
        check(made, [head])
    assert head.name not in str(refused.value)


def test_somebody_is_named_from_the_eighteenth_birthday_on() -> None:
    born = Head("张建国", date(2008, 11, 22))
    assert public_name(born, date(2026, 11, 21)) == NAMELESS
    assert public_name(born, date(2026, 11, 22)).zh == "张**"
    leap = Head("张建国", date(2008, 2, 29))
    assert public_name(leap, date(2026, 2, 28)) == NAMELESS
    assert public_name(leap, date(2026, 3, 1)).zh == "张**"


def test_places_and_ordinary_sentences_hold_no_term() -> None:
    for text in ("病马沟村", "三十里铺村", "村中风景", "最低，保障", "突发严重困难户", "原因说明"):
        assert not list(terms_in(text)), text
    for effect in ("identify", "monitor", "remove_risk", "exit_household", "correct", "transfer"):
        for form in ("notice", "announcement"):
            what = about(effect, "household", form)  # type: ignore[arg-type]
            made = opening(what, form, of_places=False, days=5, workdays=True)  # type: ignore[arg-type]
            for text in (title(what, form), made):  # type: ignore[arg-type]
                assert not [*terms_in(text.zh), *terms_in(text.en)], text


def test_a_procedure_without_words_publishes_nothing() -> None:
    with pytest.raises(ValueError, match="no words"):
        about("none", "household", "notice")


@given(st.text("张王建国芳", min_size=1, max_size=4), st.data())
def test_two_maskings_of_one_value_are_caught_when_they_uncover(
    name: str, data: st.DataObject
) -> None:
    hidden = data.draw(st.lists(st.booleans(), min_size=len(name), max_size=len(name)))
    other = "".join("*" if hide else c for c, hide in zip(name, hidden, strict=True))
    ours = mask_name(name)
    together = union_of(ours, other)
    uncovers = together is not None and (together != ours or together != other)
    assert reveals_more(ours, other) is uncovers
    if uncovers:
        with pytest.raises(FangpinError):
            check_union({"name": ours}, [{"name": other}])
    else:
        check_union({"name": ours}, [{"name": other}, {}])


def test_what_differs_is_another_value() -> None:
    check_union({"name": "张**"}, [{"name": "王**"}, {"name": NAMELESS.zh}])
    with pytest.raises(FangpinError):
        check_union({"name": "张**"}, [{"name": "*建国"}])
    with pytest.raises(FangpinError):
        check_union({"name": "张**"}, [{"name": "张建国"}])
