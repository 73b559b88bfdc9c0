"""The village register (村册) and the township file (乡镇档): everybody of a place, household by
household, in the same columns as the card."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from fangpin.kernel.errors import Language
from fangpin.people.models import User
from fangpin.people.scope import FieldGroup, Right, Scope, scope_of
from fangpin.registry import sealing
from fangpin.registry.catalogue.load import catalogue
from fangpin.registry.catalogue.vocabulary import words as vocabulary
from fangpin.registry.models import Membership, Person
from fangpin.registry.queries.lists import PersonFilter, persons
from fangpin.registry.queries.shown import Shown, shown
from fangpin.reports.card import MEMBER_FIELDS, member_cells, member_columns
from fangpin.reports.document import Column, Document, Grid
from fangpin.reports.wording import Words

_BATCH = 2000
Progress = Callable[[int], None]


@dataclass
class Village:
    """One village of a register: its rows, and what its summary counts."""

    code: str
    name: str
    rows: list[list[str]] = field(default_factory=list)
    households: set[str] = field(default_factory=set)
    by_category: Counter[str] = field(default_factory=Counter)
    monitored: int = 0


def may_print(actor: User, code: str) -> bool:
    """Whether the actor may print registers of the place with this 12-digit code."""
    scope = scope_of(actor)
    return scope.covers(Right.registry_print, code) and scope.covers(Right.registry, code)


def village_register(
    actor: User, code: str, *, names: list[str], printed_on: date, language: Language
) -> Document:
    """The register of one village. Raises PermissionError outside the actor's areas."""
    words = Words(language)
    villages = _villages(actor, code, {code: names[-1]}, words)
    village = villages[0] if villages else Village(code, names[-1])
    title = words(f"{names[-1]}脱贫人口和监测对象名册", f"Village register: {names[-1]}")
    return Document(
        title=title,
        above=_above(words, names, len(village.households), len(village.rows), printed_on),
        sections=[_grid(actor, village, words, title="", new_page=False)],
        signatures=_signatures(words),
        note=_note(words),
        landscape=True,
    )


def township_file(
    actor: User,
    code: str,
    *,
    names: list[str],
    villages: dict[str, str],
    printed_on: date,
    language: Language,
    progress: Progress | None = None,
) -> Document:
    """A township's file: a summary by village, then the register of each. `villages` code → name;
    `progress` is told how many persons were read. Raises PermissionError outside the areas."""
    words = Words(language)
    found = _villages(actor, code, villages, words, progress)
    title = words(f"{names[-1]}脱贫人口和监测对象档案", f"Township file: {names[-1]}")
    households = sum(len(village.households) for village in found)
    people = sum(len(village.rows) for village in found)
    return Document(
        title=title,
        above=_above(words, names, households, people, printed_on),
        sections=[
            _summary(found, words),
            *(_grid(actor, each, words, title=each.name, new_page=True) for each in found),
        ],
        signatures=_signatures(words),
        note=_note(words),
        landscape=True,
    )


def _villages(
    actor: User,
    code: str,
    names: dict[str, str],
    words: Words,
    progress: Progress | None = None,
) -> list[Village]:
    if not may_print(actor, code):
        raise PermissionError("this actor may not print registers of this place")
    scope = scope_of(actor)
    done = 0
    found: list[Village] = []
    for village_code, rows in groupby(
        _memberships(actor, code), key=lambda each: each.household.village_code
    ):
        village = Village(village_code, names.get(village_code, village_code))
        found.append(village)
        for row in rows:
            _take_in(village, row, scope, words)
            done += 1
            if progress is not None and done % 500 == 0:
                progress(done)
    return found


def _memberships(actor: User, code: str) -> Iterator[Membership]:
    rows = (
        persons(actor, PersonFilter(area=code))
        .select_related("person", "household")
        .order_by(
            "household__village_code", "household__number", "-is_head", "person__birth_date", "pk"
        )
    )
    return rows.iterator(chunk_size=_BATCH)


def _take_in(village: Village, row: Membership, scope: Scope, words: Words) -> None:
    """Add a person's line; the first line of a household carries its number and category."""
    groups = scope.groups(village.code)
    household = row.household
    first = household.number not in village.households
    category = words.of(vocabulary("household_category", household.category))
    if FieldGroup.household not in groups:
        category = words.of(None)
    if first:
        village.households.add(household.number)
        village.by_category[category] += 1
        watched = household.monitoring_category not in ("", "none")
        village.monitored += watched and not household.risk_removed
    village.rows.append(
        [
            str(len(village.households)) if first else "",
            household.number if first else "",
            category if first else "",
            sealing.open_one(row.person, "name") or words.of(None),
            words("户主", "head")
            if row.is_head
            else words.of(vocabulary("relation_to_head", row.relation)),
            *member_cells(_fields(row.person, groups), groups, words),
        ]
    )


def _fields(person: Person, groups: frozenset[FieldGroup]) -> dict[str, Shown]:
    fields = catalogue().fields
    return {
        name: shown(fields[f"person.{name}"], person)
        for name, group, _ in MEMBER_FIELDS
        if group in groups
    }


def _grid(actor: User, village: Village, words: Words, *, title: str, new_page: bool) -> Grid:
    groups = scope_of(actor).groups(village.code)
    columns = [
        Column(words("序号", "No."), 0.5, figures=True),
        Column(words("户编号", "Household"), 1.7),
        Column(words("户类型", "Category"), 1.2),
        *member_columns(groups, words),
    ]
    empty = words("本村没有在册人员", "Nobody is registered in this village")
    return Grid(title, columns, village.rows, empty, new_page)


def _summary(villages: list[Village], words: Words) -> Grid:
    kinds = sorted({kind for village in villages for kind in village.by_category})
    columns = [
        Column(words("行政村", "Village"), 1.6),
        Column(words("户数", "Households"), 0.8, figures=True),
        Column(words("人数", "Persons"), 0.8, figures=True),
        *(Column(kind, 1.0, figures=True) for kind in kinds),
        Column(words("监测中户数", "Monitored"), 0.9, figures=True),
    ]
    rows = [
        [
            village.name,
            str(len(village.households)),
            str(len(village.rows)),
            *(str(village.by_category[kind]) for kind in kinds),
            str(village.monitored),
        ]
        for village in villages
    ]
    if rows:
        sums = [str(sum(int(row[at]) for row in rows)) for at in range(1, len(columns))]
        rows.append([words("合计", "Total"), *sums])
    empty = words("没有在册人员", "Nobody is registered")
    return Grid(words("分村汇总", "By village"), columns, rows, empty)


def _above(
    words: Words, names: list[str], households: int, people: int, printed_on: date
) -> tuple[tuple[str, str], ...]:
    return (
        (words("所在地", "Place"), " ".join(names)),
        (words("户数/人数", "Households/persons"), f"{households} / {people}"),
        (words("打印日期", "Printed"), words.day(printed_on)),
    )


def _signatures(words: Words) -> tuple[str, ...]:
    return (
        words("制表人", "Prepared by"),
        words("审核人", "Checked by"),
        words("单位（盖章）", "Office (seal)"),
    )


def _note(words: Words) -> str:
    return words(
        "证件号码按规定遮蔽；“—”表示未登记或无权查看。每户首行列户编号和户类型。",
        "Numbers are masked; “—” stands for not recorded or not shown. "
        "The first line of a household carries its number and category.",
    )
