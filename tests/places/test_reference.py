"""The shipped table of provinces, cities and counties."""

from datetime import date

import pytest

from fangpin.places.actions import load_reference, take_over
from fangpin.places.models import Place, PlaceSpell
from fangpin.places.queries import names_of, way_to
from fangpin.places.reference import divisions


def test_every_division_hangs_below_one_that_is_there() -> None:
    codes = {division.code for division in divisions()}
    assert len(codes) == len(divisions()) > 3300
    for division in divisions():
        assert division.name
        assert division.above in codes or division.level == Place.Level.PROVINCE


@pytest.mark.django_db
def test_loading_completes_a_county_that_a_register_brought_and_does_it_once() -> None:
    county = ("620402000000", "620402000000")
    village = [("620402101201", "上河村", "620402101000", "清水镇")]
    take_over(by=None, county=county, villages=village, valid_from=date(2021, 1, 1))
    assert load_reference(by=None) == len(divisions())
    assert load_reference(by=None) == 0
    place = Place.objects.get(code="620402101201")
    assert [each.level for each in way_to(place)] == list(Place.Level)
    assert names_of(place.code)[1:] == ["清水镇", "上河村"]
    assert Place.objects.get(code=county[0]).name == "白银区"
    assert PlaceSpell.objects.filter(ended_on=None).count() == Place.objects.count()
    more = [("620402101202", "下河村", "620402101000", "清水镇")]
    take_over(by=None, county=county, villages=more, valid_from=date(2021, 1, 1))
    assert Place.objects.get(code=county[0]).name == "白银区"


@pytest.mark.django_db
def test_a_county_is_called_by_its_own_name_where_a_pack_names_those_above_as_well() -> None:
    county = ("620402000000", "甘肃省白银市白银区")
    take_over(by=None, county=county, villages=[], valid_from=date(2021, 1, 1))
    assert Place.objects.get(code=county[0]).name == "白银区"
    load_reference(by=None)
    assert take_over(by=None, county=county, villages=[], valid_from=date(2022, 1, 1)) == 0


@pytest.mark.django_db
def test_loading_shortens_a_name_that_has_those_above_before_it() -> None:
    take_over(by=None, county=("620402000000", "测试县"), villages=[], valid_from=date(2021, 1, 1))
    for rows in (Place.objects, PlaceSpell.objects):
        rows.filter(code="620402000000").update(name="甘肃省白银市白银区")
    load_reference(by=None)
    assert PlaceSpell.objects.get(code="620402000000").name == "白银区"


@pytest.mark.django_db
def test_a_name_that_was_entered_stays() -> None:
    take_over(by=None, county=("620402000000", "测试县"), villages=[], valid_from=date(2021, 1, 1))
    load_reference(by=None)
    county = Place.objects.select_related("parent").get(code="620402000000")
    assert county.name == "测试县"
    assert county.parent.code == "620400000000"
