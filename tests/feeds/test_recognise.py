"""Which contract a table is: other wording, other order, other formats, and what it is not."""

import random
from datetime import date
from pathlib import Path

import pytest
from tests.feeds.county import number_of
from tests.feeds.variants import VARIANTS, Variant, variant
from tests.feeds.workbooks import text, xls, xlsx

from fangpin.feeds.layout import lay_out
from fangpin.feeds.reading import read_file
from fangpin.feeds.recognise import Recogniser
from fangpin.feeds.tables import RecognisedTable, Unrecognised
from fangpin.policy import load_pack


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return Recogniser(load_pack("cn-base"))


def find(recogniser: Recogniser, path: Path, sheet: int = 0) -> RecognisedTable | Unrecognised:
    (table,) = lay_out(read_file(path)[sheet], recogniser.words)
    return recogniser.recognise(table)


def recognised(recogniser: Recogniser, path: Path, sheet: int = 0) -> RecognisedTable:
    found = find(recogniser, path, sheet)
    assert isinstance(found, RecognisedTable), found.problem.in_language("zh")
    return found


def grid(one: Variant) -> list[list[object]]:
    return [*[[line] for line in one.title.split("\n") if line], one.header, *one.body]


@pytest.mark.parametrize("one", VARIANTS, ids=lambda one: one.name)
def test_other_wording(recogniser: Recogniser, one: Variant, tmp_path: Path) -> None:
    found = recognised(recogniser, xlsx(tmp_path / "1.xlsx", {one.sheet: grid(one)}))
    assert found.contract.name == one.contract
    assert found.mapping == one.mapping
    assert found.table.body.size == one.rows


@pytest.mark.parametrize("one", VARIANTS, ids=lambda one: one.name)
def test_other_order_in_an_old_workbook_without_title(
    recogniser: Recogniser, one: Variant, tmp_path: Path
) -> None:
    order = list(range(len(one.columns)))
    if one.name.startswith("subsistence, one row per member"):
        order.reverse()
        order.sort(key=lambda index: index in (3, 4))  # the plain number stays beside the head
        order[-2:] = [3, 4]
    else:
        random.Random(one.name).shuffle(order)
    rows = [[row[index] for index in order] for row in (one.header, *one.body)]
    found = recognised(recogniser, xls(tmp_path / "1.xls", {one.sheet: rows}))
    assert found.contract.name == one.contract
    assert {name: order[index] for name, index in found.mapping.items()} == one.mapping


@pytest.mark.parametrize("one", VARIANTS, ids=lambda one: one.name)
def test_as_text_with_decorated_headers(
    recogniser: Recogniser, one: Variant, tmp_path: Path
) -> None:
    header = [f" *{name[:1]} {name[1:]}（必填）" for name in one.header]
    path = text(tmp_path / "1.txt", [header, *one.body], delimiter="|", encoding="gb18030")
    (table,) = lay_out(read_file(path)[0], recogniser.words)
    found = recogniser.recognise(table)
    if one.sheet != "Sheet1" and isinstance(found, Unrecognised):
        # Only the sheet's name said which list it is; a text file has none.
        assert found.nearest == one.contract
        return
    assert isinstance(found, RecognisedTable), found.problem.in_language("zh")
    assert found.contract.name == one.contract
    assert found.mapping == one.mapping


def test_every_contract_is_found_by_its_own_first_headers(
    recogniser: Recogniser, tmp_path: Path
) -> None:
    for contract in recogniser.pack.contracts.values():
        header = [
            column.headers[0].rpartition("/")[2] for column in contract.columns if column.headers
        ]
        path = xlsx(tmp_path / f"{contract.name}.xlsx", {contract.titles[0]: [header, ["甲"] * 3]})
        (table,) = lay_out(read_file(path)[0], recogniser.words)
        found = recogniser.recognise(table)
        assert isinstance(found, RecognisedTable), contract.name
        assert found.contract.name == contract.name


def test_two_level_headers_keep_equal_leaves_apart(recogniser: Recogniser, tmp_path: Path) -> None:
    rows = [
        ["某县雨露计划补助名单"],
        ["序号", "户主信息", None, "学生信息", None, None, "补助金额（元）"],
        [None, "姓名", "身份证号", "姓名", "身份证号", "就读院校", None],
        [1, "赵建国", "299900197001010011", "赵小文", "299900200501010012", "职业学院", 1500],
        [2, "钱秀英", "299900197101010013", "钱小武", "299900200601010014", "职业学院", 1500],
    ]
    merges = [(0, 0, 0, 6), (1, 0, 2, 0), (1, 1, 1, 2), (1, 3, 1, 5), (1, 6, 2, 6)]
    path = xlsx(tmp_path / "1.xlsx", {"名单": rows}, merges={"名单": merges})
    found = recognised(recogniser, path)
    assert found.contract.name == "yulu_grants"
    assert found.table.headers[1:5] == (
        "户主信息/姓名", "户主信息/身份证号", "学生信息/姓名", "学生信息/身份证号",
    )  # fmt: skip
    assert found.mapping == {
        "serial": 0, "head_name": 1, "head_id_number": 2,
        "name": 3, "id_number": 4, "school": 5, "amount": 6,
    }  # fmt: skip
    assert found.units == {"amount": [(4, 5, "元")]}
    csv = text(tmp_path / "1.csv", rows)
    assert recognised(recogniser, csv).mapping == found.mapping


