"""Steps of cases that are taken at the door: what goes down, and what comes up.

A decision is not taken on a phone; nor are steps that ask for what a phone does not show.
"""

from datetime import date
from typing import Any, Final

from fangpin.cases import actions
from fangpin.cases.actions import Attached, Conflict, NotAllowed
from fangpin.cases.entries import options
from fangpin.cases.flow import Flow
from fangpin.cases.frozen import Frozen
from fangpin.cases.in_force import flow_of, frozen_of
from fangpin.cases.models import Case
from fangpin.cases.queries import my_tasks
from fangpin.cases.queries.tasks import Task as CaseTask
from fangpin.cases.tally import Tally
from fangpin.fieldwork.forms import Attach, Field, Form
from fangpin.fieldwork.models import Sent
from fangpin.fieldwork.pictures import content, forget
from fangpin.fieldwork.receiving import Taking, said_by, takes
from fangpin.fieldwork.tasks_down import Provided, Task, provides
from fangpin.fieldwork.visits import not_there
from fangpin.kernel.errors import FangpinError, Text
from fangpin.people.models import User
from fangpin.policy.procedure_records import Entry, Option, Outcome, Step

ENTRY: Final = "e_"
VOTES: Final = {
    "entitled": Text("应到人数", "Entitled to vote"),
    "present": Text("实到人数", "Present"),
    "favour": Text("同意", "In favour"),
    "against": Text("不同意", "Against"),
    "abstain": Text("弃权", "Abstained"),
}


@provides
def steps(actor: User, today: date) -> Provided:
    """Steps that wait for the actor at some household. As many queries as `my_tasks`."""
    tasks = my_tasks(actor, today)
    found = Provided()
    for each in (*tasks.late, *tasks.today, *tasks.coming):
        step = _step(each)
        if each.barred is not None or each.case.household_id is None or not _at_the_door(step):
            continue
        form = form_of(frozen_of(each.case), flow_of(each.case), step, each.case.definition_id)
        found.forms[form.id] = form
        found.tasks.append(_task(each, form))
    return found


def _step(task: CaseTask) -> Step:
    steps = frozen_of(task.case).procedure.steps
    return next(step for step in steps if step.id == task.turn.step)


def _at_the_door(step: Step) -> bool:
    free = any(e.type == "household_field" and e.vocabulary is None for e in step.enter)
    papers = any(rule.least and "image" not in rule.kinds for rule in step.attach)
    return not (step.decides or free or papers)


def _task(task: CaseTask, form: Form) -> Task:
    return Task(
        key=f"case:{task.case.pk}:{task.turn.step}",
        kind="step",
        title=Text(
            f"{task.procedure.zh} · {task.label.zh}", f"{task.procedure.en} · {task.label.en}"
        ),
        household=task.case.household_id,
        village_code=task.case.area_code,
        form=form.id,
        about={
            "case": task.case.pk,
            "version": task.case.version,
            "step": task.turn.step,
            "household": task.case.household_id,
        },
        due_on=task.due_on,
        late=task.days_late > 0,
        provisional=task.turn.provisional,
        sentences=(task.stands,),
    )


def form_of(frozen: Frozen, flow: Flow, step: Step, definition: int) -> Form:
    """The form of a step: how it ends, what is entered, the vote, a reason where one is needed."""
    ways = step.ways_out
    onward = tuple(way.id for way in ways if flow.agrees(step.id, way))
    several = len(ways) > 1
    going_on = ("outcome", onward) if several else None
    fields = [Field(_outcome(ways))] if several else []
    fields += [Field(_entry(frozen, entry), going_on) for entry in step.enter]
    if step.vote is not None:
        counted = tuple(way.id for way in ways if not way.goes.startswith("back:"))
        fields += [
            Field(_vote(name, label), ("outcome", counted) if several else None)
            for name, label in VOTES.items()
        ]
    reasons = tuple(way.id for way in ways if way.reason_required)
    if reasons:
        reason = Entry("reason", Text("理由", "Reason"), "long_text", sensitive=True)
        fields.append(Field(reason, ("outcome", reasons) if several else None))
    attach = tuple(Attach(rule, going_on) for rule in step.attach if "image" in rule.kinds)
    return Form(f"step:{definition}:{step.id}", step.label, tuple(fields), attach)


