from datetime import date

import pytest
from django.db import DatabaseError, transaction

from fangpin.places.actions import take_over
from fangpin.places.models import Place
from fangpin.places.queries import names_of

VILLAGES = [
    ("620402101201", "上河村", "620402101000", "清水镇"),
    ("620402102201", "东岭村", "620402102000", "石门乡"),
]


def _take(villages: list[tuple[str, str, str, str]]) -> int:
    return take_over(
        by=None, county=("620402000000", "测试县"), villages=villages, valid_from=date(2021, 1, 1)
    )


@pytest.mark.django_db
def test_the_tree_is_entered_once() -> None:
    assert _take(VILLAGES) == 5
    assert _take(VILLAGES) == 0
    village = Place.objects.select_related("parent__parent").get(code="620402102201")
    assert (village.parent.name, village.parent.parent.name) == ("石门乡", "测试县")
    assert [place.prefix for place in (village, village.parent, village.parent.parent)] == [
        "620402102201",
        "620402102",
        "620402",
    ]
    assert names_of("620402102201") == ["测试县", "石门乡", "东岭村"]
    assert names_of("999999999999") == []


@pytest.mark.django_db
def test_a_short_list_closes_no_village_and_a_new_name_is_taken() -> None:
    _take(VILLAGES)
    assert _take([("620402101201", "上河新村", "620402101000", "清水镇")]) == 1
    assert Place.objects.filter(level="village", valid_to=None).count() == 2
    assert Place.objects.get(code="620402101201").name == "上河新村"


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["62040210120", "6204021012011", "62040210120X", ""])
def test_a_code_has_twelve_digits(code: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Place.objects.create(code=code, name="x", level="village", valid_from=date(2021, 1, 1))
    assert not Place.objects.exists()