def test_units_by_header_title_and_section(recogniser: Recogniser, tmp_path: Path) -> None:
    header = ["序号", "乡镇", "患者姓名", "证件号码", "结算日期", "医疗总费用", "个人自付（元）"]
    person = ["东川镇", "赵建国", "299900197001010011", "2022-03-01", 1000, 300]
    rows = [
        ["住院结算明细", *[None] * 6],
        ["填报单位：某某局   单位：万元", *[None] * 6],
        header,
        [1, *person],
        ["西岭乡（本乡以下金额单位：元）", *[None] * 6],
        [2, *person],
        [None, "西岭乡小计", None, None, None, 1000, 300],
        [3, *person],
        ["合计", None, None, None, None, 3000, 900],
    ]
    found = recognised(recogniser, xlsx(tmp_path / "1.xlsx", {"住院": rows}))
    assert found.units["total_cost"] == [(4, 5, "万元"), (6, 7, "元"), (8, 8, "万元")]
    assert found.units["self_paid"] == [(4, 5, "元"), (6, 7, "元"), (8, 8, "元")]
    assert found.constants["settlement_kind"] == "inpatient"
    assert found.table.body.tolist() == [4, 6, 8]


@pytest.mark.parametrize(
    ("title", "sheet", "name", "expected"),
    [
        ("某区2021年4月农村低保发放花名册", "名册", "x.xlsx", date(2021, 4, 1)),
        ("农村低保发放花名册", "2021年5月", "2021年4月低保.xlsx", date(2021, 5, 1)),
        ("农村低保发放花名册", "Sheet1", "2021年4月低保.xlsx", date(2021, 4, 1)),
        ("2021年度农村低保名册", "Sheet1", "低保_202106.xlsx", date(2021, 6, 1)),
        ("农村低保发放花名册", "Sheet1", "低保.xlsx", None),
    ],
)
def test_period_from_title_then_sheet_then_file(
    recogniser: Recogniser,
    tmp_path: Path,
    title: str,
    sheet: str,
    name: str,
    expected: date | None,
) -> None:
    one = next(each for each in VARIANTS if each.name == "subsistence, persons only")
    path = xlsx(tmp_path / name, {sheet: [[title], one.header, *one.body]})
    found = recognised(recogniser, path)
    assert (found.contract.name, found.period) == ("subsistence_allowance", expected)


def test_period_from_cells_before_the_file_name(recogniser: Recogniser, tmp_path: Path) -> None:
    one = next(each for each in VARIANTS if each.name == "pensions")
    path = xlsx(tmp_path / "养老202109.xlsx", {"Sheet1": [one.header, *one.body]})
    assert recognised(recogniser, path).period == date(2022, 6, 1)


def test_lists_of_one_office_are_not_confused(recogniser: Recogniser, tmp_path: Path) -> None:
    """Subsistence, destitute support, relief and allowances share names, numbers and amounts."""
    common = ["序号", "乡镇", "村", "姓名", "身份证号"]
    lists = {
        "subsistence_allowance": ["户主", "保障人数", "户月保障金"],
        "destitute_support": ["供养方式", "自理能力", "月供养标准"],
        "temporary_relief": ["救助事由", "审批日期", "救助金额"],
        "disability_allowance": ["残疾等级", "补贴类型", "发放金额"],
        "pension_payments": ["待遇开始年月", "发放年月", "养老金"],
        "insurance_enrolment": ["险种", "参保状态", "缴费金额"],
        "disability_certificates": ["残疾人证号", "残疾类别", "残疾等级"],
    }
    for name, own in lists.items():
        rows = [
            [*common, *own],
            *[
                [n, "东川镇", "柳树村", "赵建国", "299900197001010011", "x", "x", "1"]
                for n in range(6)
            ],
        ]
        found = recognised(recogniser, xlsx(tmp_path / f"{name}.xlsx", {"Sheet1": rows}))
        assert found.contract.name == name


def test_a_file_name_never_decides(recogniser: Recogniser, tmp_path: Path) -> None:
    rows = [["姓名", "身份证号", "金额"], ["赵建国", "299900197001010011", 100]]
    for name in ("农村低保发放花名册.xlsx", "临时救助发放明细.xlsx", "名单.xlsx"):
        found = find(recogniser, xlsx(tmp_path / name, {"Sheet1": rows}))
        assert isinstance(found, Unrecognised)
        assert found.found == ("姓名", "身份证号", "金额")
        assert "姓名、身份证号、金额" in found.problem.what.zh


