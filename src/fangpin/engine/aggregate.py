"""Many delivered rows of one subject → one value (any, count, sum, max, latest …).

Dense subject numbers make each of them a scatter over the subjects; only the rows of subjects with
several rows are ever sorted.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fangpin.engine.column import Mask, Values
from fangpin.engine.rows import DeliveredRows
from fangpin.policy.pack import Fact

Int64 = NDArray[np.int64]
Whole = NDArray[np.signedinteger] | NDArray[np.unsignedinteger]

_STORED_SCALE = {"money": 2, "number": 4}


@dataclass(frozen=True, slots=True)
class Aggregated:
    """`values` per subject, 0 or false where there is none. `unknown`: subjects for whom rows
    speak without saying what (mostly nobody). `speaking`: subjects for whom any row speaks, several
    times where several do; to all others the fact's `absent` applies.

    For any and count a row that is there but does not count is enough to know "none"; for the
    others only rows that count have a value.
    """

    values: Values
    unknown: Int64
    speaking: Int64


def compute(fact: Fact, rows: DeliveredRows, size: int) -> Aggregated:
    """The fact's aggregate for `size` subjects.

    A row whose `where` is unknown makes the subject unknown unless certain rows decide. A value
    that is unknown in some of the counting rows does not undo the known ones: sums, counts and
    maxima then stand as what is known for certain.
    """
    match fact.aggregate:
        case "any":
            return _any(fact, rows, size)
        case "count":
            counts = np.bincount(rows.certain, minlength=size)
            return Aggregated(counts, rows.perhaps, rows.subject)
        case "distinct":
            values, known = _distinct(rows, size)
        case "latest" | "first":
            values, known = _by_order(fact, rows, size)
        case "sum" | "max" | "min":
            values, known = _amounts(fact, rows, size)
        case other:
            raise ValueError(f"{fact.name}: aggregate {other!r}")
    speaking = np.concatenate([rows.certain, rows.perhaps]) if len(rows.perhaps) else rows.certain
    return Aggregated(values, _left_out(speaking, known, size), speaking)


def _left_out(speaking: Int64, known: Int64, size: int) -> Int64:
    """Those of `speaking` who are not in `known`, which is a part of it."""
    if len(known) == len(speaking):
        return speaking[:0]
    mask = np.zeros(size, dtype=np.bool_)
    mask[speaking] = True
    mask[known] = False
    return np.flatnonzero(mask)


def _any(fact: Fact, rows: DeliveredRows, size: int) -> Aggregated:
    """True where a row counts; false where rows are there and none counts; unknown where only
    doubtful rows speak."""
    true = np.zeros(size, dtype=np.bool_)
    unsure = rows.perhaps
    if fact.of is None:
        true[rows.certain] = True
    else:
        value = rows.value()
        holds = value.true() if rows.counting is None else rows.counting & value.true()
        true[rows.subject[holds]] = True
        if value.known is not None:
            open_ = ~value.known if rows.counting is None else rows.counting & ~value.known
            unsure = np.concatenate([unsure, rows.subject[open_]])
    return Aggregated(true, unsure[~true[unsure]], rows.subject)


def _known_rows(rows: DeliveredRows) -> tuple[Values, Int64, Int64 | None]:
    """Values, subjects and positions of the rows that count for certain and have a known value;
    positions None: all rows."""
    value = rows.value()
    use = rows.counting
    if value.known is not None:
        use = value.known if use is None else use & value.known
    if use is None:
        return value.values, rows.subject, None
    positions = np.flatnonzero(use)
    return value.values[positions], rows.subject[positions], positions


def _amounts(fact: Fact, rows: DeliveredRows, size: int) -> tuple[Values, Int64]:
    amount, subject, positions = _known_rows(rows)
    factor = _STORED_SCALE.get(fact.type, 0) - rows.value_scale()
    if factor > 0:
        amount = amount.astype(np.int64) * np.int64(10**factor)
    several = rows.several(subject)
    if several is not None and fact.within is not None:
        amount, subject = _netted(rows, amount, subject, positions, several)
    if several is None:
        values = np.zeros(size, dtype=amount.dtype)
        values[subject] = amount
        return values, subject
    match fact.aggregate:
        case "sum":
            values = np.zeros(size, dtype=np.int64)
            np.add.at(values, subject, amount)
        case "max":
            values = np.zeros(size, dtype=amount.dtype)
            values[subject] = np.iinfo(amount.dtype).min
            np.maximum.at(values, subject, amount)
        case _:
            values = np.zeros(size, dtype=amount.dtype)
            values[subject] = np.iinfo(amount.dtype).max
            np.minimum.at(values, subject, amount)
    return values, subject


def _netted(
    rows: DeliveredRows, amount: Values, subject: Int64, positions: Int64 | None, several: Mask
) -> tuple[Values, Int64]:
    """Amounts added per subject and value of `within`; a row without one stands alone."""
    chosen = np.flatnonzero(several)
    within = rows.within(chosen if positions is None else positions[chosen])
    assert within is not None
    keys = within.values.astype(np.int64)
    if within.known is not None:
        alone = np.flatnonzero(~within.known)
        keys[alone] = -1 - alone
    order = np.lexsort((keys, subject[chosen]))
    owner, keys, added = subject[chosen][order], keys[order], amount[chosen][order]
    new = (owner[1:] != owner[:-1]) | (keys[1:] != keys[:-1])
    starts = np.flatnonzero(np.concatenate([[True], new]))
    sums = np.add.reduceat(added, starts, dtype=np.int64)
    return (
        np.concatenate([amount[~several], sums]),
        np.concatenate([subject[~several], owner[starts]]),
    )


def _distinct(rows: DeliveredRows, size: int) -> tuple[Values, Int64]:
    known = rows.known_value()
    use = rows.counting
    if known is not None:
        use = known if use is None else use & known
    subject = rows.subject if use is None else rows.subject[use]
    values = np.zeros(size, dtype=np.int64)
    several = rows.several(subject)
    if several is None:
        values[subject] = 1
        return values, subject
    values[subject[~several]] = 1
    chosen = np.flatnonzero(several) if use is None else np.flatnonzero(use)[several]
    number, owner = rows.value_of(chosen).values, rows.subject[chosen]
    order = np.lexsort((number, owner))
    number, owner = number[order], owner[order]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (owner[1:] != owner[:-1]) | (number[1:] != number[:-1])
    np.add.at(values, owner[first], 1)
    return values, subject


def _by_order(fact: Fact, rows: DeliveredRows, size: int) -> tuple[Values, Int64]:
    """The value of the last (or first) row by `order_by`; rows without one come before all others.

    Of rows equal in order the later one in the file counts (the earlier one for `first`).
    """
    value = rows.value()
    chosen = None if rows.counting is None else np.flatnonzero(rows.counting)
    subject = rows.subject if chosen is None else rows.subject[chosen]
    several = rows.several(subject)
    if several is not None:
        positions = np.arange(len(subject)) if chosen is None else chosen
        best = _last(fact, rows, positions[several], subject[several])
        chosen = np.concatenate([positions[~several], best])
        subject = rows.subject[chosen]
    found = value.values if chosen is None else value.values[chosen]
    values = np.zeros(size, dtype=found.dtype)
    if value.known is None:
        values[subject] = found
        return values, subject
    known = value.known if chosen is None else value.known[chosen]
    values[subject[known]] = found[known]
    return values, subject[known]


def _last(fact: Fact, rows: DeliveredRows, positions: Int64, subject: Int64) -> Int64:
    """For each subject its last (or first) row."""
    order = rows.order()
    rank = order.values[positions].astype(np.int64)
    lowest = np.iinfo(np.int64).min if fact.aggregate == "latest" else np.iinfo(np.int64).max
    if order.known is not None:
        rank[~order.known[positions]] = lowest
    sorted_ = np.lexsort((rows.place(positions), rank, subject))
    owner = subject[sorted_]
    last = np.ones(len(owner), dtype=np.bool_)
    if fact.aggregate == "latest":
        last[:-1] = owner[1:] != owner[:-1]
    else:
        last[1:] = owner[1:] != owner[:-1]
    return positions[sorted_[last]]
