"""The file of procedures: whole ones, and variants of those of a pack that is extended."""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from fangpin.policy import pack as records
from fangpin.policy.loading.procedure_variants import StepChange, StepGone, StepNew, Variant
from fangpin.policy.loading.records import BILINGUAL, Key, Keyed, ListOf, Nullable, optional
from fangpin.policy.loading.scalars import (
    IDENTIFIER,
    NAME,
    Choice,
    Exact,
    Formula,
    Truth,
    Whole,
    Words,
)
from fangpin.policy.loading.shapes import Json, Reading, refuse
from fangpin.policy.loading.shared_shapes import TEXT, ordered, plain
from fangpin.policy.loading.tree import Mapping, Scalar, Tree

SUBJECTS = (
    *("person", "household", "village", "township", "county"),
    *("project", "asset", "unit", "fund"),
)
POSTS = (
    *("household", "village_worker", "township_officer", "county_bureau"),
    *("department_liaison", "approver"),
)
"""Roles of the system that may act on a step; `household` is entered by the village worker or
comes through the citizens' door."""
NUMBERS = ("money", "integer", "number")

_NAMED_DAYS = plain("NamedDays", {"parameter": Key(NAME)}, lambda parameter: parameter)
_WHOLE_DAYS = Whole(0, 3660)


@dataclass(frozen=True)
class _Days:
    """A number of days, or `{parameter: name}`."""

    def read(self, tree: Tree, name: str, reading: Reading) -> Any:
        shape = _NAMED_DAYS if isinstance(tree, Mapping) else _WHOLE_DAYS
        return shape.read(tree, name, reading)

    def json_schema(self, definitions: Json) -> Json:
        return {
            "anyOf": [_WHOLE_DAYS.json_schema(definitions), _NAMED_DAYS.json_schema(definitions)]
        }


@dataclass(frozen=True)
class _Share:
    """A share such as 2/3, above 0 and at most 1."""

    pattern = r"[1-9][0-9]{0,3}/[1-9][0-9]{0,3}|1"

    def read(self, tree: Tree, name: str, reading: Reading) -> Any:
        if isinstance(tree, Scalar) and re.fullmatch(self.pattern, tree.text):
            share = Fraction(tree.text)
            if share <= 1:
                return share
        return refuse(
            tree,
            name,
            reading,
            ("不超过 1 的分数", "a share of at most 1"),
            ("写成 2/3 这样的分数", "write it like 2/3"),
        )

    def json_schema(self, definitions: Json) -> Json:
        return {"anyOf": [{"type": "string", "pattern": f"^({self.pattern})$"}, {"const": 1}]}


DAYS = _Days()
KIND_OF_DAYS = Choice(("calendar", "workday"))
TIME_LIMIT = Keyed(
    "TimeLimit",
    {
        "days": Key(DAYS),
        "kind": optional(KIND_OF_DAYS),
        "counts_from": optional(Choice(("step", "case"))),
        "clause": optional(IDENTIFIER),
    },
    records.TimeLimit,
)
ACTOR = plain("Actor", {"role": Key(TEXT), "level": optional(TEXT)}, records.Actor)
PUBLICATION = Keyed(
    "Publication",
    {
        "where": Key(TEXT),
        "days": optional(Nullable(DAYS)),
        "masked": optional(Truth()),
        "kind": optional(KIND_OF_DAYS),
        "form": optional(Choice(("notice", "announcement"))),
        "clause": optional(IDENTIFIER),
    },
    records.Publication,
)
OPTION = Keyed(
    "Option",
    {"code": Key(IDENTIFIER), "label": Key(BILINGUAL)},
    records.Option,
    identity="code",
)


def _entry_is_whole(values: dict[str, Any], tree: Tree, name: str, reading: Reading) -> bool:
    """What the type of an entry asks for and what it has no use for."""
    type_ = values.get("type", "text")
    shown = f"{name} {values['id']}"
    choice = type_ in ("choice", "choices")
    if choice and bool(values.get("vocabulary")) == bool(values.get("options")):
        reading.bad(
            tree.line,
            (
                f"{shown} 是选择项，vocabulary 和 options 要写其中一个",
                f"{shown} is a choice and needs either vocabulary or options",
            ),
            (
                "写 vocabulary: 代码表名，或 options: [{code, label}]",
                "write vocabulary: <codes>, or options: [{code, label}]",
            ),
        )
        return False
    allowed = {
        "vocabulary": choice or type_ == "household_field",
        "options": choice,
        "unit": type_ in NUMBERS,
        "least": type_ in NUMBERS,
        "most": type_ in NUMBERS,
    }
    for key, fits in allowed.items():
        if values.get(key) and not fits:
            reading.bad(
                tree.lines[key] if isinstance(tree, Mapping) else tree.line,
                (f"{shown} 是 {type_}，不能写 {key}", f"{shown} is {type_} and takes no {key}"),
                (f"删去 {key}，或改 type", f"remove {key}, or change type"),
            )
            return False
    return bool(ordered("least", "most")(values, tree, name, reading))


