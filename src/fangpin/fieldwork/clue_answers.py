"""Clues to be checked on the spot: what goes down, and the answers that come up."""

from datetime import date
from typing import Any, Final

from fangpin.clues import actions
from fangpin.clues.models import Clue
from fangpin.clues.queries import to_check
from fangpin.clues.queries.checking import Sign, ToCheck
from fangpin.clues.words import ANSWERS, CHANNELS, REASONS
from fangpin.fieldwork.forms import Attach, Field, Form
from fangpin.fieldwork.models import Sent
from fangpin.fieldwork.receiving import Taking, takes
from fangpin.fieldwork.tasks_down import Provided, Task, provides
from fangpin.fieldwork.visits import not_there
from fangpin.kernel.errors import Text
from fangpin.people.models import User
from fangpin.policy.procedure_records import AttachmentRule, Entry, Option

MOST: Final = 80


def _reason(answer: str) -> Field:
    """The choice of reasons for one answer."""
    return Field(
        Entry(
            id=f"reason_{answer}",
            label=Text("具体情况", "In detail"),
            type="choice",
            options=tuple(Option(code, label) for code, label in REASONS[answer].items()),
            sensitive=True,
        ),
        ("answer", (answer,)),
    )


FORM: Final = Form(
    "clue",
    Text("线索核查", "Check of a clue"),
    (
        Field(
            Entry(
                id="answer",
                label=Text("核查结果", "What was found"),
                type="choice",
                options=tuple(Option(str(code), label) for code, label in ANSWERS.items()),
                sensitive=True,
            )
        ),
        *(_reason(str(answer)) for answer in ANSWERS),
        Field(
            Entry(
                id="note",
                label=Text("情况说明", "Note"),
                type="long_text",
                required=False,
                sensitive=True,
                help=Text(
                    "选择“其他”“另有其他困难”“实际困难更大”时须写明",
                    "needed for “other”, “another difficulty” and “worse”",
                ),
            )
        ),
    ),
    (Attach(AttachmentRule("photos", Text("现场照片", "Photographs"), 0, 6)),),
)


@provides
def clues(actor: User, today: date) -> Provided:
    """Clues sent to the actor's areas, the most urgent first. As many queries as `to_check`."""
    return Provided([_task(each) for each in to_check(actor, most=MOST)], {FORM.id: FORM})


def _task(each: ToCheck) -> Task:
    sentences = tuple(said for sign in each.signs if (said := _said(sign)) is not None)
    if each.household is None:
        sentences = (
            Text("还没有对应到台账中的户", "nobody of the registry has been named yet"),
            *sentences,
        )
    return Task(
        key=f"clue:{each.clue}",
        kind="clue",
        title=Text("核查线索", "Check a clue"),
        household=each.household,
        village_code=each.village_code,
        form=FORM.id,
        about={"clue": each.clue, "version": each.version, "household": each.household},
        due_on=each.due_on,
        late=each.late,
        provisional=each.provisional,
        sentences=sentences,
    )


def _said(sign: Sign) -> Text | None:
    """A reason as one sentence, with where it comes from."""
    channel = CHANNELS[sign.channel]
    if sign.sentence is not None:
        return Text(f"{channel.zh}：{sign.sentence.zh}", f"{channel.en}: {sign.sentence.en}")
    if sign.text:
        return Text(f"{channel.zh}：{sign.text}", f"{channel.en}: {sign.text}")
    return sign.kind


@takes(Sent.Kind.CLUE)
def _from_phone(taking: Taking) -> str:
    """An answer handed in by a phone. Another answer that was first stays; both are kept."""
    about, values = taking.handed.about, FORM.checked(taking.handed.values, (), taking.today)
    pk, version = about.get("clue"), about.get("version")
    if not isinstance(pk, int) or not isinstance(version, int):
        raise not_there()
    answer = str(values["answer"])
    try:
        found = actions.answer(
            by=taking.by,
            clue=pk,
            version=version,
            answer=answer,
            reason=str(values.get(f"reason_{answer}", "")),
            note=str(values.get("note", "")),
            client_id=taking.handed.client_id,
            claimed_at=taking.handed.claimed_at,
        )
    except Clue.DoesNotExist:
        raise not_there() from None
    taking.sent.household_id = found.clue.household_id
    taking.sent.village_code = found.clue.village_code
    if found.outcome == "conflict":
        taking.verdict(Sent.State.CONFLICT, found.said, _present(found.clue))
    return f"clue:{pk}"


def _present(clue: Clue) -> dict[str, Any]:
    """The answer that stands, as the form has it."""
    if not clue.answer:
        return {"values": {}}
    return {"values": {"answer": clue.answer, f"reason_{clue.answer}": clue.reason}}
