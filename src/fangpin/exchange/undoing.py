"""An import taken back as a whole, while nothing came after it.

What an import changed stands in the history under the import's context; what it added is known by
the ids it was given. Taking back deletes the added rows and puts
the changed ones back as they stood. As soon as somebody worked on any of these households or
persons since, nothing is taken back, and the answer names what came after.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import pghistory
from django.apps import apps
from django.db import connection, models, transaction
from django.utils import timezone

from fangpin.exchange.models import Import
from fangpin.exchange.plan import Permit
from fangpin.foundation.actions import record
from fangpin.kernel.errors import FangpinError, Text
from fangpin.people.models import User
from fangpin.people.row_security import unwalled
from fangpin.registry.event_words import EVENT_WORDS
from fangpin.registry.following import village_changed
from fangpin.registry.models import (
    CategorySpell,
    EventKind,
    HelperSpell,
    Household,
    IncomeYear,
    Membership,
    Person,
    RegistryEvent,
    YearlyConditions,
)

# In the order in which added rows go: what points to others first.
_TABLES: Final[tuple[type[models.Model], ...]] = (
    *(Membership, CategorySpell, HelperSpell, IncomeYear, YearlyConditions),
    *(Person, Household),
)
_OWN: Final = frozenset({"id", "version", "entered_at"})
TOLD: Final = 10
"""Hindrances that an answer names; it says how many more there are."""
_SECOND: Final[dict[type[models.Model], tuple[str, ...]]] = {
    Membership: ("NOT h.is_head", "h.is_head"),
}
"""Rows put back in two steps: a head steps back before the former one is head again."""


@dataclass(frozen=True)
class Hindrance:
    """Something that came after an import; `number`: of the household or person, "" = several."""

    number: str
    what: Text


class Marks:
    """Which rows a transaction adds to the tables of the registry.

    Begin it before the first row is written and ask `made()` before the end of the transaction.
    Others may add rows meanwhile: the only ones in sight that are not committed are our own.
    """

    def __init__(self) -> None:
        self._before = self._newest()

    def made(self) -> dict[str, list[list[int]]]:
        """Table → [first id, last id] of each unbroken series of rows added."""
        found = {}
        for name, last in self._newest().items():
            with connection.cursor() as cursor:
                cursor.execute(_SERIES.format(table=name), [self._before[name], last])
                found[name] = [[int(low), int(high)] for low, high in cursor.fetchall()]
        return found

    @staticmethod
    def _newest() -> dict[str, int]:
        found = {}
        with connection.cursor() as cursor:
            for model in _TABLES:
                cursor.execute(f'SELECT coalesce(max(id), 0) FROM "{model._meta.db_table}"')
                found[model._meta.db_table] = int(cursor.fetchone()[0])
        return found


# xmin has 32 bits; what asks for a transaction's state wants the 32 bits above as well.
_SERIES: Final = """
SELECT min(id), max(id) FROM (
  SELECT t.id, t.id - row_number() OVER (ORDER BY t.id) AS series
  FROM "{table}" t, (SELECT pg_current_xact_id()::text::bigint AS now) x,
  LATERAL (SELECT (x.now >> 32 << 32) + t.xmin::text::bigint AS made) m
  WHERE t.id > %s AND t.id <= %s AND pg_xact_status(
    (CASE WHEN m.made - x.now > 2147483648 THEN m.made - 4294967296
          WHEN x.now - m.made > 2147483648 THEN m.made + 4294967296
          ELSE m.made END)::text::xid8
  ) = 'in progress'
) own GROUP BY series ORDER BY 1
"""


def hindrances(found: Import) -> list[Hindrance]:
    """What came after an import, so that it cannot be taken back; empty when it can.

    Call it inside a transaction. A fixed number of queries. Raises FangpinError for an import that
    cannot be taken back whatever came after.
    """
    _may_at_all(found)
    with unwalled():
        _stage(found)
        return [
            *_removed(found),
            *_later_events(_context(found)),
            *_changed_since(_context(found)),
            *_hanging_on(),
        ]


def _context(found: Import) -> UUID:
    assert found.context is not None
    return found.context


def _may_at_all(found: Import) -> None:
    if found.state == Import.State.REVERSED:
        raise FangpinError.because(
            "该次导入已经撤销", "the import was taken back already",
            do_zh="无需再办", do_en="nothing is left to do",
        )  # fmt: skip
    if found.state != Import.State.APPLIED:
        raise FangpinError.because(
            "只有已导入的文件才能撤销", "only an import that was carried out is taken back",
            do_zh="未导入的文件请作废", do_en="discard a file that was not carried out",
        )  # fmt: skip
    if found.context is None:
        raise FangpinError.because(
            "该次导入时系统尚未留存撤销所需的记录",
            "when this was imported, the program did not keep what taking back needs",
            do_zh="请逐户更正，或从导入前的备份恢复",
            do_en="correct the households, or restore the backup made before",
        )  # fmt: skip


def _name(model: type[models.Model]) -> str:
    return f"undo_{model._meta.db_table}"


def _history(model: type[models.Model]) -> str:
    return str(apps.get_model("registry", f"{model.__name__}History")._meta.db_table)


def _stage(found: Import) -> None:
    """One temporary table of ids for each table: rows added, and rows changed."""
    with connection.cursor() as cursor:
        for model in _TABLES:
            table = model._meta.db_table
            series = found.made.get(table, [])
            cursor.execute(f'DROP TABLE IF EXISTS pg_temp."{_name(model)}"')
            cursor.execute(
                f'CREATE TEMP TABLE "{_name(model)}" ON COMMIT DROP AS WITH series AS MATERIALIZED'
                " (SELECT * FROM unnest(%(low)s::bigint[], %(high)s::bigint[]) AS s(low, high))"
                f' SELECT t.id, true AS made FROM series s JOIN "{table}" t'
                " ON t.id BETWEEN s.low AND s.high"
                f' UNION ALL SELECT DISTINCT pgh_obj_id, false FROM "{_history(model)}" h'
                " WHERE h.pgh_context_id = %(context)s AND NOT EXISTS"
                " (SELECT 1 FROM series s WHERE h.pgh_obj_id BETWEEN s.low AND s.high)",
                {
                    "low": [low for low, _ in series],
                    "high": [high for _, high in series],
                    "context": found.context,
                },
            )
            cursor.execute(f'CREATE UNIQUE INDEX ON pg_temp."{_name(model)}" (id)')
            cursor.execute(f'ANALYZE pg_temp."{_name(model)}"')


def _removed(found: Import) -> Iterator[Hindrance]:
    """Rows it added that somebody removed since."""
    gone = 0
    with connection.cursor() as cursor:
        for model in _TABLES:
            cursor.execute(f'SELECT count(*) FROM pg_temp."{_name(model)}" WHERE made')
            series = found.made.get(model._meta.db_table, [])
            gone += sum(high - low + 1 for low, high in series) - int(cursor.fetchone()[0])
    if gone:
        yield Hindrance(
            "",
            Text(f"导入的 {gone} 条记录其后已被删除", f"{gone} rows it added were removed since"),
        )


def _later_events(context: UUID) -> Iterator[Hindrance]:
    """Later actions on the households it touched."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH own AS (SELECT max(id) AS last FROM registry_registryevent WHERE context = %s),"
            " touched AS (SELECT DISTINCT unnest(households) AS id FROM registry_registryevent"
            " WHERE context = %s)"
            " SELECT coalesce(h.number, ''), e.kind, e.\"on\" FROM registry_registryevent e"
            " CROSS JOIN own CROSS JOIN LATERAL unnest(e.households) AS u(id)"
            " JOIN touched ON touched.id = u.id LEFT JOIN registry_household h ON h.id = u.id"
            " WHERE e.id > own.last ORDER BY e.id, h.number LIMIT 1000",
            [context, context],
        )
        for number, kind, on in cursor.fetchall():
            label = EVENT_WORDS[EventKind(kind)]
            yield Hindrance(
                number, Text(f"{on} 办理了“{label.zh}”", f'"{label.en}" was done on {on}')
            )


