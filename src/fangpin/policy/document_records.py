"""Records of what a document says: clauses, programmes, targets, duties, ledgers, mechanisms."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from fangpin.kernel.errors import Text
from fangpin.policy.record import Expression, Record, Subject

FigureValue = Fraction | tuple[Fraction, Fraction] | bool
"""A number, a range for `between`, or True for `all` and `growing`."""


@dataclass(frozen=True, slots=True)
class Clause(Record):
    """A place in the policy document; `source` says where it was found if not in that document."""

    id: str
    path: str
    summary: Text
    source: str | None = None


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
    """A list, system or body by the name that the document gives it. `kept_in`: the parts of this
    product (`policy.coverage.PARTS`) that do its work, whatever they are called here."""

    id: str
    label: Text
    kind: str
    keeper: Text
    records: Text
    clause: str
    mechanism: str | None = None
    kept_in: tuple[str, ...] = ()


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
    """One row of what a document demands; `recorded_in` holds references such as `duty:report`.

    `live`: works as demanded, `tests` fail when it breaks. `partly`: `tests` hold what works,
    `missing` says what does not. `recorded`: written down only.
    """

    id: str
    clause: str
    name: Text
    demands: Text
    figures: tuple[Figure, ...]
    recorded_in: tuple[str, ...]
    status: Literal["recorded", "partly", "live"]
    tests: tuple[str, ...] = ()
    missing: Text | None = None
