"""Files taken away: one's own, those that wait for a release, and where a file came from."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from fangpin.foundation.models import ExportLog
from fangpin.kernel.errors import FangpinError
from fangpin.people.exporting import (
    PURPOSES,
    decide_export,
    exports_to_decide,
    may_take,
    own_exports,
    take_export,
)
from fangpin.people.scope import Right
from fangpin.web.access import actor_of, needs
from fangpin.web.exports.leaving import as_download
from fangpin.web.posted import plain_number

# Who may take anything away has a page of their own files; who releases, one of those that wait.
TAKING = (
    Right.export,
    Right.rows,
    Right.registry_export,
    Right.registry_print,
    Right.users,
    Right.export_approve,
)


def _context(request: HttpRequest) -> dict[str, object]:
    actor = actor_of(request)
    before = plain_number(request.GET.get("before", ""))
    found, more = own_exports(actor, before=before)
    return {
        "own": [(export, may_take(actor, export)) for export in found],
        "before": before,
        "more": more,
        "waiting": exports_to_decide(actor),
        "purposes": PURPOSES,
    }


@require_GET
@needs(*TAKING)
def exports(request: HttpRequest) -> HttpResponse:
    """The reader's own exports, and those that wait for the reader."""
    return render(request, "web/exports/page.html", _context(request))


@require_POST
@needs(*TAKING)
def fetch(request: HttpRequest, pk: int) -> FileResponse:
    """The file again, as long as it is kept and the reader's posts allow it."""
    try:
        export, file = take_export(by=actor_of(request), pk=pk)
    except ExportLog.DoesNotExist as error:
        raise Http404 from error
    return as_download(export, file)


@require_POST
@needs(Right.export_approve)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Release or refuse somebody else's export."""
    release = request.POST.get("decision") == "release"
    try:
        decide_export(
            by=actor_of(request), pk=pk, release=release, reason=request.POST.get("reason", "")
        )
    except ExportLog.DoesNotExist as error:
        raise Http404 from error
    except FangpinError as error:
        context = _context(request) | {"problem": error, "problem_at": pk}
        return render(request, "web/exports/page.html", context, status=422)
    return redirect("exports")
