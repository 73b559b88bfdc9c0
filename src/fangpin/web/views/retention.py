"""What has been kept long enough: listed by one, released by another, then gone."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from fangpin.kernel.errors import FangpinError
from fangpin.people.scope import Right, scope_of
from fangpin.privacy import queries
from fangpin.privacy.actions import retention as actions
from fangpin.privacy.models import RetentionPlan
from fangpin.privacy.retention import rules
from fangpin.privacy.words import PLAN_STATES
from fangpin.web.access import actor_of, needs


def _context(request: HttpRequest) -> dict[str, Any]:
    actor = actor_of(request)
    scope = scope_of(actor)
    if not (scope.everywhere(Right.retention) or scope.everywhere(Right.retention_release)):
        raise Http404
    known = {rule.name: rule for rule in rules()}
    plans = [
        (
            plan,
            PLAN_STATES[plan.state],
            [(known[name].label, known[name].years, rows) for name, rows in plan.counts.items()
             if name in known],
            plan.state == "listed" and plan.listed_by_id != actor.pk,
        )
        for plan in queries.plans(actor)
    ]  # fmt: skip
    return {
        "plans": plans,
        "rules": [(rule.label, rule.years) for rule in known.values()],
        "may_list": scope.everywhere(Right.retention),
        "may_release": scope.everywhere(Right.retention_release),
    }


@require_GET
@needs(Right.retention, Right.retention_release)
def retention(request: HttpRequest) -> HttpResponse:
    """The lists, newest first, and the table of periods."""
    return render(request, "web/privacy/retention.html", _context(request))


@require_POST
@needs(Right.retention)
def make_list(request: HttpRequest) -> HttpResponse:
    """List what is due today; nothing goes."""
    try:
        actions.list_due(by=actor_of(request), day=timezone.localdate())
    except PermissionError as error:
        raise Http404 from error
    return redirect("retention")


@require_POST
@needs(Right.retention_release)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Release or refuse somebody else's list."""
    try:
        actions.decide(
            by=actor_of(request),
            plan=pk,
            release=request.POST.get("decision") == "release",
            reason=request.POST.get("reason", ""),
        )
    except RetentionPlan.DoesNotExist as error:
        raise Http404 from error
    except FangpinError as error:
        context = _context(request) | {"problem": error, "problem_at": pk}
        return render(request, "web/privacy/retention.html", context, status=422)
    return redirect("retention")
