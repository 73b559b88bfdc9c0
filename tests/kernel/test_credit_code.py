import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fangpin.kernel.credit_code import (
    ALPHABET,
    CreditCodeVerdict,
    check_character,
    judge_credit_code,
    judge_credit_code_series,
    organisation_check,
)

V = CreditCodeVerdict
# Codes that large listed companies print on their own pages.
PUBLISHED = [
    "91110000600037341L",
    "9144030071526726XG",
    "91330100799655058B",
    "914403001922038216",
    "91110000802100433B",
]


@pytest.mark.parametrize("code", PUBLISHED)
def test_published_codes(code: str) -> None:
    assert judge_credit_code(code).verdict is V.ok
    tidied = judge_credit_code(f"统一社会信用代码:{code[:8].lower()}- {code[8:]}\u3000")
    assert (tidied.verdict, tidied.normalised) == (V.ok_normalised, code)


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (None, V.blank),
        (" ", V.blank),
        ("无", V.blank),
        ("91110000600037341", V.wrong_length),
        ("9111000060003734IL", V.bad_characters),
        ("911100006000373411", V.wrong_check_character),
        ("110108000000016", V.old_number),
        ("110108000000017", V.wrong_check_character),
    ],
)
def test_verdicts(value: str | None, verdict: CreditCodeVerdict) -> None:
    assert judge_credit_code(value).verdict is verdict


def test_the_organisation_code_inside_is_checked() -> None:
    seventeen = "91110000600037342"
    code = seventeen + check_character(seventeen)
    assert organisation_check("60003734") == "1"
    assert judge_credit_code(code).verdict is V.wrong_organisation_code


@settings(deadline=None)
@given(st.sampled_from(PUBLISHED), st.integers(0, 17), st.sampled_from(ALPHABET))
def test_every_single_slip_is_noticed(code: str, place: int, character: str) -> None:
    changed = code[:place] + character + code[place + 1 :]
    assert (judge_credit_code(changed).verdict is V.ok) == (changed == code)


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.sampled_from(PUBLISHED), st.text(max_size=19)), max_size=8))
def test_columns_agree(values: list[str | None]) -> None:
    answers = judge_credit_code_series(pl.Series(values, dtype=pl.String))
    for value, answer in zip(values, answers.iter_rows(named=True), strict=True):
        found = judge_credit_code(value)
        assert (answer["normalised"], answer["verdict"]) == (found.normalised, found.verdict.value)
