"""The month a delivery speaks for, read from titles, sheet names, cells or a file name."""

import calendar
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

_NOISE = re.compile(
    r"(?:收入周期|收入期间|核算周期|参考周期|有效期)[::]?.{0,40}$|文号.{0,20}$|〔\d{4}〕\d+号",
    re.MULTILINE,
)
_YEAR = r"(?P<year>(?:19|20)\d{2})"
_AS_OF = r"(?:截至|截止|统计时间|数据时间|发放月份|所属期|所属月份|统计月份|数据日期)"
_DAY = rf"{_YEAR}[年.\-/]?(?P<month>\d{{1,2}})[月.\-/]?(?P<day>\d{{1,2}})日?"
_FILLED_IN = re.compile(
    r"(?:(?:填报|填表|制表|制单|报送|上报|报告|编制|打印|导出|下载|生成|录入)(?:日期|时间|于)?"
    rf"[::]?|(?:填报|报送|制表|编制|导出|上报)单位(?:\(盖章\))?[::]?\D{{0,40}}){_DAY}(?:\d{{1,2}}:[\d:]+)?"
)
_NEXT_MONTH_UNTIL = 10
"""A list filled in by this day speaks for the month before."""
_MANY_EVENTS = 20
_PATTERNS = (
    # 2021年1月1日—5月31日, 2021年1-5月, 2021-01至2021-05: the end counts
    rf"{_YEAR}[年.\-/]\d{{1,2}}(?:月|[.\-/]\d{{1,2}}日?|月\d{{1,2}}日)?(?:—+|–|-|~|至|到)+"
    r"(?:(?P<year2>(?:19|20)\d{2})[年.\-/])?(?P<month>\d{1,2})(?:月|[.\-/]\d{1,2}(?!\d))",
    rf"{_YEAR}年(?:\d{{1,2}}(?:—+|–|-|~|至|、))?(?P<month>\d{{1,2}})月",
    rf"(?<!\d){_YEAR}[.\-/](?P<month>0?[1-9]|1[0-2])(?:[.\-/]\d{{1,2}})?(?!\d)",
    rf"(?<!\d){_YEAR}(?P<month>0[1-9]|1[0-2])(?:[0-3]\d)?(?:\d{{6}})?(?!\d)",
)
_QUARTER = re.compile(rf"{_YEAR}年?(?:第)?(?P<quarter>[一二三四1-4])季度")
_TERM = re.compile(
    rf"{_YEAR}(?:\s*[-—至/]\s*(?P<next>20\d{{2}}))?(?:年|学年)?度?(?:第?(?P<term>[一二12])学期|(?P<season>春|秋)季?(?:学期)?)"
)
_YEAR_ONLY = re.compile(rf"(?<!\d){_YEAR}\s*年度?(?!\s*\d{{1,2}}\s*月)")
_MONTH_ONLY = re.compile(r"(?:截至|截止)?(?<!\d)(?P<month>1[0-2]|[1-9])月(?:末|底|份|\d{1,2}日)?")


@dataclass(frozen=True)
class Period:
    """First day of a month, and how exactly it was said: 3 month, 2 term or quarter, 1 only
    the year or the day on which the list was filled in."""

    month: date
    exactness: int


def period_in(text: str) -> Period | None:
    """The period a title, sheet name or file name states; the end of a span. Null when none."""
    plain = unicodedata.normalize("NFKC", text or "")
    plain = re.sub(r"[\s ]+", "", _NOISE.sub("", plain))
    filled_in = _FILLED_IN.search(plain)
    plain = _FILLED_IN.sub("|", plain)
    if not plain.strip("|"):
        return _filled_in(filled_in)
    stated = re.search(_AS_OF + r".{0,40}", plain)
    for part in ([stated.group()] if stated else []) + [plain]:
        for pattern in _PATTERNS:
            found = re.search(pattern, part)
            if found:
                groups = found.groupdict()
                month = _month(groups.get("year2") or groups["year"], groups["month"])
                if month:
                    return Period(month, 3)
    term = _TERM.search(plain)
    if term:
        year = int(term["year"])
        if term["season"]:
            return Period(date(year, 3 if term["season"] == "春" else 9, 1), 2)
        second = term["term"] in ("二", "2")
        if second and term["next"]:
            year = int(term["next"])
        elif second:
            year += 1
        return Period(date(year, 3 if second else 9, 1), 2)
    quarter = _QUARTER.search(plain)
    if quarter:
        number = "一二三四1234".index(quarter["quarter"]) % 4 + 1
        return Period(date(int(quarter["year"]), number * 3, 1), 2)
    only = _YEAR_ONLY.search(plain)
    if only:
        year = int(only["year"])
        rest = plain.replace(only.group(), "", 1)
        ended = re.search(r"(?:截至|截止)" + _MONTH_ONLY.pattern, rest)
        if ended:
            month = _month(str(year), ended["month"])
            if month:
                return Period(month, 3)
        return _filled_in(filled_in) or Period(date(year, 1, 1), 1)
    return _filled_in(filled_in)


def _filled_in(found: re.Match[str] | None) -> Period | None:
    """When nothing says what a list speaks for: the month it was filled in, or the one before."""
    if found is None:
        return None
    month = _month(found["year"], found["month"])
    if month and int(found["day"]) <= _NEXT_MONTH_UNTIL:
        month = (month - timedelta(days=1)).replace(day=1)
    return Period(month, 1) if month else None


def _month(year: str, month: str) -> date | None:
    number = int(month)
    return date(int(year), number, 1) if 1 <= number <= 12 else None


_CELL = re.compile(
    r"^(?:(?P<y>(?:19|20)\d{2})[年.\-/]?(?P<m>0?[1-9]|1[0-2])(?:[月.\-/]|$|\d{2}$|(?=\d{2}\b)).*)$"
)


def month_of_cells(cells: list[str], events: bool) -> Period | None:
    """The month that cells of a date or month column speak for.

    A month column: what nearly all cells say. Events (dates that happened): the latest month with
    at least 2 % of the rows and two of them, so that one slip of the pen does not move the period.
    """
    months: Counter[date] = Counter()
    for cell in cells:
        found = _CELL.match(unicodedata.normalize("NFKC", cell).strip())
        if found:
            months[date(int(found["y"]), int(found["m"]), 1)] += 1
    total = sum(months.values())
    if not total or total < 0.5 * len(cells):
        return None
    if not events:
        month, count = months.most_common(1)[0]
        return Period(month, 3) if count >= 0.8 * total else None
    enough = [month for month, count in months.items() if count >= max(2, 0.02 * total)]
    # A short list need not have events in its last month: what a title or name states goes before.
    return Period(max(enough), 3 if total >= _MANY_EVENTS else 2) if enough else None


def last_day(month: date) -> date:
    """The last day of a month given by its first."""
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])
