"""What is due to go on a day, rule by rule, and what going means for each.

Periods of the registry's fields come from its catalogue; those of other records stand here. Each
rule lists ids and carries them out by ids, so that what was listed and released is what goes.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import pgtrigger
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, Max, OuterRef, Q
from django.utils import timezone

from fangpin.feeds.models import Intake
from fangpin.foundation.models import ExportLog, Job
from fangpin.kernel.errors import Text
from fangpin.people.models import HouseholdListed, PersonRead
from fangpin.privacy.actions.erase import erase_rows
from fangpin.privacy.erasing import blank, blanks, telling
from fangpin.privacy.folders import remove_folder
from fangpin.privacy.lawful import years_later
from fangpin.privacy.models import Depth, Erasure, PersonRequest, RetentionPlan
from fangpin.registry.catalogue.load import catalogue
from fangpin.registry.models import HelperSpell, Household, HouseholdState, Membership, Person
from fangpin.registry.subjects import TABLES

# Years that records outside the registry are kept. Exports and reads: PIPL 56 and the rules on
# network data ask for three. Deliveries: what departments sent serves until it has been checked.
EXPORT_YEARS: Final = 3
READ_YEARS: Final = 3
DELIVERY_YEARS: Final = 3
REQUEST_YEARS: Final = 3
JOB_YEARS: Final = 3


@dataclass(frozen=True)
class Rule:
    """One rule. `listed(day)` gives ids as text; `gone(ids, by, plan)` carries some of them out and
    runs in the caller's transaction."""

    name: str
    label: Text
    years: int
    listed: Callable[[date], Iterable[str]]
    gone: Callable[[Sequence[str], Any, RetentionPlan], None]


def rules() -> tuple[Rule, ...]:
    """All rules, those that erase most first."""
    kept = {p.retention.name: p.retention.years for p in catalogue().purposes.values()}
    found = [
        Rule(
            "household_file",
            Text("退出登记的户", "households that left the registry"),
            kept["file"],
            partial(_households_left, kept["file"]),
            _erase_households,
        ),
        Rule(
            "person_file",
            Text("退出登记的个人", "persons who left the registry"),
            kept["file"],
            partial(_persons_left, kept["file"]),
            _erase_persons,
        ),
    ]
    for name in ("current", "account"):
        for subject in ("household", "person"):
            keys = _fields_kept(subject, name)
            if keys:
                found += _replaced(name, subject, keys, kept[name])
    found.append(
        Rule(
            "former_helper",
            Text("已卸任的帮扶责任人", "former helpers"),
            kept["current"],
            partial(_former_helpers, kept["current"]),
            _erase_helpers,
        )
    )
    return (*found, *_records())


def _fields_kept(subject: str, retention: str) -> list[str]:
    return [f.name for f in catalogue().of(subject) if f.purpose.retention.name == retention]


def _before(day: date, years: int) -> date:
    """What ended on this day or earlier is due: its years are over on `day`."""
    found = date(day.year - years, day.month, min(day.day, 28) if day.month == 2 else day.day)
    while years_later(found, years) > day:
        found -= timedelta(days=1)
    return found


def _moment(day: date) -> datetime:
    """The end of a day here."""
    return timezone.make_aware(datetime.combine(day, time.max))


# -- the registry ----------------------------------------------------------------------------------


def _left(day: date, years: int, erased: Depth | None) -> models.QuerySet[Household]:
    """Households without members whose last one left so many years ago."""
    rows = (
        Household.objects.exclude(state=HouseholdState.ACTIVE)
        .annotate(last=Max("memberships__ended_on"))
        .filter(last__lte=_before(day, years))
    )
    if erased is not None:
        rows = rows.exclude(Exists(Erasure.objects.filter(household=OuterRef("pk"), depth=erased)))
    return rows.order_by("pk")


def _households_left(years: int, day: date) -> Iterator[str]:
    return map(str, _left(day, years, Depth.EVERYTHING).values_list("pk", flat=True).iterator())


