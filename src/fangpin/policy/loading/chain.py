"""The extends chain: which packs, base first, and what their entries add up to."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from fangpin.policy.loading.folders import find_pack, known_packs, packs_in
from fangpin.policy.loading.procedure_variants import Variant, resolve
from fangpin.policy.loading.reading import PackError, Problems, meant
from fangpin.policy.loading.sources import (
    SECTIONS,
    Written,
    read_folder,
)
from fangpin.policy.pack import DisabledRule, Parameter

LONGEST = 12


@dataclass
class Merged:
    """The entries of a chain by section and name, and the rules it switches off."""

    sections: dict[str, dict[str, Any]]
    disabled: dict[str, DisabledRule] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)


def read_chain(folder: Path, problems: Problems) -> list[Written]:
    """The packs of a chain, base first. Problems are recorded; an unfound base ends the chain."""
    chain: list[Written] = []
    following: Path | None = folder
    while following is not None:
        written = read_folder(following, problems)
        chain.insert(0, written)
        following = _base_of(written, chain, problems)
    return chain


def _base_of(written: Written, chain: list[Written], problems: Problems) -> Path | None:
    head = written.head
    if head is None or head.get("extends") is None:
        return None
    base = head["extends"]
    names = [each.name for each in chain]
    if base in names or len(chain) >= LONGEST:
        circle = " → ".join([*reversed(names), base])
        problems.at(
            head["origin"],
            "extends",
            (
                f"extends 绕成了圈或太长：{circle}",
                f"extends goes in a circle or is too long: {circle}",
            ),
            ("去掉其中一个 extends", "remove one extends"),
        )
        return None
    around = written.folder.resolve().parent
    try:
        return find_pack(base, beside=around)
    except PackError:
        problems.at(
            head["origin"],
            "extends",
            (f"extends：没有名为 {base} 的政策包", f"extends: there is no pack called {base}"),
            meant(base, known_packs() | packs_in(around)),
        )
        return None


def merge(chain: list[Written], problems: Problems) -> Merged:
    """Later packs replace entries of the same name; parameters gain or replace values by date."""
    merged = Merged({section: {} for section in SECTIONS})
    for written in chain:
        merged.broken |= written.broken
        for section in SECTIONS:
            into = merged.sections[section]
            for name, record in written.entries[section].items():
                if isinstance(record, DisabledRule):
                    _switch_off(record, into, merged, problems)
                elif isinstance(record, Variant):
                    continue
                elif section == "clauses" and name in into:
                    _clause_taken(record, into[name], problems)
                elif section == "parameters" and name in into:
                    into[name] = _dated(into[name], record, problems)
                else:
                    into[name] = record
                    if section == "rules":
                        merged.disabled.pop(name, None)
        variants = [
            each for each in written.entries["procedures"].values() if isinstance(each, Variant)
        ]
        resolve(variants, merged.sections["procedures"], merged.broken, problems)
    return merged


def _switch_off(
    switch: DisabledRule, rules: dict[str, Any], merged: Merged, problems: Problems
) -> None:
    if not switch.disabled:
        problems.at(
            switch.origin,
            "disabled",
            (
                f"{switch.name} 写了 disabled: false",
                f"{switch.name}: disabled: false has no meaning",
            ),
            (
                "要停用写 disabled: true，要保留就删去这一条",
                "write disabled: true, or remove the entry to keep the rule",
            ),
        )
        return
    if switch.name not in rules:
        problems.at(
            switch.origin,
            "name",
            (
                f"要停用的规则 {switch.name} 在所继承的政策包里不存在",
                f"the rule to be switched off, {switch.name}, is in no pack that this one extends",
            ),
            meant(switch.name, rules),
        )
        return
    del rules[switch.name]
    merged.disabled[switch.name] = switch


def _clause_taken(clause: Any, first: Any, problems: Problems) -> None:
    problems.at(
        clause.origin,
        "id",
        (
            f"条款编号 {clause.id} 已在政策包 {first.origin.pack} 里用过",
            f"the clause id {clause.id} is already used in the pack {first.origin.pack}",
        ),
        (
            "换一个编号；条款是引文，不能被替换",
            "choose another id; clauses are quotations and cannot be replaced",
        ),
    )


def _dated(base: Parameter, own: Parameter, problems: Problems) -> Parameter:
    for key in ("type", "unit", "codes"):
        before, now = getattr(base, key), getattr(own, key)
        if before != now:
            problems.at(
                own.origin,
                key,
                (
                    f"参数 {own.name} 的 {key} 是 {now}，在 {base.origin.pack} 里是 {before}",
                    f"parameter {own.name}: {key} is {now}, but {before} in {base.origin.pack}",
                ),
                (f"写成 {key}: {before}", f"write {key}: {before}"),
            )
            return base
    values = {value.from_: value for value in base.values}
    values.update({value.from_: value for value in own.values})
    return replace(own, values=tuple(values[day] for day in sorted(values)))
