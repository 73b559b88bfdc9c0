"""Notices of cases: what is to be posted, what hangs, what hung; posting, photographs, taking
down."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fangpin.cases.models import Publication
from fangpin.disclosure import actions, queries
from fangpin.disclosure.models import BoardPhoto, OfficePhone, PostedNotice
from fangpin.kernel.errors import FangpinError
from fangpin.people.scope import Right, scope_of
from fangpin.places.models import Place
from fangpin.web.access import actor_of, needs, whole_number
from fangpin.web.posted import number, text

_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
STATES = ("due", "posted", "over", "withdrawn")


@require_GET
@needs(Right.cases)
def notices(request: HttpRequest) -> HttpResponse:
    """The list, by state."""
    state = request.GET.get("state", "")
    after = whole_number(request.GET.get("after")) or None
    lines, more = queries.page_of_notices(
        actor_of(request), state=state if state in STATES else "", after=after
    )
    context = {"lines": lines, "more": more, "state": state, "states": STATES}
    return render(request, "web/notices/list.html", context)


@require_GET
@needs(Right.cases)
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice: as it hangs, or as it would be posted today; its proof."""
    return _page(request, pk)


def _page(request: HttpRequest, pk: int, problem: FangpinError | None = None) -> HttpResponse:
    try:
        found = queries.notice_page(actor_of(request), pk, timezone.localdate())
    except Publication.DoesNotExist:
        raise Http404 from None
    context = {"found": found, "problem": problem, "reason": text(request, "reason")}
    return render(request, "web/notices/notice.html", context, status=422 if problem else 200)


@require_POST
@needs(Right.cases_act)
def post(request: HttpRequest, pk: int) -> HttpResponse:
    """Build it, look through it, hang it on the public page."""

    def run() -> Any:
        return actions.post(by=actor_of(request), publication=pk)

    return _done(request, pk, run)


@require_POST
@needs(Right.cases_act)
def down(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it down before its end."""
    hanging = _hanging(request, pk)

    def run() -> Any:
        return actions.take_down(
            by=actor_of(request), notice=hanging.pk, reason=text(request, "reason", 500)
        )

    return _done(request, pk, run)


@require_POST
@needs(Right.cases_act)
def photo_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a photograph of the board."""
    latest = _hanging(request, pk, also_past=True)
    sent = request.FILES.get("photo")

    def run() -> Any:
        data = sent.read() if sent is not None else b""
        return actions.add_board_photo(by=actor_of(request), notice=latest.pk, data=data)

    return _done(request, pk, run)


def _hanging(request: HttpRequest, pk: int, *, also_past: bool = False) -> PostedNotice:
    try:
        found = queries.notice_page(actor_of(request), pk, timezone.localdate())
    except Publication.DoesNotExist:
        raise Http404 from None
    row = found.hanging or (found.past[0] if also_past and found.past else None)
    if row is None or not found.may_act:
        raise Http404
    return row


def _done(request: HttpRequest, pk: int, run: Any) -> HttpResponse:
    try:
        run()
    except (Publication.DoesNotExist, PostedNotice.DoesNotExist, PermissionError):
        raise Http404 from None
    except FangpinError as error:
        return _page(request, pk, error)
    return redirect("notice", pk)


@require_GET
@needs(Right.cases)
def file(request: HttpRequest, pk: str, name: str) -> HttpResponse:
    """The sheet or the Word file as it was posted."""
    try:
        data = queries.notice_file(actor_of(request), int(pk), name)
    except Publication.DoesNotExist:
        raise Http404 from None
    response = HttpResponse(data, content_type=_TYPES[name.rpartition(".")[2]])
    response.headers["Content-Disposition"] = f'attachment; filename="notice-{pk}-{name}"'
    return response


@require_GET
@needs(Right.cases)
def photo(request: HttpRequest, photo: int) -> HttpResponse:
    """A photograph of a board."""
    try:
        row, data = queries.board_photo(actor_of(request), photo)
    except BoardPhoto.DoesNotExist:
        raise Http404 from None
    return HttpResponse(data, content_type=f"image/{row.kind}")


@require_http_methods(["GET", "POST"])
@needs(Right.places_write)
def telephones(request: HttpRequest) -> HttpResponse:
    """Telephones of offices that notices name. POST: one more."""
    actor, problem = actor_of(request), None
    if request.method == "POST":
        place = Place.objects.filter(pk=number(request, "place"), valid_to=None).first()
        if place is None or not scope_of(actor).covers(Right.places_write, place.code):
            raise Http404
        try:
            actions.keep_telephone(
                by=actor,
                area_code=place.code,
                label=text(request, "label", 60),
                number=text(request, "number", 20),
            )
        except FangpinError as error:
            problem = error
        else:
            return redirect("notice-telephones")
    inside = scope_of(actor).within(Right.places_write, "code")
    levels = (Place.Level.COUNTY, Place.Level.TOWNSHIP, Place.Level.VILLAGE)
    context = {
        "telephones": queries.telephones(actor),
        "places": Place.objects.filter(inside, valid_to=None, level__in=levels).order_by("code"),
        "problem": problem,
        "written": request.POST,
    }
    return render(request, "web/notices/telephones.html", context, status=422 if problem else 200)


@require_POST
@needs(Right.places_write)
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a telephone off later notices."""
    try:
        actions.drop_telephone(by=actor_of(request), pk=pk)
    except OfficePhone.DoesNotExist:
        raise Http404 from None
    return redirect("notice-telephones")
