"""The audit trail, for auditors: entries by number, never names, and whether its chain holds."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from fangpin.foundation.actions import enqueue
from fangpin.foundation.anchor import anchor_state
from fangpin.foundation.queries import audit_page, chain_head, check_under_way, last_check
from fangpin.people.queries import delegations_behind
from fangpin.people.scope import Right
from fangpin.web.access import actor_of, needs, whole_number


@require_GET
@needs(Right.audit)
def audit(request: HttpRequest) -> HttpResponse:
    """The newest entries, page by page, under the state of the chain."""
    actor = actor_of(request)
    before = whole_number(request.GET.get("before")) or None
    entries, more = audit_page(actor, before=before)
    behind = delegations_behind([(entry.pk, entry.actor_id, entry.at) for entry in entries])
    context: dict[str, Any] = {
        "entries": [(entry, behind.get(entry.pk, ())) for entry in entries],
        "more": more,
        "before": before,
    }
    if before is None:
        context |= {
            "head": chain_head(),
            "anchor": anchor_state(),
            "check": last_check(actor),
            "under_way": check_under_way(actor),
        }
    return render(request, "web/audit.html", context)


@require_POST
@needs(Right.audit)
def verify(request: HttpRequest) -> HttpResponse:
    """Have the whole chain checked in the background, unless that is under way."""
    actor = actor_of(request)
    if not check_under_way(actor):
        enqueue(by=actor, kind="audit_verify", arguments={})
    return redirect("audit")
