"""Files of parts on the shared disk: there as a whole or not at all, however often a task runs."""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from fangpin.cluster.chunks import Chunk
from fangpin.engine.snapshot import Snapshot
from fangpin.feeds.columnar.delivered import Rejected


def part_folder(parts: Path, number: int) -> Path:
    """Where the snapshot of a part lies (as `engine.partition.save_parts` has it)."""
    return parts / f"{number:04d}"


def findings_file(findings: Path, number: int) -> Path:
    """Where the findings of a part lie; names sort as numbers do."""
    return findings / f"{number:06d}.parquet"


@dataclass(frozen=True)
class Tally:
    """What became of the rows of a chunk: those that go back (row reason column delivered), how
    many numbers were put right, and single cells that cannot be used (column, reason, cells)."""

    rejected: pl.DataFrame
    corrected: int
    unusable: list[tuple[str, str, int]]


def leave_tally(folder: Path, chunk: Chunk, tally: Tally) -> None:
    """Written by the task that read the chunk; done again, the files are the same."""
    name = f"{chunk.table:04d}-{chunk.first:012d}"
    if tally.rejected.height:
        write_aside(tally.rejected, folder / f"{name}.parquet")
    counts = {"corrected": tally.corrected, "unusable": tally.unusable}
    attempt = _attempt(folder / f"{name}.json")
    attempt.write_text(json.dumps(counts, ensure_ascii=False), encoding="utf-8")
    attempt.replace(folder / f"{name}.json")


def tallies(folder: Path, table: int) -> list[Tally]:
    """What the tasks left about one delivery, in the order of its chunks."""
    found = []
    for path in sorted(folder.glob(f"{table:04d}-*.json")):
        counts = json.loads(path.read_text(encoding="utf-8"))
        rows = path.with_suffix(".parquet")
        rejected = pl.read_parquet(rows) if rows.exists() else Rejected().frame
        unusable = [(column, reason, cells) for column, reason, cells in counts["unusable"]]
        found.append(Tally(rejected, counts["corrected"], unusable))
    return found


def write_aside(frame: pl.DataFrame, path: Path) -> None:
    """Write under another name, then rename: repeated and parallel attempts do no harm."""
    attempt = _attempt(path)
    frame.write_parquet(attempt, compression="zstd")
    attempt.replace(path)


def save_aside(snapshot: Snapshot, folder: Path) -> None:
    """`Snapshot.save` as a whole or not at all; an earlier attempt that is complete stays."""
    attempt = _attempt(folder)
    snapshot.save(attempt)
    try:
        attempt.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
        shutil.rmtree(attempt)


def _attempt(path: Path) -> Path:
    """A name of its own for this attempt."""
    return path.with_name(f"{path.name}.{os.getpid()}-{os.urandom(4).hex()}")


def bytes_in(folder: Path) -> int:
    """Size of all files in a folder and its sub-folders."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
