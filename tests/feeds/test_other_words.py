"""Headers that no contract lists: other words for one matter, fuller wordings, telling cells."""

import pytest
from tests.feeds.county import pack

from fangpin.feeds.headers import loose, without_role
from fangpin.feeds.wording import ENDS, LOOSE, SheetHeader, Wording


def usual(contract: str, column: str, header: str) -> float:
    found = pack().contracts[contract].column(column)
    assert found is not None
    return Wording(found).usual(SheetHeader(header))


@pytest.mark.parametrize(
    ("contract", "column", "header", "quality"),
    [
        ("deaths", "death_date", "过世年月日", LOOSE),
        ("deaths", "death_cause", "过世原因", LOOSE),
        ("vehicles", "plate", "汽车车牌号", LOOSE),
        ("medical_settlement", "settled_on", "医疗费用结算日期", ENDS),
        ("medical_settlement", "self_paid", "个人自己负担(元)", LOOSE),
        ("housing_inspection", "head_name", "住房户主姓名", ENDS),
        # What is added changes the meaning.
        ("microloans", "due_on", "展期后贷款到期日", 0.0),
        ("medical_settlement", "receipt", "原结算单号码", 0.0),
        ("destitute_support", "id_number", "照料护理人身份证号", 0.0),
        ("temporary_relief", "id_number", "代办人身份证号码", 0.0),
    ],
)
def test_other_words(contract: str, column: str, header: str, quality: float) -> None:
    assert usual(contract, column, header) == quality


def test_what_a_compound_is_stands_at_its_end() -> None:
    found = pack().contracts["public_welfare_posts"].column("name")
    assert found is not None
    said = Wording(found)
    assert said.usual(SheetHeader("护林员状态")) == 0.0
    assert said.doubtful(SheetHeader("护林员状态")) < 0.4


def test_the_day_of_entry_is_not_the_day_of_admission() -> None:
    found = pack().contracts["medical_settlement"].column("admitted_on")
    assert found is not None
    assert Wording(found).doubtful(SheetHeader("录入日期")) == 0.0


@pytest.mark.parametrize(
    ("header", "plain"),
    [
        ("受助对象姓名", "姓名"),
        ("领补人员身份证号码", "身份证号"),
        ("务工劳动力身份证号", "身份证号"),
        ("监护人姓名", "监护人姓名"),
        ("护理员姓名", "护理员姓名"),
        ("户主身份证号", "户主身份证号"),
    ],
)
def test_whose_it_is(header: str, plain: str) -> None:
    assert without_role(header) == plain


def test_one_word_for_one_matter() -> None:
    assert loose("断水天数") == loose("停供天数") == loose("停水天数")
    assert loose("入院日期") != loose("出院日期")
    assert loose("贷款金额") != loose("贷款余额")
