"""Template tags for values of policy packs: money, shares, ranges, rhythms, links to clauses."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from fangpin.people.scope import Scope
from fangpin.policy.coverage import PARTS, parts_of
from fangpin.policy.duty_days import next_due
from fangpin.policy.pack import (
    Calendar,
    Duty,
    Figure,
    Ledger,
    Mechanism,
    Pack,
    Parameter,
    ParameterValue,
    Procedure,
    Programme,
    Rule,
    Target,
    TargetValue,
)
from fangpin.policy.procedure_sheet import Sheet, sheet
from fangpin.web.menu import opens
from fangpin.web.pack_search import Hit
from fangpin.web.pack_words import RHYTHMS, named, unit_in_english
from fangpin.web.wording import language, pick

register = template.Library()

_RELATIONS = {
    "exactly": ("", ""),
    "at_least": ("≥ ", "≥ "),
    "at_most": ("≤ ", "≤ "),
    "more_than": ("> ", "> "),
    "less_than": ("< ", "< "),
    "about": ("约 ", "about "),
    "between": ("", ""),
    "all": ("", ""),
    "growing": ("", ""),
}
_PER = {
    "year": ("每年", "a year"),
    "month": ("每月", "a month"),
    "person": ("每人", "a person"),
    "household": ("每户", "a household"),
    "village": ("每村", "a village"),
}


def _number(value: Fraction | int) -> str:
    """A decimal without trailing zeros; a fraction that never ends gets six digits."""
    whole = Fraction(value)
    if whole.denominator == 1:
        return f"{whole.numerator:,}"
    return f"{float(whole):,.6f}".rstrip("0").rstrip(".")


def _value(value: Any, relation: str, unit: str | None = None) -> str:
    if value is True:
        return pick("逐年增长", "growing") if relation == "growing" else pick("全部", "all")
    if isinstance(value, tuple):
        return f"{_number(value[0])}–{_number(value[1])}"
    if value is None or value is False:
        return "–"
    if unit == "年" and 1900 <= value <= 2100:
        return f"{int(value)}"  # a calendar year, not a number of years
    return _number(value)


def _unit(unit: str | None) -> str:
    text = unit_in_english(unit or "") if language() == "en" else unit
    return f" {text}" if text else ""


@register.filter
def figure_text(figure: Figure) -> str:
    """`≥ 99 % · 2025-12-31` for a figure of a mechanism."""
    text = pick(*_RELATIONS.get(figure.relation, ("", "")))
    year = figure.unit == "年" and isinstance(figure.value, Fraction) and figure.value >= 1900
    text += _value(figure.value, figure.relation, figure.unit)
    text += ("" if language() == "en" else " 年") if year else _unit(figure.unit)
    if figure.per:
        text += f" · {pick(*_PER.get(figure.per, (figure.per, figure.per)))}"
    if figure.by:
        text += f" · {figure.by.isoformat()}"
    return text


_PAGES = {
    "engine": "findings",
    "screening": "findings",
    "clues": "clues",
    "cases": "cases",
    "fieldwork": "fieldwork",
    "disclosure": "notices",
    "oversight": "oversight",
    "registry": "registry-households",
    "reports": "prints",
    "feeds": "deliveries",
    "exchange": "registry-imports",
    "quality": "quality",
    "people": "units",
    "packs": "packs",
    "foundation": "calendar",
}
"""Pages of the parts of the product that mechanisms work in (policy.coverage.PARTS)."""


def _address(page: str, scope: Scope) -> str:
    """Where a page is; "" for whoever may not open it."""
    return reverse(page) if opens(page, scope) else ""


@register.filter
def works_in(record: Mechanism | Ledger, scope: Scope) -> list[tuple[str, str]]:
    """(words, address) of the parts of the product in which a mechanism works or that do the work
    of a ledger the document names. The address is "" where the reader may not go."""
    parts = record.kept_in if isinstance(record, Ledger) else parts_of(record)
    words = {PARTS[part].in_language(language()): _PAGES[part] for part in parts if part in _PAGES}
    return [(word, _address(page, scope)) for word, page in words.items()]


@register.filter
def here(hit: Hit, scope: Scope) -> list[tuple[str, str]]:
    """(words, address) of where an entry that was looked for is at work; empty when it is recorded
    only."""
    record = hit.record
    if isinstance(record, Ledger | Mechanism):
        return works_in(record, scope)
    if isinstance(record, Rule):
        return [(PARTS["screening"].in_language(language()), _address("findings", scope))]
    if isinstance(record, Procedure) and record.runnable:
        return [(PARTS["cases"].in_language(language()), _address("cases", scope))]
    if isinstance(record, Programme) and record.eligible is not None:
        return [(pick("试算", "what-if"), _address("what-if", scope))]
    return []


@register.simple_tag
def mechanism_counts(mechanisms: Iterable[Mechanism]) -> dict[str, int]:
    """Status → how many of these mechanisms, from live to recorded."""
    counted = Counter(each.status for each in mechanisms)
    return {status: counted[status] for status in ("live", "partly", "recorded")}


@register.simple_tag
def target_value(target: Target, value: TargetValue) -> str:
    """The value of a target at one date, with its relation and unit."""
    sign = pick(*_RELATIONS.get(target.relation, ("", "")))
    return sign + _value(value.value, target.relation) + _unit(target.unit)


@register.simple_tag
def parameter_value(parameter: Parameter, value: ParameterValue) -> str:
    """A parameter's value as people write it: yuan instead of fen, per cent instead of shares."""
    raw = value.value
    if isinstance(raw, bool):
        return pick("是", "yes") if raw else pick("否", "no")
    if isinstance(raw, date):
        return raw.isoformat()
    if isinstance(raw, tuple):
        return pick("、", ", ").join(str(item) for item in raw)
    if isinstance(raw, str):
        return raw
    if parameter.type == "money":
        unit = parameter.base_unit or parameter.unit or "元"
        return _number(Fraction(raw, 100)) + _unit(unit)
    if parameter.unit == "%":
        return f"{_number(Fraction(raw) * 100)} %"
    return _number(raw) + _unit(parameter.base_unit or parameter.unit)


