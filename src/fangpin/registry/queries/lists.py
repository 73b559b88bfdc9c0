"""Lists of households and of persons: filtered, paged by key, counted, all within one scope.

A filter or column looks into a field group, and only places where that group is shown take part:
nobody learns from a list what the page would hide.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Case, Count, Q, QuerySet, Value, When

from fangpin.foundation.masks import mask_phone
from fangpin.kernel.errors import Text
from fangpin.kernel.place_codes import prefix_of
from fangpin.people.models import User
from fangpin.people.row_security import by_condition, unwalled
from fangpin.people.scope import FieldGroup, Right, Scope, scope_of
from fangpin.registry import sealing
from fangpin.registry.catalogue.vocabulary import words
from fangpin.registry.models import Household, HouseholdState, Membership, Person

COUNT_UP_TO = 10_000  # a list says "more than" beyond; counting a million rows is no use to anyone
FEW = 1_000
HouseholdKey = tuple[str, str]  # village code, household number
PersonKey = tuple[str, str, int]  # village code, household number, person id
_PLACE_OF_A_PERSON = "household__village_code"


@dataclass(frozen=True, slots=True)
class HouseholdFilter:
    """What a list of households is narrowed to; "" and None do not narrow.

    `area` is a code of any level; `state` "" means active ones, "all" every one. `monitoring` may
    be "any" (monitored, risk not removed). Members are counted inclusively.
    """

    area: str = ""
    group_name: str = ""
    state: str = ""
    category: str = ""
    monitoring: str = ""
    cause: str = ""
    risk: str = ""
    removed: bool | None = None
    no_labour: bool | None = None
    origin: str = ""
    fewest: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class HouseholdRow:
    """One line of the list; `head` is "" for whom names are not shown, or without a head."""

    pk: int
    number: str
    village_code: str
    group_name: str
    state: str
    head: str
    phone: str
    members: int
    category: Text | None
    monitoring: Text | None
    risks: tuple[Text, ...]
    risk_removed: bool | None
    main_cause: Text | None
    monitored_since: date | None

    @property
    def key(self) -> HouseholdKey:
        return (self.village_code, self.number)


def households(actor: User, chosen: HouseholdFilter) -> QuerySet[Household]:
    """Households the actor may read that fit, unordered."""
    return _narrowed(scope_of(actor), chosen)


def _narrowed(scope: Scope, chosen: HouseholdFilter) -> QuerySet[Household]:
    deep = any(
        (chosen.category, chosen.monitoring, chosen.cause, chosen.risk, chosen.group_name)
    ) or (chosen.removed is not None or chosen.no_labour is not None)
    group = FieldGroup.household if deep else None
    rows = Household.objects.filter(scope.within(Right.registry, "village_code", group=group))
    if chosen.area:
        rows = rows.filter(village_code__startswith=prefix_of(chosen.area))
    if chosen.state != "all":
        rows = rows.filter(state=chosen.state or HouseholdState.ACTIVE)
    if chosen.category:
        rows = rows.filter(category=chosen.category)
    if chosen.monitoring == "any":
        watched = ~Q(monitoring_category__in=["", "none"])
        rows = rows.filter(watched).exclude(risk_removed=True)
    elif chosen.monitoring:
        rows = rows.filter(monitoring_category=chosen.monitoring)
    if chosen.cause:
        rows = rows.filter(Q(main_cause=chosen.cause) | Q(other_causes__contains=[chosen.cause]))
    if chosen.risk:
        rows = rows.filter(_holding(Household, "risks", chosen.risk))
    simple = {
        "group_name": chosen.group_name,
        "risk_removed": chosen.removed,
        "no_labour_household": chosen.no_labour,
        "origin": chosen.origin,
        "members__gte": chosen.fewest,
        "members__lte": chosen.most,
    }
    return rows.filter(Q(*((k, v) for k, v in simple.items() if v is not None and v != "")))


def _holding(model: type[models.Model], column: str, code: str, *, of: str = "") -> Q:
    """Rows whose list of codes holds this one. One query.

    What few have is named by id: the planner does not know how rare a code is that is hardly ever
    written, and would walk through everybody in the order of the list to find nobody. Asked
    outside the second wall, beneath which the index of codes is not used; the list itself, which
    these ids narrow, stays behind it.
    """
    holds = Q(**{f"{column}__contains": [code]})
    with unwalled():
        ids = list(
            model._default_manager.filter(holds).order_by().values_list("pk", flat=True)[: FEW + 1]
        )
    if len(ids) <= FEW:
        return Q(**{f"{of or 'pk'}__in": ids})
    return Q(**{f"{of}__{column}__contains": [code]}) if of else holds


def households_page(
    actor: User, chosen: HouseholdFilter, *, after: HouseholdKey | None = None, size: int = 50
) -> tuple[list[HouseholdRow], HouseholdKey | None]:
    """One page in the order of village and number, and the key to go on from. Two queries,
    three when a list of codes is asked for."""
    scope = scope_of(actor)
    rows = _narrowed(scope, chosen).order_by("village_code", "number")
    if after is not None:
        # Written so that the index on (village_code, number) is entered at the right place.
        rows = rows.filter(
            Q(village_code__gte=after[0]),
            Q(village_code__gt=after[0]) | Q(number__gt=after[1]),
        )
    page = list(rows[: size + 1])
    more = len(page) > size
    page = page[:size]
    heads = _heads(row.pk for row in page)
    listed = [_household_row(scope, row, heads.get(row.pk)) for row in page]
    return listed, listed[-1].key if more else None


def _heads(households: Iterable[int]) -> dict[int, Person]:
    rows = Membership.objects.filter(
        household__in=list(households), is_head=True, ended_on=None
    ).select_related("person")
    return {row.household_id: row.person for row in rows}


def _household_row(scope: Scope, row: Household, head: Person | None) -> HouseholdRow:
    groups = scope.groups(row.village_code)
    household = FieldGroup.household in groups

    def word(vocabulary: str, code: str) -> Text | None:
        return words(vocabulary, code) if household else None

    return HouseholdRow(
        pk=row.pk,
        number=row.number,
        village_code=row.village_code,
        group_name=row.group_name if household else "",
        state=row.state,
        head=sealing.open_one(head, "name") if head and FieldGroup.identity in groups else "",
        phone=mask_phone(sealing.open_one(row, "phone")) if FieldGroup.contact in groups else "",
        members=row.members,
        category=word("household_category", row.category),
        monitoring=word("monitoring_category", row.monitoring_category),
        risks=tuple(filter(None, (word("risk_type", risk) for risk in row.risks))),
        risk_removed=row.risk_removed if household else None,
        main_cause=word("poverty_cause", row.main_cause),
        monitored_since=row.monitored_since if household else None,
    )


def count(rows: QuerySet[Any]) -> int:
    """How many rows there are, at most COUNT_UP_TO + 1. One query."""
    return rows.order_by().values("pk")[: COUNT_UP_TO + 1].count()


def counts_by(
    actor: User, chosen: HouseholdFilter, column: str, digits: int | None = None
) -> dict[str, int]:
    """Households by the value of a column (`category`, `monitoring_category`, `main_cause`, …) or
    by the first `digits` of the village code. One query."""
    allowed = {"category", "monitoring_category", "main_cause", "state", "village_code", "origin"}
    if column not in allowed:
        raise ValueError(f"a list is not counted by {column}")
    scope = scope_of(actor)
    rows = _narrowed(scope, chosen)
    if column in ("category", "monitoring_category", "main_cause"):
        shown = scope.within(Right.registry, "village_code", group=FieldGroup.household)
        rows = rows.filter(shown)
    value: Any = models.F(column)
    if column == "village_code" and digits:
        value = models.functions.Left("village_code", digits)
    grouped = rows.order_by().values(value_=value).annotate(households=Count("pk"))
    return dict(grouped.values_list("value_", "households"))


def group_names(actor: User, village_code: str) -> list[str]:
    """Natural villages and groups within a village. One query."""
    inside = scope_of(actor).within(Right.registry, "village_code", group=FieldGroup.household)
    rows = Household.objects.filter(inside, village_code=village_code).exclude(group_name="")
    return list(rows.order_by("group_name").values_list("group_name", flat=True).distinct())


@dataclass(frozen=True, slots=True)
class PersonFilter:
    """What a list of persons is narrowed to; "" and None do not narrow. Ages are inclusive, in
    completed years on `today`."""

    area: str = ""
    sex: str = ""
    youngest: int | None = None
    oldest: int | None = None
    health: str = ""
    labour_ability: str = ""
    education: str = ""
    at_school: bool | None = None
    disability_level: str = ""
    works_away: bool | None = None
    insured: bool | None = None
    subsistence: bool | None = None
    category: str = ""
    monitoring: str = ""
    today: date | None = None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One line of the list of persons."""

    pk: int
    number: str
    name: str
    household_number: str
    village_code: str
    relation: Text | None
    sex: Text | None
    birth_date: date | None
    health: tuple[Text, ...]
    labour_ability: Text | None
    education: Text | None
    key: PersonKey


