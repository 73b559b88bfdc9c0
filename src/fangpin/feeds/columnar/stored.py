"""Register, numbers and linked deliveries by way of the store: found there, or made and kept."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.feeds.columnar.delivered import declared_columns
from fangpin.feeds.columnar.index import KeyIndex
from fangpin.feeds.columnar.linking import Linked, subjects_of_facts
from fangpin.feeds.columnar.register import Numbers, Register, declared, read_numbers
from fangpin.feeds.columnar.source import REGISTER, ColumnarSource, DeliveredFile
from fangpin.feeds.columnar.store import Piece, Store
from fangpin.kernel.identity.keys import identity_keys
from fangpin.policy.pack import Pack

Hashes = dict[Path, str]


class Stored:
    """One store, asked about one source."""

    def __init__(
        self, store: Store, source: ColumnarSource, pack: Pack, as_of: date, hashes: Hashes
    ) -> None:
        self._store = store
        self._source = source
        self._pack = pack
        self._as_of = as_of
        self._hashes = hashes
        self.files: dict[str, Path] = {}
        """Arrow files of the store that hold a table of the snapshot, by its name there."""

    # ---- the register ------------------------------------------------------------------------

    def register(self, located: list[str], read: Callable[[], Register]) -> Register:
        """`located`: the list in which `_file` is a position."""
        tables = ("places", "households", "persons")
        columns = {
            name: [
                asdict(declared(each, self._pack)) for each in self._source.register.get(name, ())
            ]
            for name in tables
        }
        places = [located.index(f"register/{name}.parquet") for name in tables]
        key = [[self._hash(name) for name in tables], repr(columns), places]
        piece, made = self._store.find("register", key), None
        if piece is None:
            made = read()
            frames = {name: getattr(made, name) for name in tables}
            piece = self._store.keep("register", key, frames, {"unusable": made.unusable})
            if piece is None:
                return made
        self.files |= {name: piece.path(name) for name in ("households", "persons")}
        if made is not None:
            return made
        return Register(
            places=piece.table("places"),
            households=piece.table("households"),
            persons=piece.table("persons"),
            unusable=[tuple(each) for each in piece.noted["unusable"]],
        )

    def numbers(self) -> Numbers:
        """The index under the pseudonyms of this store."""
        key = [self._hash("identity")]
        piece = self._store.find("numbers", key, self._as_of)
        if piece is not None:
            return _numbers_in(piece, self._store)
        made, day_matters = read_numbers(self._source, self._as_of, self._store.secret())
        if not day_matters:
            index = made.index
            arrays: dict[str, NDArray[Any]] = {
                "keys": index.keys,
                "rows": index.rows,
                "start": index.start,
                "repeated": index.repeated,
                "without": made.without,
            }
            noted = {"bits": index.bits}
            self._store.keep("numbers", key, {}, noted, self._as_of, arrays=arrays)
        return made

    # ---- deliveries --------------------------------------------------------------------------

    def linked(self, file: DeliveredFile, located: list[str], link: Callable[[], Linked]) -> Linked:
        """A delivery linked with the register."""
        key = self._key_of(file, located)
        piece, made = self._store.find("linked", key, self._as_of), None
        if piece is None:
            made = link()
            if _day_matters(made):
                return made
            piece = self._keep(made, key)
            if piece is None:
                return made
        self.files[f"feeds/{file.contract.name}@{file.period:%Y-%m}"] = piece.path("frame")
        return _linked_in(piece, file) if made is None else made

    def _key_of(self, file: DeliveredFile, located: list[str]) -> Any:
        return [
            self._hashes[file.path],
            [self._hash(name) for name in REGISTER],
            file.contract.name,
            file.contract.subject,
            list(file.contract.key),
            file.about,
            [column.name for column in file.columns if column.required],
            repr([asdict(each) for each in declared_columns(file, self._pack)]),
            sorted(subjects_of_facts(file, self._pack)),
            located.index(file.path.name),
        ]

    def _keep(self, made: Linked, key: Any) -> Piece | None:
        tables = {
            "frame": made.frame,
            "rejected": made.rejected,
        }
        noted = {
            name: getattr(made, name)
            for name in ("read", "corrected", "outside", "duplicates", "linked", "unusable")
        }
        arrays = {"villages": made.villages}
        return self._store.keep("linked", key, tables, noted, self._as_of, arrays=arrays)

    def _hash(self, name: str) -> str:
        return self._hashes[self._source.register_file(name)]


def _numbers_in(piece: Piece, store: Store) -> Numbers:
    return Numbers(
        KeyIndex(
            piece.array("keys"),
            piece.array("rows"),
            piece.array("start"),
            piece.noted["bits"],
            piece.array("repeated"),
            store.secret(),
        ),
        piece.array("without").astype(np.int64),
    )


def _linked_in(piece: Piece, file: DeliveredFile) -> Linked:
    noted = dict(piece.noted)
    unusable = [tuple(each) for each in noted.pop("unusable")]
    return Linked(
        file=file,
        frame=piece.table("frame"),
        rejected=piece.table("rejected"),
        villages=piece.array("villages"),
        unusable=unusable,
        **noted,
    )


def _day_matters(made: Linked) -> bool:
    """Whether a number was turned away only because its birth date lies after the screening."""
    late = made.rejected.filter(pl.col("reason") == "id_bad_date")["delivered"]
    return bool(identity_keys(late).usable.any())
