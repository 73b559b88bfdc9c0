"""Levels of agreement on literal pairs: names by characters and sound, dates, places."""

from typing import Any

import numpy as np
import pytest
from tests.feeds.probable.cases import BIRTHS, NAMES, OTHERS
from tests.feeds.probable.records import day, records

from fangpin.feeds.probable.columns import columns_of
from fangpin.feeds.probable.levels import BIRTH, COMPARISONS, NAME, Comparison, View


def reached(comparison: Comparison, left: dict[str, Any], right: dict[str, Any]) -> str | None:
    """Key of the level of one pair, None where nothing can be said."""
    at = np.zeros(1, dtype=np.int64)
    view = View(columns_of(records(left)), columns_of(records(right)), at, at)
    level = int(comparison.level_of(view)[0])
    return None if level < 0 else comparison.levels[level].key


@pytest.mark.parametrize(("delivered", "registered", "level"), NAMES)
def test_names(delivered: str | None, registered: str | None, level: str | None) -> None:
    assert reached(NAME, {"name": delivered}, {"name": registered}) == level
    assert reached(NAME, {"name": registered}, {"name": delivered}) == level


@pytest.mark.parametrize(("delivered", "registered", "level"), BIRTHS)
def test_birth_dates(delivered: str | None, registered: str | None, level: str | None) -> None:
    left, right = {"birth": day(delivered)}, {"birth": day(registered)}
    assert reached(BIRTH, left, right) == level
    assert reached(BIRTH, right, left) == level


@pytest.mark.parametrize(("field", "delivered", "registered", "level"), OTHERS)
def test_other_fields(
    field: str, delivered: dict[str, Any], registered: dict[str, Any], level: str | None
) -> None:
    comparison = next(each for each in COMPARISONS if each.field == field)
    assert reached(comparison, delivered, registered) == level


def test_every_level_has_a_case() -> None:
    covered = {("name", level) for *_, level in NAMES} | {("birth_date", lv) for *_, lv in BIRTHS}
    covered |= {(field, level) for field, *_, level in OTHERS}
    wanted = {(each.field, level.key) for each in COMPARISONS for level in each.levels}
    assert wanted <= covered
    assert {(each.field, None) for each in COMPARISONS} <= covered


def test_a_column_of_pairs_is_compared_like_single_pairs() -> None:
    left = columns_of(records(*({"name": a} for a, _, _ in NAMES)))
    right = columns_of(records(*({"name": b} for _, b, _ in NAMES)))
    at = np.arange(len(NAMES))
    found = NAME.level_of(View(left, right, at, at)).tolist()
    keys = [None if level < 0 else NAME.levels[level].key for level in found]
    assert keys == [level for *_, level in NAMES]
