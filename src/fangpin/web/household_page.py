"""The household page: a household's file put in the order in which people read it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse

from fangpin.kernel.errors import Text
from fangpin.people.rights import GROUP_WORDS, FieldGroup
from fangpin.registry import income
from fangpin.registry.catalogue.field import Counts
from fangpin.registry.catalogue.load import catalogue
from fangpin.registry.queries.file import (
    ConditionsFile,
    HouseholdFile,
    IncomeFile,
    MemberFile,
    SpellFile,
)
from fangpin.registry.queries.shown import Shown
from fangpin.web import packs

# What a line of the table of members shows; everything else opens beneath it.
_LINE = ("sex", "id_number", "health", "labour_ability", "education", "school_stage", "works_away")
_INSURED = ("resident_medical", "employee_medical")


@dataclass(frozen=True)
class Block:
    """Fields of one group, what is known first; `unknown`: labels of what nobody has entered."""

    group: FieldGroup
    title: Text
    known: list[Shown]
    unknown: list[Text]
    writable: bool


@dataclass(frozen=True)
class Member:
    """A member with the fields of the line by name, and all others in blocks."""

    file: MemberFile
    line: Mapping[str, Shown]
    blocks: list[Block]
    insured: bool | None
    marks: list[Text]


@dataclass(frozen=True)
class Line:
    """A summand of an income formula; `address` leads to the clause, "" when there is none."""

    label: Text
    amount: int | None
    minus: bool
    clause: str
    address: str
    items: list[tuple[Text, int]]


@dataclass(frozen=True)
class Formula:
    """One of the two incomes, as a sum that can be checked by eye."""

    title: Text
    about: Text
    lines: list[Line]
    left_out: list[Text]
    total: int | None
    per_person: int | None
    persons: int | None
    missing: int


@dataclass(frozen=True)
class IncomeYear:
    """A year's income: recorded sums, both formulas, the monitoring reference, contradictions."""

    file: IncomeFile
    formulas: list[Formula]
    disagreements: list[Text]

    @property
    def per_person(self) -> int | None:
        """Net income per person in fen: worked out, else as recorded; None = unknown."""
        worked_out = self.formulas[0].per_person
        if worked_out is not None:
            return worked_out
        recorded = {shown.field.name: shown.value for shown in self.file.sums}
        value = recorded.get("net_income_per_person")
        return value if isinstance(value, int) else None


def blocks(
    fields: Mapping[FieldGroup, Iterable[Shown]],
    writable: frozenset[FieldGroup],
    *,
    skip: Iterable[str] = (),
) -> list[Block]:
    """Fields group by group."""
    left_out = set(skip)
    found = []
    for group in FieldGroup:
        listed = [each for each in fields.get(group, ()) if each.field.name not in left_out]
        if listed:
            found.append(
                Block(
                    group,
                    GROUP_WORDS[group],
                    [each for each in listed if each.known],
                    [each.field.label for each in listed if not each.known],
                    group in writable,
                )
            )
    return found


def member(file: MemberFile, writable: frozenset[FieldGroup]) -> Member:
    """A member as the page shows them."""
    by_name = {each.field.name: each for listed in file.fields.values() for each in listed}
    insured: bool | None = None
    answers = [by_name[name].value for name in _INSURED if name in by_name]
    if True in answers:
        insured = True
    elif answers and all(answer is False for answer in answers):
        insured = False
    return Member(
        file=file,
        line={name: by_name[name] for name in _LINE if name in by_name},
        blocks=blocks(file.fields, writable),
        insured=insured,
        marks=_marks(by_name),
    )


def _marks(by_name: Mapping[str, Shown]) -> list[Text]:
    """What of a member one must not overlook."""
    found = []
    level = by_name.get("disability_level")
    if level and level.text:
        found.append(Text(f"残疾{level.text.zh}", f"disability {level.text.en}"))
    for name, text in (
        ("registered_destitute", Text("特困供养", "destitute support")),
        ("registered_subsistence", Text("低保", "subsistence allowance")),
        ("soldier", Text("现役军人", "in service")),
        ("left_behind", Text("留守", "left behind")),
    ):
        if name in by_name and by_name[name].value is True:
            found.append(text)
    return found


