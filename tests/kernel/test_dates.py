from datetime import date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fangpin.kernel.dates import (
    DateSettings,
    DateVerdict,
    Precision,
    from_serial,
    read_date,
    read_date_series,
)

V = DateVerdict
IN_2021 = DateSettings(default_year=2021)


@pytest.mark.parametrize(
    "text",
    [
        "2021-05-03",
        "2021/5/3",
        "2021.5.3",
        "2021.05.03.",
        "20210503",
        "2021年5月3日",
        "2021年05月 03日",
        "2021年5月3号",
        "２０２１年５月３日",
        "二〇二一年五月三日",
        "二○二一年五月三日",
        "21.5.3",
        "21年5月3日",
        "5.3",
        "5月3日",
        "五月三日",
        "2021-05-03 10:07",
        "2021-05-03T10:07:33",
        "2021-05-03 00:00:00.000",
        "2021年5月3日10时30分",
        "2021/5/3 星期一",
        "20210503100733",
        "44319",
        "2021-5-3",
        "'2021-05-03",
    ],
)
def test_every_form_of_one_day(text: str) -> None:
    reading = read_date(text, IN_2021)
    assert (reading.verdict, reading.value) == (V.ok, date(2021, 5, 3))
    assert reading.precision is Precision.day


@pytest.mark.parametrize(
    "text", ["201810", "2018-10", "2018.10", "2018/10", "2018年10月", "2018年10月份", "18年10月",
             "二〇一八年十月"],
)  # fmt: skip
def test_every_form_of_one_month(text: str) -> None:
    reading = read_date(text, IN_2021)
    assert (reading.value, reading.precision) == (date(2018, 10, 1), Precision.month)


def test_foreign_order_only_when_it_cannot_be_misread() -> None:
    assert read_date("5/15/2021").value == date(2021, 5, 15)
    assert read_date("15/5/2021").value == date(2021, 5, 15)
    assert read_date("5/5/2021").value == date(2021, 5, 5)
    assert read_date("13/13/2021").verdict is V.impossible


def test_years() -> None:
    assert read_date("2019年").precision is Precision.year
    assert read_date("2019年度").value == date(2019, 1, 1)
    assert read_date("2019", numeric=True).precision is Precision.year


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        (None, V.blank),
        (" ", V.blank),
        ("—", V.blank),
        ("无", V.blank),
        ("至今", V.open_ended),
        ("长期", V.open_ended),
        ("2021.5.13-2021.5.16", V.range),
        ("5.13-5.16", V.range),
        ("2021年5月13日至16日", V.range),
        ("2020-2021", V.range),
        ("2021.2.30", V.impossible),
        ("2021-13-01", V.impossible),
        ("20210230", V.impossible),
        ("2月30日", V.impossible),
        ("21.2.29", V.impossible),
        ("0000-00-00", V.impossible),
        ("21.4", V.ambiguous),
        ("3/4/2021", V.ambiguous),
        ("201105", V.ambiguous),
        ("1899-12-31", V.out_of_range),
        ("2021年5月上旬", V.not_a_date),
        ("农历三月初五", V.not_a_date),
        ("张三", V.not_a_date),
        ("99999", V.not_a_date),
        ("1" * 50, V.not_a_date),
    ],
)
def test_what_gives_no_date(text: str | None, verdict: DateVerdict) -> None:
    reading = read_date(text, IN_2021)
    assert (reading.verdict, reading.value, reading.precision) == (verdict, None, None)


def test_without_a_reference_year_nothing_is_guessed() -> None:
    for text in ("5.15", "5月15日", "21年4月", "06.11.11", "5月"):
        assert read_date(text).verdict is V.ambiguous
        assert read_date(text, IN_2021).verdict is V.ok


def test_two_digit_years_lie_around_the_reference() -> None:
    assert read_date("06.11.11", IN_2021).value == date(2006, 11, 11)
    assert read_date("24.5.31", IN_2021).value == date(2024, 5, 31)
    assert read_date("62.5.31", IN_2021).value == date(1962, 5, 31)
    born = DateSettings(default_year=2021, latest=date(2021, 5, 31))
    assert read_date("38.7.24", born).value == date(1938, 7, 24)
    assert read_date("21.5.31", born).value == date(2021, 5, 31)
    assert read_date("21.6.1", born).value == date(1921, 6, 1)


def test_six_digits_are_a_month_or_a_day_as_the_column_says() -> None:
    assert read_date("201105", DateSettings(expect="month")).value == date(2011, 5, 1)
    day = DateSettings(expect="day", default_year=2021)
    assert read_date("201105", day).value == date(2020, 11, 5)
    assert read_date("210503", IN_2021).value == date(2021, 5, 3)
    assert read_date("210503", DateSettings(expect="month")).verdict is V.not_a_date


