"""The month a delivery speaks for."""

from datetime import date

import pytest

from fangpin.feeds.period import Period, last_day, month_of_cells, period_in


@pytest.mark.parametrize(
    ("text", "month", "exactness"),
    [
        ("某区2021年5月农村低保发放花名册", (2021, 5), 3),
        ("统计时段:2021年1月1日—5月31日    单位:元", (2021, 5), 3),
        ("医保结算明细(2021年1-5月)", (2021, 5), 3),
        ("2020年10月至2021年3月", (2021, 3), 3),
        ("扶贫小额信贷台账(截至2021年5月末)", (2021, 5), 3),
        ("2021年度参保人员名单(截至5月31日)", (2021, 5), 3),
        ("导出时间:2021-05-31 22:15:07 收入周期:2019年10月1日至2020年9月30日", (2021, 5), 1),
        ("某表(2021年5月)\n填报日期:2021年6月2日", (2021, 5), 3),
        ("发放月份:2021年5月 填表时间:2021.6.3", (2021, 5), 3),
        ("填报单位(盖章):        填报日期:2021年6月2日", (2021, 5), 1),
        ("某表\n填报单位:某某局        2021年6月12日", (2021, 6), 1),
        ("2021年度名单\n制表日期:2021-06-02", (2021, 5), 1),
        ("填报单位:某某局    截至2021年5月", (2021, 5), 3),
        ("务工监测_202105", (2021, 5), 3),
        ("殡葬火化信息20210531", (2021, 5), 3),
        ("数据截止 2023-12-18", (2023, 12), 3),
        ("发放月份:2021年5月", (2021, 5), 3),
        ("2021.05 低保", (2021, 5), 3),
        ("2021年春季学期在籍学生花名册", (2021, 3), 2),
        ("2021年秋季雨露计划", (2021, 9), 2),
        ("2020-2021学年第二学期", (2021, 3), 2),
        ("2022年第二季度", (2022, 6), 2),
        ("2021年度居民医保", (2021, 1), 1),
    ],
)
def test_stated_periods(text: str, month: tuple[int, int], exactness: int) -> None:
    assert period_in(text) == Period(date(*month, 1), exactness)


@pytest.mark.parametrize(
    "text",
    ["", "低保花名册", "5.15暴洪灾害统计", "市委发〔2021〕10号", "合同HT20", "12345热线", "第13批"],
)
def test_nothing_stated(text: str) -> None:
    assert period_in(text) is None


def test_month_column() -> None:
    assert month_of_cells(["202105"] * 9 + ["202104"], events=False) == Period(date(2021, 5, 1), 3)
    assert month_of_cells(["202105", "202104"] * 5, events=False) is None
    assert month_of_cells(["甲", "乙"], events=False) is None


def test_events_take_the_latest_month_that_is_no_slip() -> None:
    cells = ["2021-03-02"] * 50 + ["2021.5.3"] * 40 + ["2031-01-01"]
    assert month_of_cells(cells, events=True) == Period(date(2021, 5, 1), 3)


def test_last_day() -> None:
    assert last_day(date(2024, 2, 1)) == date(2024, 2, 29)


def test_a_short_list_of_events_is_no_proof_of_its_month() -> None:
    """Nobody need have died in the last month of a list whose name says which month it is."""
    cells = ["20301020", "20301020", "20301104"]
    assert month_of_cells(cells, events=True) == Period(date(2030, 10, 1), 2)
