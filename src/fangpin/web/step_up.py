"""Asking again who sits there before what would let a stranger keep an account: second factors,
the password, the addresses that messages go to.

An open session may be somebody else's for a while: a screen left alone, a stolen cookie. Such a
request is served only within five minutes of signing in or of confirming (`views/confirm.py`).
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from fangpin.people.models import User
from fangpin.people.sign_in.sessions import confirmed_until
from fangpin.web.session_rules import exempt

View = Callable[..., HttpResponseBase]
Back = Callable[..., str]  # of the view's own arguments


def until(request: HttpRequest) -> datetime | None:
    """Until when the reader need not be asked again; None when they have to be."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return None
    return timezone.now() if exempt(user) else confirmed_until(request.session)


def ask(request: HttpRequest, back: str) -> HttpResponse | None:
    """Where to be asked, and to come `back` from; None when nobody need be asked."""
    if until(request) is not None:
        return None
    where = f"{reverse('confirm')}?{urlencode({'next': back})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": where})
    return HttpResponseRedirect(where)


def asks_again(back: str | Back) -> Callable[[View], View]:
    """The view is served to whoever confirmed a short while ago; others are asked first.

    `back`: the page that has the form, by its name or worked out from the view's arguments.
    Stands below the view's policy: who may not have the page is not asked.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def confirmed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            page = back(*args, **kwargs) if callable(back) else reverse(back)
            return ask(request, page) or view(request, *args, **kwargs)

        confirmed.asks_again = True  # type: ignore[attr-defined]
        return confirmed

    return decorate
