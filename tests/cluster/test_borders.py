"""Parts are whole villages, of about the size asked for, and cover everybody once."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fangpin.cluster import borders
from fangpin.cluster.borders import part_of, register_borders

villages = st.lists(st.lists(st.integers(0, 4), max_size=5), min_size=1, max_size=12)
"""Members of each household of each village."""


def write(folder: Path, members: list[list[int]]) -> Path:
    homes = [village for village, own in enumerate(members) for _ in own]
    sizes = [size for own in members for size in own]
    people = [home for home, size in enumerate(sizes) for _ in range(size)]
    pl.DataFrame({"code": [f"{at:012d}" for at in range(len(members))]}).write_parquet(
        folder / "places.parquet"
    )
    pl.DataFrame({"village": pl.Series(homes, dtype=pl.UInt32)}).write_parquet(
        folder / "households.parquet"
    )
    pl.DataFrame({"household": pl.Series(people, dtype=pl.UInt32)}).write_parquet(
        folder / "persons.parquet"
    )
    return folder


@settings(max_examples=30)
@given(members=villages, size=st.integers(1, 9))
def test_every_village_lies_in_one_part(members, size, tmp_path_factory):
    found = register_borders(write(tmp_path_factory.mktemp("register"), members), size)
    persons = [sum(own) for own in members]
    assert found.villages[0] == 0
    assert found.villages[-1] == len(members)
    assert (np.diff(found.villages) > 0).all()
    assert found.households[-1] == sum(len(own) for own in members)
    assert found.persons[-1] == sum(persons)
    for part in range(len(found)):
        own = persons[found.villages[part] : found.villages[part + 1]]
        assert found.persons[part + 1] - found.persons[part] == sum(own)
        # Not over the size unless it is one village, and the next village would not have fitted.
        assert sum(own) <= size or len(own) == 1
        assert part == len(found) - 1 or sum(own) + persons[found.villages[part + 1]] > size


@settings(max_examples=30)
@given(members=villages, size=st.integers(1, 9))
def test_part_of_everybody(members, size, tmp_path_factory):
    found = register_borders(write(tmp_path_factory.mktemp("register"), members), size)
    village = np.repeat(np.arange(len(members)), [sum(own) for own in members])
    expected = part_of(found.villages, village)
    person = np.arange(len(village))
    inhabited = [
        part for part in range(len(found)) if found.persons[part] < found.persons[part + 1]
    ]
    assert part_of(found.persons, person).tolist() == expected.tolist()
    assert set(expected.tolist()) == set(inhabited)


def test_columns_are_read_block_by_block(tmp_path, monkeypatch: pytest.MonkeyPatch):
    folder = write(tmp_path, [[1, 2], [], [3, 0, 1], [2]] * 5)
    whole = register_borders(folder, 4)
    monkeypatch.setattr(borders, "ROWS_AT_A_TIME", 3)
    in_blocks = register_borders(folder, 4)
    for one, other in ((whole.villages, in_blocks.villages), (whole.persons, in_blocks.persons)):
        assert one.tolist() == other.tolist()
