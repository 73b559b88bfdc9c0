"""The labelled set is invented from its seed, has the errors it promises, and is linked well."""

from functools import cache

import numpy as np
import polars as pl
import pytest

from fangpin.feeds.linking import Linker, Links
from fangpin.feeds.placing import placed
from fangpin.feeds.probable.pairs import fingerprint_key
from fangpin.policy import load_pack
from fangpin.sample.labelled import HELD_OUT, TUNING, LabelledSet, Slips, labelled_set

SEED = 11


@cache
def small() -> LabelledSet:
    return labelled_set(SEED, persons=30_000, rows=6_000)


@cache
def linked(by_model: bool) -> Links:
    labelled = small()
    typed = labelled.typed(load_pack("cn-base"))
    linker = Linker(
        labelled.register, b"k" * 32, pair_key=fingerprint_key("529901"), by_model=by_model
    )
    return linker.link(typed, placed(typed, labelled.register))


def test_the_seed_decides_everything() -> None:
    again = labelled_set(SEED, persons=30_000, rows=6_000)
    assert again.table.equals(small().table)
    assert again.truth.tolist() == small().truth.tolist()
    other = labelled_set(SEED + 1, persons=30_000, rows=6_000)
    assert not other.table.equals(small().table)
    assert HELD_OUT not in TUNING


def test_shares_of_errors_and_outsiders() -> None:
    labelled, slips = small(), Slips()
    truth, register = labelled.truth, labelled.register
    assert (truth < 0).mean() == pytest.approx(slips.outsiders, abs=0.005)
    known = np.flatnonzero(truth >= 0)
    names = register.identity.name.gather(truth[known])
    births = register.identity.birth_date.gather(truth[known]).cast(pl.String)
    wrong_names = (labelled.table["name"].gather(known) != names).mean()
    wrong_births = (labelled.table["birth_date"].gather(known) != births).mean()
    assert wrong_names == pytest.approx(slips.name, abs=0.02)
    assert wrong_births == pytest.approx(slips.birth, abs=0.02)
    moved = labelled.slips.str.contains("moved").mean()
    assert moved == pytest.approx(slips.moved, abs=0.01)


def test_hard_negatives_are_there() -> None:
    identity = small().register.identity
    people = pl.DataFrame(
        {
            "household": identity.household,
            "village": identity.village,
            "name": identity.name,
            "birth": identity.birth_date,
        }
    )
    twins = people.group_by("household", "birth").len().filter(pl.col("len") > 1)
    namesakes = people.group_by("village", "name").len().filter(pl.col("len") > 1)
    assert twins.height > 20
    assert namesakes.height > 100
    assert people.group_by("household", "name").len()["len"].max() == 1


def figures(links: Links) -> tuple[float, float]:
    """Precision and recall of what was booked."""
    truth = small().truth
    booked = links.person >= 0
    right = booked & (links.person == truth)
    return right.sum() / booked.sum(), right.sum() / (truth >= 0).sum()


def test_the_exact_passes_alone_leave_a_third_open() -> None:
    precision, recall = figures(linked(False))
    assert precision == 1
    assert 0.6 < recall < 0.75
    assert linked(False).pairs is None


def test_the_model_finds_most_of_them_and_asks_about_some() -> None:
    precision, recall = figures(linked(True))
    assert precision >= 0.999
    assert recall >= 0.965
    pairs = linked(True).pairs
    assert pairs is not None
    assert 20 < pairs.height < 600
    assert pairs["rank"].max() <= 5
    assert pairs["probability"].is_between(0, 1).all()
