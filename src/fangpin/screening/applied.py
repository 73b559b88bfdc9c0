"""A policy applied to the snapshot of a run: which rules hold where, who is entitled to what.

A snapshot may lie in parts (ranges of villages); everything here is kept per part and spoken of in
row numbers of the whole: village, household and person rows of the parts one after the other.
"""

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.engine.column import Mask
from fangpin.engine.facts import Facts
from fangpin.engine.snapshot import Snapshot
from fangpin.policy.language import nodes
from fangpin.policy.pack import Pack

Int64 = NDArray[np.int64]


@dataclass(frozen=True)
class Verdict:
    """One condition on all subjects of one part: rows where it holds, and where it is unknown
    (None: nowhere)."""

    holds: Int64
    undecided: Mask | None


class Whole:
    """The parts of a snapshot as one: places, and where households and villages are."""

    def __init__(self, parts: Iterable[Snapshot]) -> None:
        self.parts = tuple(parts)

    @cached_property
    def places(self) -> pl.DataFrame:
        """All villages: code, name, township_code, township."""
        columns = ["code", "name", "township_code", "township"]
        return pl.concat([part.places.select(columns) for part in self.parts])

    def starts(self, subject: str) -> list[int]:
        """The row of the whole at which each part begins, and the number of all rows."""
        sizes = [part.size(subject) for part in self.parts]
        return [0, *np.cumsum(sizes).tolist()]

    def size(self, subject: str) -> int:
        """How many persons, households or villages there are."""
        return self.starts(subject)[-1]

    @cached_property
    def village_of_households(self) -> Int64:
        """Row of the village of every household."""
        return self.joined("village", [part.village_of("household") for part in self.parts])

    @cached_property
    def village_of_persons(self) -> Int64:
        """Row of the village of every person."""
        return self.joined("village", [part.village_of("person") for part in self.parts])

    @cached_property
    def household_of_persons(self) -> Int64:
        """Row of the household of every person."""
        return self.joined("household", [part.households_of_persons for part in self.parts])

    @cached_property
    def members(self) -> Int64:
        """How many persons every household has."""
        return np.bincount(self.household_of_persons, minlength=self.size("household"))

    def village_of(self, subject: str) -> Int64:
        """Row of the village of every subject."""
        match subject:
            case "household":
                return self.village_of_households
            case "person":
                return self.village_of_persons
            case _:
                return np.arange(self.size("village"))

    def joined(self, target: str, rows: list[Int64]) -> Int64:
        """Row numbers of the parts as row numbers of the whole."""
        if len(rows) == 1:
            return rows[0]
        starts = self.starts(target)
        return np.concatenate([each + start for each, start in zip(rows, starts, strict=False)])

    def mask(self, subject: str, rows: list[Int64], lifted: bool = False) -> Mask:
        """True at these rows; `lifted`: at the households of these persons."""
        target = "household" if lifted and subject == "person" else subject
        if target != subject:
            rows = [
                part.households_of_persons[each]
                for part, each in zip(self.parts, rows, strict=True)
            ]
        mask = np.zeros(self.size(target), dtype=np.bool_)
        for start, each in zip(self.starts(target), rows, strict=False):
            mask[each + start] = True
        return mask


class Applied:
    """A pack on all parts. Conditions are evaluated when asked for and kept."""

    def __init__(self, pack: Pack, facts: Iterable[Facts]) -> None:
        self.pack = pack
        self.facts = tuple(facts)
        self._verdicts: dict[nodes.Node, tuple[Verdict, ...]] = {}

    @property
    def as_of(self) -> date:
        """The day the run speaks of."""
        return self.facts[0].as_of

    def varied(self, pack: Pack) -> "Applied":
        """Another pack on the same parts; what does not depend on the difference is kept."""
        return Applied(pack, [each.varied(pack) for each in self.facts])

    def evaluate(self, conditions: Iterable[nodes.Node]) -> None:
        """Several conditions at once, the parts side by side."""
        wanted = [node for node in dict.fromkeys(conditions) if node not in self._verdicts]

        def work(facts: Facts) -> list[Verdict]:
            return [_verdict(facts, node) for node in wanted]

        if len(self.facts) == 1:
            done = [work(self.facts[0])]
        else:
            with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
                done = list(pool.map(work, self.facts))
        for number, node in enumerate(wanted):
            self._verdicts[node] = tuple(each[number] for each in done)

    def verdicts(self, node: nodes.Node) -> tuple[Verdict, ...]:
        """A condition on its subjects, part by part."""
        if node not in self._verdicts:
            self.evaluate([node])
        return self._verdicts[node]


def _verdict(facts: Facts, node: nodes.Node) -> Verdict:
    result = facts.evaluation.column(node).spread(facts.snapshot.size(node.subject))
    undecided = None if result.known is None else ~result.known
    if undecided is not None and not undecided.any():
        undecided = None
    return Verdict(np.flatnonzero(result.true()), undecided)