ENTRY = Keyed(
    "Entry",
    {
        "id": Key(NAME),
        "label": Key(BILINGUAL),
        "type": optional(
            Choice(
                (
                    *("text", "long_text", "money", "integer", "number", "date", "boolean"),
                    *("choice", "choices", "signature", "household_field"),
                )
            )
        ),
        "vocabulary": optional(IDENTIFIER),
        "options": optional(ListOf(OPTION, at_least=1)),
        "required": optional(Truth()),
        "unit": optional(TEXT),
        "sensitive": optional(Truth()),
        "about": optional(Choice(("household", "each_member"))),
        "help": optional(BILINGUAL),
        "least": optional(Exact()),
        "most": optional(Exact()),
    },
    records.Entry,
    identity="id",
    check=_entry_is_whole,
)
ATTACHMENT = Keyed(
    "AttachmentRule",
    {
        "id": Key(NAME),
        "label": Key(BILINGUAL),
        "least": optional(Whole(0, 100)),
        "most": optional(Whole(1, 100)),
        "kinds": optional(ListOf(Choice(("image", "pdf")), at_least=1, distinct=True)),
    },
    records.AttachmentRule,
    identity="id",
    check=ordered("least", "most"),
)
VOTE = Keyed(
    "Vote",
    {
        "body": Key(BILINGUAL),
        "quorum": Key(_Share()),
        "majority": Key(_Share()),
        "more_than": optional(Truth()),
        "secret": optional(Truth()),
        "published_same_day": optional(Truth()),
        "clause": optional(IDENTIFIER),
    },
    records.Vote,
)
TARGET_OF_OUTCOME = Words(
    r"next|end|(back:)?[A-Za-z0-9][A-Za-z0-9._-]{0,79}",
    ("next、end、back:步骤 或步骤编号", "next, end, back:<step> or the id of a step"),
    "back:visit",
)
OUTCOME = Keyed(
    "Outcome",
    {
        "id": Key(IDENTIFIER),
        "label": Key(BILINGUAL),
        "goes": optional(TARGET_OF_OUTCOME),
        "reason_required": optional(Truth()),
        "ends_as": optional(Choice(("granted", "refused", "returned", "withdrawn"))),
    },
    records.Outcome,
    identity="id",
)
RATE_LIMIT = Keyed(
    "RateLimit",
    {
        "id": Key(IDENTIFIER),
        "rate": Key(Choice(("wrong_exit", "omission", "overall_poverty", "approval"))),
        "relation": Key(Choice(("at_most", "less_than", "at_least"))),
        "parameter": Key(NAME),
        "clause": Key(IDENTIFIER),
    },
    records.RateLimit,
    identity="id",
)
CONDITION = Keyed(
    "Condition",
    {
        "id": Key(IDENTIFIER),
        "label": Key(BILINGUAL),
        "when": Key(Formula()),
        "clause": Key(IDENTIFIER),
        "on_unknown": optional(Choice(("refuse", "warn"))),
    },
    records.Condition,
    identity="id",
)
GREEN = Keyed(
    "GreenChannel",
    {
        "clause": Key(IDENTIFIER),
        "label": Key(BILINGUAL),
        "later": Key(ListOf(IDENTIFIER, at_least=1, distinct=True)),
        "help_step": Key(IDENTIFIER),
    },
    records.GreenChannel,
)
_STEP_KEYS = {
    "within": optional(Nullable(TIME_LIMIT)),
    "publish": optional(Nullable(PUBLICATION)),
    "clause": optional(IDENTIFIER),
    "state": optional(BILINGUAL),
    "posts": optional(ListOf(Choice(POSTS), at_least=1, distinct=True)),
    "enter": optional(ListOf(ENTRY)),
    "attach": optional(ListOf(ATTACHMENT)),
    "vote": optional(Nullable(VOTE)),
    "outcomes": optional(ListOf(OUTCOME)),
    "on_objection": optional(Nullable(TARGET_OF_OUTCOME)),
    "on_timeout": optional(Choice(("escalate", "advance", "end"))),
    "apart_from": optional(ListOf(IDENTIFIER, distinct=True)),
    "decides": optional(Truth()),
    "event": optional(Choice(("checked", "included", "first_measure", "removed", "returned"))),
    "parallel_with": optional(Nullable(IDENTIFIER)),
    "skip_when": optional(ListOf(Choice(("green", "compared_already")), distinct=True)),
    "rates": optional(ListOf(RATE_LIMIT)),
}
_WHOLE_STEP = {"id": Key(IDENTIFIER), "label": Key(BILINGUAL), "actor": Key(ACTOR)}
STEP = Keyed("Step", {**_WHOLE_STEP, **_STEP_KEYS}, records.Step, identity="id")
_PROCEDURE_KEYS = {
    "time_limit": optional(Nullable(TIME_LIMIT)),
    "mechanism": optional(Nullable(IDENTIFIER)),
    "effect": optional(
        Choice(
            (
                *("none", "identify", "monitor", "remove_risk", "return_to_monitoring"),
                *("exit_household", "exit_village", "exit_county"),
                *("correct", "transfer", "objection"),
            )
        )
    ),
    "conditions": optional(ListOf(CONDITION)),
    "opens_from": optional(
        ListOf(Choice(("clue", "application", "officer")), at_least=1, distinct=True)
    ),
    "green": optional(Nullable(GREEN)),
}
PROCEDURE = Keyed(
    "Procedure",
    {
        "id": Key(IDENTIFIER),
        "label": Key(BILINGUAL),
        "clause": Key(IDENTIFIER),
        "subject": Key(Choice(SUBJECTS)),
        "steps": Key(ListOf(STEP, at_least=1)),
        **_PROCEDURE_KEYS,
    },
    records.Procedure,
    identity="id",
)


