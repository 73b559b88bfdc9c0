"""A loaded policy pack: one frozen record per kind of entry, fields named as in docs/packs.md.

Money is integer fen, shares and other numbers are exact fractions, dates are `datetime.date`.
Every record keeps its `origin`; origins never take part in comparison, so two records are equal
when they mean the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from fangpin.kernel.errors import Text, Where
from fangpin.policy.expand import expanded
from fangpin.policy.language.nodes import And, Node, Not, Or
from fangpin.policy.language.types import BOOL

Subject = Literal["person", "household", "village"]
Value = bool | int | Fraction | date | str | tuple[str, ...]
"""bool; int (integers, and money in fen); Fraction (type number); date; str (codes, text);
tuple of str (type list)."""

NATIONAL = "000000000000"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record is written: pack name, file inside the pack's folder (with /), line from 1.

    `keys` holds the line of each key of the record, so that a problem names the exact line.
    """

    file: str
    line: int
    pack: str
    keys: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)

    def line_of(self, key: str) -> int:
        """Line of `key` in this record, or of the record itself when the key is not written."""
        return self.keys.get(key, self.line)

    def where(self, key: str | None = None) -> Where:
        """The position as `pack/file` and line, for problems and for the page."""
        line = self.line if key is None else self.line_of(key)
        return Where.of(f"{self.pack}/{self.file}", line)

    def __str__(self) -> str:
        return f"{self.pack}/{self.file}:{self.line}"


NO_ORIGIN = Origin("", 0, "")


