"""How far two records agree: comparisons and their levels, the strongest first.

Every level owns its words, its SQL for Splink (which trains and inspects the model) and its own
form on columns of numbers (which scores at run time). `tests/feeds/probable/test_splink.py` runs
both on the same pairs.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fangpin.feeds.probable.columns import Columns
from fangpin.kernel.errors import Text

Mask = NDArray[np.bool_]
LUNAR: Final = (17, 52)
"""Days by which a date of the lunar calendar, read as one of the solar calendar, lies too early."""


@dataclass
class View:
    """Pairs of records: row `left_at[i]` of `left` with row `right_at[i]` of `right`."""

    left: Columns
    right: Columns
    left_at: NDArray[np.int64]
    right_at: NDArray[np.int64]
    seen: dict[str, tuple[NDArray[np.int64], NDArray[np.int64]]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return len(self.left_at)

    def of(self, pairs: NDArray[np.int64]) -> "View":
        """Some of the pairs."""
        return View(self.left, self.right, self.left_at[pairs], self.right_at[pairs])

    def whole(self, name: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """A whole-number column of both sides."""
        if name not in self.seen:
            self.seen[name] = (
                self.left.whole[name][self.left_at],
                self.right.whole[name][self.right_at],
            )
        return self.seen[name]

    def hashes(self, name: str) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        """A column of hashes of both sides."""
        return self.left.hashes[name][self.left_at], self.right.hashes[name][self.right_at]

    def letters(self) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
        """Code points of both names, filled to the same width."""
        a, b = self.left.letters[self.left_at], self.right.letters[self.right_at]
        width = max(a.shape[1], b.shape[1])
        return _widened(a, width), _widened(b, width)

    def same(self, name: str) -> Mask:
        """Pairs in which both sides say the same; saying nothing is never the same."""
        if name in self.left.hashes:
            a, b = self.hashes(name)
            return np.asarray((a == b) & (a != 0))
        first, second = self.whole(name)
        return np.asarray((first == second) & (first >= 0))

    def missing(self, name: str) -> Mask:
        """Pairs in which a side says nothing."""
        if name in self.left.hashes:
            a, b = self.hashes(name)
            return np.asarray((a == 0) | (b == 0))
        first, second = self.whole(name)
        return np.asarray((first < 0) | (second < 0))


def _widened(letters: NDArray[np.uint32], width: int) -> NDArray[np.uint32]:
    return np.pad(letters, ((0, 0), (0, width - letters.shape[1])))


@dataclass(frozen=True)
class Level:
    """One degree of agreement. `adjusted` names the column whose frequency replaces the level's
    own chance of agreeing by accident (a rare name weighs more than a frequent one)."""

    key: str
    words: Text
    sql: str
    holds: Callable[[View], Mask]
    adjusted: str | None = None


@dataclass(frozen=True)
class Comparison:
    """A field: when nothing can be said (`nothing`), then its levels; the last takes the rest."""

    field: str
    label: Text
    nothing: Level
    levels: tuple[Level, ...]
    about_person: bool
    """Whether it speaks of the person alone, not of everybody in the household or village."""

    def level_of(self, view: View) -> NDArray[np.int8]:
        """Index into `levels` of the first that holds; -1 where nothing can be said."""
        found = np.full(view.size, -1, dtype=np.int8)
        open_ones = np.flatnonzero(~self.nothing.holds(view))
        for number, level in enumerate(self.levels[:-1]):
            part = view.of(open_ones)
            holds = level.holds(part)
            found[open_ones[holds]] = number
            open_ones = open_ones[~holds]
        found[open_ones] = len(self.levels) - 1
        return found


def _null(*columns: str) -> Level:
    either = " OR ".join(f'"{c}_l" IS NULL OR "{c}_r" IS NULL' for c in columns)

    def holds(view: View) -> Mask:
        mask = view.missing(columns[0])
        for column in columns[1:]:
            mask = mask | view.missing(column)
        return mask

    return Level("nothing", Text("未提供", "not given"), either, holds)


def _rest(words: Text) -> Level:
    return Level("else", words, "ELSE", lambda view: np.ones(view.size, dtype=np.bool_))


def _equal(key: str, column: str, words: Text, adjusted: str | None = None) -> Level:
    return Level(
        key, words, f'"{column}_l" = "{column}_r"', lambda view: view.same(column), adjusted
    )


# ---- names ------------------------------------------------------------------------------------
def _one_character_differs(view: View) -> Mask:
    a, b = view.letters()
    first, second = view.whole("length")
    equal = ((a == b) & (a != 0)).sum(axis=1)
    return np.asarray((first == second) & (equal == first - 1))


def _given_differs(view: View) -> Mask:
    long = view.whole("length")[0] >= 3
    return _one_character_differs(view) & view.same("surname") & long


def _surname_differs(view: View) -> Mask:
    long = view.whole("length")[0] >= 3
    return _one_character_differs(view) & ~view.same("surname") & long


def _one_missing(view: View) -> Mask:
    """One name is the other without one character: they agree up to it and after it."""
    a, b = view.letters()
    first, second = view.whole("length")
    longer, shorter = (
        np.where((first >= second)[:, None], a, b),
        np.where((first >= second)[:, None], b, a),
    )
    short = np.minimum(first, second)
    width = a.shape[1]
    position = np.arange(width)
    inside = position < short[:, None]
    ahead = _run((longer == shorter) & inside)
    shifted = np.pad(longer[:, 1:], ((0, 0), (0, 1)))
    behind = _run(((shifted == shorter) | ~inside)[:, ::-1]) - (width - short)
    return np.asarray((np.abs(first - second) == 1) & (short >= 1) & (ahead + behind >= short))


def _run(agrees: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Length of the unbroken beginning of each row."""
    return np.asarray(np.cumprod(agrees, axis=1, dtype=np.int64).sum(axis=1))


