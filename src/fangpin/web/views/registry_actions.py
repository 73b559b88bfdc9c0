"""Guided actions on a household: ask, show what follows, confirm; and taking one back."""

from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from fangpin.checks.entry import Doubted, refresh
from fangpin.kernel.errors import FangpinError, Text
from fangpin.people.scope import Right
from fangpin.registry.actions.refusals import Conflict, NotAllowed
from fangpin.registry.actions.reverse import reverse as take_back
from fangpin.registry.catalogue.vocabulary import choices
from fangpin.registry.event_words import EVENT_WORDS
from fangpin.registry.models import EventKind, Household, RegistryEvent
from fangpin.registry.queries.file import HouseholdFile
from fangpin.registry.queries.timeline import event_of
from fangpin.web.access import actor_of, needs
from fangpin.web.dialogs.asking import Asking
from fangpin.web.dialogs.consequences import consequences
from fangpin.web.dialogs.declared import Dialog, offered
from fangpin.web.dialogs.inputs import values_sent
from fangpin.web.drafts import draft_key
from fangpin.web.forms import with_problems
from fangpin.web.forms.doubts import carry_out, shown
from fangpin.web.forms.saving import version_missing, version_of
from fangpin.web.views.registry_household import (
    file_or_404,
    names_of_members,
    writable_file,
)
from fangpin.web.wording import language

# What the page of consequences brings itself.
_NOT_KEPT = frozenset(
    {"csrfmiddlewaretoken", "version", "other_version", "confirm"}
    | {"accept_rule", "accept_doubts", "doubt_reason"}
)
_CHANGED = Text(
    "您打开之后，别人已修改了这一户。下面是现在的情况，请核对后再提交。",
    "Somebody changed this household after you had opened it. This is how it stands now; look at"
    " it and send again.",
)


def _dialog_or_404(file: HouseholdFile, slug: str) -> Dialog:
    dialog = next((each for each in offered(file) if each.slug == slug), None)
    if dialog is None:
        raise Http404
    return dialog


def _asking(request: HttpRequest, file: HouseholdFile, data: QueryDict, version: int) -> Asking:
    pk = request.GET.get("person", "")
    person = next((m for m in (*file.members, *file.former) if str(m.pk) == pk), None)
    return Asking(actor_of(request), file, person, data, version)


@require_http_methods(["GET", "POST"])
@needs(Right.registry_write)
def action(request: HttpRequest, number: str, slug: str) -> HttpResponse:
    """One dialog. POST without `confirm` shows what would follow; with it, it is done."""
    actor = actor_of(request)
    file = writable_file(actor, number)
    dialog = _dialog_or_404(file, slug)
    if request.method == "GET":
        return _form(request, dialog, _asking(request, file, QueryDict(), file.version))
    version = version_of(request)
    if version is None:
        return version_missing(request, reverse("household", args=[number]))
    asking = _asking(request, file, request.POST, version)
    if "back" in request.POST:
        return _form(request, dialog, asking)
    try:
        if "confirm" in request.POST:
            event = carry_out(request, lambda: dialog.run(asking))
            return redirect(_shown_after(file, event))
        return _confirm(request, dialog, asking)
    except Doubted as found:
        return _confirm(request, dialog, asking, found)
    except Conflict:
        fresh = writable_file(actor, number)
        again = _asking(request, fresh, request.POST, fresh.version)
        return _form(request, dialog, again, said=[_CHANGED], status=409)
    except NotAllowed as refused:
        error = FangpinError.because(
            refused.reason.zh, refused.reason.en, do_zh="没有任何更改", do_en="nothing was changed"
        )
        context = {"problem": error, "back": reverse("household", args=[number])}
        return render(request, "web/refused.html", context, status=403)
    except FangpinError as error:
        return _form(request, dialog, asking, error=error, status=422)


