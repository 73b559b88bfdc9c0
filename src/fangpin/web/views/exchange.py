"""Wide tables in and out, and snapshots: bring a file, look at what it would do, carry it out."""

import shutil
import tempfile
from collections.abc import Callable
from datetime import date
from typing import IO

from django.conf import settings
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fangpin.exchange import actions, exporting, queries, state
from fangpin.exchange.models import Import
from fangpin.foundation.actions import enqueue
from fangpin.foundation.models import ExportLog, Job
from fangpin.kernel.errors import FangpinError, Text, Where
from fangpin.people.exporting import begin_export
from fangpin.people.scope import Right, scope_of
from fangpin.places.models import Place
from fangpin.web import posted
from fangpin.web.access import actor_of, needs
from fangpin.web.exchange_export import KIND
from fangpin.web.exports import TYPES, leave_file, purpose_or_page
from fangpin.web.exports.watermark import Watermark
from fangpin.web.wording import language, pick

_ON = Text("变更生效日期", "changes hold from")
_YEAR = Text("收入年度", "year of the incomes")
Refusal = list[tuple[str, str]]


def _problems(error: FangpinError) -> Refusal:
    return [
        (problem.what.in_language(language()), problem.remedy.in_language(language()))
        for problem in error.problems
    ]


@require_http_methods(["GET", "POST"])
@needs(Right.registry_import)
def imports(request: HttpRequest) -> HttpResponse:
    """What was brought so far, and the form to bring a file; a POST queues its dry run."""
    actor = actor_of(request)
    context: dict[str, object] = {
        "rows": queries.imports(actor),
        "today": timezone.localdate(),
        "largest_mb": settings.UPLOAD_BYTES // (1024 * 1024),
    }
    if request.method == "GET":
        return render(request, "web/exchange/imports.html", context)
    try:
        found = _brought(request)
    except FangpinError as error:
        context["problems"] = _problems(error)
        return render(request, "web/exchange/imports.html", context, status=422)
    return redirect("registry-import", found.pk)


def _brought(request: HttpRequest) -> Import:
    file = request.FILES.get("file")
    if file is None or not file.name:
        raise FangpinError.because(
            "没有选择文件", "no file was chosen",
            do_zh="选择户表、人表所在的工作簿", do_en="choose the workbook of the wide tables",
            where=Where(column="file"),
        )  # fmt: skip
    if not file.size or file.size > settings.UPLOAD_BYTES:
        most = settings.UPLOAD_BYTES // (1024 * 1024)
        raise FangpinError.because(
            f"文件为空或超过 {most} MB", f"the file is empty or larger than {most} MB",
            do_zh="检查文件，或分乡镇导入", do_en="check the file, or import by township",
            where=Where(column="file"),
        )  # fmt: skip
    return actions.bring(
        by=actor_of(request),
        name=actions.plain_name(file.name),
        chunks=file.chunks(),
        on=posted.day(request, "on", _ON),
        income_year=posted.whole(request, "income_year", _YEAR, 2100) or None,
    )


def _import_or_404(request: HttpRequest, pk: int) -> Import:
    found = queries.import_of(actor_of(request), pk)
    if found is None:
        raise Http404
    return found


@require_GET
@needs(Right.registry_import)
def one_import(request: HttpRequest, pk: int) -> HttpResponse:
    """What a file would do, row by row; while the dry run is under way, how far it is."""
    found = _import_or_404(request, pk)
    job = queries.job_of(found)
    working = job is not None and not job.ended
    context = {
        "import": found,
        "job": job,
        "working": working,
        "broken_off": job is not None and job.ended and _unfinished(found, job),
        "report": None if working else queries.report_of(found),
        "shown": queries.SHOWN,
    }
    partial = request.headers.get("HX-Request") is not None
    template = "web/exchange/import_panel.html" if partial else "web/exchange/import.html"
    return render(request, template, context, status=286 if partial and not working else 200)


def _unfinished(found: Import, job: Job) -> bool:
    """Whether the work of a job that ended is still to be done."""
    undoing = found.state == Import.State.APPLIED and job.kind == actions.UNDO
    return undoing or found.state in (Import.State.CHECKING, Import.State.APPLYING)


def _done(request: HttpRequest, pk: int, act: Callable[[Import], object]) -> HttpResponse:
    """Do something with an import, then back to its page; a refusal is told there."""
    found = _import_or_404(request, pk)
    try:
        act(found)
    except FangpinError as error:
        context = {"problem": error, "back": request.path.rsplit("/", 2)[0] + "/"}
        return render(request, "web/refused.html", context, status=422)
    return redirect("registry-import", pk)


@require_POST
@needs(Right.registry_import)
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Carry a checked file out, in the background."""
    actor = actor_of(request)
    return _done(request, pk, lambda found: actions.begin_apply(by=actor, number=found.pk))


@require_POST
@needs(Right.registry_import)
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Check a file once more."""
    actor = actor_of(request)
    return _done(request, pk, lambda found: actions.check_again(by=actor, number=found.pk))


@require_POST
@needs(Right.registry_import)
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a file up."""
    actor = actor_of(request)
    return _done(request, pk, lambda found: actions.discard(by=actor, number=found.pk))


@require_POST
@needs(Right.registry_import)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an import back as a whole, in the background; refused with what came after it."""
    actor = actor_of(request)
    return _done(request, pk, lambda found: actions.begin_undo(by=actor, number=found.pk))


