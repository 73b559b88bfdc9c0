"""The list of households of record (户名录)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from fangpin.kernel.errors import Text
from fangpin.people.models import User
from fangpin.people.scope import FieldGroup, Right
from fangpin.registry.queries.lists import (
    COUNT_UP_TO,
    HouseholdFilter,
    HouseholdRow,
    count,
    households,
    households_page,
)
from fangpin.registry.queries.shown import OWN_WORDS
from fangpin.web.lists.asked import Asked
from fangpin.web.lists.choosing import (
    PLACE_FILTERS,
    YES_NO,
    codes,
    place_column,
    place_names,
    places,
    whole,
    yes_no,
)
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
from fangpin.web.wording import language, pick

Extra = Mapping[str, Any]


def filter_of(values: Mapping[str, str]) -> HouseholdFilter:
    """The restrictions of the list as the queries take them."""
    return HouseholdFilter(
        area=values.get("village") or values.get("township", ""),
        state=values.get("state", ""),
        category=values.get("category", ""),
        monitoring=values.get("monitoring", ""),
        cause=values.get("cause", ""),
        risk=values.get("risk", ""),
        removed=yes_no(values.get("removed", "")),
        no_labour=yes_no(values.get("no_labour", "")),
        origin=values.get("origin", ""),
        fewest=whole(values.get("members_from")),
        most=whole(values.get("members_to")),
    )


def _fetch(actor: User, asked: Asked, about: object) -> Found:
    key = read_key(asked.after, 2)
    after = (key[0], key[1]) if key else None
    rows, more = households_page(actor, filter_of(asked.values), after=after, size=asked.size)
    return Found(rows, written(more), {"places": place_names(row.village_code for row in rows)})


def _totals(actor: User, asked: Asked, about: object) -> Sequence[Total]:
    found = count(households(actor, filter_of(asked.values)))
    over = found > COUNT_UP_TO
    return (Total(min(found, COUNT_UP_TO), Text("户", "households"), at_least=over),)


def _choices(actor: User, asked: Asked, about: object) -> dict[str, Sequence[Option]]:
    return {
        **places(actor, Right.registry, asked.values.get("township", "")),
        "monitoring": codes("monitoring_category"),
        "category": codes("household_category"),
        "cause": codes("poverty_cause"),
        "risk": codes("risk_type"),
        "removed": YES_NO,
        "no_labour": YES_NO,
        "state": [Option(s, OWN_WORDS[s]) for s in ("merged", "split", "dissolved")],
        "origin": [Option(o, OWN_WORDS[o]) for o in ("registry", "run")],
    }


def _code(row: HouseholdRow) -> str:
    return row.village_code


def _household(row: HouseholdRow, extra: Extra) -> SafeString:
    address = reverse("household", args=[row.number])
    if not row.head:
        return format_html('<a class="num" href="{}">{}</a>', address, row.number)
    return format_html(
        '<a href="{}">{}</a><span class="head-name num">{}</span>', address, row.head, row.number
    )


def _said(text: Text | None) -> str:
    return text.in_language(language()) if text else ""


def _monitoring(row: HouseholdRow, extra: Extra) -> SafeString | str:
    if row.monitoring is None:
        return ""
    chip = "chip" if row.risk_removed else "chip sev-alert"
    removed = (
        format_html(' <span class="chip state-cleared">{}</span>', pick("风险已消除", "removed"))
        if row.risk_removed
        else ""
    )
    return format_html('<span class="{}">{}</span>{}', chip, _said(row.monitoring), removed)


def _category(row: HouseholdRow, extra: Extra) -> SafeString | str:
    return _said(row.category)


def _risks(row: HouseholdRow, extra: Extra) -> SafeString | str:
    if not row.risks:
        return ""
    return format_html_join(" ", '<span class="chip">{}</span>', ((_said(r),) for r in row.risks))


HOUSEHOLDS = register(
    ListSpec(
        name="households",
        view="registry-households",
        css="households",
        household=lambda row: str(row.number),
        caption=Text("户名录", "Households"),
        rights=(Right.registry,),
        columns=(
            Column(
                "household",
                Text("户主、户编号", "Head and number"),
                _household,
                fixed=True,
                labelled=False,
                css="key",
                parts=(
                    Part(Text("户编号", "Household"), lambda row, extra: row.number, width=20),
                    Part(Text("户主", "Head"), lambda row, extra: row.head),
                ),
            ),
            place_column(_code, below=lambda row, extra: row.group_name),
            Column(
                "members",
                Text("人口", "Members"),
                lambda row, extra: row.members,
                css="num",
            ),
            Column("category", Text("户类型", "Category"), _category, group=FieldGroup.household),
            Column(
                "monitoring",
                Text("监测对象", "Monitoring"),
                _monitoring,
                group=FieldGroup.household,
            ),
            Column("risks", Text("风险", "Risks"), _risks, group=FieldGroup.household),
            Column(
                "cause",
                Text("主要致贫原因", "Main cause"),
                lambda row, extra: _said(row.main_cause),
                group=FieldGroup.household,
            ),
            Column(
                "since",
                Text("识别监测时间", "Monitored since"),
                lambda row, extra: f"{row.monitored_since:%Y-%m}" if row.monitored_since else "",
                group=FieldGroup.household,
                shown=False,
                css="nowrap",
            ),
            Column(
                "phone",
                Text("联系电话", "Telephone"),
                lambda row, extra: row.phone or "",
                group=FieldGroup.contact,
                shown=False,
                css="nowrap",
            ),
            Column(
                "state",
                Text("户状态", "State"),
                lambda row, extra: _said(OWN_WORDS.get(row.state)),
                shown=False,
            ),
        ),
        filters=(
            Filter(
                "monitoring",
                Text("监测对象", "Monitoring"),
                FilterKind.pills,
                all=Text("全部农户", "All households"),
                first=(Option("any", Text("监测中", "Being monitored")),),
                group=FieldGroup.household,
            ),
            *PLACE_FILTERS,
            Filter(
                "category",
                Text("户类型", "Category"),
                FilterKind.choice,
                group=FieldGroup.household,
            ),
            Filter(
                "cause",
                Text("致贫原因", "Cause of poverty"),
                FilterKind.choice,
                group=FieldGroup.household,
            ),
            Filter(
                "risk",
                Text("风险", "Risk"),
                FilterKind.choice,
                rare=True,
                group=FieldGroup.household,
            ),
            Filter(
                "removed",
                Text("风险是否消除", "Risk removed"),
                FilterKind.choice,
                rare=True,
                group=FieldGroup.household,
            ),
            Filter(
                "no_labour",
                Text("整户无劳动力", "Without labour"),
                FilterKind.choice,
                rare=True,
                group=FieldGroup.household,
            ),
            Filter("members", Text("人口数", "Members"), FilterKind.range, rare=True),
            Filter(
                "state",
                Text("户状态", "State"),
                FilterKind.choice,
                rare=True,
                default="active",
                first=(Option("active", OWN_WORDS["active"]),),
                last=(Option("all", Text("全部", "All")),),
            ),
            Filter("origin", Text("登记来源", "Entered from"), FilterKind.choice, rare=True),
        ),
        fetch=_fetch,
        totals=_totals,
        choices=_choices,
        export=Export(Right.registry_export, place=_code),
        nothing=Text(
            "辖区内还没有登记的农户。可以导入国家系统导出表，或逐户新增。",
            "No household is registered in your area yet. Import a national export, or add one.",
        ),
    )
)