def _shown_after(file: HouseholdFile, event: RegistryEvent) -> str:
    """Where to look at what was done: the household, or the one that was made or entered."""
    rows = dict(Household.objects.filter(pk__in=event.households).values_list("pk", "number"))
    other = next((number for pk, number in rows.items() if pk != file.pk), file.number)
    ended = event.kind in (EventKind.MERGED, EventKind.SPLIT)
    return reverse("household", args=[other if ended else file.number])


def _form(
    request: HttpRequest,
    dialog: Dialog,
    asking: Asking,
    *,
    said: list[Text] | None = None,
    error: FangpinError | None = None,
    status: int = 200,
) -> HttpResponse:
    inputs = dialog.inputs(asking)
    spoken = language()
    problems = [text.in_language(spoken) for text in said or ()]
    if request.method == "POST":
        sent = values_sent(inputs, request.POST)
        inputs, general = with_problems(inputs, sent, error, "person")
        problems += general
        if error is not None and not general:
            problems += [each.problem for each in inputs if each.problem]
    context = {
        "dialog": dialog,
        "asking": asking,
        "file": asking.file,
        "inputs": inputs,
        "problems": problems,
        "back": reverse("household", args=[asking.file.number]),
        "draft": f"do:{asking.file.number}:{dialog.slug}",
        "draft_key": draft_key(asking.actor),
    }
    return render(request, "web/registry/action.html", context, status=status)


def _confirm(
    request: HttpRequest, dialog: Dialog, asking: Asking, found: Doubted | None = None
) -> HttpResponse:
    files = [asking.file]
    other = None
    if "other" in asking.data and asking.text("other"):
        other = asking.other()
        files.append(other)
    after = consequences(asking.actor, files, lambda: dialog.run(asking))
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in _NOT_KEPT
        for value in values
    ]
    unsure = any(
        not line.relation_code and not line.is_head and line.change != "gone"
        for household in after
        for line in household.lines
    )
    context: dict[str, Any] = {
        "dialog": dialog,
        "file": asking.file,
        "after": after,
        "kept": kept,
        "version": asking.version,
        "other_version": other.version if other else "",
        "relations": [(c, t) for c, t in choices("relation_to_head").items() if c != "head"],
        "restates": dialog.slug in ("head", "die", "leave", "move", "split", "merge"),
        "unsure": unsure,
        "back": reverse("household", args=[asking.file.number]),
    }
    if found is not None:
        names = {number: name for each in files for number, name in names_of_members(each).items()}
        context["doubts"] = shown(request, found.doubts, {}, names)
    status = 422 if found is not None else 200
    return render(request, "web/registry/confirm.html", context, status=status)


@require_http_methods(["GET", "POST"])
@needs(Right.registry_write)
def undo(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take an action back, or say why that is not possible any more."""
    actor = actor_of(request)
    file = file_or_404(actor, number)
    found = event_of(actor, pk)
    if found is None or file.pk not in found[0].households:
        raise Http404
    event, answer = found
    back = reverse("household", args=[number])
    if request.method == "POST":
        try:
            rows = Household.objects.filter(pk__in=event.households)
            numbers = list(rows.values_list("number", flat=True))
            with transaction.atomic():
                take_back(by=actor, event=pk)
                refresh(by=actor, numbers=numbers)
        except NotAllowed as refused:
            error: FangpinError = FangpinError.because(
                refused.reason.zh,
                refused.reason.en,
                do_zh="没有任何更改",
                do_en="nothing was changed",
            )
            context = {"problem": error, "back": back}
            return render(request, "web/refused.html", context, status=403)
        except FangpinError as error:
            context = {"problem": error, "back": back}
            return render(request, "web/refused.html", context, status=422)
        still = Household.objects.filter(number=number).exists()
        return redirect(back if still else reverse("registry-households"))
    context = {
        "event": event,
        "what": EVENT_WORDS[EventKind(event.kind)],
        "answer": answer,
        "file": file,
        "back": back,
    }
    return render(request, "web/registry/undo.html", context)
