"""From scored candidates to decisions: linked, put before a person, or left alone."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fangpin.feeds.probable.levels import COMPARISONS, Comparison
from fangpin.feeds.probable.scoring import Scored

LINK_AT: Final = 0.97
"""Probability from which a row is linked without asking. Tuned on the tuning seeds."""
MARGIN: Final = 6.0
"""Bits by which the best candidate must be ahead of the second (twins, namesakes)."""
BESIDES: Final = 3.0
"""Bits that must come from more than name and place (birth date, telephone, head of household):
namesakes of a village are never merged by name alone."""
ASK_AT: Final = 0.02
"""Probability from which a person is asked."""
MOST_ASKED: Final = 5
"""Candidates of one row that a person is shown."""
NAME_AND_PLACE: Final = ("name", "sex", "village", "township")


@dataclass
class Decided:
    """`linked` and `asked`: pairs of a `Scored` (positions), in order of row; `rank` of each asked
    pair among the candidates of its row, from 1."""

    linked: NDArray[np.int64]
    asked: NDArray[np.int64]
    rank: NDArray[np.int64]


def decide(
    scored: Scored,
    bookable: NDArray[np.bool_],
    *,
    one_row_each: bool,
    taken: NDArray[np.int64],
    comparisons: tuple[Comparison, ...] = COMPARISONS,
) -> Decided:
    """`bookable` per row: whether it may be linked without asking. `one_row_each`: a person stands
    on the list once at most, so that two rows that claim one person compete, and persons in `taken`
    (dense, already booked) are not booked again."""
    best, second = best_of_rows(scored)
    ahead = scored.weight[best] - second
    fields = [comparison.field for comparison in comparisons]
    besides = [at for at, field in enumerate(fields) if field not in NAME_AND_PLACE]
    name = scored.weights[best, fields.index("name")]
    evidence = np.maximum(scored.weights[best][:, besides], 0).sum(axis=1)
    sure = (
        bookable[scored.row[best]]
        & (scored.probability[best] >= LINK_AT)
        & (ahead >= MARGIN)
        & (name > 0)
        & (evidence >= BESIDES)
    )
    linked = best[sure]
    if one_row_each:
        linked = linked[~np.isin(scored.person[linked], taken)]
        linked = linked[_uncontested(scored.person[linked], scored.weight[linked])]
    settled = np.isin(scored.row, scored.row[linked])
    asked = np.flatnonzero(~settled & (scored.probability >= ASK_AT))
    rank = _ranks(scored.row[asked], scored.weight[asked])
    shown = rank <= MOST_ASKED
    return Decided(linked, asked[shown], rank[shown])


def best_of_rows(scored: Scored) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Per row with candidates: the pair with the largest weight, and the second largest weight
    (-inf without a second)."""
    order = np.lexsort((-scored.weight, scored.row))
    row = scored.row[order]
    first = np.flatnonzero(np.r_[True, row[1:] != row[:-1]]) if len(row) else np.zeros(0, np.int64)
    second = np.full(len(first), -np.inf)
    several = np.diff(np.r_[first, len(row)]) > 1
    second[several] = scored.weight[order[first[several] + 1]]
    return order[first], second


def _uncontested(person: NDArray[np.int64], weight: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Of several rows that claim one person, the one ahead of the others by the margin; no row
    when none is."""
    order = np.lexsort((-weight, person))
    claimed = person[order]
    first = np.r_[True, claimed[1:] != claimed[:-1]] if len(order) else np.zeros(0, np.bool_)
    behind = np.r_[claimed[1:] == claimed[:-1], False] if len(order) else first
    lead = np.full(len(order), np.inf)
    at = np.flatnonzero(behind)
    lead[at] = weight[order[at]] - weight[order[at + 1]]
    kept = np.zeros(len(order), dtype=np.bool_)
    kept[order[first & (lead >= MARGIN)]] = True
    return kept


def _ranks(row: NDArray[np.int64], weight: NDArray[np.float64]) -> NDArray[np.int64]:
    """1, 2, … within each row, the largest weight first."""
    order = np.lexsort((-weight, row))
    sorted_rows = row[order]
    start = np.searchsorted(sorted_rows, sorted_rows, side="left")
    ranks = np.empty(len(row), dtype=np.int64)
    ranks[order] = np.arange(len(row)) - start + 1
    return ranks