def _address(clause: str) -> tuple[str, str]:
    """(path of a clause `pack:id` in words, address of its page); the bare text when unknown."""
    name, _, number = clause.partition(":")
    pack = packs.pack(name)
    known = pack.clauses.get(number) if pack else None
    if known is None:
        return clause, ""
    return known.path, reverse("clause", args=[name, number])


def _line(part: income.Part, items: Mapping[str, int]) -> Line:
    known = catalogue()
    path, address = _address(part.clause)
    of = known.item_classes.get(part.name)
    label = of.label if of else known.items[part.name].label
    inside = []
    if of is not None:
        inside = [
            (item.label, items[item.name])
            for item in known.items.values()
            if item.item_class is of and item.name in items
        ]
    return Line(label, part.amount, part.sign < 0, path, address, inside)


def _formula(title: Text, about: Text, of: income.Income, items: Mapping[str, int]) -> Formula:
    return Formula(
        title,
        about,
        [_line(part, items) for part in of.parts],
        [],
        of.total,
        of.per_person,
        of.persons,
        len(of.missing),
    )


def income_year(file: IncomeFile) -> IncomeYear:
    """A year with both formulas side by side; they count different items and are never mixed."""
    known = catalogue()
    registration = _formula(
        Text("登记口径纯收入", "Net income, registration formula"),
        Text("用于监测线比对", "compared with the monitoring line"),
        file.registration,
        file.items,
    )
    subsistence = _formula(
        Text("低保口径收入", "Income, subsistence-allowance formula"),
        Text("用于低保审核", "for the subsistence allowance"),
        file.subsistence,
        file.items,
    )
    subsistence.left_out.extend(
        item.label
        for item in known.items.values()
        if item.subsistence.counts is Counts.left_out and item.name in file.items
    )
    reference = _formula(
        Text("监测参考收入", "Monitoring reference income"),
        Text("纯收入 + 理赔收入 − 合规自付支出", "net income + payouts − unavoidable expenses"),
        file.reference,
        file.items,
    )
    # The classes of the net income stand in full beside it; here their sum is enough.
    net = Line(registration.title, registration.total, False, "", "", [])
    classes = len(income.REGISTRATION_CLASSES)
    reference = replace(reference, lines=[net, *reference.lines[classes:]])
    labels = {f.name: f.label for f in known.of("income")}
    return IncomeYear(
        file,
        [registration, subsistence, reference],
        [labels[name] for name in file.disagreements if name in labels],
    )


@dataclass(frozen=True)
class Page:
    """Everything of the household page that comes from the registry."""

    file: HouseholdFile
    members: list[Member]
    former: list[Member]
    household: list[Block]
    conditions: list[tuple[ConditionsFile, list[Block]]]
    incomes: list[IncomeYear]
    spells: list[SpellFile]
    current_helpers: list[Any]
    former_helpers: list[Any]

    @property
    def latest(self) -> IncomeYear | None:
        """The most recent yearly income."""
        return next((year for year in self.incomes if year.file.occasion == "year"), None)

    @property
    def monitored(self) -> bool:
        """Whether the household is being monitored and its risk not removed."""
        open_one = [s for s in self.file.spells if s.kind == "monitoring" and s.ended_on is None]
        if self.file.monitoring is None:
            return False
        known = {f.field.name: f.value for f in self.file.fields.get(FieldGroup.household, ())}
        return known.get("risk_removed") is not True and (
            not open_one or open_one[0].code != "none"
        )


def page_of(file: HouseholdFile) -> Page:
    """The file in reading order."""
    header = ("category", "monitoring_category", "origin", "risks")
    return Page(
        file=file,
        members=[member(each, file.writable) for each in file.members],
        former=[member(each, file.writable) for each in file.former],
        household=blocks(file.fields, file.writable, skip=header),
        conditions=[(each, blocks(each.fields, file.writable)) for each in file.conditions],
        incomes=[income_year(each) for each in file.incomes],
        spells=list(file.spells),
        current_helpers=[each for each in file.helpers if each.ended_on is None],
        former_helpers=[each for each in file.helpers if each.ended_on is not None],
    )
