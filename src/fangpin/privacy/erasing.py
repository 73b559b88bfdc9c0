"""What an erasure does to the rows: live tables and history alike, in the caller's transaction.

Rows stay where sums, the audit trail and decisions rest on them; what told who it was goes. Closed
values are overwritten, so that no key opens them any more, and so is what they were found by. The
same function makes a restored backup forget again, which is why it goes by ids alone.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

import pgtrigger
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Q, Value
from django.db.models.functions import Replace, TruncYear

from fangpin.foundation import cipher
from fangpin.foundation.fields import BlindField, Opened, SealedField
from fangpin.privacy.holdings import HELD
from fangpin.privacy.models import Depth
from fangpin.privacy.subject import Subject, numbers
from fangpin.registry import name_books
from fangpin.registry.catalogue.field import PrivacyClass
from fangpin.registry.catalogue.load import catalogue
from fangpin.registry.models import Household, Membership, Person
from fangpin.registry.subjects import TABLES

# Fields that tell who somebody is, or may, because people wrote them freely.
_TELLING: Final = ("name", "id_number", "phone", "account", "text")
# What a row is and how it hangs together: it stays, without it sums and decisions break.
_SKELETON: Final = frozenset(
    {"number", "village_code", "state", "origin", "members", "household", "person", "is_head"}
    | {"began_on", "ended_on", "died_on", "kind", "code", "year", "occasion", "persons"}
)
# Tables of a household that say nothing once nobody is behind them.
_CHILDREN: Final = ("category", "conditions", "income", "helper")
_FOUND_BY: Final = {
    "name": ("name_tokens",),
    "id_number": ("id_index", "id_last4_index"),
    "phone": ("phone_index",),
}


def erased_number(row: int) -> str:
    """The number that stands where a national number stood."""
    return f"erased-{row}"


def erase(
    *,
    persons: Iterable[int] = (),
    households: Iterable[int] = (),
    depth: Depth,
    fields: Collection[str] = (),
) -> int:
    """Erase so much of these rows, wherever it is held. Returns how many rows were written.

    Runs in the caller's transaction; leaves no history of its own. Erasing twice changes nothing
    more. `fields`: keys of the catalogue, for the depth FIELDS.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an erasure is written in the transaction of its audit entry")
    people, homes = sorted(set(persons)), sorted(set(households))
    with pgtrigger.ignore():
        if depth is Depth.FIELDS:
            return sum(
                _write(subject, ids, blanks(subject, {f.split(".")[1] for f in fields
                                                      if f.startswith(f"{subject}.")}))
                for subject, ids in (("person", people), ("household", homes))
            )  # fmt: skip
        subject_of = Subject(
            frozenset(people),
            frozenset(homes),
            numbers(Person, people),
            numbers(Household, homes),
        )
        written = _elsewhere(subject_of)
        written += _renumber(subject_of)
        for subject, ids in (("person", people), ("household", homes)):
            written += _write(subject, ids, blanks(subject, telling(subject, depth)))
        written += _of_households(homes, depth)
    name_books.renew(villages=_villages(people, homes))
    return written


def _villages(people: list[int], homes: list[int]) -> set[str]:
    """Villages in whose books of names they stand."""
    whose = Q(pk__in=homes) | Q(
        pk__in=Membership.objects.filter(person__in=people).values("household")
    )
    return set(Household.objects.filter(whose).values_list("village_code", flat=True)) - {""}


def telling(subject: str, depth: Depth) -> set[str]:
    """Names of the fields of a table that go at this depth."""
    found = set()
    for field in catalogue().of(subject):
        if field.name in _SKELETON or field.type == "reference":
            continue
        personal = field.privacy in (PrivacyClass.personal, PrivacyClass.sensitive)
        closed = field.type in _TELLING or field.name == "remark"
        if closed or (depth is Depth.EVERYTHING and personal):
            found.add(field.name)
    if depth is Depth.IDENTITY and subject == "person":
        found.add("birth_date")
    return found


def blanks(subject: str, names: Iterable[str]) -> dict[str, Any]:
    """Column → what stands there instead; of a birth date its year stays, as sums need it."""
    model, found = TABLES[subject], {}
    for name in names:
        column = model._meta.get_field(name)
        if name == "birth_date":
            found[name] = TruncYear("birth_date", output_field=models.DateField())
            continue
        found[name] = blank(column)
        for index in _FOUND_BY.get(name, ()):
            if any(index == f.name for f in model._meta.concrete_fields):
                found[index] = blank(model._meta.get_field(index))
    return found


