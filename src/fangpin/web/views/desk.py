"""My desk: what waits for one person, and what is late, where and with whom."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from fangpin.cases.queries import late_board, my_tasks
from fangpin.cases.queries.board import LEVELS
from fangpin.clues.queries import ClueFilter, counts_by_state, to_check
from fangpin.kernel.errors import Text
from fangpin.kernel.place_codes import code_of
from fangpin.people.scope import Right, scope_of
from fangpin.web.access import actor_of, needs
from fangpin.web.packs import procedures

SHOWN = 20
BY = {
    "township": Text("按乡镇", "By township"),
    "village": Text("按村", "By village"),
    "step": Text("按环节", "By step"),
    "level": Text("按层级", "By level"),
}
HEADS = {
    "township": Text("乡镇", "Township"),
    "village": Text("村", "Village"),
    "step": Text("环节", "Step"),
    "level": Text("层级", "Level"),
}


@require_GET
@needs(Right.cases_act, Right.cases_decide, Right.clues_answer, Right.clues_send)
def desk(request: HttpRequest) -> HttpResponse:
    """What is due today, late, sent back, to be signed, to be checked. One tap leads to each."""
    actor = actor_of(request)
    scope, today = scope_of(actor), timezone.localdate()
    # Who sends clues down sees those of others as figures; who only answers, one by one.
    sends = scope.may(Right.clues_send)
    answers = scope.may(Right.clues_answer) and not sends
    checks = to_check(actor, most=SHOWN + 1) if answers else []
    states = counts_by_state(actor, ClueFilter()) if scope.may(Right.clues) else {}
    to_send = states.get("new", 0) if sends else 0
    overdue = states.get("late", 0) if sends else 0
    tasks = my_tasks(actor, today)
    context = {
        "today": today,
        "tasks": tasks,
        "checks": checks[:SHOWN],
        "more_checks": len(checks) > SHOWN,
        "checks_waiting": states.get("sent", len(checks)),
        "sends": sends,
        "checks_late": overdue,
        "to_send": to_send,
        "nothing": not (checks or to_send or overdue or any(tasks.counts.values())),
    }
    return render(request, "web/cases/desk.html", context)


@require_GET
@needs(Right.cases)
def late(request: HttpRequest) -> HttpResponse:
    """The board of what waits and is late; every number opens its list."""
    by = request.GET.get("by", "township")
    if by not in BY:
        raise Http404
    lines = late_board(actor_of(request), by, timezone.localdate())  # type: ignore[arg-type]
    known = procedures()
    steps = {step.id: step.state or step.label for each in known.values() for step in each.steps}
    words = {"step": steps, "level": LEVELS}.get(by, {})
    context = {
        "by": by,
        "choices": BY.items(),
        "head": HEADS[by],
        "lines": [
            (line, words.get(line.key) or Text(line.label, line.label), _query(by, line.key))
            for line in lines
        ],
    }
    return render(request, "web/cases/late.html", context)


def _query(by: str, key: str) -> str:
    """The list behind a line; "" for a level, which the list does not know."""
    if by == "township":
        return urlencode({"township": code_of(key)})
    return urlencode({by: key}) if by in ("village", "step") else ""
