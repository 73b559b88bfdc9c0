"""One-to-one links: the best pairs first, nobody twice, ties in a fixed order."""

import numpy as np

from fangpin.feeds.probable.pairing import one_to_one


def linked(pairs: list[tuple[int, int, float]], least: float = 0.0) -> list[tuple[int, int]]:
    left, right, weight = (np.array(column) for column in zip(*pairs, strict=True))
    found = one_to_one(left, right, weight.astype(np.float64), least=least)
    return [(int(left[at]), int(right[at])) for at in found]


def test_the_better_pair_takes_the_record() -> None:
    assert linked([(0, 0, 5.0), (0, 1, 9.0), (1, 1, 8.0), (1, 0, 1.0)]) == [(0, 1), (1, 0)]


def test_nothing_below_the_least_weight() -> None:
    assert linked([(0, 0, 5.0), (1, 1, -0.1)]) == [(0, 0)]
    assert linked([(0, 0, 5.0), (1, 1, -0.1)], least=-1.0) == [(0, 0), (1, 1)]


def test_ties_do_not_depend_on_the_order_of_the_pairs() -> None:
    pairs = [(1, 0, 4.0), (0, 0, 4.0), (1, 1, 4.0)]
    assert sorted(linked(pairs)) == [(0, 0), (1, 1)]
    assert sorted(linked(pairs[::-1])) == [(0, 0), (1, 1)]
