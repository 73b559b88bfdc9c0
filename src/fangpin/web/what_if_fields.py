"""The figures of a pack that decide something, as fields of a form: value in force, unit, clause.

A field keeps what somebody typed; `policy.written_values` reads it, as it reads `--set`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from fangpin.engine.variation import ReadParameter, read_parameters
from fangpin.kernel.errors import FangpinError, Problem, Text
from fangpin.policy.pack import Pack, Parameter, ParameterValue, Rule, Value
from fangpin.policy.written_values import read_value, written
from fangpin.web import packs as library
from fangpin.web.pack_words import unit_in_english

LONGEST = 200
_ORDER = ("warning", "monitoring", "risk", "entitlement", "leakage", "quality")


@dataclass(frozen=True)
class Field:
    """One figure. `base` is the value in force as it stands in its field, `typed` what stands there
    now, `read` what that means (None when it is refused: `problem` says why); `unit` stands beside
    it in Chinese and English, blank for plain numbers."""

    parameter: Parameter
    value: ParameterValue | None
    base: str
    typed: str
    read: Value | None
    problem: Problem | None
    unit: tuple[str, str]
    choices: tuple[tuple[str, Text], ...]
    readers: tuple[Text, ...]

    @property
    def name(self) -> str:
        """The parameter's name."""
        return self.parameter.name

    @property
    def changed(self) -> bool:
        """Whether it means something else than what is in force: 7,000 and 7000 are the same."""
        return self.read is not None and (self.value is None or self.read != self.value.value)


@dataclass(frozen=True)
class Group:
    """Fields that belong together: those of one rule, or the figures of programmes."""

    label: Text
    rule: Rule | None
    fields: list[Field] = field(default_factory=list)

    @property
    def touched(self) -> bool:
        """Whether a field of it was changed or refused."""
        return any(each.changed or each.problem for each in self.fields)


@dataclass(frozen=True)
class Form:
    """All fields of a pack at a date."""

    pack: Pack
    as_of: date
    groups: list[Group]

    @property
    def fields(self) -> list[Field]:
        """Every field, in the order they stand on the page."""
        return [each for group in self.groups for each in group.fields]

    @property
    def changed(self) -> list[Field]:
        """Those that differ from what is in force."""
        return [each for each in self.fields if each.changed]

    @property
    def refused(self) -> list[Field]:
        """Those whose text means nothing."""
        return [each for each in self.fields if each.problem is not None]

    @property
    def changes(self) -> dict[str, str]:
        """Parameter → value in words that read the same again; what the library is given."""
        return {
            each.name: written(each.parameter, each.read)
            for each in self.changed
            if each.read is not None
        }


def without_unit(parameter: Parameter, value: Value) -> str:
    """The value as it stands in its field; the unit stands beside it."""
    return written(parameter, value).removesuffix(parameter.unit or "").strip(" []")


def form_of(pack: Pack, as_of: date, given: Mapping[str, str]) -> Form:
    """The form of a pack at a date: what `given` holds stands in its field, else what is in force.

    Figures of one rule stand together; a figure that several rules read stands with the rule that
    rests on the same clause, so that each field is there once. A blank field means the value in
    force.
    """
    by_rule: dict[str, Group] = {}
    amounts = Group(Text("政策待遇的标准", "Figures of programmes"), None)
    for known in _read(pack.name, as_of):
        made = _field(pack, known, as_of, given.get(known.name, ""))
        rules = [pack.rules[name] for name in known.rules]
        if not rules:
            amounts.fields.append(made)
            continue
        first = made.parameter.values[0].clause
        home = next((rule for rule in rules if rule.clause == first), rules[0])
        by_rule.setdefault(home.name, Group(home.label, home)).fields.append(made)
    ordered = sorted(by_rule.values(), key=_urgency)
    return Form(pack, as_of, ordered + ([amounts] if amounts.fields else []))


def _urgency(group: Group) -> int:
    """Warning lines first: they are what people come to change."""
    kind = group.rule.group if group.rule is not None else ""
    return _ORDER.index(kind) if kind in _ORDER else len(_ORDER)


def refused(form: Form, error: FangpinError) -> Form:
    """The form with what the library refused beside the fields it names (`param.X`)."""
    problems = {(each.where.column or "").removeprefix("param."): each for each in error.problems}
    groups = [
        replace(
            group,
            fields=[
                replace(each, problem=problems[each.name]) if each.name in problems else each
                for each in group.fields
            ],
        )
        for group in form.groups
    ]
    return replace(form, groups=groups)


def _field(pack: Pack, known: ReadParameter, as_of: date, given: str) -> Field:
    parameter = pack.parameters[known.name]
    value = parameter.at(as_of)
    base = without_unit(parameter, value.value) if value else ""
    typed = " ".join(given.split())[:LONGEST] or base
    read: Value | None = None
    problem: Problem | None = None
    try:
        if typed != base:
            read = read_value(pack, parameter, typed)
        elif value is not None:
            read = value.value
    except FangpinError as error:
        problem = error.problems[0]
    if read is not None:
        # 2万元 stands as 20000 beside its unit, so that the page shows how it was understood.
        typed = without_unit(parameter, read)
    unit = parameter.unit if parameter.unit not in (None, "1") else None
    readers = [pack.rules[name].label for name in known.rules]
    readers += [pack.programmes[name].label for name in known.programmes]
    return Field(
        parameter=parameter,
        value=value,
        base=base,
        typed=typed,
        read=read,
        problem=problem,
        unit=(unit, unit_in_english(unit)) if unit else ("", ""),
        choices=_choices(pack, parameter),
        readers=tuple(dict.fromkeys(readers)),
    )


def _choices(pack: Pack, parameter: Parameter) -> tuple[tuple[str, Text], ...]:
    if parameter.type == "bool":
        return ("true", Text("是", "yes")), ("false", Text("否", "no"))
    if parameter.type == "code" and parameter.codes is not None:
        return tuple((code.code, code.label) for code in pack.codes[parameter.codes].values)
    return ()


@lru_cache(maxsize=32)
def _read(pack_name: str, as_of: date) -> tuple[ReadParameter, ...]:
    pack = library.pack(pack_name)
    assert pack is not None
    return read_parameters(pack, as_of)