def _changed_since(context: UUID) -> Iterator[Hindrance]:
    """Rows it added or changed that were changed again, whatever by."""
    numbered: tuple[type[models.Model], ...] = (Household, Person)
    for model in numbered:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT DISTINCT t.number FROM"
                f' pg_temp."{_name(model)}" u JOIN "{model._meta.db_table}" t ON t.id = u.id'
                f' JOIN "{_history(model)}" h ON h.pgh_obj_id = u.id'
                " WHERE h.pgh_context_id IS DISTINCT FROM %s"
                f' AND h.pgh_id > coalesce((SELECT max(o.pgh_id) FROM "{_history(model)}" o'
                " WHERE o.pgh_obj_id = u.id AND o.pgh_context_id = %s), 0)"
                " ORDER BY t.number LIMIT 1000",
                [context, context],
            )
            for (number,) in cursor.fetchall():
                yield Hindrance(number, Text("其后又有修改", "was changed since"))
    several = 0
    for model in _TABLES[:-2]:
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT count(DISTINCT u.id) FROM pg_temp."{_name(model)}" u'
                f' JOIN "{_history(model)}" h ON h.pgh_obj_id = u.id'
                " WHERE h.pgh_context_id IS DISTINCT FROM %s"
                f' AND h.pgh_id > coalesce((SELECT max(o.pgh_id) FROM "{_history(model)}" o'
                " WHERE o.pgh_obj_id = u.id AND o.pgh_context_id = %s), 0)",
                [context, context],
            )
            several += int(cursor.fetchone()[0])
    if several:
        yield Hindrance(
            "",
            Text(
                f"{several} 条家庭成员、收入、帮扶等记录其后又有修改",
                f"{several} entries of members, incomes or helpers were changed since",
            ),
        )


