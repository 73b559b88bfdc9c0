"""The findings list, its filters and its exports."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from fangpin.people.scope import Right, scope_of
from fangpin.screening import queries
from fangpin.web.access import actor_of, needs, run_or_404
from fangpin.web.exports import export_file
from fangpin.web.lists import read, respond
from fangpin.web.lists.findings import FINDINGS, filter_of


@require_GET
@needs(Right.findings)
def findings(request: HttpRequest) -> HttpResponse:
    """The list; with HX-Request only the part that changes."""
    run = queries.current_run(actor_of(request))
    if run is None:
        return render(request, "web/no_run.html")
    return respond(request, FINDINGS, page="web/findings.html", about=run, context={"run": run})


@require_POST
@needs(Right.export)
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The filtered list as CSV or Excel. A POST, because taking data away is written down."""
    run = run_or_404(request)
    actor = actor_of(request)
    asked = read(FINDINGS, request.POST, scope_of(actor).groups(None))
    return export_file(request, run, filter_of(asked.values), form)
