"""Cases one upon another as columns: what the evaluator sees one at a time, the engine at once."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from fangpin.engine.column import Column
from fangpin.engine.dialect_numpy import Groups
from fangpin.engine.plan import Evaluation, day_number
from fangpin.policy.language import nodes
from fangpin.policy.language.evaluate import UNKNOWN, Case, Result
from fangpin.policy.language.scope import Scope
from fangpin.policy.language.types import Type


class CaseStack:
    """`cases` about `scope.subject`, all of one as_of and with the same parameters."""

    def __init__(self, scope: Scope, cases: Sequence[Case]) -> None:
        self.scope = scope
        self.cases = cases
        self._numbers: dict[str, int] = {}
        counts = [len(case.members) for case in cases] if scope.subject == "household" else []
        self.households = Groups(np.concatenate([[0], np.cumsum(counts)]).astype(np.int64))
        self.evaluation = Evaluation(self, self, cases[0].as_of)

    # A person's household and village are given with the person: row i belongs to row i.
    def above(self, subject, target):
        if self.scope.subject == "household" and subject == "person":
            return np.repeat(np.arange(len(self.cases)), self.households.counts)
        return np.arange(len(self.cases))

    def fact(self, node: nodes.Fact) -> Column:
        subject = self.scope.subject
        if node.subject == subject:
            found = [case.values.get(node.name, UNKNOWN) for case in self.cases]
        elif subject == "household" and node.subject == "person":
            found = [
                member.get(node.name, UNKNOWN) for case in self.cases for member in case.members
            ]
        else:
            found = [case.above.get(node.name, UNKNOWN) for case in self.cases]
        return self._column(found, node.type)

    def column(self, node: nodes.Column) -> Column:
        return self._column([case.values.get(node.name, UNKNOWN) for case in self.cases], node.type)

    def parameter(self, name: str):
        return self.cases[0].parameters[name]

    def code(self, type_: Type, text: str) -> int:
        return self._numbers.setdefault(text, len(self._numbers))

    def _column(self, found: Sequence[Result], type_: Type) -> Column:
        kind = np.bool_ if type_.kind == "bool" else np.int64
        values = np.array([self._number(each, type_) for each in found], dtype=kind)
        known = np.array([each is not UNKNOWN for each in found], dtype=np.bool_)
        return Column(values, None if known.all() else known)

    def _number(self, value: Result, type_: Type) -> bool | int:
        if value is UNKNOWN:
            return False if type_.kind == "bool" else 0
        if isinstance(value, date):
            return day_number(value)
        return self.code(type_, value) if isinstance(value, str) else value

    def results(self, node: nodes.Node) -> list[object]:
        """The node for every case, UNKNOWN where the engine does not know."""
        column = self.evaluation.column(node).spread(len(self.cases))
        known = np.broadcast_to(column.known_mask, (len(self.cases),))
        return [
            value if is_known else UNKNOWN
            for value, is_known in zip(column.values.tolist(), known.tolist(), strict=True)
        ]

    def expected(self, result: Result, node: nodes.Node) -> object:
        """The evaluator's value as the engine writes it."""
        return UNKNOWN if result is UNKNOWN else self._number(result, node.type)