@dataclass(frozen=True, slots=True)
class Record:
    """What every entry of a pack has. The origin is ignored when records are compared."""

    origin: Origin = field(default=NO_ORIGIN, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Expression(Record):
    """A text of the pack language and its checked, typed node.

    `node` is None only between reading and checking; every expression of a Pack returned by
    `load_pack` has one.
    """

    text: str
    node: Node | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Period:
    """Both ends inclusive; `to` None means open."""

    from_: date
    to: date | None = None


@dataclass(frozen=True, slots=True)
class Domain:
    """Inclusive bounds as written: money in 元, numbers in the unit of the fact or column."""

    min: Fraction
    max: Fraction

    def scaled(self, scale: int) -> tuple[int, int]:
        """Bounds as integers with `scale` decimals (2 for money in fen), rounded inwards."""
        factor = 10**scale
        return -((-self.min * factor) // 1), (self.max * factor) // 1


@dataclass(frozen=True, slots=True)
class Clause(Record):
    """A place in the policy document; `source` says where it was found if not in that document."""

    id: str
    path: str
    summary: Text
    source: str | None = None


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
    column, whether the places written in `inside_county` lie in the county of the register.
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
    None means unknown, as does a fact that is not given. `expect` None means unknown."""

    name: str
    given: Mapping[str, Value | None]
    expect: bool | None
    members: tuple[Mapping[str, Value | None], ...] | None = None
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Rule(Record):
    """A statement over facts. It holds when `when` holds and no exemption of `unless` does."""

    name: str
    kind: str
    label: Text
    subject: Subject
    severity: Literal["alert", "check", "gap", "doubt"]
    group: Literal["warning", "risk", "entitlement", "leakage", "monitoring", "quality"]
    clause: str
    when: Expression
    advice: Text
    examples: tuple[Example, ...]
    unless: tuple[Exemption, ...] = ()

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


@dataclass(frozen=True, slots=True)
class Amount:
    """What a programme pays: a parameter, a value, or a range; values in 元 as written."""

    parameter: str | None = None
    value: Fraction | None = None
    between: tuple[Fraction, Fraction] | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Programme(Record):
    """A benefit. `eligible` and `received` are boolean expressions about `subject`, or None while
    the programme is only recorded."""

    id: str
    label: Text
    clause: str
    gives: Text
    lead: tuple[str, ...] = ()
    subject: Subject = "household"
    eligible: Expression | None = None
    amount: Amount | None = None
    received: Expression | None = None
    mechanism: str | None = None


@dataclass(frozen=True, slots=True)
class TimeLimit:
    days: int
    kind: Literal["calendar", "workday"] = "calendar"


@dataclass(frozen=True, slots=True)
class Actor:
    role: str
    level: str | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    where: str
    days: int | None = None
    masked: bool = True


@dataclass(frozen=True, slots=True)
class Step(Record):
    id: str
    label: Text
    actor: Actor
    within: TimeLimit | None = None
    publish: Publication | None = None
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Procedure(Record):
    id: str
    label: Text
    clause: str
    subject: str
    steps: tuple[Step, ...]
    time_limit: TimeLimit | None = None
    mechanism: str | None = None


FigureValue = Fraction | tuple[Fraction, Fraction] | bool
"""A number, a range for `between`, or True for `all` and `growing`."""


@dataclass(frozen=True, slots=True)
class TargetValue(Record):
    """What must be reached `by` a date: a value in the target's unit, or the document's words."""

    by: date
    value: FigureValue | None = None
    text: Text | None = None
    from_: date | None = None


@dataclass(frozen=True, slots=True)
class Target(Record):
    id: str
    label: Text
    relation: str
    values: tuple[TargetValue, ...]
    clause: str
    unit: str | None = None
    scope: Text | None = None
    lead: tuple[str, ...] = ()
    participating: tuple[str, ...] = ()
    mechanism: str | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a duty falls due: `every` a rhythm (by a day of the month, or by month-day "MM-DD"), or
    `once` on a date. `default` is true when the document leaves the rhythm open."""

    every: str | None = None
    by_day: int | None = None
    by: str | None = None
    once: date | None = None
    default: bool = False


@dataclass(frozen=True, slots=True)
class Duty(Record):
    id: str
    label: Text
    owed_by: Text
    owed_to: Text
    calendar: Calendar
    clause: str
    mechanism: str | None = None


@dataclass(frozen=True, slots=True)
class Ledger(Record):
    id: str
    label: Text
    kind: str
    keeper: Text
    records: Text
    clause: str
    mechanism: str | None = None


@dataclass(frozen=True, slots=True)
class Figure(Record):
    """One figure of a mechanism, exact, in the unit written beside it."""

    zh: str
    en: str
    value: FigureValue
    unit: str | None
    relation: str
    by: date | None = None
    from_: date | None = None
    per: str | None = None


@dataclass(frozen=True, slots=True)
class Mechanism(Record):
    """One row of what a document demands; `recorded_in` holds references such as `duty:report`."""

    id: str
    clause: str
    name: Text
    demands: Text
    figures: tuple[Figure, ...]
    recorded_in: tuple[str, ...]
    status: Literal["recorded", "live"]
    tests: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pack(Record):
    """A pack with everything it inherits. Dictionaries are by name or id: the base pack's entries
    first, each in file order. `hash` is the sha256 of the meaning of the whole chain."""

    name: str
    title: Text
    issuer: Text
    document_number: str | None
    document_date: date
    area_code: str
    area: Text
    period: Period
    chain: tuple[str, ...]
    hash: str
    extends: str | None = None
    based_on: tuple[str, ...] = ()
    notes: Text | None = None
    clauses: Mapping[str, Clause] = field(default_factory=dict)
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    codes: Mapping[str, Codes] = field(default_factory=dict)
    standard_columns: Mapping[str, StandardColumn] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    contracts: Mapping[str, Contract] = field(default_factory=dict)
    rules: Mapping[str, Rule] = field(default_factory=dict)
    disabled_rules: Mapping[str, DisabledRule] = field(default_factory=dict)
    programmes: Mapping[str, Programme] = field(default_factory=dict)
    procedures: Mapping[str, Procedure] = field(default_factory=dict)
    targets: Mapping[str, Target] = field(default_factory=dict)
    duties: Mapping[str, Duty] = field(default_factory=dict)
    ledgers: Mapping[str, Ledger] = field(default_factory=dict)
    mechanisms: Mapping[str, Mechanism] = field(default_factory=dict)

    def parameter(self, name: str, as_of: date) -> ParameterValue | None:
        """The value of `param.name` in force on `as_of`; None before its first value.

        Raises KeyError for a name that no pack of the chain declares.
        """
        return self.parameters[name].at(as_of)

    def clause_of(self, record: Any) -> Clause:
        """The clause that `record` (a rule, fact, value …) rests on."""
        return self.clauses[record.clause]

    def clause_behind(self, rule: Rule) -> Clause:
        """The clause that asks for the rule: of this pack's own document where one of its
        mechanisms names the rule (or a rule of the same kind), else the rule's own clause."""
        kinds = {each.name: 1 for each in self.rules.values() if each.kind == rule.kind}
        kinds[rule.name] = 2
        best: tuple[int, Clause] | None = None
        for mechanism in self.mechanisms.values():
            if mechanism.origin.pack != self.name:
                continue
            named = [ref.removeprefix("rule:") for ref in mechanism.recorded_in]
            fit = max((kinds.get(name, 0) for name in named), default=0)
            if fit and (best is None or fit > best[0]):
                best = fit, self.clauses[mechanism.clause]
        return best[1] if best else self.clauses[rule.clause]

    def expanded(self, rule: Rule) -> Node:
        """The condition of a rule with derived yes/no facts replaced by what they are derived from,
        so that a sentence prints the figures behind them. Only facts of the same subject as the
        place where they stand are replaced."""
        derived = {
            fact.name: fact.derive.node
            for fact in self.facts.values()
            if fact.type == "bool" and fact.derive is not None and fact.derive.node is not None
        }
        return expanded(rule.condition, derived)
