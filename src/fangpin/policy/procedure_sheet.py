"""A procedure as a readable sheet: who does what by when, on what clause; for page and command."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from fangpin.kernel.errors import Text
from fangpin.policy.pack import Pack, Procedure, Step
from fangpin.policy.procedure_graph import target
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


@dataclass(frozen=True, slots=True)
class Line:
    """One statement of a sheet under its heading, and the clause it rests on ("" = the step's)."""

    heading: Text
    text: Text
    clause: str = ""


@dataclass(frozen=True, slots=True)
class StepSheet:
    """A step: number from 1, clause it rests on, who and by when in `brief`, all its lines."""

    number: int
    step: Step
    clause: str
    brief: Text
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole procedure."""

    procedure: Procedure
    lines: tuple[Line, ...]
    steps: tuple[StepSheet, ...]


def sheet(procedure: Procedure, pack: Pack, as_of: date) -> Sheet:
    """The sheet with the figures in force on `as_of`."""
    steps = tuple(
        StepSheet(
            number,
            step,
            step.clause or procedure.clause,
            _brief(step, pack, as_of),
            tuple(_step_lines(step, procedure, pack, as_of)),
        )
        for number, step in enumerate(procedure.steps, 1)
    )
    return Sheet(procedure, tuple(_head_lines(procedure, pack, as_of)), steps)


def _head_lines(procedure: Procedure, pack: Pack, as_of: date) -> Iterator[Line]:
    if procedure.based_on is not None:
        base = procedure.based_on
        text = Text(f"在通用程序 {base} 上作了变更", f"of the general procedure {base}")
        yield Line(Text("本地做法", "local variant"), text)
    if procedure.effect != "none":
        yield Line(Text("办结的效果", "effect"), EFFECTS[procedure.effect])
    if procedure.runnable:
        yield Line(
            Text("由谁发起", "begun by"),
            _listed([OPENS_FROM[each] for each in procedure.opens_from]),
        )
    limit = procedure.time_limit
    if limit is not None:
        text = limit_words(limit, pack, as_of)
        yield Line(Text("总时限", "time in all"), text, limit.clause or procedure.clause)
    for condition in procedure.conditions:
        unknown = (
            Text("（情况不明时提醒）", " (a warning when unknown)")
            if condition.on_unknown == "warn"
            else Text("（情况不明时不得启动）", " (not when unknown)")
        )
        text = Text(condition.label.zh + unknown.zh, condition.label.en + unknown.en)
        yield Line(Text("启动条件", "condition"), text, condition.clause)
    green = procedure.green
    if green is not None:
        labels = {step.id: step.label for step in procedure.steps}
        later = _listed([labels[each] for each in green.later])
        text = Text(f"{green.label.zh}；后补：{later.zh}", f"{green.label.en}; later: {later.en}")
        yield Line(Text("绿色通道", "green channel"), text, green.clause)


def _step_lines(step: Step, procedure: Procedure, pack: Pack, as_of: date) -> Iterator[Line]:
    labels = {each.id: each.label for each in procedure.steps}
    yield Line(Text("谁办", "who"), _who(step))
    if step.state is not None:
        yield Line(Text("状态", "state"), step.state)
    if step.within is not None:
        text = limit_words(step.within, pack, as_of)
        yield Line(Text("时限", "time"), text, step.within.clause or "")
    if step.vote is not None:
        yield Line(Text("表决", "vote"), vote_words(step.vote), step.vote.clause or "")
    if step.publish is not None:
        text = publication_words(step.publish, pack, as_of)
        yield Line(Text("公开", "publication"), text, step.publish.clause or "")
    if step.on_objection is not None:
        to = labels[target(step.on_objection)] if step.on_objection not in ("next", "end") else None
        text = Text(f"退回“{to.zh}”", f"back to “{to.en}”") if to else Text("结束", "end")
        yield Line(Text("异议成立", "objection upheld"), text)
    if step.enter:
        yield Line(Text("录入", "entered"), _listed([entry_words(each) for each in step.enter]))
    if step.attach:
        attached = _listed([attachment_words(each) for each in step.attach])
        yield Line(Text("附件", "attached"), attached)
    for rate in step.rates:
        yield Line(Text("比率", "rate"), rate_words(rate, pack, as_of), rate.clause)
    if step.outcomes:
        outcomes = _listed([outcome_words(each, step, procedure) for each in step.outcomes])
        yield Line(Text("结果", "outcomes"), outcomes)
    if step.apart_from:
        apart = _listed([labels[each] for each in step.apart_from])
        yield Line(Text("须与下列步骤不是同一人", "not by whoever did"), apart)
    if step.parallel_with is not None:
        yield Line(Text("可同时办理", "at the same time as"), labels[step.parallel_with])
    if "compared_already" in step.skip_when:
        text = Text("已比对过的不重复", "left out when compared already")
        yield Line(Text("可省略", "may be left out"), text)


def _brief(step: Step, pack: Pack, as_of: date) -> Text:
    """Who, by when, what is published: on one line."""
    said = [role_words(step.actor)]
    if step.within is not None:
        said.append(limit_words(step.within, pack, as_of))
    if step.publish is not None:
        said.append(publication_words(step.publish, pack, as_of))
    return Text(" · ".join(each.zh for each in said), " · ".join(each.en for each in said))


def _who(step: Step) -> Text:
    zh, en = role_words(step.actor).zh, role_words(step.actor).en
    if step.posts:
        posts = _listed([POSTS[each] for each in step.posts])
        zh, en = f"{zh}，系统岗位：{posts.zh}", f"{en}, posts: {posts.en}"
    return Text(zh, en)


def _listed(texts: list[Text]) -> Text:
    return Text("；".join(each.zh for each in texts), "; ".join(each.en for each in texts))


def lines_of(sheet: Sheet, pack: Pack, language: str) -> Iterator[str]:
    """The sheet as plain text."""
    zh = language == "zh"
    procedure = sheet.procedure

    def said(line: Line) -> str:
        heading, text = (line.heading.zh, line.text.zh) if zh else (line.heading.en, line.text.en)
        clause = pack.clauses.get(line.clause)
        path = f"  [{clause.path}]" if clause is not None else ""
        return f"{heading}：{text}{path}" if zh else f"{heading}: {text}{path}"

    label = procedure.label.zh if zh else procedure.label.en
    yield f"{label}  {procedure.id}  [{pack.clauses[procedure.clause].path}]"
    for line in sheet.lines:
        yield f"  {said(line)}"
    for each in sheet.steps:
        title = each.step.label.zh if zh else each.step.label.en
        yield ""
        yield f"{each.number}. {title}  [{pack.clauses[each.clause].path}]"
        for line in each.lines:
            yield f"   {said(line)}"
