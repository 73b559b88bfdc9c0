"""Writing a run folder (docs/architecture.md, RUN/): all of it or nothing."""

import errno
import json
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from fangpin import __version__
from fangpin.engine.snapshot import Form, Snapshot
from fangpin.feeds.delivery import Delivery
from fangpin.feeds.intake import Intake
from fangpin.feeds.returns import write_returns
from fangpin.kernel.errors import FangpinError
from fangpin.policy.pack import Pack
from fangpin.screening.kept import Undecided
from fangpin.screening.previous import PreviousRun

if TYPE_CHECKING:
    from fangpin.screening.run import Screened

Progress = Callable[[str, int, int], None]


def refuse_existing(out: Path, overwrite: bool) -> None:
    """A finished run is never written over unless asked for."""
    if out.exists() and not overwrite:
        raise FangpinError.because(
            f"“{out}”已存在",
            f"{out} exists already",
            do_zh="换一个 --out，或加 --overwrite 重新生成",
            do_en="choose another --out, or add --overwrite to write it anew",
        )
    parent = out.parent
    if not parent.is_dir():
        raise FangpinError.because(
            f"文件夹“{parent}”不存在",
            f"the folder {parent} does not exist",
            do_zh="先建立该文件夹，或换一个 --out",
            do_en="make the folder first, or choose another --out",
        )


