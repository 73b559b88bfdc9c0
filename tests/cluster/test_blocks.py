"""Blocks keep rows, order and types."""

from datetime import date

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from fangpin.cluster.blocks import joined, packed, split, unpacked


def frame(words: list[str | None]) -> pl.DataFrame:
    count = len(words)
    return pl.DataFrame(
        {
            "code": pl.Series(words, dtype=pl.Categorical),
            "text": pl.Series(words, dtype=pl.String),
            "fen": pl.Series(range(count), dtype=pl.Int64),
            "day": pl.Series([date(2021, 5, 1)] * count, dtype=pl.Date),
            "yes": pl.Series([None] * count, dtype=pl.Boolean),
            "_row": pl.Series(range(count), dtype=pl.UInt32),
        }
    )


def test_there_and_back():
    sent = frame(["甲", None, "乙"])
    got = unpacked(packed(sent))
    assert got.schema == sent.schema
    assert got.equals(sent)


def test_categories_of_different_tasks_are_one():
    got = joined([packed(frame(["甲", "乙"])), packed(frame(["乙", "丙"]))])
    assert got is not None
    assert got["code"].cast(pl.String).to_list() == ["甲", "乙", "乙", "丙"]
    assert (got["code"].to_physical()[1] == got["code"].to_physical()[2]) is True
    assert joined([]) is None


@given(st.lists(st.integers(0, 5), max_size=30))
def test_split_keeps_every_row_in_its_order(targets):
    rows = pl.DataFrame({"at": np.arange(len(targets))})
    got = dict(split(rows, np.array(targets, dtype=np.int64)))
    assert list(got) == sorted(set(targets))
    for target, own in got.items():
        assert own["at"].to_list() == [at for at, each in enumerate(targets) if each == target]
