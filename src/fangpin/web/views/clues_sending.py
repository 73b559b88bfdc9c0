"""Clues sent down to their villages: those that were ticked, or all that fit a filter."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fangpin.clues import actions, queries
from fangpin.clues.deadlines import LONGEST_DAYS, due_after, usual_days
from fangpin.clues.queries import ClueFilter
from fangpin.kernel.errors import FangpinError, Text
from fangpin.people.scope import Right, scope_of
from fangpin.web import posted
from fangpin.web.access import actor_of, needs, whole_number
from fangpin.web.lists import Asked, read
from fangpin.web.lists.choosing import place_names
from fangpin.web.lists.clues import CLUES, filter_of

_DAYS = Text("工作日", "workdays")
_MOST_TICKED = 1000


def _ticked(sent: QueryDict) -> list[int]:
    return [pk for pk in map(whole_number, sent.getlist("clue")[:_MOST_TICKED]) if pk]


@require_http_methods(["GET", "POST"])
@needs(Right.clues_send)
def send(request: HttpRequest) -> HttpResponse:
    """What would be sent, by village, and until when; a POST sends it. What fits a filter is only
    sent when it is still as many as were shown."""
    actor = actor_of(request)
    sent = request.POST if request.method == "POST" else request.GET
    ticked = _ticked(sent)
    asked = read(CLUES, sent, scope_of(actor).groups(None))
    wanted = ClueFilter(state="all") if ticked else filter_of(asked.values)
    if request.method == "POST":
        return _sent(request, wanted, asked, ticked)
    return _page(request, wanted, asked, ticked)


def _page(
    request: HttpRequest,
    wanted: ClueFilter,
    asked: Asked,
    ticked: Sequence[int],
    problem: FangpinError | None = None,
) -> HttpResponse:
    actor = actor_of(request)
    rows = queries.sendable_by_village(actor, wanted, ticked)
    names = place_names(code for code, _ in rows)
    today = timezone.localdate()
    usual = usual_days(today)
    until = due_after(today, usual)
    context: dict[str, Any] = {
        "villages": [(*names[code], count) for code, count in rows],
        "count": sum(count for _, count in rows),
        "ticked": ticked,
        "values": asked.values,
        "usual_days": usual,
        "until": until,
        "longest_days": LONGEST_DAYS,
        "problem": problem,
        "written": request.POST,
    }
    return render(request, "web/clues/send.html", context, status=422 if problem else 200)


def _sent(
    request: HttpRequest, wanted: ClueFilter, asked: Asked, ticked: Sequence[int]
) -> HttpResponse:
    actor = actor_of(request)
    days = posted.whole(request, "days", _DAYS, 1000) if _plain(request) else 0
    try:
        if "reset" in request.POST:
            actions.send(by=actor, clues=ticked, days=days, reset=True)
            return redirect("clue", ticked[0]) if ticked else redirect("clues")
        chosen = list(
            queries.to_send(actor, wanted, ticked).values_list("pk", flat=True)[
                : actions.MOST_AT_ONCE + 1
            ]
        )
        _refuse_other(request, len(chosen))
        actions.send(by=actor, clues=chosen, days=days)
    except FangpinError as error:
        return _page(request, wanted, asked, ticked, error)
    except PermissionError as error:
        raise Http404 from error
    if len(ticked) == 1:
        return redirect("clue", ticked[0])
    response = redirect("clues")
    response["Location"] += "?state=sent"
    return response


def _plain(request: HttpRequest) -> bool:
    """Whether the days are a whole number or left out; nonsense is refused like 0 days."""
    written = request.POST.get("days", "").strip()
    return not written or (written.isascii() and written.isdigit() and len(written) < 4)


def _refuse_other(request: HttpRequest, now: int) -> None:
    """Raise FangpinError when it is not as many any more as the sender has seen."""
    seen = request.POST.get("count", "")
    if seen and seen != str(now):
        raise FangpinError.because(
            f"待下发的线索已变为 {now} 条",
            f"there are {now} clues to send by now",
            do_zh="核对后再下发",
            do_en="look again, then send them",
        )
