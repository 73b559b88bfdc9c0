"""A columnar source taken in: register, linked deliveries, coverage, what became of each file."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TypeVar

import polars as pl

from fangpin.feeds.columnar.coverage import coverage_of
from fangpin.feeds.columnar.linking import Linked, Relations, link_delivery
from fangpin.feeds.columnar.refusals import Refusals
from fangpin.feeds.columnar.register import Numbers, Register, read_numbers, read_register
from fangpin.feeds.columnar.reporting import Report, suspects_of
from fangpin.feeds.columnar.source import ColumnarSource, DeliveredFile, open_source
from fangpin.feeds.columnar.store import Store
from fangpin.feeds.columnar.stored import Stored
from fangpin.feeds.frames import FeedTable
from fangpin.feeds.intake import Intake
from fangpin.kernel.errors import FangpinError
from fangpin.kernel.hashing import file_hash, value_hash
from fangpin.policy.pack import Pack

Progress = Callable[[str, int, int], None]
_T = TypeVar("_T")

_FORMAT = "fangpin columnar 1"
"""Changes whenever the same files would be taken in differently."""


def take_in_columns(
    folder: Path,
    pack: Pack,
    as_of: date,
    progress: Progress | None = None,
    store: Path | None = None,
) -> Intake:
    """Read, link and judge a columnar source. FangpinError when something does not fit.

    `store`: a folder in which what was worked out is kept for the next time (made if needed).
    """
    source = open_source(folder, pack, as_of)
    kept = Store(store) if store is not None else None
    hash_of = file_hash if kept is None else kept.file_hash
    with ThreadPoolExecutor(max(2, os.cpu_count() or 2) + 1) as pool:
        hashing = {path: pool.submit(hash_of, path) for path in source.files}
        taking = _Taking(source, pack, as_of, pool)
        if kept is not None:
            hashes = {path: task.result() for path, task in hashing.items()}
            taking.stored = Stored(kept, source, pack, as_of, hashes)
        taking.start()
        linked = taking.linked(progress)
        hashes = {path: task.result() for path, task in hashing.items()}
    return taking.assembled(linked, hashes)


class _Taking:
    """One source being taken in by several threads."""

    def __init__(
        self, source: ColumnarSource, pack: Pack, as_of: date, pool: ThreadPoolExecutor
    ) -> None:
        self.source = source
        self.pack = pack
        self.as_of = as_of
        self.pool = pool
        self.stored: Stored | None = None
        self.located = files_of(source)
        self._one = Lock()
        self._known: Relations | None = None

    def start(self) -> None:
        """Tasks wait only for those submitted before them, so nothing can wait forever."""
        self._numbers = self.pool.submit(_sound, self.source, "identity", self._read_numbers)
        self._register = self.pool.submit(_sound, self.source, "register", self._read_register)
        largest = sorted(self.source.deliveries, key=lambda each: -each.rows)
        self._links = {
            file.path: self.pool.submit(_sound, self.source, file.path, partial(self._link, file))
            for file in largest
        }

    def linked(self, progress: Progress | None) -> dict[Path, Linked]:
        """All deliveries; the first fault stops the rest."""
        found: dict[Path, Linked] = {}
        failed: BaseException | None = None
        for number, (path, task) in enumerate(self._links.items()):
            if progress:
                progress("linking", number, len(self._links))
            try:
                found[path] = task.result()
            except BaseException as error:
                failed = failed or error
                self.pool.shutdown(wait=False, cancel_futures=True)
                break
        # The register's own faults explain what follows from them.
        for needed in (self._register, self._numbers):
            needed.result()
        if failed is not None:
            raise failed
        if progress:
            progress("linking", len(self._links), len(self._links))
        return found

    def _read_numbers(self) -> Numbers:
        if self.stored is not None:
            return self.stored.numbers()
        return read_numbers(self.source, self.as_of)[0]

    def _read_register(self) -> Register:
        def read() -> Register:
            found = read_register(self.source, self.pack)
            for name in ("households", "persons"):
                table = getattr(found, name)
                setattr(found, name, numbered(table, self.located, f"register/{name}.parquet"))
            return found

        return read() if self.stored is None else self.stored.register(self.located, read)

    def _relations(self) -> Relations:
        register = self._register.result()
        with self._one:
            if self._known is None:
                self._known = Relations(
                    register.household_of_person,
                    register.village_of_household,
                    register.places["code"],
                )
            return self._known

    def _link(self, file: DeliveredFile) -> Linked:
        def link() -> Linked:
            index = lambda: self._numbers.result().index  # noqa: E731
            found = link_delivery(file, self.pack, self.as_of, index, self._relations)
            found.frame = located(found.frame, self.located, file.path.name)
            return found

        return link() if self.stored is None else self.stored.linked(file, self.located, link)

    def assembled(self, linked: dict[Path, Linked], hashes: dict[Path, str]) -> Intake:
        """Everything together, with what is told of every file."""
        source, pack, as_of = self.source, self.pack, self.as_of
        register, without = self._register.result(), self._numbers.result().without
        coverage = coverage_of(source, register.places, pack, as_of)
        report = Report(source, pack, as_of, register, len(without), linked, coverage, hashes)
        names = dict.fromkeys(("household_number", "person_number", "name"), pl.String)
        return Intake(
            places=register.places,
            households=register.households,
            persons=register.persons,
            feeds={
                file.key: FeedTable(*file.key, linked[file.path].frame)
                for file in sorted(source.deliveries, key=lambda each: each.key)
            },
            coverage=coverage,
            suspects=suspects_of(source.deliveries, without, "register/identity.parquet"),
            deliveries=report.deliveries(),
            rows=report.rows(),
            files=self.located,
            sheets=[""],
            names=pl.DataFrame(schema={**names, "head": pl.Boolean}),
            content_hash=content_hash(source, as_of, hashes),
            stored=self.stored.files if self.stored is not None else {},
        )


def _sound(source: ColumnarSource, path: Path | str, work: Callable[[], _T]) -> _T:
    """A file that turns out damaged while it is read is told like one that cannot be opened."""
    try:
        return work()
    except (pl.exceptions.ComputeError, pl.exceptions.PanicException) as error:
        named = path if isinstance(path, Path) else source.folder / "register"
        if path == "identity":
            named = source.register_file("identity")
        refusals = Refusals(source.folder)
        refusals.damaged(named, error)
        raise FangpinError(refusals.problems) from error


def files_of(source: ColumnarSource) -> list[str]:
    """The files that evidence may name; `_file` is a position in this list."""
    register = [f"register/{name}.parquet" for name in ("places", "households", "persons")]
    return sorted({*(each.path.name for each in source.deliveries), *register})


def content_hash(source: ColumnarSource, as_of: date, hashes: dict[Path, str]) -> str:
    """One hash for what a source says on a day: of its files and of what is read of them."""
    content = {source.name_of(path): digest for path, digest in hashes.items()}
    read = {
        source.name_of(each.path): [column.name for column in each.columns]
        for each in source.deliveries
    }
    return value_hash(
        {"format": _FORMAT, "files": content, "read": read, "as_of": as_of.isoformat()}
    )


def located(frame: pl.DataFrame, files: list[str], file: str) -> pl.DataFrame:
    """Delivered rows with the file they stand in."""
    return frame.with_columns(
        pl.lit(files.index(file), pl.UInt16).alias("_file"),
        pl.lit(0, pl.UInt16).alias("_sheet"),
    )


def numbered(frame: pl.DataFrame, files: list[str], file: str, first: int = 0) -> pl.DataFrame:
    """Register rows with where they stand; `first`: rows of the file before these."""
    rows = pl.int_range(first + 1, first + frame.height + 1, dtype=pl.UInt32)
    return located(frame, files, file).with_columns(rows.alias("_row"))
