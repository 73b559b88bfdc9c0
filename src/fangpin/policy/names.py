"""What the names of a pack mean to the language: the Scope that its expressions are checked in."""

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction

from fangpin.kernel.errors import Text
from fangpin.policy.language.scope import Entry, ParameterEntry, Scope, Vocabulary
from fangpin.policy.language.types import Subject, Type, parse_declared_unit, stored_type
from fangpin.policy.pack import (
    Codes,
    Contract,
    ContractColumn,
    Domain,
    Fact,
    Pack,
    Parameter,
    Value,
    codes_name,
)

EVERYTHING = Domain(Fraction(-1_000_000_000), Fraction(1_000_000_000))
"""Bounds of a numeric column that declares no domain; rows beyond them are refused on reading."""


def type_of(type_: str, unit: str | None, codes: str | None = None) -> Type:
    """The language's type of a declared type and unit (multiples such as 万元 are stored in 元).

    Raises FangpinError for an unknown unit, or money without 元.
    """
    vocabulary = codes_name(type_) or codes
    kind = "code" if type_.startswith("code:") else type_
    default = "元" if kind in ("money", "money_text") else ""
    return stored_type(kind, parse_declared_unit(unit or default).unit, vocabulary)


def stored(value: Value, type_: Type) -> bool | int | date | str | tuple[str, ...]:
    """A value of a pack as the language and the engine hold it: numbers as scaled integers."""
    if isinstance(value, Fraction):
        return int(value * 10**type_.scale)
    if type_.kind == "number" and isinstance(value, int) and not isinstance(value, bool):
        return value * int(10**type_.scale)
    return value


def fact_entry(fact: Fact) -> Entry:
    """The entry of a fact. Raises FangpinError (unit) or ValueError (no domain)."""
    type_ = type_of(fact.type, fact.unit)
    bounds = fact.domain.scaled(type_.scale) if fact.domain and type_.is_number else None
    return Entry(fact.name, type_, fact.label, fact.subject, bounds)


def parameter_entry(parameter: Parameter) -> ParameterEntry:
    """The entry of a parameter with all its values."""
    type_ = type_of(parameter.type, parameter.unit, parameter.codes)
    values = tuple(stored(each.value, type_) for each in parameter.values)
    percent = (parameter.unit or "").strip() in ("%", "%")
    return ParameterEntry(parameter.name, type_, parameter.label, values, percent)


def column_entry(column: ContractColumn) -> Entry:
    """The entry of a contract's column. Raises FangpinError for its unit."""
    type_ = type_of(column.type, column.unit)
    bounds = (column.domain or EVERYTHING).scaled(type_.scale) if type_.is_number else None
    label = column.label or Text(column.headers[0] if column.headers else column.name, column.name)
    return Entry(column.name, type_, label, "row", bounds)


def vocabularies(codes: Iterable[Codes]) -> dict[str, Vocabulary]:
    """The vocabularies by name."""
    return {
        each.name: Vocabulary(
            each.name, {code.code: code.label for code in each.values}, each.label
        )
        for each in codes
    }


def scope_of(
    pack: Pack,
    subject: Subject = "household",
    contract: Contract | None = None,
    facts: Mapping[str, Entry] | None = None,
) -> Scope:
    """The scope of expressions about `subject`; with `contract`, about a row of its deliveries."""
    return Scope(
        subject="row" if contract is not None else subject,
        facts={name: fact_entry(fact) for name, fact in pack.facts.items()}
        if facts is None
        else facts,
        parameters={name: parameter_entry(each) for name, each in pack.parameters.items()},
        codes=vocabularies(pack.codes.values()),
        columns={column.name: column_entry(column) for column in contract.columns}
        if contract is not None
        else {},
    )
