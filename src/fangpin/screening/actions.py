"""Every write about runs: a run folder becomes what pages read. The folder stays the source."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from django.db import IntegrityError, connection, transaction

from fangpin.engine.snapshot import table_of
from fangpin.feeds.actions import load_intake
from fangpin.foundation.actions import record
from fangpin.kernel.errors import FangpinError, Text, Where
from fangpin.kernel.place_codes import code_of
from fangpin.people.scope import Right, scope_of
from fangpin.places.actions import take_over
from fangpin.registry.actions.from_run import HouseholdRow, PersonRow, take_from_run
from fangpin.screening.loaded import run_loaded
from fangpin.screening.models import Answer, AnswerFile, Finding, Run, Scenario
from fangpin.screening.moved import findings_where_households_live
from fangpin.screening.outcomes import load_outcomes

# A list is read from the top: what must be looked at now comes first.
_SEVERITIES = {"alert": 0, "check": 1, "gap": 2, "error": 3, "doubt": 4}
_STATES = {"new": 0, "continuing": 1, "unknown": 2, "cleared": 3}
_COPIED = (
    *("rule", "kind", "kind_zh", "kind_en", "group", "severity", "state", "subject", "township"),
    *("village_code", "village", "household_number", "person_number", "clause", "clause_path"),
    *("sentence_zh", "sentence_en"),
)
Progress = Callable[[int, Text], None]


def _nothing(percent: int, step: Text) -> None:
    """Nobody watches."""


def load_run(
    *,
    by: Any,
    folder: Path,
    county: str = "",
    names: pl.DataFrame | None = None,
    source: str = "",
    make_current: bool = True,
    progress: Progress = _nothing,
) -> Run:
    """Load a run folder in one transaction; readers see the old run or the new one, never a mix.

    `county` names the county the villages lie in. `names` (household_number, person_number, name,
    head) comes from the registry source, never from the run folder, which holds no register.
    The registry takes in households that it did not know; it loses none. Loading a folder again
    replaces what it had brought. Raises FangpinError when the folder is not a complete run.
    """
    try:
        return _load(
            by=by,
            folder=folder,
            county=county,
            names=names,
            source=source,
            make_current=make_current,
            progress=progress,
        )
    except (OSError, KeyError, json.JSONDecodeError, pl.exceptions.PolarsError) as error:
        raise _incomplete(folder, error) from error


def read_run(folder: Path) -> dict[str, Any]:
    """Content of run.json. Raises FangpinError when it is missing or unreadable."""
    try:
        facts: dict[str, Any] = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        return {"as_of": facts["as_of"], "pack": facts["pack"]} | facts
    except (OSError, KeyError, TypeError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise _incomplete(folder, error) from error


def _incomplete(folder: Path, error: Exception) -> FangpinError:
    return FangpinError.because(
        f"{folder} 不是完整的比对结果：{error}",
        f"{folder} is not a complete run: {error}",
        do_zh="重新运行比对后再载入",
        do_en="screen again, then load the new run",
    )


@transaction.atomic
def _load(
    *,
    by: Any,
    folder: Path,
    county: str,
    names: pl.DataFrame | None,
    source: str,
    make_current: bool,
    progress: Progress,
) -> Run:
    facts = read_run(folder)
    as_of = date.fromisoformat(facts["as_of"])
    progress(5, Text("载入区划", "Loading places"))
    _load_places(by=by, folder=folder, county=county, as_of=as_of)
    progress(15, Text("载入户与人", "Loading households"))
    _load_registry(by=by, folder=folder, names=names, as_of=as_of)
    progress(40, Text("载入报送情况", "Loading deliveries"))
    intake = load_intake(by=by, folder=folder, as_of=as_of, source=source)
    progress(60, Text("载入疑点", "Loading findings"))
    if make_current:
        Run.objects.filter(current=True).update(current=False)
    title = facts["pack"].get("title") or {}
    title = title if isinstance(title, dict) else {"zh": title, "en": title}
    run = Run.objects.create(
        intake=intake,
        as_of=as_of,
        pack_name=facts["pack"]["name"],
        pack_title_zh=title.get("zh", ""),
        pack_title_en=title.get("en", ""),
        pack_hash=facts["pack"]["hash"],
        snapshot_hash=facts["snapshot_hash"],
        previous=str(facts.get("previous") or ""),
        persons=facts["persons"],
        households=facts["households"],
        villages=facts["villages"],
        unknown=facts.get("unknown") or [],
        current=make_current,
    )
    count = _copy_findings(run, pl.read_parquet(folder / "findings.parquet"))
    progress(95, Text("完成载入", "Finishing"))
    record(
        by=by,
        action="screening.load",
        subject=f"run:{intake.key}",
        detail={"pack": run.pack_name, "findings": count, "snapshot": run.snapshot_hash},
    )
    if make_current:
        run_loaded(by, run)
    return run


def _load_places(*, by: Any, folder: Path, county: str, as_of: date) -> None:
    places = table_of(folder / "snapshot", "places").collect()
    for prefix in places["code"].str.slice(0, 6).unique().sort():
        inside = places.filter(pl.col("code").str.starts_with(prefix))
        take_over(
            by=by,
            county=(f"{prefix}000000", county or f"{prefix}000000"),
            villages=inside.select("code", "name", "township_code", "township").iter_rows(),
            valid_from=date(as_of.year, 1, 1),
        )


def _load_registry(
    *,
    by: Any,
    folder: Path,
    names: pl.DataFrame | None,
    as_of: date,
) -> None:
    places = table_of(folder / "snapshot", "places").collect()
    frame = table_of(folder / "snapshot", "households").collect()
    codes = places["code"].to_list()
    kinds = (
        frame["household_category"].to_list()
        if "household_category" in frame.columns
        else [None] * frame.height
    )
    households = []
    for number, village, kind in zip(frame["number"], frame["village"], kinds, strict=True):
        code = codes[village] if village is not None else ""
        households.append(HouseholdRow(str(number), code, str(kind or "")))
    persons: list[PersonRow] = []
    if names is not None:
        columns = names.select("household_number", "person_number", "name", "head")
        for household, person, name, head in columns.iter_rows():
            if household is not None and person is not None:
                persons.append(PersonRow(str(household), str(person), name or "", bool(head)))
    take_from_run(by=by, on=as_of, households=households, persons=persons)


def _copy_findings(run: Run, findings: pl.DataFrame) -> int:
    ordered = findings.with_columns(
        pl.col("state").replace_strict(_STATES, default=9).alias("_state"),
        pl.col("severity").replace_strict(_SEVERITIES, default=9).alias("_severity"),
    ).sort("_severity", "_state", "village_code", "household_number", "rule", "person_number")
    columns = ", ".join(f'"{name}"' for name in ("run_id", *_COPIED, "evidence"))
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {Finding._meta.db_table} ({columns}) FROM STDIN") as copy,
    ):
        for row in ordered.iter_rows(named=True):
            evidence = json.dumps(row["evidence"] or [], ensure_ascii=False, default=str)
            copy.write_row(
                (run.pk, *("" if row[name] is None else row[name] for name in _COPIED), evidence)
            )
    with connection.cursor() as cursor:
        # Until it knows the new rows, the planner reads all of them for one page.
        cursor.execute(f"ANALYZE {Finding._meta.db_table}")
    findings_where_households_live(run)
    return ordered.height


def save_scenario(
    *, by: Any, name: str, note: str, run: Run, pack: str, changes: Mapping[str, str]
) -> Scenario:
    """Keep what was tried on `run` under a name, for the place of the actor's post.

    Raises PermissionError without the right, FangpinError (column "name" or "note") for a name
    that is missing, too long or taken.
    """
    areas = scope_of(by).areas(Right.scenarios)
    if not areas:
        raise PermissionError("this actor may not save scenarios")
    name, note = " ".join(name.split()), note.strip()
    if not name or len(name) > 80:
        raise FangpinError.because(
            "请填写情景名称，最多 80 个字",
            "a scenario needs a name of at most 80 characters",
            do_zh="例如“监测线 7000 元”",
            do_en="for example “monitoring line 7000 yuan”",
            where=Where(column="name"),
        )
    if len(note) > 500:
        raise FangpinError.because(
            "说明超过 500 个字",
            "the note is longer than 500 characters",
            do_zh="请缩短",
            do_en="shorten it",
            where=Where(column="note"),
        )
    try:
        with transaction.atomic():
            scenario = Scenario.objects.create(
                name=name,
                note=note,
                snapshot_hash=run.snapshot_hash,
                as_of=run.as_of,
                pack=pack,
                changes=dict(changes),
                area_code=code_of(areas[0]),
                by=by,
            )
            record(
                by=by,
                action="scenario.save",
                subject=f"scenario:{scenario.pk}",
                detail={"pack": pack, "changes": dict(changes)},
            )
    except IntegrityError as error:
        raise FangpinError.because(
            f"您已有名为“{name}”的情景",
            f"you have a scenario named “{name}” already",
            do_zh="换一个名称，或先删除原有情景",
            do_en="choose another name, or delete the earlier one",
            where=Where(column="name"),
        ) from error
    return scenario


@transaction.atomic
def delete_scenario(*, by: Any, scenario: Scenario) -> None:
    """Delete one's own scenario. Raises PermissionError for somebody else's."""
    if scenario.by_id != by.pk or not scope_of(by).may(Right.scenarios):
        raise PermissionError("only its author deletes a scenario")
    record(
        by=by,
        action="scenario.delete",
        subject=f"scenario:{scenario.pk}",
        detail={"pack": scenario.pack, "changes": scenario.changes},
    )
    scenario.delete()


def take_in_answers(*, by: Any, path: Path, name: str) -> AnswerFile:
    """Read a file of answers (`outcomes.py`) and keep them; `name` is what the sender called it.

    Raises PermissionError without the right; FangpinError for a file that is not understood, holds
    no answer, or was handed in before.
    """
    scope = scope_of(by)
    if not (scope.may(Right.backtest) and scope.may(Right.upload)):
        raise PermissionError("this actor may not hand in answers")
    table = load_outcomes(path)
    if table.is_empty():
        raise FangpinError.because(
            f"“{name}”里没有核查结果",
            f"{name} holds no answers",
            do_zh="检查是否选对文件",
            do_en="check whether it is the right file",
        )
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if AnswerFile.objects.filter(sha256=digest).exists():
        raise FangpinError.because(
            f"“{name}”已经导入过",
            f"{name} was handed in before",
            do_zh="不必再次导入",
            do_en="there is nothing to do",
        )
    with transaction.atomic():
        file = AnswerFile.objects.create(name=name[:200], sha256=digest, by=by)
        Answer.objects.bulk_create(
            (
                Answer(
                    file=file,
                    household_number=row["household_number"][:40],
                    rule=(row["rule"] or "")[:80],
                    answered_on=row["answered_on"],
                    result=row["result"],
                    channel=row["channel"][:40],
                )
                for row in table.iter_rows(named=True)
            ),
            batch_size=2000,
        )
        record(
            by=by,
            action="answers.take_in",
            subject=f"answers:{file.pk}",
            detail={"rows": table.height, "sha256": digest},
        )
    return file


@transaction.atomic
def remove_answers(*, by: Any, file: AnswerFile) -> None:
    """Remove a file of answers with all of them. Raises PermissionError without the right."""
    scope = scope_of(by)
    if not (scope.may(Right.backtest) and scope.may(Right.upload)):
        raise PermissionError("this actor may not remove answers")
    record(
        by=by,
        action="answers.remove",
        subject=f"answers:{file.pk}",
        detail={"rows": file.answers.count(), "sha256": file.sha256},
    )
    file.delete()
