"""How views declare who gets them. Absent and forbidden look the same: 404.

Every view carries a policy of its own: `@needs(...)`, `@signed_in(...)` or `@open_to_all(...)`.
`web.middleware.PolicyRequired` holds every request against it, serves a view without one to
nobody, and the tests fail for it. A mark that a class inherited from another does not count: who
subclasses a view decides again who gets it.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.screening.models import Run
from fangpin.screening.queries import current_run

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Policy:
    """Who gets a view. `rights`: of each set at least one right must be held. `public`: nobody
    need be signed in. `reason`: why no right is asked for. `view`: what carries the mark."""

    view: object
    rights: tuple[frozenset[Right], ...] = ()
    public: bool = False
    reason: str = ""

    def admits(self, actor: User) -> bool:
        """Whether somebody who is signed in gets the view."""
        if not self.rights:
            return True
        scope = scope_of(actor)
        return all(any(scope.may(right) for right in some) for some in self.rights)


def policy_of(view: object) -> Policy | None:
    """The policy declared for exactly this view; None when there is none or it is inherited."""
    cls = getattr(view, "view_class", None)
    if cls is not None:
        own = vars(cls).get("policy")
        return own if isinstance(own, Policy) else None
    policy = getattr(view, "policy", None)
    if isinstance(policy, Policy) and policy.view is inspect.unwrap(view):  # type: ignore[arg-type]
        return policy
    return None


def actor_of(request: HttpRequest) -> User:
    """Who asks. Raises PermissionError when nobody is signed in."""
    if not isinstance(request.user, User):
        raise PermissionError("nobody is signed in")
    return request.user


def needs(*rights: Right) -> Callable[[View], View]:
    """The view is there only for somebody with at least one of the rights.

    Put twice, at least one right of each is needed.
    """
    if not rights:
        raise ValueError("needs() names at least one right; see signed_in() and open_to_all()")

    def decorate(view: View) -> View:
        before = policy_of(view)
        asked = (*(before.rights if before else ()), frozenset(rights))
        return _marked(view, Policy(inspect.unwrap(view), asked))

    return decorate


def signed_in(reason: str) -> Callable[[View], View]:
    """Whoever is signed in gets the view; `reason` says why no right is asked for."""
    return _without_rights(reason, public=False)


def open_to_all(reason: str) -> Callable[[View], View]:
    """Anybody gets the view, signed in or not; `reason` says why."""
    return _without_rights(reason, public=True)


def _without_rights(reason: str, *, public: bool) -> Callable[[View], View]:
    if not reason.strip():
        raise ValueError("a view that asks for no right gives its reason")
    return lambda view: _marked(view, Policy(inspect.unwrap(view), public=public, reason=reason))


def _marked(view: View, policy: Policy) -> View:
    view.policy = policy  # type: ignore[attr-defined]
    return view


def run_or_404(request: HttpRequest) -> Run:
    """The run that pages show. Raises Http404 when there is none for this reader."""
    run = current_run(actor_of(request))
    if run is None:
        raise Http404
    return run


def whole_number(text: str | None) -> int:
    """A non-negative whole number from a query string, 0 for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 16 else 0
