"""The app's shell, which holds nobody's data, and the requests of its sync."""

import base64
import json
import os
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from fangpin.fieldwork import devices, pictures
from fangpin.fieldwork.day import take_along
from fangpin.fieldwork.devices import MustWipe, Standing
from fangpin.fieldwork.models import Device
from fangpin.fieldwork.receiving import receive
from fangpin.kernel.errors import FangpinError
from fangpin.people.messages.queries import unread
from fangpin.people.models import User
from fangpin.people.reading import TooManyRead
from fangpin.people.sign_in.sessions import agent_in_words
from fangpin.web.access import actor_of, open_to_all, signed_in
from fangpin.web.context import shown
from fangpin.web.phone import shell
from fangpin.web.phone.protocol import (
    answer_data,
    day_data,
    entries_of,
    pictures_of,
    problem_data,
    token_of,
)
from fangpin.web.wording import language, pick

_OWN: Final = "a phone is told about itself and its user; rights are asked for what it takes along"


@require_GET
@open_to_all("the empty app; it opens without a network as well, where nobody can be signed in")
def app(request: HttpRequest) -> HttpResponse:
    """The page that the phone keeps."""
    return render(request, "phone/app.html", {"version": shell.version()})


@require_GET
@open_to_all("the app's program, no data")
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. It lies under /phone/, which is as far as it reaches."""
    kept = ["/phone/", "/phone/app.webmanifest", *shell.addresses()]
    head = f"const VERSION = {json.dumps(shell.version())};\nconst KEPT = {json.dumps(kept)};\n"
    return HttpResponse(head + shell.worker(), content_type="text/javascript; charset=utf-8")


@require_GET
@open_to_all("the app's name and picture, no data")
def manifest(request: HttpRequest) -> HttpResponse:
    """What the phone puts on its home screen."""
    data = {
        "id": "/phone/",
        "name": pick("防贫入户", "Fangpin visits"),
        "short_name": pick("入户", "Visits"),
        "lang": pick("zh-CN", "en"),
        "start_url": "/phone/",
        "scope": "/phone/",
        "display": "standalone",
        "orientation": "portrait",
        "background_color": "#f4f6f7",
        "theme_color": "#1c5d86",
        "icons": [
            {
                "src": static(f"phone/icon-{size}.png"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": "any maskable",
            }
            for size in (192, 512)
        ],
    }
    return JsonResponse(data, content_type="application/manifest+json")


@require_GET
@open_to_all("a phone whose user cannot sign in any more must still learn that it is to wipe")
@ensure_csrf_cookie
def hello(request: HttpRequest) -> JsonResponse:
    """Who is signed in here, the form token, and how it stands with the phone that asks."""
    user = request.user if isinstance(request.user, User) else None
    return JsonResponse(
        {
            "user": user.pk if user else None,
            "name": str(user) if user else "",
            "allowed": user is not None and devices.may_take_along(user),
            "phone": devices.standing(token_of(request)).value,
            "csrf": get_token(request),
            "language": language(),
            "now": timezone.now().isoformat(),
        }
    )


@require_POST
@signed_in(_OWN)
def key(request: HttpRequest) -> JsonResponse:
    """The key of the phone's store: of a new phone, or once more of the same one."""
    agent = agent_in_words(request.headers.get("User-Agent", ""))
    try:
        device = devices.open_device(by=actor_of(request), token=token_of(request), agent=agent)
    except MustWipe as error:
        return _wipe(error)
    return JsonResponse(
        {
            "phone": str(device.token),
            "user": actor_of(request).pk,
            "secret": device.opened_secret,
            "salt": base64.b64encode(os.urandom(16)).decode("ascii"),
            "lease": devices.lease_seconds(),
            "now": timezone.now().isoformat(),
        }
    )


@require_GET
@signed_in(_OWN)
def day(request: HttpRequest) -> JsonResponse:
    """What there is to do, for the areas that the actor may see now."""
    actor = actor_of(request)
    now = timezone.now()
    try:
        device = devices.device_of(actor, token_of(request))
        found = take_along(by=actor, device=device, today=timezone.localdate(now))
    except MustWipe as error:
        return _wipe(error)
    except TooManyRead as error:
        return JsonResponse(problem_data(error), status=429)
    data = day_data(found) | {
        "name": str(actor),
        "unread": shown(unread(actor)),
        "lease": devices.lease_seconds(),
        "now": now.isoformat(),
        "today": timezone.localdate(now).isoformat(),
    }
    return JsonResponse(data)


@require_POST
@signed_in(_OWN)
def send(request: HttpRequest) -> JsonResponse:
    """Entries from the phone, each a transaction of its own; an answer for each. Small pictures
    may come along; they are kept first, as if they had come alone."""
    actor, token = actor_of(request), token_of(request)
    try:
        handed = entries_of(request)
        phone = devices.device_of(actor, token)
        pictures.take_whole(by=actor, pictures=pictures_of(request))
    except MustWipe as error:
        return _wipe(error)
    except FangpinError as error:
        return JsonResponse(problem_data(error), status=422)
    answers: list[dict[str, Any]] = []
    try:
        for entry in handed:
            answers.append(answer_data(receive(by=actor, device=phone, handed=entry)))
    except MustWipe as error:
        return _wipe(error)
    return JsonResponse({"answers": answers, "now": timezone.now().isoformat()})


@require_POST
@signed_in(_OWN)
def piece(request: HttpRequest, pk: UUID) -> JsonResponse:
    """A piece of a picture: its body as it is, `at` and `of` (bytes) in the query."""
    actor = actor_of(request)
    try:
        devices.device_of(actor, token_of(request))
        at, whole = (_bytes(request.GET.get(name)) for name in ("at", "of"))
        length = _bytes(request.headers.get("Content-Length"))
        data = request.body if 0 < length <= pictures.PIECE else b""
        here = pictures.take_piece(by=actor, client_id=pk, offset=at, size=whole, data=data)
    except MustWipe as error:
        return _wipe(error)
    except FangpinError as error:
        return JsonResponse(problem_data(error), status=422)
    return JsonResponse({"here": here})


@require_POST
@signed_in(_OWN)
def leave(request: HttpRequest) -> JsonResponse:
    """The phone wipes itself: signed out, or given away."""
    actor = actor_of(request)
    try:
        device = devices.device_of(actor, token_of(request))
    except MustWipe as error:
        return _wipe(error)
    devices.end_device(by=actor, device=device, why=Device.Why.SIGNED_OUT)
    return JsonResponse({"phone": Standing.wipe.value})


@require_GET
@signed_in("everybody ends phones of their own")
def own(request: HttpRequest) -> HttpResponse:
    """The phones that have data of mine, and how to end one that is lost."""
    context = {"devices": devices.devices_of(actor_of(request))}
    return render(request, "phone/devices.html", context)


@require_POST
@signed_in("everybody ends phones of their own")
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a phone; it wipes when it asks next, and opens no longer than its lease in any case."""
    devices.end_own(by=actor_of(request), pk=pk)
    return redirect("phone-devices")


def _wipe(error: MustWipe) -> JsonResponse:
    return JsonResponse(problem_data(error) | {"phone": Standing.wipe.value}, status=410)


def _bytes(given: str | None) -> int:
    return int(given) if given and given.isascii() and given.isdigit() and len(given) < 12 else 0
