"""Rules evaluated on a snapshot: who is hit, who cannot be decided, and for what reason."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fangpin.engine.column import Mask
from fangpin.engine.facts import Facts
from fangpin.policy.pack import Pack, Rule


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
        outcomes.append(evaluate_rule(facts, rule))
    return outcomes


def evaluate_rule(facts: Facts, rule: Rule) -> Outcome:
    """`when` holds and no exemption of `unless` does (Kleene)."""
    size = facts.snapshot.size(rule.subject)
    result = facts.evaluation.column(facts.compiled.condition(rule)).spread(size)
    holds = np.flatnonzero(result.true())
    if result.known is None or result.known.all():
        return Outcome(rule, holds, holds[:0], np.broadcast_to(np.False_, (size,)))
    undecided = ~result.known
    villages = _gaps(facts, rule)
    unclear = np.flatnonzero(undecided)
    if villages is not None:
        unclear = unclear[~villages[facts.snapshot.village_rows(rule.subject, unclear)]]
    return Outcome(rule, holds, unclear, undecided)


def _gaps(facts: Facts, rule: Rule) -> Mask | None:
    """Villages for which a delivery that the rule needs is not complete; None without any."""
    villages: Mask | None = None
    for fact in facts.compiled.sources(rule):
        found = facts.incomplete(fact) if fact.feed is not None else None
        if found is not None:
            villages = found if villages is None else villages | found
    return villages
