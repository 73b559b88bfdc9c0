"""Codes are numbers of the vocabulary, however they are stored."""

import polars as pl
import pytest
from tests.engine.lake import pack

from fangpin.engine.vocabulary import NEVER, Texts, Vocabularies

VOCABULARIES = Vocabularies(pack())
STORED = ["wrecked", None, "no such code", "afloat", "wrecked"]


@pytest.mark.parametrize(
    "dtype",
    [
        pl.String,
        pl.Categorical,
        pl.Categorical(pl.Categories.random()),
        pl.Enum(["x", "wrecked", "afloat", "no such code"]),
    ],
)
def test_codes_of_any_dictionary(dtype):
    column = VOCABULARIES.column(pl.Series(STORED, dtype=dtype), "boat_state")
    assert column.known_mask.tolist() == [True, False, False, True, True]
    assert column.values[column.known_mask].tolist() == [1, 0, 1]


def test_the_vocabulary_itself_is_taken_as_it_is():
    words = pl.Enum(["afloat", "wrecked"])
    column = VOCABULARIES.column(pl.Series(["wrecked", "afloat"], dtype=words), "boat_state")
    assert column.known is None
    assert column.values.tolist() == [1, 0]
    none = VOCABULARIES.column(pl.Series([None, "afloat"], dtype=words), "boat_state")
    assert none.known_mask.tolist() == [False, True]


def test_equal_texts_are_equal_in_all_columns_of_a_table():
    first = pl.Series("first", ["a", "b", None])
    second = pl.Series("second", ["b", "c", "a"], dtype=pl.Categorical)
    texts = Texts([first, second])
    one, two = texts.column(first), texts.column(second)
    assert one.values[0] == two.values[2] == texts.code("a")
    assert one.values[1] == two.values[0] == texts.code("b")
    assert one.known_mask.tolist() == [True, True, False]
    assert texts.code("z") == NEVER
