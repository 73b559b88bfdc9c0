"""Why a finding is there under one policy and not under the other, in a short sentence.

The side that has the finding says why, as in every list of findings. The other side speaks only of
what made the difference: of a long rule, the parts that hold on one side and fail on the other.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fangpin.engine.facts import Facts
from fangpin.engine.sentences import sentences, undecided_sentences
from fangpin.kernel.errors import Text
from fangpin.policy.language import nodes
from fangpin.policy.language.types import BOOL
from fangpin.policy.pack import Rule
from fangpin.policy.printed import printed_value

Int64 = NDArray[np.int64]
Sentences = tuple[list[str], list[str]]
NO_RULE = Text("该政策包没有这条规则", "the pack has no such rule")


def found(facts: Facts, rule: Rule, rows: Int64) -> Sentences:
    """Why the rule holds for these rows of its subject; Chinese, English."""
    return sentences(facts.pack, facts, rule, facts.pack.expanded(rule, exemptions=False), rows)


def undecided(facts: Facts, rule: Rule, rows: Int64) -> Sentences:
    """Which facts are missing for a decision."""
    return undecided_sentences(facts.pack, facts, rule, facts.pack.expanded(rule), rows)


def no_rule(rows: Int64) -> Sentences:
    """The pack does not ask this question."""
    return [NO_RULE.zh] * len(rows), [NO_RULE.en] * len(rows)


def not_found(
    facts: Facts, rule: Rule, rows: Int64, other: Facts, other_rule: Rule | None
) -> Sentences:
    """Why the rule does not hold for these rows, where `other_rule` of the other policy may."""
    node = facts.pack.expanded(rule)
    if other_rule is None or other.pack.expanded(other_rule) != node:
        return sentences(facts.pack, facts, rule, _denied(node), rows)
    parts = list(dict.fromkeys(_parts(node)))
    size = facts.snapshot.size(rule.subject)
    here = np.stack([_known(facts, each, size, False)[rows] for each in parts], axis=1)
    there = np.stack([_known(other, each, size, True)[rows] for each in parts], axis=1)
    patterns, which = np.unique(here & there, axis=0, return_inverse=True)
    zh, en = [""] * len(rows), [""] * len(rows)
    for number, pattern in enumerate(patterns):
        chosen = np.flatnonzero(which.reshape(-1) == number)
        differing = [part for part, differs in zip(parts, pattern, strict=True) if differs]
        told = _group(facts, rule, node, differing, other, rows[chosen])
        for at, one, another in zip(chosen.tolist(), *told, strict=True):
            zh[at], en[at] = one, another
    return zh, en


def _group(
    facts: Facts, rule: Rule, node: nodes.Node, differing: list[nodes.Node], other: Facts,
    rows: Int64,
) -> Sentences:  # fmt: skip
    """One sentence for rows in which the same parts differ."""
    if not differing:
        return sentences(facts.pack, facts, rule, _denied(node), rows)
    denied = [_denied(each) for each in differing]
    whole = (
        denied[0] if len(denied) == 1 else nodes.And(tuple(denied), type=BOOL, subject=node.subject)
    )
    zh, en = sentences(facts.pack, facts, rule, whole, rows)
    lines = _lines(facts, other, [each for each in differing if _of_members(each)])
    if lines is None:
        return zh, en
    return [f"{each}（{lines.zh}）" for each in zh], [f"{each} ({lines.en})" for each in en]


def _denied(node: nodes.Node) -> nodes.Node:
    return (
        node.x if isinstance(node, nodes.Not) else nodes.Not(node, type=BOOL, subject=node.subject)
    )


def _parts(node: nodes.Node) -> list[nodes.Node]:
    """What a condition is put together from by `and` and `or`, also inside `any_member`."""
    if isinstance(node, nodes.And | nodes.Or):
        return [part for item in node.items for part in _parts(item)]
    if isinstance(node, nodes.Members) and node.function == "any" and _is_or(node.child):
        return [replace(node, child=item) for item in nodes.children(node.child)]
    return [node]


def _is_or(node: nodes.Node) -> bool:
    """any_member(a or b) says the same as any_member(a) or any_member(b)."""
    return isinstance(node, nodes.Or)


def _known(facts: Facts, node: nodes.Node, size: int, value: bool) -> NDArray[np.bool_]:
    column = facts.evaluation.column(node).spread(size)
    return column.true() if value else column.false()


def _of_members(node: nodes.Node) -> bool:
    """Whether its sentence speaks of what no member has, and so names no line."""
    return any(
        isinstance(each, nodes.Members) and each.function in ("any", "all", "count", "share")
        for each in nodes.walk(node)
    )


def _lines(facts: Facts, other: Facts, parts: list[nodes.Node]) -> Text | None:
    """The figures in force here that are others there: 预警线 10,000元."""
    zh, en = [], []
    for name in dict.fromkeys(name for part in parts for name in nodes.parameters_of(part)):
        here = facts.pack.parameters[name].at(facts.as_of)
        there = other.pack.parameters[name].at(other.as_of)
        if here is None or (there is not None and here.value == there.value):
            continue
        parameter = facts.pack.parameters[name]
        shown = printed_value(parameter, here.value)
        zh.append(f"{parameter.label.zh} {shown.zh}")
        en.append(f"{parameter.label.en}: {shown.en}")
    return Text("，".join(zh), ", ".join(en)) if zh else None
