"""A procedure as the text that a case runs under, and back: every figure in it, nothing named that
may change afterwards."""

import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

from fangpin.kernel.errors import FangpinError, Text
from fangpin.policy.content import content, content_hash
from fangpin.policy.pack import Pack
from fangpin.policy.procedure_records import Procedure
from fangpin.policy.record import Expression, Record


@dataclass(frozen=True, slots=True)
class Frozen:
    """`limits`: figures that rates are compared with, by parameter. `vocabularies`: codes with
    their words for every list of the pack that an entry chooses from."""

    procedure: Procedure
    limits: Mapping[str, Fraction]
    vocabularies: Mapping[str, Mapping[str, Text]]


def freeze(pack: Pack, procedure: Procedure, on: date) -> tuple[str, dict[str, Any]]:
    """Hash and content of a procedure of `pack` with the figures in force on a day.

    Raises FangpinError when a parameter that it names has no value yet.
    """
    fixed = _fixed(procedure, pack, on)
    limits = {
        rate.parameter: Fraction(_figure(pack, rate.parameter, on))
        for step in procedure.steps
        for rate in step.rates
    }
    named = {entry.vocabulary or "" for step in procedure.steps for entry in step.enter}
    vocabularies = {
        name: {code.code: Text(code.zh, code.en) for code in pack.codes[name].values}
        for name in sorted(each for each in named if each in pack.codes)
    }
    found = content({"procedure": fixed, "limits": limits, "vocabularies": vocabularies})
    return content_hash(found), found


def thaw(kept: Mapping[str, Any]) -> Frozen:
    """The procedure of a definition. Expressions of conditions come back as their text."""
    return Frozen(
        procedure=_read(Procedure, kept["procedure"]),
        limits={name: Fraction(value) for name, value in kept["limits"].items()},
        vocabularies={
            name: {code: Text(**words) for code, words in codes.items()}
            for name, codes in kept["vocabularies"].items()
        },
    )


def _fixed(value: Any, pack: Pack, on: date) -> Any:
    """The same record with named days replaced by their number."""
    if isinstance(value, tuple):
        return tuple(_fixed(each, pack, on) for each in value)
    if not isinstance(value, Record):
        return value
    changes: dict[str, Any] = {}
    for each in fields(value):
        held = getattr(value, each.name)
        if each.name == "days" and isinstance(held, str):
            changes["days"] = int(_figure(pack, held, on))
        elif isinstance(held, tuple | Record) and each.name != "origin":
            changes[each.name] = _fixed(held, pack, on)
    return replace(value, **changes) if changes else value


def _figure(pack: Pack, name: str, on: date) -> Any:
    found = pack.parameter(name, on)
    if found is None:
        label = pack.parameters[name].label
        raise FangpinError.because(
            f"参数“{label.zh}”在 {on} 还没有取值",
            f'the figure "{label.en}" has no value on {on}',
            do_zh="在政策包的 parameters.yaml 中补上取值",
            do_en="give it one in the pack's parameters.yaml",
        )
    return found.value


# -- reading a record back by its declared types --------------------------------------------------


@lru_cache(maxsize=64)
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _read(kind: Any, written: Any) -> Any:
    """A value of a declared type from canonical content (`policy.content`)."""
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        kinds = [each for each in typing.get_args(kind) if each is not type(None)]
        if written is None:
            return None
        return _read(kinds[0], written) if len(kinds) == 1 else written
    if origin is tuple:
        (inner, *_) = typing.get_args(kind)
        return tuple(_read(inner, each) for each in written)
    if kind is Fraction:
        return Fraction(written)
    if kind is Expression:
        return Expression(text=written)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{name: _read(hints[name], each) for name, each in written.items()})
    return written
