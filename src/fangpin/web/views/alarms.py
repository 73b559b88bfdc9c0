"""What is out of the ordinary, and where a file came from: for the security administrator."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from fangpin.kernel.errors import FangpinError
from fangpin.people.exporting import export_of_number
from fangpin.people.models import Alarm
from fangpin.people.reading import alarms, end_alarm
from fangpin.people.scope import Right
from fangpin.web.access import actor_of, needs
from fangpin.web.exports import number_in

_LONGEST = 20_000  # characters of a pasted text


def _context(request: HttpRequest) -> dict[str, object]:
    return {"alarms": alarms(actor_of(request))}


@require_GET
@needs(Right.alarms)
def alarms_page(request: HttpRequest) -> HttpResponse:
    """Open alarms first, then those that were ended."""
    return render(request, "web/alarms/page.html", _context(request))


@require_POST
@needs(Right.alarms)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a user go on, with a reason."""
    try:
        end_alarm(by=actor_of(request), pk=pk, reason=request.POST.get("reason", ""))
    except Alarm.DoesNotExist as error:
        raise Http404 from error
    except FangpinError as error:
        context = _context(request) | {"problem": error, "problem_at": pk}
        return render(request, "web/alarms/page.html", context, status=422)
    return redirect("alarms")


@require_POST
@needs(Right.alarms)
def trace(request: HttpRequest) -> HttpResponse:
    """The export that a number, or a cell pasted from a file, belongs to."""
    given = request.POST.get("text", "")[:_LONGEST]
    number = number_in(given) or given
    found = export_of_number(actor_of(request), number)
    context = _context(request) | {"traced": True, "export": found}
    return render(request, "web/alarms/page.html", context)
