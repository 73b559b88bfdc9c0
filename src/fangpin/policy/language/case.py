"""From values as a pack record holds them (fen, Fraction, None for unknown) to a `Case`."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from fangpin.kernel.errors import FangpinError
from fangpin.policy.language.evaluate import UNKNOWN, Case, ParameterValue, Result
from fangpin.policy.language.scope import Scope
from fangpin.policy.language.types import Type

Given = bool | int | Fraction | date | str | tuple[str, ...] | None


def stored(value: Given, type_: Type) -> ParameterValue:
    """A value at the scale of its type: Fraction(1, 2) of a number → 5000; fen stay fen.

    Raises FangpinError when the value has more decimals than are stored, or another kind.
    """
    match type_.kind, value:
        case "bool", bool():
            return value
        case "date", date():
            return value
        case "code" | "text", str():
            return value
        case "list", tuple():
            return value
        case "integer" | "number" | "money", bool():
            pass
        case "money", int():
            return value
        case "integer" | "number" | "money", int() | Fraction():
            scaled = Fraction(value) * 10 ** (0 if type_.kind == "money" else type_.scale)
            if scaled.denominator == 1:
                return int(scaled)
            raise FangpinError.because(
                f"{value} 的小数超过 {type_.scale} 位",
                f"{value} has more than {type_.scale} decimals",
                do_zh=f"四舍五入到 {type_.scale} 位小数",
                do_en=f"round it to {type_.scale} decimals",
            )
    raise FangpinError.because(
        f"{value!r} 不是 {type_}",
        f"{value!r} is not a value of type {type_}",
        do_zh=f"写一个 {type_} 类型的值",
        do_en=f"write a value of type {type_}",
    )


def case_of(
    given: Mapping[str, Given],
    scope: Scope,
    as_of: date,
    parameters: Mapping[str, Given],
    members: Sequence[Mapping[str, Given]] = (),
) -> Case:
    """The case of one subject of `scope.subject`.

    `given` holds facts (or columns) of the subject and of what is above it; each of `members` those
    of one person. None means unknown, as does a name that is not given. `parameters`: the values at
    `as_of`, money in fen. Raises FangpinError for unknown names and values of another type.
    """
    own: dict[str, Result] = {}
    above: dict[str, Result] = {}
    for name, value in given.items():
        entry = scope.entry(name)
        if entry is None:
            raise _no_such(name)
        here = scope.subject == "row" or entry.subject == scope.subject
        (own if here else above)[name] = _result(value, entry.type)
    people = scope.about("person")
    return Case(
        as_of,
        own,
        above,
        tuple(_member(each, people) for each in members),
        {
            name: stored(value, scope.parameters[name].type)
            for name, value in parameters.items()
            if name in scope.parameters
        },
    )


def _member(given: Mapping[str, Given], scope: Scope) -> dict[str, Result]:
    found: dict[str, Result] = {}
    for name, value in given.items():
        entry = scope.entry(name)
        if entry is None or entry.subject != "person":
            raise _no_such(name)
        found[name] = _result(value, entry.type)
    return found


def _result(value: Given, type_: Type) -> Result:
    if value is None:
        return UNKNOWN
    found = stored(value, type_)
    if isinstance(found, tuple):
        raise TypeError("a fact is never a list")
    return found


def _no_such(name: str) -> FangpinError:
    return FangpinError.because(
        f"没有事实项“{name}”",
        f"there is no fact {name!r}",
        do_zh="成员的事实项写在 members 下;名称见 facts.yaml",
        do_en="facts of persons stand under members; names are in facts.yaml",
    )
