"""Rules whose findings are known from an earlier run, because nothing they rest on has changed.

A rule rests on its definition with the figures in force (and the day, where it reads it), on the
register, on the deliveries it reads and on what is doubtful about them. All of that names a piece
of the store: its outcome and its findings.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.engine.dependencies import Definitions
from fangpin.engine.findings import Outcome
from fangpin.engine.snapshot import Snapshot
from fangpin.feeds.columnar.store import Piece, Store
from fangpin.kernel.hashing import frame_hash
from fangpin.policy.pack import Pack, Rule

Int64 = NDArray[np.int64]
Undecided = dict[tuple[str, str], int]
"""How many subjects of a rule cannot be decided, by rule and township."""

_KINDS = ("holds", "unclear", "undecided")


@dataclass(frozen=True)
class Kept:
    """A rule's outcome and its findings as in findings.parquet, those of this snapshot."""

    outcome: Outcome
    findings: pl.DataFrame
    undecided: Undecided


class KeptRules:
    """The rules of one run in a store. `stored`: its files that hold tables of the snapshot."""

    def __init__(
        self, store: Store, stored: dict[str, Path], snapshot: Snapshot, pack: Pack, as_of: date
    ) -> None:
        self._store = store
        self._stored = stored
        self._snapshot = snapshot
        self._pack = pack
        self._definitions = Definitions(pack, as_of, snapshot.deliveries)
        self._doubts: dict[str, str] = {}

    def find(self, rule: Rule) -> Kept | None:
        """What is known of a rule."""
        key = self._key(rule)
        piece = self._store.find("rule", key) if key is not None else None
        return self._kept(rule, piece) if piece is not None else None

    def keep(self, rule: Rule, kept: Kept) -> None:
        """Put a rule's outcome and findings by, for runs to come."""
        key = self._key(rule)
        if key is None:
            return
        rows = {
            "holds": kept.outcome.holds,
            "unclear": kept.outcome.unclear,
            "undecided": np.flatnonzero(kept.outcome.undecided),
        }
        tables = {"findings": kept.findings.drop("snapshot_hash", "pack_hash")}
        for name, numbers in rows.items():
            if len(numbers):
                tables[name] = pl.DataFrame({"row": numbers.astype(np.int32)})
        noted = [[township, count] for (_, township), count in sorted(kept.undecided.items())]
        self._store.keep(
            "rule", key, tables, {"undecided": noted, "rows": [*tables][1:]}
        )  # fmt: skip

    def _kept(self, rule: Rule, piece: Piece) -> Kept:
        rows: dict[str, Int64] = {
            name: piece.table(name)["row"].to_numpy().astype(np.int64)
            if name in piece.noted["rows"]
            else np.zeros(0, dtype=np.int64)
            for name in _KINDS
        }
        size = self._snapshot.size(rule.subject)
        undecided = np.broadcast_to(np.False_, (size,))
        if len(rows["undecided"]):
            undecided = np.zeros(size, dtype=np.bool_)
            undecided[rows["undecided"]] = True
        findings = piece.table("findings").with_columns(
            pl.lit(self._pack.hash).alias("pack_hash"),
            pl.lit(self._snapshot.hash).alias("snapshot_hash"),
        )
        return Kept(
            Outcome(rule, rows["holds"], rows["unclear"], undecided),
            findings,
            {(rule.name, township): count for township, count in piece.noted["undecided"]},
        )

    def _key(self, rule: Rule) -> list[object] | None:
        """None where something the rule reads is not in the store."""
        needed = self._definitions.rule(rule)
        read = [self._stored.get("persons")]
        for contract, month in needed.deliveries:
            if month is not None and (contract, month) in self._snapshot.feeds:
                read.append(self._stored.get(f"feeds/{contract}@{month:%Y-%m}"))
        if not all(read):
            return None
        pieces = [path.parent.name.partition("@")[0] for path in read if path is not None]
        doubts = [self._doubt(contract) for contract, _ in needed.deliveries]
        months = [month.isoformat() if month else None for _, month in needed.deliveries]
        return [self._pack.hash, rule.name, needed.key, pieces, months, doubts]

    def _doubt(self, contract: str) -> str:
        """What is not complete or not sure about a contract's deliveries."""
        if contract not in self._doubts:
            of_contract = pl.col("contract") == contract
            self._doubts[contract] = "-".join(
                frame_hash(frame.filter(of_contract).drop("contract"))
                for frame in (self._snapshot.coverage, self._snapshot.suspects)
            )
        return self._doubts[contract]