def test_what_nobody_knows_says_what_was_found_and_what_is_missing(
    recogniser: Recogniser, tmp_path: Path
) -> None:
    rows = [
        ["残疾人姓名", "身份证号", "残疾类别", "首次办证日期"],
        ["赵建国", "299900197001010011", "肢体", "2012-03-01"],
    ]
    found = find(recogniser, xlsx(tmp_path / "1.xlsx", {"Sheet1": rows}))
    assert isinstance(found, Unrecognised)
    assert found.nearest == "disability_certificates"
    assert set(found.missing) == {"残疾人证号", "残疾等级"}
    assert "残疾人证号" in found.problem.remedy.zh
    other = find(recogniser, xlsx(tmp_path / "2.xlsx", {"Sheet1": [["甲", "乙"], ["丙", "丁"]]}))
    assert isinstance(other, Unrecognised)


def test_a_register_with_half_its_columns_is_no_register(
    recogniser: Recogniser, tmp_path: Path
) -> None:
    one = next(each for each in VARIANTS if each.contract == "person_register")
    keep = [index for index, column in enumerate(one.columns) if column.column != "person_number"]
    rows = [[row[index] for index in keep] for row in (one.header, *one.body)]
    found = find(recogniser, xlsx(tmp_path / "1.xlsx", {"Sheet1": rows}))
    assert isinstance(found, Unrecognised)


def test_identity_numbers_under_an_unknown_header(recogniser: Recogniser, tmp_path: Path) -> None:
    one = variant(
        "x",
        "deaths",
        """
        姓名 > name : name
        唯一标识 > id_number : id
        死亡日期 > death_date : date
        火化日期 > cremated_on : date
        """,
    )
    found = recognised(recogniser, xlsx(tmp_path / "1.xlsx", {"Sheet1": grid(one)}))
    assert found.mapping == one.mapping


def test_a_pack_that_is_not_ours(recogniser: Recogniser, tmp_path: Path) -> None:
    """The recogniser reads contracts, it does not know them."""
    from dataclasses import replace

    pack = recogniser.pack
    contract = pack.contracts["vehicles"]
    columns = tuple(
        replace(column, headers=("渔船编号",)) if column.name == "plate" else column
        for column in contract.columns
        if column.name in ("name", "id_number", "plate")
    )
    boats = replace(contract, contract="boats", titles=("渔船",), columns=columns)
    other = Recogniser(replace(pack, contracts={"boats": boats}))
    rows = [["渔民登记"], ["姓名", "身份证号", "渔船编号"], ["赵建国", "299900197001010011", "B1"]]
    found = recognised(other, xlsx(tmp_path / "1.xlsx", {"Sheet1": rows}))
    assert (found.contract.name, found.mapping["plate"]) == ("boats", 2)


def test_one_sheet_per_township(recogniser: Recogniser, tmp_path: Path) -> None:
    one = next(each for each in VARIANTS if each.name == "subsistence, persons only")
    path = xlsx(
        tmp_path / "低保.xlsx",
        {name: [["低保名册"], one.header, *one.body] for name in ("东川镇", "西岭乡")},
    )
    for sheet, name in enumerate(("东川镇", "西岭乡")):
        assert recognised(recogniser, path, sheet).constants["township"] == name


def test_words_of_a_vocabulary_under_an_unknown_header(
    recogniser: Recogniser, tmp_path: Path
) -> None:
    one = variant(
        "x",
        "disability_certificates",
        """
        姓名 > name : name
        残疾人证号 > certificate_number : cert
        甲项 > disability_category : 肢体/视力/听力
        乙项 > disability_level : 一级/二级
        丙项 >  : 其他/无
        """,
    )
    path = xlsx(tmp_path / "1.xlsx", {"残疾人名册": [one.header, *one.body]})
    assert recognised(recogniser, path).mapping == one.mapping


def test_places_and_notes_under_unknown_headers(recogniser: Recogniser, tmp_path: Path) -> None:
    header = [
        "甲处",
        "乙处",
        "客户名称",
        "证件号码",
        "贷款金额(元)",
        "到期日",
        "贷款余额(元)",
        "丁",
    ]
    body = [
        [f"{town}镇", f"{town}{letter}村", "沈安", number_of(date(1970, 3, day), 12), "50000",
         "2023-05-01", "20000", "展期至2024年5月1日" if day == 4 else None]
        for day, (town, letter) in enumerate(
            [(town, letter) for town in "青白云" for letter in "东西南北"], 1
        )
    ]  # fmt: skip
    found = recognised(recogniser, xlsx(tmp_path / "1.xlsx", {"小额信贷": [header, *body]}))
    assert found.contract.name == "microloans"
    assert (found.mapping["township"], found.mapping["village"]) == (0, 1)
    assert found.mapping["remark"] == 7


def test_names_and_places_alone_are_no_delivery(recogniser: Recogniser, tmp_path: Path) -> None:
    header = ["所属乡镇", "行政村名称", "来源甲", "来源乙"]
    body = [["青石镇", f"上湾{n}村", str(n), "x"] for n in range(1, 20)]
    assert isinstance(find(recogniser, xlsx(tmp_path / "1.xlsx", {"表": [header, *body]})),
                      Unrecognised)  # fmt: skip
