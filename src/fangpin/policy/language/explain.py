"""How a condition came to be true (or false), as templates that are filled with figures.

For many findings of one rule:

    parts = explain_parts(node, scope)                                  # once per rule
    pattern = tuple(value of each of parts.conditions for the finding)
    template = sentence_template(parts, pattern, "zh", scope)           # once per distinct pattern
    template.fill({slot.name: text for each slot of template.slots})    # once per finding

Conditions and slots are ordinary nodes about the subject of the finding (a slot with `among` is
about its members), to be evaluated by whatever engine is at hand; `slot_text` and `listed` print
the values. `sentence()` does all of it for one case.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from fangpin.kernel.errors import Language
from fangpin.policy.language import nodes as n
from fangpin.policy.language.evaluate import UNKNOWN, Case, Result, evaluate
from fangpin.policy.language.scope import Scope
from fangpin.policy.language.template import Pieces, Slot, Template, listed, slot_text
from fangpin.policy.language.types import BOOL
from fangpin.policy.language.writer import Writer
from fangpin.policy.language.writer_values import conjunction, opposite

Pattern = tuple[Result | None, ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """What decides the wording of the sentences that tell why `node` is `truth`, and every slot
    that one of these wordings has."""

    node: n.Node
    truth: bool
    conditions: tuple[n.Node, ...]
    slots: tuple[Slot, ...]


def explain_parts(node: n.Node, scope: Scope, truth: bool = True) -> Parts:
    """Conditions and slots of the sentences that tell why `node` is `truth`."""
    writer = Writer(scope, "zh")
    writer.statement(node, truth)
    return Parts(node, truth, tuple(writer.conditions), tuple(writer.slots.values()))


def sentence_template(parts: Parts, pattern: Pattern, language: Language, scope: Scope) -> Template:
    """The wording where `parts.conditions` have these values, in this order; only True counts.

    Names of slots are those of `parts.slots`.
    """
    holding = frozenset(
        condition
        for condition, value in zip(parts.conditions, pattern, strict=True)
        if value is True
    )
    names = {(slot.node, slot.among, slot.style): slot for slot in parts.slots}
    writer = Writer(scope, language, holding=holding, slots=names)
    return Template(_merged(writer.statement(parts.node, parts.truth)))


def sentence(node: n.Node, case: Case, language: Language, scope: Scope) -> str:
    """Why the condition is true or false for this case, with its figures; when it is unknown, which
    facts are missing."""
    truth = evaluate(node, case)
    if truth is UNKNOWN:
        reasons = unknown_reasons(node).items()
        missing = tuple(name for name, reason in reasons if evaluate(reason, case) is True)
        return undecided(missing, language, scope)
    parts = explain_parts(node, scope, truth is True)
    pattern = tuple(evaluate(condition, case) for condition in parts.conditions)
    template = sentence_template(parts, pattern, language, scope)
    return template.fill(
        {slot.name: _slot_of_case(slot, case, language, scope) for slot in template.slots}
    )


def describe(node: n.Node, language: Language, scope: Scope, truth: bool = True) -> str:
    """The condition in words, without any case: what a rule asks for."""
    return "".join(str(piece) for piece in Writer(scope, language).plain(node, truth))


def undecided(missing: tuple[str, ...], language: Language, scope: Scope) -> str:
    """The sentence for a condition that is unknown because these facts are."""
    return "".join(str(piece) for piece in Writer(scope, language).undecided(missing))


def unknown_reasons(node: n.Node) -> dict[str, n.Node]:
    """For each fact of a condition, when it is a reason why the condition is unknown.

    A missing fact is no reason where an `or`, `and`, `if` or `coalesce` was decided without it. The
    reasons are conditions about the subject of `node`, never unknown.
    """
    found: dict[str, list[n.Node]] = {}
    for name, reason in _reasons(node, ()):
        found.setdefault(name, []).append(reason)
    return {
        name: reasons[0]
        if len(reasons) == 1
        else n.Or(tuple(reasons), type=BOOL, subject=node.subject)
        for name, reasons in found.items()
    }


def _reasons(node: n.Node, guards: tuple[n.Node, ...]) -> Iterator[tuple[str, n.Node]]:
    match node:
        case n.Known() | n.Members("known_sum", _):
            return
        case n.Fact() | n.Column():
            yield node.name, conjunction((*guards, _missing(node)))
        case n.FromAbove():
            yield node.child.name, conjunction((*guards, _missing(node)))
        case n.Members():
            for name, reason in _reasons(node.child, (_missing(node.child),)):
                somebody = n.Members("any", reason, type=BOOL, subject="household")
                yield name, conjunction((*guards, somebody))
        case n.If():
            guards = (*guards, _missing(node))
            yield from _reasons(node.condition, guards)
            for branch, against in (
                (node.then, opposite(node.condition)),
                (node.otherwise, node.condition),
            ):
                ruled_out = conjunction((opposite(_missing(node.condition)), against))
                yield from _reasons(branch, (*guards, opposite(ruled_out)))
        case _:
            if isinstance(node, n.And | n.Or | n.Coalesce):
                guards = (*guards, _missing(node))
            for child in n.children(node):
                yield from _reasons(child, guards)


def _missing(node: n.Node) -> n.Node:
    return opposite(n.Known(node, type=BOOL, subject=node.subject))


def _slot_of_case(slot: Slot, case: Case, language: Language, scope: Scope) -> str:
    if slot.among is None:
        return slot_text(evaluate(slot.node, case), slot, language, scope)
    members = [case.member(at) for at in range(len(case.members))]
    texts = [
        slot_text(evaluate(slot.node, member), slot, language, scope)
        for member in members
        if evaluate(slot.among, member) is True
    ]
    return listed(texts, language)


def _merged(pieces: Pieces) -> tuple[str | Slot, ...]:
    merged: Pieces = []
    for piece in pieces:
        if isinstance(piece, str) and merged and isinstance(merged[-1], str):
            merged[-1] += piece
        else:
            merged.append(piece)
    return tuple(merged)