def blank(column: Any) -> Any:
    """What a column holds when nothing is known."""
    if isinstance(column, (SealedField, BlindField)):
        return None
    if isinstance(column, ArrayField):
        return []
    if isinstance(column, models.JSONField):
        return {}
    if isinstance(column, (models.CharField, models.TextField)):
        return ""
    if not column.null:
        raise TypeError(f"{column} cannot be unknown")
    return None


def _tables(subject: str) -> Iterator[tuple[type[models.Model], str]]:
    """The live table and its history, with the name of the row's id in each."""
    model = TABLES[subject]
    yield model, "pk"
    yield apps.get_model("registry", f"{model.__name__}History"), "pgh_obj_id"


def _write(subject: str, ids: list[int], values: Mapping[str, Any]) -> int:
    if not ids or not values:
        return 0
    count = 0
    for model, key in _tables(subject):
        count += model._default_manager.filter(**{f"{key}__in": ids}).update(**values)
    return count


def _renumber(of: Subject) -> int:
    count = 0
    for subject, ids in (("person", of.persons), ("household", of.households)):
        for model, key in _tables(subject):
            for pk in ids:  # a number each: one statement for each row
                rows = model._default_manager.filter(**{key: pk}).exclude(number=erased_number(pk))
                count += rows.update(number=erased_number(pk))
    return count


def _of_households(homes: list[int], depth: Depth) -> int:
    if not homes:
        return 0
    count = 0
    for subject in _CHILDREN:
        model = TABLES[subject]
        history = apps.get_model("registry", f"{model.__name__}History")
        for each in (model, history):
            rows = each._default_manager.filter(household__in=homes)
            if depth is Depth.EVERYTHING:
                count += rows._raw_delete(rows.db)
            else:
                values = blanks(subject, telling(subject, depth))
                count += rows.update(**values) if values else 0
    return count


# -- outside the registry --------------------------------------------------------------------------


def _elsewhere(of: Subject) -> int:
    """Closed values and named columns of every other table about exactly these, and their numbers.

    A person's erasure reaches rows about that person; rows about a household as a whole go with
    the household.
    """
    count = 0
    own = Subject(of.persons, of.households, of.person_numbers, of.household_numbers)
    for label, held in HELD.items():
        model = apps.get_model(label)
        if held.subject or model is apps.get_model("registry", "RegistryEvent"):
            continue
        rows = model._default_manager.filter(held.about(own))
        values = {name: blank(model._meta.get_field(name)) for name in held.emptied}
        if values:
            count += rows.update(**values)
        count += _close_nothing(model, rows)
    return count + _numbers_elsewhere(of)


def _close_nothing(model: type[models.Model], rows: models.QuerySet[Any]) -> int:
    """Closed values of these rows become closed nothing: a column that must not be empty is not."""
    sealed = [f for f in model._meta.local_concrete_fields if isinstance(f, SealedField)]
    hashes = {
        f.name: None
        for f in model._meta.local_concrete_fields
        if isinstance(f, BlindField) and f.null
    }
    if not sealed:
        return 0
    valued = {
        each.closed for each in vars(model).values() if isinstance(each, Opened) and each.values
    }
    count = 0
    for pk in sorted(set(rows.values_list("pk", flat=True))):
        values: dict[str, Any] = dict(hashes)
        for column in sealed:
            nothing = "{}" if column.name in valued else ""
            closed = cipher.seal(nothing, column=column.cipher_column, row=pk)
            values[column.name] = _where_known(column.name, closed)
        count += model._default_manager.filter(pk=pk).update(**values)
    return count


def _where_known(column: str, closed: bytes) -> Any:
    """The closed nothing where there was something; unknown stays unknown."""
    return models.Case(
        models.When(**{f"{column}__isnull": True}, then=Value(None)),
        default=Value(closed, output_field=models.BinaryField()),
        output_field=models.BinaryField(),
    )


def _numbers_elsewhere(of: Subject) -> int:
    """National numbers in other tables give way to the erased one, also within figures."""
    count = 0
    for kind, ids, table in (
        ("person_number", of.persons, Person),
        ("household_number", of.households, Household),
    ):
        for pk in ids:
            for old in numbers(table, [pk]) - {erased_number(pk)}:
                for label in HELD:
                    model = apps.get_model(label)
                    names = {f.name for f in model._meta.concrete_fields}
                    if kind not in names or HELD[label].subject:
                        continue
                    rows = model._default_manager.filter(**{kind: old})
                    new: dict[str, Any] = {kind: erased_number(pk)}
                    if "key" in names:  # a finding of a clue is named by rule and person
                        new["key"] = Replace("key", Value(old), Value(erased_number(pk)))
                    count += rows.update(**new)
    return count
