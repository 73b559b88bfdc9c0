"""Shares with their uncertainty, and spans of days with their spread."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import quantiles

Z95 = 1.959963984540054
"""Two-sided 95 % of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `n`, with the interval of Wilson (1927) at 95 %."""

    hits: int
    n: int
    value: float
    low: float
    high: float

    @classmethod
    def of(cls, hits: int, n: int) -> "Share | None":
        """None when nothing was counted: a share of nothing is unknown."""
        if n == 0:
            return None
        p, z2 = hits / n, Z95 * Z95
        middle = (p + z2 / (2 * n)) / (1 + z2 / n)
        half = Z95 / (1 + z2 / n) * sqrt(p * (1 - p) / n + z2 / (4 * n * n))
        low = 0.0 if hits == 0 else max(0.0, middle - half)
        high = 1.0 if hits == n else min(1.0, middle + half)
        return cls(hits, n, p, low, high)


@dataclass(frozen=True, slots=True)
class Days:
    """Spans in days: how many, quartiles and median."""

    n: int
    first_quartile: float
    median: float
    third_quartile: float

    @classmethod
    def of(cls, spans: Sequence[int]) -> "Days | None":
        """None without any span."""
        if not spans:
            return None
        if len(spans) == 1:
            return cls(1, *([float(spans[0])] * 3))
        return cls(len(spans), *quantiles(spans, n=4, method="inclusive"))
