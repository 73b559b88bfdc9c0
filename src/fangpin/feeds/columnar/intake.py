"""A columnar source taken in: register, linked deliveries, coverage, what became of each file."""

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import TypeVar

import polars as pl

from fangpin.feeds.columnar.coverage import coverage_of
from fangpin.feeds.columnar.linking import Linked, Relations, link_delivery
from fangpin.feeds.columnar.refusals import Refusals
from fangpin.feeds.columnar.register import Numbers, Register, read_numbers, read_register
from fangpin.feeds.columnar.reporting import Report, suspects_of
from fangpin.feeds.columnar.source import ColumnarSource, DeliveredFile, open_source
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
    folder: Path, pack: Pack, as_of: date, progress: Progress | None = None
) -> Intake:
    """Read, link and judge a columnar source. FangpinError when something does not fit."""
    source = open_source(folder, pack, as_of)
    steps = len(source.deliveries) + 2
    with ThreadPoolExecutor(max(2, os.cpu_count() or 2) + 1) as pool:
        # Tasks wait only for those submitted before them, so nothing can wait forever.
        numbers = pool.submit(_sound, source, "identity", lambda: read_numbers(source, as_of))
        register = pool.submit(_sound, source, "register", lambda: read_register(source, pack))
        linking = [
            (file, pool.submit(_linked, file, source, pack, as_of, numbers, register))
            for file in sorted(source.deliveries, key=lambda each: -each.rows)
        ]
        hashing = [(path, pool.submit(file_hash, path)) for path in source.files]
        linked: dict[Path, Linked] = {}
        failed: BaseException | None = None
        for number, (file, task) in enumerate(linking):
            if progress:
                progress("linking", number, steps)
            try:
                linked[file.path] = task.result()
            except BaseException as error:
                failed = failed or error
                pool.shutdown(wait=False, cancel_futures=True)
                break
        # The register's own faults explain what follows from them.
        for needed in (register, numbers):
            needed.result()
        if failed is not None:
            raise failed
        hashes = {path: task.result() for path, task in hashing}
    if progress:
        progress("linking", steps, steps)
    return _assembled(source, pack, as_of, numbers.result(), register.result(), linked, hashes)


def _linked(
    file: DeliveredFile,
    source: ColumnarSource,
    pack: Pack,
    as_of: date,
    numbers: Future[Numbers],
    register: Future[Register],
) -> Linked:
    def relations() -> Relations:
        known = register.result()
        return Relations(
            known.household_of_person, known.village_of_household, known.places["code"]
        )

    return _sound(
        source,
        file.path,
        lambda: link_delivery(file, pack, as_of, lambda: numbers.result().index, relations),
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


def _assembled(
    source: ColumnarSource,
    pack: Pack,
    as_of: date,
    numbers: Numbers,
    register: Register,
    linked: dict[Path, Linked],
    hashes: dict[Path, str],
) -> Intake:
    files = files_of(source)
    coverage = coverage_of(source, register.places, pack, as_of)
    report = Report(source, pack, as_of, register, len(numbers.without), linked, coverage, hashes)
    feeds = {
        file.key: FeedTable(*file.key, located(linked[file.path].frame, files, file.path.name))
        for file in sorted(source.deliveries, key=lambda each: each.key)
    }
    return Intake(
        places=register.places,
        households=numbered(register.households, files, "register/households.parquet"),
        persons=numbered(register.persons, files, "register/persons.parquet"),
        feeds=feeds,
        coverage=coverage,
        suspects=suspects_of(source.deliveries, numbers.without, "register/identity.parquet"),
        deliveries=report.deliveries(),
        rows=report.rows(),
        files=files,
        sheets=[""],
        names=pl.DataFrame(
            schema={
                "household_number": pl.String,
                "person_number": pl.String,
                "name": pl.String,
                "head": pl.Boolean,
            }
        ),
        content_hash=content_hash(source, as_of, hashes),
    )


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
