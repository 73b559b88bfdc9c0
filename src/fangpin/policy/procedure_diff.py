"""Two versions of a procedure compared: which step, what of it, from what to what, which clause."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fangpin.kernel.errors import Text
from fangpin.policy.content import content
from fangpin.policy.pack import Pack, Procedure, Step
from fangpin.policy.procedure_words import (
    EFFECTS,
    OPENS_FROM,
    POSTS,
    attachment_words,
    entry_words,
    limit_words,
    outcome_words,
    publication_words,
    rate_words,
    role_words,
    vote_words,
)

NOTHING = Text("无", "none")
KEYS = {
    "label": Text("名称", "name"),
    "clause": Text("条款", "clause"),
    "subject": Text("对象", "subject"),
    "effect": Text("办结的效果", "effect"),
    "time_limit": Text("总时限", "time in all"),
    "opens_from": Text("由谁发起", "begun by"),
    "conditions": Text("启动条件", "conditions"),
    "green": Text("绿色通道", "green channel"),
    "steps": Text("步骤", "steps"),
    "order": Text("步骤顺序", "order of the steps"),
    "state": Text("状态", "state"),
    "actor": Text("谁办", "who"),
    "posts": Text("系统岗位", "posts"),
    "within": Text("时限", "time"),
    "publish": Text("公开", "publication"),
    "vote": Text("表决", "vote"),
    "on_objection": Text("异议成立", "objection upheld"),
    "enter": Text("录入", "entered"),
    "attach": Text("附件", "attached"),
    "outcomes": Text("结果", "outcomes"),
    "rates": Text("比率", "rates"),
    "apart_from": Text("须与下列步骤不是同一人", "not by whoever did"),
    "decides": Text("在此审定", "decides here"),
    "event": Text("计入时效", "counted for the earlies"),
    "on_timeout": Text("逾期", "when the time is over"),
    "parallel_with": Text("可同时办理", "at the same time as"),
    "skip_when": Text("可省略", "may be left out"),
    "mechanism": Text("机制", "mechanism"),
}
"""What a procedure and its steps consist of, in words; in the order of the sheet."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs. `step` is None for the procedure itself; `clause` is where what is
    new rests, or for something left out where the procedure does."""

    step: Step | None
    key: str
    before: Text
    after: Text
    clause: str


@dataclass(frozen=True, slots=True)
class _Side:
    pack: Pack
    procedure: Procedure
    as_of: date


def differences(old: Procedure, had: Pack, new: Procedure, has: Pack) -> list[Difference]:
    """What differs between `old` of the pack `had` and `new` of `has`, the procedure first, then
    step by step. Figures are those in force at the beginning of the new document."""
    day = has.document_date
    before, after = _Side(had, old, day), _Side(has, new, day)
    return [*_heads(before, after), *_steps(before, after)]


def _heads(before: _Side, after: _Side) -> Iterator[Difference]:
    old, new = before.procedure, after.procedure
    for key in ("label", "clause", "subject", "effect", "opens_from", "mechanism", "green"):
        if content(getattr(old, key)) != content(getattr(new, key)):
            clause = new.green.clause if key == "green" and new.green else new.clause
            yield Difference(None, key, _head(key, before), _head(key, after), clause)
    if _limit(before, old.time_limit) != _limit(after, new.time_limit):
        limit = new.time_limit
        clause = (limit.clause if limit else None) or new.clause
        yield Difference(
            None, "time_limit", _limit(before, old.time_limit), _limit(after, limit), clause
        )
    found = _members(old.conditions, new.conditions, lambda e, _: e.label, before, after)
    if found is not None:
        clause = next((e.clause for e in new.conditions if e not in old.conditions), new.clause)
        yield Difference(None, "conditions", *found, clause)


def _head(key: str, side: _Side) -> Text:
    value = getattr(side.procedure, key)
    if value is None or value == "none":
        return NOTHING
    if key == "clause":
        return _path(side.pack, value)
    if key == "effect":
        return EFFECTS[value]
    if key == "opens_from":
        return _listed([OPENS_FROM[each] for each in value])
    if key == "green":
        labels = {each.id: each.label for each in side.procedure.steps}
        later = _listed([labels[each] for each in value.later])
        return Text(f"后补：{later.zh}", f"later: {later.en}")
    return value if isinstance(value, Text) else Text(str(value), str(value))


def _steps(before: _Side, after: _Side) -> Iterator[Difference]:
    old = {step.id: step for step in before.procedure.steps}
    new = {step.id: step for step in after.procedure.steps}
    for gone in [step for name, step in old.items() if name not in new]:
        yield Difference(gone, "steps", gone.label, NOTHING, after.procedure.clause)
    kept_before = [name for name in old if name in new]
    kept_after = [name for name in new if name in old]
    if kept_before != kept_after:
        was = _listed([old[name].label for name in kept_before], " → ")
        now = _listed([new[name].label for name in kept_after], " → ")
        yield Difference(None, "order", was, now, after.procedure.clause)
    for name, step in new.items():
        if name in old:
            yield from _step(old[name], step, before, after)
        else:
            clause = step.clause or after.procedure.clause
            yield Difference(step, "steps", NOTHING, step.label, clause)


def _step(old: Step, new: Step, before: _Side, after: _Side) -> Iterator[Difference]:
    for key, words in _WORDS.items():
        had, has = getattr(old, key), getattr(new, key)
        if isinstance(had, tuple) and key in _MEMBERS:
            found = _members(had, has, words, before, after)
            if found is None:
                continue
            said = found
        else:
            same = content(had) == content(has)
            if same and key not in _BY_PARAMETER:
                continue
            said = words(had, before) if had else NOTHING, words(has, after) if has else NOTHING
            if said[0] == said[1] and (same or key in _BY_PARAMETER):
                continue  # the same days, perhaps on another clause
        clause = getattr(has, "clause", None) or new.clause or after.procedure.clause
        yield Difference(new, key, *said, clause)


_BY_PARAMETER = ("within", "publish")
"""Keys whose days may be a parameter's, so that the same words differ between packs."""
_MEMBERS = ("enter", "attach", "outcomes", "rates")


