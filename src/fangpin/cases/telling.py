"""What cases tell people (people.messages): a step waits, came back or is late, a notice is to be
posted, somebody objects, a case has ended. Case numbers and places, never names."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from fangpin.cases.flow import HOUSEHOLD, RECORDS_FOR_HOUSEHOLD
from fangpin.cases.in_force import frozen_of, ready
from fangpin.cases.models import Case, Escalation, Objection, Publication, Turn
from fangpin.cases.words import state_words
from fangpin.kernel.errors import Text
from fangpin.people.messages.actions import Telling, settle, tell
from fangpin.people.models import MessageKind, Role
from fangpin.people.rights import RIGHTS, Right

_FORMS = {"announcement": Text("公告", "announcement"), "notice": Text("公示", "notice")}


def about(case: Case) -> str:
    """What a message about the case leads to."""
    return f"case:{case.pk}"


def waits(case: Case, turn: Turn, *, now: datetime, back: bool) -> None:
    """A step waits for whoever may take it. `back`: the case was sent back to it."""
    tell([_of_turn(turn, case, MessageKind.RETURNED if back else MessageKind.STEP)], now=now)


def taken(turns: Iterable[Turn], *, now: datetime) -> None:
    """Steps do not wait any more."""
    settle([_task(turn) for turn in turns], now=now)


def to_post(case: Case, notice: Publication, turn: Turn, *, now: datetime) -> None:
    """A notice or announcement is to be posted: by whom the step is taken; announcements in the
    township's name as well."""
    roles = _roles(turn.posts, decides=False)
    if notice.form == "announcement":
        roles = sorted({*roles, str(Role.TOWNSHIP_OFFICER)})
    telling = Telling(
        kind=MessageKind.NOTICE,
        area_code=case.area_code,
        roles=roles,
        about=f"notice:{notice.pk}",
        task=f"notice:{notice.pk}",
        label=case.number,
        what=_FORMS.get(notice.form, _FORMS["notice"]),
    )
    tell([telling], now=now)


def posted(notice: Publication, *, now: datetime) -> None:
    """It hangs, or is not to be posted any more."""
    settle([f"notice:{notice.pk}"], now=now)


def objected(case: Case, objection: Objection, settles: Iterable[Role], *, now: datetime) -> None:
    """Somebody objects: told to whoever settles it there, and to who opened the case."""
    found = [
        Telling(
            kind=MessageKind.OBJECTION,
            area_code=case.area_code,
            roles=sorted(map(str, settles)),
            about=about(case),
            task=f"objection:{objection.pk}",
            label=case.number,
            day=objection.due_on,
        )
    ]
    if case.opened_by_id is not None and case.opened_by_id != objection.by_id:
        found.append(
            Telling(
                kind=MessageKind.OBJECTION,
                area_code=case.area_code,
                to=case.opened_by_id,
                about=about(case),
                label=case.number,
            )
        )
    tell(found, now=now)


def settled(objection: Objection, *, now: datetime) -> None:
    """An objection was settled."""
    settle([f"objection:{objection.pk}"], now=now)


def decided(case: Case, outcome: Text, *, by: Any, now: datetime) -> None:
    """Somebody has decided: told to who opened the case."""
    _news(case, outcome, by, now)


def ended(case: Case, *, by: Any, now: datetime) -> None:
    """A case has ended: told to who opened it, unless they ended it themselves or were just told
    the decision that ended it."""
    _news(case, state_words(case), by, now)


def _news(case: Case, what: Text, by: Any, now: datetime) -> None:
    if case.opened_by_id is None or (by is not None and by.pk == case.opened_by_id):
        return
    telling = Telling(
        kind=MessageKind.DECISION,
        area_code=case.area_code,
        to=case.opened_by_id,
        about=about(case),
        key=f"{about(case)}:{now.isoformat()}",
        label=case.number,
        what=what,
    )
    tell([telling], now=now)


def urge(escalations: Iterable[Escalation], *, now: datetime) -> None:
    """Steps due tomorrow and late ones: told to the level that was just told (an escalation), and
    with the first of them to whoever is to take the step."""
    listed = list(escalations)
    turns = {
        turn.pk: turn
        for turn in Turn.objects.filter(pk__in={row.turn_id for row in listed}).select_related(
            "case"
        )
    }
    ready({turn.case.definition_id for turn in turns.values()})
    tell(_urging(listed, turns), now=now)


def _urging(rows: Iterable[Escalation], turns: dict[int, Turn]) -> Iterator[Telling]:
    for row in rows:
        turn = turns[row.turn_id]
        kind = MessageKind.LATE if row.kind == Escalation.Kind.AFTER else MessageKind.TOMORROW
        key = f"{_task(turn)}:{kind}:{row.due_on}"
        yield _of_turn(turn, turn.case, kind, key=f"{key}:own", day=row.due_on)
        yield _of_turn(
            turn, turn.case, kind, roles=row.posts, key=f"{key}:{row.level}", day=row.due_on
        )


def _of_turn(
    turn: Turn,
    case: Case,
    kind: MessageKind,
    *,
    roles: Iterable[str] | None = None,
    key: str = "",
    day: date | None = None,
) -> Telling:
    step = next(each for each in frozen_of(case).procedure.steps if each.id == turn.step)
    return Telling(
        kind=kind,
        area_code=case.area_code,
        roles=list(roles) if roles is not None else _roles(turn.posts, decides=turn.decides),
        about=about(case),
        task=_task(turn),
        key=key,
        label=case.number,
        what=step.state or step.label,
        day=day or turn.due_on,
    )


def _roles(posts: Iterable[str], *, decides: bool) -> list[str]:
    """Roles that take a step of these posts, as the desk shows it to them."""
    found = {RECORDS_FOR_HOUSEHOLD if post == HOUSEHOLD else post for post in posts}
    needed = {Right.cases_decide} if decides else {Right.cases_act, Right.cases_decide}
    return sorted(post for post in found if RIGHTS[Role(post)] & needed)


def _task(turn: Turn) -> str:
    return f"turn:{turn.pk}"
