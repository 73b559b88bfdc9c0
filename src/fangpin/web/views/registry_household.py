"""The household page (一户一档): the registry's file, findings and what happened, on one screen."""

from datetime import date
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from fangpin.cases.queries import cases_of_household
from fangpin.clues.queries import open_clue_of
from fangpin.clues.words import ENDINGS, STATES
from fangpin.feeds.review_queries import links_of_household
from fangpin.fieldwork.visits import visits_of
from fangpin.foundation.actions import record
from fangpin.kernel.errors import Text
from fangpin.kernel.place_codes import township_of
from fangpin.people.models import User
from fangpin.people.reading import note_reading
from fangpin.people.rights import FieldGroup
from fangpin.people.scope import Right, scope_of
from fangpin.places.queries import names_of
from fangpin.privacy.notice import notice
from fangpin.privacy.queries import notice_of
from fangpin.registry.queries.file import HouseholdFile, household_file
from fangpin.registry.queries.shown import OWN_WORDS
from fangpin.registry.queries.timeline import timeline
from fangpin.screening import queries
from fangpin.web.access import actor_of, needs, whole_number
from fangpin.web.dialogs.declared import Dialog, offered
from fangpin.web.household_page import page_of
from fangpin.web.household_quality import quality_of
from fangpin.web.views.households import cards_of


def file_or_404(actor: User, number: str, *, on: date | None = None) -> HouseholdFile:
    """The household's file as the actor may see it. Raises Http404 when it is not theirs."""
    file = household_file(actor, number, as_of=on)
    if file is None:
        raise Http404
    return file


def writable_file(actor: User, number: str) -> HouseholdFile:
    """The file of a household that the actor may change. Raises Http404 otherwise."""
    file = file_or_404(actor, number)
    if not file.may_write:
        raise Http404
    return file


def names_of_members(file: HouseholdFile) -> dict[str, str]:
    """Names as far as they are shown, by number, of present and former members."""
    return {m.number: m.name for m in (*file.members, *file.former) if m.name}


def _day(request: HttpRequest) -> date | None:
    """The day in the past that is asked for; None for today."""
    try:
        day = date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return None
    return day if day < timezone.localdate() else None


def _findings(actor: User, file: HouseholdFile, names: dict[str, str]) -> dict[str, Any]:
    """What screening says, for whom findings are shown."""
    run = queries.current_run(actor) if scope_of(actor).may(Right.findings) else None
    if run is None:
        return {"run": None, "open": 0}
    found = queries.household_findings(actor, run, file.number)
    return {
        "run": run,
        "cards": cards_of(run, found, names),
        "open": sum(1 for finding in found if finding.state in queries.FIRM),
        "links": links_of_household(actor, file.number, file.village_code),
        "may_review": scope_of(actor).may(Right.reviews),
    }


def _about_data(actor: User, file: HouseholdFile) -> list[dict[str, Any]]:
    """What may be done about the household's personal data: requests, the notice."""
    scope, found = scope_of(actor), []
    if scope.covers(Right.person_requests, file.village_code):
        address = reverse("person-request-new", args=[file.pk])
        text = Text("受理个人信息申请", "Receive a request about personal data")
        found.append({"icon": "lock", "label": text, "address": address})
        address = reverse("household-notice", args=[file.pk])
        text = Text("告知个人信息处理", "Show the notice of processing")
        found.append({"icon": "file-text", "label": text, "address": address})
    return found


def _notice_owed(actor: User, file: HouseholdFile) -> Text | None:
    """That the household has to be told what its data are for, on the next visit: nobody has (it
    came with an import or a screening run), or the notice has changed since."""
    if file.as_of is not None or file.state != "active":
        return None
    if not scope_of(actor).covers(Right.person_requests, file.village_code):
        return None
    last = notice_of(actor, file.pk)
    if last is None:
        return Text(
            "该户尚未被告知个人信息处理事项，请在下次入户时告知并登记。",
            "Nobody has told this household what its data are for: do so on the next visit.",
        )
    if last.version != notice().version:
        return Text(
            "个人信息处理告知书已更新，请在下次入户时重新告知并登记。",
            "The notice of processing has changed: tell the household on the next visit.",
        )
    return None


