"""Printed forms: household card, village register, township file (户卡、村册、乡镇档), and the
blank form for collecting them (采集表)."""

import io
from typing import IO

from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fangpin.foundation.actions import enqueue
from fangpin.foundation.models import ExportLog
from fangpin.kernel.errors import FangpinError
from fangpin.people.exporting import PURPOSES, begin_export
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.places.models import Place
from fangpin.places.queries import names_of
from fangpin.privacy.notice import notice
from fangpin.registry.queries.file import HouseholdFile
from fangpin.reports.blank_form import Told, blank_form
from fangpin.reports.card import household_card
from fangpin.reports.document import Document
from fangpin.reports.pdf import pdf
from fangpin.reports.register import may_print, village_register
from fangpin.reports.workbook import workbook
from fangpin.web.access import actor_of, needs
from fangpin.web.exports import Watermark, leave_file, purpose_or_page
from fangpin.web.views.registry_household import file_or_404
from fangpin.web.wording import language, pick

FORMS = ("pdf", "xlsx")


@require_http_methods(["GET", "POST"])
@needs(Right.registry_print)
def card(request: HttpRequest, number: str) -> HttpResponseBase:
    """GET: what for, and in which form. POST: the household card."""
    actor = actor_of(request)
    file = file_or_404(actor, number)
    if not scope_of(actor).covers(Right.registry_print, file.village_code):
        raise Http404
    if request.method == "GET":
        title = pick("打印户卡", "Print the household card")
        return _asked(request, title, back=f"/households/{number}/")
    return leave_file(
        request,
        what="household_card",
        right=Right.registry_print,
        filter={"household": number},
        columns=sorted(file.groups),
        form=_form(request),
        name=pick(f"户卡_{number}", f"household_card_{number}"),
        make=lambda export, mark: (_made(_card(file), request, mark), file.size),
    )


def _card(file: HouseholdFile) -> Document:
    return household_card(
        file,
        places=names_of(file.village_code),
        printed_on=timezone.localdate(),
        language=language(),
    )


@require_http_methods(["GET", "POST"])
@needs(Right.registry_print)
def registers(request: HttpRequest) -> HttpResponseBase:
    """GET: places whose registers one may print. POST: a village's register at once, a township's
    file by the worker."""
    actor = actor_of(request)
    if request.method == "GET":
        return _asked(request, pick("打印名册", "Print registers"), places=_places(actor))
    code = request.POST.get("place", "")
    place = Place.objects.filter(code=code, valid_to=None).first()
    if place is None or not may_print(actor, code):
        raise Http404
    if place.level == Place.Level.TOWNSHIP:
        return _township(request, actor, code)
    if place.level != Place.Level.VILLAGE:
        raise Http404
    return _village(request, actor, place)


def _village(request: HttpRequest, actor: User, place: Place) -> HttpResponseBase:
    def make(export: ExportLog, mark: Watermark) -> tuple[IO[bytes], int]:
        document = village_register(
            actor,
            place.code,
            names=names_of(place.code),
            printed_on=timezone.localdate(),
            language=language(),
        )
        return _made(document, request, mark), sum(1 for _ in _rows(document))

    return leave_file(
        request,
        what="village_register",
        right=Right.registry_print,
        filter={"place": place.code},
        columns=sorted(scope_of(actor).groups(place.code)),
        form=_form(request),
        name=pick(f"村册_{place.name}", f"village_register_{place.code}"),
        make=make,
    )


def _rows(document: Document) -> list[object]:
    return [row for section in document.sections for row in getattr(section, "rows", ())]


def _township(request: HttpRequest, actor: User, code: str) -> HttpResponseBase:
    """The log entry and the job in one transaction; the file appears among one's exports."""
    purpose = purpose_or_page(request, "township_file")
    if isinstance(purpose, HttpResponse):
        return purpose
    try:
        with transaction.atomic():
            export = begin_export(
                by=actor,
                what="township_file",
                right=Right.registry_print,
                filter={"place": code},
                columns=sorted(scope_of(actor).groups(code)),
                form="zip",
                purpose=purpose,
            )
            arguments = {"export": export.pk, "code": code, "language": language()}
            job = enqueue(by=actor, kind="print_township", arguments=arguments)
    except FangpinError as error:
        return render(
            request, "web/refused.html", {"problem": error, "back": "/prints/"}, status=422
        )
    return redirect("job", job.pk)


def _places(actor: User) -> list[tuple[Place, list[Place]]]:
    """Townships with their villages, as far as registers may be printed. One query."""
    scope = scope_of(actor)
    inside = scope.within(Right.registry_print, "code")
    open_places = Place.objects.filter(inside, valid_to=None).order_by("code")
    found: dict[str, tuple[Place, list[Place]]] = {}
    for place in open_places.filter(level__in=[Place.Level.TOWNSHIP, Place.Level.VILLAGE]):
        if place.level == Place.Level.TOWNSHIP:
            found[place.code[:9]] = (place, [])
        elif place.code[:9] in found:
            found[place.code[:9]][1].append(place)
        else:  # a village worker's own village, without its township
            found[place.code] = (place, [])
    return list(found.values())


def _asked(request: HttpRequest, title: str, **more: object) -> HttpResponse:
    context = {"title": title, "purposes": PURPOSES, "chosen": "archive", "note": "", **more}
    return render(request, "web/prints.html", context)


@require_http_methods(["GET"])
@needs(Right.registry_print)
def blank(request: HttpRequest) -> HttpResponseBase:
    """The collection form to be filled by hand. It holds nothing about anybody, so nothing is
    asked and nothing is logged."""
    form = request.GET.get("form", "pdf")
    if form not in FORMS:
        raise Http404
    document = blank_form(_told(), language=language())
    made = workbook(document) if form == "xlsx" else io.BytesIO(pdf(document, language=language()))
    name = pick("农户信息采集表", "collection_form")
    return FileResponse(made, as_attachment=True, filename=f"{name}.{form}")


def _told() -> Told:
    """The notice in force, in the reader's language."""
    said, shown = language(), notice()
    return Told(
        shown.title.in_language(said),
        shown.version,
        [(each.heading.in_language(said), each.text.in_language(said)) for each in shown.points],
        [(each.label.in_language(said), each.text.in_language(said)) for each in shown.by_consent],
    )


def _form(request: HttpRequest) -> str:
    form = request.POST.get("form", "pdf")
    if form not in FORMS:
        raise Http404
    return form


def _made(document: Document, request: HttpRequest, mark: Watermark) -> IO[bytes]:
    if _form(request) == "xlsx":
        return workbook(document, watermark=mark.text)
    return io.BytesIO(pdf(document, language=language(), watermark=mark.text))
