from datetime import date

import pytest
from django.db import DatabaseError, transaction

from fangpin.places.actions import restated, take_over
from fangpin.places.models import Place
from fangpin.places.queries import names_of, place_as_of

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


@pytest.mark.django_db
def test_a_new_name_is_dated_and_an_older_register_does_not_bring_the_old_one_back() -> None:
    _take(VILLAGES)
    renamed = [("620402101201", "上河新村", "620402101000", "清水镇")]
    later = {"by": None, "county": ("620402000000", "测试县"), "valid_from": date(2022, 1, 1)}
    assert take_over(villages=renamed, **later) == 1
    place = Place.objects.get(code="620402101201")
    assert place_as_of(place, date(2021, 12, 31)).name == "上河村"
    assert place_as_of(place, date(2022, 1, 1)).name == "上河新村"
    assert _take(VILLAGES) == 0
    assert Place.objects.get(code="620402101201").name == "上河新村"


@pytest.mark.django_db
def test_the_countys_own_list_wins_and_a_former_code_opens_no_second_place() -> None:
    _take(VILLAGES)
    place = Place.objects.get(code="620402101201")
    restated(by=None, place=place, name="上河新村", code="620402101299", on=date(2022, 1, 1))
    assert _take(VILLAGES) == 0
    assert not Place.objects.filter(code="620402101201").exists()
    newer = [("620402101299", "上河老村", "620402101000", "清水镇")]
    county = ("620402000000", "测试县")
    assert take_over(by=None, county=county, villages=newer, valid_from=date(2023, 1, 1)) == 0
    assert Place.objects.get(code="620402101299").name == "上河新村"
