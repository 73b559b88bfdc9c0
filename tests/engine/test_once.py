import threading
from dataclasses import dataclass

from fangpin.engine.once import once


@dataclass(frozen=True)
class Slow:
    size: int
    waiting: threading.Barrier

    @once
    def doubled(self) -> list[int]:
        """Twice the size."""
        self.waiting.wait(timeout=5)
        return [2 * self.size]


def test_kept_after_the_first_time() -> None:
    each = Slow(3, threading.Barrier(1))
    assert each.doubled == [6]
    assert each.doubled is each.doubled
    assert Slow.doubled.__doc__ == "Twice the size."


def test_two_objects_are_worked_out_side_by_side() -> None:
    """Neither would get past the barrier if one had to wait for the other."""
    barrier = threading.Barrier(2)
    found = [Slow(1, barrier), Slow(2, barrier)]
    told: list[list[int]] = []
    threads = [
        threading.Thread(target=lambda each=each: told.append(each.doubled)) for each in found
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)
    assert sorted(told) == [[2], [4]]
