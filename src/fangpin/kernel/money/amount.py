"""Amounts of money as integer fen, from what people write in amount columns.

Text is read by exact arithmetic. A number from a spreadsheet cell is a binary fraction; it is
taken when it lies within a millionth of a fen of a whole fen. Unknown is not zero: 待核 and a dash
give no amount, 无 and 未造成损失 say zero.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final, Literal

from fangpin.kernel.characters import without_spaces
from fangpin.kernel.errors import Language
from fangpin.kernel.numerals import CHARACTERS, chinese_integer

Unit = Literal["元", "百元", "千元", "万元", "亿元"]

FEN_PER_UNIT: Final[dict[str, int]] = {
    "元": 100,
    "百元": 100 * 10**2,
    "千元": 100 * 10**3,
    "万元": 100 * 10**4,
    "亿元": 100 * 10**8,
}
TOLERANCE: Final = Fraction(1, 10**6)  # of a fen, for numbers out of spreadsheet cells
LIMIT: Final = 9 * 10**17  # fen; fits Int64 with room for sums


class MoneyVerdict(StrEnum):
    """How an amount cell was understood. `fen` is set for ok, approximate and zero_words."""

    ok = "ok"
    approximate = "approximate"
    zero_words = "zero_words"
    range = "range"
    pending = "pending"
    blank = "blank"
    too_precise = "too_precise"
    not_an_amount = "not_an_amount"


@dataclass(frozen=True, slots=True)
class Money:
    """`fen` the amount; `low` and `high` its bounds (range, too_precise), else equal to `fen`.

    `per` what the text says the amount is per (月, 年, 人 …), None when it says nothing.
    """

    verdict: MoneyVerdict
    fen: int | None = None
    low: int | None = None
    high: int | None = None
    per: str | None = None


_LONGEST = 64  # no amount is longer; sentences are
_BLANK = frozenset(["", "-", "--", "—", "——", "/", "\\", "空", "#N/A", "N/A"])
_PENDING = re.compile(
    r"待|不详|未知|不清|不明|未核|未定|未评|暂无|暂未|无法|未统计|[核统评]\w?[实计估]?中$|正在"
)
_ZERO = re.compile(
    r"(?:没有|无|零|未)(?:任何|造成|产生|发生|有|明显|直接){0,3}(?:经济|财产)?"
    r"(?:损失|费用|收入|支出|金额|欠款|余额)?(?:元整?)?"
)
_SIGNS = str.maketrans({"−": "-", "–": "-", "￥": "¥", "〜": "~", "∼": "~", "至": "~", "到": "~"})
_LEAD = re.compile(
    r"(?:预计|估计|大约|大概|将近|接近|约|近|超过|不足|至少|(损失|合计|共计|总计|折合|人民币|金额|共|计|RMB|CNY|¥|:))"
)
_TAIL = re.compile(
    r"(?P<some>[多余来])?(?P<yuan>元|块钱?|圆)?(?P<more>[多余])?(?:整|正)?"
    r"(?P<about>左右|上下|以上|以内|以下|不等)?(?:(?:/|每)(?P<per>月|年|人|次|天|日|户|亩|学期|人年|人月))?"
)
_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+"
_DECIMAL = re.compile(rf"(?P<number>{_NUMBER})(?P<scale>亿|千万|百万|十万|万|千|百|k|K|w|W)?")
_CHAIN = re.compile(rf"[0-9{CHARACTERS}]+")
_COINS = re.compile(rf"(?P<yuan>.*?)(?:元|圆|块)(?:(?P<jiao>[0-9{CHARACTERS}])角)?"
                    rf"(?:零?(?P<fen>[0-9{CHARACTERS}])分)?")  # fmt: skip
_SCALES: Final = {
    "百": 10**2, "千": 10**3, "k": 10**3, "K": 10**3, "万": 10**4, "w": 10**4, "W": 10**4,
    "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Part:
    yuan: Fraction  # in yuan when `explicit`, otherwise in the unit of the column
    explicit: bool
    scaled: int
    approximate: bool
    per: str | None


def _plain(text: str) -> Fraction:
    return Fraction(text.replace(",", ""))


def _core(text: str) -> tuple[Fraction, bool, int, str] | None:
    """Value, whether the text names its own unit, the scale word as a factor, what is left."""
    decimal = _DECIMAL.match(text)
    chain = _CHAIN.match(text)
    if decimal and (not chain or decimal.end() >= chain.end()):
        scale = _SCALES.get(decimal["scale"] or "", 1)
        return _plain(decimal["number"]) * scale, scale > 1, scale, text[decimal.end() :]
    if chain:
        value = chinese_integer(chain[0])
        if value is not None:
            # 三万二千 names its own unit; 十五 in a column of 万元 does not.
            written_out = not chain[0].isdigit()
            return Fraction(value), written_out and value >= 100, 1, text[chain.end() :]
    return None


def _part(text: str) -> _Part | None:
    approximate = False
    while lead := _LEAD.match(text):
        approximate |= lead[1] is None
        text = text[lead.end() :]
    sign = 1
    if text.startswith(("-", "+")):
        sign, text = (-1 if text[0] == "-" else 1), text[1:].removeprefix("¥")
    elif text.startswith("(") and text.endswith(")"):
        sign, text = -1, text[1:-1].removeprefix("¥")
    core = _core(text)
    if core is None:
        return None
    value, explicit, scale, rest = core
    tail = _TAIL.fullmatch(rest)
    if tail is None:
        coins = _COINS.fullmatch(text)
        whole = _core(coins["yuan"]) if coins else None
        if coins is None or whole is None or whole[3]:
            return None
        value = whole[0]
        for group, divisor in (("jiao", 10), ("fen", 100)):
            if coins[group]:
                value += Fraction(chinese_integer(coins[group]) or 0, divisor)
        return _Part(sign * value, True, 1, approximate, None)
    approximate |= bool(tail["some"] or tail["more"] or tail["about"])
    return _Part(sign * value, explicit or bool(tail["yuan"]), scale, approximate, tail["per"])


def _fen(part: _Part, unit: str) -> Fraction:
    return part.yuan * (100 if part.explicit else FEN_PER_UNIT[unit])


def _exact(fen: Fraction, verdict: MoneyVerdict, per: str | None, tolerance: Fraction) -> Money:
    nearest = int(fen + (Fraction(1, 2) if fen >= 0 else Fraction(-1, 2)))
    if abs(nearest) > LIMIT:
        return Money(MoneyVerdict.not_an_amount)
    if abs(fen - nearest) > tolerance:
        low = fen.numerator // fen.denominator
        return Money(MoneyVerdict.too_precise, None, low, low + 1, per)
    return Money(verdict, nearest, nearest, nearest, per)


def read_money(
    value: str | int | float | Decimal | None, *, unit: Unit = "元", numeric: bool = False
) -> Money:
    """What an amount cell says, in fen.

    `unit` holds for bare numbers; a text that names its own (0.35万, 3500元) keeps it. `numeric`:
    `value` is the shortest decimal text of a number cell, so a millionth of a fen is forgiven;
    int, float and Decimal are number cells anyway. Never raises on data; KeyError for an unknown
    unit.
    """
    factor = FEN_PER_UNIT[unit]
    if value is None:
        return Money(MoneyVerdict.blank)
    if not isinstance(value, str):
        # repr of a float is the shortest decimal that names it: what the sender typed.
        value, numeric = (repr(value) if isinstance(value, float) else str(value)), True
    text = without_spaces(value).translate(_SIGNS).strip("'`’")
    if text in _BLANK:
        return Money(MoneyVerdict.blank)
    if len(text) > _LONGEST:
        return Money(MoneyVerdict.not_an_amount)
    if numeric:
        try:
            number = Decimal(text)
        except ArithmeticError:
            return Money(MoneyVerdict.not_an_amount)
        if not number.is_finite() or abs(number) > LIMIT:
            return Money(MoneyVerdict.not_an_amount)
        if number.adjusted() < -20:
            number = Decimal(0)
        return _exact(Fraction(number) * factor, MoneyVerdict.ok, None, TOLERANCE)
    if _ZERO.fullmatch(text) and text not in ("未", "未有"):
        return Money(MoneyVerdict.zero_words, 0, 0, 0)
    if _PENDING.search(text):
        return Money(MoneyVerdict.pending)
    whole = _part(text)
    if whole is not None:
        verdict = MoneyVerdict.approximate if whole.approximate else MoneyVerdict.ok
        return _exact(_fen(whole, unit), verdict, whole.per, Fraction(0))
    return _read_range(text, unit)


def _read_range(text: str, unit: str) -> Money:
    """1.2万-1.5万, 1-2万元, 5000~8000元: both ends, never one of them."""
    ends = re.split(r"(?<=.)[-~—]+", text)
    if len(ends) != 2:
        return Money(MoneyVerdict.not_an_amount)
    first, second = _part(ends[0]), _part(ends[1])
    if first is None or second is None:
        return Money(MoneyVerdict.not_an_amount)
    low, high = _fen(first, unit), _fen(second, unit)
    if second.explicit and not first.explicit:
        low = first.yuan * second.scaled * 100  # 1-2万: the unit stands behind both
    if low > high or low.denominator != 1 or high.denominator != 1 or high > LIMIT:
        return Money(MoneyVerdict.not_an_amount)
    return Money(MoneyVerdict.range, None, int(low), int(high), second.per or first.per)


def format_yuan(fen: int, language: Language = "zh", *, cents: bool | None = None) -> str:
    """23,180 元 / 23,180.50 元 (en: yuan). `cents` True always, False never (exact yuan only)."""
    whole, rest = divmod(abs(fen), 100)
    if cents is False and rest:
        raise ValueError(f"{fen} fen is not a whole number of yuan")
    shown = f"{whole:,}.{rest:02}" if (rest or cents) else f"{whole:,}"
    return f"{'-' if fen < 0 else ''}{shown} {'元' if language == 'zh' else 'yuan'}"
