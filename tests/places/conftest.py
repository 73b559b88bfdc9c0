"""A county of two townships with villages, long there; households that follow their villages."""

from datetime import date

import pytest

from fangpin.places import followers
from fangpin.places.actions import take_over
from fangpin.places.models import Place
from fangpin.registry.models import Household

VILLAGES = [
    ("620402101201", "上河村", "620402101000", "清水镇"),
    ("620402101202", "下河村", "620402101000", "清水镇"),
    ("620402101203", "柳沟村", "620402101000", "清水镇"),
    ("620402102201", "东岭村", "620402102000", "石门乡"),
    ("620402102202", "西岭村", "620402102000", "石门乡"),
]


@pytest.fixture
def tree(db: None) -> dict[str, Place]:
    """Places by name, valid from 2015."""
    take_over(
        by=None, county=("620402000000", "测试县"), villages=VILLAGES, valid_from=date(2015, 1, 1)
    )
    return {place.name: place for place in Place.objects.all()}


@pytest.fixture
def households(tree: dict[str, Place]) -> None:
    """Two households in each village, numbered after it."""
    followers.follow("registry.Household", "village_code")
    for code, *_ in VILLAGES:
        for number in (1, 2):
            Household.objects.create(number=f"{code}{number}", village_code=code)


def homes() -> dict[str, str]:
    """Household → code of the village it stands in."""
    return dict(Household.objects.values_list("number", "village_code").order_by("number"))
