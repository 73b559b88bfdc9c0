"""No table, and no pair of tables, from which a small number can be worked out (trust B5)."""

from hypothesis import given
from hypothesis import strategies as st

from fangpin.disclosure.small_cells import CANDIDATES, K, figures, open_values, told

COUNTS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 60), min_size=1)


@given(COUNTS)
def test_no_cell_can_be_worked_out_from_the_others_and_the_total(counts: dict[str, int]) -> None:
    made = figures(counts)
    for name, count in counts.items():
        assert made.cells[name] is None or made.cells[name] >= K
        assert (made.cells[name] or 0) <= count < (made.cells[name] or 0) + K
    assert min(open_values(made).values()) >= CANDIDATES


@given(st.lists(st.integers(0, 12), min_size=1, max_size=4))
def test_the_range_is_what_trying_everything_finds(counts: list[int]) -> None:
    """An attacker tries all tables that would have been told alike."""
    table = {str(at): count for at, count in enumerate(counts)}
    made = figures(table)
    names = list(table)
    possible: dict[str, set[int]] = {name: set() for name in names}

    def attempt(at: int, sofar: list[int]) -> None:
        if at == len(names):
            if made.total is None or told(sum(sofar)) == made.total:
                for name, value in zip(names, sofar, strict=True):
                    possible[name].add(value)
            return
        low = made.cells[names[at]] or 0
        for value in range(low, low + K):
            attempt(at + 1, [*sofar, value])

    attempt(0, [])
    assert {name: len(values) for name, values in possible.items()} == open_values(made)


@given(COUNTS, st.sampled_from("abcdefgh"), st.integers(-4, 4))
def test_a_month_later_shows_nothing_or_a_large_step(
    counts: dict[str, int], which: str, change: int
) -> None:
    later = dict(counts)
    later[which] = max(0, later.get(which, 0) + change)
    before, after = figures(counts), figures(later)
    for name in before.cells:
        step = (after.cells[name] or 0) - (before.cells[name] or 0)
        assert step == 0 or abs(step) >= K


def test_everything_at_its_upper_end_hides_the_total() -> None:
    assert figures(dict.fromkeys("abcde", 4)).total is None
    assert figures({"a": 12, "b": 3, "c": 9}).cells == {"a": 10, "b": None, "c": 5}
    assert figures({"a": 12, "b": 30}).total == 40