def _hanging_on() -> Iterator[Hindrance]:
    """What was recorded elsewhere about households and persons it added."""
    inside = {*_TABLES, *(apps.get_model("registry", f"{m.__name__}History") for m in _TABLES)}
    for model in (Household, Person):
        for relation in model._meta.related_objects:
            other: Any = relation.related_model
            if other in inside or not relation.field.concrete or relation.many_to_many:
                continue
            table, column = other._meta.db_table, relation.field.column
            with connection.cursor() as cursor:
                cursor.execute(
                    f'SELECT t.number, count(*) FROM "{table}" o'
                    f' JOIN pg_temp."{_name(model)}" u ON u.id = o."{column}" AND u.made'
                    f' JOIN "{model._meta.db_table}" t ON t.id = u.id'
                    " GROUP BY t.number ORDER BY t.number LIMIT 1000"
                )
                for number, count in cursor.fetchall():
                    yield Hindrance(
                        number,
                        Text(
                            f"其后登记了 {count} 条相关记录（{other._meta.label}）",
                            f"{count} entries about it were made since ({other._meta.label})",
                        ),
                    )


def refusal(found: list[Hindrance]) -> FangpinError:
    """Hindrances as one refusal."""
    shown = found[:TOLD]
    more = len(found) - len(shown)
    zh = "；".join(f"{each.number} {each.what.zh}".strip() for each in shown)
    en = "; ".join(f"{each.number}: {each.what.en}".removeprefix(": ") for each in shown)
    return FangpinError.because(
        f"不能整批撤销，导入之后又有变动：{zh}" + (f"；另有 {more} 处" if more else ""),
        f"the import cannot be taken back, this came after it: {en}"
        + (f"; and {more} more" if more else ""),
        do_zh="先撤销其后的办理，或逐户更正",
        do_en="take back what came after, or correct the households",
    )


def undo(*, by: User | None, number: int, permit: Permit) -> dict[str, int]:
    """Take an import back, all or nothing. Returns how many rows went and how many were put back.

    Raises FangpinError when something came after it, or when it reaches beyond the actor's area.
    """
    with transaction.atomic(), pghistory.context(import_undone=number) as context:
        found = Import.objects.select_for_update().get(pk=number)
        _may_at_all(found)
        with unwalled():
            _stage(found)
            _lock()
            _inside(permit, _context(found))
            came_after = hindrances(found)
            if came_after:
                raise refusal(came_after)
            moved = _moved(_context(found))
            gone = {model.__name__.lower(): _delete(model) for model in _TABLES}
            back = {m.__name__.lower(): _restore(m, _context(found)) for m in reversed(_TABLES)}
            for home, now, before in moved:
                village_changed(home, now, before)
            _tell(_context(found), by=by, context=context.id)
        done = {"deleted": sum(gone.values()), "restored": sum(back.values())}
        found.state, found.reversed_at, found.reversed_by = (
            Import.State.REVERSED, timezone.now(), by,
        )  # fmt: skip
        found.save(update_fields=["state", "reversed_at", "reversed_by"])
        record(by=by, action="registry.import.undo", subject=f"import:{found.pk}", detail=done)
    return done


