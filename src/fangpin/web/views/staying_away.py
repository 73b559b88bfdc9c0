"""Who a user is in the registry, and whom they declared to be close to: entered and ended by the
security administrator, so that nobody decides about themselves or their own."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from fangpin.cases import actions
from fangpin.cases.actions.refusals import NotAllowed
from fangpin.cases.queries import stays_away
from fangpin.kernel.errors import FangpinError
from fangpin.people import queries as people
from fangpin.people.models import User
from fangpin.people.scope import Right
from fangpin.web import posted
from fangpin.web.access import actor_of, needs
from fangpin.web.views import users


@require_POST
@needs(Right.users)
def own_person(request: HttpRequest, pk: int) -> HttpResponse:
    """State a user's own identity number, or take it back. It is never shown again, not even when
    it was not taken."""
    of = _user(request, pk)
    number = "" if request.POST.get("none") else posted.text(request, "id_number", 40)
    if not number and not request.POST.get("none"):
        error = FangpinError.because(
            "没有填写证件号码", "the identity number is missing",
            do_zh="填写本人证件号码；要撤销请用“撤销”", do_en="enter it, or use “take back”",
        )  # fmt: skip
        return users.page(request, of, problem=error.problems[0], failed="own")
    actor = actor_of(request)
    return _done(
        request, of, lambda: actions.state_own_person(by=actor, user=of, id_number=number), "own"
    )


@require_POST
@needs(Right.users)
def end_recusal(request: HttpRequest, pk: int, recusal: int) -> HttpResponse:
    """End a recusal, with a reason that is kept."""
    of = _user(request, pk)
    if all(each.recusal.pk != recusal for each in stays_away(actor_of(request), of).declared):
        raise Http404
    actor, reason = actor_of(request), posted.text(request, "reason", 500)
    return _done(
        request,
        of,
        lambda: actions.end_recusal(by=actor, recusal=recusal, reason=reason),
        "recusal",
    )


def _user(request: HttpRequest, pk: int) -> User:
    found = people.user(actor_of(request), pk)
    if found is None:
        raise Http404
    return found


def _done(request: HttpRequest, of: User, act: Callable[[], object], what: str) -> HttpResponse:
    """Do it and go back to the user; say why when it is refused."""
    try:
        act()
    except NotAllowed as refused:
        error = FangpinError.because(
            refused.reason.zh, refused.reason.en, do_zh="没有任何更改", do_en="nothing was changed"
        )
        return users.page(request, of, problem=error.problems[0], failed=what)
    except FangpinError as error:
        return users.page(request, of, problem=error.problems[0], failed=what)
    return redirect("user", of.pk)
