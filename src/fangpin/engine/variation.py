"""The same pack with other figures: what `--set param.X=…` asks for, and what depends on it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from fangpin.kernel.errors import FangpinError, Problem, Text, Where
from fangpin.kernel.hashing import text_hash
from fangpin.policy.language import nodes
from fangpin.policy.language.domains import overflows
from fangpin.policy.language.scope import Scope
from fangpin.policy.loading.reading import meant, nearest
from fangpin.policy.names import scope_of
from fangpin.policy.pack import Pack, Parameter, ParameterValue, Programme, Value
from fangpin.policy.printed import printed_value
from fangpin.policy.written_values import read_value, written

NO_VALUE = Text("尚无取值", "no value yet")


@dataclass(frozen=True, slots=True)
class Setting:
    """One parameter with another value. `before` None: no value was in force."""

    name: str
    label: Text
    before: Value | None
    after: Value
    before_text: Text
    after_text: Text
    clause: str | None

    @property
    def changes(self) -> bool:
        """Whether the value differs from the one in force."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class ReadParameter:
    """A parameter that rules or programmes read. `written` is the value in force as a person would
    write it, "" before its first value; `rules` and `programmes` name what it decides."""

    name: str
    label: Text
    type: str
    unit: str | None
    codes: str | None
    value: Value | None
    text: Text
    written: str
    clause: str | None
    rules: tuple[str, ...]
    programmes: tuple[str, ...]


def settings_of(pack: Pack, values: Mapping[str, str], as_of: date) -> tuple[Setting, ...]:
    """`values` (`param.X` or `X` → text) as settings, in the order of the pack.

    Raises FangpinError with every problem: unknown name, wrong type, wrong unit, a value with which
    some expression of the pack could leave 64-bit integers.
    """
    found: dict[str, Setting] = {}
    problems: list[Problem] = []
    for key, text in values.items():
        name = key.strip().removeprefix("param.")
        parameter = pack.parameters.get(name)
        if parameter is None:
            problems.append(_unknown(pack, name, as_of))
            continue
        try:
            value = read_value(pack, parameter, text)
        except FangpinError as error:
            problems.extend(error.problems)
            continue
        found[name] = _setting(parameter, value, as_of)
    if problems:
        raise FangpinError(problems)
    settings = tuple(found[name] for name in pack.parameters if name in found)
    if faults := list(_faults(pack, varied_pack(pack, settings, as_of), settings)):
        raise FangpinError(faults)
    return settings


def varied_pack(pack: Pack, settings: tuple[Setting, ...], as_of: date) -> Pack:
    """The pack in which the settings are in force on `as_of`. Without a change: `pack` itself."""
    changed = {each.name: each for each in settings if each.changes}
    if not changed:
        return pack
    parameters = dict(pack.parameters)
    for name, setting in changed.items():
        parameters[name] = _with_value(parameters[name], setting.after, as_of)
    told = [[name, str(each.after)] for name, each in sorted(changed.items())]
    mark = json.dumps([pack.hash, as_of.isoformat(), told], ensure_ascii=False)
    return replace(pack, parameters=parameters, hash=text_hash(mark))


def read_parameters(pack: Pack, as_of: date) -> tuple[ReadParameter, ...]:
    """Every parameter that a rule, the eligibility of a programme or its amount reads."""
    rules: dict[str, list[str]] = {}
    programmes: dict[str, list[str]] = {}
    for rule in pack.rules.values():
        for name in parameters_behind(pack, rule.condition):
            rules.setdefault(name, []).append(rule.name)
    for programme in pack.programmes.values():
        for name in parameters_of_programme(pack, programme):
            programmes.setdefault(name, []).append(programme.id)
    found = []
    for name, parameter in pack.parameters.items():
        if name not in rules and name not in programmes:
            continue
        value = parameter.at(as_of)
        found.append(
            ReadParameter(
                name=name,
                label=parameter.label,
                type=parameter.type,
                unit=parameter.unit,
                codes=parameter.codes,
                value=value.value if value else None,
                text=printed_value(parameter, value.value) if value else NO_VALUE,
                written=written(parameter, value.value) if value else "",
                clause=value.clause if value else None,
                rules=tuple(rules.get(name, ())),
                programmes=tuple(programmes.get(name, ())),
            )
        )
    return tuple(found)


