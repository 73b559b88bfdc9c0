"""Rows against the register: candidates, levels, weights, and how probable each candidate is."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fangpin.feeds.probable.blocking import RULES, Keys, frequencies, pairs_of
from fangpin.feeds.probable.columns import Fields, columns_of
from fangpin.feeds.probable.levels import View
from fangpin.feeds.probable.model import Counts, Model, default_model, prior_bits
from fangpin.feeds.probable.sides import everybody, heads_of, merged_into, registered
from fangpin.feeds.register import Register

NAME_KEYS: Final = ("folded", "sound", "rough")


@dataclass
class RegisterSide:
    """The register as rows are compared with it; made once per intake, keys on first use."""

    register: Register
    given: Model | None = None

    @cached_property
    def model(self) -> Model:
        """The model given, else the one that ships (a retraining tool has none yet)."""
        return self.given or default_model()

    @cached_property
    def fields(self) -> Fields:
        """Everybody's fields as far as candidates are found by them."""
        return everybody(self.register, self.groups)

    @cached_property
    def keys(self) -> Keys:
        """Everybody's blocking keys."""
        return Keys(self.fields)

    @cached_property
    def groups(self) -> NDArray[np.int64]:
        """Per village: the group of merged villages it belongs to."""
        return merged_into(self.register)

    @property
    def size(self) -> int:
        return self.fields.size

    def prepare(self) -> None:
        """Make all keys and what is counted, so that nothing about everybody is left to do."""
        self.keys.prepare()
        for rule in RULES:
            self.keys.of(rule)
        for name in NAME_KEYS:
            self.keys.names.ordered(name)

    def full(self, persons: NDArray[np.int64]) -> Fields:
        """All fields of some persons (dense)."""
        return registered(self.register, self.fields, self.heads, persons)

    @cached_property
    def heads(self) -> NDArray[np.int64]:
        """Dense head of every household, -1 without one."""
        return heads_of(self.register)


@dataclass
class Scored:
    """p pairs in order of row and person.

    `row` position among the rows scored, `person` dense; `levels` and `weights` (p, comparisons);
    `weight` their sum with the prior; `probability` that the row means this person, all candidates
    of the row and nobody considered.
    """

    row: NDArray[np.int64]
    person: NDArray[np.int64]
    levels: NDArray[np.int8]
    weights: NDArray[np.float64]
    weight: NDArray[np.float64]
    probability: NDArray[np.float64]

    @property
    def size(self) -> int:
        return len(self.row)

    def at(self, pairs: NDArray[np.int64] | NDArray[np.bool_]) -> "Scored":
        """Some of the pairs."""
        return Scored(
            self.row[pairs],
            self.person[pairs],
            self.levels[pairs],
            self.weights[pairs],
            self.weight[pairs],
            self.probability[pairs],
        )

    def only(self, pairs: NDArray[np.bool_]) -> "Scored":
        """The candidates that are left when others are ruled out: they compete anew."""
        left = self.at(pairs)
        left.probability = competing(left.row, left.weight)
        return left


def score(rows: Fields, side: RegisterSide) -> Scored:
    """All candidates of the rows, weighed by the side's model."""
    keys = Keys(rows)
    with ThreadPoolExecutor(2) as pool:
        row, person = pairs_of(keys, side.keys, pool)
    persons, right_at = np.unique(person, return_inverse=True)
    view = View(columns_of(rows), columns_of(side.full(persons)), row, right_at)
    levels = side.model.levels(view)
    weights = side.model.weights(view, levels, counts(keys, side, persons))
    total = weights.sum(axis=1) + prior_bits(side.size)
    return Scored(row, person, levels, weights, total, competing(row, total))


def counts(rows: Keys, side: RegisterSide, persons: NDArray[np.int64]) -> Counts:
    """How frequent the names and places of the rows and of `persons` are in the register."""
    found: Counts = {}
    for name in NAME_KEYS:
        share = frequencies(getattr(rows.names, name), side.keys.names.ordered(name))
        found[name] = (share, np.full(len(persons), np.nan))
    for name in ("place", "township"):
        homes = getattr(side.fields, name)
        share = np.bincount(homes) / max(len(homes), 1)
        own = getattr(rows.fields, name)
        left = np.where(own >= 0, share[np.maximum(own, 0)], np.nan)
        found[name] = (left, share[homes[persons]])
    return found


def competing(row: NDArray[np.int64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probability of each pair when a row means one of its candidates or nobody.

    `row` ascending; `weight` log2 of the odds against meaning nobody.
    """
    if not len(row):
        return np.zeros(0, dtype=np.float64)
    odds = np.exp2(np.clip(weight, -100, 100))
    first = np.flatnonzero(np.r_[True, row[1:] != row[:-1]])
    total = np.add.reduceat(odds, first)
    return np.asarray(odds / (1 + np.repeat(total, np.diff(np.r_[first, len(row)]))))
