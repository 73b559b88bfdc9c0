"""Rules whose findings are known from an earlier run, because nothing they rest on has changed.

A rule rests on its definition with the figures in force (and the day, where it reads it), on the
register, on the deliveries it reads and on what is doubtful about them. All of that names a piece
of the store: its outcome and its findings.
"""

from collections.abc import Iterable
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.engine.compiled import Compiled
from fangpin.engine.findings import Outcome
from fangpin.engine.snapshot import Snapshot
from fangpin.feeds.columnar.store import Piece, Store
from fangpin.policy.pack import Pack, Rule
from fangpin.screening.kept_conditions import KeptConditions
from fangpin.screening.kept_keys import KeptKeys

Undecided = dict[tuple[str, str], int]
"""How many subjects of a rule cannot be decided, by rule and township."""


@dataclass(frozen=True)
class Kept:
    """A rule's outcome and its findings as in findings.parquet, without the hashes of pack and
    snapshot where they come from the store."""

    outcome: Outcome
    findings: pl.DataFrame
    undecided: Undecided


class KeptRules:
    """The rules of one run in a store. `stored`: its files that hold tables of the snapshot;
    `beside` writes what is kept while the run goes on."""

    def __init__(
        self,
        store: Store,
        stored: dict[str, Path],
        snapshot: Snapshot,
        pack: Pack,
        as_of: date,
        beside: Executor,
    ) -> None:
        self._store = store
        self._snapshot = snapshot
        self._pack = pack
        self._keys = KeptKeys(stored, snapshot, pack, as_of)
        self._beside = beside
        self._keeping: Future[None] | None = None
        self._named: dict[str, list[object] | None] = {}

    def conditions(self, compiled: Compiled, rules: Iterable[Rule]) -> KeptConditions:
        """What is known of the conditions of rules that are to be evaluated."""
        return KeptConditions(self._store, self._keys, self._snapshot, compiled, rules)

    def find(self, rule: Rule) -> Kept | None:
        """What is known of a rule."""
        key = self._key(rule)
        piece = self._store.find("rule", key) if key is not None else None
        return self._kept(rule, piece) if piece is not None else None

    def keep(self, kept: Iterable[Kept], conditions: KeptConditions) -> None:
        """Put outcomes, findings and conditions by, for runs to come."""
        rules = list(kept)

        def work() -> None:
            for each in rules:
                self._keep(each)
            conditions.keep()

        self._keeping = self._beside.submit(work)

    def wait(self) -> None:
        """Until everything is put by."""
        if self._keeping is not None:
            self._keeping.result()

    def _keep(self, kept: Kept) -> None:
        key = self._key(kept.outcome.rule)
        if key is None:
            return
        arrays: dict[str, NDArray[Any]] = {
            "holds": kept.outcome.holds,
            "unclear": kept.outcome.unclear,
            "undecided": np.flatnonzero(kept.outcome.undecided).astype(np.int32),
        }
        tables = {"findings": kept.findings.drop("snapshot_hash", "pack_hash", strict=False)}
        noted = [[township, count] for (_, township), count in sorted(kept.undecided.items())]
        self._store.keep("rule", key, tables, {"undecided": noted}, arrays=arrays)

    def _kept(self, rule: Rule, piece: Piece) -> Kept:
        size = self._snapshot.size(rule.subject)
        undecided = np.broadcast_to(np.False_, (size,))
        rows = piece.array("undecided")
        if len(rows):
            undecided = np.zeros(size, dtype=np.bool_)
            undecided[rows] = True
        return Kept(
            Outcome(rule, piece.array("holds"), piece.array("unclear"), undecided),
            piece.table("findings"),
            {(rule.name, township): count for township, count in piece.noted["undecided"]},
        )

    def _key(self, rule: Rule) -> list[object] | None:
        """None where something the rule reads is not in the store."""
        if rule.name not in self._named:
            key = self._keys.key(self._keys.definitions.rule(rule))
            named = None if key is None else [self._pack.hash, rule.name, *key]
            self._named[rule.name] = named
        return self._named[rule.name]