def parameters_of_programme(pack: Pack, programme: Programme) -> tuple[str, ...]:
    """Parameters behind who is entitled and what is paid."""
    found: dict[str, None] = {}
    if programme.eligible is not None and programme.eligible.node is not None:
        found.update(dict.fromkeys(parameters_behind(pack, programme.eligible.node)))
    if programme.amount is not None and programme.amount.parameter is not None:
        found[programme.amount.parameter] = None
    return tuple(found)


def parameters_behind(pack: Pack, node: nodes.Node) -> tuple[str, ...]:
    """The parameters that decide a condition, those of the facts it rests on included."""
    found: dict[str, None] = {}
    seen: set[str] = set()
    for each in _expressions_behind(pack, node, seen):
        found.update(dict.fromkeys(nodes.parameters_of(each)))
    return tuple(found)


def _expressions_behind(pack: Pack, node: nodes.Node, seen: set[str]) -> Iterator[nodes.Node]:
    yield node
    for leaf in nodes.facts_of(node):
        if leaf.name in seen:
            continue
        seen.add(leaf.name)
        for expression in pack.facts[leaf.name].expressions.values():
            if expression.node is not None:
                yield from _expressions_behind(pack, expression.node, seen)


def _setting(parameter: Parameter, value: Value, as_of: date) -> Setting:
    before = parameter.at(as_of)
    return Setting(
        name=parameter.name,
        label=parameter.label,
        before=before.value if before else None,
        after=value,
        before_text=printed_value(parameter, before.value) if before else NO_VALUE,
        after_text=printed_value(parameter, value),
        clause=before.clause if before else None,
    )


def _with_value(parameter: Parameter, value: Value, as_of: date) -> Parameter:
    """The parameter with `value` in force on `as_of` and before it; later values stay."""
    known = parameter.at(as_of) or parameter.values[0]
    set_now = ParameterValue(
        from_=min(known.from_, as_of), value=value, clause=known.clause, status="sample"
    )
    later = tuple(each for each in parameter.values if each.from_ > as_of)
    return replace(parameter, values=(set_now, *later))


def _unknown(pack: Pack, name: str, as_of: date) -> Problem:
    do_zh, do_en = meant(name, pack.parameters)
    if nearest(name, pack.parameters) is None:  # of a few hundred, name those that decide something
        read = [each.name for each in read_parameters(pack, as_of)]
        do_zh, do_en = meant(name, read)
    return Problem(
        Text(
            f"政策包 {pack.name} 没有参数 {name}",
            f"the pack {pack.name} has no parameter {name}",
        ),
        Text(do_zh, do_en),
        Where(column=f"param.{name}"),
    )


def _faults(pack: Pack, varied: Pack, settings: tuple[Setting, ...]) -> Iterator[Problem]:
    """Values with which an expression could overflow: the loader refuses such packs as well."""
    changed = {each.name for each in settings if each.changes}
    scopes: dict[str, Scope] = {}
    for node, subject in _conditions(varied):
        if changed.isdisjoint(nodes.parameters_of(node)):
            continue
        scope = scopes.setdefault(subject, scope_of(varied, subject))  # type: ignore[arg-type]
        if overflows(node, scope):
            named = sorted(changed.intersection(nodes.parameters_of(node)))
            labels = "、".join(f"{pack.parameters[name].label.zh}" for name in named)
            yield Problem(
                Text(
                    f"{labels}：这个值太大，算式可能超出 64 位整数",
                    f"{', '.join(named)}: the value is too large for 64-bit arithmetic",
                ),
                Text("换一个小些的值", "choose a smaller value"),
                Where(column=f"param.{named[0]}"),
            )
            return


def _conditions(pack: Pack) -> Iterator[tuple[nodes.Node, str]]:
    """Conditions of rules and programmes and derived facts, with what they are about."""
    for rule in pack.rules.values():
        yield rule.condition, rule.subject
    for fact in pack.facts.values():
        if fact.derive is not None and fact.derive.node is not None:
            yield fact.derive.node, fact.subject
    for programme in pack.programmes.values():
        if programme.eligible is not None and programme.eligible.node is not None:
            yield programme.eligible.node, programme.subject
