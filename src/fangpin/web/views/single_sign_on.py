"""The county's own sign-in (OpenID Connect): there and back, and there again to confirm."""

import secrets
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from fangpin.people.sign_in import oidc, sessions, throttle
from fangpin.web.access import actor_of, open_to_all, signed_in
from fangpin.web.client import address_of, attempt_of
from fangpin.web.views import confirm
from fangpin.web.views.session import complete, safe_next, second_step

_NEXT = "single_sign_on_next"
_AGAIN = "single_sign_on_again"  # session key: who is signed in went there to confirm
_SKEW = 60  # seconds that clocks of both sides may differ


@require_GET
@open_to_all("signing in comes before any right")
def single_sign_on(request: HttpRequest) -> HttpResponse:
    """Go to the county's own sign-in (OpenID Connect). Without settings there is no such page."""
    if not settings.OIDC_ISSUER:
        raise Http404
    target = safe_next(request, request.GET.get("next"))
    request.session[_NEXT] = target
    return oidc.begin(request, _back(request)) or _not_identified(request, target)


@require_POST
@signed_in("whoever is signed in shows once more that it is them")
def again(request: HttpRequest) -> HttpResponse:
    """Go there once more: it shall ask for the password, although it knows the browser."""
    if not settings.OIDC_ISSUER:
        raise Http404
    target = safe_next(request, request.POST.get("next"))
    kept = {"state": secrets.token_urlsafe(24), "at": timezone.now().timestamp(), "next": target}
    request.session[_AGAIN] = kept
    leading = oidc.begin(request, _back(request), state=str(kept["state"]), again=True)
    return leading or confirm.page(request, target, problem="county")


def _back(request: HttpRequest) -> str:
    return request.build_absolute_uri("/sign-in/county/done/")


def _not_identified(request: HttpRequest, target: str) -> HttpResponse:
    context = {"problem": "single_sign_on", "next": target, "single_sign_on": settings.OIDC_NAME}
    return render(request, "web/sign_in.html", context, status=422)


@require_GET
@open_to_all("the county's own sign-in comes back here")
def single_sign_on_done(request: HttpRequest) -> HttpResponse:
    """Back from the county's own sign-in: only users that are entered here already get in."""
    if not settings.OIDC_ISSUER:
        raise Http404
    kept = request.session.pop(_AGAIN, None)
    identified = oidc.finish(request)
    if kept and kept["state"] == request.GET.get("state") and request.user.is_authenticated:
        return _confirmed(request, kept, identified)
    target = safe_next(request, request.session.get(_NEXT))
    if identified is None:
        tried: dict[str, Any] = {"username": "", "address": address_of(request), "device": None}
        # Anybody may open this address; who does so again and again must not fill the count of
        # all attempts together, which would keep everybody out.
        if not throttle.is_blocked(**tried):
            throttle.note(**tried, succeeded=False, user=None)
        return _not_identified(request, target)
    if identified.has_second_factor:
        # Over there a browser may be known since the morning: that shows nobody sits here now.
        return complete(
            *(request, identified.user, target),
            method="oidc",
            factor=True,
            shown_at=identified.at,
        )
    return second_step(request, identified.user, target, shown_at=identified.at)


def _confirmed(
    request: HttpRequest, kept: dict[str, Any], identified: oidc.Identified | None
) -> HttpResponse:
    """Whoever is signed in here has just signed in over there: the same user, and not before."""
    actor = actor_of(request)
    target = safe_next(request, kept["next"])
    if identified is None or identified.at < kept["at"] - _SKEW:
        return confirm.page(request, target, problem="county")
    if identified.user.pk != actor.pk:
        throttle.note(**attempt_of(request, actor.username), succeeded=False, user=actor)
        return confirm.page(request, target, problem="county")
    sessions.confirm(by=actor, session=request.session, method="oidc")
    return redirect(target)
