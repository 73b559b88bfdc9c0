"""The search box, and one masked value in clear. Both by POST: names and numbers never stand in an
address, where histories and logs would keep them."""

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from fangpin.foundation.actions import record
from fangpin.kernel.errors import FangpinError
from fangpin.people.reading import note_reading
from fangpin.people.scope import Right
from fangpin.registry.search import search as search_for
from fangpin.registry.search_terms import LONGEST
from fangpin.registry.unmask import unmask as unmask_field
from fangpin.web.access import actor_of, needs
from fangpin.web.posted import number, text


@require_http_methods(["GET", "POST"])
@needs(Right.registry)
def search(request: HttpRequest) -> HttpResponse:
    """The results page; only their list for a request by the box itself. Who was shown is kept."""
    actor = actor_of(request)
    typed = text(request, "q", LONGEST)
    found = search_for(actor, typed) if typed else None
    if found is not None and found.hits:
        note_reading(by=actor, persons=[hit.person for hit in found.hits if hit.person])
        with transaction.atomic():
            record(
                by=actor,
                action="registry.search",
                detail={
                    "kind": found.kind.value,
                    "shown": len(found.hits),
                    "persons": [hit.person for hit in found.hits],
                },
            )
    page = (
        "web/search/results.html" if request.headers.get("HX-Request") else "web/search/page.html"
    )
    return render(request, page, {"found": found, "typed": typed})


@require_POST
@needs(Right.unmask)
def unmask(request: HttpRequest) -> HttpResponse:
    """One value as a fragment of a page; 422 with a sentence when the reason does not do."""
    actor, subject, row = actor_of(request), text(request, "subject", 20), number(request, "row")
    try:
        shown = unmask_field(
            by=actor,
            subject=subject,
            row=row,
            field=text(request, "field", 40),
            reason=text(request, "reason", 20),
            note=text(request, "note", 400),
        )
    except FangpinError as error:
        problem = error.problems[0]
        return render(request, "web/search/unmask_refused.html", {"problem": problem}, status=422)
    if shown is None:
        raise Http404
    if subject == "person":
        note_reading(by=actor, persons=[row])
    return render(request, "web/search/unmasked.html", {"shown": shown})
