"""Cells of a recognised table: accepted, corrected, flagged, rejected."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.feeds.county import MAY, number_of, pack, reasons, typed

from fangpin.feeds import words
from fangpin.feeds.cell_kinds import CellKind
from fangpin.feeds.names_compared import normalised
from fangpin.feeds.reasons import Action

ANNA = number_of(date(1970, 3, 4), 12)
BERT = number_of(date(1981, 11, 30), 31)
CLEO = number_of(date(1990, 1, 1), 5)
HEADER = [
    "序号",
    "乡镇",
    "患者姓名",
    "身份证号",
    "结算日期",
    "结算单号",
    "总费用",
    "个人自付",
    "备注",
]


def medical(*rows: list[object], **parts: object):  # type: ignore[no-untyped-def]
    return typed("medical_settlement", [HEADER, *rows], **parts)


def row(name: object = "沈安", number: object = ANNA, day: object = "2021-05-03",
        receipt: object = "R0000000001", paid: object = "100", remark: object = None,
        serial: object = "1") -> list[object]:  # fmt: skip
    return [serial, "青石镇", name, number, day, receipt, "1000", paid, remark]


def test_a_plain_row_is_accepted_without_a_word() -> None:
    found = medical(row())
    assert found.verdicts.frame().height == 0
    assert found.values["self_paid"].to_list() == [10000]
    assert found.values["settled_on"].to_list() == [date(2021, 5, 3)]


@pytest.mark.parametrize(
    ("cell", "fen", "reason"),
    [
        ("￥1,234.56", 123456, None),
        ("833.36元", 83336, None),
        ("１２０", 12000, None),
        (848.81, 84881, None),
        ("0.35万", 350000, None),
        ("-15,800.00", -1580000, None),
        ("近1万", 1000000, ("corrected", "money_free_text")),
        ("1.2万-1.5万", 1200000, ("flagged", "money_range")),
        ("待核", None, ("flagged", "money_pending")),
        ("见附件", None, ("flagged", "money_unreadable")),
        ("0.001", None, ("flagged", "money_too_precise")),
        ("99999999", None, ("flagged", "out_of_domain")),
        (CellKind.formula_without_value, None, ("rejected", "formula_without_value")),
        (CellKind.error, None, ("rejected", "cell_error")),
        (None, None, ("rejected", "required_blank")),
    ],
)
def test_amounts(cell: object, fen: int | None, reason: tuple[str, str] | None) -> None:
    found = medical(row(paid=cell))
    assert found.values["self_paid"].to_list() == [fen]
    assert reasons(found, 0) == ({reason} if reason else set())


def test_pending_is_not_zero_and_words_for_nothing_are() -> None:
    found = medical(row(paid="待定"), row(paid="无", receipt="R0000000002", serial="2"))
    assert found.values["self_paid"].to_list() == [None, 0]


@pytest.mark.parametrize(
    ("cell", "day", "reason"),
    [
        ("2021.5.3", date(2021, 5, 3), None),
        (44319, date(2021, 5, 3), None),
        ("20210503", date(2021, 5, 3), None),
        (date(2021, 5, 3), date(2021, 5, 3), None),
        ("2021年5月3日", date(2021, 5, 3), None),
        ("5.3", date(2021, 5, 3), None),
        ("2021.2.30", None, "date_impossible"),
        ("上月底", None, "date_unreadable"),
    ],
)
def test_dates(cell: object, day: date | None, reason: str | None) -> None:
    found = medical(row(day=cell))
    assert found.values["settled_on"].to_list() == [day]
    assert reasons(found, 0) == ({("flagged", reason)} if reason else set())


def test_an_impossible_date_leaves_the_amount() -> None:
    found = medical(row(day="2021.2.30", paid="77"))
    assert found.values["self_paid"].to_list() == [7700]
    assert found.used.all()


def test_unit_of_a_block_counts_until_the_next_declaration() -> None:
    rows = [row(paid="120", serial=str(n), receipt=f"R{n:010d}") for n in range(4)]
    units = {"self_paid": [(2, 3, "元"), (4, 4, "万元"), (5, 5, "元")]}
    found = medical(*rows, units=units)
    assert found.values["self_paid"].to_list() == [12000, 12000, 120000000, 12000]
    assert reasons(found, 2) == {("corrected", "unit_of_section")}


def test_a_header_in_wan_is_no_correction() -> None:
    found = medical(row(paid="1.2"), units={"self_paid": [(2, 2, "万元")]})
    assert found.values["self_paid"].to_list() == [1200000]
    assert found.verdicts.frame().height == 0


def test_an_undeclared_unit_is_never_guessed() -> None:
    contract = pack().contracts["medical_settlement"]
    from dataclasses import replace

    bare = replace(
        contract,
        columns=tuple(
            replace(c, unit=None) if c.name == "self_paid" else c for c in contract.columns
        ),
    )
    found = typed(
        bare,
        [HEADER, row(paid="5"), row(paid="0.5万元", receipt="R0000000002", serial="2"),
         row(paid="0", receipt="R0000000003", serial="3")],
    )  # fmt: skip
    assert found.values["self_paid"].to_list() == [None, 500000, 0]
    assert reasons(found, 0) == {("flagged", "unit_undeclared")}


@pytest.mark.parametrize(
    "cell",
    [
        f" {ANNA}",
        f"'{ANNA}",
        f'="{ANNA}"',
        f"{ANNA}\n",
        f"身份证号:{ANNA}",
        f"{ANNA[:6]} {ANNA[6:]}",
    ],
)
def test_numbers_are_normalised_and_shown(cell: str) -> None:
    found = medical(row(number=cell))
    assert found.values["id_number"].to_list() == [ANNA]
    assert reasons(found, 0) == {("corrected", "id_normalised")}


def test_a_numeric_cell_never_becomes_a_number() -> None:
    found = medical(row(number=float(ANNA[:17] + "0")))
    assert found.values["id_number"].to_list() == [None]
    assert found.identity["id_number"]["verdict"].to_list() == ["numeric_cell"]


def test_swapped_name_and_number_are_put_right() -> None:
    found = medical(row(name=BERT, number="吕 博"), row(receipt="R2"))
    assert found.values["id_number"].to_list() == [BERT, ANNA]
    assert found.values["name"].to_list() == ["吕博", "沈安"]
    assert ("corrected", "columns_swapped") in reasons(found, 0)
    assert reasons(found, 1) == set()


def test_identical_rows_count_once_whatever_their_serial_number() -> None:
    found = medical(row(serial="1"), row(serial="2", receipt="R9"), row(serial="3"))
    assert found.used.tolist() == [True, True, False]
    line = found.verdicts.frame().row(0, named=True)
    assert (line["action"], line["detail_zh"]) == ("duplicate", "2")


def test_a_blank_difference_is_a_difference() -> None:
    found = medical(row(remark="复核"), row(serial="2"))
    assert found.used.all()
    assert ("flagged", "same_key_different") in reasons(found, 0)


def test_unknown_words_are_unknown_and_list_the_known_ones() -> None:
    header = ["姓名", "身份证号", "险种类型", "参保状态"]
    found = typed(
        "insurance_enrolment",
        [header, ["沈安", ANNA, "城乡居民基本医疗保险", "正常参保"],
         ["吕博", BERT, "城乡居民基本医疗保险", "飞走了"]],
    )  # fmt: skip
    assert found.values["insurance_status"].to_list() == ["active", None]
    line = found.verdicts.frame().row(0, named=True)
    assert line["reason"] == "unknown_word"
    assert "正常参保" in line["detail_zh"]


def test_hidden_rows_are_data_and_flagged() -> None:
    found = medical(row(), row(serial="2", receipt="R2"), hidden_rows=frozenset({3}))
    assert reasons(found, 1) == {("flagged", "hidden_row")}
    assert found.used.all()


def test_level_in_certificate_number_against_the_column() -> None:
    header = ["姓名", "残疾人证号", "残疾类别", "残疾等级"]
    found = typed(
        "disability_certificates",
        [header, ["沈安", ANNA + "42", "肢体残疾", "二级"], ["吕博", BERT + "43", "肢体", "二级"],
         ["华玉", number_of(date(1990, 1, 1), 5) + "31B1", "言语残疾", "一级"]],
    )  # fmt: skip
    assert found.values["disability_level"].to_list() == ["2", None, "1"]
    assert reasons(found, 0) == set()
    assert ("flagged", "level_conflict") in reasons(found, 1)
    assert found.values["certificate_number"].to_list()[:2] == [ANNA, BERT]


HOUSEHOLDS = [
    "序号",
    "乡镇",
    "行政村",
    "户主姓名",
    "保障类别",
    "保障人数",
    "户月保障金",
    "保障对象姓名",
    "身份证号",
]


def test_household_cells_are_filled_down_to_the_members() -> None:
    found = typed(
        "subsistence_allowance",
        [HOUSEHOLDS,
         ["1", "青石镇", "石门村", "沈安", "二类", "2", "756", "沈安", ANNA],
         [None, None, None, None, None, None, None, "吕博", BERT],
         ["2", "青石镇", "上坪村", "华玉", "一类", "1", "399", "华玉", CLEO]],
    )  # fmt: skip
    assert found.values["village"].to_list() == ["石门村", "石门村", "上坪村"]
    assert found.values["monthly_amount"].to_list() == [75600, 75600, 39900]
    assert found.block.household is not None
    assert found.block.household.tolist() == [0, 0, 2]


def test_a_blank_amount_of_another_household_is_not_filled() -> None:
    found = typed(
        "subsistence_allowance",
        [HOUSEHOLDS,
         ["1", "青石镇", "石门村", "沈安", "二类", "2", "756", "沈安", ANNA],
         [None, None, None, None, None, None, None, "吕博", BERT],
         ["2", "青石镇", "上坪村", "华玉", "一类", "1", None, "华玉", CLEO]],
    )  # fmt: skip
    assert found.values["monthly_amount"].to_list() == [75600, 75600, None]
    assert ("rejected", "required_blank") in reasons(found, 2)


def test_merged_cells_say_the_same_on_every_row_but_personal_amounts_do_not() -> None:
    found = medical(
        row(receipt="R1", day="2021-05-03"),
        ["2", None, "吕博", BERT, None, "R2", None, None, None],
        merged=((2, 1, 3, 1), (2, 4, 3, 4), (2, 7, 3, 7)),
    )
    assert found.values["township"].to_list() == ["青石镇", "青石镇"]
    assert found.values["settled_on"].to_list() == [date(2021, 5, 3)] * 2
    assert found.values["self_paid"].to_list() == [10000, None]


def test_values_behind_words_of_a_remark() -> None:
    found = typed(
        "microloans",
        [["借款人", "身份证号", "贷款金额(元)", "到期日", "贷款余额", "备注"],
         ["沈安", ANNA, 50000, "2021-03-31", 50000, "展期至2021年9月30日"],
         ["吕博", BERT, 50000, "2021-03-31", 50000, None]],
    )  # fmt: skip
    assert found.values["extended_due_on"].to_list() == [date(2021, 9, 30), None]


def test_period_gives_the_year_of_short_dates() -> None:
    found = medical(row(day="12.3"), period=MAY.replace(year=2019))
    assert found.values["settled_on"].to_list() == [date(2019, 12, 3)]


def test_read_is_accepted_corrected_rejected() -> None:
    from fangpin.feeds.tally import counts_of

    found = medical(row(), row(serial="2"), row(number=f" {ANNA}", receipt="R3"), row(paid=None))
    found.verdicts.add(found.verdicts.mask(Action.rejected), "id_blank", Action.rejected)
    counts = counts_of(found)
    assert counts.read == counts.accepted + counts.corrected + counts.rejected == 4
    assert (counts.accepted, counts.corrected, counts.of_which_duplicates) == (1, 1, 1)


@settings(deadline=None)
@given(st.lists(st.decimals(-(10**9), 10**9, places=5) | st.integers(-(10**12), 10**12)))
def test_numbers_are_exact(numbers: list[object]) -> None:
    texts = pl.Series([str(n) for n in numbers], dtype=pl.String)
    plain = texts.filter(~texts.str.contains("E"))
    found, wrong = words.to_scaled(plain, 4)
    from decimal import ROUND_HALF_UP, Decimal

    exact = [int((Decimal(t) * 10**4).quantize(Decimal(1), ROUND_HALF_UP)) for t in plain]
    assert found.to_list() == exact
    assert not wrong.any()


def test_normalising_names_leaves_what_was_delivered_as_it_is() -> None:
    delivered = pl.Series(["林\u3000鹏", "孙馨月(户主)", "张三"])
    assert normalised(delivered).to_list() == ["林鹏", "孙馨月", "张三"]
    assert delivered.to_list() == ["林\u3000鹏", "孙馨月(户主)", "张三"]


def test_cleaning_cells_leaves_what_was_delivered_as_it_is() -> None:
    delivered = pl.Series(["３２００．００", "12"])
    assert words.cleaned(delivered).to_list() == ["3200.00", "12"]
    assert delivered.to_list() == ["３２００．００", "12"]


def test_columns_of_the_export_tell_no_rows_apart() -> None:
    header = [*HEADER, "录入人", "批次"]
    twice = typed(
        "medical_settlement", [header, [*row(), "甲", "1"], [*row(serial="2"), "乙", "2"]]
    )
    assert twice.verdicts.mask_of("duplicate").tolist() == [False, True]
    housing = ["户主姓名", "身份证号", "鉴定等级", "录入时间", "间数"]
    found = typed("housing_inspection", [housing, ["沈安", ANNA, "C级", "2021-05-01", "3"],
                                         ["沈安", ANNA, "C级", "2021-05-02", "3"],
                                         ["沈安", ANNA, "C级", "2021-05-02", "4"]])  # fmt: skip
    assert found.verdicts.mask_of("duplicate").tolist() == [False, True, False]
