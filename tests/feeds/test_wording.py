"""Which wording names which column, and which likeness means something else."""

import pytest

from fangpin.feeds.wording import (
    ALIKE,
    EXACT,
    EXACT_PATH,
    PART,
    ROLE,
    SAME,
    SheetHeader,
    Wording,
    likeness,
)
from fangpin.policy.pack import ContractColumn


def surely(column: ContractColumn, header: str) -> float:
    return Wording(column).quality(SheetHeader(header))


def perhaps(column: ContractColumn, header: str) -> float:
    return Wording(column).doubtful(SheetHeader(header))


NAME = ContractColumn("name", "name", headers=("姓名", "患者姓名"))
NUMBER = ContractColumn("id_number", "id_number", headers=("身份证号",))
HEAD = ContractColumn("head_name", "name", headers=("户主姓名", "户主"))
HELPER = ContractColumn("helper_name", "name", headers=("帮扶责任人/姓名",))
INCOME = ContractColumn("net_income", "money", headers=("家庭纯收入",))
WAGE = ContractColumn("wage", "money", headers=("月均工资",))
LEFT = ContractColumn("left_on", "date", headers=("出院日期",))


def test_degrees_of_certainty() -> None:
    assert surely(HELPER, "帮扶责任人/姓名") == EXACT_PATH
    assert surely(NAME, "基本情况/姓 名") == EXACT
    assert surely(NUMBER, "公民身份号码") == SAME
    assert surely(NUMBER, "借款人证件号码") == ROLE
    assert surely(NAME, "乡镇") == 0


@pytest.mark.parametrize(
    "header", ["户主信息/姓名", "监护人/姓名", "帮扶责任人/姓名", "联系人姓名"]
)
def test_somebody_elses_name_is_not_the_persons(header: str) -> None:
    assert surely(NAME, header) == 0


def test_a_group_completes_its_leaf() -> None:
    assert surely(HEAD, "户主信息/姓名") == EXACT_PATH


def test_likeness_counts_where_nothing_is_sure() -> None:
    assert perhaps(WAGE, "月平均工资（元）") == pytest.approx(
        ALIKE * likeness("月均工资", "月平均工资")
    )
    assert perhaps(INCOME, "上报家庭纯收入") >= PART


@pytest.mark.parametrize(
    ("column", "header"),
    [
        (LEFT, "入院日期"),
        (INCOME, "风险消除后家庭纯收入"),
        (INCOME, "家庭纯支出"),
        (INCOME, "上年家庭纯收入"),
        (WAGE, "年均工资"),
    ],
)
def test_opposite_or_changed_meanings_are_not_alike(column: ContractColumn, header: str) -> None:
    assert perhaps(column, header) == 0


def test_likeness() -> None:
    assert likeness("月均工资", "月平均工资") == pytest.approx(8 / 9)
    assert likeness("甲", "乙") == 0
    assert likeness("甲乙", "甲乙") == 1
