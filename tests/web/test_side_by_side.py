"""Two sides of a pair: which characters are marked, what is said of them, how long the bars are."""

from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from fangpin.web.side_by_side import FIELDS, Part, compared, probability, side_by_side
from fangpin.web.templatetags.wording import signed


def _marked(parts: list[Part]) -> str:
    return "".join(f"[{part.text}]" if part.differs else part.text for part in parts)


@pytest.mark.parametrize(
    ("name", "one", "other", "left", "right"),
    [
        ("name", "赵测甲", "赵测甲", "赵测甲", "赵测甲"),
        ("name", "赵侧甲", "赵测甲", "赵[侧]甲", "赵[测]甲"),
        ("name", "赵甲", "赵测甲", "赵甲", "赵[测]甲"),
        ("name", "赵甲测", "赵测甲", "赵[甲测]", "赵[测甲]"),
        ("name", "钱", "赵测甲", "[钱]", "[赵测甲]"),
        ("birth_date", "1965-03-02", "1965-02-03", "1965-0[3]-0[2]", "1965-0[2]-0[3]"),
        ("birth_date", "1965-03", "1965-03-02", "1965-03", "1965-03[-02]"),
        ("phone", "5521", "13809935521", "5521", "13809935521"),
        ("phone", "5531", "13809935521", "55[3]1", "138099355[2]1"),
        ("village", "上河村", "清水镇上河村", "上河村", "清水镇上河村"),
        ("village", "清水镇下河村", "清水镇上河村", "清水镇[下]河村", "清水镇[上]河村"),
    ],
)
def test_what_differs_is_marked_on_both_sides(
    name: str, one: str, other: str, left: str, right: str
) -> None:
    for a, b, first, second in ((one, other, left, right), (other, one, right, left)):
        parts = compared(name, a, b)
        assert (_marked(parts[0]), _marked(parts[1])) == (first, second)


texts = st.text(st.sampled_from("赵钱孙李测试甲乙0123-"), max_size=8)


@given(st.sampled_from(sorted(FIELDS)), texts, texts)
def test_no_character_is_lost_and_equal_values_are_never_marked(
    name: str, one: str, other: str
) -> None:
    left, right = compared(name, one, other)
    assert "".join(part.text for part in left) == one
    assert "".join(part.text for part in right) == other
    if one == other:
        assert not any(part.differs for part in left + right)


def _reason(field: str, weight: float) -> dict[str, Any]:
    return {
        "field": field,
        "label_zh": field,
        "label_en": field,
        "zh": "相同",
        "en": "equal",
        "weight": weight,
    }


def test_what_only_one_side_has_stands_apart_and_no_reason_is_lost() -> None:
    delivered = {"name": "赵侧甲", "sex": "男", "head_name": "钱试乙", "phone": None}
    registered = {"name": "赵测甲", "sex": "男", "birth_date": "1965-03-02"}
    reasons = [_reason("name", 4.0), _reason("prior", -9.0), _reason("phone", 0.5)]
    found = side_by_side(delivered, registered, reasons)
    assert [(line.name, line.verdict) for line in found.lines] == [
        ("name", "similar"),
        ("sex", "same"),
    ]
    assert [(label.zh, value) for label, value in found.only_delivered] == [("户主", "钱试乙")]
    assert [value for _, value in found.only_registered] == ["1965-03-02"]
    assert [reason.weight for reason in found.lines[0].reasons] == [4.0]
    assert [reason.weight for reason in found.further] == [-9.0, 0.5]


def test_different_is_what_speaks_against() -> None:
    found = side_by_side({"name": "赵"}, {"name": "钱"}, [_reason("name", -2.0)])
    assert found.lines[0].verdict == "different"


@pytest.mark.parametrize(
    ("number", "left", "right", "verdict"),
    [
        ("62040219650302****", "1965-03-02", "1965-03-02", "same"),
        ("62040219653002****", "1965-[30]-02", "1965-[03]-02", "similar"),
        ("62040219981211****", "19[98]-[1]2-[11]", "19[65]-[0]2-[28]", "different"),
    ],
)
def test_the_birth_date_in_a_damaged_number_is_put_beside_the_registered_one(
    number: str, left: str, right: str, verdict: str
) -> None:
    registered = right.replace("[", "").replace("]", "")
    delivered = {"birth_date": None, "number": number}
    (line,) = side_by_side(delivered, {"birth_date": registered}, []).lines
    assert (line.label.zh, line.verdict) == ("证件号码中的出生日期", verdict)
    assert (_marked(line.delivered), _marked(line.registered)) == (left, right)


@pytest.mark.parametrize("number", ["6204021965030****", "6.20402E+17", "", "62040219650O02****"])
def test_a_number_of_which_the_date_is_lost_says_nothing(number: str) -> None:
    found = side_by_side({"number": number}, {"birth_date": "1965-03-02"}, [])
    assert found.lines == []
    assert [label.zh for label, _ in found.only_registered] == ["出生日期"]


def test_a_stated_birth_date_goes_before_that_in_the_number() -> None:
    delivered = {"birth_date": "1965-03-03", "number": "62040219650302****"}
    (line,) = side_by_side(delivered, {"birth_date": "1965-03-02"}, []).lines
    assert (line.label.zh, _marked(line.delivered)) == ("出生日期", "1965-03-0[3]")


def test_the_sex_is_said_in_the_language_of_the_reader() -> None:
    with translation.override("en"):
        (line,) = side_by_side({"sex": "女"}, {"sex": "男"}, []).lines
    assert (_marked(line.delivered), _marked(line.registered)) == ("[female]", "[male]")


def test_bars_grow_from_the_middle_and_the_heaviest_is_full() -> None:
    reasons = [_reason("a", 16), _reason("b", -8), _reason("c", 0)]
    best, worst, least = side_by_side({}, {}, reasons).further
    assert (best.bar.x, best.bar.width, best.bar.speaks_for) == (60.0, 57.0, True)
    assert (worst.bar.x + worst.bar.width, worst.bar.width) == (60.0, 28.5)
    assert not worst.bar.speaks_for
    assert least.bar.width > 0
    # Light reasons alone do not fill the scale.
    (light,) = side_by_side({}, {}, [_reason("a", 1.0)]).further
    assert light.bar.width < 10


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.9999, "> 99.9 %"), (0.9876, "98.8 %"), (0.5, "50.0 %"), (0.0001, "< 0.1 %")],
)
def test_a_probability_is_never_certain(value: float, said: str) -> None:
    assert probability(value) == said


@pytest.mark.parametrize(
    ("weight", "said"), [(4.25, "+4.2"), (-1.5, "−1.5"), (0.01, "0.0"), (-0.01, "0.0")]
)
def test_weights_carry_a_sign(weight: float, said: str) -> None:
    assert signed(weight) == said
