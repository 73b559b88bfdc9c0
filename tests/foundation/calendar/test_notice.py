"""Holidays read out of plain text, and what is said when the text cannot be right."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangpin.foundation.calendar.notice import LONGEST, as_lines, read_notice
from fangpin.foundation.calendar.published import exceptions_of, published
from fangpin.kernel.errors import FangpinError

OF_2025 = """
一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
三、清明节：4月4日（周五）至6日（周日）放假，共3天。
四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作。
"""
OF_2026 = """
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
"""


def differing(days: dict[date, bool]) -> dict[date, bool]:
    return {day: works for day, works in days.items() if works != (day.weekday() < 5)}


@pytest.mark.parametrize(("year", "text"), [(2025, OF_2025), (2026, OF_2026)])
def test_the_notice_reads_as_the_library_knows_it(year: int, text: str) -> None:
    assert differing(read_notice(text, year)) == exceptions_of(published(), year)


def test_a_holiday_over_the_new_year() -> None:
    text = "12月31日至1月2日放假，共3天。"
    assert read_notice(text, 2027) == {date(2027, 12, 31): False}


def test_days_one_a_line() -> None:
    text = "2027-02-05 放假\n2027-02-06 上班\n"
    assert read_notice(text, 2027) == {date(2027, 2, 5): False, date(2027, 2, 6): True}


@given(st.dictionaries(st.dates(date(2027, 1, 1), date(2027, 12, 31)), st.booleans(), min_size=1))
def test_what_is_shown_can_be_entered_again(days: dict[date, bool]) -> None:
    assert read_notice(as_lines(days), 2027) == dict(sorted(days.items()))


WRONG = [
    ("1月28日（周二）至2月4日（周二）放假，共8天。", 2026, "weekday"),
    ("1月28日至2月4日放假，共7天。", 2025, "7 days are stated, 8 were counted"),
    ("2月30日放假。", 2027, "no day 30"),
    ("2月5日放假。2月5日上班。", 2027, "both free and worked"),
    ("关于2月5日的通知", 2027, "not understood"),
    ("3月1日至12月1日放假。", 2027, "no holiday"),
    ("各单位做好值班。", 2027, "no day off or worked"),
    ("放" * (LONGEST + 1), 2027, "longer than"),
]


@pytest.mark.parametrize(("text", "year", "said"), WRONG)
def test_what_cannot_be_right_is_told(text: str, year: int, said: str) -> None:
    with pytest.raises(FangpinError) as caught:
        read_notice(text, year)
    assert said in caught.value.in_language("en")


@given(st.text(alphabet="0123456789年月日至、（周一）放假上班。-\n 休共天", max_size=60))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    """Nothing but a FangpinError ever comes out, and no day of another year."""
    try:
        days = read_notice(text, 2027)
    except FangpinError:
        return
    assert {day.year for day in days} <= {2027}
