"""Our scoring equals Splink's own prediction, level by level and bit by bit, on the same pairs."""

import json
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray
from tests.feeds.probable.cases import BIRTHS, NAMES, OTHERS
from tests.feeds.probable.records import day, records

from fangpin.feeds.placing import placed
from fangpin.feeds.probable.blocking import Keys, pairs_of
from fangpin.feeds.probable.columns import Fields, columns_of, frame
from fangpin.feeds.probable.levels import COMPARISONS, View
from fangpin.feeds.probable.model import Counts, default_model, prior_bits, splink_settings
from fangpin.feeds.probable.scoring import RegisterSide, counts
from fangpin.feeds.probable.sides import delivered
from fangpin.policy import load_pack
from fangpin.sample.labelled import Slips, labelled_set

splink = pytest.importorskip("splink", reason="needs the extra `linkage` (part of dev)")

ADJUSTED = ("folded", "sound", "rough", "place", "township")


def settings(persons: int) -> dict[str, Any]:
    """The model that ships, for a register of that size."""
    text = files("fangpin.feeds.probable").joinpath("model.json").read_text(encoding="utf-8")
    prior = 2.0 ** prior_bits(persons)
    return {
        **json.loads(text),
        "probability_two_random_records_match": prior / (1 + prior),
        "retain_intermediate_calculation_columns": True,
        "retain_matching_columns": True,
    }


def predicted(
    left: Fields, right: Fields, pairs: NDArray[np.int64], frequencies: Counts, persons: int
) -> pl.DataFrame:
    """Splink's prediction for `pairs` (p, 2): one row per pair, in their order."""
    database = splink.DuckDBAPI()
    both = []
    for name, side in (("delivered", left), ("registered", right)):
        ids = pl.DataFrame({"id": np.arange(side.size)})
        records_of_side = pl.concat([ids, frame(side)], how="horizontal")
        both.append(database.register(records_of_side.to_arrow(), dataset_display_name=name))
    linker = splink.Linker(both, settings(persons))
    for name in ADJUSTED:
        values = pl.concat([frame(left)[name], frame(right)[name]])
        share = np.concatenate(frequencies[name])
        table = pl.DataFrame({name: values, f"tf_{name}": share}).fill_nan(None)
        table = table.drop_nulls().unique(name, keep="first", maintain_order=True)
        linker.table_management.register_term_frequency_lookup(
            database.register(table.to_arrow(), table_name=f"tf_of_{name}"), name
        )
    blocked = pl.DataFrame(
        {
            "match_key": np.zeros(len(pairs), dtype=np.int64),
            "join_key_l": pl.Series([f"delivered-__-{at}" for at in pairs[:, 0]]),
            "join_key_r": pl.Series([f"registered-__-{at}" for at in pairs[:, 1]]),
        }
    )
    linker.table_management.register_blocked_pairs_for_predict(
        database.register(blocked.to_arrow(), table_name="pairs_to_score")
    )
    found = linker.inference.predict().as_duckdbpyrelation().pl()
    wanted = pl.DataFrame({"id_l": pairs[:, 0], "id_r": pairs[:, 1]})
    return wanted.join(found, on=["id_l", "id_r"], how="left", maintain_order="left")


def check_equal(
    left: Fields, right: Fields, pairs: NDArray[np.int64], frequencies: Counts, persons: int
) -> pl.DataFrame:
    """Levels, weights and probability of all pairs agree."""
    theirs = predicted(left, right, pairs, frequencies, persons)
    model = default_model()
    view = View(columns_of(left), columns_of(right), pairs[:, 0], pairs[:, 1])
    levels = model.levels(view)
    total = model.weights(view, levels, frequencies).sum(axis=1) + prior_bits(persons)
    for at, comparison in enumerate(COMPARISONS):
        gamma = theirs[f"gamma_{comparison.field}"].to_numpy()
        # Splink counts levels from the last one, 0, upwards.
        ours = np.where(levels[:, at] < 0, -1, len(comparison.levels) - 1 - levels[:, at])
        assert gamma.tolist() == ours.tolist(), comparison.field
    assert theirs["match_weight"].null_count() == 0
    np.testing.assert_allclose(total, theirs["match_weight"].to_numpy(), rtol=0, atol=1e-9)
    odds = np.exp2(total)
    np.testing.assert_allclose(
        odds / (1 + odds), theirs["match_probability"].to_numpy(), rtol=1e-9, atol=1e-15
    )
    return theirs


def test_literal_pairs() -> None:
    left, right = [], []
    for a, b, _ in NAMES:
        left.append({"name": a})
        right.append({"name": b})
    for a, b, _ in BIRTHS:
        left.append({"birth": day(a)})
        right.append({"birth": day(b)})
    for _, a, b, _ in OTHERS:
        left.append(a)
        right.append(b)
    at = np.arange(len(left))
    nothing = np.full(len(left), np.nan)
    unknown: Counts = dict.fromkeys(ADJUSTED, (nothing, nothing))
    pairs = np.stack([at, at], axis=1)
    check_equal(records(*left), records(*right), pairs, unknown, 20_000)


@cache
def county() -> tuple[Fields, Fields, NDArray[np.int64], Counts, int]:
    """Rows with every kind of slip against an invented register, and their candidates."""
    slips = Slips(no_village=0.1, no_birth=0.05, no_sex=0.1, household=True)
    labelled = labelled_set(7, persons=6_000, rows=1_500, slips=slips)
    typed = labelled.typed(load_pack("cn-base"))
    side = RegisterSide(labelled.register)
    rows = delivered(
        typed, placed(typed, labelled.register), typed.values["name"], "name",
        np.arange(typed.size), side.groups,
    )  # fmt: skip
    everybody = np.arange(side.size)
    with ThreadPoolExecutor(2) as pool:
        row, person = pairs_of(Keys(rows), side.keys, pool)
    dice = np.random.default_rng(7)
    chance = np.stack([dice.integers(0, typed.size, 3000), dice.choice(everybody, 3000)], axis=1)
    pairs = np.unique(np.concatenate([np.stack([row, person], axis=1), chance]), axis=0)
    return rows, side.full(everybody), pairs, counts(Keys(rows), side, everybody), side.size


def test_candidates_of_a_county() -> None:
    rows, register, pairs, frequencies, persons = county()
    theirs = check_equal(rows, register, pairs, frequencies, persons)
    assert theirs.height > 5_000
    for comparison in COMPARISONS:
        seen = theirs[f"gamma_{comparison.field}"].n_unique()
        assert seen >= min(3, len(comparison.levels)), comparison.field


def test_the_model_that_ships_fits_the_levels_of_the_program() -> None:
    stored, written = settings(1_000_000), splink_settings()
    for mine, theirs in zip(written["comparisons"], stored["comparisons"], strict=True):
        assert mine["output_column_name"] == theirs["output_column_name"]
        assert [level["sql_condition"] for level in mine["comparison_levels"]] == [
            level["sql_condition"] for level in theirs["comparison_levels"]
        ]
        rest = [level for level in theirs["comparison_levels"] if not level.get("is_null_level")]
        assert sum(level["m_probability"] for level in rest) == pytest.approx(1, abs=0.01)
        assert sum(level["u_probability"] for level in rest) == pytest.approx(1, abs=0.01)
