"""Identity numbers as integers: the verdicts of `judge`, and keys that tell numbers apart."""

from datetime import date

import numpy as np
import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.kernel.test_identity import BASE, BASE_X, DECORATED, FIFTEEN, NEAR, VALID, wide

from fangpin.kernel.identity import judge
from fangpin.kernel.identity.keys import (
    NO_KEY,
    VERDICTS,
    check_keys,
    identity_keys,
    plain_keys,
    untidy_keys,
)

AS_OF = date(2021, 5, 31)
BYTES = st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=19)
EIGHTEEN = st.tuples(VALID, st.integers(0, 17), st.characters(codec="utf-8")).map(
    lambda t: t[0][: t[1]] + t[2] + t[0][t[1] + 1 :]
)
SPACES = st.sampled_from(["", " ", "  ", "\u3000", "\u2003", "\t"])
PADDED = st.tuples(SPACES, st.one_of(VALID, VALID.map(lambda t: t[:6] + t[8:17])), SPACES)
DAMAGED = st.tuples(VALID, st.integers(0, 24), st.sampled_from("AEXxez")).map(
    lambda t: (t[0][: t[1] // 2] + t[2] + t[0][t[1] // 2 + 1 :] + "0" * 9)[: t[1]]
)
CELLS = st.one_of(
    st.none(), VALID, NEAR, DECORATED, BYTES, EIGHTEEN, VALID.map(str.lower), VALID.map(wide),
    PADDED.map("".join), DAMAGED, EIGHTEEN.map(wide), VALID.map(str.lower).map(wide),
)  # fmt: skip


def test_a_key_is_the_number_and_its_check_character() -> None:
    keys = identity_keys(pl.Series([BASE, BASE_X, BASE_X.lower(), None]))
    assert keys.key.tolist() == [
        int(BASE[:17]) * 16 + int(BASE[17]),
        int(BASE_X[:17]) * 16 + 10,
        int(BASE_X[:17]) * 16 + 10,
        NO_KEY,
    ]
    assert [VERDICTS[code] for code in keys.code] == ["ok", "ok", "ok_normalised", "blank"]


@settings(max_examples=300, deadline=None)
@given(st.lists(CELLS, max_size=20))
@example([None])
@example(["9e17", "9E+17", "6E5", "620402", f"{BASE} ", f"\u3000{wide(BASE_X.lower())}", "1" * 20])
@example([BASE[:8] + ":" + BASE[9:], BASE[:17] + "\x38", "0" * 18, "\x80" * 9, "é" * 9])
@example(["SFZH" + BASE, "ID" + FIFTEEN, "1D" + BASE, FIFTEEN, FIFTEEN + "x"])
def test_key_and_verdict_are_those_of_one_cell(cells: list[str | None]) -> None:
    found = identity_keys(pl.Series(cells, dtype=pl.String), as_of=AS_OF)
    for cell, key, code in zip(cells, found.key.tolist(), found.code.tolist(), strict=True):
        single = judge(cell, as_of=AS_OF)
        assert VERDICTS[code] == single.verdict, cell
        assert key == (_key(single.normalised) if single.normalised else NO_KEY), cell


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(VALID, EIGHTEEN, BYTES), min_size=1, max_size=20))
def test_plain_keys_tell_texts_apart(cells: list[str]) -> None:
    """Different texts of the plain shape never share a key; other texts have none."""
    keys = plain_keys(pl.Series(cells)).key.tolist()
    for text, key in zip(cells, keys, strict=True):
        digits = len(text) == 18 and text.isascii() and text[:17].isdigit()
        shaped = digits and text[17] in "0123456789Xx"
        assert (key == _key(text.upper())) if shaped else (key == NO_KEY), text


def test_untidy_texts_are_judged_like_the_others() -> None:
    """The path of the rows that are not plain gives the same answers for rows that are."""
    cells = pl.Series([BASE, f" {BASE}", BASE_X.lower(), BASE[:17], "护照E12345678", None])
    whole = identity_keys(cells)
    untidy = untidy_keys(cells)
    assert untidy.key.tolist() == whole.key.tolist()
    assert [VERDICTS[code] for code in untidy.code[3:]] == [
        "wrong_length",
        "bad_characters",
        "blank",
    ]


def test_the_check_of_a_key_needs_no_text() -> None:
    wrong = BASE[:17] + ("1" if BASE[17] != "1" else "2")
    placeholder = "999999202104190002"
    texts = [BASE, wrong, "62040219970230012X", placeholder, "620402202106010012"]
    codes = check_keys(plain_keys(pl.Series(texts)).key, AS_OF)
    assert [VERDICTS[code] for code in codes] == [
        judge(text, as_of=AS_OF).verdict for text in texts
    ]


def test_nobody_is_born_after_the_day_of_screening() -> None:
    texts = pl.Series(["620402202105310018", "620402202106010011"])
    for as_of in (date(2021, 5, 30), AS_OF, date(2021, 6, 1), None):
        expected = [judge(text, as_of=as_of).verdict for text in texts]
        assert [VERDICTS[code] for code in identity_keys(texts, as_of=as_of).code] == expected


def test_every_day_of_two_centuries() -> None:
    """Birth dates that exist are accepted, and no others."""
    days = [f"{year}{month:02}{day:02}" for year in (1899, 1900, 1999, 2000, 2004, 2099, 2100)
            for month in range(14) for day in range(33)]  # fmt: skip
    texts = pl.Series([f"620402{day}0010" for day in days])
    found = identity_keys(texts)
    expected = [judge(text).verdict for text in texts.to_list()]
    assert [VERDICTS[code] for code in found.code] == expected


def test_threads_make_no_difference() -> None:
    rng = np.random.default_rng(7)
    texts = pl.Series(rng.integers(10**16, 10**17, 400_000)).cast(pl.String) + "X"
    one, many = identity_keys(texts, threads=1), identity_keys(texts, threads=3)
    assert (one.key == many.key).all()
    assert (one.code == many.code).all()
    assert (one.key != NO_KEY).any()


def _key(number: str) -> int:
    return int(number[:17]) * 16 + (10 if number[17] == "X" else int(number[17]))
