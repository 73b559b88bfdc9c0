"""Columns of names against the same asked one by one."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from fangpin.feeds.names_compared import folded
from fangpin.kernel.names import fold_variants, folding_characters

_CHARACTERS = st.one_of(
    st.sampled_from(folding_characters()),
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
    st.characters(min_codepoint=0xF900, max_codepoint=0xFAFF),  # change under normalisation
    st.sampled_from("·ABé①𬱖㛃䶮"),
)


@given(st.lists(st.none() | st.text(_CHARACTERS, max_size=6), max_size=20))
def test_folding_a_column_is_folding_every_name(names: list[str | None]) -> None:
    one_by_one = [None if name is None else fold_variants(name) for name in names]
    assert folded(pl.Series(names, dtype=pl.String)).to_list() == one_by_one


def test_a_column_without_any_name() -> None:
    assert folded(pl.Series([None, None], dtype=pl.String)).to_list() == [None, None]
