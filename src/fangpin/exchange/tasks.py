"""Background work of the exchange. Each may be broken off anywhere and begun again."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pghistory
import polars as pl
from django.db import connection, transaction
from django.utils import timezone

from fangpin.exchange import bulk, report
from fangpin.exchange.actions import begin_apply, file_of, folder_of, forget_file
from fangpin.exchange.applying import carry_out
from fangpin.exchange.comparing import NUMBER
from fangpin.exchange.models import Import
from fangpin.exchange.plan import Permit, Plan, make_plan
from fangpin.exchange.reading import WideFile, read_wide
from fangpin.exchange.remembered import recall, remember
from fangpin.exchange.state import Year
from fangpin.exchange.undoing import Marks
from fangpin.exchange.undoing import undo as take_back
from fangpin.exchange.village_index import village_index
from fangpin.foundation.actions import record
from fangpin.kernel.errors import FangpinError, Text
from fangpin.people.models import User
from fangpin.people.scope import FieldGroup, Right, scope_of

Progress = Callable[[int, Text], None]
Also = Callable[[Path, Plan], dict[str, int]]
_ONE_AT_A_TIME: Final = 0x66616E6770696E  # advisory lock: one import is carried out at a time


def permit_of(by: User | None) -> Permit:
    """What somebody may import today; the program itself everything, everywhere."""
    if by is None:
        return Permit(None, frozenset(FieldGroup))
    scope = scope_of(by)
    areas = scope.areas(Right.registry_import)
    if not areas:
        raise FangpinError.because(
            "您的岗位已没有导入台账的权限", "your post no longer allows imports",
            do_zh="请联系安全管理员", do_en="ask the security administrator",
        )  # fmt: skip
    return Permit(areas, scope.writable_groups(None))


def check(
    *, by: User | None, progress: Progress, number: int, also: Also | None = None
) -> dict[str, Any]:
    """The dry run: read the file, compare it with the registry, keep the report. `also` adds
    something about the plan to the report's folder and its figures."""
    found = Import.objects.get(pk=number)
    if found.state != Import.State.CHECKING:
        return dict(found.counts)
    try:
        file, plan = _planned(found, permit_of(by), progress)
    except FangpinError as error:
        _refuse(found, error, by)
        raise
    progress(80, Text("生成核对报告", "Writing the report"))
    counted = report.counts(plan, file)
    _keep_report(found, plan, counted, also)
    with transaction.atomic():
        earlier = (
            Import.objects.filter(content=file.content, state=Import.State.APPLIED)
            .exclude(pk=found.pk)
            .order_by("-pk")
            .first()
        )
        found.sha256, found.content = file.sha256, file.content
        found.counts, found.withheld = counted, list(plan.withheld)
        found.left_out = list(file.left_out)[:100]
        found.income_year, found.conditions_year = plan.year.income, plan.year.conditions
        found.repeat_of, found.state = earlier, Import.State.CHECKED
        found.problem_zh = found.problem_en = ""
        found.save()
        record(
            by=by, action="registry.import.checked", subject=f"import:{found.pk}",
            detail={**counted, "sha256": file.sha256},
        )  # fmt: skip
    return {"import": found.pk, **counted}


def _planned(found: Import, permit: Permit, progress: Progress) -> tuple[WideFile, Plan]:
    progress(5, Text("读取文件", "Reading the file"))
    file = read_wide(file_of(found), village_index(), timezone.localdate(), name=found.file)
    remember(folder_of(found) / "read", file)
    progress(45, Text("与台账比对", "Comparing with the registry"))
    with transaction.atomic():
        return file, make_plan(file, permit, _year(found, file))


def _year(found: Import, file: WideFile) -> Year:
    """As asked for, else as the file says, else the year before and the year of the data."""
    income = found.income_year or file.years.income or found.on.year - 1
    return Year(income, found.conditions_year or file.years.conditions or found.on.year)


def _refuse(found: Import, error: FangpinError, by: User | None) -> None:
    with transaction.atomic():
        found.state = Import.State.REFUSED
        found.problem_zh, found.problem_en = error.in_language("zh"), error.in_language("en")
        found.save(update_fields=["state", "problem_zh", "problem_en"])
        record(by=by, action="registry.import.refused", subject=f"import:{found.pk}")
    forget_file(found)


def _keep_report(found: Import, plan: Plan, counted: dict[str, int], also: Also | None) -> None:
    """Written aside and renamed, so that a report is whole or not there."""
    folder = folder_of(found)
    aside = folder / "report.partial"
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(mode=0o700)
    report.keep(aside, plan)
    if also is not None:
        counted |= also(aside, plan)
    report.workbook(aside / "report.xlsx", aside, summary_of(found.file, counted, plan.year))
    shutil.rmtree(folder / "report", ignore_errors=True)
    os.rename(aside, folder / "report")


def summary_of(file: str, counted: dict[str, int], year: Year) -> list[tuple[str, str]]:
    """The figures of a dry run in words."""
    words = {
        "rows": "文件行数", "households_added": "新增户", "households_changed": "变更户",
        "households_unchanged": "无变化户", "persons_added": "新增人", "persons_changed": "变更人",
        "persons_unchanged": "无变化人", "fields": "变更字段数", "refused": "不导入的行",
        "cells": "不采用的单元格", "notes": "提示",
    }  # fmt: skip
    if "quality_brought" in counted:
        words |= {
            "quality_brought": "将新增的数据问题", "quality_errors": "其中错误",
            "quality_cleared": "将消除的数据问题",
        }  # fmt: skip
    told = [(word, f"{counted.get(name, 0):,}") for name, word in words.items()]
    years = [("收入年度", str(year.income)), ("生产生活条件年度", str(year.conditions))]
    return [("文件", file), *years, *told]


