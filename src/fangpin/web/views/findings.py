"""The findings list, its filters and its exports."""

from dataclasses import fields

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from fangpin.people.scope import Right, scope_of
from fangpin.registry.queries import head_names
from fangpin.screening import queries
from fangpin.screening.queries import FindingFilter
from fangpin.web.access import actor_of, needs, run_or_404, whole_number
from fangpin.web.exports import export_file

_LONGEST = 80


def filter_of(parameters: dict[str, str]) -> FindingFilter:
    """The filter that a query string names; unknown keys are left alone."""
    given = {
        field.name: parameters[field.name].strip()[:_LONGEST]
        for field in fields(FindingFilter)
        if parameters.get(field.name, "").strip()
    }
    return FindingFilter(**given)


@require_GET
@needs(Right.findings)
def findings(request: HttpRequest) -> HttpResponse:
    """The list; with HX-Request only the part that changes."""
    actor = actor_of(request)
    run = queries.current_run(actor)
    if run is None:
        return render(request, "web/no_run.html")
    wanted = filter_of(request.GET.dict())
    after = whole_number(request.GET.get("after"))
    rows, more = queries.page_of_findings(actor, run, wanted, after=after)
    scope = scope_of(actor)
    context: dict[str, object] = {
        "run": run,
        "wanted": wanted,
        "rows": rows,
        "more": more,
        "names_shown": scope.may(Right.names),
        "names": head_names(actor, [row.household_number for row in rows])
        if scope.may(Right.names)
        else {},
    }
    target = request.headers.get("HX-Target", "") if request.headers.get("HX-Request") else ""
    if target == "more":
        return render(request, "web/findings_rows.html", context)
    count, households = queries.count_findings(actor, run, wanted)
    context |= {
        "count": count,
        "households": households,
        "choices": queries.choices(actor, run, wanted),
        "may_export": scope.may(Right.export),
    }
    template = "web/findings_panel.html" if target == "findings" else "web/findings.html"
    return render(request, template, context)


@require_POST
@needs(Right.export)
def export(request: HttpRequest, form: str) -> HttpResponse | FileResponse:
    """The filtered list as CSV or Excel. A POST, because taking data away is written down."""
    run = run_or_404(request)
    wanted = filter_of(request.POST.dict())
    return export_file(actor_of(request), run, wanted, form)
