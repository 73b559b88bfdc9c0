"""Facts that come from a feed or from the register: every name inside them, and their types."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fangpin.kernel.errors import FangpinError
from fangpin.policy.language.scope import Entry, Scope
from fangpin.policy.language.types import BOOL, Type
from fangpin.policy.loading.expressions import ExpressionChecker
from fangpin.policy.loading.reading import Problems, meant
from fangpin.policy.loading.shapes import BAD
from fangpin.policy.loading.tree import Scalar
from fangpin.policy.loading.values import Converter
from fangpin.policy.names import column_entry, type_of
from fangpin.policy.pack import Contract, Fact

FEED_KEYS = ("period", "where", "aggregate", "of", "within", "order_by", "absent")
REGISTERS = {"household": "household_register", "person": "person_register"}
COUNTING = {"any": ("bool",), "count": ("integer",), "distinct": ("integer",)}
ADDING = ("sum", "max", "min")
PICKING = ("latest", "first")


class SourceChecker:
    """Checks the facts that are not derived."""

    def __init__(
        self,
        contracts: Mapping[str, Contract],
        checker: ExpressionChecker,
        converter: Converter,
        broken: set[str],
    ) -> None:
        self.contracts = contracts
        self.checker = checker
        self.converter = converter
        self.problems: Problems = checker.problems
        self.broken = broken
        self.row_scopes: dict[str, Scope] = {}

    def fact(self, fact: Fact) -> Fact:
        """The fact with typed expressions and converted `absent`."""
        if fact.derive is not None:
            self._no_feed_keys(fact, "derive")
            return self.checker.derived(fact)
        if fact.registry is not None:
            self._no_feed_keys(fact, "registry")
            self._registry(fact)
            return fact
        return self._from_feed(fact)

    def _at(self, fact: Fact, key: str, what: tuple[str, str], do: tuple[str, str]) -> None:
        zh, en = what
        self.problems.at(fact.origin, key, (f"{fact.name}：{zh}", f"{fact.name}: {en}"), do)

    def _no_feed_keys(self, fact: Fact, source: str) -> None:
        for key in FEED_KEYS:
            if key in fact.origin.keys:
                self._at(
                    fact,
                    key,
                    (f"{source} 的事实项没有 {key}", f"a fact with {source} has no {key}"),
                    (f"删去 {key}", f"remove {key}"),
                )

    def _registry(self, fact: Fact) -> None:
        role = REGISTERS.get(fact.subject)
        registers = [each for each in self.contracts.values() if each.role == role]
        if role is None:
            self._at(
                fact,
                "subject",
                ("底册只有户和人的列", "the register has columns of households and persons only"),
                ("把 subject 改为 household 或 person", "make subject household or person"),
            )
            return
        known = {column.name: column for each in registers for column in each.columns}
        column = known.get(fact.registry or "")
        if column is None:
            if fact.registry not in self.broken and (registers or not self.broken):
                self._at(
                    fact,
                    "registry",
                    (
                        f"底册合同({role})里没有列 {fact.registry}",
                        f"the register contract ({role}) has no column {fact.registry}",
                    ),
                    meant(fact.registry or "", known),
                )
            return
        try:
            have, want = column_entry(column).type, type_of(fact.type, fact.unit)
        except FangpinError:
            return
        self._same_type(fact, "registry", have, want)

    def _same_type(self, fact: Fact, key: str, have: Type, want: Type) -> None:
        """Units may differ in what they are counted per (元 and 元/年): the register's table speaks
        of one year anyway; kinds and vocabularies may not."""
        alike = have.kind == want.kind or {have.kind, want.kind} <= {"integer", "number"}
        if not alike or have.codes != want.codes:
            self._at(
                fact,
                "type",
                (
                    f"类型是 {fact.type}，{key} 给出的是 {have}",
                    f"the type is {fact.type}, but {key} yields {have}",
                ),
                ("改正 type，或换一列", "correct type, or take another column"),
            )

    def _from_feed(self, fact: Fact) -> Fact:
        contract = self.contracts.get(fact.feed or "")
        if contract is None:
            if fact.feed not in self.broken:
                self._at(
                    fact,
                    "feed",
                    (f"没有部门数据合同 {fact.feed}", f"there is no feed called {fact.feed}"),
                    meant(fact.feed or "", self.contracts),
                )
            return fact
        self._aggregate(fact)
        scope = self._row_scope(contract)
        changed: dict[str, Any] = {}
        expected = self._expected_of(fact)
        for key, wanted in (("where", BOOL), ("of", expected), ("within", None)):
            written = getattr(fact, key)
            if written is not None:
                changed[key] = self.checker.expression(written, scope, wanted, f"{fact.name}.{key}")
        if fact.order_by is not None:
            self._order_by(fact, contract)
        absent: Any = fact.absent  # still as written
        if isinstance(absent, Scalar):
            value = self.converter.value(
                absent, fact.type, fact.unit, fact.origin, f"{fact.name}.absent"
            )
            changed["absent"] = None if value is BAD else value
        return replace(fact, **changed)

    def _expected_of(self, fact: Fact) -> Type | None:
        if fact.aggregate in (*ADDING, *PICKING):
            try:
                return type_of(fact.type, fact.unit)
            except FangpinError:
                return None
        return None

    def _row_scope(self, contract: Contract) -> Scope:
        scope = self.row_scopes.get(contract.name)
        if scope is None:
            columns: dict[str, Entry] = {}
            for column in contract.columns:
                try:
                    columns[column.name] = column_entry(column)
                except FangpinError:
                    self.broken.add(column.name)
            base = self.checker.scope
            scope = Scope("row", base.facts, base.parameters, base.codes, columns)
            self.row_scopes[contract.name] = scope
        return scope

    def _aggregate(self, fact: Fact) -> None:
        how = fact.aggregate
        if how is None:
            self._at(
                fact,
                "feed",
                ("缺少 aggregate", "aggregate is missing"),
                (
                    "写 any、count、sum、max、min、latest、first 或 distinct",
                    "write any, count, sum, max, min, latest, first or distinct",
                ),
            )
            return
        if how in ("any", "count") and fact.of is not None:
            self._at(
                fact,
                "of",
                (f"aggregate: {how} 不用 of", f"aggregate: {how} takes no of"),
                ("删去 of", "remove of"),
            )
        if how not in ("any", "count") and fact.of is None:
            self._at(
                fact,
                "aggregate",
                (f"aggregate: {how} 需要 of", f"aggregate: {how} needs of"),
                ("写 of: 列名", "write of: <column>"),
            )
        if (how in PICKING) != (fact.order_by is not None):
            picking = how in PICKING
            self._at(
                fact,
                "aggregate" if picking else "order_by",
                (f"aggregate: {how} 需要 order_by", f"aggregate: {how} needs order_by")
                if picking
                else (f"aggregate: {how} 不用 order_by", f"aggregate: {how} takes no order_by"),
                ("写 order_by: 日期列", "write order_by: <date column>")
                if picking
                else ("删去 order_by", "remove order_by"),
            )
        if fact.within is not None and how not in ADDING:
            self._at(
                fact,
                "within",
                (f"aggregate: {how} 不用 within", f"aggregate: {how} takes no within"),
                ("within 只用于 sum、max、min", "within goes with sum, max and min"),
            )
        allowed: tuple[str, ...] | None = COUNTING.get(how)
        if how == "sum":
            allowed = ("integer", "number", "money")
        if allowed is not None and fact.type not in allowed:
            listed = ", ".join(allowed)
            self._at(
                fact,
                "type",
                (
                    f"aggregate: {how} 得到 {listed}，类型却写 {fact.type}",
                    f"aggregate: {how} yields {listed}, but the type is {fact.type}",
                ),
                (f"写 type: {allowed[0]}", f"write type: {allowed[0]}"),
            )

    def _order_by(self, fact: Fact, contract: Contract) -> None:
        column = contract.column(fact.order_by or "")
        if column is None:
            self._at(
                fact,
                "order_by",
                (
                    f"合同 {contract.name} 没有列 {fact.order_by}",
                    f"the feed {contract.name} has no column {fact.order_by}",
                ),
                meant(fact.order_by or "", [each.name for each in contract.columns]),
            )
        elif column.type not in ("date", "month", "integer", "number", "money"):
            self._at(
                fact,
                "order_by",
                (
                    f"列 {column.name} 是 {column.type}，排不出先后",
                    f"the column {column.name} is {column.type} and gives no order",
                ),
                ("用日期列或数字列", "use a column of dates or numbers"),
            )
