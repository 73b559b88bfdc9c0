"""What every operation of the language means on numpy columns.

The plain evaluator in `fangpin.policy.language.evaluate` is the reference; both must agree on every
value. Numbers are int64 with a decimal scale known from the node's type; the language check has
excluded overflow. Another engine (a cluster) replaces this module and nothing else.
"""

from collections.abc import Sequence
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from fangpin.engine.column import Column, Mask

Int64 = NDArray[np.int64]


def _both(*columns: Column) -> Mask | None:
    """Where all columns are known; None when they always are."""
    masks = [column.known for column in columns if column.known is not None]
    return reduce(np.logical_and, masks) if masks else None


def _number(column: Column) -> Int64:
    return column.values.astype(np.int64, copy=False)


# ---- logic -------------------------------------------------------------------------------------


def negate(x: Column) -> Column:
    """Kleene not."""
    return Column(~x.values.astype(np.bool_, copy=False), x.known)


def all_of(items: Sequence[Column]) -> Column:
    """Kleene and: false as soon as one item is false, true when all are."""
    true = reduce(np.logical_and, (item.true() for item in items))
    if all(item.known is None for item in items):
        return Column(true)
    false = reduce(np.logical_or, (item.false() for item in items))
    return Column(true, true | false)


def any_of(items: Sequence[Column]) -> Column:
    """Kleene or: true as soon as one item is true, false when all are."""
    true = reduce(np.logical_or, (item.true() for item in items))
    if all(item.known is None for item in items):
        return Column(true)
    false = reduce(np.logical_and, (item.false() for item in items))
    return Column(true, true | false)


def is_known(x: Column) -> Column:
    """Whether x is known; always known itself."""
    return Column(np.asarray(x.known_mask))


# ---- comparison --------------------------------------------------------------------------------

_COMPARE = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}


def compare(op: str, left: Column, right: Column) -> Column:
    """Both sides already aligned to one scale."""
    return Column(_COMPARE[op](left.values, right.values), _both(left, right))


def is_in(x: Column, items: Sequence[int], negated: bool) -> Column:
    """Whether x is one of `items` (codes or numbers of the scale of x)."""
    found = np.zeros(np.shape(x.values), dtype=np.bool_)
    for item in items:
        found = found | (x.values == item)
    return Column(~found if negated else found, x.known)


# ---- numbers -----------------------------------------------------------------------------------


def rescale(x: Column, scale: int, to: int) -> Column:
    """The same number with more decimals (exact), or fewer (half away from zero)."""
    if scale == to:
        return x
    if to > scale:
        return Column(_number(x) * np.int64(10 ** (to - scale)), x.known)
    return Column(_divide(_number(x), np.asarray(10 ** (scale - to), np.int64)), x.known)


def _divide(left: Int64, right: Int64) -> Int64:
    """Integer division rounded half away from zero; right is never 0."""
    above, below = np.abs(left), np.abs(right)
    quotient = above // below
    rest = above - quotient * below
    quotient = quotient + (rest >= below - rest)
    result: Int64 = np.where((left < 0) != (right < 0), -quotient, quotient)
    return result


def add(left: Column, right: Column) -> Column:
    return Column(_number(left) + _number(right), _both(left, right))


def subtract(left: Column, right: Column) -> Column:
    return Column(_number(left) - _number(right), _both(left, right))


def multiply(left: Column, right: Column) -> Column:
    return Column(_number(left) * _number(right), _both(left, right))


def divide(left: Column, right: Column, decimals: int) -> Column:
    """left × 10^decimals ÷ right, half away from zero; unknown where right is 0."""
    divisor = _number(right)
    usable = divisor != 0
    numerator, shift = _number(left), decimals
    if shift < 0:
        divisor, shift = divisor * np.int64(10**-shift), 0
    quotient = _divide(numerator * np.int64(10**shift), np.where(usable, divisor, 1))
    known = _both(left, right)
    if not usable.all():
        known = usable if known is None else usable & known
    return Column(quotient, known)


def absolute(x: Column) -> Column:
    return Column(np.abs(_number(x)), x.known)


def least(items: Sequence[Column]) -> Column:
    """Unknown when any item is unknown."""
    return Column(reduce(np.minimum, (item.values for item in items)), _both(*items))


def greatest(items: Sequence[Column]) -> Column:
    """Unknown when any item is unknown."""
    return Column(reduce(np.maximum, (item.values for item in items)), _both(*items))


# ---- choice ------------------------------------------------------------------------------------


def choose(condition: Column, then: Column, otherwise: Column) -> Column:
    """if: unknown condition → unknown, unless both branches are known and equal."""
    true, false = condition.true(), condition.false()
    values = np.where(true, then.values, otherwise.values)
    known = (true & then.known_mask) | (false & otherwise.known_mask)
    if condition.known is not None:
        same = then.known_mask & otherwise.known_mask & (then.values == otherwise.values)
        known = known | (~condition.known & same)
    return Column(values, known)


