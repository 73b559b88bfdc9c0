"""The forms of the citizens' door. The language is part of the address; nothing needs a script."""

from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.views.decorators.http import require_http_methods

from fangpin.cases.models import Publication
from fangpin.disclosure.citizens import Given, status_of, submit
from fangpin.disclosure.citizens.consent import current
from fangpin.disclosure.citizens.faults import LONGEST, MOST_PHOTOS
from fangpin.disclosure.citizens.handing_in import TooOften
from fangpin.disclosure.models import Kind, PostedNotice
from fangpin.disclosure.site import render_page
from fangpin.kernel.errors import FangpinError, Language
from fangpin.people.row_security import unwalled
from fangpin.places.models import Place
from fangpin.web.access import open_to_all
from fangpin.web.client import address_of
from fangpin.web.public.even_time import in_even_steps

_TEXTS = (
    *("text", "village", "name", "id_number", "phone", "sender", "sender_phone", "relation"),
    *("consent", "signature"),
)
_TRAP = "website"  # no person sees this field; programs fill it in


@require_http_methods(["GET", "POST"])
@open_to_all("anybody may apply for help, for themselves or for another")
def apply(request: HttpRequest, at: str | None = None) -> HttpResponse:
    """Apply to be monitored and helped."""
    return _form(request, at, "apply", Kind.APPLICATION, {"consent_text": current()})


@require_http_methods(["GET", "POST"])
@open_to_all("anybody may complain or tip off, without a name if they wish")
def write(request: HttpRequest, at: str | None = None) -> HttpResponse:
    """A complaint or a tip-off."""
    asked = request.POST.get("kind", Kind.COMPLAINT)
    kind = asked if asked in (Kind.COMPLAINT, Kind.TIP) else Kind.COMPLAINT
    return _form(request, at, "write", kind, {})


@require_http_methods(["GET", "POST"])
@open_to_all("anybody may object to what is posted, without a name if they wish")
def object_to_notice(request: HttpRequest, pk: str, at: str | None = None) -> HttpResponse:
    """An objection to a notice that hangs now."""
    with unwalled():
        notice = PostedNotice.objects.filter(
            publication_id=int(pk), down_at=None, publication__form="notice"
        ).first()
    if notice is None:
        return HttpResponse(render_page("public/gone.html", _language(at), ""), status=410)
    more = {"number": notice.number, "publication": notice.publication_id}
    return _form(request, at, f"object/{notice.publication_id}", Kind.OBJECTION, more)


@require_http_methods(["GET", "POST"])
@open_to_all("whoever knows receipt number and code may ask how far it is")
def status(request: HttpRequest, at: str | None = None) -> HttpResponse:
    """How far something is. One answer for whatever does not fit."""
    context: dict[str, Any] = {"asked": request.method == "POST"}
    if request.method == "POST":
        number, code = (request.POST.get(name, "")[:40] for name in ("receipt", "code"))
        with unwalled():
            context["found"] = status_of(number, code, address=address_of(request))
    return _page(request, at, "status", context, 200)


def _form(
    request: HttpRequest, at: str | None, name: str, kind: str, more: dict[str, Any]
) -> HttpResponse:
    template = name.partition("/")[0]
    if request.method == "GET":
        fresh = {"client_id": uuid4(), "values": {}, "places": _places(kind), **more}
        return _page(request, at, template, fresh, 200, path=f"{name}/")
    try:
        given = _given(request, at, kind, more.get("publication"))
    except (ValueError, RequestDataTooBig, TooManyFilesSent):
        return _page(request, at, "refused", {}, 400)
    if request.POST.get(_TRAP):
        return _page(request, at, "refused", {}, 400)
    try:
        with unwalled(), in_even_steps():
            receipt = submit(given, address=address_of(request))
    except Publication.DoesNotExist:
        return HttpResponse(render_page("public/gone.html", _language(at), ""), status=410)
    except TooOften as error:
        answer = _page(request, at, "refused", {"problem": error.problems[0]}, 429)
        answer.headers["Retry-After"] = "3600"
        return answer
    except FangpinError as error:
        wrong = {each.where.column or "": each for each in error.problems}
        again = {
            "client_id": given.client_id,
            "values": request.POST,
            "wrong": wrong,
            "places": _places(kind),
            **more,
        }
        return _page(request, at, template, again, 422, path=f"{name}/")
    return _page(request, at, "received", {"receipt": receipt, "kind": kind}, 200)


def _given(request: HttpRequest, at: str | None, kind: str, publication: int | None) -> Given:
    """The form as it was sent. ValueError for a form without its own number."""
    texts = {name: request.POST.get(name, "")[: LONGEST * 200] for name in _TEXTS}
    return Given(
        kind=kind,
        client_id=UUID(request.POST.get("client_id", "")),
        for_another=request.POST.get("for_another") == "1",
        photos=tuple(
            photo.read() for photo in request.FILES.getlist("photos")[: MOST_PHOTOS + 1] if photo
        ),
        publication=publication,
        language=_language(at),
        **texts,
    )


def _places(kind: str) -> list[tuple[Place, list[Place]]]:
    """Townships with their villages, for forms that ask where. One query."""
    if kind == Kind.OBJECTION:
        return []
    rows = Place.objects.filter(
        valid_to=None, level__in=[Place.Level.TOWNSHIP, Place.Level.VILLAGE]
    ).order_by("code")
    found: dict[str, tuple[Place, list[Place]]] = {}
    for place in rows:
        if place.level == Place.Level.TOWNSHIP:
            found[place.code[:9]] = (place, [])
        elif place.code[:9] in found:
            found[place.code[:9]][1].append(place)
    return [each for each in found.values() if each[1]]


def _page(
    request: HttpRequest,
    at: str | None,
    template: str,
    context: dict[str, Any],
    status: int,
    path: str | None = None,
) -> HttpResponse:
    where = f"{template}/" if path is None else path
    frame = {"csrf": get_token(request), "trap": _TRAP, "most": MOST_PHOTOS, **context}
    if template in ("received", "refused"):
        where = ""
    return HttpResponse(
        render_page(f"public/{template}.html", _language(at), where, frame), status=status
    )


def _language(at: str | None) -> Language:
    return "en" if at else "zh"
