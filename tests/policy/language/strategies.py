"""Random well-typed expressions and cases over a scope, reproducible from a seed.

`expressions(scope)` and `cases(scope)` are hypothesis strategies; `Generator` is the same with any
`random.Random`, fast enough to compare an engine with the evaluator on many thousand expressions.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import strategies as st

from fangpin.policy.language import nodes as n
from fangpin.policy.language.check import read
from fangpin.policy.language.check_functions import MEMBER_FUNCTIONS
from fangpin.policy.language.domains import FIRST_DAY, LAST_DAY
from fangpin.policy.language.evaluate import UNKNOWN, Case, Result
from fangpin.policy.language.faults import ExpressionError
from fangpin.policy.language.scope import ABOVE, Entry, Scope
from fangpin.policy.language.types import (
    BOOL,
    DAYS,
    MONTHS,
    PERSONS,
    UNITLESS,
    YEARS,
    Subject,
    Type,
    Unit,
)

TOO_LARGE = ("exceed 64-bit", "outside the years", "more than 32 levels", "more than 1000 words")


class Generator:
    """Writes expressions about `scope.subject`. Every text it returns passes the checker."""

    def __init__(self, scope: Scope, rng: random.Random) -> None:
        self.scope = scope
        self.rng = rng
        self.subject: Subject = scope.subject

    def condition_node(self, depth: int = 4) -> n.Node:
        """A checked condition."""
        return self._checked(lambda left: self.condition(left), depth, BOOL)

    def value_node(self, depth: int = 4) -> n.Node:
        """A checked value of any kind."""

        def write(left: int) -> str:
            kind = self.rng.choice(["number", "number", "date", "bool"])
            if kind == "number":
                return self.number(self._some_unit(), left)
            return self.date(left) if kind == "date" else self.condition(left)

        return self._checked(write, depth, None)

    def _checked(self, write: Callable[[int], str], depth: int, expected: Type | None) -> n.Node:
        while True:
            text = write(depth)
            try:
                return read(text, self.scope, expected=expected)
            except ExpressionError as error:
                # Only size may be wrong; anything else is a fault of this generator.
                if not any(word in str(error) for word in TOO_LARGE):
                    raise
                depth = max(0, depth - 1)

    # Names

    def _names(self, fits: Callable[[Entry], bool]) -> list[str]:
        if self.subject == "row":
            return [entry.name for entry in self.scope.columns.values() if fits(entry)]
        reach = (self.subject, *ABOVE[self.subject])
        return [
            entry.name
            for entry in self.scope.facts.values()
            if entry.subject in reach and fits(entry)
        ]

    def _parameters(self, fits: Callable[[Type], bool]) -> list[str]:
        return [
            f"param.{entry.name}" for entry in self.scope.parameters.values() if fits(entry.type)
        ]

    def _some_unit(self) -> Unit:
        units = [entry.type.unit for entry in self.scope.facts.values() if entry.type.is_number] + [
            entry.type.unit for entry in self.scope.columns.values() if entry.type.is_number
        ]
        return self.rng.choice([*units, UNITLESS, PERSONS])

    def _one(self, *ways: Callable[[], str]) -> str:
        return self.rng.choice(ways)()

    # Conditions

    def condition(self, depth: int) -> str:
        """A text of kind bool."""
        facts = self._names(lambda entry: entry.type.kind == "bool")
        if depth <= 0:
            options = [*facts, *self._parameters(lambda type_: type_.kind == "bool")]
            if not options or self.rng.random() < 0.3:
                return self.comparison(0)
            return self.rng.choice([*options, "true", "false"])
        ways = [
            lambda: self.comparison(depth - 1),
            lambda: self.comparison(depth - 1),
            lambda: self.membership(),
            lambda: self._joined("and", depth),
            lambda: self._joined("or", depth),
            lambda: f"not ({self.condition(depth - 1)})",
            lambda: self._choice(self.condition, depth),
            lambda: f"known({self._anything(depth - 1)})",
            lambda: f"coalesce({self.condition(depth - 1)}, {self.condition(depth - 1)})",
            lambda: f"({self.condition(depth - 1)}) {self._equal()} ({self.condition(depth - 1)})",
        ]
        if self.subject == "household":
            ways += [lambda: self._members(("any_member", "all_members"), depth)] * 3
        return self._one(*ways)

    def _equal(self) -> str:
        return self.rng.choice(["==", "!="])

    def _joined(self, word: str, depth: int) -> str:
        count = self.rng.choice([2, 2, 3])
        return f" {word} ".join(f"({self.condition(depth - 1)})" for _ in range(count))

    def _choice(self, write: Callable[[int], str], depth: int) -> str:
        return f"if({self.condition(depth - 1)}, {write(depth - 1)}, {write(depth - 1)})"

    def _anything(self, depth: int) -> str:
        return self._one(
            lambda: self.condition(depth),
            lambda: self.number(self._some_unit(), depth),
            lambda: self.date(depth),
        )

    def comparison(self, depth: int) -> str:
        """Two numbers or two dates."""
        unit = self._some_unit()
        sign = self.rng.choice(["<", "<=", ">", ">=", "==", "!="])

        def numbers() -> str:
            return f"{self.number(unit, depth)} {sign} {self.number(unit, depth)}"

        def between() -> str:
            x, low, high = (self.number(unit, depth) for _ in range(3))
            word = self.rng.choice(["between", "not between"])
            return f"{x} {word} {low} and {high}"

        def dates() -> str:
            return f"{self.date(depth)} {sign} {self.date(depth)}"

        def zero() -> str:
            return f"{self.number(unit, depth)} {sign} 0"

        return f"({self._one(numbers, numbers, between, dates, zero)})"

    def membership(self) -> str:
        """A code compared with codes."""
        names = self._names(lambda entry: entry.type.kind == "code")
        if not names:
            return self.comparison(0)
        name = self.rng.choice(names)
        entry = (self.scope.columns if self.subject == "row" else self.scope.facts)[name]
        vocabulary = list(self.scope.codes[entry.type.codes or ""].words)
        word = self.rng.choice(["in", "not in"])
        lists = self._parameters(
            lambda type_: type_.kind == "list" and type_.codes == entry.type.codes
        )
        if lists and self.rng.random() < 0.3:
            return f"{name} {word} {self.rng.choice(lists)}"
        if self.rng.random() < 0.5:
            return f"{name} {self._equal()} '{self.rng.choice(vocabulary)}'"
        some = self.rng.sample(vocabulary, self.rng.randint(1, len(vocabulary)))
        return f"{name} {word} ({', '.join(repr(code) for code in some)})"

    # Numbers

    def number(self, unit: Unit, depth: int) -> str:
        """A number of a unit; composed ones stand in parentheses."""
        if depth <= 0:
            return self._plain_number(unit)
        ways = [
            lambda: self._plain_number(unit),
            lambda: self._sum(unit, depth),
            lambda: self._sum(unit, depth),
            lambda: f"({self.number(unit, depth - 1)} * {self.number(UNITLESS, depth - 1)})",
            lambda: f"({self.number(unit, depth - 1)} / {self.number(UNITLESS, depth - 1)})",
            lambda: self._quotient(unit, depth),
            lambda: self._choice(lambda left: self.number(unit, left), depth),
            lambda: self._several("coalesce", unit, depth),
            lambda: self._several("least", unit, depth),
            lambda: self._several("greatest", unit, depth),
            lambda: f"abs({self.number(unit, depth - 1)})",
            lambda: f"(-{self.number(unit, depth - 1)})",
            lambda: f"round({self.number(unit, depth - 1)}, {self.rng.randint(0, 6)})",
        ]
        monthly, yearly = unit * YEARS / MONTHS, unit * MONTHS / YEARS
        if monthly.power("月") == -1:
            ways.append(lambda: f"per_year({self.number(monthly, depth - 1)})")
        if yearly.power("年") == -1 and not yearly.power("岁"):
            ways.append(lambda: f"per_month({self.number(yearly, depth - 1)})")
        if unit == UNITLESS:
            ways.append(lambda: f"year({self.date(depth - 1)})")
            ways.append(lambda: f"month({self.date(depth - 1)})")
        for word, own in (("days", DAYS), ("months", MONTHS), ("years", YEARS)):
            if unit.fits(own):
                ways.append(
                    lambda word=word: (  # type: ignore[misc]
                        f"{word}_between({self.date(depth - 1)}, {self.date(depth - 1)})"
                    )
                )
        if self.subject == "household":
            functions = ("sum_members", "known_sum_members", "max_members", "min_members")
            ways += [lambda: self._members(functions, depth, unit)] * 3
            if unit == PERSONS:
                ways += [lambda: self._members(("count_members",), depth)] * 4
            if unit == UNITLESS:
                ways += [lambda: self._members(("share_of_members",), depth)] * 2
        return self._one(*ways)

    def _plain_number(self, unit: Unit) -> str:
        names = self._names(lambda entry: entry.type.is_number and entry.type.unit.fits(unit))
        names += self._parameters(lambda type_: type_.is_number and type_.unit.fits(unit))
        if names and self.rng.random() < 0.75:
            return self.rng.choice(names)
        if str(unit).startswith("1/"):
            return f"(1 / {self._literal(Unit.of((name, -power) for name, power in unit.powers))})"
        return self._literal(unit)

    def _literal(self, unit: Unit) -> str:
        whole = self.rng.choice([0, 1, 2, 3, 5, 6, 12, 60, 100, 6000, 10000])
        decimals = self.rng.choice(["", "", "", ".5", ".25", ".125", ".005"])
        sign = self.rng.choice(["", "", "", "-"])
        return f"{sign}{whole}{decimals}{unit}"

    def _sum(self, unit: Unit, depth: int) -> str:
        sign = self.rng.choice("+-")
        return f"({self.number(unit, depth - 1)} {sign} {self.number(unit, depth - 1)})"

    def _several(self, name: str, unit: Unit, depth: int) -> str:
        count = self.rng.choice([2, 2, 3])
        return f"{name}({', '.join(self.number(unit, depth - 1) for _ in range(count))})"

    def _quotient(self, unit: Unit, depth: int) -> str:
        below = self._some_unit()
        if below.power("岁"):  # counts as 年 in comparisons but does not cancel against it
            below = UNITLESS
        return f"({self.number(unit * below, depth - 1)} / {self.number(below, depth - 1)})"

    # Dates and members

    def date(self, depth: int) -> str:
        """A date."""
        names = self._names(lambda entry: entry.type.kind == "date")
        if depth <= 0:
            names += self._parameters(lambda type_: type_.kind == "date")
            return self.rng.choice([*names, "as_of", "2020-02-29", "2021-01-31", "1999-12-01"])
        return self._one(
            lambda: self.date(0),
            lambda: self.date(0),
            lambda: f"first_of_month({self.date(depth - 1)})",
            lambda: f"add_days({self.date(depth - 1)}, {self.rng.randint(-400, 400)}天)",
            lambda: f"add_months({self.date(depth - 1)}, {self.rng.randint(-30, 30)})",
            lambda: f"greatest({self.date(depth - 1)}, {self.date(depth - 1)})",
            lambda: f"least({self.date(depth - 1)}, {self.date(depth - 1)})",
            lambda: self._choice(self.date, depth),
            lambda: f"coalesce({self.date(depth - 1)}, {self.date(depth - 1)})",
            *([lambda: self._members_date(depth)] if self.subject == "household" else []),
        )

    def _members(self, names: tuple[str, ...], depth: int, unit: Unit | None = None) -> str:
        name = self.rng.choice(names)
        assert name in MEMBER_FUNCTIONS
        self.subject = "person"
        child = self.condition(depth - 1) if unit is None else self.number(unit, depth - 1)
        self.subject = "household"
        return f"{name}({child})"

    def _members_date(self, depth: int) -> str:
        self.subject = "person"
        child = self.date(depth - 1)
        self.subject = "household"
        return f"{self.rng.choice(['max_members', 'min_members'])}({child})"


@dataclass(frozen=True)
class Values:
    """Random values of facts: bounds and other telling values often, unknown now and then."""

    scope: Scope
    rng: random.Random
    unknown: float = 0.15

    def of(self, entry: Entry) -> Result:
        """One value of a fact or column, at the scale of its type."""
        if self.rng.random() < self.unknown:
            return UNKNOWN
        match entry.type.kind:
            case "bool":
                return self.rng.random() < 0.5
            case "code":
                return self.rng.choice(list(self.scope.codes[entry.type.codes or ""].words))
            case "date":
                low, high = entry.bounds or (FIRST_DAY, LAST_DAY)
                assert isinstance(low, date)
                assert isinstance(high, date)
                telling = [date(2020, 2, 29), date(2021, 5, 31), date(2021, 1, 31), low, high]
                if self.rng.random() < 0.3:
                    return self.rng.choice([day for day in telling if low <= day <= high])
                return low + timedelta(days=self.rng.randint(0, (high - low).days))
            case "text":
                return self.rng.choice(["a", "备注", "x"])
        assert entry.bounds is not None
        low_number, high_number = int(entry.bounds[0]), int(entry.bounds[1])  # type: ignore[arg-type]
        one = 10**entry.type.scale
        telling_numbers = [low_number, high_number, 0, one, 6000 * one, 6000 * one - 1, one // 2]
        if self.rng.random() < 0.5:
            inside = [x for x in telling_numbers if low_number <= x <= high_number]
            return self.rng.choice(inside)
        return self.rng.randint(low_number, high_number)

    def about(self, subject: Subject) -> dict[str, Result]:
        """Values of all facts (or columns) of one subject."""
        names = self.scope.columns if subject == "row" else self.scope.facts
        return {
            entry.name: self.of(entry)
            for entry in names.values()
            if subject == "row" or entry.subject == subject
        }

    def parameters(self) -> dict[str, bool | int | date | str | tuple[str, ...]]:
        """One of the dated values of each parameter."""
        return {
            entry.name: self.rng.choice(entry.values) for entry in self.scope.parameters.values()
        }

    def case(self) -> Case:
        """A case of the scope's subject; households have 0 to 4 members."""
        subject = self.scope.subject
        above: dict[str, Result] = {}
        for each in ABOVE[subject]:
            above.update(self.about("household" if each == "household" else "village"))
        members = (
            tuple(self.about("person") for _ in range(self.rng.randint(0, 4)))
            if subject == "household"
            else ()
        )
        as_of = date(2021, 5, 31) - timedelta(days=self.rng.choice([0, 0, 1, 92, 456]))
        return Case(as_of, self.about(subject), above, members, self.parameters())


def expressions(scope: Scope, depth: int = 4) -> st.SearchStrategy[n.Node]:
    """Checked conditions over a scope."""
    return st.randoms(use_true_random=False).map(
        lambda rng: Generator(scope, rng).condition_node(depth)
    )


def values(scope: Scope, depth: int = 4) -> st.SearchStrategy[n.Node]:
    """Checked values of any kind over a scope."""
    return st.randoms(use_true_random=False).map(
        lambda rng: Generator(scope, rng).value_node(depth)
    )


def cases(scope: Scope) -> st.SearchStrategy[Case]:
    """Cases of the scope's subject."""
    return st.randoms(use_true_random=False).map(lambda rng: Values(scope, rng).case())
