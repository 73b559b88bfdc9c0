"""Showing once more that it is oneself, in a session that is open (`web.step_up`)."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fangpin.people.models import SecondFactor
from fangpin.people.sign_in import factors, sessions, throttle
from fangpin.web import step_up
from fangpin.web.access import actor_of, signed_in
from fangpin.web.client import attempt_of
from fangpin.web.views.session import given_factor, passkey_asked, safe_next


@require_http_methods(["GET", "POST"])
@signed_in("whoever is signed in shows once more that it is them")
def confirm(request: HttpRequest) -> HttpResponse:
    """The password, or a second factor; then back to the page that asked."""
    target = safe_next(request, request.POST.get("next") or request.GET.get("next"))
    if request.method == "GET":
        if step_up.until(request) is not None:
            return redirect(target)
        return page(request, target)
    actor = actor_of(request)
    tried = attempt_of(request, actor.username)
    method, problem = "", "wrong"
    with throttle.one_at_a_time(actor.username):
        if throttle.is_blocked(**tried):
            problem = "blocked"
        else:
            method = _shown(request)
            if not method:
                throttle.note(**tried, succeeded=False, user=actor)
    if not method:
        return page(request, target, problem=problem)
    sessions.confirm(by=actor, session=request.session, method=method)
    return redirect(target)


def _shown(request: HttpRequest) -> str:
    """What was given rightly: "password" or a second factor; "" for nothing."""
    actor = actor_of(request)
    if "password" in request.POST:
        return "password" if actor.check_password(request.POST["password"]) else ""
    return given_factor(request, actor)


def page(request: HttpRequest, target: str, *, problem: str = "") -> HttpResponse:
    """The ways that are open to the reader. Whoever has none of them signs in again."""
    actor = actor_of(request)
    has_app = SecondFactor.objects.filter(user=actor, kind=SecondFactor.Kind.TOTP).exists()
    codes_left = factors.recovery_codes_left(actor)
    has_password = actor.has_usable_password()
    by_county = request.session.get("method") == "oidc" or not has_password
    context = {
        "problem": problem,
        "next": target,
        "who": actor,
        "has_password": has_password,
        "has_app": has_app,
        "codes_left": codes_left,
        "passkey": passkey_asked(request, actor),
        "single_sign_on": settings.OIDC_NAME if settings.OIDC_ISSUER and by_county else "",
    }
    return render(request, "web/account/confirm.html", context, status=422 if problem else 200)
