"""What is kept warm, what is let go, and that two readers never load the same twice."""

import threading
import time
from pathlib import Path

import pytest

from fangpin.screening.baselines import Kept

A, B, C = Path("a"), Path("b"), Path("c")


class Loads:
    """Counts what was loaded; a folder's content is its name repeated."""

    def __init__(self, seconds: float = 0) -> None:
        self.asked: list[str] = []
        self.seconds = seconds

    def __call__(self, folder: Path) -> list[str]:
        self.asked.append(folder.name)
        time.sleep(self.seconds)
        return [folder.name]


def test_a_folder_is_loaded_once_and_again_when_its_content_changed() -> None:
    loads = Loads()
    kept = Kept(loads, lambda content: 1, 10)
    assert kept.get(A, "1") is kept.get(A, "1")
    assert loads.asked == ["a"]
    kept.get(A, "2")
    assert loads.asked == ["a", "a"]


def test_the_one_asked_for_longest_ago_goes_first() -> None:
    loads = Loads()
    kept = Kept(loads, lambda content: 4, 8)
    kept.get(A, ""), kept.get(B, ""), kept.get(A, ""), kept.get(C, "")
    assert len(kept) == 2
    kept.get(A, "")
    assert loads.asked == ["a", "b", "c"], "b was let go, a was not"
    kept.get(B, "")
    assert loads.asked == ["a", "b", "c", "b"]


def test_one_that_is_larger_than_the_bound_stays_alone() -> None:
    loads = Loads()
    kept = Kept(loads, lambda content: 100, 8)
    kept.get(A, ""), kept.get(A, "")
    assert loads.asked == ["a"]
    kept.get(B, "")
    assert len(kept) == 1


def test_readers_at_the_same_time_wait_for_one_loading() -> None:
    loads = Loads(seconds=0.05)
    kept = Kept(loads, lambda content: 1, 10)
    got: list[list[str]] = []
    threads = [threading.Thread(target=lambda: got.append(kept.get(A, ""))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert loads.asked == ["a"]
    assert len(got) == 8
    assert all(content is got[0] for content in got)


def test_a_failure_is_told_and_not_kept() -> None:
    answers: list[Exception | list[str]] = [OSError("gone"), ["back"]]

    def load(folder: Path) -> list[str]:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    kept = Kept(load, lambda content: 1, 10)
    with pytest.raises(OSError, match="gone"):
        kept.get(A, "")
    assert len(kept) == 0
    assert kept.get(A, "") == ["back"]
