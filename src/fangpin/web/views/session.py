"""Sign-in in two steps, sign-out, language."""

import json
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fangpin.people.demo import ACCOUNTS
from fangpin.people.models import User
from fangpin.people.sign_in import factors, throttle
from fangpin.people.sign_in.sessions import leave, note_session
from fangpin.web.access import actor_of, open_to_all, signed_in
from fangpin.web.client import (
    DEVICE_COOKIE,
    attempt_of,
    device_of,
    host_of,
    json_object,
)
from fangpin.web.session_rules import FACTOR, exempt

BACKEND = "django.contrib.auth.backends.ModelBackend"
_PENDING = "sign_in_pending"  # session key: the password was right, the second factor is missing
_PATIENCE = 600  # seconds between the two steps
_DEVICE_AGE = 180 * 24 * 3600


def safe_next(request: HttpRequest, wanted: str | None) -> str:
    """A path of ours to go to, never another site."""
    if wanted and url_has_allowed_host_and_scheme(wanted, {request.get_host()}):
        return wanted
    return "/"


@require_http_methods(["GET", "POST"])
@open_to_all("signing in comes before any right")
def sign_in(request: HttpRequest) -> HttpResponse:
    """The first step: name and password. One answer for a wrong name and a wrong password."""
    target = safe_next(request, request.POST.get("next") or request.GET.get("next"))
    if request.user.is_authenticated and request.method == "GET":
        return redirect(target)
    problem = ""
    name = request.POST.get("username", "").strip()[:150]
    if request.method == "POST":
        tried = attempt_of(request, name)
        user = None
        with throttle.one_at_a_time(name):
            if throttle.is_blocked(**tried):
                problem = "blocked"
            else:
                password = request.POST.get("password", "")
                user = authenticate(request, username=name, password=password)
                if user is None:
                    meant = User.objects.filter(username=name).first()
                    throttle.note(**tried, succeeded=False, user=meant)
                    problem = "wrong"
        if isinstance(user, User):
            return second_step(request, user, target)
    context = {
        "problem": problem,
        "ended": "ended" in request.GET,
        "username": name,
        "next": target,
        "accounts": ACCOUNTS if settings.DEMO else (),
        "single_sign_on": settings.OIDC_NAME if settings.OIDC_ISSUER else "",
    }
    return render(request, "web/sign_in.html", context, status=200 if not problem else 422)


def second_step(
    request: HttpRequest, user: User, target: str, *, shown_at: float | None = None
) -> HttpResponse:
    """Ask for the second factor; whoever has none yet goes on and is led to get one. `shown_at`:
    when a single sign-on was told the password; None: we were, just now."""
    method = "password" if shown_at is None else "oidc"
    if exempt(user) or not settings.SECOND_FACTOR:
        return complete(request, user, target, method=method, factor=True, shown_at=shown_at)
    if not factors.has_any(user):
        return complete(request, user, target, method=method, factor=False, shown_at=shown_at)
    request.session.flush()
    request.session[_PENDING] = {
        "user": user.pk,
        "at": timezone.now().timestamp(),
        "next": target,
        "password": user.get_session_auth_hash(),
    }
    return redirect("sign-in-code")


def _pending(request: HttpRequest) -> tuple[User, str] | None:
    """Who has given the password a short while ago, and where they want to go."""
    kept = request.session.get(_PENDING)
    if not kept or timezone.now().timestamp() - kept["at"] > _PATIENCE:
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    if user is None or user.get_session_auth_hash() != kept["password"]:
        return None
    return user, safe_next(request, kept["next"])


@require_http_methods(["GET", "POST"])
@open_to_all("the second step of signing in")
def code(request: HttpRequest) -> HttpResponse:
    """The second step: a code of the app, a passkey, or a recovery code."""
    pending = _pending(request)
    if pending is None:
        return redirect("sign-in")
    user, target = pending
    problem = ""
    if request.method == "POST":
        tried = attempt_of(request, user.username)
        method = ""
        with throttle.one_at_a_time(user.username):
            if throttle.is_blocked(**tried):
                problem = "blocked"
            else:
                method = given_factor(request, user)
                if not method:
                    throttle.note(**tried, succeeded=False, user=user)
                    problem = "wrong"
        if method:
            return complete(request, user, target, method=method, factor=True)
    context = {
        "problem": problem,
        "who": user,
        "passkey": passkey_asked(request, user),
        "codes_left": factors.recovery_codes_left(user),
    }
    return render(request, "web/sign_in_code.html", context, status=200 if not problem else 422)


def passkey_asked(request: HttpRequest, user: User) -> dict[str, Any] | None:
    """What the page hands to the browser so that it asks for a passkey; None without one."""
    asked = factors.ask_passkey(user, host=host_of(request))
    if asked is None:
        return None
    request.session["passkey"] = asked[1]
    options: dict[str, Any] = json.loads(json.dumps(asked[0], default=list))
    return options


def given_factor(request: HttpRequest, user: User) -> str:
    """Which factor was given rightly; "" for none."""
    answer = request.POST.get("passkey", "")
    if answer:
        state = request.session.pop("passkey", None)
        given = json_object(answer)
        host = host_of(request)
        if state and given and factors.check_passkey(user, host=host, state=state, answer=given):
            return "passkey"
        return ""
    text = request.POST.get("code", "")[:40]
    if factors.check_app(user, text):
        return "app"
    return "recovery" if factors.check_recovery_code(user, text) else ""


def complete(
    request: HttpRequest,
    user: User,
    target: str,
    *,
    method: str,
    factor: bool,
    shown_at: float | None = None,
) -> HttpResponse:
    """Begin the session under a new id, and remember the browser. `shown_at`: when the user has
    shown who they are, seconds since 1970, where that is not just now."""
    request.session.flush()
    login(request, user, backend=BACKEND)
    request.session[FACTOR] = factor
    agent = request.headers.get("User-Agent", "")
    note_session(by=user, session=request.session, method=method, agent=agent, shown_at=shown_at)
    throttle.note(**attempt_of(request, user.username), succeeded=True, user=user)
    response = HttpResponseRedirect(target if factor else "/account/")
    if factor:
        token = throttle.remember_device(user=user, device=device_of(request))
        response.set_cookie(
            DEVICE_COOKIE,
            token,
            max_age=_DEVICE_AGE,
            secure=settings.HTTPS,
            httponly=True,
            samesite="Lax",
        )
    return response


@require_POST
@open_to_all("accounts of a demonstration, which is served to one machine")
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """One click on a demonstration account. Outside a demonstration there is no such page."""
    if not settings.DEMO:
        raise Http404
    user = User.objects.filter(
        username=request.POST.get("account", ""), is_demo=True, is_active=True
    ).first()
    if user is None:
        raise Http404
    target = safe_next(request, request.POST.get("next"))
    return complete(request, user, target, method="demo", factor=True)


@require_POST
@signed_in("whoever came in may go out")
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    leave(by=actor_of(request), session=request.session, why="sign_out")
    logout(request)
    return redirect("sign-in")


@require_POST
@open_to_all("the sign-in page has two languages")
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the reader's language for a year and go back to where they were."""
    response = HttpResponseRedirect(safe_next(request, request.POST.get("next")))
    chosen = "en" if request.POST.get("language") == "en" else "zh-hans"
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=365 * 24 * 3600,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response


@require_GET
@open_to_all("a load balancer asks whether pages are served")
def health(request: HttpRequest) -> HttpResponse:
    """200 when pages are served; says nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")
