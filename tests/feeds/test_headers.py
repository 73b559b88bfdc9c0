"""Headers: what two spellings have in common, and the units they declare."""

import pytest

from fangpin.feeds.headers import canonical, fold, money_unit, tidy, unit_of, without_role


@pytest.mark.parametrize(
    "spelling",
    [
        "公民身份号码", "身份证号", "身份证号码", "证件号码", "身份证件号", "社会保障号码",
        "居民身份证号", "身 份 证 号", "公民身份证号码", "证件编号", "身份证号码（18位）",
        "＊身份证号（必填）",
    ],
)  # fmt: skip
def test_spellings_of_the_identity_number(spelling: str) -> None:
    assert canonical(spelling) == "身份证号"


@pytest.mark.parametrize("spelling", ["联系电话", "手机号码", "联系方式", "电话", "手机"])
def test_spellings_of_the_telephone(spelling: str) -> None:
    assert canonical(spelling) == "电话"


@pytest.mark.parametrize(
    "spelling", ["乡镇", "乡（镇）", "乡镇街道", "镇(乡)", "所属乡镇", "乡镇名称", "乡(镇、街道)"]
)
def test_spellings_of_the_township(spelling: str) -> None:
    assert canonical(spelling) == "乡镇"


@pytest.mark.parametrize(
    "spelling", ["村", "行政村", "村（社区）", "村居", "所在村", "村委会", "村(居)委会"]
)
def test_spellings_of_the_village(spelling: str) -> None:
    assert canonical(spelling) == "村"


def test_roles_are_left_out_but_a_heads_stays() -> None:
    assert without_role("患者姓名") == without_role("参保人员姓名") == "姓名"
    assert without_role("学生身份证件号") == "身份证号"
    assert without_role("户主姓名") != "姓名"
    assert without_role("监护人身份证号") != "身份证号"


def test_fold_keeps_what_matters_inside_brackets() -> None:
    assert fold("户月保障金(元)") == fold("户月保障金（万元）") == "户月保障金"
    assert fold("务工所在地（县）") != fold("务工所在地（省）")
    assert fold("与户主的关系") == fold("与户主关系")
    assert fold("姓\n名") == fold(" 姓　名 ") == "姓名"
    assert fold("公益性岗位(月数)") != fold("公益性岗位")


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("个人自付(元)", "元"),
        ("贷款金额（万元）", "万元"),
        ("家庭收入(元)/工资性收入", "元"),
        ("家庭收入(元)/人均纯收入（万元）", "万元"),
        ("建筑面积(㎡)", "m2"),
        ("月供养标准", None),
        ("户主(申请人)", None),
        ("补助标准（元/月）", "元/月"),
    ],
)
def test_unit_of_a_header(header: str, unit: str | None) -> None:
    assert unit_of(header) == unit


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        ("单位:元", "元"),
        ("填报单位：某某局            单位：户、人、元", "元"),
        ("填报单位:某某局单位:万元", "万元"),
        ("四龙镇(本镇以下金额单位:万元)", "万元"),
        ("填报单位:某某区万元镇民政局", None),
        ("以下金额均以万元计", "万元"),
        ("某区发放花名册", None),
    ],
)
def test_money_unit_of_a_line(line: str, unit: str | None) -> None:
    assert money_unit(line) == unit


@pytest.mark.parametrize(
    "header", ["1.姓名", "①姓名", "（1）姓名", "A01、姓名", "姓名：", "*姓名", "姓名(必填)"]
)
def test_numbering_and_marks_do_not_matter(header: str) -> None:
    assert fold(header) == "姓名"


def test_tidy_joins_lines_and_keeps_slashes_out_of_paths() -> None:
    assert tidy(" 身份证\n号码 ") == "身份证号码"
    assert tidy("致贫/返贫风险1") == "致贫／返贫风险1"
