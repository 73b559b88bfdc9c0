"""Records that screening runs on: parameters, codes, facts, contracts, rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from fangpin.kernel.errors import Text
from fangpin.policy.language.nodes import And, Node, Not, Or
from fangpin.policy.language.types import BOOL
from fangpin.policy.record import Domain, Expression, Record, Subject, Value


@dataclass(frozen=True, slots=True)
class ParameterValue(Record):
    """One dated value. `value` is in base units: fen for money, share (50 % = 1/2) for %."""

    from_: date
    value: Value
    clause: str
    status: Literal["sourced", "sample", "to-be-confirmed"]
    confirmed_on: date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Parameter(Record):
    """A named policy figure. `values` is sorted by `from_`; `unit` is as declared in the file,
    `base_unit` the unit of the values after conversion (万元 → 元, % → none)."""

    name: str
    label: Text
    type: str
    unit: str | None
    values: tuple[ParameterValue, ...]
    codes: str | None = None
    base_unit: str | None = None

    def at(self, as_of: date) -> ParameterValue | None:
        """The value in force on `as_of`, or None before the first one."""
        found = None
        for value in self.values:
            if value.from_ <= as_of:
                found = value
        return found


@dataclass(frozen=True, slots=True)
class Code(Record):
    """One word of a vocabulary; `also` holds spellings seen in files."""

    code: str
    zh: str
    en: str
    also: tuple[str, ...] = ()
    standard: str | None = None

    @property
    def label(self) -> Text:
        return Text(self.zh, self.en)


@dataclass(frozen=True, slots=True)
class Codes(Record):
    """A closed vocabulary. `values` keeps file order."""

    name: str
    label: Text
    values: tuple[Code, ...]
    clause: str | None = None

    def get(self, code: str) -> Code | None:
        """The entry of `code`, or None."""
        return next((value for value in self.values if value.code == code), None)


def codes_name(type_: str) -> str | None:
    """Vocabulary of a type such as `code:settlement_kind`; None for every other type."""
    return type_.removeprefix("code:") if type_.startswith("code:") else None


@dataclass(frozen=True, slots=True)
class Fact(Record):
    """A typed, named value about a subject: from a feed, from the registry, or derived.

    Exactly one of `feed`, `derive`, `registry` is set. `absent` is in base units (fen for money);
    None means that a subject without a row is unknown.
    """

    name: str
    subject: Subject
    type: str
    label: Text
    clause: str
    unit: str | None = None
    domain: Domain | None = None
    feed: str | None = None
    period: Literal["current", "previous"] = "current"
    where: Expression | None = None
    aggregate: str | None = None
    of: Expression | None = None
    within: Expression | None = None
    order_by: str | None = None
    absent: Value | None = None
    derive: Expression | None = None
    registry: str | None = None

    @property
    def codes(self) -> str | None:
        """Name of the vocabulary when the type is `code:…`."""
        return codes_name(self.type)

    @property
    def expressions(self) -> dict[str, Expression]:
        """The expressions of the fact by key."""
        keys = ("where", "of", "within", "derive")
        return {key: getattr(self, key) for key in keys if getattr(self, key) is not None}


@dataclass(frozen=True, slots=True)
class StandardColumn(Record):
    """A column that contracts name without repeating type and header synonyms (columns.yaml)."""

    name: str
    type: str
    headers: tuple[str, ...]
    label: Text
    unit: str | None = None
    domain: Domain | None = None


@dataclass(frozen=True, slots=True)
class ContractColumn(Record):
    """One column of a contract, standard columns resolved: `headers` holds the contract's own
    words first, then the standard ones. `not_all` is in base units.

    A column without header of its own is taken from the text column `from_text`: the code whose
    `keywords` occur in it, or the value that follows one of the words `after`; or, for a yes/no
    column, whether the places written in `inside_county` lie in the county of the register; or what
    a `test` (see `policy.cell_tests`) says of the cells of `from_text`, with its `words` and `at`.
    """

    name: str
    type: str
    headers: tuple[str, ...] = ()
    label: Text | None = None
    unit: str | None = None
    required: bool = False
    domain: Domain | None = None
    not_all: tuple[Value, ...] = ()
    fill_down: bool = False
    from_sheet: Mapping[str, str] = field(default_factory=dict)
    from_text: str | None = None
    after: tuple[str, ...] = ()
    keywords: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    inside_county: tuple[str, ...] = ()
    default: str | None = None
    test: str | None = None
    words: tuple[str, ...] = ()
    at: tuple[int, ...] = ()
    standard: bool = False

    @property
    def codes(self) -> str | None:
        """Name of the vocabulary when the type is `code:…`."""
        return codes_name(self.type)


@dataclass(frozen=True, slots=True)
class Contract(Record):
    """What one department delivers."""

    contract: str
    label: Text
    sender: Text
    clause: str
    subject: Literal["person", "household", "village", "none"]
    period: Literal["month", "year_to_date", "year", "term", "as_of", "event"]
    coverage: Literal["census", "roster", "events"]
    columns: tuple[ContractColumn, ...]
    role: Literal["feed", "household_register", "person_register", "place_changes"] = "feed"
    frequency: str | None = None
    key: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    amount_of_household: str | None = None

    @property
    def name(self) -> str:
        return self.contract

    def column(self, name: str) -> ContractColumn | None:
        """The column called `name`, or None."""
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True, slots=True)
class Exemption(Record):
    """When it holds, the rule does not."""

    name: str
    label: Text
    when: Expression
    clause: str


@dataclass(frozen=True, slots=True)
class Example(Record):
    """A worked example. `given` (and each entry of `members`) holds values in base units;
    None means unknown, as does a fact that is not given. `expect` None means unknown.
    `parameters` replaces figures of the pack, for rules behind a switch that is off."""

    name: str
    given: Mapping[str, Value | None]
    expect: bool | None
    members: tuple[Mapping[str, Value | None], ...] | None = None
    as_of: date | None = None
    parameters: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule(Record):
    """A statement over facts. It holds when `when` holds and no exemption of `unless` does.

    `number`: under which those who work with the rule know it, where it has one.
    """

    name: str
    kind: str
    label: Text
    subject: Subject
    severity: Literal["alert", "check", "gap", "error", "doubt"]
    group: Literal["warning", "risk", "entitlement", "leakage", "monitoring", "quality"]
    clause: str
    when: Expression
    advice: Text
    examples: tuple[Example, ...]
    unless: tuple[Exemption, ...] = ()
    number: str | None = None

    @property
    def condition(self) -> Node:
        """`when and not (any exemption)` as one node. Raises ValueError before checking."""
        when = self.when.node
        exempt = [each.when.node for each in self.unless if each.when.node is not None]
        if when is None or len(exempt) < len(self.unless):
            raise ValueError(f"{self.name}: the expressions have not been checked")
        if not exempt:
            return when
        either = Or(tuple(exempt), type=BOOL, subject=self.subject)
        spared = Not(exempt[0] if len(exempt) == 1 else either, type=BOOL, subject=self.subject)
        first = when.items if isinstance(when, And) else (when,)
        return And((*first, spared), type=BOOL, subject=self.subject)


@dataclass(frozen=True, slots=True)
class DisabledRule(Record):
    """Switches off an inherited rule; `clause` says why."""

    name: str
    disabled: bool
    clause: str
