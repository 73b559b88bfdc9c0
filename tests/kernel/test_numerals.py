import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fangpin.kernel.numerals import chinese_integer

DIGITS = "零一二三四五六七八九"


def spell(number: int) -> str:
    """The standard spelling, written independently of the reader."""
    if number >= 10**8:
        rest = number % 10**8
        gap = "零" if 0 < rest < 10**7 else ""
        return spell(number // 10**8) + "亿" + (gap + spell(rest) if rest else "")
    if number >= 10**4:
        rest = number % 10**4
        gap = "零" if 0 < rest < 1000 else ""
        return spell(number // 10**4) + "万" + (gap + spell(rest) if rest else "")
    for value, unit in ((1000, "千"), (100, "百"), (10, "十")):
        if number >= value:
            rest = number % value
            gap = "零" if 0 < rest < value // 10 else ""
            return DIGITS[number // value] + unit + (gap + spell(rest) if rest else "")
    return DIGITS[number]


@settings(deadline=None)
@given(st.integers(0, 10**10))
def test_reads_what_it_is_spelled_as(number: int) -> None:
    assert chinese_integer(spell(number)) == number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("二〇二一", 2021), ("一九九八", 1998), ("廿三", 23), ("卅", 30), ("十", 10), ("十二", 12),
        ("三万二", 32_000), ("一百五", 150), ("一千零五", 1005), ("1万5千", 15_000),
        ("1万2", 12_000),
        ("壹万贰仟叁佰肆拾伍", 12_345), ("两万", 20_000), ("12", 12), ("一万两千三", 12_300),
    ],
)  # fmt: skip
def test_usual_forms(text: str, value: int) -> None:
    assert chinese_integer(text) == value


@pytest.mark.parametrize("text", ["", "百", "万", "一二百", "十百", "几万", "三千五千", "一" * 41])
def test_what_is_no_number(text: str) -> None:
    assert chinese_integer(text) is None
