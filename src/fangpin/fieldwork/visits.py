"""Visits: recorded from a phone or at a desk, read by whoever works in the place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, Q

from fangpin.fieldwork.models import Picture, Sent, Visit
from fangpin.fieldwork.receiving import Taking, takes
from fangpin.fieldwork.visit_form import VISIT
from fangpin.foundation.actions import record
from fangpin.foundation.fields import close_into
from fangpin.kernel.errors import FangpinError, Text
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.registry.ids import allocate
from fangpin.registry.models import Household, HouseholdState

LATEST: Final = 20


@transaction.atomic(savepoint=False)
def record_visit(
    *,
    by: User,
    household: Household | None,
    values: dict[str, Any],
    today: date,
    sent: Sent | None = None,
) -> Visit:
    """Keep a visit to a household with the values of `visit_form.VISIT`.

    Raises FangpinError for a household that is absent, closed or elsewhere, and for every value
    that is not right.
    """
    if (
        household is None
        or household.state != HouseholdState.ACTIVE
        or not scope_of(by).covers(Right.visits, household.village_code)
    ):
        raise not_there()
    checked = VISIT.checked(values, (), today)
    visit = Visit(
        pk=allocate(Visit, 1)[0],
        household=household,
        village_code=household.village_code,
        on=date.fromisoformat(checked.pop("on")),
        purpose=checked.pop("purpose"),
        by=by,
        sent=sent,
    )
    close_into([visit], "opened_content", [checked])
    visit.save(force_insert=True)
    record(
        by=by,
        action="fieldwork.visit",
        subject=f"household:{household.pk}",
        detail={"visit": visit.pk, "purpose": visit.purpose},
    )
    return visit


@takes(Sent.Kind.VISIT)
def _from_phone(taking: Taking) -> str:
    """A visit handed in by a phone."""
    visit = record_visit(
        by=taking.by,
        household=taking.sent.household,
        values=dict(taking.handed.values),
        today=taking.today,
        sent=taking.sent,
    )
    return f"visit:{visit.pk}"


def not_there() -> FangpinError:
    """The household is absent, closed, or not the actor's."""
    return FangpinError.because(
        "该户不在您负责的区域内，或已注销",
        "the household is not in your area, or is closed",
        do_zh="填写内容已留存，请与乡镇核对",
        do_en="what you entered is kept; ask the township",
    )


@dataclass(frozen=True)
class VisitView:
    """A visit as it is shown. `answers`: label and answer in words, in the form's order."""

    pk: int
    on: date
    by: str
    purpose: Text
    answers: tuple[tuple[Text, Text], ...]
    signature: str
    pictures: tuple[int, ...]
    received_at: datetime
    claimed_at: datetime | None


def visits_of(actor: User, household: int, size: int = LATEST) -> list[VisitView]:
    """The latest visits to a household (its id), the newest first. Two queries; empty for one
    outside the actor's area."""
    inside = scope_of(actor).within(Right.visits, "village_code")
    rows = list(
        Visit.objects.filter(inside, household=household).select_related("by", "sent")[:size]
    )
    pictures: dict[int, list[int]] = {}
    ids = [row.sent_id for row in rows if row.sent_id]
    found = Picture.objects.filter(sent__in=ids).exclude(name="").values_list("sent", "pk")
    for sent, pk in found if ids else ():
        pictures.setdefault(sent or 0, []).append(pk)
    return [_view(row, pictures.get(row.sent_id or 0, [])) for row in rows]


def _view(row: Visit, pictures: Sequence[int]) -> VisitView:
    content: dict[str, Any] = dict(row.opened_content or {})
    purposes = {o.code: o.label for f in VISIT.fields for o in f.entry.options}
    return VisitView(
        pk=row.pk,
        on=row.on,
        by=str(row.by),
        purpose=purposes.get(row.purpose, Text(row.purpose, row.purpose)),
        answers=tuple(VISIT.in_words(content)),
        signature=str(content.get("signature", "")),
        pictures=tuple(pictures),
        received_at=row.entered_at,
        claimed_at=row.sent.claimed_at if row.sent else None,
    )


def counts_by_day(actor: User, first: date, last: date) -> dict[date, int]:
    """How many visits there were in the actor's area, by day. One query."""
    inside: Q = scope_of(actor).within(Right.visits, "village_code")
    rows = Visit.objects.filter(inside, on__gte=first, on__lte=last)
    return dict(rows.values("on").annotate(n=Count("pk")).values_list("on", "n").order_by("on"))