def apply(*, by: User | None, progress: Progress, number: int) -> dict[str, Any]:
    """Carry out a checked import in one transaction, or not at all.

    What was changed since the dry run is refused: the file has to be checked again. Begun again
    after a crash it finds either nothing done or everything.
    """
    found = Import.objects.get(pk=number)
    if found.state == Import.State.APPLIED:
        return {"import": found.pk, **found.counts}
    permit = permit_of(by)
    progress(5, Text("读取文件", "Reading the file"))
    index = village_index()
    file = recall(folder_of(found) / "read", found.content, index) or read_wide(
        file_of(found), index, timezone.localdate(), name=found.file
    )
    try:
        with transaction.atomic(), pghistory.context(import_=found.pk) as context:
            done = _carried_out(found.pk, file, permit, progress, by, context.id)
    except _Stale as error:
        with transaction.atomic():
            Import.objects.filter(pk=found.pk, state=Import.State.APPLYING).update(
                state=Import.State.STALE,
                problem_zh=error.in_language("zh"),
                problem_en=error.in_language("en"),
            )
            record(by=by, action="registry.import.stale", subject=f"import:{found.pk}")
        raise
    forget_file(found)
    return {"import": found.pk, **done}


class _Stale(FangpinError):
    """The registry is not what the dry run saw."""


def _carried_out(
    number: int, file: WideFile, permit: Permit, progress: Progress, by: User | None, context: Any
) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
    found = Import.objects.select_for_update().get(pk=number)
    if found.state == Import.State.APPLIED:
        return dict(found.counts)
    if found.state != Import.State.APPLYING:
        raise FangpinError.because(
            "该文件不在待导入状态", "the file does not wait to be carried out",
            do_zh="请重新核对", do_en="check it again",
        )  # fmt: skip
    progress(40, Text("核对自预检以来的变动", "Looking for changes since the dry run"))
    _lock(file)
    assert found.income_year is not None
    assert found.conditions_year is not None
    plan = make_plan(file, permit, Year(found.income_year, found.conditions_year))
    _refuse_stale(plan, folder_of(found) / "report" / "seen.parquet")
    progress(65, Text("写入台账", "Writing to the registry"))
    marks = Marks()
    touched = carry_out(plan, by=by, on=found.on, context=context)
    progress(95, Text("完成导入", "Finishing"))
    found.state, found.applied_at = Import.State.APPLIED, timezone.now()
    found.context, found.made = context, marks.made()
    found.save(update_fields=["state", "applied_at", "context", "made"])
    record(
        by=by, action="registry.import", subject=f"import:{found.pk}",
        detail={**found.counts, **{f"touched_{k}": v for k, v in touched.items()},
                "content": found.content},
    )  # fmt: skip
    return touched


def _lock(file: WideFile) -> None:
    """Nobody else changes the households and persons of the file until this is over."""
    for table, frame, key in (
        ("registry_household", file.households, NUMBER["household"]),
        ("registry_person", file.persons, NUMBER["person"]),
    ):
        if key not in frame.columns:
            continue
        bulk.keys("exchange_locked", frame[key].to_list())
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*) FROM (SELECT t.id FROM {table} t"
                " JOIN pg_temp.exchange_locked k ON k.number = t.number"
                " ORDER BY t.id FOR UPDATE OF t) locked"
            )


def _refuse_stale(plan: Plan, path: Path) -> None:
    """Compare what the plan rests on with what the dry run rested on."""
    seen = pl.read_parquet(path)
    keys = ["kind", "number", "id", "version", "held"]
    changed = pl.concat(
        [
            plan.seen.join(seen, on=keys, how="anti"),
            seen.join(plan.seen, on=keys, how="anti"),
        ]
    ).unique(["kind", "number"], maintain_order=True)
    if not changed.height:
        return
    first = "、".join(changed["number"].head(10).to_list())
    raise _Stale.because(
        f"预检之后台账又有变动：{changed.height} 户（人），如 {first}",
        f"the registry has changed since the dry run: {changed.height} households or persons, "
        f"for example {first}",
        do_zh="请重新核对后再导入", do_en="check the file again, then carry it out",
    )  # fmt: skip


def undo(*, by: User | None, progress: Progress, number: int) -> dict[str, Any]:
    """Take an import back as a whole. Begun again after a crash it finds nothing or all done."""
    found = Import.objects.get(pk=number)
    if found.state == Import.State.REVERSED:
        return {"import": found.pk}
    progress(10, Text("核对导入之后的变动", "Looking for what came after it"))
    done = take_back(by=by, number=number, permit=permit_of(by))
    return {"import": found.pk, **done}


def run_now(found: Import, *, by: User | None, progress: Progress) -> dict[str, Any]:
    """Check and carry out in this very process, for commands and the demonstration."""
    check(by=by, progress=lambda at, step: progress(at // 2, step), number=found.pk)
    begin_apply(by=by, number=found.pk, queued=False)
    return apply(by=by, progress=lambda at, step: progress(50 + at // 2, step), number=found.pk)
