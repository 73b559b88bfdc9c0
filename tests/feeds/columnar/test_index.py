"""Keys are found exactly, however alike their hashes are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fangpin.feeds.columnar import index
from fangpin.feeds.columnar.index import NO_KEY, NOBODY, KeyIndex

KEYS = st.lists(st.one_of(st.integers(0, 40), st.integers(0, 2**60), st.just(NO_KEY)), max_size=60)


@settings(max_examples=200, deadline=None)
@given(KEYS, KEYS)
def test_as_a_dictionary_would(stored: list[int], asked: list[int]) -> None:
    found = KeyIndex.of(np.array(stored, dtype=np.int64)).find(np.array(asked, dtype=np.int64))
    once = {key: row for row, key in enumerate(stored) if stored.count(key) == 1 and key != NO_KEY}
    assert found.tolist() == [once.get(key, NOBODY) for key in asked]


def test_rows_that_share_a_key_are_named() -> None:
    table = KeyIndex.of(np.array([7, 9, 7, NO_KEY, NO_KEY, 8, 7], dtype=np.int64))
    assert table.repeated.tolist() == [0, 2, 6]
    assert table.find(np.array([7, 9, 8, NO_KEY])).tolist() == [NOBODY, 1, 5, NOBODY]


def test_more_keys_than_fit_into_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "_BLOCK", 64)
    monkeypatch.setattr(index, "_CHUNK", 100)
    rng = np.random.default_rng(3)
    keys = rng.permutation(np.unique(rng.integers(0, 2**60, 5_000)))
    keys = np.concatenate([keys, keys[:3]])
    table = KeyIndex.of(keys)
    assert table.repeated.tolist() == sorted([0, 1, 2, *range(len(keys) - 3, len(keys))])
    found = table.find(np.concatenate([keys[3:-3][::-1], keys[:3], [12345]]))
    assert found.tolist() == [*range(len(keys) - 4, 2, -1), *[NOBODY] * 4]


def test_equal_hashes_of_different_keys_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a hash that does not spread at all every key lands in the same bucket."""
    monkeypatch.setattr(index, "_FACTOR", np.uint64(0))
    keys = np.array([5, 3, 9, 3, 11, 1], dtype=np.int64)
    table = KeyIndex.of(keys)
    assert table.repeated.tolist() == [1, 3]
    assert table.find(np.array([9, 3, 1, 2, 5, 11])).tolist() == [2, NOBODY, 5, NOBODY, 0, 4]
