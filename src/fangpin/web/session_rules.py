"""What every request of somebody signed in must meet besides its view's policy: a session that
has not expired, a second factor, and a password that is not too old."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from fangpin.people.models import User
from fangpin.people.sign_in.factors import has_any
from fangpin.people.sign_in.password_rules import is_over
from fangpin.people.sign_in.sessions import has_expired, leave

Handler = Callable[[HttpRequest], HttpResponse]
# Where somebody without a second factor may go: to get one, or away.
ENROLMENT = frozenset(
    {"account", "app-add", "passkey-options", "passkey-add", "recovery-codes", "sign-out"}
    | {"language", "health", "password"}
    | {"confirm", "confirm-county", "single-sign-on-done"}
)
# Pages ask this by themselves; it is no sign that somebody is there.
BY_ITSELF = "/messages/unread/"
FACTOR = "factor"  # session key: a second factor was given, or none is asked for


def exempt(user: User) -> bool:
    """Accounts of a demonstration have a published password; a factor would add nothing."""
    return bool(settings.DEMO and user.is_demo)


class SessionRules:
    """Ends idle and old sessions; leads whoever has no second factor to where one is added."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        by_itself = request.path_info == BY_ITSELF
        user = request.user
        if isinstance(user, User) and has_expired(request.session, by_itself=by_itself):
            leave(by=user, session=request.session, why="expired")
            logout(request)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        user = request.user
        if not isinstance(user, User) or exempt(user):
            return None
        lacks_factor = settings.SECOND_FACTOR and not request.session.get(FACTOR)
        if not lacks_factor and not is_over(user, settings.PASSWORD_DAYS):
            return None
        match = request.resolver_match
        if lacks_factor and has_any(user) and not (match and match.view_name == "sign-out"):
            # From before the factor was added: who sits there may not be who added it, and must
            # not reach the page where factors are added and replaced.
            leave(by=user, session=request.session, why="without_factor")
            logout(request)
            if request.headers.get("HX-Request"):
                return HttpResponse(status=204, headers={"HX-Redirect": "/sign-in/"})
            return redirect("sign-in")
        if match and match.view_name in ENROLMENT:
            return None
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": "/account/"})
        return redirect("account")