_LOOKS_INTO = {
    "sex": FieldGroup.identity,
    "youngest": FieldGroup.identity,
    "oldest": FieldGroup.identity,
    "health": FieldGroup.health,
    "labour_ability": FieldGroup.work,
    "works_away": FieldGroup.work,
    "education": FieldGroup.education,
    "at_school": FieldGroup.education,
    "disability_level": FieldGroup.disability,
    "insured": FieldGroup.insurance,
    "subsistence": FieldGroup.insurance,
    "category": FieldGroup.household,
    "monitoring": FieldGroup.household,
}


def persons(actor: User, chosen: PersonFilter) -> QuerySet[Membership]:
    """Open memberships of persons the actor may read that fit, unordered."""
    scope = scope_of(actor)
    groups = [_LOOKS_INTO[n] for n in _LOOKS_INTO if getattr(chosen, n) not in ("", None)]
    within = (
        scope.within(Right.registry, _PLACE_OF_A_PERSON, group=group)
        for group in (FieldGroup.identity, *groups)
    )
    # Each once: the planner takes a repeated condition for another one and expects too few rows.
    rows = Membership.objects.filter(*dict.fromkeys(within), ended_on=None)
    if chosen.area:
        rows = rows.filter(household__village_code__startswith=prefix_of(chosen.area))
    simple = {
        "person__sex": chosen.sex,
        "person__labour_ability": chosen.labour_ability,
        "person__education": chosen.education,
        "person__disability_level": chosen.disability_level,
        "person__works_away": chosen.works_away,
        "person__registered_subsistence": chosen.subsistence,
        "household__category": chosen.category,
        "household__monitoring_category": chosen.monitoring,
    }
    rows = rows.filter(Q(*((k, v) for k, v in simple.items() if v is not None and v != "")))
    if chosen.health:
        rows = rows.filter(_holding(Person, "health", chosen.health, of="person"))
    if chosen.at_school is not None:
        none = Q(person__school_stage__in=["", "preschool_child"])
        rows = rows.filter(~none if chosen.at_school else none)
    if chosen.insured is not None:
        either = Q(person__resident_medical=True) | Q(person__employee_medical=True)
        rows = rows.filter(either if chosen.insured else ~either)
    return rows.filter(_aged(chosen))