def _lock() -> None:
    """Nobody else changes these households and persons until this is over."""
    with connection.cursor() as cursor:
        for model in (Household, Person):
            cursor.execute(
                f'SELECT count(*) FROM (SELECT t.id FROM "{model._meta.db_table}" t'
                f' JOIN pg_temp."{_name(model)}" u ON u.id = t.id'
                " ORDER BY t.id FOR UPDATE OF t) locked"
            )


def _inside(permit: Permit, context: UUID) -> None:
    """Every household it touched lies in the actor's area, and did before."""
    if permit.areas is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT village_code FROM registry_household h WHERE h.id IN"
            " (SELECT unnest(households) FROM registry_registryevent WHERE context = %s)"
            f' UNION SELECT village_code FROM "{_history(Household)}" WHERE pgh_context_id = %s',
            [context, context],
        )
        codes = [str(row[0]) for row in cursor.fetchall()]
    if not all(code.startswith(permit.areas) for code in codes):
        raise FangpinError.because(
            "该次导入涉及您岗位区域以外的户",
            "the import touched households outside the area of your post",
            do_zh="请由县级办理", do_en="ask the county",
        )  # fmt: skip


def _moved(context: UUID) -> list[tuple[str, str, str]]:
    """Households whose village it changed: number, village now, village before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.number, t.village_code, b.village_code FROM registry_household t"
            f" JOIN ({_before(Household)}) b ON b.pgh_obj_id = t.id"
            f' JOIN pg_temp."{_name(Household)}" u ON u.id = t.id AND NOT u.made'
            " WHERE t.village_code <> b.village_code ORDER BY t.number",
            [context],
        )
        return [(str(a), str(b), str(c)) for a, b, c in cursor.fetchall()]


def _before(model: type[models.Model]) -> str:
    """Rows as they stood before the import."""
    return (
        f'SELECT DISTINCT ON (pgh_obj_id) * FROM "{_history(model)}"'
        " WHERE pgh_context_id = %s ORDER BY pgh_obj_id, pgh_id"
    )


def _delete(model: type[models.Model]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f'DELETE FROM "{model._meta.db_table}" t USING pg_temp."{_name(model)}" u'
            " WHERE u.id = t.id AND u.made"
        )
        return int(cursor.rowcount)


def _restore(model: type[models.Model], context: UUID) -> int:
    names = [f.column for f in model._meta.concrete_fields if f.column not in _OWN]
    sets = [f'"{name}" = h."{name}"' for name in names]
    if any(field.column == "version" for field in model._meta.concrete_fields):
        sets.append("version = t.version + 1")
    count = 0
    for also in _SECOND.get(model, ("true",)):
        with connection.cursor() as cursor:
            cursor.execute(
                f'UPDATE "{model._meta.db_table}" t SET {", ".join(sets)}'
                f' FROM ({_before(model)}) h, pg_temp."{_name(model)}" u'
                f" WHERE t.id = h.pgh_obj_id AND u.id = t.id AND NOT u.made AND {also}",
                [context],
            )
            count += int(cursor.rowcount)
    return count


def _tell(imported: UUID, *, by: User | None, context: UUID) -> None:
    """The timeline says of each household that the import was taken back."""
    today = timezone.localdate()
    RegistryEvent.objects.bulk_create(
        RegistryEvent(
            kind=EventKind.REVERSED, on=today, by=by, households=event.households,
            context=context, reversal_of=event,
            detail={"event": event.pk, "undoes": EventKind.IMPORTED},
        )
        for event in RegistryEvent.objects.filter(context=imported).order_by("pk")
    )  # fmt: skip
