"""The list of cases (个案)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from fangpin.cases.queries import CaseFilter, CaseLine, cases_of, page_of_cases
from fangpin.cases.words import STATE_WORDS
from fangpin.kernel.errors import Text
from fangpin.people.models import User
from fangpin.people.scope import Right
from fangpin.registry.queries.lists import COUNT_UP_TO, count
from fangpin.web.lists.asked import Asked
from fangpin.web.lists.choosing import PLACE_FILTERS, place_column, places
from fangpin.web.lists.keyset import read_key, written
from fangpin.web.lists.spec import (
    Column,
    Export,
    Filter,
    FilterKind,
    Found,
    ListSpec,
    Option,
    Part,
    Total,
    register,
)
from fangpin.web.packs import procedures
from fangpin.web.posted import plain_number
from fangpin.web.wording import pick

Extra = Mapping[str, Any]
_MARKS = {
    "late": Text("已逾期", "Late"),
    "returned": Text("被退回", "Sent back"),
    "green": Text("绿色通道", "Green channel"),
}


def filter_of(values: Mapping[str, str]) -> CaseFilter:
    """The restrictions of the list as the queries take them."""
    mark = values.get("mark", "")
    return CaseFilter(
        area=values.get("village") or values.get("township", ""),
        procedure=values.get("procedure", ""),
        state=values.get("state", ""),
        step=values.get("step", ""),
        late=mark == "late",
        returned=mark == "returned",
        green=mark == "green",
    )


def _fetch(actor: User, asked: Asked, about: object) -> Found:
    key = read_key(asked.after, 1)
    after = plain_number(key[0]) if key else None
    day = timezone.localdate()
    rows, more = page_of_cases(
        actor, filter_of(asked.values), day=day, after=after, size=asked.size
    )
    names = {row.case.area_code: (row.subject.township, row.subject.village) for row in rows}
    return Found(rows, written((more,) if more is not None else None), {"places": names})


def _totals(actor: User, asked: Asked, about: object) -> Sequence[Total]:
    found = count(cases_of(actor, filter_of(asked.values), timezone.localdate()))
    over = found > COUNT_UP_TO
    return (Total(min(found, COUNT_UP_TO), Text("件", "cases"), at_least=over),)


def _choices(actor: User, asked: Asked, about: object) -> dict[str, Sequence[Option]]:
    known = procedures()
    chosen = known.get(asked.values.get("procedure", ""))
    steps = chosen.steps if chosen else ()
    return {
        **places(actor, Right.cases, asked.values.get("township", "")),
        "procedure": [Option(key, each.label) for key, each in known.items()],
        "state": [
            *(Option(key, text) for key, text in STATE_WORDS.items() if key != "open"),
            Option("all", Text("全部状态", "All states")),
        ],
        "step": [Option(step.id, step.state or step.label) for step in steps],
        "mark": [Option(key, text) for key, text in _MARKS.items()],
    }


def _code(row: CaseLine) -> str:
    return row.case.area_code


def _day(moment: datetime | None) -> str:
    return timezone.localdate(moment).isoformat() if moment else ""


def _number(row: CaseLine, extra: Extra) -> SafeString:
    address = reverse("case", args=[row.case.pk])
    return format_html('<a class="num" href="{}">{}</a>', address, row.case.number)


def _subject(row: CaseLine, extra: Extra) -> SafeString:
    if not row.subject.number:
        return format_html("{}", row.subject.village or row.subject.township)
    return format_html('{} <span class="quiet num">{}</span>', row.subject.head, row.subject.number)


def _stands(row: CaseLine, extra: Extra) -> SafeString:
    marks = [
        _MARKS[name] for name in ("returned", "green") if row.case.closed_at is None
        and getattr(row.case, name)
    ]  # fmt: skip
    said = " ".join(pick(mark.zh, mark.en) for mark in marks)
    return format_html('{} <span class="quiet">{}</span>', pick(row.stands.zh, row.stands.en), said)


def _due(row: CaseLine, extra: Extra) -> SafeString:
    case = row.case
    if case.closed_at is not None:
        said = pick("办结", "closed")
        return format_html('<span class="quiet">{} {}</span>', said, _day(case.closed_at))
    if case.due_on is None:
        return format_html('<span class="quiet">–</span>')
    mark = pick("（暂定）", " (provisional)") if case.provisional else ""
    if row.days_late:
        late = pick(f"逾期 {row.days_late} 天", f"{row.days_late} days late")
        return format_html('<span class="late">{}{} {}</span>', case.due_on, mark, late)
    return format_html("{}{}", case.due_on, mark)


CASES = register(
    ListSpec(
        name="cases",
        view="cases",
        css="cases",
        household=lambda row: str(row.subject.number) if row.subject.head else "",
        caption=Text("个案", "Cases"),
        rights=(Right.cases,),
        columns=(
            Column("number", Text("编号", "Number"), _number, fixed=True, labelled=False),
            Column(
                "procedure",
                Text("程序", "Procedure"),
                lambda r, extra: pick(r.label.zh, r.label.en),
                css="key",
            ),
            Column(
                "subject",
                Text("对象", "About"),
                _subject,
                parts=(
                    Part(Text("户编号", "Household"), lambda r, extra: r.subject.number, width=20),
                    Part(Text("户主", "Head"), lambda r, extra: r.subject.head),
                ),
            ),
            place_column(_code),
            Column("stands", Text("当前状态", "Stands at"), _stands),
            Column(
                "due",
                Text("全程时限", "Due"),
                _due,
                css="nowrap",
                parts=(
                    Part(Text("全程时限", "Due"), lambda r, extra: r.case.due_on or ""),
                    Part(Text("逾期天数", "Days late"), lambda r, extra: r.days_late or ""),
                    Part(Text("办结日期", "Closed"), lambda r, extra: _day(r.case.closed_at)),
                ),
            ),
            Column(
                "opened",
                Text("发起日期", "Opened"),
                lambda r, extra: _day(r.case.opened_at),
                css="nowrap",
            ),
        ),
        filters=(
            *PLACE_FILTERS,
            Filter("procedure", Text("程序", "Procedure"), FilterKind.choice),
            Filter("step", Text("环节", "Step"), FilterKind.choice),
            Filter(
                "state",
                Text("状态", "State"),
                FilterKind.choice,
                all=Text("办理中", "Running"),
            ),
            Filter("mark", Text("标记", "Mark"), FilterKind.choice, rare=True),
        ),
        fetch=_fetch,
        totals=_totals,
        choices=_choices,
        export=Export(Right.export, place=_code),
        nothing=Text("辖区内没有正在办理的个案。", "No case runs in your area."),
    )
)
