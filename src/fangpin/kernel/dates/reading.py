"""One date cell: every usual Chinese form, Excel serial numbers, and never a guess.

Year-month-day is the only order Chinese offices write; a two-digit year needs a reference year
from the caller, a missing year needs one too. What can be read in two ways is `ambiguous`, what
no calendar has is `impossible`; both give no date.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, Literal

from fangpin.kernel.characters import tidy
from fangpin.kernel.numerals import CHARACTERS, chinese_integer

Epoch = Literal[1900, 1904]
EARLIEST: Final = date(1900, 1, 1)
LATEST: Final = date(2199, 12, 31)
# Serial numbers outside 1927–2099 are not dates people enter; they are years, counts or codes.
_SERIALS: Final = (10_000, 73_050)
_LAST_SERIAL: Final = 2_958_465
_YEARS: Final = range(1900, 2100)  # four leading digits that may be a year in 201810 and 2018
AHEAD: Final = 20  # a two-digit year lies at most this far after the reference year


class Precision(StrEnum):
    """How much of the date was written. `month` means its first day, `year` 1 January."""

    day = "day"
    month = "month"
    year = "year"


class DateVerdict(StrEnum):
    """How a date cell was understood. Only `ok` gives a date."""

    ok = "ok"
    blank = "blank"
    open_ended = "open_ended"
    range = "range"
    impossible = "impossible"
    ambiguous = "ambiguous"
    out_of_range = "out_of_range"
    not_a_date = "not_a_date"


@dataclass(frozen=True, slots=True)
class Reading:
    """`value` and `precision` are set exactly when the verdict is ok."""

    verdict: DateVerdict
    value: date | None = None
    precision: Precision | None = None


@dataclass(frozen=True, slots=True)
class DateSettings:
    """What the caller knows about a column.

    `default_year` completes 5.15 and 5月15日 and places two-digit years (the latest century that
    ends at most 20 years after it and not after `latest`). `epoch` of the workbook: 1900 or 1904.
    `expect` decides six digits that are both a month (201105 = May 2011) and a day (5 November
    2020): "month", "day", or None = ambiguous. Dates outside `earliest`–`latest` are out of range.
    """

    default_year: int | None = None
    epoch: Epoch = 1900
    expect: Literal["day", "month"] | None = None
    earliest: date = EARLIEST
    latest: date = LATEST


DEFAULT: Final = DateSettings()

_BLANK = frozenset(
    ["", "-", "--", "—", "——", "/", "\\", "无", "空", "N/A", "#N/A", "0", "null", "NULL"]
)
_OPEN = frozenset(["至今", "长期", "永久", "长期有效", "无固定期限", "目前", "现在", "今"])
_TIME = re.compile(
    r"(?P<date>.*?[0-9日号])(?:T| ?(?:星期|周)[一二三四五六日天] ?| |(?<=[日号]))"
    r"(?:上午|下午|晚上|凌晨|晚|早)? ?[0-9]{1,2}[:时点]"
    r"(?:[0-9]{1,2}(?:[:分](?:[0-9]{1,2}(?:\.[0-9]+)?秒?)?)?)?"
    r"(?: ?(?:AM|PM|am|pm)|Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_WEEKDAY = re.compile(r" ?\(?(?:星期|周)[一二三四五六日天]\)?$")
_NUMERAL = f"[{CHARACTERS}]+"
_CHINESE = re.compile(rf"(?P<number>{_NUMERAL})(?P<unit>年|月份?|日|号)")
_WORDS = re.compile(
    r"(?:(?P<year>[0-9]{4}|[0-9]{2})年(?:度)?)?(?:(?P<month>[0-9]{1,2})月份?)?"
    r"(?:(?P<day>[0-9]{1,2})[日号]?)?"
)
_SEPARATED = re.compile(r"(?P<parts>[0-9]{1,4}(?:[-/.][0-9]{1,4}){1,2})[-/.]?")
_RANGE = re.compile(r"[~—–〜至到]|[日号月]-|(?:[-/.][0-9]{1,2}){2}-|[.][0-9]{1,2}-[0-9]{1,4}[.]")
_DIGITS = re.compile(r"[0-9]+")
_DECIMAL = re.compile(r"(?P<whole>[0-9]+)\.(?P<rest>[0-9]+)")

_BLANK_READING = Reading(DateVerdict.blank)
_OPEN_READING = Reading(DateVerdict.open_ended)
_RANGE_READING = Reading(DateVerdict.range)
_IMPOSSIBLE = Reading(DateVerdict.impossible)
_AMBIGUOUS = Reading(DateVerdict.ambiguous)
_NOT_A_DATE = Reading(DateVerdict.not_a_date)


def _checked(value: date, precision: Precision, settings: DateSettings) -> Reading:
    # A month counts as inside when any of its days is.
    last = value
    if precision is Precision.month:
        last = value.replace(day=calendar.monthrange(value.year, value.month)[1])
    elif precision is Precision.year:
        last = date(value.year, 12, 31)
    if last < settings.earliest or value > settings.latest:
        return Reading(DateVerdict.out_of_range)
    return Reading(DateVerdict.ok, value, precision)


def _made(year: int, month: int | None, day: int | None, settings: DateSettings) -> Reading:
    precision = (
        Precision.year if month is None else Precision.month if day is None else Precision.day
    )
    try:
        value = date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        return _IMPOSSIBLE
    return _checked(value, precision, settings)


def _full_year(short: int, month: int, day: int, settings: DateSettings) -> int | None:
    """The century of a two-digit year; None without a reference."""
    if settings.default_year is None:
        return None
    year = settings.default_year + AHEAD
    year -= (year - short) % 100
    if (year, month, day) > (settings.latest.year, settings.latest.month, settings.latest.day):
        year -= 100
    return year


def _short(short: int, month: int, day: int | None, settings: DateSettings) -> Reading:
    if not 1 <= month <= 12 or not 1 <= (day or 1) <= 31:
        return _IMPOSSIBLE
    year = _full_year(short, month, day or 1, settings)
    return _AMBIGUOUS if year is None else _made(year, month, day, settings)


def _without_year(month: int, day: int, settings: DateSettings) -> Reading:
    if settings.default_year is None:
        return _AMBIGUOUS
    return _made(settings.default_year, month, day, settings)


def from_serial(serial: int | float, settings: DateSettings = DEFAULT) -> Reading:
    """An Excel serial number; the time of day is dropped. 60 (29 February 1900) is impossible."""
    if not 0 <= serial <= _LAST_SERIAL:
        return Reading(DateVerdict.out_of_range)
    whole = int(serial)
    if settings.epoch == 1904:
        return _checked(date(1904, 1, 1) + timedelta(whole), Precision.day, settings)
    if whole == 60:
        return _IMPOSSIBLE
    base = date(1899, 12, 30) if whole > 60 else date(1899, 12, 31)
    return _checked(base + timedelta(whole), Precision.day, settings)


def _digits(text: str, settings: DateSettings) -> Reading:
    number = int(text) if len(text) <= 14 else 0
    if len(text) == 14:  # 20210501100700
        text = text[:8]
    if len(text) == 8:
        return _made(int(text[:4]), int(text[4:6]), int(text[6:]), settings)
    if len(text) == 6:
        year, month = int(text[:4]), int(text[4:])
        as_month = _made(year, month, None, settings)
        as_day = _short(int(text[:2]), int(text[2:4]), int(text[4:]), settings)
        plausible = year in _YEARS and 1 <= month <= 12
        if settings.expect == "month":
            return as_month if plausible else _NOT_A_DATE
        if settings.expect == "day" or not plausible:
            return as_day
        day_possible = as_day.verdict in (DateVerdict.ok, DateVerdict.ambiguous)
        return _AMBIGUOUS if day_possible else as_month
    if len(text) == 5 and _SERIALS[0] <= number <= _SERIALS[1]:
        return from_serial(number, settings)
    if len(text) == 4 and number in _YEARS:
        return _made(number, None, None, settings)
    return _NOT_A_DATE


def _parts(parts: list[str], settings: DateSettings) -> Reading:
    numbers = [int(part) for part in parts]
    lengths = [len(part) for part in parts]
    if len(parts) == 3:
        if lengths[0] == 4 and max(lengths[1:]) <= 2:
            return _made(numbers[0], numbers[1], numbers[2], settings)
        if lengths[2] == 4 and max(lengths[:2]) <= 2:
            # Written the foreign way: month and day are told apart only when one exceeds 12.
            first, second, year = numbers
            readings = {
                reading
                for month, day in ((first, second), (second, first))
                if (reading := _made(year, month, day, settings)).verdict is DateVerdict.ok
            }
            return readings.pop() if len(readings) == 1 else _AMBIGUOUS if readings else _IMPOSSIBLE
        if max(lengths) <= 2:
            return _short(numbers[0], numbers[1], numbers[2], settings)
        return _NOT_A_DATE
    if lengths[0] == 4 and lengths[1] <= 2:
        return _made(numbers[0], numbers[1], None, settings)
    if max(lengths) <= 2:
        first, second = numbers
        if 1 <= first <= 12:
            return _without_year(first, second, settings)
        return _AMBIGUOUS if 1 <= second <= 12 else _IMPOSSIBLE
    if lengths == [4, 4]:
        return _RANGE_READING
    if lengths[1] == 4 and 1 <= numbers[0] <= 12:
        return _made(numbers[1], numbers[0], None, settings)
    return _NOT_A_DATE


def _words(text: str, settings: DateSettings) -> Reading:
    match = _WORDS.fullmatch(text)
    if match is None or not (match["year"] or match["month"]):
        return _NOT_A_DATE
    month = int(match["month"]) if match["month"] else None
    day = int(match["day"]) if match["day"] else None
    if month is None and day is not None:
        return _NOT_A_DATE
    if match["year"] is None:
        assert month is not None
        if day is not None:
            return _without_year(month, day, settings)
        if settings.default_year is None:
            return _AMBIGUOUS
        return _made(settings.default_year, month, None, settings)
    if len(match["year"]) == 4:
        return _made(int(match["year"]), month, day, settings)
    if month is None:
        return _AMBIGUOUS
    return _short(int(match["year"]), month, day, settings)


def _number_cell(text: str, settings: DateSettings) -> Reading:
    """A number cell has lost its trailing zeros: 5.1 may have been 5.10."""
    match = _DECIMAL.fullmatch(text)
    if match is None:
        return _digits(text, settings) if _DIGITS.fullmatch(text) else _NOT_A_DATE
    whole, rest = int(match["whole"]), match["rest"]
    if _SERIALS[0] <= whole <= _SERIALS[1]:
        return from_serial(whole, settings)
    if whole == 0:  # a time of day
        return _NOT_A_DATE
    readings = {_parts([match["whole"], rest], settings)}
    if len(rest) == 1:
        readings.add(_parts([match["whole"], rest + "0"], settings))
    possible = {r for r in readings if r.verdict not in (DateVerdict.impossible,)}
    return possible.pop() if len(possible) == 1 else _AMBIGUOUS if possible else _IMPOSSIBLE


def _arabic(match: re.Match[str]) -> str:
    number = chinese_integer(match["number"])
    return match[0] if number is None else f"{number}{match['unit']}"


def read_date(
    value: str | int | float | date | datetime | None,
    settings: DateSettings = DEFAULT,
    *,
    numeric: bool = False,
) -> Reading:
    """What a date cell says. `numeric`: `value` is the shortest decimal text of a number cell.

    date and datetime cells are taken as they are (the time is dropped). Never raises.
    """
    if value is None:
        return _BLANK_READING
    if isinstance(value, datetime):
        return _checked(value.date(), Precision.day, settings)
    if isinstance(value, date):
        return _checked(value, Precision.day, settings)
    if not isinstance(value, str):
        value, numeric = repr(value).removesuffix(".0"), True
    text = tidy(value).strip("'`’")
    if text in _BLANK:
        return _BLANK_READING
    if text in _OPEN:
        return _OPEN_READING
    if len(text) > 40:
        return _NOT_A_DATE
    if numeric:
        return _number_cell(text, settings)
    if timed := _TIME.fullmatch(text):
        text = timed["date"]
    text = _WEEKDAY.sub("", text).replace(" ", "")
    text = _CHINESE.sub(_arabic, text)
    if _DIGITS.fullmatch(text):
        return _digits(text, settings)
    if separated := _SEPARATED.fullmatch(text):
        return _parts(re.split(r"[-/.]", separated["parts"]), settings)
    reading = _words(text, settings)
    if reading is _NOT_A_DATE and _RANGE.search(text) and len(re.findall(r"[0-9]+", text)) > 1:
        return _RANGE_READING
    return reading
