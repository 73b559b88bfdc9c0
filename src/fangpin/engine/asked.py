"""One expression asked of one subject: the answer, why, and the figures it rests on."""

from dataclasses import dataclass
from typing import Literal as OneOf

import numpy as np

from fangpin.engine.evidence import Entries
from fangpin.engine.facts import Facts
from fangpin.engine.sentences import decided_sentences, missing_sentences, value_reader
from fangpin.kernel.errors import Language, Text
from fangpin.policy.language import nodes
from fangpin.policy.language.template import Slot, slot_text
from fangpin.policy.language.types import Subject
from fangpin.policy.language.writer import Writer

Truth = OneOf["true", "false", "unknown"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A value from register or delivery that the answer rests on, as it is printed.

    `person_number` "" for facts about the household or village; `period` "" for the register's own;
    `file`, `sheet`, `row` where a delivered row says so ("" and None for others and for absence).
    """

    fact: str
    label: Text
    value: Text
    unit: str
    person_number: str
    period: str
    file: str
    sheet: str
    row: int | None
    known: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """`value`: bool for conditions, whole number scaled as the expression's type says, date as
    days would be a `date`, code its text; None when unknown."""

    value: nodes.Value | None
    sentence: Text
    figures: tuple[Figure, ...]

    @property
    def truth(self) -> Truth:
        """The answer of a condition in a word; a figure that is known counts as true."""
        if self.value is None:
            return "unknown"
        return "false" if self.value is False else "true"


def asked(facts: Facts, node: nodes.Node, subject: Subject, row: int) -> Asked:
    """`node` for row `row` of the table of `subject`."""
    column = facts.evaluation.column(node).spread(facts.snapshot.size(subject))
    rows = np.array([row], dtype=np.int64)
    known = column.known is None or bool(column.known[row])
    figures = _figures(facts, node, subject, row)
    if not known:
        told = missing_sentences(facts, subject, node, rows)
        return Asked(None, Text(told["zh"][0], told["en"][0]), figures)
    value = value_reader(facts, node)(column.values[row].item())
    if isinstance(value, bool):
        told = decided_sentences(facts, subject, node, rows, value)
        return Asked(value, Text(told["zh"][0], told["en"][0]), figures)
    return Asked(value, _value_sentence(facts, node, subject, value), figures)


def _value_sentence(facts: Facts, node: nodes.Node, subject: Subject, value: nodes.Value) -> Text:
    def told(language: Language) -> str:
        scope = facts.compiled.scope(subject)
        label = Writer(scope, language, figures=False).figure(node)
        called = "".join(str(piece) for piece in label).strip()
        return f"{called} {slot_text(value, Slot('value', node, 'figure'), language, scope)}"

    return Text(told("zh"), told("en"))


def _figures(facts: Facts, node: nodes.Node, subject: Subject, row: int) -> tuple[Figure, ...]:
    entries = Entries(facts)
    entries.add(subject, np.array([row], dtype=np.int64), node)
    listed = entries.lists(np.array([0], dtype=np.int64))[0]
    if listed is None:
        return ()
    return tuple(
        Figure(
            fact=each["fact"],
            label=Text(each["label_zh"], each["label_en"]),
            value=Text(each["value"], each["value_en"]),
            unit=each["unit"] or "",
            person_number=each["person_number"] or "",
            period=each["period"] or "",
            file=each["file"] or "",
            sheet=each["sheet"] or "",
            row=each["row"],
            known=each["known"],
        )
        for each in listed
    )
