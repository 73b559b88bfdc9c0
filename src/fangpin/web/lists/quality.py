"""The list of what the quality rules found in the registry (数据问题)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from fangpin.checks.asking import labels
from fangpin.checks.models import Hit
from fangpin.checks.queries import HitFilter, hits, page_of_hits, rules_found
from fangpin.kernel.errors import Text
from fangpin.people.models import User
from fangpin.people.scope import Right
from fangpin.registry.queries.lists import COUNT_UP_TO, count
from fangpin.web.lists.asked import Asked
from fangpin.web.lists.choosing import PLACE_FILTERS, place_column, place_names, places
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
from fangpin.web.posted import plain_number
from fangpin.web.wording import pick, word

Extra = Mapping[str, Any]
STATES = {
    Hit.State.OPEN: Text("待核实", "Open"),
    Hit.State.CONFIRMED: Text("已核属实", "Confirmed"),
    Hit.State.EXEMPTED: Text("已豁免", "Exempted"),
    Hit.State.CORRECTED: Text("已更正", "Corrected"),
}
UNITS = {
    "person": Text("人员", "Person"),
    "household": Text("农户", "Household"),
    "village": Text("行政村", "Village"),
}


def label(rule: str) -> str:
    """The rule in words."""
    known = labels().get(rule)
    return pick(known.zh, known.en) if known else rule


def filter_of(values: Mapping[str, str]) -> HitFilter:
    """The restrictions of the list as the queries take them."""
    return HitFilter(
        area=values.get("village") or values.get("township", ""),
        rule=values.get("rule", ""),
        state=values.get("state", ""),
        severity=values.get("severity", ""),
        unit=values.get("unit", ""),
    )


def _fetch(actor: User, asked: Asked, about: object) -> Found:
    key = read_key(asked.after, 2)
    last = plain_number(key[1]) if key else None
    after = (key[0], last) if key and last is not None else None
    rows, more = page_of_hits(actor, filter_of(asked.values), after=after, size=asked.size)
    names = place_names(row.village_code for row in rows)
    return Found(rows, written(more), {"places": names})


def _totals(actor: User, asked: Asked, about: object) -> Sequence[Total]:
    found = count(hits(actor, filter_of(asked.values)))
    over = found > COUNT_UP_TO
    return (Total(min(found, COUNT_UP_TO), Text("处", "hits"), at_least=over),)


def _choices(actor: User, asked: Asked, about: object) -> dict[str, Sequence[Option]]:
    known = labels()
    return {
        **places(actor, Right.quality, asked.values.get("township", "")),
        "rule": [Option(key, known[key]) for key in rules_found(actor) if key in known],
        "state": [Option(key, text) for key, text in STATES.items()],
        "severity": [
            Option("error", Text("错误", "Error")),
            Option("doubt", Text("疑点", "Doubt")),
        ],
        "unit": [Option(key, text) for key, text in UNITS.items()],
    }


def _rule(row: Hit, extra: Extra) -> SafeString:
    address = reverse("quality-hit", args=[row.pk])
    return format_html('<a href="{}">{}</a>', address, label(row.rule))


def _code(row: Hit) -> str:
    return row.village_code


def _number(row: Hit, extra: Extra) -> str:
    # What is found about a village stands under its code, which the column of places shows.
    return "" if row.unit == Hit.Unit.VILLAGE else row.household_number


def _household(row: Hit, extra: Extra) -> SafeString | str:
    if row.unit == Hit.Unit.VILLAGE:
        return pick("（村）", "(village)")
    address = reverse("household", args=[row.household_number])
    return format_html('<a class="num" href="{}">{}</a>', address, row.household_number)


def _state(row: Hit, extra: Extra) -> str:
    text = STATES[Hit.State(row.state)]
    return pick(text.zh, text.en)


def _sentence(row: Hit, extra: Extra) -> str:
    return pick(row.sentence.zh, row.sentence.en) if row.sentence else ""


QUALITY = register(
    ListSpec(
        name="quality",
        view="quality-hits",
        css="quality",
        household=lambda row: str(row.household_number),
        caption=Text("数据问题", "Data quality"),
        rights=(Right.quality,),
        columns=(
            Column("rule", Text("问题", "Rule"), _rule, fixed=True, labelled=False, css="key"),
            Column(
                "severity",
                Text("性质", "Kind"),
                lambda r, extra: word("severity", r.severity),
                css="nowrap",
            ),
            Column("state", Text("状态", "State"), _state, css="inline nowrap"),
            place_column(_code),
            Column(
                "household",
                Text("户编号", "Household"),
                _household,
                css="nowrap",
                parts=(
                    Part(Text("户编号", "Household"), _number, width=20),
                    Part(Text("人编号", "Person"), lambda r, extra: r.person_number, width=20),
                ),
            ),
            Column(
                "sentence",
                Text("登记数据", "As registered"),
                _sentence,
                parts=(
                    Part(
                        Text("登记数据", "As registered"),
                        _sentence,
                        width=60,
                        wrapped=True,
                        marked=True,
                    ),
                ),
            ),
            Column(
                "opened",
                Text("发现日期", "Found"),
                lambda r, extra: r.opened.isoformat(),
                css="nowrap",
            ),
        ),
        filters=(
            *PLACE_FILTERS,
            Filter(
                "state",
                Text("状态", "State"),
                FilterKind.choice,
                all=Text("未更正的", "Not corrected"),
            ),
            Filter("rule", Text("问题", "Rule"), FilterKind.choice),
            Filter("severity", Text("性质", "Kind"), FilterKind.choice, rare=True),
            Filter("unit", Text("对象", "About"), FilterKind.choice, rare=True),
        ),
        fetch=_fetch,
        totals=_totals,
        choices=_choices,
        export=Export(Right.export, place=_code),
        nothing=Text("辖区内没有发现数据问题。", "Nothing was found in your area."),
    )
)
