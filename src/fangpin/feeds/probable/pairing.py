"""One-to-one links between two lists: the best pairs first, nobody twice."""

import numpy as np
from numpy.typing import NDArray


def one_to_one(
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    weight: NDArray[np.float64],
    *,
    least: float,
) -> NDArray[np.int64]:
    """Positions of the pairs linked: in order of weight (ties by left and right), each record on
    either side once, down to the weight `least`."""
    order = np.lexsort((right, left, -weight))
    taken_left: set[int] = set()
    taken_right: set[int] = set()
    linked: list[int] = []
    for at in order.tolist():
        if weight[at] < least:
            break
        one, two = int(left[at]), int(right[at])
        if one not in taken_left and two not in taken_right:
            taken_left.add(one)
            taken_right.add(two)
            linked.append(at)
    return np.array(sorted(linked), dtype=np.int64)
