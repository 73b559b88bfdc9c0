"""Public figures from which nobody can be worked out (trust B5). No Django.

Every figure is rounded down to a multiple of K, and one below K is not told. So two months differ
by nothing or by K and more, whatever one household did, and a total minus its parts leaves a range.
In rare tables the range shrinks to very few values, because everything lies at its upper end; then
the total is not told either.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

K: Final = 5
CANDIDATES: Final = 3  # values that each hidden number must leave open at least


@dataclass(frozen=True, slots=True)
class Figures:
    """What is told: `cells` by name, None = fewer than K; `total` None = not told."""

    cells: Mapping[str, int | None]
    total: int | None


def told(count: int) -> int | None:
    """A figure as it is told; None below K."""
    return count - count % K if count >= K else None


def figures(counts: Mapping[str, int]) -> Figures:
    """A table of counts with its total, as it may be told."""
    cells = {name: told(count) for name, count in counts.items()}
    total = told(sum(counts.values()))
    made = Figures(cells, total)
    if total is not None and min(open_values(made).values(), default=K) < CANDIDATES:
        return Figures(cells, None)
    return made


def open_values(made: Figures) -> dict[str, int]:
    """How many values each cell could have, for whoever knows the rule and all that is told."""
    low = {name: cell or 0 for name, cell in made.cells.items()}
    high = {name: least + K - 1 for name, least in low.items()}
    if made.total is None:
        return {name: high[name] - low[name] + 1 for name in low}
    sums = (sum(low.values()), sum(high.values()))
    found = {}
    for name in low:
        least = max(low[name], made.total - (sums[1] - high[name]))
        most = min(high[name], made.total + K - 1 - (sums[0] - low[name]))
        found[name] = most - least + 1
    return found
