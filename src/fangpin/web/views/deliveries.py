"""What departments delivered: the list, one delivery, its returned rows and its workbook."""

from typing import IO

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from fangpin.feeds import queries as feeds
from fangpin.feeds.models import Delivery
from fangpin.foundation.models import ExportLog
from fangpin.people.scope import Right, scope_of
from fangpin.screening.models import Run
from fangpin.screening.queries import current_run
from fangpin.web.access import actor_of, needs, run_or_404, whole_number
from fangpin.web.exports import Watermark, leave_file


@require_GET
@needs(Right.deliveries)
def deliveries(request: HttpRequest) -> HttpResponse:
    """All deliveries the reader may know of."""
    run = current_run(actor_of(request))
    if run is None:
        return render(request, "web/no_run.html")
    rows = list(feeds.deliveries(actor_of(request), run.intake))
    for row in rows:
        row.shown = feeds.may_read_rows(actor_of(request), row)  # type: ignore[attr-defined]
    verdict = request.GET.get("verdict", "")
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.verdict] = counts.get(row.verdict, 0) + 1
    shown = [row for row in rows if not verdict or row.verdict == verdict]
    context = {"run": run, "rows": shown, "counts": counts, "verdict": verdict, "total": len(rows)}
    return render(request, "web/deliveries.html", context)


def _delivery_or_404(request: HttpRequest, pk: int) -> tuple[Run, Delivery]:
    run = run_or_404(request)
    item = feeds.delivery(actor_of(request), run.intake, pk)
    if item is None:
        raise Http404
    item.intake = run.intake
    return run, item


@require_GET
@needs(Right.deliveries)
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """One delivery: counts, areas, sheets, control totals, and its rows for those who may."""
    run, item = _delivery_or_404(request, pk)
    actor = actor_of(request)
    may_rows = feeds.may_read_rows(actor, item)
    action = request.GET.get("action", "")
    context: dict[str, object] = {
        "run": run,
        "delivery": item,
        "areas": feeds.areas_of(actor, item),
        "coverage": feeds.coverage(actor, run.intake, item.contract, item.period),
        "may_rows": may_rows,
        "whole": scope_of(actor).everywhere(Right.deliveries),
    }
    if may_rows:
        rows, more = feeds.returned_rows(actor, item, action=action)
        context |= {
            "rows": rows,
            "more": more,
            "action": action,
            "row_counts": feeds.returned_counts(actor, item),
            "workbook": feeds.return_workbook(actor, item),
        }
    return render(request, "web/delivery.html", context)


@require_GET
@needs(Right.rows)
def delivery_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """The next rows of a delivery that were not simply accepted."""
    _, item = _delivery_or_404(request, pk)
    if not feeds.may_read_rows(actor_of(request), item):
        raise Http404
    action, after = request.GET.get("action", ""), whole_number(request.GET.get("after"))
    rows, more = feeds.returned_rows(actor_of(request), item, action=action, after=after)
    context = {"delivery": item, "rows": rows, "more": more, "action": action}
    return render(request, "web/delivery_rows.html", context)


@require_POST
@needs(Right.rows)
def return_workbook(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The workbook that goes back to the sender; a POST, because it is taken away."""
    actor = actor_of(request)
    _, item = _delivery_or_404(request, pk)
    path = feeds.return_workbook(actor, item)
    if path is None:
        raise Http404
    rows = sum(feeds.returned_counts(actor, item).values())

    def make(export: ExportLog, mark: Watermark) -> tuple[IO[bytes], int]:
        # The workbook was made with the run; the log and the file name carry the number.
        return path.open("rb"), rows

    return leave_file(
        request,
        what="delivery_return",
        right=Right.rows,
        filter={"delivery": item.pk},
        columns=[],
        form="xlsx",
        name=path.stem,
        make=make,
    )
