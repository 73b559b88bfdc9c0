"""Parts of a snapshot: evaluated one by one they say what the whole says."""

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal
from tests.engine import lake
from tests.engine.invented import invented

from fangpin.engine.facts import Facts
from fangpin.engine.partition import load_parts, load_whole, parts, save_parts
from fangpin.engine.snapshot import table_of
from fangpin.policy import load_pack

AS_OF = date(2021, 5, 31)
PACK = load_pack("baiyin-2021")


def test_villages_are_never_split_and_nothing_is_lost():
    snapshot = invented(PACK, AS_OF, seed=3, households=200, villages=9)
    found = list(parts(snapshot, 50))
    assert len(found) > 3
    assert pl.concat([each.snapshot.places for each in found]).equals(snapshot.places)
    assert pl.concat([each.snapshot.persons["number"] for each in found]).equals(
        snapshot.persons["number"]
    )
    for part in found:
        own = part.snapshot.households_of_persons + part.households
        start, size = part.persons, part.snapshot.persons.height
        assert np.array_equal(own, snapshot.households_of_persons[start : start + size])
    for key, frame in snapshot.feeds.items():
        linked = frame.filter(pl.col("_person").is_not_null())
        pieces = [
            each.snapshot.feeds[key]
            .filter(pl.col("_person") < each.snapshot.persons.height)
            .with_columns(pl.col("_person") + each.persons)
            for each in found
        ]
        rows = ["_row", "_person"]
        assert_frame_equal(
            pl.concat(pieces).select(rows).sort(rows), linked.select(rows).sort(rows)
        )


def test_rows_stay_in_the_order_of_the_file_within_a_part():
    snapshot = invented(PACK, AS_OF, seed=8, households=200, villages=9, gaps=False)
    for part in parts(snapshot, 100):
        for frame in part.snapshot.feeds.values():
            assert frame["_row"].is_sorted()


def test_a_row_that_names_a_person_here_and_a_household_there_counts_once_each():
    catch = {"_person": 0, "_household": 2, "value": 7, "state": "afloat"}
    whole = lake.snapshot(catches=[catch], boats=[catch])
    pack = lake.pack()
    assert len(list(parts(whole, 3))) == 2
    facts = [Facts(pack, part.snapshot, lake.AS_OF) for part in parts(whole, 3)]
    assert [each["catch_total"].values.tolist() for each in facts] == [[7, 0, 0], [0, 0]]
    known = [np.broadcast_to(each["boat_state"].known_mask, 2 - i) for i, each in enumerate(facts)]
    assert [each.tolist() for each in known] == [[False, False], [True]]


def test_a_delivery_expected_elsewhere_is_the_newest_everywhere():
    may = [{"_person": person} for person in range(5)]
    whole = lake.snapshot(catches_before=may, coverage=[("catches", lake.JUNE, 0, "missing")])
    pack = lake.pack()
    for part in parts(whole, 3):
        fished = Facts(pack, part.snapshot, lake.AS_OF)["fished"]
        assert not np.any(fished.known_mask)  # of June nothing is there, in neither village


@pytest.mark.parametrize("gaps", [True, False])
def test_parts_on_disk(tmp_path, gaps):
    snapshot = replace(
        invented(PACK, AS_OF, seed=5, households=100, villages=6, gaps=gaps), known_hash="abc"
    )
    save_parts(parts(snapshot, 60), tmp_path)
    again = list(load_parts(tmp_path))
    assert len(again) > 2
    for got, expected in zip(again, parts(snapshot, 60), strict=True):
        assert got.number == expected.number
        assert (got.villages, got.households, got.persons) == (
            expected.villages,
            expected.households,
            expected.persons,
        )
        assert got.snapshot.hash == "abc"
        assert got.snapshot.deliveries == snapshot.deliveries
        for key, frame in expected.snapshot.feeds.items():
            assert_frame_equal(got.snapshot.feeds[key], frame)
        assert_frame_equal(got.snapshot.coverage, expected.snapshot.coverage)


def test_parts_become_the_whole_again(tmp_path):
    snapshot = invented(PACK, AS_OF, seed=4, households=120, villages=6)
    with_links = {
        key: frame.filter(pl.col("_person").is_not_null()).with_columns(
            pl.lit(None, pl.UInt32).alias("_household"), pl.lit(None, pl.UInt32).alias("_village")
        )
        for key, frame in snapshot.feeds.items()
    }
    whole = replace(snapshot, feeds=with_links, known_hash="of the whole")
    found = list(parts(whole, 60))
    assert len(found) > 2
    save_parts(found, tmp_path)
    again = load_whole(tmp_path)
    for name in ("places", "households", "persons", "coverage", "suspects"):
        assert_frame_equal(
            getattr(again, name), getattr(whole, name), check_row_order=name not in
            ("coverage", "suspects"),
        )  # fmt: skip
    for key, frame in with_links.items():
        assert_frame_equal(again.feeds[key], frame, check_row_order=False)
    assert (again.hash, again.deliveries) == (whole.hash, whole.deliveries)
    for name in ("places", "households", "persons"):
        assert_frame_equal(table_of(tmp_path, name).collect(), getattr(whole, name))