def _persons_gone(day: date, years: int) -> models.QuerySet[Person]:
    still = Membership.objects.filter(person=OuterRef("pk"), ended_on=None)
    return (
        Person.objects.exclude(Exists(still))
        .annotate(last=Max("memberships__ended_on"))
        .filter(last__lte=_before(day, years))
        .order_by("pk")
    )


def _persons_left(years: int, day: date) -> Iterator[str]:
    done = Erasure.objects.filter(person=OuterRef("pk"), depth=Depth.EVERYTHING)
    rows = _persons_gone(day, years).exclude(Exists(done))
    return map(str, rows.values_list("pk", flat=True).iterator())


def _erase_households(ids: Sequence[str], by: Any, plan: RetentionPlan) -> None:
    erase_rows(by=by, households=map(int, ids), depth=Depth.EVERYTHING, plan=plan)


def _erase_persons(ids: Sequence[str], by: Any, plan: RetentionPlan) -> None:
    erase_rows(by=by, persons=map(int, ids), depth=Depth.EVERYTHING, plan=plan)


def _replaced(name: str, subject: str, fields: list[str], years: int) -> list[Rule]:
    """Two rules for fields of a shorter period: in history, and in rows of who left."""
    words = Text(
        {"current": "联系方式", "account": "银行账户"}[name],
        {"current": "contact data", "account": "bank accounts"}[name],
    )
    history = apps.get_model("registry", f"{TABLES[subject].__name__}History")
    columns = blanks(subject, fields)
    something = Q()
    for column in columns:
        empty = Q(**{f"{column}__isnull": True})
        if blank(TABLES[subject]._meta.get_field(column)) == "":
            empty |= Q(**{column: ""})
        something |= ~empty

    def old(day: date) -> Iterator[str]:
        rows = history._default_manager.filter(
            something, pgh_created_at__lte=_moment(_before(day, years))
        )
        return map(str, rows.order_by("pgh_id").values_list("pgh_id", flat=True).iterator())

    def of_left(day: date) -> Iterator[str]:
        rows = (
            _left(day, years, None) if subject == "household" else _persons_gone(day, years)
        ).filter(something)
        return map(str, rows.values_list("pk", flat=True).iterator())

    def empty_old(ids: Sequence[str], by: Any, plan: RetentionPlan) -> None:
        with pgtrigger.ignore():
            history._default_manager.filter(pgh_id__in=map(int, ids)).update(**columns)

    def empty_left(ids: Sequence[str], by: Any, plan: RetentionPlan) -> None:
        rows = [int(each) for each in ids]
        people, homes = (rows, []) if subject == "person" else ([], rows)
        keys = [f"{subject}.{field}" for field in fields]
        erase_rows(
            by=by, persons=people, households=homes, depth=Depth.FIELDS, fields=keys, plan=plan
        )

    zh = {"household": "户", "person": "个人"}[subject]
    return [
        Rule(
            f"{name}_replaced_{subject}",
            Text(f"{zh}：已更新的旧{words.zh}", f"{subject}: {words.en} that were replaced"),
            years,
            old,
            empty_old,
        ),
        Rule(
            f"{name}_left_{subject}",
            Text(f"{zh}：退出登记后的{words.zh}", f"{subject}: {words.en} of who left"),
            years,
            of_left,
            empty_left,
        ),
    ]


def _former_helpers(years: int, day: date) -> Iterator[str]:
    rows = HelperSpell.objects.filter(ended_on__lte=_before(day, years), name__isnull=False)
    return map(str, rows.order_by("pk").values_list("pk", flat=True).iterator())


def _erase_helpers(ids: Sequence[str], by: Any, plan: RetentionPlan) -> None:
    values = blanks("helper", telling("helper", Depth.IDENTITY))
    history = apps.get_model("registry", "HelperSpellHistory")
    rows = [int(each) for each in ids]
    with pgtrigger.ignore():
        HelperSpell.objects.filter(pk__in=rows).update(**values)
        history._default_manager.filter(pgh_obj_id__in=rows).update(**values)