def first_known(items: Sequence[Column]) -> Column:
    """coalesce."""
    values, known = items[-1].values, items[-1].known_mask
    for item in reversed(items[:-1]):
        values = np.where(item.known_mask, item.values, values)
        known = item.known_mask | known
    return Column(values, None if np.all(known) else known)


# ---- dates (days since 1970-01-01) -------------------------------------------------------------


def _months(days: Int64) -> Int64:
    """Months since 1970-01."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def _first_day(months: Int64) -> Int64:
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def days_between(start: Column, end: Column) -> Column:
    return subtract(end, start)


def _full_months(start: Int64, end: Int64) -> Int64:
    """Full months from start to end, start ≤ end."""
    first, last = _months(start), _months(end)
    day_of_start, day_of_end = start - _first_day(first), end - _first_day(last)
    return last - first - (day_of_end < day_of_start)


def months_between(start: Column, end: Column) -> Column:
    """Full months; negative when end lies before start."""
    a, b = np.broadcast_arrays(_number(start), _number(end))
    forward = _full_months(np.minimum(a, b), np.maximum(a, b))
    return Column(np.where(b < a, -forward, forward), _both(start, end))


def years_between(start: Column, end: Column) -> Column:
    """Full years; somebody born on Feb 29 is a year older on Mar 1 of a common year."""
    months = months_between(start, end)
    values = _number(months)
    return Column(np.sign(values) * (np.abs(values) // 12), months.known)


def add_days(day: Column, days: Column) -> Column:
    return add(day, days)


def add_months(day: Column, months: Column) -> Column:
    """The same day of a later month, clamped to the month's last day."""
    start, count = np.broadcast_arrays(_number(day), _number(months))
    month = _months(start)
    target = month + count
    first, following = _first_day(target), _first_day(target + 1)
    values = np.minimum(first + (start - _first_day(month)), following - 1)
    return Column(values, _both(day, months))


def first_of_month(day: Column) -> Column:
    return Column(_first_day(_months(_number(day))), day.known)


def year(day: Column) -> Column:
    return Column(_months(_number(day)) // 12 + 1970, day.known)


def month(day: Column) -> Column:
    return Column(_months(_number(day)) % 12 + 1, day.known)


# ---- members of households ---------------------------------------------------------------------


class Groups:
    """Rows sorted by group: group g holds rows `start[g]` to `start[g + 1]`."""

    def __init__(self, start: Int64) -> None:
        self.start = start
        self.size = len(start) - 1
        self.counts = np.diff(start)
        self.filled = np.flatnonzero(self.counts)

    def total(self, values: NDArray[np.generic]) -> Int64:
        """Sum per group; 0 for an empty one."""
        running = np.zeros(len(values) + 1, dtype=np.int64)
        np.cumsum(values, dtype=np.int64, out=running[1:])
        return running[self.start[1:]] - running[self.start[:-1]]

    def extreme(self, values: Int64, largest: bool) -> Int64:
        """Largest or smallest per group; 0 for an empty one."""
        result = np.zeros(self.size, dtype=np.int64)
        if len(self.filled):
            reduce_ = np.maximum if largest else np.minimum
            result[self.filled] = reduce_.reduceat(values, self.start[self.filled])
        return result


def members(function: str, child: Column, groups: Groups) -> Column:
    """A household's value from the column of its members (see `nodes.Members`)."""
    child = child.spread(int(groups.start[-1]))
    unknown = None if child.known is None else groups.total(~child.known)
    complete = None if unknown is None else unknown == 0
    match function:
        case "any" | "all":
            deciding = groups.total(child.true() if function == "any" else child.false()) > 0
            values = deciding if function == "any" else ~deciding
            return Column(values, None if complete is None else complete | deciding)
        case "count":
            return Column(groups.total(child.true()), complete)
        case "sum":
            return Column(groups.total(child.values), complete)
        case "known_sum":
            usable = child.values if child.known is None else child.values * child.known
            return Column(groups.total(usable))
        case "max" | "min":
            extreme = groups.extreme(_number(child), largest=function == "max")
            return Column(extreme, _filled(groups, complete))
        case "share":
            true = groups.total(child.true()) * np.int64(1_000_000)
            divisor = np.where(groups.counts > 0, groups.counts, 1).astype(np.int64)
            return Column(_divide(true, divisor), _filled(groups, complete))
        case _:
            raise ValueError(f"members function {function!r}")


def _filled(groups: Groups, complete: Mask | None) -> Mask:
    filled = groups.counts > 0
    return filled if complete is None else filled & complete
