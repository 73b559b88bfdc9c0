"""A county with two villages, and people without posts."""

from datetime import date

import pytest

from fangpin.people.models import User
from fangpin.places.actions import take_over
from fangpin.places.models import Place


@pytest.fixture
def places(db: None) -> dict[str, Place]:
    """Places by name."""
    take_over(
        by=None,
        county=("620402000000", "测试县"),
        villages=[
            ("620402101201", "上河村", "620402101000", "清水镇"),
            ("620402101202", "下河村", "620402101000", "清水镇"),
        ],
        valid_from=date(2015, 1, 1),
    )
    return {place.name: place for place in Place.objects.all()}


@pytest.fixture
def users(db: None) -> dict[str, User]:
    """Three users by name."""
    return {name: User.objects.create(username=name) for name in ("li", "wang", "zhou")}
