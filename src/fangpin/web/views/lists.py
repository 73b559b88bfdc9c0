"""What all lists share: views that somebody saves, and the list as a file."""

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from fangpin.kernel.errors import FangpinError
from fangpin.people.saved_views import forget_view, save_view
from fangpin.people.scope import scope_of
from fangpin.web.access import actor_of, signed_in
from fangpin.web.exports.lists import export_list
from fangpin.web.lists import ListSpec, known, read


def _list_or_404(request: HttpRequest, name: str) -> ListSpec:
    """The list, if it is there for this reader."""
    spec = known(name)
    scope = scope_of(actor_of(request))
    if spec is None or not any(scope.may(right) for right in spec.rights):
        raise Http404
    return spec


@require_POST
@signed_in("a view of a list is its owner's; the list's own right is asked for in the view")
def save(request: HttpRequest, name: str) -> HttpResponse:
    """Keep restrictions and columns under a name; without one, the columns shown from now on."""
    spec = _list_or_404(request, name)
    actor = actor_of(request)
    asked = read(spec, QueryDict(request.POST.get("query", "")), scope_of(actor).groups(None))
    label = request.POST.get("name", "").strip()[:40]
    try:
        save_view(
            by=actor,
            list_name=spec.name,
            name=label,
            query=asked.query() if label else "",
            columns=asked.columns or (),
        )
    except FangpinError as error:
        context = {"problem": error, "back": reverse(spec.view)}
        return render(request, "web/refused.html", context, status=422)
    query = asked.query()
    return redirect(reverse(spec.view) + (f"?{query}" if query else ""))


@require_POST
@signed_in("only one's own view is deleted")
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget one of the reader's own views."""
    name = forget_view(by=actor_of(request), pk=pk)
    spec = known(name) if name else None
    if spec is None:
        raise Http404
    return redirect(spec.view)


@require_POST
@signed_in("each list names the right to read it and the right to take it away; asked for here")
def export(request: HttpRequest, name: str, form: str) -> HttpResponseBase:
    """The list as CSV or Excel. A POST, because taking data away is written down."""
    return export_list(request, _list_or_404(request, name), form)
