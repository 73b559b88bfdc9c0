"""Answers as the departments get them back, and as the county sees what is still to return."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from fangpin.clues.models import AnswersReturned, ClueAnswer, ReturnedAnswer
from fangpin.feeds.models import Delivery
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of

_WAITING = """
SELECT department, count(*) FROM (
    SELECT r.id AS reason, a.id AS answer, unnest(r.departments) AS department
    FROM clues_cluereason r
    JOIN clues_clueanswer a ON a.clue_id = r.clue_id AND a.state = 'taken'
    WHERE r.channel = 'screening' AND r.standing = '' AND r.at <= a.received_at
      AND r.village_code LIKE ANY(%(areas)s)
) due
WHERE NOT EXISTS (
    SELECT FROM clues_returnedanswer b
    WHERE b.department = due.department AND b.reason_id = due.reason AND b.answer_id = due.answer)
GROUP BY department ORDER BY department
"""


@dataclass(frozen=True)
class Line:
    """One of the department's findings with the answer. `sources`: file, sheet, row of their own
    delivery. `corrected`: an earlier answer to it had been returned."""

    pk: int
    village_code: str
    household_number: str
    person_number: str
    kind_zh: str
    kind_en: str
    sources: tuple[dict[str, Any], ...]
    period: str
    answer: str
    reason: str
    answered_at: Any
    corrected: bool


def waiting_to_return(actor: User) -> list[tuple[str, int]]:
    """(department, answers that it has not had yet), for who returns answers in a county. One
    query; empty for everybody else."""
    areas = [area for area in scope_of(actor).areas(Right.clues_send) if len(area) <= 6]
    if not areas:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, {"areas": [f"{area}%" for area in areas]})
        return list(cursor.fetchall())


def returns(actor: User) -> QuerySet[AnswersReturned]:
    """Returns to the departments of the actor's posts, for the whole area of which they answer;
    all of it for who releases clues there."""
    scope = scope_of(actor)
    inside = scope.within(Right.clues_release, "area")
    named = scope.departments(Right.clues_returns)
    own = scope.within(Right.clues_returns, "area")
    inside |= own if named is None else own & Q(department__in=named)
    return AnswersReturned.objects.filter(inside).select_related("by").order_by("-id")


def returned(actor: User, pk: int) -> AnswersReturned | None:
    """One return, None when it is absent or another department's. One query."""
    return returns(actor).filter(pk=pk).first()


def lines(actor: User, of: AnswersReturned) -> QuerySet[ReturnedAnswer]:
    """Lines of a return within the actor's area, in order."""
    scope = scope_of(actor)
    inside = scope.within(Right.clues_returns, "village_code") | scope.within(
        Right.clues_release, "village_code"
    )
    return (
        ReturnedAnswer.objects.filter(inside, returned=of)
        .select_related("reason__clue__household", "answer")
        .order_by("id")
    )


def page_of_lines(
    actor: User, of: AnswersReturned, *, after: int = 0, size: int = 100
) -> tuple[list[Line], int | None]:
    """One page behind the line with the id `after`, and the id to go on from. Three queries."""
    rows = list(lines(actor, of).filter(id__gt=after)[: size + 1])
    more = rows[size - 1].pk if len(rows) > size else None
    return shown(of, rows[:size]), more


def shown(of: AnswersReturned, rows: list[ReturnedAnswer]) -> list[Line]:
    """Lines with the department's own source rows only: what others sent is theirs. Two queries."""
    files = _own_files(of.department, {row.reason.run for row in rows if row.reason.run})
    before = Counter(
        ReturnedAnswer.objects.filter(
            department=of.department,
            reason__in=[row.reason_id for row in rows],
            returned__lt=of.pk,
        ).values_list("reason", flat=True)
    )
    found = []
    for row in rows:
        own = [e for e in row.reason.evidence if (row.reason.run, e.get("file")) in files]
        household = row.reason.clue.household
        found.append(
            Line(
                pk=row.pk,
                village_code=row.village_code,
                household_number=household.number if household else "",
                person_number=row.reason.person_number,
                kind_zh=row.reason.kind_zh,
                kind_en=row.reason.kind_en,
                sources=tuple({k: e.get(k) for k in ("file", "sheet", "row")} for e in own),
                period=next((e["period"] for e in own if e.get("period")), ""),
                answer=row.answer.answer,
                reason=row.answer.reason,
                answered_at=row.answer.received_at,
                corrected=bool(before[row.reason_id])
                or row.answer.state == ClueAnswer.State.WITHDRAWN,
            )
        )
    return found


def _own_files(department: str, runs: set[int]) -> set[tuple[int, str]]:
    """(run, file) of what the department delivered for these runs."""
    rows = Delivery.objects.filter(sender_zh=department, intake__run__in=runs)
    return set(rows.values_list("intake__run", "file"))
