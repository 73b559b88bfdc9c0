"""What citizens handed in on the public page: the list, one of them, its answer."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from fangpin.clues.models import Clue
from fangpin.disclosure import citizens
from fangpin.disclosure.citizens import reading
from fangpin.disclosure.models import Kind, Submission
from fangpin.kernel.errors import FangpinError, Text
from fangpin.people.scope import Right
from fangpin.places.models import Place
from fangpin.web.access import actor_of, needs, whole_number
from fangpin.web.posted import number, text

KINDS: dict[str, Text] = {
    Kind.APPLICATION: Text("申请", "Application"),
    Kind.OBJECTION: Text("异议", "Objection"),
    Kind.COMPLAINT: Text("投诉", "Complaint"),
    Kind.TIP: Text("举报", "Tip-off"),
}
STATES: dict[str, Text] = {
    Submission.State.RECEIVED: Text("待处理", "Waiting"),
    Submission.State.PASSED_ON: Text("办理中", "Under way"),
    Submission.State.ANSWERED: Text("已答复", "Answered"),
    Submission.State.CLOSED: Text("已了结", "Closed"),
}


@require_GET
@needs(Right.submissions, Right.complaints)
def submissions(request: HttpRequest) -> HttpResponse:
    """The list, by kind; a person who applied twice is marked, never merged."""
    kind, waiting = request.GET.get("kind", ""), request.GET.get("waiting") == "1"
    rows, more = reading.page_of_submissions(
        actor_of(request),
        kind=kind if kind in KINDS else "",
        waiting=waiting,
        after=whole_number(request.GET.get("after")) or None,
    )
    twice = reading.repeated(rows)
    codes = {row.area_code for row in rows}
    names = dict(Place.objects.filter(code__in=codes).values_list("code", "name"))
    lines = [
        {
            "row": row,
            "kind": KINDS[row.kind],
            "state": STATES[row.state],
            "place": names.get(row.area_code, row.area_code),
            "twice": row.pk in twice,
        }
        for row in rows
    ]
    context = {"lines": lines, "more": more, "kind": kind, "kinds": KINDS, "waiting": waiting}
    return render(request, "web/notices/submissions.html", context)


@require_http_methods(["GET", "POST"])
@needs(Right.submissions, Right.complaints)
def submission(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them in clear; each look is written down. POST: answer it or put it aside."""
    actor, problem = actor_of(request), None
    if request.method == "POST":
        version = number(request, "version")
        try:
            if request.POST.get("do") == "close":
                citizens.close(by=actor, submission=pk, version=version)
            else:
                citizens.answer(
                    by=actor, submission=pk, version=version, text=text(request, "answer", 2000)
                )
        except Submission.DoesNotExist:
            raise Http404 from None
        except FangpinError as error:
            problem = error
        else:
            return redirect("submission", pk)
    try:
        found = reading.read(actor, pk)
    except Submission.DoesNotExist:
        raise Http404 from None
    clue = Clue.objects.filter(pk=found.row.clue).first() if found.row.clue else None
    context = {
        "found": found,
        "kind": KINDS[found.row.kind],
        "state": STATES[found.row.state],
        "place": Place.objects.filter(code=found.row.area_code).first(),
        "clue": clue,
        "others": [(row, KINDS[row.kind], STATES[row.state]) for row in found.others],
        "problem": problem,
        "written": text(request, "answer", 2000),
    }
    return render(request, "web/notices/submission.html", context, status=422 if problem else 200)


@require_GET
@needs(Right.submissions, Right.complaints)
def file(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """A photograph or signature that was handed in."""
    try:
        row, data = reading.file_of(actor_of(request), pk, file)
    except Submission.DoesNotExist:
        raise Http404 from None
    return HttpResponse(data, content_type=f"image/{row.kind}")
