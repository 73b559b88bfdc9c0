"""Texts that no spreadsheet takes for a formula."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangpin.kernel.neutral import SIGNS, neutral, neutral_table

_BEGINNINGS = st.text("".join(SIGNS) + " \u3000\u200b\x00'张1", max_size=4)


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("blank", ["", " ", "\u3000", "\ufeff\u200b", "\x00"])
def test_what_could_begin_a_formula_is_disarmed(sign: str, blank: str) -> None:
    assert neutral(f"{blank}{sign}1").startswith("'")


def test_other_texts_stay_as_they_are() -> None:
    for text in ("张三", "13800000000", "甘肃省=", "'=1", ""):
        assert neutral(text) == text
    assert neutral(None) == ""


@given(st.lists(st.tuples(_BEGINNINGS, st.text(max_size=6)), max_size=8))
def test_a_table_is_disarmed_as_its_cells_are(parts: list[tuple[str, str]]) -> None:
    texts = ["".join(part).encode("utf-8", "ignore").decode() for part in parts]
    columns = {"甲": [*texts, None], "乙": ["=1"] * (len(texts) + 1)}
    table = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    found = neutral_table(table)
    assert found["甲"].to_list() == [*map(neutral, texts), None]
    assert set(found["乙"]) == {"'=1"}
