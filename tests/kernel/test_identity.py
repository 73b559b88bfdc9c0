"""Identity numbers: every verdict, every correction, and both faces on generated cells."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fangpin.kernel.identity import (
    CORRECTION_TEXT,
    REMEDY,
    WHAT,
    Correction,
    Sex,
    Slip,
    Verdict,
    check_digit,
    is_valid,
    judge,
    judge_series,
    new_key,
    pseudonym,
    pseudonym_of,
    repairs,
    to_eighteen,
)


def complete(seventeen: str) -> str:
    return seventeen + check_digit(seventeen)


def test_the_worked_example_of_the_standard() -> None:
    # GB 11643-1999 gives 11010519491231002X and 440524188001010014 as examples.
    assert check_digit("11010519491231002") == "X"
    assert check_digit("44052418800101001") == "4"
    assert is_valid("11010519491231002X")
    assert not is_valid("440524188001010014")  # right check digit, but born in 1880


def test_a_plain_number_tells_birth_date_and_sex() -> None:
    found = judge("11010519491231002X")
    assert found.verdict is Verdict.ok
    assert found.birth_date == date(1949, 12, 31)
    assert found.sex is Sex.female
    assert found.corrections == ()
    assert judge(complete("62040219850312123")).sex is Sex.male


BASE = complete("62040219971204012")
BASE_X = next(
    number for order in range(1000) if (number := complete(f"62040219971204{order:03}"))[-1] == "X"
)
FIFTEEN = "620402710806167"


@pytest.mark.parametrize(
    ("cell", "number", "corrections"),
    [
        (BASE_X.lower(), BASE_X, ["lower_x"]),
        ("".join(chr(ord(c) + 0xFEE0) for c in BASE_X), BASE_X, ["full_width"]),
        (f" {BASE}", BASE, ["outer_space"]),
        (f"{BASE}\u3000", BASE, ["outer_space"]),
        (f"{BASE[:6]} {BASE[6:14]} {BASE[14:]}", BASE, ["inner_space"]),
        (f"{BASE[:10]}\n{BASE[10:]}", BASE, ["line_break"]),
        (f"\t{BASE}", BASE, ["tab"]),
        (f"{BASE}\u00a0", BASE, ["nbsp"]),
        (f"\u200b{BASE}", BASE, ["zero_width"]),
        (f"'{BASE}", BASE, ["apostrophe"]),
        (f"`{BASE}", BASE, ["apostrophe"]),
        (f"’{BASE}", BASE, ["apostrophe"]),
        (f'="{BASE}"', BASE, ["excel_text"]),
        (f"身份证{BASE}", BASE, ["text_prefix"]),
        (f"身份证号码:{BASE}", BASE, ["full_width", "text_prefix"]),
        (f"ID:{BASE}", BASE, ["text_prefix"]),
        (f"'证件号{BASE}", BASE, ["apostrophe", "text_prefix"]),
        (f"{BASE[:6]}-{BASE[6:14]}-{BASE[14:]}", BASE, ["separator"]),
        (BASE_X[:17] + "×", BASE_X, ["x_look_alike"]),
        (FIFTEEN, "620402197108061676", ["fifteen_digits"]),
        (f"{BASE}43", BASE, ["disability_20"]),
        (f"{BASE_X.lower()}42b1 ", BASE_X, ["outer_space", "lower_x", "disability_22"]),
    ],
)
def test_what_is_put_right(cell: str, number: str, corrections: list[str]) -> None:
    cell = cell.replace("号码:", "号码\uff1a")
    found = judge(cell)
    assert (found.verdict, found.normalised) == (Verdict.ok_normalised, number)
    assert [correction.value for correction in found.corrections] == corrections


def test_disability_certificates_carry_category_and_level() -> None:
    assert (judge(f"{BASE}43").category, judge(f"{BASE}43").level) == (4, 3)
    assert (judge(f"{BASE}71B1").category, judge(f"{BASE}71B1").level) == (7, 1)
    assert judge(f"{BASE}83").verdict is Verdict.bad_disability_code
    assert judge(f"{BASE}45").verdict is Verdict.bad_disability_code
    assert judge(BASE).category is None


@pytest.mark.parametrize(
    ("cell", "verdict"),
    [
        (None, Verdict.blank),
        ("", Verdict.blank),
        (" \u3000", Verdict.blank),
        ("无", Verdict.blank),
        ("——", Verdict.blank),
        ("999999202104190002", Verdict.placeholder),
        ("6.20402E+17", Verdict.scientific_text),
        ("6.204e17", Verdict.scientific_text),
        ("620402199301224000.0", Verdict.numeric_cell),
        (BASE[:17], Verdict.wrong_length),
        (BASE + "1", Verdict.wrong_length),
        ("护照E12345678", Verdict.bad_characters),
        ("6204021997120401ⅩX", Verdict.bad_characters),
        ("62040219971304012X", Verdict.bad_date),
        ("620402199702300120", Verdict.bad_date),
        ("620402189912310120", Verdict.bad_date),
        (BASE[:17] + ("1" if BASE[17] != "1" else "2"), Verdict.wrong_check_digit),
    ],
)
def test_what_is_turned_away(cell: str | None, verdict: Verdict) -> None:
    found = judge(cell)
    assert found.verdict is verdict
    assert found.normalised is None
    assert found.birth_date is None


def test_a_numeric_cell_is_turned_away_even_when_the_check_digit_fits() -> None:
    assert is_valid(BASE)
    assert judge(BASE, numeric=True).verdict is Verdict.numeric_cell
    assert judge("", numeric=True).verdict is Verdict.blank
    answers = judge_series(pl.Series([BASE, BASE, None]), pl.Series([True, None, True]))
    assert answers["verdict"].to_list() == ["numeric_cell", "ok", "blank"]


def test_nobody_is_born_after_the_day_of_reference() -> None:
    child = complete("62040220210601123")
    assert judge(child, as_of=date(2021, 6, 1)).verdict is Verdict.ok
    assert judge(child, as_of=date(2021, 5, 31)).verdict is Verdict.bad_date
    assert judge_series(pl.Series([child]), as_of=date(2021, 5, 31))["verdict"][0] == "bad_date"


def test_every_code_has_its_sentences() -> None:
    assert set(WHAT) == set(REMEDY) == set(Verdict)
    assert set(CORRECTION_TEXT) == set(Correction)


# ---- both faces agree

SEVENTEEN = st.builds(
    lambda area, born, order: f"{area}{born:%Y%m%d}{order:03}",
    st.sampled_from(["620402", "110105", "999999"]),
    st.dates(date(1890, 1, 1), date(2022, 12, 31)),
    st.integers(0, 999),
)
VALID = SEVENTEEN.map(complete)
NEAR = st.one_of(
    VALID,
    VALID,
    st.tuples(VALID, st.integers(0, 17), st.sampled_from("0123456789Xx ×")).map(
        lambda t: t[0][: t[1]] + t[2] + t[0][t[1] + 1 :]
    ),
    VALID.map(lambda n: n[:6] + n[8:17]),
    st.tuples(VALID, st.sampled_from(["43", "11", "74", "85", "42B1", "4201", "4", "431"])).map(
        "".join
    ),
    VALID.map(lambda n: n[:17]),
    VALID.map(lambda n: n[:6] + " " + n[6:14] + "-" + n[14:]),
    st.sampled_from(["", "无", "-", "6.20402E+17", "620402199301224000.0", "=", '=""', "''"]),
    st.text(alphabet="0123456789Xx '=\"-.身份证号:ID", max_size=24),
)
DECORATED = st.tuples(
    st.sampled_from(
        ["", "", "", "'", '="', "身份证号:", "ID:", "\u200b", " ", "\t", "证件", "sfzh", "'="]
    ),
    NEAR,
    st.sampled_from(["", "", "", '"', " ", "\u00a0", "\n", "\u3000", "'", "\x01"]),
    st.booleans(),
).map(lambda t: wide(t[0] + t[1] + t[2]) if t[3] else t[0] + t[1] + t[2])


def wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.one_of(st.none(), DECORATED, VALID), st.booleans()), max_size=12),
    st.booleans(),
)
def test_the_column_gives_the_same_answers(
    cells: list[tuple[str | None, bool]], with_mask: bool
) -> None:
    values = pl.Series([text for text, _ in cells], dtype=pl.String)
    numeric = pl.Series([flag and with_mask for _, flag in cells], dtype=pl.Boolean)
    as_of = date(2021, 5, 31)
    answers = judge_series(values, numeric if with_mask else None, as_of=as_of)
    assert len(answers) == len(cells)
    for (text, flag), answer in zip(cells, answers.iter_rows(named=True), strict=True):
        found = judge(text, numeric=flag and with_mask, as_of=as_of)
        assert answer == {
            "normalised": found.normalised,
            "verdict": found.verdict.value,
            "corrections": "+".join(found.corrections),
            "birth_date": found.birth_date,
            "sex": found.sex and found.sex.value,
            "category": found.category,
            "level": found.level,
        }, text


def test_a_long_column_of_plain_numbers_over_several_blocks() -> None:
    numbers = [complete(f"620402{1930 + i % 90}{1 + i % 12:02}{1 + i % 28:02}{i % 1000:03}")
               for i in range(140_000)]  # fmt: skip
    numbers[123_456] = numbers[123_456][:17] + " "
    answers = judge_series(pl.Series(numbers))
    assert answers["verdict"].value_counts(sort=True)["count"].to_list()[0] == 139_999
    assert answers["verdict"][123_456] == "wrong_length"
    assert answers["normalised"][139_999] == numbers[139_999]
    assert answers["birth_date"][139_999] == judge(numbers[139_999]).birth_date


def test_a_sliced_column_is_read_from_its_own_rows() -> None:
    numbers = [complete(f"62040219900101{i:03}") for i in range(50)]
    part = pl.concat([pl.Series(numbers[:20]), pl.Series(numbers[20:])], rechunk=False).slice(7, 30)
    assert judge_series(part)["normalised"].to_list() == numbers[7:37]


# ---- pseudonyms


def test_pseudonyms_depend_on_number_and_key_only() -> None:
    key, other = b"k" * 32, b"o" * 32
    column = pl.Series("id", [BASE, None, BASE_X, BASE])
    hashed = pseudonym(column, key)
    assert hashed.to_list() == [
        pseudonym_of(BASE, key), None, pseudonym_of(BASE_X, key), pseudonym_of(BASE, key)
    ]  # fmt: skip
    assert hashed.name == "id"
    assert {len(value) for value in hashed.drop_nulls()} == {16}
    assert pseudonym_of(BASE, key) != pseudonym_of(BASE, other)
    distinct = pl.Series([BASE_X, BASE])
    assert pseudonym(distinct, key).to_list() == [
        pseudonym_of(BASE_X, key),
        pseudonym_of(BASE, key),
    ]
    with pytest.raises(ValueError, match="16 to 64"):
        pseudonym(column, b"short")
    assert len(new_key()) == 32


# ---- repairs


@settings(deadline=None)
@given(VALID.filter(lambda number: is_valid(number)), st.data())
def test_a_slip_is_found_again(number: str, data: st.DataObject) -> None:
    slip = data.draw(st.sampled_from(["transposition", "missing", "extra", "check", "wrong"]))
    i = data.draw(st.integers(0, 16))
    if slip == "transposition":
        written = number[:i] + number[i + 1] + number[i] + number[i + 2 :]
    elif slip == "missing":
        written = number[:i] + number[i + 1 :]
    elif slip == "extra":
        written = number[:i] + data.draw(st.sampled_from("0123456789")) + number[i:]
    elif slip == "check":
        written = number[:17] + data.draw(st.sampled_from("0123456789X"))
    else:
        written = number[:i] + data.draw(st.sampled_from("0123456789")) + number[i + 1 :]
    candidates = repairs(written)
    assert all(is_valid(candidate.number) for candidate in candidates)
    assert len({candidate.number for candidate in candidates}) == len(candidates)
    if not is_valid(written):
        assert number in {candidate.number for candidate in candidates}
    else:
        assert candidates == ()


def test_repairs_name_the_slip_and_look_behind_certificate_endings() -> None:
    swapped = BASE[:8] + BASE[9] + BASE[8] + BASE[10:]
    assert swapped != BASE
    found = {repair.number: repair.slip for repair in repairs(swapped)}
    assert found[BASE] is Slip.transposition
    assert BASE in {repair.number for repair in repairs(f" {swapped}43 ")}
    assert repairs(BASE) == ()
    assert repairs(f"{BASE}43") == ()
    assert repairs("6.20402E+17") == ()
    assert repairs("不详") == ()


def test_fifteen_digits_belong_to_the_twentieth_century() -> None:
    assert to_eighteen(FIFTEEN) == "620402197108061676"


def test_the_column_of_the_caller_stays_as_it_is() -> None:
    given_ = pl.Series("id", [f"{BASE} ", BASE, None])
    judge_series(given_)
    assert given_.to_list() == [f"{BASE} ", BASE, None]
