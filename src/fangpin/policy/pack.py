"""A loaded policy pack: one frozen record per kind of entry, fields named as in docs/packs.md.

Money is integer fen, shares and other numbers are exact fractions, dates are `datetime.date`.
Every record keeps its `origin`; origins never take part in comparison, so two records are equal
when they mean the same. All records can be imported from here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fangpin.kernel.errors import Text
from fangpin.policy.document_records import (
    Amount,
    Calendar,
    Clause,
    Duty,
    Figure,
    FigureValue,
    Ledger,
    Mechanism,
    Programme,
    Target,
    TargetValue,
)
from fangpin.policy.expand import expanded
from fangpin.policy.language.nodes import Node
from fangpin.policy.procedure_records import (
    Actor,
    AttachmentRule,
    Condition,
    Entry,
    GreenChannel,
    Option,
    Outcome,
    Procedure,
    Publication,
    RateLimit,
    Step,
    TimeLimit,
    Vote,
)
from fangpin.policy.record import (
    NO_ORIGIN,
    Domain,
    Expression,
    Origin,
    Period,
    Record,
    Subject,
    Value,
)
from fangpin.policy.screening_records import (
    Code,
    Codes,
    Contract,
    ContractColumn,
    DisabledRule,
    Example,
    Exemption,
    Fact,
    Parameter,
    ParameterValue,
    Rule,
    StandardColumn,
    codes_name,
)

__all__ = [
    "NATIONAL",
    "NO_ORIGIN",
    "Actor",
    "Amount",
    "AttachmentRule",
    "Calendar",
    "Clause",
    "Code",
    "Codes",
    "Condition",
    "Contract",
    "ContractColumn",
    "DisabledRule",
    "Domain",
    "Duty",
    "Entry",
    "Example",
    "Exemption",
    "Expression",
    "Fact",
    "Figure",
    "FigureValue",
    "GreenChannel",
    "Ledger",
    "Mechanism",
    "Option",
    "Origin",
    "Outcome",
    "Pack",
    "Parameter",
    "ParameterValue",
    "Period",
    "Procedure",
    "Programme",
    "Publication",
    "RateLimit",
    "Record",
    "Rule",
    "StandardColumn",
    "Step",
    "Subject",
    "Target",
    "TargetValue",
    "TimeLimit",
    "Value",
    "Vote",
    "codes_name",
]

NATIONAL = "000000000000"
"""The area code of a pack for the whole country."""


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

    def expanded(self, rule: Rule, exemptions: bool = True) -> Node:
        """The condition of a rule (without its exemptions: only what must hold) with derived yes/no
        facts replaced by what they are derived from, so that a sentence prints the figures behind
        them. Only facts of the same subject as the place where they stand are replaced."""
        derived = {
            fact.name: fact.derive.node
            for fact in self.facts.values()
            if fact.type == "bool" and fact.derive is not None and fact.derive.node is not None
        }
        if exemptions or rule.when.node is None:
            return expanded(rule.condition, derived)
        return expanded(rule.when.node, derived)
