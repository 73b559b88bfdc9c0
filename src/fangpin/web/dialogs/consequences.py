"""What would follow from an action: it is carried out, looked at, and taken back."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import transaction

from fangpin.kernel.errors import Text
from fangpin.people.models import User
from fangpin.places.queries import names_of
from fangpin.registry.models import Household, HouseholdState, RegistryEvent
from fangpin.registry.queries.file import HouseholdFile, household_file
from fangpin.registry.queries.shown import OWN_WORDS


@dataclass(frozen=True)
class Line:
    """A member after the action. `change`: "" stays, "new" came, "gone" left, "relation"."""

    pk: int
    name: str
    relation: Text | None
    relation_code: str
    is_head: bool
    change: str
    before: Text | None


@dataclass(frozen=True)
class After:
    """A household after the action, beside what it was."""

    number: str
    fresh: bool
    head: str
    state: Text | None
    ends: bool
    place: str
    moved: bool
    category: Text | None
    monitoring: Text | None
    recategorised: bool
    lines: list[Line]


def consequences(
    actor: User, files: Iterable[HouseholdFile], act: Callable[[], RegistryEvent]
) -> list[After]:
    """Every household that the action touches, as it would be. Nothing stays written.

    Raises what the action raises. `files` are the households as they are now.
    """
    before = {file.number: file for file in files}
    after: list[HouseholdFile] = []
    with transaction.atomic():
        event = act()
        rows = Household.objects.filter(pk__in=event.households).order_by("pk")
        for number in rows.values_list("number", flat=True):
            file = household_file(actor, number)
            if file is not None:
                after.append(file)
        transaction.set_rollback(True)
    return [_after(before.get(file.number), file) for file in after]


def _after(old: HouseholdFile | None, new: HouseholdFile) -> After:
    known = {member.pk: member for member in old.members} if old else {}
    here = {member.pk for member in new.members}
    lines = []
    for member in new.members:
        was = known.get(member.pk)
        changed = was is not None and was.relation_code != member.relation_code
        lines.append(
            Line(
                member.pk,
                member.name,
                member.relation,
                member.relation_code,
                member.is_head,
                "new" if was is None else "relation" if changed else "",
                was.relation if was else None,
            )
        )
    for pk, member in known.items():
        if pk not in here:
            lines.append(Line(pk, member.name, member.relation, "", False, "gone", None))
    ends = new.state != HouseholdState.ACTIVE
    return After(
        new.number,
        old is None,
        new.head_name,
        OWN_WORDS.get(new.state),
        ends,
        " / ".join(names_of(new.village_code)),
        old is not None and old.village_code != new.village_code,
        new.category,
        new.monitoring,
        old is not None and (old.category, old.monitoring) != (new.category, new.monitoring),
        lines,
    )
