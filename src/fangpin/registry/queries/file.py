"""Everything about one household, cut to what one actor may see (一户一档)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone

from fangpin.kernel.errors import Text
from fangpin.people.models import User
from fangpin.people.scope import Answer, FieldGroup, Right, Scope, scope_of
from fangpin.registry import income as incomes
from fangpin.registry import sealing
from fangpin.registry.catalogue.load import catalogue
from fangpin.registry.catalogue.vocabulary import words
from fangpin.registry.models import (
    CategorySpell,
    HelperSpell,
    Household,
    IncomeYear,
    Membership,
    Person,
    SpellKind,
    YearlyConditions,
)
from fangpin.registry.queries.as_of import as_they_stood
from fangpin.registry.queries.shown import Shown, fields_of

VOCABULARIES = {
    SpellKind.CATEGORY: "household_category",
    SpellKind.MONITORING: "monitoring_category",
    SpellKind.POVERTY_STATUS: "poverty_status",
}
SUMS = (
    *("wage_income", "business_income", "business_cost", "property_income", "transfer_income"),
    *("gross_income", "net_income", "net_income_per_person", "insurance_payout"),
    *("compliant_expense", "reference_income", "reference_income_per_person"),
)
_HEADER = ("number", "village_code", "state", "members")  # shown above the sections


@dataclass(frozen=True, slots=True)
class MemberFile:
    """One member. `name` is "" and `fields` lack groups that the actor does not see.

    `open` is false for somebody who has left; `began_on`, `ended_on` None = unknown, still here.
    """

    pk: int
    membership: int
    number: str
    version: int
    name: str
    relation: Text | None
    relation_code: str
    is_head: bool
    began_on: date | None
    ended_on: date | None
    why_ended: Text | None
    open: bool
    alive: bool
    age: int | None
    fields: dict[FieldGroup, list[Shown]]


@dataclass(frozen=True, slots=True)
class SpellFile:
    """What the household counted as for a time; `ended_on` None = still."""

    pk: int
    kind: SpellKind
    code: str
    words: Text
    risks: tuple[Text, ...]
    began_on: date | None
    ended_on: date | None
    ended_how: Text | None
    clause: str


@dataclass(frozen=True, slots=True)
class IncomeFile:
    """One year's income: recorded sums, items in fen, both formulas, and what does not agree."""

    pk: int
    year: int
    occasion: str
    persons: int | None
    sums: list[Shown]
    items: dict[str, int]
    registration: incomes.Income
    reference: incomes.Income
    subsistence: incomes.Income
    disagreements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConditionsFile:
    """How the household lived in a year."""

    pk: int
    year: int
    fields: dict[FieldGroup, list[Shown]]


@dataclass(frozen=True, slots=True)
class HelperFile:
    """A person responsible for helping, with dates."""

    pk: int
    name: str
    fields: list[Shown]
    began_on: date | None
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class HouseholdFile:
    """One household as one actor may see it. Groups that are not `groups` are absent everywhere.

    `watched` asks the caller to write down the look; so does `names_shown`, which says that
    somebody's name is on the page. `as_of` is None for today.
    """

    pk: int
    number: str
    village_code: str
    state: str
    origin: str
    version: int
    as_of: date | None
    groups: frozenset[FieldGroup]
    writable: frozenset[FieldGroup]
    may_write: Answer
    may_unmask: Answer
    watched: bool
    names_shown: bool
    head_name: str
    head_number: str
    size: int
    category: Text | None
    monitoring: Text | None
    fields: dict[FieldGroup, list[Shown]]
    members: tuple[MemberFile, ...]
    former: tuple[MemberFile, ...]
    spells: tuple[SpellFile, ...]
    conditions: tuple[ConditionsFile, ...]
    incomes: tuple[IncomeFile, ...]
    helpers: tuple[HelperFile, ...]


