"""Trains the model of probable links with Splink on the labelled set and writes model.json.

    .venv/bin/python tools/train_linkage.py [--out src/fangpin/feeds/probable/model.json]

Needs the extra `linkage`. Chance agreement (u) is estimated from random pairs, true agreement (m)
from the labels; nothing is read but the seeds of the labelled set that are meant for tuning.
"""

import json
import logging
import time
from pathlib import Path
from typing import Any

import click
import numpy as np
import polars as pl
from splink import DuckDBAPI, Linker

from fangpin.feeds.placing import placed
from fangpin.feeds.probable.columns import Fields, frame
from fangpin.feeds.probable.levels import COMPARISONS, Comparison
from fangpin.feeds.probable.model import splink_settings
from fangpin.feeds.probable.scoring import RegisterSide
from fangpin.feeds.probable.sides import delivered
from fangpin.policy import load_pack
from fangpin.sample.labelled import TUNING, LabelledSet, Slips, labelled_set

LEAST = {"m_probability": 3e-4, "u_probability": 1e-7}
"""No level is given less: what was not seen in training may still happen."""
TRAINING = Slips(no_village=0.08, no_birth=0.03, no_sex=0.1, household=True)
OUT = Path(__file__).parents[1] / "src" / "fangpin" / "feeds" / "probable" / "model.json"


def sides(labelled: LabelledSet) -> tuple[Fields, Fields]:
    """Rows and register of a labelled set as records."""
    typed = labelled.typed(load_pack("cn-base"))
    placing = placed(typed, labelled.register)
    side = RegisterSide(labelled.register)
    every = np.arange(typed.size)
    rows = delivered(typed, placing, typed.values["name"], "name", every, side.groups)
    return rows, side.full(np.arange(side.size))


def train(
    left: pl.DataFrame,
    right: pl.DataFrame,
    comparisons: tuple[Comparison, ...],
    prior: float,
    pairs: float,
) -> dict[str, Any]:
    """Splink settings with m and u. Both frames have `id`, `label` (who is meant; null: nobody) and
    the columns that the comparisons read. `pairs` random pairs give u."""
    database = DuckDBAPI()
    linker = Linker(
        [
            database.register(left.to_arrow(), dataset_display_name="delivered"),
            database.register(right.to_arrow(), dataset_display_name="registered"),
        ],
        splink_settings(comparisons, prior),
    )
    linker.training.estimate_u_using_random_sampling(
        max_pairs=pairs, seed=1, min_count_per_level=None
    )
    linker.training.estimate_m_from_label_column("label")
    return settled(linker.misc.save_model_to_json())


def settled(settings: dict[str, Any]) -> dict[str, Any]:
    """Levels that never happened get `LEAST`, so that every pair has a weight."""
    for comparison in settings["comparisons"]:
        for level in comparison["comparison_levels"]:
            if level.get("is_null_level"):
                continue
            for name, least in LEAST.items():
                found = level.get(name)
                level[name] = max(least, found) if isinstance(found, float) else least
    return settings


@click.command()
@click.option("--out", type=click.Path(path_type=Path), default=OUT)
@click.option("--persons", default=300_000, help="Size of the invented register.")
@click.option("--rows", default=60_000, help="Rows without a number.")
@click.option("--pairs", default=3e7, help="Random pairs for chance agreement.")
def main(out: Path, persons: int, rows: int, pairs: float) -> None:
    """Train on the first tuning seed and write the model."""
    logging.getLogger("splink").setLevel(logging.CRITICAL)
    started = time.perf_counter()
    labelled = labelled_set(TUNING[0], persons=persons, rows=rows, slips=TRAINING)
    sent, known = sides(labelled)
    truth = pl.Series(labelled.truth)
    left = frame(sent).with_columns(
        pl.Series("id", range(sent.size)), truth.set(truth < 0, None).alias("label")
    )
    right = frame(known).with_columns(
        pl.Series("id", range(known.size)), pl.Series("label", range(known.size))
    )
    prior = 0.9 / 1_000_000
    settings = train(left, right, COMPARISONS, prior, pairs)
    settings["probability_two_random_records_match"] = prior
    out.write_text(json.dumps(settings, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    click.echo(f"{out}: {time.perf_counter() - started:.0f} s")
    for comparison in settings["comparisons"]:
        for level in comparison["comparison_levels"]:
            if "m_probability" in level:
                click.echo(
                    f"  {comparison['output_column_name']:<11} {level['m_probability']:.6f} "
                    f"{level['u_probability']:.8f} {level['label_for_charts']}"
                )


if __name__ == "__main__":
    main()
