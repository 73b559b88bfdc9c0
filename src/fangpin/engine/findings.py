"""Rules evaluated on a snapshot: who is hit, who cannot be decided, and for what reason."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fangpin.engine.column import Mask
from fangpin.engine.facts import Facts
from fangpin.policy.language import nodes
from fangpin.policy.pack import Fact, Pack, Rule


@dataclass(frozen=True)
class Outcome:
    """One rule on all its subjects.

    `holds`: rows known true. `unclear`: rows that are unknown although the deliveries are complete
    for their area: an unusable row or a missing value concerns just this subject. `undecided`:
    rows unknown for whatever reason.
    """

    rule: Rule
    holds: NDArray[np.int64]
    unclear: NDArray[np.int64]
    undecided: Mask


def evaluate_rules(
    pack: Pack, facts: Facts, progress: Callable[[str, int, int], None] | None = None
) -> list[Outcome]:
    """Every rule of the pack, in the pack's order."""
    outcomes = []
    for number, rule in enumerate(pack.rules.values()):
        if progress:
            progress("rules", number, len(pack.rules))
        outcomes.append(evaluate_rule(pack, facts, rule))
    return outcomes


def evaluate_rule(pack: Pack, facts: Facts, rule: Rule) -> Outcome:
    """`when` holds and no exemption of `unless` does (Kleene)."""
    size = facts.snapshot.size(rule.subject)
    result = facts.evaluation.column(rule.condition).spread(size)
    undecided = np.zeros(size, dtype=np.bool_) if result.known is None else ~result.known
    unclear = undecided & ~_area_unknown(pack, facts, rule) if undecided.any() else undecided
    return Outcome(rule, np.flatnonzero(result.true()), np.flatnonzero(unclear), undecided)


def source_facts(pack: Pack, rule: Rule) -> tuple[Fact, ...]:
    """The facts from register or deliveries on which a rule rests, derived ones resolved."""
    found: dict[str, Fact] = {}

    def visit(node: nodes.Node) -> None:
        for leaf in nodes.facts_of(node):
            fact = pack.facts[leaf.name]
            if fact.derive is None:
                found.setdefault(fact.name, fact)
            elif fact.derive.node is not None:
                visit(fact.derive.node)

    visit(rule.condition)
    return tuple(found.values())


def _area_unknown(pack: Pack, facts: Facts, rule: Rule) -> Mask:
    """Subjects in areas for which a delivery that the rule needs is not complete."""
    village = facts.snapshot.village_of(rule.subject)
    mask = np.zeros(len(village), dtype=np.bool_)
    for fact in source_facts(pack, rule):
        if fact.feed is not None:
            mask |= facts.incomplete(fact)[village]
    return mask
