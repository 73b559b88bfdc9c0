"""Sentences of findings: one wording per way in which the rule came true, filled with figures."""

from collections.abc import Callable
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from fangpin.engine.column import Column
from fangpin.engine.facts import Facts
from fangpin.engine.plan import EPOCH
from fangpin.kernel.errors import Language
from fangpin.policy.language import nodes
from fangpin.policy.language.evaluate import UNKNOWN, Result
from fangpin.policy.language.explain import (
    Parts,
    explain_parts,
    sentence_template,
    undecided,
    unknown_reasons,
)
from fangpin.policy.language.scope import Scope
from fangpin.policy.language.template import Slot, listed, slot_text
from fangpin.policy.names import scope_of
from fangpin.policy.pack import Pack, Rule

Int64 = NDArray[np.int64]
LANGUAGES: tuple[Language, Language] = ("zh", "en")


def sentences(
    pack: Pack, facts: Facts, rule: Rule, node: nodes.Node, hits: Int64
) -> tuple[list[str], list[str]]:
    """Why `node` holds for each of `hits` (rows of the rule's subject), in Chinese and English."""
    scope = scope_of(pack, rule.subject)
    return _told(facts, scope, explain_parts(node, scope), rule.subject, hits)


def undecided_sentences(
    pack: Pack, facts: Facts, rule: Rule, node: nodes.Node, rows: Int64
) -> tuple[list[str], list[str]]:
    """Which facts are missing for a decision, for each of `rows`."""
    scope = scope_of(pack, rule.subject)
    size = facts.snapshot.size(rule.subject)
    reasons = unknown_reasons(node)
    missing = np.stack(
        [facts.evaluation.column(each).spread(size).true()[rows] for each in reasons.values()],
        axis=1,
    )
    patterns, which = np.unique(missing, axis=0, return_inverse=True)
    texts = []
    for pattern in patterns:
        names = tuple(name for name, gone in zip(reasons, pattern, strict=True) if gone)
        texts.append(tuple(undecided(names, language, scope) for language in LANGUAGES))
    which = which.reshape(-1)
    return [texts[each][0] for each in which], [texts[each][1] for each in which]


def _told(
    facts: Facts, scope: Scope, parts: Parts, subject: str, hits: Int64
) -> tuple[list[str], list[str]]:
    size = facts.snapshot.size(subject)
    holding = [facts.evaluation.column(each).spread(size).true()[hits] for each in parts.conditions]
    matrix = np.stack(holding, axis=1) if holding else np.zeros((len(hits), 0), dtype=np.bool_)
    patterns, which = np.unique(matrix, axis=0, return_inverse=True)
    which = which.reshape(-1)
    told: dict[Language, list[str]] = {language: [""] * len(hits) for language in LANGUAGES}
    for number, pattern in enumerate(patterns):
        rows = np.flatnonzero(which == number)
        truth = tuple(bool(each) for each in pattern)
        for language in LANGUAGES:
            template = sentence_template(parts, truth, language, scope)
            texts = {
                slot.name: _slot(facts, slot, language, scope, subject, hits[rows])
                for slot in template.slots
            }
            for position, row in enumerate(rows.tolist()):
                told[language][row] = template.fill(
                    {name: values[position] for name, values in texts.items()}
                )
    return told["zh"], told["en"]


def _slot(
    facts: Facts, slot: Slot, language: Language, scope: Scope, subject: str, rows: Int64
) -> list[str]:
    """The printed value of a slot for each row."""
    if slot.among is None:
        column = facts.evaluation.column(slot.node).spread(facts.snapshot.size(subject))
        return _texts(facts, column.take(rows), slot, language, scope)
    snapshot = facts.snapshot
    persons = snapshot.size("person")
    among = facts.evaluation.column(slot.among).spread(persons).true()
    column = facts.evaluation.column(slot.node).spread(persons)
    wanted = np.zeros(snapshot.size("household"), dtype=np.bool_)
    wanted[rows] = True
    named = np.flatnonzero(among & wanted[snapshot.households_of_persons])
    texts = _texts(facts, column.take(named), slot, language, scope)
    ends = np.searchsorted(named, snapshot.members.start)
    return [listed(texts[ends[row] : ends[row + 1]], language) for row in rows.tolist()]


def _texts(facts: Facts, column: Column, slot: Slot, language: Language, scope: Scope) -> list[str]:
    """Each distinct value is printed once."""
    read = _reader(facts, slot.node)
    distinct, inverse = np.unique(column.values, return_inverse=True)
    printed = [slot_text(read(each.item()), slot, language, scope) for each in distinct]
    texts = [printed[number] for number in inverse.reshape(-1).tolist()]
    if column.known is not None:
        unknown = slot_text(UNKNOWN, slot, language, scope)
        known = np.broadcast_to(column.known, column.values.shape).tolist()
        texts = [text if is_known else unknown for text, is_known in zip(texts, known, strict=True)]
    return texts


def _reader(facts: Facts, node: nodes.Node) -> Callable[[bool | int], Result]:
    """From the number in a column to the value the language speaks of."""
    type_ = node.type
    if type_.kind == "date":
        return lambda value: EPOCH + timedelta(days=int(value))
    if type_.kind == "code" and type_.codes is not None:
        codes = type_.codes
        return lambda value: facts.vocabularies.text(codes, int(value))
    if type_.kind == "bool":
        return bool
    return int
