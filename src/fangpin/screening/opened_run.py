"""A finished run folder opened again: its snapshot, whole or in parts, under its own pack."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from fangpin.engine.facts import Facts
from fangpin.engine.partition import load_parts
from fangpin.engine.snapshot import Snapshot
from fangpin.kernel.errors import FangpinError
from fangpin.policy import load_pack
from fangpin.policy.pack import Pack
from fangpin.screening.applied import Applied, Whole


@dataclass(frozen=True)
class OpenedRun:
    """`hash`: of the snapshot and the pack. `pack_unchanged`: the pack is, to the last figure, the
    one that the run was screened with."""

    folder: Path
    hash: str
    applied: Applied
    whole: Whole
    pack_unchanged: bool

    @classmethod
    def open(cls, folder: Path, pack: Pack | None = None) -> "OpenedRun":
        """`pack`: the run's pack where it is not one of the shipped ones.

        Raises FangpinError when the folder is not a finished run, or its pack is not known.
        """
        facts = run_facts(folder)
        pack = pack or load_pack(facts["pack"]["name"])
        as_of = date.fromisoformat(facts["as_of"])
        parts = _parts(folder / "snapshot")
        return cls(
            folder=folder,
            hash=f"{facts['snapshot_hash']}:{pack.hash}",
            applied=Applied(pack, [Facts(pack, part, as_of) for part in parts]),
            whole=Whole(parts),
            pack_unchanged=pack.hash == facts["pack"]["hash"],
        )


def run_facts(run: Path) -> dict[str, Any]:
    """run.json. Raises FangpinError when the folder is not a finished run."""
    missing = [name for name in ("run.json", "snapshot") if not (run / name).exists()]
    if missing:
        raise FangpinError.because(
            f"“{run}”不是一次完成的比对结果，缺少 {'、'.join(missing)}",
            f"{run} is not a finished run, it lacks {', '.join(missing)}",
            do_zh="指向 fangpin screen --out 写成的文件夹；页面上的结果已清理的，重新筛查即可",
            do_en="name a folder that `fangpin screen --out` wrote, or screen the files again",
        )
    found: dict[str, Any] = json.loads((run / "run.json").read_text(encoding="utf-8"))
    return found


def _parts(folder: Path) -> list[Snapshot]:
    """The snapshot of a run, whole or in parts."""
    if (folder / "parts.json").is_file():
        return [part.snapshot for part in load_parts(folder)]
    return [Snapshot.load(folder)]
