"""The findings list."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from fangpin.people.scope import Right
from fangpin.screening import queries
from fangpin.web.access import actor_of, needs
from fangpin.web.lists import respond
from fangpin.web.lists.findings import FINDINGS


@require_GET
@needs(Right.findings)
def findings(request: HttpRequest) -> HttpResponse:
    """The list; with HX-Request only the part that changes."""
    run = queries.current_run(actor_of(request))
    if run is None:
        return render(request, "web/no_run.html")
    return respond(request, FINDINGS, page="web/findings.html", about=run, context={"run": run})