# -- records beside it -----------------------------------------------------------------------------


def _records() -> tuple[Rule, ...]:
    return (
        Rule(
            "deliveries",
            Text("部门数据及比对结果", "deliveries and what screening made of them"),
            DELIVERY_YEARS,
            _old_intakes,
            _forget_intakes,
        ),
        Rule(
            "requests",
            Text("个人信息申请的内容", "texts of requests"),
            REQUEST_YEARS,
            _old_requests,
            _empty_requests,
        ),
        Rule(
            "exports",
            Text("导出记录", "log of exports"),
            EXPORT_YEARS,
            partial(_old, ExportLog, "asked_at", EXPORT_YEARS),
            partial(_delete, ExportLog),
        ),
        Rule(
            "reads",
            Text("查阅记录（按日）", "days of reading about persons"),
            READ_YEARS,
            _old_reads,
            _forget_reads,
        ),
        Rule(
            "jobs",
            Text("后台任务记录", "log of background work"),
            JOB_YEARS,
            partial(_old, Job, "finished_at", JOB_YEARS),
            partial(_delete, Job),
        ),
    )


def _old(model: type[models.Model], column: str, years: int, day: date) -> Iterator[str]:
    rows = model._default_manager.filter(**{f"{column}__lte": _moment(_before(day, years))})
    if model is ExportLog:  # a request says by which export it was answered
        rows = rows.exclude(Exists(PersonRequest.objects.filter(export=OuterRef("pk"))))
    return map(str, rows.order_by("pk").values_list("pk", flat=True).iterator())


def _delete(model: type[models.Model], ids: Sequence[str], by: Any, plan: RetentionPlan) -> None:
    model._default_manager.filter(pk__in=ids).delete()


def _old_intakes(day: date) -> Iterator[str]:
    """Intakes whose run is not the current one, nor the one it was compared with."""
    rows = Intake.objects.filter(loaded_at__lte=_moment(_before(day, DELIVERY_YEARS)))
    rows = rows.exclude(run__current=True).order_by("pk")
    return map(str, rows.values_list("pk", flat=True))


def _forget_intakes(ids: Sequence[str], by: Any, plan: RetentionPlan) -> None:
    for intake in Intake.objects.filter(pk__in=map(int, ids)):
        folders = [Path(each) for each in (intake.folder, intake.source) if each]
        intake.delete()
        shared = set(Intake.objects.values_list("source", flat=True))
        shared |= set(Intake.objects.values_list("folder", flat=True))
        for folder in folders:
            if str(folder) not in shared:
                remove_folder(folder, below=Path(settings.DATA_DIR))


def _old_requests(day: date) -> Iterator[str]:
    rows = PersonRequest.objects.filter(
        decided_at__lte=_moment(_before(day, REQUEST_YEARS)), text_closed__isnull=False
    ).exclude(state__in=[PersonRequest.State.OPEN, PersonRequest.State.GRANTED])
    return map(str, rows.order_by("pk").values_list("pk", flat=True))


def _empty_requests(ids: Sequence[str], by: Any, plan: RetentionPlan) -> None:
    PersonRequest.objects.filter(pk__in=map(int, ids)).update(
        text_closed=None, version=F("version") + 1
    )


def _old_reads(day: date) -> Iterator[str]:
    last, found = _before(day, READ_YEARS), set[date]()
    for model in (PersonRead, HouseholdListed):
        rows = model._default_manager.filter(day__lte=last)
        found |= set(rows.values_list("day", flat=True).distinct().order_by())
    return (each.isoformat() for each in sorted(found))


def _forget_reads(ids: Sequence[str], by: Any, plan: RetentionPlan) -> None:
    for each in ids:
        PersonRead.objects.filter(day=date.fromisoformat(each)).delete()
        HouseholdListed.objects.filter(day=date.fromisoformat(each)).delete()
