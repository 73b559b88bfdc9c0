"""Invented numbers: valid, different, spoilt in the ways that are named."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangpin.bench import identity
from fangpin.kernel.identity.columns import judge_series
from fangpin.kernel.identity.number import judge


@given(days=st.lists(st.integers(-20_000, 18_000), min_size=1, max_size=50), seed=st.integers(0, 9))
def test_numbers_are_valid_and_different(days, seed):
    rng = np.random.default_rng(seed)
    born = np.array(days, dtype=np.int64)
    seventeen = identity.seventeen_digits(born, 3, rng)
    texts = identity.texts(seventeen, np.zeros(len(born), dtype=np.uint8), rng)
    judged = judge_series(texts)
    assert judged["normalised"].to_list() == texts.to_list()
    assert judged["birth_date"].to_list() == pl.Series(born).cast(pl.Int32).cast(pl.Date).to_list()
    assert texts.n_unique() == len(days)
    outsiders = identity.of_outsiders(seventeen, rng)
    assert not set(outsiders.tolist()) & set(seventeen.tolist())


@pytest.mark.parametrize("kind", [1, 2, 3, 4])
def test_untidy_numbers_are_the_same_number(kind):
    rng = np.random.default_rng(1)
    seventeen = identity.seventeen_digits(np.arange(-3_000, 3_000), 0, rng)
    plain = identity.texts(seventeen, np.zeros(6_000, dtype=np.uint8), rng)
    untidy = identity.texts(seventeen, np.full(6_000, kind, dtype=np.uint8), rng)
    assert judge_series(untidy)["normalised"].to_list() == plain.to_list()
    assert (untidy != plain).sum() > 400


@pytest.mark.parametrize("kind", [5, 6, 7])
def test_spoilt_numbers_are_unusable(kind):
    rng = np.random.default_rng(2)
    seventeen = identity.seventeen_digits(np.arange(-3_000, 3_000), 0, rng)
    spoilt = identity.texts(seventeen, np.full(6_000, kind, dtype=np.uint8), rng)
    assert judge_series(spoilt)["normalised"].null_count() == 6_000
    assert judge(spoilt[0]).normalised is None


def test_too_many_on_one_day_are_refused():
    with pytest.raises(ValueError, match="one day of birth"):
        identity.seventeen_digits(np.zeros(9_000, dtype=np.int64), 0, np.random.default_rng(1))
