"""What somebody is told: the page behind the bell."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from fangpin.kernel.errors import Text
from fangpin.people.messages.actions import mark_all_read, mark_read
from fangpin.people.messages.queries import message, page_of, unread
from fangpin.people.messages.words import KINDS, line
from fangpin.people.models import Message
from fangpin.web.access import actor_of, signed_in, whole_number
from fangpin.web.context import shown
from fangpin.web.lists.choosing import place_names
from fangpin.web.message_targets import target

_OWN = "messages are chosen by the posts of whoever asks; without posts there are none"
WHICH = {
    "": Text("未读", "Unread"),
    "open": Text("待办", "To be done"),
    "all": Text("全部", "All"),
}
_ASKED = {"": "unread", "open": "open", "all": ""}


@require_GET
@signed_in(_OWN)
def messages(request: HttpRequest) -> HttpResponse:
    """Newest first. Opening one marks it as read."""
    which, kind = request.GET.get("which", ""), request.GET.get("kind", "")
    if which not in WHICH or (kind and kind not in KINDS):
        raise Http404
    below = whole_number(request.GET.get("below")) or None
    page = page_of(actor_of(request), which=_ASKED[which], kind=kind, below=below)
    names = place_names(row.area_code for row in page.rows)
    context = {
        "which": which,
        "kind": kind,
        "choices": WHICH.items(),
        "kinds": KINDS.items(),
        "lines": [(row, line(row), KINDS[row.kind], _place(row, names)) for row in page.rows],
        "more": page.more,
        "below": below,
        "newest": page.rows[0].pk if page.rows else 0,
    }
    part = bool(request.headers.get("HX-Request")) and below is not None
    template = "web/messages/lines.html" if part else "web/messages/page.html"
    return render(request, template, context)


def _place(row: Message, names: object) -> str:
    if not row.area_code:
        return ""
    township, village = names[row.area_code]  # type: ignore[index]
    return village if township in ("", village) else f"{township} {village}"


@require_POST
@signed_in(_OWN)
def read_all(request: HttpRequest) -> HttpResponse:
    """Everything up to the newest message that the page showed is read."""
    mark_all_read(by=actor_of(request), up_to=whole_number(request.POST.get("newest")))
    return redirect("messages")


@require_POST
@signed_in(_OWN)
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one as read and go to what it tells of."""
    actor = actor_of(request)
    try:
        found = message(actor, pk)
    except Message.DoesNotExist as error:
        raise Http404 from error
    mark_read(by=actor, pks=[pk])
    return redirect(target(found))


@require_GET
@signed_in(_OWN)
def unread_count(request: HttpRequest) -> JsonResponse:
    """What the bell shows."""
    return JsonResponse({"unread": shown(unread(actor_of(request)))})