def household_file(actor: User, number: str, *, as_of: date | None = None) -> HouseholdFile | None:
    """The file of a household, or None when it is absent or not the actor's to read.

    At most nine queries, whatever the household holds. With `as_of`, members and spells are those
    of that day and fields stand as they were recorded then; rights are always those of today.
    """
    scope = scope_of(actor)
    inside = scope.within(Right.registry, "village_code")
    row = Household.objects.filter(inside, number=number).first()
    if row is None:
        return None
    return file_of(scope, row, as_of=as_of)


def file_of(scope: Scope, row: Household, *, as_of: date | None = None) -> HouseholdFile:
    """The file of a loaded household that the scope is known to cover."""
    groups = scope.groups(row.village_code)
    writable = scope.writable_groups(row.village_code)
    where, state = row.village_code, row.state
    may_write = scope.why(Right.registry_write, where, state=state)
    may_unmask = scope.why(Right.unmask, where, state=state)
    if as_of is not None:
        row = as_they_stood([row], as_of)[0]
    everybody = _members(row, groups, as_of)
    present = tuple(member for member in everybody if member.open)
    head = next((member for member in present if member.is_head), None)
    spells = _spells(row, as_of) if FieldGroup.household in groups else ()
    current = {
        spell.kind: spell for spell in spells if _holds(spell.began_on, spell.ended_on, as_of)
    }
    names_shown = FieldGroup.identity in groups
    shows_household = FieldGroup.household in groups
    category, monitoring = current.get(SpellKind.CATEGORY), current.get(SpellKind.MONITORING)
    return HouseholdFile(
        pk=row.pk,
        number=row.number,
        village_code=row.village_code,
        state=row.state,
        origin=row.origin,
        version=row.version,
        as_of=as_of,
        groups=groups,
        writable=writable if as_of is None else frozenset(),
        may_write=may_write,
        may_unmask=may_unmask,
        watched=scope.watched(where),
        names_shown=names_shown,
        head_name=head.name if head else "",
        head_number=head.number if head else "",
        size=len(present) if as_of else row.members,
        category=_either(category, "household_category", row.category) if shows_household else None,
        monitoring=_either(monitoring, "monitoring_category", row.monitoring_category)
        if shows_household
        else None,
        fields=fields_of("household", row, groups, skip=_HEADER),
        members=present,
        former=tuple(member for member in everybody if not member.open),
        spells=spells,
        conditions=_conditions(row, groups, as_of),
        incomes=_incomes(row, groups, as_of),
        helpers=_helpers(row, groups, as_of),
    )


def _either(spell: SpellFile | None, vocabulary: str, code: str) -> Text | None:
    return spell.words if spell else words(vocabulary, code)


def _holds(began: date | None, ended: date | None, day: date | None) -> bool:
    """Whether something holds on a day; without one, whether it is still open."""
    if day is None:
        return ended is None
    return (began is None or began <= day) and (ended is None or day < ended)


def _begun(day: date | None) -> Q:
    return Q() if day is None else Q(began_on=None) | Q(began_on__lte=day)


def _members(
    row: Household, groups: frozenset[FieldGroup], day: date | None
) -> tuple[MemberFile, ...]:
    if not groups:
        return ()
    found = list(
        Membership.objects.filter(_begun(day), household=row)
        .select_related("person")
        .order_by("-is_head", "person__birth_date", "person__number", "pk")
    )
    persons = {each.person_id: each.person for each in found}
    if day is not None:
        persons = {person.pk: person for person in as_they_stood(persons.values(), day)}
    today = day or timezone.localdate()
    listed = [_member(each, persons[each.person_id], groups, day, today) for each in found]
    here = {member.pk for member in listed if member.open}
    # Somebody who left and came back is shown once, as present.
    return tuple(member for member in listed if member.open or member.pk not in here)


