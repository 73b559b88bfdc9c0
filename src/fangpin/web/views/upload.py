"""Handing in department files, and the background work that follows."""

from datetime import date
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fangpin.foundation import queries as jobs_queries
from fangpin.foundation.actions import request_cancel, retry
from fangpin.foundation.models import Job
from fangpin.kernel.errors import FangpinError
from fangpin.people.scope import Right, scope_of
from fangpin.screening.queries import current_run
from fangpin.web import packs as library
from fangpin.web.access import actor_of, needs
from fangpin.web.uploads import hand_in
from fangpin.web.wording import language


@require_http_methods(["GET", "POST"])
@needs(Right.upload)
def upload(request: HttpRequest) -> HttpResponse:
    """The page to drop files on; a POST stores them and puts the screening into the queue."""
    run = current_run(actor_of(request))
    context: dict[str, object] = {
        "run": run,
        "packs": [name for name in library.names() if library.pack(name)],
        "largest_mb": settings.UPLOAD_BYTES // (1024 * 1024),
        "recent": jobs_queries.jobs(actor_of(request), every=False, size=5),
    }
    if request.method == "GET":
        return render(request, "web/upload.html", context)
    try:
        job = hand_in(
            by=actor_of(request),
            files=request.FILES.getlist("files"),
            pack=request.POST.get("pack", ""),
            as_of=_day(request.POST.get("as_of", "")),
            base=run if request.POST.get("base") == "current" else None,
            previous=run if request.POST.get("compare") == "1" else None,
        )
    except FangpinError as error:
        said = [problem.what.in_language(language()) for problem in error.problems]
        remedies = [problem.remedy.in_language(language()) for problem in error.problems]
        if _wants_json(request):
            return JsonResponse({"problems": said, "remedies": remedies}, status=422)
        context["problems"] = list(zip(said, remedies, strict=True))
        return render(request, "web/upload.html", context, status=422)
    address = reverse("job", args=[job.pk])
    if _wants_json(request):
        return JsonResponse({"job": address})
    response = HttpResponse(status=303)
    response.headers["Location"] = address
    return response


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise FangpinError.because(
            "请填写数据截止日期",
            "the date of the data is missing",
            do_zh="例如 2021-05-31",
            do_en="for example 2021-05-31",
        ) from error


def _job_or_404(request: HttpRequest, pk: UUID) -> Job:
    every = scope_of(actor_of(request)).may(Right.jobs)
    job = jobs_queries.job(actor_of(request), pk, every=every)
    if job is None:
        raise Http404
    return job


# Whose work may run in the background; whose job it is, is asked of each.
_OWN_JOBS = (Right.upload, Right.registry_import, Right.registry_export, Right.registry_print)


@require_GET
@needs(Right.jobs, *_OWN_JOBS)
def job(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A job and its progress; with HX-Request only the part that changes."""
    found = _job_or_404(request, pk)
    partial = request.headers.get("HX-Request") is not None
    template = "web/job_panel.html" if partial else "web/job.html"
    # htmx stops asking at 286.
    return render(request, template, {"job": found}, status=286 if partial and found.ended else 200)


@require_POST
@needs(Right.jobs, *_OWN_JOBS)
def cancel_job(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for a job to be stopped."""
    found = _job_or_404(request, pk)
    request_cancel(by=actor_of(request), job=found)
    response = HttpResponse(status=303)
    response.headers["Location"] = reverse("job", args=[found.pk])
    return response


@require_POST
@needs(Right.jobs, *_OWN_JOBS)
def retry_job(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put a job that failed or was cancelled back into the queue."""
    found = _job_or_404(request, pk)
    retry(by=actor_of(request), job=found)
    response = HttpResponse(status=303)
    response.headers["Location"] = reverse("job", args=[found.pk])
    return response


@require_GET
@needs(Right.jobs)
def jobs(request: HttpRequest) -> HttpResponse:
    """All background work, for administrators; `?state=failed` what needs a look."""
    failed = request.GET.get("state") == "failed"
    rows = jobs_queries.jobs(actor_of(request), every=True, failed=failed)
    return render(request, "web/jobs.html", {"rows": rows, "failed": failed})