def _members(
    old: Sequence[Any],
    new: Sequence[Any],
    words: Callable[[Any, _Side], Text],
    before: _Side,
    after: _Side,
) -> tuple[Text, Text] | None:
    """Members that are not the same on both sides; None when all are."""
    had = {each.id: content(each) for each in old}
    has = {each.id: content(each) for each in new}
    if had == has:
        return None
    gone = [words(each, before) for each in old if had[each.id] != has.get(each.id)]
    come = [words(each, after) for each in new if has[each.id] != had.get(each.id)]
    return _listed(gone), _listed(come)


def _limit(side: _Side, limit: Any) -> Text:
    return limit_words(limit, side.pack, side.as_of) if limit is not None else NOTHING


def _labels(value: tuple[str, ...], side: _Side) -> Text:
    labels = {each.id: each.label for each in side.procedure.steps}
    return _listed([labels[each] for each in value])


def _plain(value: Any, _: _Side) -> Text:
    if isinstance(value, Text):
        return value
    if isinstance(value, tuple):
        return _listed([Text(each, each) for each in value])
    return Text("是", "yes") if value is True else Text(str(value), str(value))


_WORDS: dict[str, Callable[[Any, _Side], Text]] = {
    "label": _plain,
    "state": _plain,
    "actor": lambda value, _: role_words(value),
    "posts": lambda value, _: _listed([POSTS[each] for each in value]),
    "within": lambda value, side: _limit(side, value),
    "publish": lambda value, side: publication_words(value, side.pack, side.as_of),
    "vote": lambda value, _: vote_words(value),
    "on_objection": _plain,
    "enter": lambda value, _: entry_words(value),
    "attach": lambda value, _: attachment_words(value),
    "outcomes": lambda value, side: outcome_words(value, _holder(value, side), side.procedure),
    "rates": lambda value, side: rate_words(value, side.pack, side.as_of),
    "apart_from": _labels,
    "decides": _plain,
    "event": _plain,
    "on_timeout": _plain,
    "parallel_with": lambda value, side: _labels((value,), side),
    "skip_when": _plain,
}


def _holder(outcome: Any, side: _Side) -> Step:
    return next(step for step in side.procedure.steps if outcome in step.outcomes)


def _path(pack: Pack, clause: str) -> Text:
    found = pack.clauses.get(clause)
    path = found.path if found is not None else clause
    return Text(path, path)


def _listed(texts: Sequence[Text], by: str = "") -> Text:
    if not texts:
        return NOTHING
    return Text(
        (by or "；").join(each.zh for each in texts), (by or "; ").join(each.en for each in texts)
    )