def _member(
    membership: Membership,
    person: Person,
    groups: frozenset[FieldGroup],
    day: date | None,
    today: date,
) -> MemberFile:
    identity = FieldGroup.identity in groups
    return MemberFile(
        pk=person.pk,
        membership=membership.pk,
        number=person.number if identity else "",
        version=person.version,
        name=sealing.open_one(person, "name") if identity else "",
        relation=words("relation_to_head", membership.relation) if identity else None,
        relation_code=membership.relation if identity else "",
        is_head=membership.is_head,
        began_on=membership.began_on,
        ended_on=membership.ended_on,
        why_ended=words("move_kind", membership.why_ended),
        open=_holds(membership.began_on, membership.ended_on, day),
        alive=person.died_on is None or person.died_on > today,
        age=age_on(person.birth_date, today) if identity else None,
        fields=fields_of("person", person, groups, skip=("name",)),
    )


def age_on(born: date | None, day: date) -> int | None:
    """Completed years of age on a day; None when the birth date is unknown."""
    if born is None:
        return None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _spells(row: Household, day: date | None) -> tuple[SpellFile, ...]:
    rows = CategorySpell.objects.filter(_begun(day), household=row).order_by("-began_on", "-pk")
    return tuple(
        SpellFile(
            pk=spell.pk,
            kind=SpellKind(spell.kind),
            code=spell.code,
            words=words(VOCABULARIES[SpellKind(spell.kind)], spell.code)
            or Text(spell.code, spell.code),
            risks=tuple(filter(None, (words("risk_type", risk) for risk in spell.risks))),
            began_on=spell.began_on,
            ended_on=spell.ended_on,
            ended_how=words("removal_kind", spell.ended_how),
            clause=spell.clause,
        )
        for spell in rows
    )


def _conditions(
    row: Household, groups: frozenset[FieldGroup], day: date | None
) -> tuple[ConditionsFile, ...]:
    rows = YearlyConditions.objects.filter(household=row).order_by("-year")
    if day is not None:
        rows = rows.filter(year__lte=day.year)
    files = (
        ConditionsFile(each.pk, each.year, fields_of("conditions", each, groups, skip=("year",)))
        for each in rows
    )
    return tuple(each for each in files if each.fields)


def _incomes(
    row: Household, groups: frozenset[FieldGroup], day: date | None
) -> tuple[IncomeFile, ...]:
    if FieldGroup.income not in groups:
        return ()
    rows = IncomeYear.objects.filter(household=row).order_by("-year", "occasion")
    if day is not None:
        rows = rows.filter(year__lte=day.year)
    return tuple(_income(each, groups) for each in rows)


def _income(row: IncomeYear, groups: frozenset[FieldGroup]) -> IncomeFile:
    sums = {name: getattr(row, name) for name in SUMS}
    items = {name: fen for name, fen in row.items.items() if name in catalogue().items}
    shown = fields_of("income", row, groups)[FieldGroup.income]
    return IncomeFile(
        pk=row.pk,
        year=row.year,
        occasion=row.occasion,
        persons=row.persons,
        sums=[each for each in shown if each.field.name in SUMS],
        items=items,
        registration=incomes.registration(items, sums, row.persons),
        reference=incomes.reference(items, sums, row.persons),
        subsistence=incomes.subsistence(items, sums, row.persons),
        disagreements=incomes.disagreements(items, sums, row.persons),
    )


def _helpers(
    row: Household, groups: frozenset[FieldGroup], day: date | None
) -> tuple[HelperFile, ...]:
    if FieldGroup.helper not in groups:
        return ()
    rows = HelperSpell.objects.filter(_begun(day), household=row).order_by("-began_on", "-pk")
    return tuple(
        HelperFile(
            pk=each.pk,
            name=sealing.open_one(each, "name"),
            fields=fields_of("helper", each, groups, skip=("name",))[FieldGroup.helper],
            began_on=each.began_on,
            ended_on=each.ended_on,
        )
        for each in rows
    )
