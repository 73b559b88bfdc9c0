"""What every operation of the language means on numpy columns.

The plain evaluator in `fangpin.policy.language.evaluate` is the reference; both must agree on every
value. Numbers are int64 with a decimal scale known from the node's type; the language check has
excluded overflow. Another engine (a cluster) replaces this module and nothing else.
"""

from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fangpin.engine.column import Column, Mask
from fangpin.engine.once import once

Int64 = NDArray[np.int64]


def both_known(*columns: Column) -> Mask | None:
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
    sure = [_truth(item) for item in items if item.known is None]
    together = reduce(np.logical_and, sure) if sure else None
    unsure = [(_truth(item), item.known) for item in items if item.known is not None]
    if not unsure:
        assert together is not None
        return Column(together)
    true, false = together, None if together is None else ~together
    for values, known in unsure:
        true = values & known if true is None else true & values & known
        not_so = np.greater(known, values)  # known and false, in one pass
        false = not_so if false is None else false | not_so
    assert true is not None
    assert false is not None
    return Column(true, true | false)


def any_of(items: Sequence[Column]) -> Column:
    """Kleene or: true as soon as one item is true, false when all are."""
    sure = [_truth(item) for item in items if item.known is None]
    together = reduce(np.logical_or, sure) if sure else None
    unsure = [(_truth(item), item.known) for item in items if item.known is not None]
    if not unsure:
        assert together is not None
        return Column(together)
    true, false = together, None if together is None else ~together
    for values, known in unsure:
        so = values & known
        true = so if true is None else true | so
        not_so = np.greater(known, values)
        false = not_so if false is None else false & not_so
    assert true is not None
    assert false is not None
    return Column(true, true | false)


def _truth(column: Column) -> Mask:
    return column.values.astype(np.bool_, copy=False)


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
    return Column(_COMPARE[op](_plain(left), _plain(right)), both_known(left, right))


def _plain(column: Column) -> Any:
    """A constant as a plain number: the other side then keeps its width."""
    return column.values.item() if column.values.ndim == 0 else column.values


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
    return Column(_number(left) + _number(right), both_known(left, right))


def subtract(left: Column, right: Column) -> Column:
    return Column(_number(left) - _number(right), both_known(left, right))


def multiply(left: Column, right: Column) -> Column:
    return Column(_number(left) * _number(right), both_known(left, right))


def divide(left: Column, right: Column, decimals: int) -> Column:
    """left × 10^decimals ÷ right, half away from zero; unknown where right is 0."""
    divisor = _number(right)
    usable = divisor != 0
    numerator, shift = _number(left), decimals
    if shift < 0:
        divisor, shift = divisor * np.int64(10**-shift), 0
    quotient = _divide(numerator * np.int64(10**shift), np.where(usable, divisor, 1))
    known = both_known(left, right)
    if not usable.all():
        known = usable if known is None else usable & known
    return Column(quotient, known)


def absolute(x: Column) -> Column:
    return Column(np.abs(_number(x)), x.known)


def least(items: Sequence[Column]) -> Column:
    """Unknown when any item is unknown."""
    return Column(reduce(np.minimum, (item.values for item in items)), both_known(*items))


def greatest(items: Sequence[Column]) -> Column:
    """Unknown when any item is unknown."""
    return Column(reduce(np.maximum, (item.values for item in items)), both_known(*items))


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


# ---- members of households ---------------------------------------------------------------------


class Groups:
    """Rows sorted by group: group g holds rows `start[g]` to `start[g + 1]`."""

    def __init__(self, start: Int64) -> None:
        self.start = start
        self.size = len(start) - 1
        self.counts = np.diff(start)
        self.filled = np.flatnonzero(self.counts)

    @once
    def group(self) -> Int64:
        """The group of each row."""
        return np.repeat(np.arange(self.size), self.counts)

    # Most rows have nothing to add: finding those that do and adding them one by one is faster than
    # any pass over all of them.

    def some(self, holds: Mask) -> Mask:
        """Whether any row of a group is true."""
        found = np.zeros(self.size, dtype=np.bool_)
        found[self.group[np.flatnonzero(holds)]] = True
        return found

    def number(self, holds: Mask) -> Int64:
        """How many rows of a group are true."""
        return np.bincount(self.group[np.flatnonzero(holds)], minlength=self.size)

    def total(self, values: NDArray[np.generic]) -> Int64:
        """Sum per group; 0 for an empty one."""
        rows = np.flatnonzero(values)
        total = np.zeros(self.size, dtype=np.int64)
        np.add.at(total, self.group[rows], values[rows].astype(np.int64))
        return total

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
    complete = None if child.known is None else ~groups.some(~child.known)
    match function:
        case "any" | "all":
            deciding = groups.some(child.true() if function == "any" else child.false())
            values = deciding if function == "any" else ~deciding
            return Column(values, None if complete is None else complete | deciding)
        case "count":
            return Column(groups.number(child.true()), complete)
        case "sum":
            return Column(groups.total(child.values), complete)
        case "known_sum":
            usable = child.values if child.known is None else child.values * child.known
            return Column(groups.total(usable))
        case "max" | "min":
            extreme = groups.extreme(_number(child), largest=function == "max")
            return Column(extreme, _filled(groups, complete))
        case "share":
            true = groups.number(child.true()) * np.int64(1_000_000)
            divisor = np.where(groups.counts > 0, groups.counts, 1).astype(np.int64)
            return Column(_divide(true, divisor), _filled(groups, complete))
        case _:
            raise ValueError(f"members function {function!r}")


def _filled(groups: Groups, complete: Mask | None) -> Mask:
    filled = groups.counts > 0
    return filled if complete is None else filled & complete
