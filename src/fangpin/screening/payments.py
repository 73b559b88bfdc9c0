"""What a programme pays, as its pack states it: exact fen, per person or household, yearly or once.

A share, a service or a figure that is not in force is no amount: the reason is told, never a zero.
"""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from fangpin.kernel.errors import FangpinError, Text
from fangpin.policy.language.types import Unit, parse_declared_unit
from fangpin.policy.pack import Pack, Programme
from fangpin.policy.printed import plain_number, printed_value, with_unit

NO_FIGURE = Text("政策包未写金额", "no figure in the pack")
NOT_MONEY = Text(
    "政策包写的是比例等，不是金额", "the pack states a share or the like, not an amount"
)
NOT_IN_FORCE = Text("该日尚无金额", "no figure in force on that day")


@dataclass(frozen=True, slots=True)
class Payment:
    """Fen for one recipient, in a year (`yearly`) or one time (`once`). `low` and `high` differ
    only where the pack states a range. `per`: who is counted as a recipient; `subject` when the
    unit does not say."""

    low: int
    high: int
    rhythm: Literal["yearly", "once"]
    per: Literal["person", "household", "subject"]
    text: Text


def payment_of(pack: Pack, programme: Programme, as_of: date) -> Payment | Text:
    """The payment on `as_of`, or why there is no figure."""
    amount = programme.amount
    if amount is None:
        return NO_FIGURE
    if amount.parameter is not None:
        parameter = pack.parameters[amount.parameter]
        value = parameter.at(as_of)
        if value is None:
            return NOT_IN_FORCE
        shown = printed_value(parameter, value.value)
        text = Text(f"{parameter.label.zh} {shown.zh}", f"{parameter.label.en}: {shown.en}")
        if parameter.type != "money" or not isinstance(value.value, int):
            return Text(f"{text.zh}，不是金额", f"{text.en}, not an amount of money")
        unit = parse_declared_unit(parameter.unit or "元").unit
        return _payment(Fraction(value.value), Fraction(value.value), unit, text)
    try:
        declared = parse_declared_unit(amount.unit or "")
    except FangpinError:
        return NOT_MONEY
    if declared.unit.power("元") != 1:
        return NOT_MONEY
    if amount.between is not None:
        low, high = amount.between
        number = f"{plain_number(low)}–{plain_number(high)}"
    elif amount.value is not None:
        low = high = amount.value
        number = plain_number(low)
    else:
        return NO_FIGURE
    fen = 100 * declared.factor
    return _payment(low * fen, high * fen, declared.unit, with_unit(number, amount.unit))


def _payment(low: Fraction, high: Fraction, unit: Unit, text: Text) -> Payment:
    monthly, yearly = unit.power("月") == -1, unit.power("年") == -1
    times = 12 if monthly else 1
    return Payment(
        low=round(low * times),
        high=round(high * times),
        rhythm="yearly" if monthly or yearly else "once",
        per="person"
        if unit.power("人") == -1
        else "household"
        if unit.power("户") == -1
        else "subject",
        text=text,
    )


@dataclass(frozen=True, slots=True)
class Cost:
    """A difference in fen; `low` and `high` differ only where the pack states a range."""

    low: int
    high: int

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.low + other.low, self.high + other.high)

    @property
    def text(self) -> Text:
        """+12,960.00 元 a year, a range as a – b."""
        low, high = yuan(self.low), yuan(self.high)
        shown = low if low == high else f"{low} – {high}"
        return Text(f"{shown} 元", f"{shown} yuan")


def yuan(fen: int) -> str:
    """1296000 → +12,960.00; 0 → 0."""
    sign = "+" if fen > 0 else "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen), 100)
    return f"{sign}{whole:,}.{rest:02d}" if fen else "0"


def difference(
    before: Payment | Text | None, after: Payment | Text | None, had: int, has: int
) -> Cost | None:
    """What `has` recipients after cost more than `had` before; None when a side has no figure.

    None for a side: the programme is not in that pack, it costs nothing there.
    """
    if isinstance(before, Text) or isinstance(after, Text) or (before is None and after is None):
        return None
    if before is not None and after is not None and before.rhythm != after.rhythm:
        return None
    then = (0, 0) if before is None else (before.low * had, before.high * had)
    now = (0, 0) if after is None else (after.low * has, after.high * has)
    if (
        before is not None
        and after is not None
        and ((before.low, before.high) == (after.low, after.high))
    ):  # one rate: the range is that of the difference
        ends = ((has - had) * after.low, (has - had) * after.high)
        return Cost(min(ends), max(ends))
    return Cost(now[0] - then[1], now[1] - then[0])
