"""Rows as they stood on a day, put together from the table and its history.

Memberships and spells carry their own dates and need none of this. For the fields of a household or
person the state at the end of that day is the first row of history written after it, else the row
as it is now. What was entered later than the day is shown as first entered: that is the best that
is known of that day.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from django.apps import apps
from django.db import models
from django.utils import timezone

from fangpin.people.row_security import unwalled

M = TypeVar("M", bound=models.Model)


def end_of(day: date) -> datetime:
    """The first moment after a day, by the server's calendar."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def as_they_stood(rows: Iterable[M], day: date) -> list[M]:
    """Copies of loaded rows of one table with the values of that day; unsaved. One query."""
    listed = list(rows)
    if not listed:
        return []
    model = type(listed[0])
    history = apps.get_model("registry", f"{model.__name__}History")
    names = [field.attname for field in model._meta.concrete_fields]
    earliest: dict[int, dict[str, object]] = {}
    found = (
        history._default_manager.filter(
            pgh_obj_id__in=[row.pk for row in listed], pgh_created_at__gte=end_of(day)
        )
        .order_by("pgh_id")
        .values("pgh_obj_id", *names)
    )
    with unwalled():  # a household that moved since stood in another village then
        for kept in found:
            earliest.setdefault(kept.pop("pgh_obj_id"), kept)
    return [model(**earliest[row.pk]) if row.pk in earliest else row for row in listed]
