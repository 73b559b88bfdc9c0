"""A year's holidays out of plain text: the State Council's notice, or one day a line.

Understood are clauses such as `1月28日（周二）至2月4日（周二）放假调休，共8天。` and
`1月26日（周日）、2月8日（周六）上班。`, and lines such as `2027-01-26 上班` or `2027-01-28 放假`.
Weekdays and numbers of days that the text states are checked, so that a wrong year is noticed.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from fangpin.kernel.errors import FangpinError, Problem, Text

LONGEST: Final = 10_000
"""Characters of a text that is looked at."""
_WEEKDAYS: Final = "一二三四五六日"
_DATE = re.compile(
    r"(?:(?P<year>\d{4})\s*[年-])?(?P<month>\d{1,2})[月-](?P<day>\d{1,2})日?"
    r"(?:[（(](?P<said>[^）)]*)[）)])?"
)
_UNTIL = re.compile(
    r"\s*(?:至|到|—|－|~)+\s*(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})日"
    r"(?:[（(](?P<said>[^）)]*)[）)])?"
)
_IN_ALL = re.compile(r"共\s*(\d{1,2})\s*天|放假\s*(\d{1,2})\s*天")
_WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")
_WORKED = ("上班", "班")
_FREE = ("放假", "休")


def read_notice(text: str, year: int) -> dict[date, bool]:
    """Days of `year` that the text speaks of → whether they are worked.

    Raises FangpinError with everything that was not understood or contradicts itself.
    """
    if len(text) > LONGEST:
        raise FangpinError.because(
            f"文字超过 {LONGEST} 字",
            f"the text is longer than {LONGEST} characters",
            do_zh="只粘贴放假安排部分",
            do_en="paste the part with the days only",
        )
    found: dict[date, bool] = {}
    problems: list[Problem] = []
    for clause in _clauses(text):
        try:
            for day, works in _days(clause, year).items():
                if found.get(day, works) != works:
                    raise _said(f"{day} 又放假又上班", f"{day} is both free and worked")
                found[day] = works
        except FangpinError as error:
            problems += error.problems
    if problems:
        raise FangpinError(problems)
    if not found:
        raise _said("文字里没有放假或上班的日期", "there is no day off or worked in the text")
    return {day: works for day, works in sorted(found.items()) if day.year == year}


def as_lines(days: dict[date, bool]) -> str:
    """Days as they can be entered again, one a line."""
    return "\n".join(
        f"{day.isoformat()} {'上班' if works else '放假'}" for day, works in sorted(days.items())
    )


def _clauses(text: str) -> Iterator[str]:
    """Pieces that end with what they say: …放假调休，共8天 / …上班 / a line."""
    for line in text.splitlines():
        for sentence in re.split(r"[。；;]", line):
            if _DATE.search(sentence):
                yield sentence.strip()


def _days(clause: str, year: int) -> dict[date, bool]:
    works = any(word in clause for word in _WORKED)
    if not works and not any(word in clause for word in _FREE):
        raise _said(
            f"没有看懂：“{clause[:40]}”", f"not understood: {clause[:40]}", "写明放假或上班"
        )
    days: list[date] = []
    at = 0
    while (found := _DATE.search(clause, at)) is not None:
        first = _date(found, int(found["year"] or year), int(found["month"]))
        at = found.end()
        until = _UNTIL.match(clause, at)
        last = first
        if until is not None:
            at = until.end()
            month = int(until["month"] or first.month)
            last = _date(until, first.year + (month < first.month), month)
        if not first <= last <= first + timedelta(days=31):
            raise _said(f"{first} 至 {last} 不像一段假期", f"{first} to {last} is no holiday")
        days += [first + timedelta(days=step) for step in range((last - first).days + 1)]
    stated = _IN_ALL.search(clause)
    if stated is not None and not works:
        number = int(stated[1] or stated[2])
        if number != len(days):
            raise _said(
                f"“{clause[:40]}”写共 {number} 天，算出 {len(days)} 天",
                f"{number} days are stated, {len(days)} were counted: {clause[:40]}",
            )
    return dict.fromkeys(days, works)


def _date(found: "re.Match[str]", year: int, month: int) -> date:
    try:
        day = date(year, month, int(found["day"]))
    except ValueError as error:
        raise _said(
            f"没有 {year}年{month}月{found['day']}日",
            f"there is no day {found['day']} in month {month} of {year}",
        ) from error
    said = _WEEKDAY.search(found["said"] or "")
    if said is not None and _WEEKDAYS.index(said[1].replace("天", "日")) != day.weekday():
        raise _said(
            f"{day} 是周{_WEEKDAYS[day.weekday()]}，文中写周{said[1]}",
            f"{day} is not the weekday that the text states",
            "核对年份",
        )
    return day


def _said(zh: str, en: str, do_zh: str = "核对原文后改正") -> FangpinError:
    do_en = {"核对年份": "check the year", "写明放假或上班": "say 放假 or 上班"}.get(
        do_zh, "correct it against the original"
    )
    return FangpinError(Problem(Text(zh, en), Text(do_zh, do_en)))