def _aged(chosen: PersonFilter) -> Q:
    if chosen.youngest is None and chosen.oldest is None:
        return Q()
    if chosen.today is None:
        raise ValueError("ages are counted on a day: give `today`")
    aged = Q()
    if chosen.youngest is not None:
        aged &= Q(person__birth_date__lte=_years_before(chosen.today, chosen.youngest))
    if chosen.oldest is not None:
        aged &= Q(person__birth_date__gt=_years_before(chosen.today, chosen.oldest + 1))
    return aged


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def persons_page(
    actor: User, chosen: PersonFilter, *, after: PersonKey | None = None, size: int = 50
) -> tuple[list[PersonRow], PersonKey | None]:
    """One page in the order of village, household and person, and the key to go on from.
    Two queries, three when a list of codes is asked for.

    Who is on the page is asked with the second wall as a condition: beneath its policies a place
    is gone through person by person. The rows themselves are read behind it.
    """
    scope = scope_of(actor)
    order = ("household__village_code", "household__number", "person_id")
    with by_condition(_PLACE_OF_A_PERSON) as places:
        # As a choice: the planner would take a second condition on the place for another one, and
        # expect so few rows that it sorts all there are instead of going through them in order.
        inside = Case(When(places, then=Value(True)), default=Value(False)) if places else places
        rows = persons(actor, chosen).filter(inside).order_by(*order)
        if after is not None:
            village, number, person = after
            rows = rows.filter(
                Q(household__village_code__gte=village),
                Q(household__village_code__gt=village)
                | Q(household__number__gt=number)
                | Q(household__number=number, person_id__gt=person),
            )
        found = list(rows.values_list("pk", flat=True)[: size + 1])
    page = Membership.objects.filter(pk__in=found[:size]).select_related("person", "household")
    listed = [_person_row(scope, row) for row in page.order_by(*order)]
    return listed, listed[-1].key if listed and len(found) > size else None


def count_persons(actor: User, chosen: PersonFilter) -> int:
    """How many fit, up to COUNT_UP_TO; one more means that there are more. As `persons_page`
    asks."""
    with by_condition(_PLACE_OF_A_PERSON) as places:
        return count(persons(actor, chosen).filter(places))


def _person_row(scope: Scope, row: Membership) -> PersonRow:
    person, household = row.person, row.household
    groups = scope.groups(household.village_code)

    def word(group: FieldGroup, vocabulary: str, code: str) -> Text | None:
        return words(vocabulary, code) if group in groups else None

    identity = FieldGroup.identity in groups
    health = [word(FieldGroup.health, "health", code) for code in person.health]
    return PersonRow(
        pk=person.pk,
        number=person.number,
        name=sealing.open_one(person, "name") if identity else "",
        household_number=household.number,
        village_code=household.village_code,
        relation=word(FieldGroup.identity, "relation_to_head", row.relation),
        sex=word(FieldGroup.identity, "sex", person.sex),
        birth_date=person.birth_date if identity else None,
        health=tuple(filter(None, health)),
        labour_ability=word(FieldGroup.work, "labour_ability", person.labour_ability),
        education=word(FieldGroup.education, "education", person.education),
        key=(household.village_code, household.number, person.pk),
    )