_LONG: Final = '"length_l" >= 3'
_DIFFER: Final = 'list_has_any("masked_l", "masked_r")'
NAME: Final = Comparison(
    "name",
    Text("姓名", "name"),
    _null("folded"),
    (
        _equal("equal", "name", Text("姓名相同", "the names are equal"), "folded"),
        _equal(
            "variant",
            "folded",
            Text("姓名是异体字或繁体写法", "the same name in variant or traditional characters"),
            "folded",
        ),
        _equal("sound", "sound", Text("姓名同音不同字", "the names sound the same"), "sound"),
        _equal(
            "rough",
            "rough",
            Text(
                "姓名读音相近(平翘舌、前后鼻音或 n/l 不分)",
                "the names sound nearly the same (zh/z, -ng/-n or n/l)",
            ),
            "rough",
        ),
        _equal(
            "order",
            "characters",
            Text("姓名的字相同、次序不同", "the same characters in another order"),
        ),
        Level(
            "given_character",
            Text("同姓，名字有一个字不同", "same surname, one character of the given name differs"),
            f'{_LONG} AND "surname_l" = "surname_r" AND {_DIFFER}',
            _given_differs,
        ),
        Level(
            "missing_character",
            Text("姓名多或少一个字", "one character is missing or too many"),
            'list_contains("dropped_l", "folded_r") OR list_contains("dropped_r", "folded_l")',
            _one_missing,
        ),
        Level(
            "surname_character",
            Text("名字相同，姓不同", "same given name, another surname"),
            f"{_LONG} AND {_DIFFER}",
            _surname_differs,
        ),
        _equal("surname", "surname", Text("仅姓氏相同", "only the surname agrees")),
        _rest(Text("姓名不同", "the names differ")),
    ),
    about_person=True,
)


