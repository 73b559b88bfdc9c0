"""The notice of processing: its text, and that a household was told."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from fangpin.kernel.errors import FangpinError
from fangpin.people.scope import Right, scope_of
from fangpin.privacy import queries
from fangpin.privacy.actions import notices
from fangpin.privacy.notice import notice
from fangpin.privacy.words import HOW
from fangpin.registry.models import Household
from fangpin.web.access import actor_of, needs, signed_in


@require_GET
@signed_in("the text that households are shown; nothing of anybody")
def notice_page(request: HttpRequest) -> HttpResponse:
    """The notice in force."""
    return render(request, "web/privacy/notice.html", {"notice": notice()})


@require_http_methods(["GET", "POST"])
@needs(Right.person_requests)
def told(request: HttpRequest, household: int) -> HttpResponse:
    """Show the notice to a household that is registered already, and keep that it was shown."""
    actor = actor_of(request)
    inside = scope_of(actor).within(Right.person_requests, "village_code")
    home = Household.objects.filter(inside, pk=household).first()
    if home is None:
        raise Http404
    problem = None
    if request.method == "POST":
        try:
            notices.told(
                by=actor,
                household=household,
                version=request.POST.get("notice_version", ""),
                how=request.POST.get("notice_how", ""),
                consents=request.POST.getlist("consents"),
            )
        except FangpinError as error:
            problem = error
        else:
            return redirect("household", home.number)
    last = queries.notice_of(actor, household)
    context = {
        "notice": notice(),
        "how": HOW.items(),
        "household": home,
        "last": last,
        "last_how": HOW.get(last.how) if last else None,
        "consents": set(request.POST.getlist("consents") or (last.consents if last else ())),
        "problem": problem,
    }
    return render(request, "web/privacy/told.html", context, status=422 if problem else 200)
