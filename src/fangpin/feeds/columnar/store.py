"""Pieces of earlier screenings that need not be worked out again: named by what they come from.

A piece is a folder of Arrow tables and arrays with a few facts beside them, named by the hash of
everything it depends on (bytes of files, columns, definitions, this format). It is written aside
and renamed, so that a half-written one is never seen; nothing in it is ever changed. The store may
be deleted at any time. It holds delivered rows and keyed pseudonyms of identity numbers: its owner
alone may read it.

A file that was hashed once is known again by device, inode, size and time of its last change, and
is not read a second time. What is trusted: the file system's word that nobody wrote to a file
without changing one of these (as make and git trust it). Who sets times back on purpose, on a file
of the same length, has to delete the store.
"""

import json
import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.kernel.hashing import file_hash, value_hash

FORMAT = "fangpin store 3"
"""Changes whenever the same inputs would give other pieces."""
_BITS = np.uint64((1 << 62) - 1)
_SMALL = 1 << 16
"""Bytes below which reading a file is cheaper than mapping it."""
_SETTLED = 2_000_000_000
"""Nanoseconds after which a change gives another time on every usual file system."""


@dataclass(frozen=True)
class Piece:
    """Tables by name and what was noted beside them."""

    folder: Path
    noted: dict[str, Any]

    def table(self, name: str) -> pl.DataFrame:
        """A table as it was kept, mapped into memory rather than read."""
        return pl.read_ipc(self.path(name))

    def array(self, name: str) -> NDArray[Any]:
        """An array as it was kept, mapped into memory; it cannot be written to."""
        path = self.folder / f"{name}.npy"
        if path.stat().st_size < _SMALL:
            return cast(NDArray[Any], np.load(path))
        return np.asarray(np.load(path, mmap_mode="r"))

    def path(self, name: str) -> Path:
        """The Arrow file of a table."""
        return self.folder / f"{name}.arrow"


@dataclass(frozen=True)
class Secret:
    """Two odd numbers that turn keys into pseudonyms, one to one, within 62 bits."""

    first: int
    second: int

    def pseudonyms(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """n keys of 0 to 2^62; -1 (no key) stays."""
        found = keys.astype(np.uint64)
        for factor in (self.first, self.second):
            found *= np.uint64(factor)
            found &= _BITS
            found ^= found >> np.uint64(31)
        result = found.view(np.int64)
        result[keys < 0] = -1
        return result


class Store:
    """A folder of pieces. Safe to use from several threads and processes at once."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder

    def secret(self) -> Secret:
        """The store's own key of pseudonyms, made when first asked for."""
        path = self._folder / "secret"
        if not path.is_file():
            drawn = {name: secrets.randbits(62) | 1 for name in ("first", "second")}
            aside = self._aside("secret")
            with open(os.open(aside, os.O_CREAT | os.O_WRONLY, 0o600), "w") as stream:
                json.dump(drawn, stream)
            try:
                os.link(aside, path)  # of two that draw at once one wins
            except FileExistsError:
                pass
            finally:
                aside.unlink()
        return Secret(**json.loads(path.read_text("utf-8")))

    def file_hash(self, path: Path) -> str:
        """sha256 of a file, from memory where this very file was hashed before (see above).

        OSError when it cannot be read.
        """
        before = path.stat()
        seen = _identity(before)
        known = self.find("file", seen)
        if known is not None:
            return str(known.noted["sha256"])
        found = file_hash(path)
        # One that was written a moment ago might change again without another time.
        if _identity(path.stat()) == seen and self._now() - before.st_mtime_ns > _SETTLED:
            self.keep("file", seen, {}, {"sha256": found})
        return found

    def find(self, kind: str, key: Any, as_of: date | None = None) -> Piece | None:
        """A piece by what it depends on; one that was kept at an earlier day, or the same, serves
        as well where `as_of` is given."""
        name = self._name(kind, key)
        if as_of is None:
            return self._open(self._folder / name)
        for path in sorted(self._folder.glob(f"{name}@*"), reverse=True):
            if path.name.partition("@")[2] <= as_of.isoformat():
                found = self._open(path)
                if found is not None:
                    return found
        return None

    def keep(
        self,
        kind: str,
        key: Any,
        tables: Mapping[str, pl.DataFrame],
        noted: Mapping[str, Any],
        as_of: date | None = None,
        arrays: Mapping[str, NDArray[Any]] | None = None,
    ) -> Piece | None:
        """Write a piece; None when there is no room for it or somebody else just wrote it."""
        day = f"@{as_of.isoformat()}" if as_of else ""
        path = self._folder / f"{self._name(kind, key)}{day}"
        aside = self._aside(path.name)
        try:
            aside.mkdir(mode=0o700)
            for name, table in tables.items():
                # In one piece, so that a column that is mapped into memory is one array.
                table.write_ipc(aside / f"{name}.arrow", record_batch_size=max(table.height, 1))
                (aside / f"{name}.arrow").chmod(0o600)
            for name, array in (arrays or {}).items():
                np.save(aside / f"{name}.npy", array, allow_pickle=False)
                (aside / f"{name}.npy").chmod(0o600)
            noted_file = aside / "noted.json"
            noted_file.write_text(json.dumps(dict(noted), ensure_ascii=False), encoding="utf-8")
            noted_file.chmod(0o600)
            aside.rename(path)
        except (OSError, pl.exceptions.PolarsError):
            # A store that cannot be written only costs time.
            shutil.rmtree(aside, ignore_errors=True)
        return self._open(path)

    def _now(self) -> int:
        """Nanoseconds, as the disk's own clock says; 0 where nothing can be written."""
        aside = self._aside("now")
        try:
            aside.touch(mode=0o600)
            now = aside.stat().st_mtime_ns
            aside.unlink()
        except OSError:
            return 0
        return now

    def _name(self, kind: str, key: Any) -> str:
        return f"{kind}-{value_hash([FORMAT, kind, key])}"

    def _aside(self, name: str) -> Path:
        return self._folder / f"{name}.{secrets.token_hex(6)}.partial"

    def _open(self, path: Path) -> Piece | None:
        try:
            return Piece(path, json.loads((path / "noted.json").read_text("utf-8")))
        except (OSError, ValueError):
            return None


def _identity(found: os.stat_result) -> list[int]:
    return [found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns]
