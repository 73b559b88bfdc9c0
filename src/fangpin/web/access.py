"""How views ask for a right. Absent and forbidden look the same: 404."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from fangpin.people.scope import Right, scope_of
from fangpin.screening.models import Run
from fangpin.screening.queries import current_run

View = Callable[..., HttpResponse]


def needs(*rights: Right) -> Callable[[View], View]:
    """The view is there only for somebody with at least one of the rights."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            scope = scope_of(request.user)  # type: ignore[arg-type]
            if not any(scope.may(right) for right in rights):
                raise Http404
            return view(request, *args, **kwargs)

        return wrapped

    return decorate


def run_or_404(request: HttpRequest) -> Run:
    """The run that pages show. Raises Http404 when there is none for this reader."""
    run = current_run(request.user)  # type: ignore[arg-type]
    if run is None:
        raise Http404
    return run


def whole_number(text: str | None) -> int:
    """A non-negative whole number from a query string, 0 for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else 0
