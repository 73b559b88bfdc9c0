"""The table of findings: worked out near the findings or on the whole, it is the same."""

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from tests.drawn import examples
from tests.engine import lake
from tests.engine.invented import invented

from fangpin.engine.facts import Facts
from fangpin.engine.findings import evaluate_rules
from fangpin.engine.partition import parts
from fangpin.engine.selection import selected
from fangpin.engine.snapshot import Snapshot
from fangpin.policy import load_pack
from fangpin.screening.table import ORDER, findings_table

AS_OF = date(2021, 5, 31)
PACK = load_pack("baiyin-2021")


def table(snapshot: Snapshot, before: pl.DataFrame | None = None, **how) -> pl.DataFrame:
    facts = Facts(PACK, snapshot, AS_OF)
    return findings_table(PACK, facts, evaluate_rules(PACK, facts), before, **how)


@settings(max_examples=examples(4, long=10), deadline=None)
@given(st.integers(0, 500))
def test_selected_households_tell_what_the_whole_tells(seed):
    snapshot = invented(PACK, AS_OF, seed)
    before = table(invented(PACK, AS_OF, seed + 1000), selecting=False)
    whole = table(snapshot, before, selecting=False)
    assert {"new", "unknown", "false"} >= set(whole["state"])
    assert_frame_equal(table(snapshot, before, selecting=True), whole)


@pytest.mark.parametrize("size", [30, 70])
def test_parts_in_order_are_the_whole(size):
    snapshot = replace(invented(PACK, AS_OF, 11, households=120, villages=8), known_hash="x")
    whole = table(snapshot)
    found = list(parts(snapshot, size))
    assert len(found) > 2
    assert_frame_equal(pl.concat([table(part.snapshot) for part in found]), whole)


@settings(max_examples=examples(2, long=5), deadline=None)
@given(st.integers(0, 500))
def test_facts_of_selected_households_are_those_of_the_whole(seed):
    snapshot = invented(PACK, AS_OF, seed)
    rng = np.random.default_rng(seed)
    households = np.flatnonzero(rng.random(snapshot.households.height) < 0.3)
    selection = selected(
        snapshot, households, {f.feed for f in PACK.facts.values() if f.subject == "village"}
    )
    near, whole = Facts(PACK, selection.snapshot, AS_OF), Facts(PACK, snapshot, AS_OF)
    rows = {
        "person": selection.persons,
        "household": selection.households,
        "village": np.arange(snapshot.places.height),
    }
    for name, fact in PACK.facts.items():
        expected = whole[name].take(rows[fact.subject])
        known = np.broadcast_to(expected.known_mask, expected.values.shape)
        got = near[name]
        assert np.array_equal(np.broadcast_to(got.known_mask, got.values.shape), known), name
        assert np.array_equal(got.values[known], expected.values[known]), name


def test_the_order_is_that_of_the_numbers_even_where_the_register_is_not_sorted():
    snapshot = invented(PACK, AS_OF, 5)
    turned = replace(
        snapshot,
        places=snapshot.places.with_columns(pl.col("code").reverse()),
        households=snapshot.households.with_columns(pl.col("number").reverse()),
        persons=snapshot.persons.with_columns(pl.col("number").reverse()),
    )
    found = table(turned)
    assert found.height > 50
    assert_frame_equal(found, found.sort(ORDER, nulls_last=False, maintain_order=True))
    assert not found["household_number"].is_sorted()


def test_nothing_found_is_an_empty_table():
    facts = Facts(lake.pack(), lake.snapshot(), lake.AS_OF)
    found = findings_table(lake.pack(), facts, [], None)
    assert found.height == 0
    assert found.schema["evidence"] == pl.List(found.schema["evidence"].inner)