def _changes(kind: Any) -> Any:
    """Builds a change of a step from the keys that were written."""

    def build(origin: records.Origin, **fields: Any) -> Any:
        return kind(origin=origin, fields=fields)

    return build


STEP_CHANGE = Keyed(
    "StepChange",
    {
        "change": Key(IDENTIFIER),
        "label": optional(BILINGUAL),
        "actor": optional(ACTOR),
        **_STEP_KEYS,
        "clause": Key(IDENTIFIER),
    },
    _changes(StepChange),
    identity="change",
)
STEP_NEW = Keyed(
    "StepInserted",
    {"insert_after": Key(IDENTIFIER), **_WHOLE_STEP, **_STEP_KEYS, "clause": Key(IDENTIFIER)},
    _changes(StepNew),
    identity="id",
)
STEP_GONE = Keyed(
    "StepRemoved",
    {"remove": Key(IDENTIFIER), "clause": Key(IDENTIFIER)},
    _changes(StepGone),
    identity="remove",
)


@dataclass(frozen=True)
class _StepOfVariant:
    """`{change: step, …}`, `{insert_after: step, id, …}` or `{remove: step, clause}`."""

    def read(self, tree: Tree, name: str, reading: Reading) -> Any:
        written = tree.entries if isinstance(tree, Mapping) else {}
        if "remove" in written:
            return STEP_GONE.read(tree, name, reading)
        if "insert_after" in written:
            return STEP_NEW.read(tree, name, reading)
        return STEP_CHANGE.read(tree, name, reading)

    def json_schema(self, definitions: Json) -> Json:
        shapes = (STEP_CHANGE, STEP_NEW, STEP_GONE)
        return {"anyOf": [shape.json_schema(definitions) for shape in shapes]}


VARIANT = Keyed(
    "Variant",
    {
        "id": Key(IDENTIFIER),
        "based_on": Key(IDENTIFIER),
        "clause": Key(IDENTIFIER),
        "label": optional(BILINGUAL),
        "steps": optional(ListOf(_StepOfVariant())),
        "without_conditions": optional(ListOf(IDENTIFIER, distinct=True)),
        **_PROCEDURE_KEYS,
    },
    lambda origin, **fields: Variant(origin=origin, fields=fields),
    identity="id",
)


class ProcedureOrVariant:
    """A whole procedure, or `{id, based_on, clause, …}` with what differs from another one."""

    def read(self, tree: Tree, name: str, reading: Reading) -> Any:
        variant = isinstance(tree, Mapping) and "based_on" in tree.entries
        return (VARIANT if variant else PROCEDURE).read(tree, name, reading)

    def json_schema(self, definitions: Json) -> Json:
        shapes = (PROCEDURE, VARIANT)
        return {"anyOf": [shape.json_schema(definitions) for shape in shapes]}
