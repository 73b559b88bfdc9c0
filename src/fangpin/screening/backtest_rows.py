"""A backtest as tables of words and figures: for the terminal and for a workbook."""

from collections.abc import Sequence
from pathlib import Path

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from fangpin.kernel.errors import Language, Text
from fangpin.screening.backtest import Backtest, Judged
from fangpin.screening.intervals import Days, Share
from fangpin.screening.sheet_book import SheetBook

Cell = str | int | Text
NOTHING = Text("—", "—")
JUDGED = (
    Text("首次发现", "findings"),
    Text("属实", "confirmed"),
    Text("不属实", "refused"),
    Text("已在监测", "in monitoring"),
    Text("不在此居住", "not living here"),
    Text("未答复", "unanswered"),
    Text("属实率（95%区间，n）", "precision (95 %, n)"),
    Text("另行发现", "came to light"),
    Text("提前天数 中位（四分位，n）", "lead days: median (quartiles, n)"),
    Text("未先发现", "missed"),
)
RULES = (Text("规则", "rule"), *JUDGED)
MONTHS = (
    Text("比对日期", "day of the run"),
    Text("规则", "rule"),
    Text("有疑点户", "households found"),
    *(JUDGED[:6]),
)
ALTERNATIVES = (
    Text("参数", "parameter"),
    Text("取值", "value"),
    Text("规则", "rule"),
    *JUDGED,
    Text("多发现：属实/不属实/未答复", "gained: confirmed/refused/unanswered"),
    Text("少发现：属实/不属实/未答复", "lost: confirmed/refused/unanswered"),
    Text("多（少）发现后来另行发现的", "gained (lost) that came to light later"),
)


def share_text(share: Share | None) -> Cell:
    """75.0% (47.2%–91.1%, 12); a dash when nobody answered."""
    if share is None:
        return NOTHING
    low, high = f"{share.low:.1%}", f"{share.high:.1%}"
    return f"{share.value:.1%} ({low}–{high}, {share.n:,})"


def days_text(days: Days | None) -> Cell:
    """61 (31–92, 5); a dash when there is none."""
    if days is None:
        return NOTHING
    middle, low, high = (
        f"{each:g}" for each in (days.median, days.first_quartile, days.third_quartile)
    )
    return f"{middle} ({low}–{high}, {days.n:,})"


def rule_rows(result: Backtest) -> list[list[Cell]]:
    """Every rule with findings or misses of its own, then any rule; under RULES."""
    shown = [each for each in result.rules if each.judged.findings]
    return [[each.label, *_judged(each.judged)] for each in (*shown, result.overall)]


def month_rows(result: Backtest) -> list[list[Cell]]:
    """Under MONTHS."""
    rules = result.replay.rules
    return [
        [
            f"{each.as_of}",
            rules[each.name].label,
            each.found,
            each.first_found,
            *each.labels.values(),
        ]
        for each in result.by_month
    ]


def alternative_rows(result: Backtest) -> list[list[Cell]]:
    """Under ALTERNATIVES; each rule's own figure first."""
    rows: list[list[Cell]] = []
    base = {each.name: each for each in result.rules}
    told: set[tuple[str, str]] = set()
    for each in result.alternatives:
        setting = each.setting
        if (setting.name, each.name) not in told:
            told.add((setting.name, each.name))
            own = base[each.name].judged
            rows.append(
                [setting.label, setting.before_text, each.label, *_judged(own), *[NOTHING] * 3]
            )
        rows.append(
            [
                setting.label,
                setting.after_text,
                each.label,
                *_judged(each.judged),
                *(
                    f"{side['confirmed']:,} / {side['refused']:,} / {side['unanswered']:,}"
                    for side in (each.gained, each.lost)
                ),
                f"{each.gained_recognised:,} ({each.lost_recognised:,})",
            ]
        )
    return rows


def _judged(judged: Judged) -> list[Cell]:
    return [
        judged.findings,
        judged.confirmed,
        judged.refused,
        judged.in_monitoring,
        judged.not_living_here,
        judged.unanswered,
        share_text(judged.precision),
        judged.recognised,
        days_text(judged.lead),
        judged.missed,
    ]


def write_workbook(result: Backtest, path: Path, language: Language = "zh") -> None:
    """Sheets: rules, months, other figures, notes. Raises OSError when it cannot be written."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    workbook = xlsxwriter.Workbook(str(path), options)
    book = SheetBook(workbook, language)
    wide = (30, 12, 12, 12, 12, 12, 26, 12, 26, 12)
    book.table(Text("规则", "rules"), RULES, rule_rows(result), wide)
    book.table(Text("逐月", "months"), MONTHS, month_rows(result), (14, 30))
    alternatives: Sequence[Sequence[Cell]] = alternative_rows(result)
    book.table(Text("其他标准", "other figures"), ALTERNATIVES, alternatives, (30, 18, 30))
    notes = [[each] for each in result.notes]
    book.table(Text("说明", "notes"), (Text("说明", "notes"),), notes, (110,))
    try:
        workbook.close()
    except FileCreateError as error:  # hides what the system said, a full disk for one
        raise (error.args[0] if isinstance(error.args[0], OSError) else error) from error