def disk_problem(error: OSError, out: Path) -> FangpinError:
    """What the operating system refused, in a sentence."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return FangpinError.because(
            f"写“{out}”时磁盘已满，没有留下写了一半的结果",
            f"the disk is full; nothing half-written is left of {out}",
            do_zh="清出空间后重新运行",
            do_en="free some space and run again",
        )
    name = error.filename or out
    return FangpinError.because(
        f"无法读写“{name}”：{error.strerror}",
        f"cannot read or write {name}: {error.strerror}",
        do_zh="检查路径和权限后重新运行",
        do_en="check path and permissions, then run again",
    )


def write_problem(error: Exception, out: Path) -> FangpinError:
    """A table that could not be written; the library does not say why, a full disk is usual."""
    return FangpinError.because(
        f"写“{out}”失败，磁盘可能已满，没有留下写了一半的结果：{error}",
        f"writing {out} failed, the disk may be full; nothing half-written is left: {error}",
        do_zh="清出空间后重新运行",
        do_en="free some space and run again",
    )


@contextmanager
def beside(folder: Path) -> Iterator[ThreadPoolExecutor]:
    """Make the folder of a run and write into it beside the work that goes on.

    It may hold personal data: only its owner may read it.
    """
    folder.mkdir(mode=0o700)
    with ThreadPoolExecutor(1) as writing:
        yield writing


def write(
    screened: "Screened",
    undecided: Undecided,
    folder: Path,
    previous: PreviousRun | None,
    workbooks: bool,
    progress: Progress | None,
) -> None:
    """Findings, what could not be decided, and the workbooks."""
    intake, snapshot = screened.intake, screened.snapshot
    # Nobody looks for single values: their least and largest would cost a quarter of the time.
    screened.findings.write_parquet(
        folder / "findings.parquet", compression="zstd", statistics=False
    )
    if workbooks:
        write_returns(intake, folder / "returns", progress)
    counts = screened.findings.group_by("rule", "kind", "state").len("findings")
    Told(
        pack=screened.pack,
        as_of=screened.as_of,
        places=intake.places,
        coverage=intake.coverage,
        deliveries=intake.deliveries,
        snapshot_hash=snapshot.hash,
        persons=snapshot.persons.height,
        households=snapshot.households.height,
        counts=counts,
        undecided=undecided,
        previous=previous,
    ).write(folder)


@dataclass(frozen=True)
class Told:
    """What a run folder tells beside findings, snapshot and rows. `counts`: rule, kind, state,
    findings, in any order."""

    pack: Pack
    as_of: date
    places: pl.DataFrame
    coverage: pl.DataFrame
    deliveries: list[Delivery]
    snapshot_hash: str
    persons: int
    households: int
    counts: pl.DataFrame
    undecided: Undecided
    previous: PreviousRun | None

    def write(self, folder: Path) -> None:
        """coverage.parquet, deliveries.json, run.json."""
        named = _coverage(self.places, self.coverage)
        named.write_parquet(folder / "coverage.parquet", compression="zstd")
        write_json(folder / "deliveries.json", [each.as_json() for each in self.deliveries])
        write_json(folder / "run.json", self._run())

    def _run(self) -> dict[str, Any]:
        """run.json."""
        return {
            "version": __version__,
            "as_of": self.as_of.isoformat(),
            "pack": {
                "name": self.pack.name,
                "title": {"zh": self.pack.title.zh, "en": self.pack.title.en},
                "hash": self.pack.hash,
                "chain": list(self.pack.chain),
            },
            "snapshot_hash": self.snapshot_hash,
            "previous": self.previous.facts["snapshot_hash"] if self.previous else None,
            "persons": self.persons,
            "households": self.households,
            "villages": self.places.height,
            "counts": self.counts.sort("rule", "state").to_dicts(),
            "unknown": _unknown(self.pack, self.undecided),
        }


def write_taken_in(intake: Intake, snapshot: Snapshot, folder: Path) -> None:
    """What is known before the first rule is evaluated: the snapshot and the list of rows."""
    # Read again by this program alone: quick to write counts for more than small.
    form: Form = "arrow" if intake.content_hash else "zstd"
    snapshot.save(folder / "snapshot", form, intake.stored)
    intake.rows.write_parquet(folder / "rows.parquet", compression="zstd", statistics=False)
    intake.pairs.write_parquet(folder / "pairs.parquet", compression="zstd")


def put_in_place(partial: Path, out: Path, seconds: dict[str, float]) -> None:
    """Add timing.json and rename; an existing run is replaced at once."""
    write_json(partial / "timing.json", seconds)
    aside = out.with_name(f"{out.name}.replaced")
    if out.exists():
        out.rename(aside)
    partial.rename(out)
    if aside.exists():
        shutil.rmtree(aside)


def write_json(path: Path, content: Any) -> None:
    """Readable JSON; each entry of a list, at the top or below it, stands on a line of its own."""
    if isinstance(content, dict):
        lines = [f"{json.dumps(name)}: {_listed(value)}" for name, value in content.items()]
        text = "{\n" + ",\n".join(lines) + "\n}"
    else:
        text = _listed(content)
    path.write_text(text, encoding="utf-8")


def _listed(content: Any) -> str:
    if not isinstance(content, list):
        return json.dumps(content, ensure_ascii=False)
    return "[\n" + ",\n".join(json.dumps(each, ensure_ascii=False) for each in content) + "\n]"


def _coverage(places: pl.DataFrame, coverage: pl.DataFrame) -> pl.DataFrame:
    """Coverage with the villages' names instead of their row numbers."""
    places = places.with_row_index("village_row").select(
        pl.col("village_row"),
        "township",
        pl.col("code").alias("village_code"),
        pl.col("name").alias("village"),
    )
    return (
        coverage.rename({"village": "village_row"})
        .with_columns(pl.col("village_row").cast(pl.UInt32))
        .join(places, on="village_row", how="left", maintain_order="left")
        .select(
            "contract",
            "period",
            "township",
            "village_code",
            "village",
            "status",
            "reason_zh",
            "reason_en",
        )
    )


def _unknown(pack: Pack, undecided: Undecided) -> list[dict[str, Any]]:
    """How many subjects cannot be decided, by rule and township."""
    order = {name: number for number, name in enumerate(pack.rules)}
    listed = sorted(undecided.items(), key=lambda each: (order[each[0][0]], each[0][1]))
    return [
        {"rule": rule, "township": township, "subjects": subjects}
        for (rule, township), subjects in listed
    ]