@register.filter
def rhythm(calendar: Calendar) -> str:
    """When a duty falls due, as a phrase."""
    if calendar.once:
        return pick(f"{calendar.once} 前", f"by {calendar.once}")
    every = calendar.every or ""
    words = named(RHYTHMS, every)
    text = pick(words.zh, words.en) if words and every else ""
    if calendar.by_day:
        text = pick(f"{text} {calendar.by_day} 日前", f"{text} by day {calendar.by_day}")
    elif calendar.by:
        text = pick(f"{text} {calendar.by} 前", f"{text} by {calendar.by}")
    if calendar.default:
        text += pick("（文件未定，默认）", " (default; the document leaves it open)")
    return text


@dataclass(frozen=True)
class DueNext:
    """The next day of a duty, how many days are left, whether that is a week or less, and whether
    the document itself is over."""

    day: date | None
    left: int
    soon: bool
    over: bool


@register.simple_tag
def due_next(pack: Pack, duty: Duty) -> DueNext:
    """When a duty of a pack falls due next, as long as its document holds."""
    today = timezone.localdate()
    end = pack.period.to
    day = next_due(duty.calendar, max(today, pack.period.from_))
    if day is None or (end is not None and day > end):
        return DueNext(None, 0, False, end is not None and today > end)
    return DueNext(day, (day - today).days, (day - today).days <= 7, False)


@register.simple_tag
def sheet_of(procedure: Procedure, pack: Pack) -> Sheet:
    """The procedure step by step, with the figures in force today."""
    return sheet(procedure, pack, timezone.localdate())


@register.simple_tag
def clause_link(pack: Pack, clause: str) -> SafeString | str:
    """A link to the clause's page, labelled with its path; the bare id when it is not known."""
    known = pack.clauses.get(clause)
    if known is None:
        return clause
    return format_html(
        '<a href="{}">{}</a>', reverse("clause", args=[pack.name, clause]), known.path
    )


@register.filter
def frequency(code: str | None) -> str:
    """How often a feed is expected."""
    words = named(RHYTHMS, code)
    return pick(words.zh, words.en) if words else "–"
