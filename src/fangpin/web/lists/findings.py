"""The list of findings."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from fangpin.kernel.errors import Text
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.registry.queries import head_names
from fangpin.screening import queries
from fangpin.screening.models import Finding, Run
from fangpin.screening.queries import FindingFilter
from fangpin.web.access import whole_number
from fangpin.web.lists.asked import Asked
from fangpin.web.lists.choosing import PLACE_FILTERS, place_column
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
from fangpin.web.wording import WORDS, pick, word

Extra = Mapping[str, Any]


def filter_of(values: Mapping[str, str]) -> FindingFilter:
    """The restrictions of a list as the queries take them."""
    return FindingFilter(**values)


def _fetch(actor: User, asked: Asked, run: Run) -> Found:
    rows, more = queries.page_of_findings(
        actor, run, filter_of(asked.values), after=whole_number(asked.after), size=asked.size
    )
    names: dict[str, str] = {}
    if scope_of(actor).may(Right.names):
        names = head_names(actor, [row.household_number for row in rows])
    # As the run calls them.
    places = {row.village_code: (row.township, row.village) for row in rows}
    extra = {"names": names, "pack": run.pack_name, "places": places}
    return Found(rows, str(more) if more else None, extra)


def _totals(actor: User, asked: Asked, run: Run) -> Sequence[Total]:
    count, households = queries.count_findings(actor, run, filter_of(asked.values))
    return (
        Total(count, Text("条疑点", "findings")),
        Total(households, Text("户", "households")),
    )


def _choices(actor: User, asked: Asked, run: Run) -> dict[str, list[Option]]:
    found = queries.choices(actor, run, filter_of(asked.values))
    options = {
        name: [Option(c.value, Text(c.zh, c.en or c.zh), c.count) for c in choices]
        for name, choices in found.items()
    }
    for name in ("severity", "state"):
        words = WORDS[name]
        options[name] = [
            Option(o.value, words.get(o.value, o.text), o.count) for o in options[name]
        ]
    return options


def _badges(row: Finding, extra: Extra) -> SafeString:
    return format_html(
        '<span class="chip sev sev-{}">{}</span><span class="chip state-{}">{}</span>',
        row.severity,
        word("severity", row.severity),
        row.state,
        word("state", row.state),
    )


def _code(row: Finding) -> str:
    return row.village_code


def _household(row: Finding, extra: Extra) -> SafeString | str:
    if row.household_number:
        name = extra["names"].get(row.household_number)
        return format_html(
            '<a class="num" href="{}">{}</a>{}',
            reverse("household", args=[row.household_number]),
            row.household_number,
            format_html('<span class="head-name">{}</span>', name) if name else "",
        )
    if row.subject == "village":
        return format_html(
            '<a href="{}">{}</a>',
            reverse("village", args=[row.village_code]),
            pick("全村", "whole village"),
        )
    return ""


def _sentence(row: Finding, extra: Extra) -> SafeString:
    return format_html('<span class="clamp">{}</span>', pick(row.sentence_zh, row.sentence_en))


def _clause(row: Finding, extra: Extra) -> SafeString | str:
    if not row.clause:
        return ""
    return format_html(
        '<a href="{}">{}</a>',
        reverse("clause", args=[extra["pack"], row.clause]),
        row.clause_path or row.clause,
    )


FINDINGS = register(
    ListSpec(
        name="findings",
        view="findings",
        css="findings",
        household=lambda row: str(row.household_number),
        caption=Text("疑点清单", "Findings"),
        rights=(Right.findings,),
        columns=(
            Column(
                "severity",
                Text("程度", "Severity"),
                _badges,
                labelled=False,
                css="badges",
                parts=(
                    Part(
                        Text("程度", "Severity"),
                        lambda row, extra: word("severity", row.severity),
                        width=10,
                    ),
                    Part(
                        Text("状态", "State"),
                        lambda row, extra: word("state", row.state),
                        width=9,
                    ),
                ),
            ),
            Column(
                "kind",
                Text("类型", "Kind"),
                lambda row, extra: pick(row.kind_zh, row.kind_en),
                fixed=True,
                labelled=False,
                css="key",
            ),
            place_column(_code, key="village", label=Text("村", "Village")),
            Column(
                "household",
                Text("户", "Household"),
                _household,
                fixed=True,
                css="nowrap",
                parts=(
                    Part(
                        Text("户编号", "Household"),
                        lambda row, extra: row.household_number,
                        width=20,
                    ),
                    Part(
                        Text("户主", "Head"),
                        lambda row, extra: extra["names"].get(row.household_number, ""),
                    ),
                    Part(Text("人编号", "Person"), lambda row, extra: row.person_number, width=20),
                ),
            ),
            Column(
                "sentence",
                Text("说明", "Explanation"),
                _sentence,
                labelled=False,
                css="sentence",
                parts=(
                    Part(
                        Text("说明", "Explanation"),
                        lambda row, extra: pick(row.sentence_zh, row.sentence_en),
                        width=80,
                        wrapped=True,
                        marked=True,
                    ),
                ),
            ),
            Column("clause", Text("依据", "Clause"), _clause, css="quiet small nowrap"),
            Column(
                "rule", Text("规则", "Rule"), lambda row, extra: row.rule, shown=False, css="small"
            ),
        ),
        filters=(
            Filter(
                "severity",
                Text("程度", "Severity"),
                FilterKind.pills,
                all=Text("全部程度", "All"),
            ),
            Filter(
                "state",
                Text("状态", "State"),
                FilterKind.choice,
                default="open",
                first=(Option("open", Text("新增与持续", "New and continuing")),),
                last=(Option("all", Text("全部", "All")),),
            ),
            Filter(
                "kind", Text("类型", "Kind"), FilterKind.choice, all=Text("全部类型", "All kinds")
            ),
            *PLACE_FILTERS,
            Filter(
                "household",
                Text("户编号", "Household number"),
                FilterKind.text,
                hint=Text("开头几位", "first digits"),
            ),
            Filter("rule", Text("规则", "Rule"), FilterKind.hidden),
        ),
        fetch=_fetch,
        totals=_totals,
        choices=_choices,
        nothing=Text(
            "辖区内没有新增或持续的疑点。", "There is no new or continuing finding in your area."
        ),
        no_match=Text("没有符合条件的疑点。请放宽条件。", "No finding fits. Try fewer conditions."),
        export=Export(
            Right.export,
            place=_code,
            about=queries.current_run,
            named=lambda run: str(run.intake.key),
        ),
    )
)
