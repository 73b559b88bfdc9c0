"""How views ask for a right. Absent and forbidden look the same: 404."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.screening.models import Run
from fangpin.screening.queries import current_run

View = Callable[..., HttpResponseBase]


def actor_of(request: HttpRequest) -> User:
    """Who asks. Raises PermissionError when nobody is signed in."""
    if not isinstance(request.user, User):
        raise PermissionError("nobody is signed in")
    return request.user


def needs(*rights: Right) -> Callable[[View], View]:
    """The view is there only for somebody with at least one of the rights."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            scope = scope_of(actor_of(request))
            if not any(scope.may(right) for right in rights):
                raise Http404
            return view(request, *args, **kwargs)

        return wrapped

    return decorate


def run_or_404(request: HttpRequest) -> Run:
    """The run that pages show. Raises Http404 when there is none for this reader."""
    run = current_run(actor_of(request))
    if run is None:
        raise Http404
    return run


def whole_number(text: str | None) -> int:
    """A non-negative whole number from a query string, 0 for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else 0
