"""The audit trail, for auditors. It holds numbers, not names."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from fangpin.foundation.queries import audit_page
from fangpin.people.scope import Right
from fangpin.web.access import actor_of, needs, whole_number


@require_GET
@needs(Right.audit)
def audit(request: HttpRequest) -> HttpResponse:
    """The newest entries, page by page."""
    before = whole_number(request.GET.get("before")) or None
    entries, more = audit_page(actor_of(request), before=before)
    return render(request, "web/audit.html", {"entries": entries, "more": more, "before": before})
