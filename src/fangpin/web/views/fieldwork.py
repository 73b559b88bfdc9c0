"""What came from phones: the list, one entry with every content that came, its pictures."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from fangpin.fieldwork.models import Sent
from fangpin.fieldwork.pictures import content, picture_of
from fangpin.fieldwork.queries import sent_view
from fangpin.fieldwork.receiving import see_to
from fangpin.people.scope import Right
from fangpin.places.queries import names_of
from fangpin.web.access import actor_of, needs
from fangpin.web.lists.fieldwork import FIELDWORK, KINDS, STATES
from fangpin.web.lists.respond import respond


@require_GET
@needs(Right.visits)
def handed_in(request: HttpRequest) -> HttpResponse:
    """The list."""
    return respond(request, FIELDWORK, page="web/fieldwork/list.html")


@require_http_methods(["GET", "POST"])
@needs(Right.visits)
def sent(request: HttpRequest, pk: int) -> HttpResponse:
    """One entry. POST: somebody has looked at what was refused or in conflict."""
    actor = actor_of(request)
    found = sent_view(actor, pk)
    if found is None:
        raise Http404
    if request.method == "POST":
        see_to(by=actor, pk=pk)
        return redirect("fieldwork-sent", pk)
    row = found.sent
    context = {
        "found": found,
        "sent": row,
        "kind": KINDS[Sent.Kind(row.kind)],
        "state": STATES[Sent.State(row.state)],
        "places": names_of(row.village_code) if row.village_code else [],
    }
    return render(request, "web/fieldwork/sent.html", context)


@require_GET
@needs(Right.visits)
def picture(request: HttpRequest, pk: int) -> HttpResponse:
    """A picture as it is looked at."""
    found = picture_of(actor_of(request), pk)
    if found is None:
        raise Http404
    try:
        data = content(found)
    except FileNotFoundError:
        raise Http404 from None
    return HttpResponse(data, content_type=f"image/{found.kind}")
