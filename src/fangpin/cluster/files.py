"""Files of parts on the shared disk: there as a whole or not at all, however often a task runs."""

import os
import shutil
from pathlib import Path

import polars as pl

from fangpin.engine.snapshot import Snapshot


def part_folder(parts: Path, number: int) -> Path:
    """Where the snapshot of a part lies (as `engine.partition.save_parts` has it)."""
    return parts / f"{number:04d}"


def findings_file(findings: Path, number: int) -> Path:
    """Where the findings of a part lie; names sort as numbers do."""
    return findings / f"{number:06d}.parquet"


def write_aside(frame: pl.DataFrame, path: Path) -> None:
    """Write under another name, then rename: repeated and parallel attempts do no harm."""
    attempt = path.with_name(f"{path.name}.{os.getpid()}-{os.urandom(4).hex()}")
    frame.write_parquet(attempt, compression="zstd")
    attempt.replace(path)


def save_aside(snapshot: Snapshot, folder: Path) -> None:
    """`Snapshot.save` as a whole or not at all; an earlier attempt that is complete stays."""
    attempt = folder.with_name(f"{folder.name}.{os.getpid()}-{os.urandom(4).hex()}")
    snapshot.save(attempt)
    try:
        attempt.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
        shutil.rmtree(attempt)
