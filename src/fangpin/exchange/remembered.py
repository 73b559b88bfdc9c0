"""What was read of a brought file, kept until it is carried out: reading takes longest."""

import json
import os
import shutil
from pathlib import Path
from typing import Final

import polars as pl

from fangpin.exchange.reading import WideFile, Years
from fangpin.kernel.villages import PlaceIndex

_FORMAT: Final = 3
"""Changes whenever the same file would be read differently."""
_FRAMES: Final = ("households", "persons", "remarks")


def remember(folder: Path, file: WideFile) -> None:
    """Keep what was read in `folder` (replaced as a whole, or not at all)."""
    aside = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(mode=0o700)
    for name in _FRAMES:
        getattr(file, name).write_parquet(aside / f"{name}.parquet")
    told = {
        "format": _FORMAT, "file": file.file, "sha256": file.sha256, "content": file.content,
        "income": file.years.income, "conditions": file.years.conditions,
        "left_out": list(file.left_out), "rows": file.rows,
    }  # fmt: skip
    (aside / "told.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    os.rename(aside, folder)


def recall(folder: Path, content: str, index: PlaceIndex) -> WideFile | None:
    """What was kept, or None when it is not there, is of another content or another version, or
    names a village that is not in use any more."""
    try:
        told = json.loads((folder / "told.json").read_text(encoding="utf-8"))
        if told["format"] != _FORMAT or told["content"] != content:
            return None
        frames = {name: pl.read_parquet(folder / f"{name}.parquet") for name in _FRAMES}
    except (OSError, KeyError, ValueError, pl.exceptions.PolarsError):
        return None
    named = frames["households"]["village"].drop_nulls().unique().to_list()
    if any(code not in index.places for code in named):
        return None
    return WideFile(
        file=told["file"],
        sha256=told["sha256"],
        years=Years(told["income"], told["conditions"]),
        content=content,
        left_out=tuple(told["left_out"]),
        rows=told["rows"],
        **frames,
    )
