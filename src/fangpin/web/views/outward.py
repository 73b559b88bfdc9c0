"""Ways out of the system, for the system administrator: gateways, robots, how sending goes."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from fangpin.kernel.errors import FangpinError
from fangpin.people.messages.outward import channels, queries
from fangpin.people.messages.outward.words import CHANNELS
from fangpin.people.models import OF_USERS, ROBOTS, Unit
from fangpin.people.scope import Right
from fangpin.web.access import actor_of, needs
from fangpin.web.channel_forms import fixed_of
from fangpin.web.posted import number, text
from fangpin.web.step_up import ask, asks_again
from fangpin.web.views.message_settings import choices, done

_MAIL = ("host", "port", "security", "user", "password", "sender")
_TEXTS = (
    *("url", "form", "number_field", "text_field", "header", "password"),
    *("answer_field", "answer_value"),
)


@require_GET
@needs(Right.outward)
def page(request: HttpRequest) -> HttpResponse:
    """All of it; passwords are not shown."""
    return _page(request)


def _page(request: HttpRequest, status: int = 200, **more: Any) -> HttpResponse:
    actor = actor_of(request)
    kept = queries.gateways(actor)
    context: dict[str, Any] = {
        "done": "done" in request.GET,
        "set_up": channels.sending_is_set_up(),
        "standing": [(each, CHANNELS[each.kind]) for each in queries.standing(actor)],
        "mail": kept.get("email"),
        "texts": kept.get("sms"),
        "fixed": "\n".join(
            f"{name}={value}" for name, value in kept.get("sms", {}).get("fixed", {}).items()
        ),
        "robots": [(each, CHANNELS[each.channel.kind]) for each in queries.robots(actor)],
        "robot_kinds": [(str(kind), CHANNELS[kind]) for kind in ROBOTS],
        "units": Unit.objects.filter(valid_to=None).order_by("place__code", "name")[:2000],
        **choices(),
    }
    return render(request, "web/messages/outward.html", context | more, status=status)


@require_POST
@needs(Right.outward)
@asks_again(lambda kind: reverse("outward"))
def gateway(request: HttpRequest, kind: str) -> HttpResponse:
    """Enter a gateway, or close it."""
    if kind not in OF_USERS:
        raise Http404
    actor = actor_of(request)
    try:
        if text(request, "do") == "drop":
            channels.drop_gateway(by=actor, kind=kind)
        else:
            names = _MAIL if kind == "email" else _TEXTS
            content: dict[str, Any] = {name: text(request, name, 500) for name in names}
            if kind == "sms":
                content["fixed"] = fixed_of(request)
            channels.set_gateway(by=actor, kind=kind, content=content)
    except FangpinError as error:
        # What was entered stays in the form, except for the password.
        entered: dict[str, Any] = {"mail" if kind == "email" else "texts": _entered(request)}
        if kind == "sms":
            entered["fixed"] = request.POST.get("fixed", "")
        return _page(request, 422, refused=error, refused_at=kind, **entered)
    return redirect(reverse("outward") + "?done")


def _entered(request: HttpRequest) -> dict[str, str]:
    return {name: text(request, name, 500) for name in (*_MAIL, *_TEXTS) if name != "password"}


@require_POST
@needs(Right.outward)
@asks_again("outward")
def robot_add(request: HttpRequest) -> HttpResponse:
    """Enter a unit's group robot; a code is sent into the group."""
    unit = Unit.objects.filter(valid_to=None, pk=number(request, "unit")).first()
    try:
        if unit is None:
            raise FangpinError.because(
                "没有选择单位",
                "no unit was chosen",
                do_zh="从列表中选择群所属的单位",
                do_en="choose the unit that the group belongs to",
            )
        channels.add_robot(
            by=actor_of(request),
            unit=unit,
            kind=text(request, "kind"),
            address=text(request, "address", 500),
            secret=text(request, "secret", 200),
        )
    except FangpinError as error:
        return _page(request, 422, refused=error, refused_at="robot")
    return redirect(reverse("outward") + "?done")


@require_POST
@needs(Right.outward)
def robot_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm, choose, resume, ask for a code, remove."""
    if text(request, "do") == "remove" and (asked := ask(request, reverse("outward"))):
        return asked
    found = done(request, pk, units=True)
    if found is not None:
        return _page(request, 422, refused=found, refused_at="robots")
    return redirect(reverse("outward") + "?done")
