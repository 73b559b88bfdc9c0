"""Rules evaluated part by part: what is said of the parts is what the whole says."""

import threading
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.drawn import examples
from tests.engine import lake
from tests.engine.invented import invented

from fangpin.engine.compiled import Compiled
from fangpin.engine.facts import Facts
from fangpin.engine.findings import Outcome, evaluate_rules
from fangpin.engine.snapshot import Snapshot
from fangpin.policy import load_pack
from fangpin.policy.pack import Pack
from fangpin.screening.evaluated import outcomes_in_parts

AS_OF = date(2021, 5, 31)
PACK = load_pack("baiyin-2021")


def in_parts(pack: Pack, snapshot: Snapshot, as_of: date, **asked: int) -> list[Outcome]:
    compiled = Compiled(pack, as_of)
    return outcomes_in_parts(
        snapshot,
        list(pack.rules.values()),
        lambda part: Facts(pack, part.snapshot, as_of, compiled),
        **asked,
    )[0]


def assert_same(found: list[Outcome], expected: list[Outcome]) -> None:
    for got, wanted in zip(found, expected, strict=True):
        assert got.rule is wanted.rule
        for name in ("holds", "unclear", "undecided"):
            assert np.array_equal(getattr(got, name), getattr(wanted, name)), wanted.rule.name


@settings(max_examples=examples(8, long=25), deadline=None)
@given(st.integers(0, 200), st.sampled_from([1, 20, 45, 100, 10_000]), st.sampled_from([1, 2, 3]))
def test_the_outcome_depends_neither_on_parts_nor_on_threads(seed, size, threads):
    snapshot = invented(PACK, AS_OF, seed, households=80, villages=7)
    whole = evaluate_rules(PACK, Facts(PACK, snapshot, AS_OF))
    assert_same(in_parts(PACK, snapshot, AS_OF, persons_per_part=size, threads=threads), whole)


def test_a_snapshot_without_anybody_has_one_empty_part():
    snapshot = lake.snapshot(catches=[])
    empty: Snapshot = replace(
        snapshot,
        places=snapshot.places.clear(),
        households=snapshot.households.clear(),
        persons=snapshot.persons.clear(),
    )
    outcomes = in_parts(lake.pack(), empty, lake.AS_OF)
    assert [len(each.undecided) for each in outcomes] == [0, 0]


def test_progress_is_told_in_the_thread_that_asked_and_may_break_it_off():
    """A job tells it over a database connection, which belongs to one thread."""
    snapshot = invented(PACK, AS_OF, 1, households=80, villages=7)
    told: list[tuple[int, str]] = []

    def tell(step: str, number: int, count: int) -> None:
        told.append((threading.get_ident(), step))

    in_parts(PACK, snapshot, AS_OF, persons_per_part=20, threads=2, progress=tell)
    assert len(told) > 2
    assert set(told) == {(threading.get_ident(), "rules")}

    def stop(step: str, number: int, count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        in_parts(PACK, snapshot, AS_OF, persons_per_part=20, threads=2, progress=stop)