def _actions(actor: User, file: HouseholdFile) -> dict[str, Any]:
    """What may be done with the household and with each member, as links."""

    def links(dialogs: list[Dialog]) -> list[dict[str, Any]]:
        return [
            {
                "icon": each.icon,
                "label": each.label,
                "address": reverse("registry-action", args=[file.number, each.slug]),
            }
            for each in dialogs
        ]

    dialogs = offered(file)
    groups = (
        (Text("户", "Household"), [d for d in dialogs if d.group == "household"]),
        (Text("成员", "Members"), [d for d in dialogs if d.group == "person"]),
    )
    found = [{"title": title, "actions": links(some)} for title, some in groups if some]
    if of_data := _about_data(actor, file):
        found.append({"title": Text("个人信息", "Personal data"), "actions": of_data})
    return {
        "actions": found,
        "member_actions": links([d for d in dialogs if d.of_member]),
        "may_join": any(d.slug == "join" for d in dialogs),
    }


def _prints(actor: User, file: HouseholdFile) -> list[dict[str, Any]]:
    """Forms that may be printed of the household."""
    if not scope_of(actor).covers(Right.registry_print, file.village_code):
        return []
    address = reverse("household-print", args=[file.number])
    return [{"address": address, "text": Text("打印户卡", "Print the card")}]


def _clue(actor: User, file: HouseholdFile) -> dict[str, Any]:
    """The household's clue, open or the last one, and whether a lead may be entered."""
    scope = scope_of(actor)
    if file.as_of is not None or not scope.covers(Right.clues, file.village_code):
        return {}
    found = open_clue_of(actor, file.pk)
    state = (ENDINGS[found.ended_as] if found.ended_as else STATES[found.state]) if found else None
    enters = scope.covers(Right.clues_answer, file.village_code) and file.state == "active"
    return {"clue": found, "clue_state": state, "may_report": enters}


def _sees_visits(actor: User, file: HouseholdFile) -> bool:
    return file.as_of is None and scope_of(actor).covers(Right.visits, file.village_code)


@require_GET
@needs(Right.registry)
def household(request: HttpRequest, number: str) -> HttpResponse:
    """The page. Reading names is written down, and so is every look of a watched post."""
    actor = actor_of(request)
    file = file_or_404(actor, number, on=_day(request))
    note_reading(by=actor, persons=[member.pk for member in (*file.members, *file.former)])
    if file.names_shown or file.watched:
        with transaction.atomic():
            record(by=actor, action="household.read", subject=f"household:{number}")
    names = names_of_members(file)
    happened = timeline(actor, number, before=whole_number(request.GET.get("before")) or None)
    entries, more = happened if happened is not None else ([], None)
    known = {f.field.name: f for f in file.fields.get(FieldGroup.household, ())}
    risks = known["risks"].text if "risks" in known else None
    scope = scope_of(actor)
    reads_cases = scope.covers(Right.cases, file.village_code)
    context = {
        "file": file,
        "page": page_of(file),
        "reads_cases": reads_cases,
        "cases": cases_of_household(actor, file.pk, timezone.localdate()) if reads_cases else [],
        "may_begin": reads_cases and scope.covers(Right.cases_act, file.village_code),
        "risks": [risks] if risks else [],
        "state": OWN_WORDS.get(file.state),
        "notice_owed": _notice_owed(actor, file),
        "places": names_of(file.village_code),
        "township": township_of(file.village_code),
        "healthy": ["healthy"],
        **_actions(actor, file),
        "prints": _prints(actor, file),
        "timeline": entries,
        "timeline_more": more,
        "last_event": entries[0] if entries else None,
        **_findings(actor, file, names),
        **_clue(actor, file),
        **quality_of(actor, file, names),
        "visits": visits_of(actor, file.pk) if _sees_visits(actor, file) else None,
    }
    return render(request, "web/registry/household.html", context)