@require_POST
@needs(Right.registry_import)
def report(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The report of the dry run as a workbook; names and numbers are masked."""
    found = _import_or_404(request, pk)
    path = actions.folder_of(found) / "report" / "report.xlsx"
    if not path.is_file():
        raise Http404

    def make(export: ExportLog, mark: Watermark) -> tuple[IO[bytes], int]:
        file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
        with path.open("rb") as kept:
            shutil.copyfileobj(kept, file)
        file.seek(0)
        return file, int(found.counts.get("rows", 0))

    return leave_file(
        request,
        what="import_report",
        right=Right.registry_import,
        filter={"import": found.pk},
        columns=["row", "field", "old", "new", "reason"],
        form="xlsx",
        name=pick("核对报告", "import_report"),
        make=make,
    )


@require_GET
@needs(Right.registry_import, Right.registry_export)
def template(request: HttpRequest) -> HttpResponseBase:
    """The empty tables, with what may be written where; `?codes=gb` with national codes."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    exporting.template(file, national=request.GET.get("codes") == "gb")
    file.seek(0)
    return FileResponse(
        file,
        as_attachment=True,
        filename=pick("台账导入模板.xlsx", "registry_template.xlsx"),
        content_type=TYPES["xlsx"],
    )


@require_http_methods(["GET", "POST"])
@needs(Right.registry_export)
def export(request: HttpRequest) -> HttpResponse:
    """The form for the wide tables; a POST writes them in the background."""
    actor = actor_of(request)
    scope = scope_of(actor)
    areas = scope.areas(Right.registry_export)
    years = state.newest_years()
    places = [
        place
        for place in Place.objects.filter(
            level__in=(Place.Level.COUNTY, Place.Level.TOWNSHIP, Place.Level.VILLAGE), valid_to=None
        ).order_by("code")
        if any(place.code.startswith(area) for area in areas)
    ]
    context: dict[str, object] = {"places": places, "years": years, "groups": scope.groups(None)}
    if request.method == "GET":
        return render(request, "web/exchange/export.html", context)
    code, form = request.POST.get("area", ""), request.POST.get("form", "")
    sheet = request.POST.get("sheet", "")
    chosen = next((place for place in places if place.code == code), None)
    codes = request.POST.get("codes", "words")
    known = form in ("xlsx", "csv-household", "csv-person") and codes in ("words", "gb")
    if chosen is None or not known or sheet:
        context["problems"] = [(pick("请选择区划和格式", "choose a place and a format"), "")]
        return render(request, "web/exchange/export.html", context, status=422)
    purpose = purpose_or_page(request, "registry")
    if isinstance(purpose, HttpResponse):
        return purpose
    ending, _, only = form.partition("-")
    arguments = {
        "areas": [chosen.prefix],
        "form": ending,
        "sheet": only or None,
        "income": years.income,
        "conditions": years.conditions,
        "on": timezone.localdate().isoformat(),
        "national": codes == "gb",
    }
    try:
        with transaction.atomic():
            log = begin_export(
                by=actor,
                what="registry",
                right=Right.registry_export,
                filter={"area": chosen.code, "form": form, "codes": codes},
                columns=sorted(group.value for group in scope.groups(None)),
                form=ending,
                purpose=purpose,
            )
            job = enqueue(by=actor, kind=KIND, arguments={"export": log.pk, **arguments})
    except PermissionError as error:
        raise Http404 from error
    except FangpinError as error:
        context["problems"] = _problems(error)
        return render(request, "web/exchange/export.html", context, status=422)
    return redirect("job", job.pk)


def _whole_county(request: HttpRequest) -> None:
    if not scope_of(actor_of(request)).everywhere(Right.registry_import):
        raise Http404


@require_http_methods(["GET", "POST"])
@needs(Right.registry_import)
def snapshots(request: HttpRequest) -> HttpResponse:
    """Snapshots of the whole registry, and the form to take one; a POST queues it."""
    _whole_county(request)
    actor = actor_of(request)
    context: dict[str, object] = {
        "rows": queries.snapshots(actor),
        "today": timezone.localdate(),
        "jobs": _jobs_under_way(),
    }
    if request.method == "GET":
        return render(request, "web/exchange/snapshots.html", context)
    try:
        as_of: date = posted.day(request, "as_of", Text("快照日期", "day of the snapshot"))
        job = actions.ask_snapshot(by=actor, as_of=as_of)
    except FangpinError as error:
        context["problems"] = _problems(error)
        return render(request, "web/exchange/snapshots.html", context, status=422)
    return redirect("job", job.pk)


def _jobs_under_way() -> int:
    return Job.objects.filter(
        kind=actions.SNAPSHOT, state__in=(Job.State.QUEUED, Job.State.RUNNING)
    ).count()


@require_POST
@needs(Right.registry_import)
def remove_snapshot(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete the files of a snapshot."""
    _whole_county(request)
    found = queries.snapshot_of(actor_of(request), pk)
    if found is None:
        raise Http404
    actions.remove_snapshot(by=actor_of(request), number=found.pk)
    return redirect("registry-snapshots")
