"""One's own account: second factors, recovery codes, password, open sessions."""

from typing import Any

import segno
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fangpin.kernel.errors import FangpinError, Problem, Text
from fangpin.people.actions import change_password
from fangpin.people.models import SecondFactor
from fangpin.people.sign_in import factors, sessions, throttle
from fangpin.people.sign_in.password_rules import is_over
from fangpin.web.access import actor_of, signed_in
from fangpin.web.client import attempt_of, host_of, json_object
from fangpin.web.session_rules import FACTOR, exempt
from fangpin.web.step_up import asks_again, until
from fangpin.web.wording import pick

_OWN = "everybody minds their own account"
TOO_MANY = Problem(
    Text("尝试次数过多", "too many attempts"),
    Text("请 15 分钟后再试", "try again in 15 minutes"),
)
_SECRET = "app_secret"  # session key: the secret that the QR code on the page shows


@require_GET
@signed_in(_OWN)
def account(request: HttpRequest) -> HttpResponse:
    """The page. Somebody without a second factor sees first how to get one."""
    return _page(request)


def _page(request: HttpRequest, status: int = 200, **more: Any) -> HttpResponse:
    actor = actor_of(request)
    mine = list(SecondFactor.objects.filter(user=actor))
    context = {
        "who": actor,
        "factors": mine,
        "has_app": any(each.kind == SecondFactor.Kind.TOTP for each in mine),
        "needs_factor": not mine and not request.session.get(FACTOR) and not exempt(actor),
        "codes_left": factors.recovery_codes_left(actor),
        "sessions": sessions.sessions_of(actor),
        "this_session": request.session.session_key,
        "password_is_over": is_over(actor, settings.PASSWORD_DAYS),
        "may_change_password": actor.has_usable_password() and not exempt(actor),
    }
    return render(request, "web/account/account.html", context | more, status=status)


@require_http_methods(["GET", "POST"])
@signed_in(_OWN)
@asks_again("app-add")
def add_app(request: HttpRequest) -> HttpResponse:
    """A QR code for the authenticator app; the first code of the app confirms it."""
    actor = actor_of(request)
    secret = request.session.setdefault(_SECRET, factors.new_secret())
    problem = None
    if request.method == "POST":
        try:
            factors.add_app(by=actor, secret=secret, code=request.POST.get("code", "")[:20])
        except FangpinError as error:
            problem = error.problems[0]
        else:
            del request.session[_SECRET]
            return _enrolled(request)
    picture = segno.make(factors.enrolment_link(actor, secret), error="m")
    context = {
        "picture": picture.svg_data_uri(scale=5, border=3, light="#fff"),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "problem": problem,
    }
    return render(request, "web/account/app.html", context, status=422 if problem else 200)


def _enrolled(request: HttpRequest) -> HttpResponse:
    """After a factor was added: the session counts as confirmed, under a new id; whoever has no
    recovery codes gets them."""
    request.session[FACTOR] = True
    actor = actor_of(request)
    old = request.session.session_key
    request.session.cycle_key()
    sessions.renamed(old, request.session.session_key)
    if factors.recovery_codes_left(actor):
        return redirect("account")
    return _codes(request)


def _codes(request: HttpRequest) -> HttpResponse:
    context = {"codes": factors.new_recovery_codes(by=actor_of(request))}
    return render(request, "web/account/codes.html", context)


@require_POST
@signed_in(_OWN)
@asks_again("account")
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """Ten new recovery codes, shown once."""
    if not factors.has_any(actor_of(request)):
        raise Http404
    return _codes(request)


@require_POST
@signed_in(_OWN)
def passkey_options(request: HttpRequest) -> JsonResponse:
    """What the browser needs to make a passkey; 403 for whoever has to confirm first."""
    if until(request) is None:
        return JsonResponse({"ask": f"{reverse('confirm')}?next={reverse('account')}"}, status=403)
    options, state = factors.begin_passkey(actor_of(request), host=host_of(request))
    request.session["passkey_new"] = state
    return JsonResponse(options, json_dumps_params={"default": list})


@require_POST
@signed_in(_OWN)
@asks_again("account")
def add_passkey(request: HttpRequest) -> HttpResponse:
    """Keep the passkey that the browser made."""
    state = request.session.pop("passkey_new", None)
    try:
        factors.add_passkey(
            by=actor_of(request),
            host=host_of(request),
            state=state or {},
            answer=json_object(request.POST.get("passkey", "")),
            label=request.POST.get("label", ""),
        )
    except FangpinError as error:
        return _page(request, 422, problem=error.problems[0])
    return _enrolled(request)


@require_POST
@signed_in(_OWN)
@asks_again(lambda pk: reverse("account"))
def remove_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one of one's own factors away."""
    try:
        if not factors.remove_factor(by=actor_of(request), pk=pk):
            raise Http404
    except FangpinError as error:
        return _page(request, 422, problem=error.problems[0])
    return redirect("account")


@require_POST
@signed_in(_OWN)
def password(request: HttpRequest) -> HttpResponse:
    """Another password; all other sessions end."""
    actor = actor_of(request)
    if exempt(actor):
        raise Http404
    old = request.POST.get("old", "")
    tried = attempt_of(request, actor.username)
    with throttle.one_at_a_time(actor.username):
        blocked = throttle.is_blocked(**tried)
        if not blocked and not actor.check_password(old):
            throttle.note(**tried, succeeded=False, user=actor)
    if blocked:
        return _page(request, 422, problem=TOO_MANY)
    try:
        change_password(
            by=actor,
            old=old,
            new=request.POST.get("new", ""),
            again=request.POST.get("again", ""),
        )
    except FangpinError as error:
        return _page(request, 422, problem=error.problems[0])
    before = request.session.session_key
    update_session_auth_hash(request, actor)  # which gives the session another id
    request.session.save()
    sessions.renamed(before, request.session.session_key)
    sessions.end_sessions(by=actor, user=actor, but=request.session.session_key)
    return _page(
        request,
        done=pick(
            "密码已更换，其他登录已全部退出。",
            "The password is changed; all other sessions have ended.",
        ),
    )


@require_POST
@signed_in(_OWN)
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """End one session of one's own; 0 ends all others."""
    actor = actor_of(request)
    if pk == 0:
        sessions.end_sessions(by=actor, user=actor, but=request.session.session_key)
    elif not sessions.end_session(by=actor, pk=pk):
        raise Http404
    return redirect("account")
