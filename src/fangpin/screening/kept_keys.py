"""Names for what a run works out, by everything it rests on: definitions, register, deliveries."""

from datetime import date
from pathlib import Path

import polars as pl

from fangpin.engine.dependencies import Definitions, Dependencies
from fangpin.engine.snapshot import Snapshot
from fangpin.kernel.hashing import frame_hash
from fangpin.policy.pack import Pack


class KeptKeys:
    """Keys for one run. `stored`: files of the store that hold tables of the snapshot."""

    def __init__(
        self, stored: dict[str, Path], snapshot: Snapshot, pack: Pack, as_of: date
    ) -> None:
        self.definitions = Definitions(pack, as_of, snapshot.deliveries)
        self._stored = stored
        self._snapshot = snapshot
        self._doubts: dict[str, str] = {}

    def key(self, needed: Dependencies) -> list[object] | None:
        """None where something that is read is not in the store."""
        read = [self._stored.get("persons")]
        for contract, month in needed.deliveries:
            if month is not None and (contract, month) in self._snapshot.feeds:
                read.append(self._stored.get(f"feeds/{contract}@{month:%Y-%m}"))
        if not all(read):
            return None
        pieces = [path.parent.name.partition("@")[0] for path in read if path is not None]
        doubts = [self._doubt(contract) for contract, _ in needed.deliveries]
        months = [month.isoformat() if month else None for _, month in needed.deliveries]
        return [needed.key, pieces, months, doubts]

    def _doubt(self, contract: str) -> str:
        """What is not complete or not sure about a contract's deliveries."""
        if contract not in self._doubts:
            of_contract = pl.col("contract") == contract
            self._doubts[contract] = "-".join(
                frame_hash(frame.filter(of_contract).drop("contract"))
                for frame in (self._snapshot.coverage, self._snapshot.suspects)
            )
        return self._doubts[contract]
