"""One screening: files in, findings out, nothing half-written.

from datetime import date
from pathlib import Path
from fangpin.policy import load_pack
from fangpin.screening import screen

screened = screen(Path("2021-05"), pack=load_pack("baiyin-2021"),
                  as_of=date(2021, 5, 31), out=Path("runs/2021-05"))
print(screened.findings.group_by("kind_zh", "state").len())
"""

import shutil
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from fangpin.engine.snapshot import Snapshot
from fangpin.feeds.columnar import is_columnar, take_in_columns
from fangpin.feeds.columnar.store import Store
from fangpin.feeds.intake import Intake, take_in
from fangpin.policy.pack import Pack
from fangpin.screening import output
from fangpin.screening.clock import Clock
from fangpin.screening.compare import with_states
from fangpin.screening.evaluated import evaluated
from fangpin.screening.in_force import parameters_in_force
from fangpin.screening.kept import KeptRules
from fangpin.screening.previous import PreviousRun

Progress = Callable[[str, int, int], None]


@dataclass
class Screened:
    """What one screening found. `folder` is the run folder."""

    folder: Path
    pack: Pack
    as_of: date
    intake: Intake
    snapshot: Snapshot
    findings: pl.DataFrame
    seconds: dict[str, float] = field(default_factory=dict)


def screen(
    source: Path | Iterable[Path],
    *,
    pack: Pack,
    as_of: date,
    out: Path,
    previous: Path | None = None,
    progress: Progress | None = None,
    workbooks: bool = True,
    overwrite: bool = False,
    decisions: pl.DataFrame | None = None,
    store: Path | None = None,
) -> Screened:
    """Read a folder (its files, not its sub-folders) or the files given; screen; write `out`.

    A folder laid out as in `fangpin.feeds.columnar.source` is read as typed columns instead.

    `store`: a folder where what a columnar source gives is kept for the next time (made if needed).
    `decisions` what people decided about probable links (`feeds.probable.pairs.DECISIONS`).
    `previous` is the run folder to compare with. `workbooks=False` leaves out the workbooks that go
    back to the departments. The run is written beside `out` first and put in place at the end, so
    that an interrupted or failed run leaves nothing behind. Raises FangpinError: nothing readable,
    no register, a parameter without a value at `as_of`, `out` exists, the disk is full.
    """
    output.refuse_existing(out, overwrite)
    parameters_in_force(pack, as_of)
    clock = Clock()
    before = PreviousRun.open(previous) if previous else None
    partial = out.with_name(f"{out.name}.partial")
    try:
        with clock.step("intake"):
            intake = _taken_in(source, pack, as_of, before, progress, decisions, store)
        with clock.step("snapshot"):
            snapshot = snapshot_of(intake)
            if before:
                snapshot = before.completed(snapshot)
            _ = snapshot.hash
        with output.beside(partial) as writing:
            saved = writing.submit(output.write_taken_in, intake, snapshot, partial)
            kept = _kept_rules(store, intake, snapshot, pack, as_of, writing)
            with clock.step("rules"):
                found = evaluated(
                    pack,
                    snapshot,
                    as_of,
                    before.findings if before else None,
                    progress,
                    kept=kept,
                )
            with clock.step("findings"):
                findings = with_states(found.findings, before.findings if before else None)
            screened = Screened(out, pack, as_of, intake, snapshot, findings, clock.seconds)
            with clock.step("writing"):
                try:
                    output.write(screened, found.undecided, partial, before, workbooks, progress)
                    saved.result()
                    if kept is not None:
                        kept.wait()
                except pl.exceptions.PolarsError as error:  # what it says of a failed write
                    raise output.write_problem(error, out) from error
        output.put_in_place(partial, out, clock.seconds)
        return screened
    except OSError as error:
        raise output.disk_problem(error, out) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _taken_in(
    source: Path | Iterable[Path],
    pack: Pack,
    as_of: date,
    before: PreviousRun | None,
    progress: Progress | None,
    decisions: pl.DataFrame | None,
    store: Path | None,
) -> Intake:
    if isinstance(source, Path) and is_columnar(source):
        return take_in_columns(source, pack, as_of, progress, store)
    earlier = before.deliveries if before else None
    return take_in(source, pack, as_of, previous=earlier, progress=progress, decisions=decisions)


def _kept_rules(
    store: Path | None,
    intake: Intake,
    snapshot: Snapshot,
    pack: Pack,
    as_of: date,
    writing: Executor,
) -> KeptRules | None:
    if store is None or not intake.stored:
        return None
    return KeptRules(Store(store), intake.stored, snapshot, pack, as_of, writing)


def snapshot_of(intake: Intake) -> Snapshot:
    """The part of an intake that rules see."""
    return Snapshot(
        places=intake.places,
        households=intake.households,
        persons=intake.persons,
        feeds={key: table.frame for key, table in sorted(intake.feeds.items())},
        coverage=intake.coverage,
        suspects=intake.suspects,
        files=tuple(intake.files),
        sheets=tuple(intake.sheets),
        known_hash=intake.content_hash,
    )
