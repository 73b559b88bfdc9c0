"""A backtest as a page shows it: stacked bars, intervals, one row per month, other figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from fangpin.engine.variation import Setting
from fangpin.kernel.errors import Text
from fangpin.screening.backtest import Backtest, Judged
from fangpin.screening.intervals import Share
from fangpin.screening.labelled import LABELS

_WIDTH = 200.0


@dataclass(frozen=True)
class Segment:
    """A part of a stacked bar, in units of a bar 200 wide."""

    label: str
    x: float
    width: float
    count: int


@dataclass(frozen=True)
class Row:
    """One rule (or any rule) with its bar; `interval` in units of 200."""

    label: Text
    judged: Judged
    bar: list[Segment]
    interval: tuple[float, float, float] | None
    precision: str
    low: str
    high: str


@dataclass(frozen=True)
class MonthRow:
    """All rules in one month: findings standing, found for the first time, and their labels."""

    as_of: date
    found: int
    first_found: int
    labels: Mapping[str, int]
    bar: list[Segment]


@dataclass(frozen=True)
class Choice:
    """One value of a figure for one rule; `gained` and `lost` None for the value in force."""

    text: Text
    in_force: bool
    judged: Judged
    row: Row
    gained: Mapping[str, int] | None
    lost: Mapping[str, int] | None


@dataclass(frozen=True)
class Alternatives:
    """What other values of one figure would have given, for one rule."""

    setting: Setting
    rule: Text
    choices: list[Choice]


@dataclass(frozen=True)
class Result:
    """Everything the panel shows."""

    backtest: Backtest
    overall: Row
    rules: list[Row]
    quiet_rules: int
    months: list[MonthRow]
    alternatives: list[Alternatives]
    unchanged: list[Text]


def _segments(counts: Mapping[str, int], largest: int) -> list[Segment]:
    """Labels side by side, `largest` filling the bar; what is there is never narrower than 1."""
    found: list[Segment] = []
    at = 0.0
    for label in LABELS:
        if count := counts.get(label, 0):
            width = max(1.0, _WIDTH * count / max(1, largest))
            found.append(Segment(label, round(at, 1), round(width, 1), count))
            at += width
    return found


def labels_of(judged: Judged) -> dict[str, int]:
    """Findings by what became of them."""
    return {label: getattr(judged, label) for label in LABELS}


def _percent(value: float) -> str:
    return f"{100 * value:.0f} %" if value in (0.0, 1.0) else f"{100 * value:.1f} %"


def _row(label: Text, judged: Judged, largest: int) -> Row:
    share: Share | None = judged.precision
    points = None
    if share is not None:
        points = (
            round(_WIDTH * share.low, 1),
            round(_WIDTH * (share.high - share.low), 1),
            round(_WIDTH * share.value, 1),
        )
    return Row(
        label=label,
        judged=judged,
        bar=_segments(labels_of(judged), largest),
        interval=points,
        precision=_percent(share.value) if share else "",
        low=_percent(share.low) if share else "",
        high=_percent(share.high) if share else "",
    )


def _months(found: Backtest) -> list[MonthRow]:
    rows: dict[date, tuple[int, int, dict[str, int]]] = {
        month.as_of: (0, 0, dict.fromkeys(LABELS, 0)) for month in found.months
    }
    for each in found.by_month:
        standing, first, labels = rows[each.as_of]
        summed = {label: labels[label] + each.labels.get(label, 0) for label in LABELS}
        rows[each.as_of] = (standing + each.found, first + each.first_found, summed)
    largest = max([1, *(first for _, first, _ in rows.values())])
    return [
        MonthRow(day, standing, first, labels, _segments(labels, largest))
        for day, (standing, first, labels) in rows.items()
    ]


def _alternatives(found: Backtest) -> list[Alternatives]:
    own = {rule.name: rule.judged for rule in found.rules}
    grouped: dict[tuple[str, str], list[Choice]] = {}
    heads: dict[tuple[str, str], tuple[Setting, Text]] = {}
    for each in found.alternatives:
        key = each.setting.name, each.name
        same = [a for a in found.alternatives if (a.setting.name, a.name) == key]
        judged = [own[each.name], *(a.judged for a in same)]
        largest = max([1, *(j.findings for j in judged)])
        if key not in grouped:
            heads[key] = each.setting, each.label
            base = own[each.name]
            now = each.setting.before_text
            row = _row(now, base, largest)
            grouped[key] = [Choice(now, True, base, row, None, None)]
        text = each.setting.after_text
        row = _row(text, each.judged, largest)
        grouped[key].append(Choice(text, False, each.judged, row, each.gained, each.lost))
    return [
        Alternatives(*heads[key], choices)
        for key, choices in grouped.items()
        if any(choice.judged.findings for choice in choices)
    ]


def _unchanged(found: Backtest) -> list[Text]:
    """Values tried that change no rule."""
    pairs = zip(found.replay.variants, found.replay.changed, strict=True)
    return [variant.setting.after_text for variant, changed in pairs if not changed]


def shown(found: Backtest) -> Result:
    """The backtest for the templates. Rules without any finding are only counted."""
    rules = [each for each in found.rules if each.judged.findings]
    largest = max([1, *(each.judged.findings for each in rules)])
    rows = [_row(each.label, each.judged, largest) for each in rules]
    rows.sort(key=lambda row: -row.judged.findings)
    overall = _row(found.overall.label, found.overall.judged, found.overall.judged.findings)
    return Result(
        backtest=found,
        overall=overall,
        rules=rows,
        quiet_rules=len(found.rules) - len(rules),
        months=_months(found),
        alternatives=_alternatives(found),
        unchanged=_unchanged(found),
    )
