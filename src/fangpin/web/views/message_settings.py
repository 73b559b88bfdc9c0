"""How somebody is told outside the system: their own addresses and what goes there."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from fangpin.kernel.errors import FangpinError, Text
from fangpin.people.messages.outward import channels, queries
from fangpin.people.messages.outward.words import CHANNELS, TOLD_OUTWARD
from fangpin.people.messages.words import KINDS
from fangpin.people.models import OF_USERS, Channel
from fangpin.web.access import actor_of, signed_in
from fangpin.web.channel_forms import wishes_of
from fangpin.web.posted import text
from fangpin.web.step_up import ask, asks_again
from fangpin.web.wording import language

_OWN = "everybody minds their own addresses"
HOURS = range(6, 22)
WRONG_CODE = Text("验证码不正确或已失效", "the code is wrong or has ended")


@require_GET
@signed_in(_OWN)
def page(request: HttpRequest) -> HttpResponse:
    """One's own addresses, each with what is sent there."""
    return _page(request)


def _page(request: HttpRequest, status: int = 200, **more: Any) -> HttpResponse:
    actor = actor_of(request)
    shown = {each.channel.kind: each for each in queries.own(actor)}
    open_kinds = queries.open_kinds(actor)
    context = {
        "lines": [
            (kind, CHANNELS[kind], shown.get(kind))
            for kind in OF_USERS
            if kind in open_kinds or kind in shown
        ],
        "open_kinds": open_kinds,
        "done": "done" in request.GET,
        **choices(),
    }
    return render(request, "web/messages/settings.html", context | more, status=status)


def choices() -> dict[str, Any]:
    """What a form for a channel offers."""
    return {
        "kinds": [(str(kind), KINDS[kind]) for kind in TOLD_OUTWARD],
        "hours": HOURS,
    }


@require_POST
@signed_in(_OWN)
@asks_again("message-settings")
def add(request: HttpRequest) -> HttpResponse:
    """Enter an address, or another one instead; a code is sent there."""
    kind = text(request, "kind")
    try:
        channels.add_own(
            by=actor_of(request),
            kind=kind,
            address=text(request, "address"),
            language=language(),
        )
    except FangpinError as error:
        return _page(request, 422, refused=error, refused_at=kind)
    return redirect("message-settings")


@require_POST
@signed_in(_OWN)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm, choose, resume, ask for a code, remove."""
    if text(request, "do") == "remove" and (asked := ask(request, reverse("message-settings"))):
        return asked
    found = done(request, pk, units=False)
    if found is not None:
        kind = Channel.objects.values_list("kind", flat=True).get(pk=pk)
        return _page(request, 422, refused=found, refused_at=kind)
    return redirect(reverse("message-settings") + "?done")


def done(request: HttpRequest, pk: int, *, units: bool) -> FangpinError | None:
    """Do what a form about a channel asks for; the refusal in words when it cannot be done."""
    actor, what = actor_of(request), text(request, "do")
    try:
        if not Channel.objects.filter(pk=pk, unit__isnull=not units).exists():
            raise Channel.DoesNotExist
        match what:
            case "confirm":
                if not channels.confirm(by=actor, pk=pk, code=text(request, "code", 20)):
                    return FangpinError.because(
                        WRONG_CODE.zh,
                        WRONG_CODE.en,
                        do_zh="重新输入，或重新发送验证码",
                        do_en="enter it again, or ask for another one",
                    )
            case "choose":
                channels.choose(by=actor, pk=pk, wishes=wishes_of(request))
            case "code":
                channels.send_code(by=actor, pk=pk)
            case "resume":
                channels.resume(by=actor, pk=pk)
            case "remove":
                channels.remove(by=actor, pk=pk)
            case _:
                raise Http404
    except Channel.DoesNotExist as error:
        raise Http404 from error
    except FangpinError as error:
        return error
    return None
