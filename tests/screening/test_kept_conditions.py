"""Conditions taken from an earlier run are what evaluating them gives, in every part."""

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.feeds.columnar.lakesource import AS_OF, NUMBERS, catches, landed, pack, write_source

from fangpin.engine.column import Column
from fangpin.engine.compiled import Compiled
from fangpin.engine.facts import Facts
from fangpin.engine.partition import parts
from fangpin.engine.snapshot import Snapshot
from fangpin.feeds.columnar import take_in_columns
from fangpin.feeds.columnar.store import Store
from fangpin.policy import Pack
from fangpin.policy.language import nodes
from fangpin.screening.kept_conditions import Bits, KeptConditions
from fangpin.screening.kept_keys import KeptKeys
from fangpin.screening.run import snapshot_of

JULY = date(2030, 7, 31)
POOR = catches([landed(number, 2_000 + at, f"S{at}") for at, number in enumerate(NUMBERS)])
SOME = POOR.slice(1)
UNUSABLE = pl.DataFrame({"id_number": [None, *NUMBERS[1:]]})


@pytest.fixture(scope="module")
def lake() -> Pack:
    return pack()


class Lake:
    """A source taken in with a store, and the conditions of all rules on it."""

    def __init__(self, source: Path, store: Path, lake: Pack, as_of: date) -> None:
        intake = take_in_columns(source, lake, as_of, store=store)
        self.pack = lake
        self.as_of = as_of
        self.snapshot: Snapshot = snapshot_of(intake)
        self.compiled = Compiled(lake, as_of)
        keys = KeptKeys(intake.stored, self.snapshot, lake, as_of)
        self.conditions = KeptConditions(
            Store(store), keys, self.snapshot, self.compiled, lake.rules.values()
        )

    def keep(self, persons_per_part: int) -> None:
        for part in parts(self.snapshot, persons_per_part):
            facts = Facts(self.pack, part.snapshot, self.as_of, self.compiled)
            self.conditions.note(part, facts)
        self.conditions.keep()

    def agreeing(self, persons_per_part: int) -> int:
        """How many columns are known, all of them as evaluation gives them."""
        found = 0
        expanded = [self.pack.expanded(rule) for rule in self.pack.rules.values()]
        for part in parts(self.snapshot, persons_per_part):
            known = self.conditions.of(part)
            facts = Facts(self.pack, part.snapshot, self.as_of, self.compiled)
            for node in {node for each in expanded for node in nodes.walk(each)}:
                column = known(node)
                if column is not None:
                    found += 1
                    assert_same(column, facts.evaluation.column(node).spread(len(column.values)))
        return found


def assert_same(one: Column, other: Column) -> None:
    assert (one.true() == other.true()).all()
    assert (one.false() == other.false()).all()


@pytest.mark.parametrize("identity", [None, UNUSABLE])
def test_known_is_what_evaluation_gives(
    tmp_path: Path, lake: Pack, identity: pl.DataFrame | None
) -> None:
    files = {} if identity is None else {"identity": identity}
    source = write_source(tmp_path / "in", SOME, **files)
    first = Lake(source, tmp_path / "store", lake, AS_OF)
    assert first.agreeing(6) == 0
    first.keep(persons_per_part=2)
    again = Lake(source, tmp_path / "store", lake, AS_OF)
    assert again.agreeing(6) > 0
    assert again.agreeing(2) > again.agreeing(6)
    assert again.conditions.feeds < first.conditions.feeds


def test_only_what_still_holds_is_known(tmp_path: Path, lake: Pack) -> None:
    store = tmp_path / "store"
    Lake(write_source(tmp_path / "june", POOR), store, lake, AS_OF).keep(6)
    same = Lake(write_source(tmp_path / "same", POOR), store, lake, AS_OF).agreeing(6)
    later = Lake(tmp_path / "same", store, lake, JULY).agreeing(6)
    other = Lake(write_source(tmp_path / "other", SOME), store, lake, AS_OF).agreeing(6)
    doubt = Lake(
        write_source(tmp_path / "doubt", POOR, identity=UNUSABLE), store, lake, AS_OF
    ).agreeing(6)
    assert same > other > 0
    assert same >= later
    assert doubt == 0


@given(st.lists(st.lists(st.sampled_from([True, False, None]), max_size=20), max_size=8))
def test_bits_put_together_from_parts(found: list[list[bool | None]]) -> None:
    size = sum(len(each) for each in found)
    bits, first = Bits.empty(size), 0
    for each in found:
        values = np.array([value is True for value in each], dtype=np.bool_)
        known = np.array([value is not None for value in each], dtype=np.bool_)
        bits.put(Column(values, known), first, len(each))
        first += len(each)
    first = 0
    for each in found:
        column = bits.column(first, len(each))
        told = [
            bool(value) if there else None
            for value, there in zip(column.values, column.known_mask, strict=True)
        ]
        assert told == each
        first += len(each)
