"""Clues as a file."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from fangpin.clues.limits import pack_in_force
from fangpin.clues.models import Clue
from fangpin.clues.queries import ClueFilter, clues_of
from fangpin.clues.words import ANSWERS, CHANNELS, ENDINGS, REASONS, STATES
from fangpin.kernel.errors import Text
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.registry.queries import head_names
from fangpin.web import packs as library
from fangpin.web.access import actor_of
from fangpin.web.exports.leaving import leave
from fangpin.web.exports.sheets import Sheet
from fangpin.web.lists.choosing import place_names
from fangpin.web.lists.clues import said
from fangpin.web.wording import pick

_AT_ONCE = 1000


def _sheet() -> Sheet:
    return Sheet(
        pick("线索", "Clues"),
        (
            (pick("线索号", "Clue"), 10),
            (pick("状态", "State"), 14),
            (pick("乡镇", "Township"), 12),
            (pick("村", "Village"), 12),
            (pick("村代码", "Village code"), 14),
            (pick("户编号", "Household"), 18),
            (pick("户主", "Head"), 10),
            (pick("来源渠道", "Channels"), 18),
            (pick("预警规则", "Rules"), 40),
            (pick("发现日期", "Opened"), 12),
            (pick("下发日期", "Sent"), 12),
            (pick("期限", "Due"), 12),
            (pick("核查结果", "Answer"), 12),
            (pick("具体情况", "Reason"), 24),
            (pick("答复日期", "Answered"), 12),
            (pick("逾期", "Late"), 8),
        ),
        frozenset({8}),
        marked=8,
    )


def _day(moment: datetime | None) -> str:
    return timezone.localdate(moment).isoformat() if moment else ""


def _rows(actor: User, wanted: ClueFilter) -> Iterator[list[str]]:
    inside = scope_of(actor).within(Right.export, "village_code")
    found = clues_of(actor, wanted).filter(inside).select_related("household")
    labels = library.labels_of_rules(pack_in_force())
    between = pick("、", ", ")
    source = found.order_by("village_code", "id").iterator(_AT_ONCE)
    while block := list(islice(source, _AT_ONCE)):
        numbers = [row.household.number for row in block if row.household]
        heads = head_names(actor, numbers)
        places = place_names(row.village_code for row in block)
        for row in block:
            yield _cells(row, heads, places, labels, between)


def _cells(
    row: Clue,
    heads: Mapping[str, str],
    places: Mapping[str, tuple[str, str]],
    labels: Mapping[str, Text],
    between: str,
) -> list[str]:
    number = row.household.number if row.household else ""
    township, village = places.get(row.village_code, ("", ""))
    late = {None: "", True: pick("是", "yes"), False: pick("否", "no")}
    return [
        str(row.pk),
        said(ENDINGS[row.ended_as] if row.ended_as else STATES[row.state]),
        township,
        village,
        row.village_code,
        number,
        heads.get(number, ""),
        between.join(said(CHANNELS[each]) for each in row.channels),
        between.join(said(labels[rule]) if rule in labels else rule for rule in row.rules),
        _day(row.opened_at),
        _day(row.sent_at),
        row.due_on.isoformat() if row.due_on else "",
        said(ANSWERS.get(row.answer)),
        said(REASONS.get(row.answer, {}).get(row.reason)),
        _day(row.answered_at),
        late[row.late],
    ]


def export_clues(request: HttpRequest, wanted: ClueFilter, form: str) -> HttpResponseBase:
    """The clues as a download, or the page that asks what for."""
    actor = actor_of(request)
    return leave(
        request,
        what="clues",
        right=Right.export,
        filter={k: v for k, v in vars(wanted).items() if v},
        sheet=_sheet(),
        rows=lambda: _rows(actor, wanted),
        form=form,
        name=pick(f"线索_{timezone.localdate()}", f"clues_{timezone.localdate()}"),
    )
