"""Many delivered rows of one subject → one value (any, count, sum, max, latest …).

Dense subject numbers make each of them a scatter over the subjects; nothing is sorted by subject
except where order decides.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fangpin.engine.column import Column, Mask, Values
from fangpin.engine.rows import DeliveredRows
from fangpin.policy.pack import Fact

Int64 = NDArray[np.int64]

_STORED_SCALE = {"money": 2, "number": 4}


@dataclass(frozen=True, slots=True)
class Aggregated:
    """Per subject: the value, where it is known, and whether any row was there to speak.

    `present` False means: the fact's `absent` applies. For any and count a row that is there but
    does not count is enough to know "none"; for the others only rows that count have a value.
    """

    values: Values
    known: Mask
    present: Mask


def compute(fact: Fact, rows: DeliveredRows, size: int) -> Aggregated:
    """The fact's aggregate for `size` subjects.

    A row whose `where` is unknown makes the subject unknown unless certain rows decide. A value
    that is unknown in some of the counting rows does not undo the known ones: sums, counts and
    maxima then stand as what is known for certain.
    """
    certain = rows.subject[rows.counting]
    there = np.zeros(size, dtype=np.bool_)
    there[rows.subject] = True
    maybe = np.zeros(size, dtype=np.bool_)
    where = rows.where
    if where.known is not None:
        maybe[rows.subject[~where.known]] = True
    present = np.zeros(size, dtype=np.bool_)
    present[certain] = True

    values: Values
    match fact.aggregate:
        case "any":
            return _any(fact, rows, present, maybe, there)
        case "count":
            values = np.bincount(certain, minlength=size).astype(np.int64)
            return Aggregated(values, ~maybe, there)
        case "distinct":
            values, known = _distinct(rows, certain, size)
        case "latest" | "first":
            values, known = _by_order(fact, rows, certain, size)
        case "sum" | "max" | "min":
            values, known = _amounts(fact, rows, certain, size)
        case other:
            raise ValueError(f"{fact.name}: aggregate {other!r}")
    return Aggregated(values, known & present, present | maybe)


def _any(fact: Fact, rows: DeliveredRows, present: Mask, maybe: Mask, there: Mask) -> Aggregated:
    """True where a row counts; false where rows are there and none counts; unknown where only
    doubtful rows speak."""
    if fact.of is None:
        return Aggregated(present.copy(), present | ~maybe, there)
    value = rows.value()
    true = np.zeros_like(present)
    true[rows.subject[rows.counting & value.true()]] = True
    unsure = maybe.copy()
    if value.known is not None:
        unsure[rows.subject[rows.counting & ~value.known]] = True
    return Aggregated(true, true | ~unsure, there)


def _known_values(fact: Fact, rows: DeliveredRows) -> tuple[Int64, Int64, NDArray[np.int64]]:
    """Subjects, values at the fact's scale, and row positions, for certain rows of known value."""
    value = rows.value()
    use = rows.counting if value.known is None else rows.counting & value.known
    positions = np.flatnonzero(use)
    amounts = value.values[positions].astype(np.int64)
    factor = _STORED_SCALE.get(fact.type, 0) - rows.value_scale()
    if factor > 0:
        amounts = amounts * np.int64(10**factor)
    return rows.subject[positions], amounts, positions


def _amounts(fact: Fact, rows: DeliveredRows, certain: Int64, size: int) -> tuple[Int64, Mask]:
    subject, amount, positions = _known_values(fact, rows)
    within = rows.within()
    if within is not None:
        subject, amount = _sum_within(subject, amount, within, positions)
    values = np.zeros(size, dtype=np.int64)
    known = np.zeros(size, dtype=np.bool_)
    known[subject] = True
    match fact.aggregate:
        case "sum":
            np.add.at(values, subject, amount)
        case "max":
            values[subject] = np.iinfo(np.int64).min
            np.maximum.at(values, subject, amount)
        case _:
            values[subject] = np.iinfo(np.int64).max
            np.minimum.at(values, subject, amount)
    return values, known


def _sum_within(
    subject: Int64, amount: Int64, within: Column, positions: NDArray[np.int64]
) -> tuple[Int64, Int64]:
    """Amounts added per subject and value of `within`; a row without one stands alone."""
    keys = within.values[positions].astype(np.int64).copy()
    if within.known is not None:
        alone = np.flatnonzero(~within.known[positions])
        keys[alone] = -1 - alone
    order = np.lexsort((keys, subject))
    subject, keys, amount = subject[order], keys[order], amount[order]
    starts = np.flatnonzero(
        np.concatenate([[True], (subject[1:] != subject[:-1]) | (keys[1:] != keys[:-1])])
        if len(subject)
        else np.zeros(0, dtype=np.bool_)
    )
    if not len(starts):
        return subject, amount
    return subject[starts], np.add.reduceat(amount, starts)


def _distinct(rows: DeliveredRows, certain: Int64, size: int) -> tuple[Int64, Mask]:
    value = rows.value()
    use = rows.counting if value.known is None else rows.counting & value.known
    pairs = np.unique(
        np.stack([rows.subject[use], value.values[use].astype(np.int64)], axis=1), axis=0
    )
    values = np.bincount(pairs[:, 0], minlength=size).astype(np.int64)
    known = values > 0
    return values, known


def _by_order(fact: Fact, rows: DeliveredRows, certain: Int64, size: int) -> tuple[Values, Mask]:
    """The value of the last (or first) row by `order_by`; rows without one come before all others.

    Of rows equal in order the later one in the file counts (the earlier one for `first`).
    """
    order = rows.order()
    value = rows.value()
    positions = np.flatnonzero(rows.counting)
    rank = order.values[positions].astype(np.int64).copy()
    lowest = np.iinfo(np.int64).min if fact.aggregate == "latest" else np.iinfo(np.int64).max
    if order.known is not None:
        rank[~order.known[positions]] = lowest
    subject = rows.subject[positions]
    sorted_ = np.lexsort((positions, rank, subject))
    subject = subject[sorted_]
    last = np.ones(len(subject), dtype=np.bool_)
    if fact.aggregate == "latest":
        last[:-1] = subject[1:] != subject[:-1]
    else:
        last[1:] = subject[1:] != subject[:-1]
    chosen = positions[sorted_[last]]
    owner = subject[last]
    values = np.zeros(size, dtype=value.values.dtype)
    known = np.zeros(size, dtype=np.bool_)
    values[owner] = value.values[chosen]
    known[owner] = True if value.known is None else value.known[chosen]
    return values, known
