"""Wilson intervals against published figures; quartiles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangpin.screening.intervals import Days, Share


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [  # Newcombe 1998, table I, method 3 (score without continuity correction)
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson(hits: int, n: int, low: float, high: float) -> None:
    share = Share.of(hits, n)
    assert share is not None
    assert (round(share.low, 4), round(share.high, 4)) == (low, high)


@given(st.integers(0, 500), st.integers(1, 500))
def test_an_interval_holds_its_share(hits: int, n: int) -> None:
    share = Share.of(min(hits, n), n)
    assert share is not None
    assert 0 <= share.low <= share.value <= share.high <= 1


def test_nothing_counted_is_no_share() -> None:
    assert Share.of(0, 0) is None
    assert Days.of([]) is None


def test_days() -> None:
    assert Days.of([5]) == Days(1, 5, 5, 5)
    assert Days.of([40, 10, 20, 30, 50]) == Days(5, 20, 30, 40)
    assert Days.of([1, 2]) == Days(2, 1.25, 1.5, 1.75)