def test_a_number_cell_may_have_lost_a_zero() -> None:
    assert read_date(5.15, IN_2021).value == date(2021, 5, 15)
    assert read_date(5.1, IN_2021).verdict is V.ambiguous
    assert read_date("5.1", IN_2021).value == date(2021, 5, 1)
    assert read_date("5.1", IN_2021, numeric=True).verdict is V.ambiguous
    assert read_date(2.3, IN_2021).value == date(2021, 2, 3)  # there is no 30 February
    assert read_date(2021.1).verdict is V.ambiguous
    assert read_date(2021.5).value == date(2021, 5, 1)
    assert read_date(0.5, IN_2021).verdict is V.not_a_date
    assert read_date(float("nan")).verdict is V.not_a_date


def test_cells_that_are_dates_already() -> None:
    assert read_date(date(2021, 5, 3)).value == date(2021, 5, 3)
    assert read_date(datetime(2021, 5, 3, 23, 59)).value == date(2021, 5, 3)
    assert read_date(date(1800, 1, 1)).verdict is V.out_of_range


def test_a_month_counts_when_any_of_its_days_is_inside() -> None:
    until = DateSettings(latest=date(2021, 5, 31), earliest=date(2021, 3, 15))
    assert read_date("2021-03", until).verdict is V.ok
    assert read_date("2021-02", until).verdict is V.out_of_range
    assert read_date("2021-06", until).verdict is V.out_of_range


def test_serial_numbers_of_both_epochs() -> None:
    assert from_serial(41614).value == date(2013, 12, 6)
    assert from_serial(44203.75).value == date(2021, 1, 7)
    assert from_serial(1).value == date(1900, 1, 1)
    assert from_serial(59).value == date(1900, 2, 28)
    assert from_serial(60).verdict is V.impossible
    assert from_serial(61).value == date(1900, 3, 1)
    assert from_serial(42857, DateSettings(epoch=1904)).value == from_serial(42857 + 1462).value
    assert from_serial(10**12).verdict is V.out_of_range


DAYS = st.dates(date(1930, 1, 1), date(2098, 12, 31))


@settings(deadline=None)
@given(DAYS)
def test_written_dates_are_read_back(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    for text in (
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}/{day.month:02}/{day.day:02} 08:30",
    ):
        assert read_date(text).value == day
    assert read_date(serial).value == day


WRITTEN = st.one_of(
    st.none(),
    DAYS.map(str),
    DAYS.map(lambda d: f"{d.month}.{d.day}"),
    DAYS.map(lambda d: f"{d:%y}.{d.month}.{d.day}"),
    DAYS.map(lambda d: f"{d:%Y%m}"),
    DAYS.map(lambda d: str((d - date(1899, 12, 30)).days)),
    st.sampled_from(["2021.2.30", "至今", "二〇二一年五月", "5.1", "—", "2021.1"]),
    st.text(alphabet="0123456789.-/年月日 二十", max_size=11),
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(WRITTEN, st.booleans()), max_size=12),
    st.sampled_from([DateSettings(), IN_2021, DateSettings(default_year=2020, expect="month")]),
)
def test_text_columns_agree(cells: list[tuple[str | None, bool]], given_: DateSettings) -> None:
    answers = read_date_series(
        pl.Series([text for text, _ in cells], dtype=pl.String),
        given_,
        numeric=pl.Series([flag for _, flag in cells], dtype=pl.Boolean),
    )
    for (text, flag), answer in zip(cells, answers.iter_rows(named=True), strict=True):
        reading = read_date(text, given_, numeric=flag)
        assert answer == {
            "value": reading.value,
            "verdict": reading.verdict.value,
            "precision": reading.precision and reading.precision.value,
        }, text


def test_columns_of_dates_and_numbers() -> None:
    days = [date(2021, 5, 3) + timedelta(i) for i in range(3)]
    assert read_date_series(pl.Series([*days, None]))["value"].to_list() == [*days, None]
    stamps = pl.Series([datetime(2021, 5, 3, 10, 7)])
    assert read_date_series(stamps)["value"].to_list() == days[:1]
    numbers = read_date_series(pl.Series([44319.0, 5.15, None]), IN_2021)
    assert numbers["value"].to_list() == [date(2021, 5, 3), date(2021, 5, 15), None]
    assert read_date_series(pl.Series([20210503]))["value"].to_list() == days[:1]