def _outcome(ways: tuple[Outcome, ...]) -> Entry:
    return Entry(
        id="outcome",
        label=Text("办理结果", "Outcome"),
        type="choice",
        options=tuple(Option(way.id, way.label) for way in ways),
    )


def _entry(frozen: Frozen, entry: Entry) -> Entry:
    """The same entry under a name that collides with nothing, its vocabulary spelt out."""
    words = options(frozen, entry) if entry.type in ("choice", "choices") else {}
    return Entry(
        id=ENTRY + entry.id,
        label=entry.label,
        type="text" if entry.type == "household_field" else entry.type,
        options=tuple(Option(code, label) for code, label in words.items()),
        required=entry.required,
        unit=entry.unit,
        sensitive=entry.sensitive,
        about=entry.about,
        help=entry.help,
        least=entry.least,
        most=entry.most,
    )


def _vote(name: str, label: Text) -> Entry:
    return Entry(id=f"v_{name}", label=label, type="integer", unit="人")


@takes(Sent.Kind.STEP)
def _from_phone(taking: Taking) -> str:
    """A step handed in by a phone. What is refused or too late is kept by the case as well."""
    about, values = taking.handed.about, dict(taking.handed.values)
    pk, version, step = about.get("case"), about.get("version"), about.get("step")
    if not isinstance(pk, int) or not isinstance(version, int) or not isinstance(step, str):
        raise not_there()
    case = Case.objects.filter(pk=pk).first()
    if case is None:
        raise not_there()
    try:
        taken = actions.take_step(
            by=taking.by,
            case=pk,
            version=version,
            step=step,
            outcome=str(values.get("outcome") or _only(case, step)),
            entries={
                name.removeprefix(ENTRY): value
                for name, value in values.items()
                if name.startswith(ENTRY)
            },
            attachments=[
                Attached(role, content(picture))
                for role, pictures in taking.pictures.items()
                for picture in pictures
            ],
            votes=_tally(values),
            reason=str(values.get("reason", "")),
            client_id=taking.handed.client_id,
            claimed_at=taking.handed.claimed_at,
            now=taking.received_at,
        )
    except Case.DoesNotExist:
        raise not_there() from None
    except Conflict as conflict:
        latest = [side.outcome for side in conflict.theirs if side.step == step]
        other = {"values": {"outcome": latest[-1]} if latest else {}}
        taking.verdict(Sent.State.CONFLICT, conflict.what, other)
    except NotAllowed as refusal:
        taking.verdict(Sent.State.REFUSED, refusal.reason)
    except FangpinError as error:
        # Not raised: what the case itself wrote down about the attempt stays.
        taking.verdict(Sent.State.REFUSED, said_by(error))
    else:
        taking.sent.household_id = taken.case.household_id
        taking.sent.village_code = taken.case.area_code
        # The case keeps its own copies.
        forget([picture for some in taking.pictures.values() for picture in some])
    return f"case:{pk}"


def _only(case: Case, step: str) -> str:
    found = next((s for s in frozen_of(case).procedure.steps if s.id == step), None)
    return found.ways_out[0].id if found is not None and len(found.ways_out) == 1 else ""


def _tally(values: dict[str, Any]) -> Tally | None:
    given = {name: str(values.get(f"v_{name}", "")) for name in VOTES}
    if not any(given.values()):
        return None
    numbers = {
        name: int(text) if text.isascii() and text.isdigit() and len(text) < 7 else -1
        for name, text in given.items()
    }
    return Tally(**numbers)