# ---- birth dates ------------------------------------------------------------------------------
def _digits_apart(view: View) -> NDArray[np.int64]:
    """In how many of its eight digits the date differs."""
    apart = np.zeros(view.size, dtype=np.int64)
    for part, digits in (("year", 4), ("month", 2), ("day", 2)):
        a, b = view.whole(part)
        for power in range(digits):
            apart += (a // 10**power) % 10 != (b // 10**power) % 10
    return apart


def _swapped_date(view: View) -> Mask:
    (month, other_month), (day, other_day) = view.whole("month"), view.whole("day")
    return np.asarray(view.same("year") & (month == other_day) & (day == other_month))


def _one_digit(view: View) -> Mask:
    return np.asarray(view.same("year") & (_digits_apart(view) == 1))


def _placeholder(view: View) -> Mask:
    """The day, or month and day, stand at 1 on one side: only the rest was known."""
    (month, other_month), (day, other_day) = view.whole("month"), view.whole("day")
    of_month = (month == other_month) & ((day == 1) | (other_day == 1))
    of_year = ((month == 1) & (day == 1)) | ((other_month == 1) & (other_day == 1))
    return np.asarray(view.same("year") & (of_month | of_year))


def _years_apart(view: View) -> NDArray[np.int64]:
    a, b = view.whole("year")
    return np.asarray(np.abs(a - b))


def _same_day_of_year(view: View) -> Mask:
    return view.same("month") & view.same("day")


def _lunar(view: View) -> Mask:
    a, b = view.whole("days")
    return np.asarray((np.abs(a - b) >= LUNAR[0]) & (np.abs(a - b) <= LUNAR[1]))


_YEAR: Final = '"year_l" = "year_r"'
_MONTH: Final = '"month_l" = "month_r"'
_DAY: Final = '"day_l" = "day_r"'
BIRTH: Final = Comparison(
    "birth_date",
    Text("出生日期", "birth date"),
    _null("birth"),
    (
        Level(
            "equal",
            Text("出生日期相同", "the birth dates are equal"),
            '"birth_l" = "birth_r"',
            lambda view: view.same("days"),
        ),
        Level(
            "swapped",
            Text("出生日期的月和日颠倒", "day and month are exchanged"),
            f'{_YEAR} AND "month_l" = "day_r" AND "day_l" = "month_r"',
            _swapped_date,
        ),
        Level(
            "digit",
            Text("出生日期的月日有一位数字不同", "one digit of month or day differs"),
            f'{_YEAR} AND hamming("digits_l", "digits_r") = 1',
            _one_digit,
        ),
        Level(
            "placeholder",
            Text("出生年(月)相同，日期填的是1日", "same year (and month), the day is given as 1"),
            f'{_YEAR} AND (({_MONTH} AND ("day_l" = 1 OR "day_r" = 1)) OR ("month_l" = 1 AND '
            '"day_l" = 1) OR ("month_r" = 1 AND "day_r" = 1))',
            _placeholder,
        ),
        Level(
            "year_beside",
            Text("月日相同，出生年相差一年", "same day and month, the year is one off"),
            f'{_MONTH} AND {_DAY} AND abs("year_l" - "year_r") = 1',
            lambda view: _same_day_of_year(view) & (_years_apart(view) == 1),
        ),
        Level(
            "year_digit",
            Text(
                "月日相同，出生年有一位数字不同",
                "same day and month, one digit of the year differs",
            ),
            f'{_MONTH} AND {_DAY} AND hamming("digits_l", "digits_r") = 1',
            lambda view: _same_day_of_year(view) & (_digits_apart(view) == 1),
        ),
        Level(
            "lunar",
            Text(
                "日期相差三至七周，可能一为农历、一为公历",
                "three to seven weeks apart, perhaps a lunar and a solar date",
            ),
            f'abs("days_l" - "days_r") >= {LUNAR[0]} AND abs("days_l" - "days_r") <= {LUNAR[1]}',
            _lunar,
        ),
        Level(
            "month",
            Text("出生年月相同，日不同", "same year and month, another day"),
            f"{_YEAR} AND {_MONTH}",
            lambda view: view.same("year") & view.same("month"),
        ),
        _equal("year", "year", Text("仅出生年相同", "only the year agrees")),
        Level(
            "near",
            Text("出生年相差一年", "the years are one apart"),
            'abs("year_l" - "year_r") = 1',
            lambda view: _years_apart(view) == 1,
        ),
        _rest(Text("出生日期不同", "the birth dates differ")),
    ),
    about_person=True,
)

SEX: Final = Comparison(
    "sex",
    Text("性别", "sex"),
    _null("sex"),
    (
        _equal("equal", "sex", Text("性别相同", "the same sex")),
        _rest(Text("性别不同", "another sex")),
    ),
    about_person=True,
)

# ---- places -----------------------------------------------------------------------------------
PLACE: Final = Comparison(
    "village",
    Text("村", "village"),
    _null("place"),
    (
        _equal("equal", "place", Text("同村", "the same village"), "place"),
        _equal(
            "township",
            "township",
            Text("同乡镇、不同村", "another village of the township"),
            "township",
        ),
        _rest(Text("不同乡镇(可能已迁移)", "another township (perhaps moved)")),
    ),
    about_person=False,
)
TOWNSHIP: Final = Comparison(
    "township",
    Text("乡镇", "township"),
    Level(
        "nothing",
        Text("未提供", "not given"),
        '"township_l" IS NULL OR "township_r" IS NULL OR ("place_l" IS NOT NULL AND '
        '"place_r" IS NOT NULL)',
        lambda view: view.missing("township") | ~view.missing("place"),
    ),
    (
        _equal("equal", "township", Text("同乡镇", "the same township"), "township"),
        _rest(Text("不同乡镇(可能已迁移)", "another township (perhaps moved)")),
    ),
    about_person=False,
)

# ---- telephone and head of household ----------------------------------------------------------
PHONE: Final = Comparison(
    "phone",
    Text("联系电话", "telephone"),
    _null("phone"),
    (
        _equal("equal", "phone", Text("联系电话相同", "the same telephone number")),
        _equal("tail", "tail", Text("联系电话末四位相同", "the last four digits agree")),
        _rest(Text("联系电话不同", "another telephone number")),
    ),
    about_person=False,
)
HEAD: Final = Comparison(
    "head_name",
    Text("户主", "head of household"),
    _null("head"),
    (
        _equal("equal", "head", Text("户主姓名相同", "the same head of household")),
        _equal("rough", "head_rough", Text("户主姓名音近", "the heads' names sound alike")),
        _rest(Text("户主姓名不同", "another head of household")),
    ),
    about_person=False,
)

COMPARISONS: Final = (NAME, BIRTH, SEX, PLACE, TOWNSHIP, PHONE, HEAD)
