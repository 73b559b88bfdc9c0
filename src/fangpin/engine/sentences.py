"""Sentences of findings: one wording per way in which the rule came true, filled with figures."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from fangpin.engine.column import Column, Mask
from fangpin.engine.facts import Facts
from fangpin.engine.figures import decimal_texts, distinct_values
from fangpin.engine.plan import EPOCH
from fangpin.kernel.errors import Language
from fangpin.policy.language import nodes
from fangpin.policy.language.evaluate import UNKNOWN
from fangpin.policy.language.explain import (
    Parts,
    explain_parts,
    sentence_template,
    undecided,
    unknown_reasons,
)
from fangpin.policy.language.scope import Scope
from fangpin.policy.language.template import Slot, Template, listed, slot_text
from fangpin.policy.language.types import Subject
from fangpin.policy.language.wording import unit_text
from fangpin.policy.pack import Pack, Rule

Int64 = NDArray[np.int64]
LANGUAGES: tuple[Language, Language] = ("zh", "en")


def sentences(
    pack: Pack, facts: Facts, rule: Rule, node: nodes.Node, hits: Int64
) -> tuple[list[str], list[str]]:
    """Why `node` holds for each of `hits` (rows of the rule's subject), in Chinese and English."""
    told = sentences_in(LANGUAGES, facts, rule, node, hits)
    return told["zh"], told["en"]


def sentences_in(
    languages: Sequence[Language], facts: Facts, rule: Rule, node: nodes.Node, hits: Int64
) -> dict[Language, list[str]]:
    """As `sentences`, in the languages asked for."""
    scope = facts.compiled.scope(rule.subject)
    return _told(languages, facts, scope, explain_parts(node, scope), rule.subject, hits)


def undecided_sentences(
    pack: Pack, facts: Facts, rule: Rule, node: nodes.Node, rows: Int64
) -> tuple[list[str], list[str]]:
    """Which facts are missing for a decision, for each of `rows`."""
    told = missing_sentences(facts, rule.subject, node, rows)
    return told["zh"], told["en"]


def missing_sentences(
    facts: Facts, subject: Subject, node: nodes.Node, rows: Int64
) -> dict[Language, list[str]]:
    """As `undecided_sentences`, for a condition that is not a rule."""
    scope = facts.compiled.scope(subject)
    size = facts.snapshot.size(subject)
    reasons = unknown_reasons(node)
    missing = [facts.evaluation.column(each).spread(size).true()[rows] for each in reasons.values()]
    told: dict[Language, list[str]] = {language: [""] * len(rows) for language in LANGUAGES}
    for pattern, chosen in _patterns(missing, len(rows)):
        names = tuple(name for name, gone in zip(reasons, pattern, strict=True) if gone)
        for language in LANGUAGES:
            text = undecided(names, language, scope)
            _put(told[language], chosen, [text] * len(chosen))
    return told


def decided_sentences(
    facts: Facts, subject: Subject, node: nodes.Node, rows: Int64, truth: bool
) -> dict[Language, list[str]]:
    """Why a condition is `truth` for each of `rows`, where it is."""
    scope = facts.compiled.scope(subject)
    return _told(LANGUAGES, facts, scope, explain_parts(node, scope, truth), subject, rows)


def _patterns(holding: list[Mask], size: int) -> Iterator[tuple[tuple[bool, ...], Int64]]:
    """Each combination of conditions that occurs, with the rows where it does."""
    which = np.zeros(size, dtype=np.int64)
    for condition in holding:
        # Numbers stay small however many conditions there are.
        which = np.unique(which * 2 + condition, return_inverse=True)[1].reshape(-1)
    order = np.argsort(which, kind="stable")
    ends = np.cumsum(np.bincount(which))
    for rows in np.split(order, ends[:-1]):
        if len(rows):
            yield tuple(bool(condition[rows[0]]) for condition in holding), rows


def _put(told: list[str], rows: Int64, texts: list[str]) -> None:
    """Texts in their places."""
    if len(rows) == len(told):
        told[:] = texts
        return
    for row, text in zip(rows.tolist(), texts, strict=True):
        told[row] = text


def _told(
    languages: Sequence[Language],
    facts: Facts,
    scope: Scope,
    parts: Parts,
    subject: str,
    hits: Int64,
) -> dict[Language, list[str]]:
    size = facts.snapshot.size(subject)
    holding = [facts.evaluation.column(each).spread(size).true()[hits] for each in parts.conditions]
    told: dict[Language, list[str]] = {language: [""] * len(hits) for language in languages}
    for pattern, rows in _patterns(holding, len(hits)):
        figures: dict[str, dict[Language, list[str]]] = {}
        for language in languages:
            template = sentence_template(parts, pattern, language, scope)
            for slot in template.slots:
                if slot.name not in figures:
                    figures[slot.name] = _slot(languages, facts, slot, scope, subject, hits[rows])
            texts = {name: each[language] for name, each in figures.items()}
            _put(told[language], rows, _filled(template, texts, len(rows)))
    return told


def _filled(template: Template, texts: Mapping[str, list[str]], size: int) -> list[str]:
    """The sentences of many findings; as `Template.fill` for each of them."""
    pattern = "".join(
        piece.replace("%", "%%") if isinstance(piece, str) else "%s" for piece in template.pieces
    )
    figures = [texts[piece.name] for piece in template.pieces if isinstance(piece, Slot)]
    if not figures:
        return [pattern % ()] * size
    return [pattern % each for each in zip(*figures, strict=True)]


def _slot(
    languages: Sequence[Language],
    facts: Facts,
    slot: Slot,
    scope: Scope,
    subject: str,
    rows: Int64,
) -> dict[Language, list[str]]:
    """The printed values of a slot for each row, by language."""
    if slot.among is None:
        column = facts.evaluation.column(slot.node).spread(facts.snapshot.size(subject))
        return _texts(languages, facts, column.take(rows), slot, scope)
    snapshot = facts.snapshot
    persons = snapshot.size("person")
    among = facts.evaluation.column(slot.among).spread(persons).true()
    column = facts.evaluation.column(slot.node).spread(persons)
    wanted = np.zeros(snapshot.size("household"), dtype=np.bool_)
    wanted[rows] = True
    named = np.flatnonzero(among & wanted[snapshot.households_of_persons])
    of_all = _texts(languages, facts, column.take(named), slot, scope)
    ends = np.searchsorted(named, snapshot.members.start)
    first, last = ends[rows].tolist(), ends[rows + 1].tolist()
    return {
        language: [
            texts[start] if end - start == 1 else listed(texts[start:end], language)
            for start, end in zip(first, last, strict=True)
        ]
        for language, texts in of_all.items()
    }


def _texts(
    languages: Sequence[Language], facts: Facts, column: Column, slot: Slot, scope: Scope
) -> dict[Language, list[str]]:
    """Each distinct value is printed once."""
    distinct, number = distinct_values(column)
    which = number.tolist()
    known = None if column.known is None else np.broadcast_to(column.known, number.shape).tolist()
    found: dict[Language, list[str]] = {}
    for language in languages:
        printed = _printed(facts, distinct, slot, language, scope)
        texts = [printed[each] for each in which]
        if known is not None:
            unknown = slot_text(UNKNOWN, slot, language, scope)
            texts = [
                text if is_known else unknown for text, is_known in zip(texts, known, strict=True)
            ]
        found[language] = texts
    return found


def _printed(
    facts: Facts, values: list[bool | int], slot: Slot, language: Language, scope: Scope
) -> list[str]:
    """As `slot_text` for each value; figures with a unit, which are many, all at once."""
    type_ = slot.node.type
    if type_.is_number and slot.style in ("figure", "value") and not _is_year(slot.node):
        keep = slot.style == "figure" and type_.kind == "money"
        if not (keep and type_.scale > 2):
            one, many = (unit_text(type_.unit, language, one=each) for each in (True, False))
            figures = decimal_texts(values, type_.scale, keep)
            if not many and not one:
                return figures
            words = {True: f" {one}" if one else "", False: f" {many}" if many else ""}
            return [figure + words[figure == "1"] for figure in figures]
    read = value_reader(facts, slot.node)
    return [slot_text(read(value), slot, language, scope) for value in values]


def _is_year(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Function) and node.name == "year"


def value_reader(facts: Facts, node: nodes.Node) -> Callable[[bool | int], nodes.Value]:
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
