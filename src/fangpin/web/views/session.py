"""Sign-in, sign-out, language."""

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fangpin.people.actions import note_failed_sign_in, note_sign_in, sign_in_is_blocked
from fangpin.people.demo import ACCOUNTS
from fangpin.people.models import User
from fangpin.web.access import open_to_all, signed_in


def _safe_next(request: HttpRequest, wanted: str | None) -> str:
    """A path of ours to go to, never another site."""
    if wanted and url_has_allowed_host_and_scheme(wanted, {request.get_host()}):
        return wanted
    return "/"


@open_to_all("who is not signed in signs in here")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page. One answer for a wrong name and a wrong password."""
    target = _safe_next(request, request.POST.get("next") or request.GET.get("next"))
    if request.user.is_authenticated and request.method == "GET":
        return redirect(target)
    problem = ""
    name = request.POST.get("username", "").strip()[:150]
    if request.method == "POST":
        if sign_in_is_blocked(username=name):
            problem = "blocked"
        else:
            user = authenticate(request, username=name, password=request.POST.get("password", ""))
            if isinstance(user, User):
                login(request, user)
                note_sign_in(by=user)
                return redirect(target)
            note_failed_sign_in(username=name)
            problem = "wrong"
    accounts = ACCOUNTS if settings.DEMO else ()
    context = {"problem": problem, "username": name, "next": target, "accounts": accounts}
    return render(request, "web/sign_in.html", context, status=200 if not problem else 422)


@open_to_all("accounts of a demonstration, which is served to one machine")
@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """One click on a demonstration account. Outside a demonstration there is no such page."""
    if not settings.DEMO:
        raise Http404
    user = User.objects.filter(username=request.POST.get("account", ""), is_demo=True).first()
    if user is None:
        raise Http404
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    note_sign_in(by=user)
    return redirect(_safe_next(request, request.POST.get("next")))


@signed_in("everybody may leave")
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("sign-in")


@open_to_all("the sign-in page has two languages too")
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the reader's language for a year and go back to where they were."""
    response = HttpResponseRedirect(_safe_next(request, request.POST.get("next")))
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


@open_to_all("says nothing but that pages are served")
@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """200 when pages are served; says nothing else."""
    return HttpResponse("ok\n", content_type="text/plain")
