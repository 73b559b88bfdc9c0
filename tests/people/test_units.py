"""Units, responsibility lists, and who looks after whom."""

from datetime import date

import pytest

from fangpin.kernel.errors import FangpinError
from fangpin.people import actions
from fangpin.people.models import Charge, Unit, User
from fangpin.places.models import Place

SINCE, LAST = date(2020, 1, 1), date(2020, 12, 31)
GOOD_CODE = "91350100M000100Y43"
Places = dict[str, Place]


def _unit(place: Place, name: str = "县农业农村局", **more: object) -> Unit:
    return actions.enter_unit(
        by=None, name=name, kind=Unit.Kind.DEPARTMENT, place=place, since=SINCE, **more
    )  # type: ignore[arg-type]


def test_a_unit_is_entered_once_under_a_name_and_code(places: Places) -> None:
    county = places["测试县"]
    unit = _unit(county, code=GOOD_CODE)
    for name, code in (("县农业农村局", ""), ("另一局", GOOD_CODE), ("另一局", "123"), (" ", "")):
        with pytest.raises(FangpinError):
            _unit(county, name=name, code=code)
    assert _unit(places["清水镇"], name="县农业农村局").pk != unit.pk
    actions.close_unit(by=None, unit=unit, last_day=LAST)
    assert _unit(county, code=GOOD_CODE).pk != unit.pk


def test_a_unit_never_stands_below_itself_and_ends_after_those_below(places: Places) -> None:
    top = _unit(places["测试县"])
    middle = _unit(places["清水镇"], name="镇农业站", parent=top)
    low = _unit(places["上河村"], name="村工作站", parent=middle)
    for parent in (top, low, middle):
        if parent is not top:
            with pytest.raises(FangpinError):
                actions.change_unit(by=None, unit=top, name=top.name, parent=parent)
    with pytest.raises(FangpinError):
        actions.change_unit(by=None, unit=top, name=top.name, parent=top)
    with pytest.raises(FangpinError):
        actions.close_unit(by=None, unit=middle, last_day=LAST)
    actions.close_unit(by=None, unit=low, last_day=LAST)
    actions.close_unit(by=None, unit=middle, last_day=LAST)


def test_duties_say_where_they_are_written_and_end(places: Places) -> None:
    unit = _unit(places["测试县"])
    duty = actions.add_duty(
        by=None, unit=unit, text="每月比对", since=SINCE, pack="baiyin-2021", clause="2.2"
    )
    with pytest.raises(FangpinError):
        actions.add_duty(by=None, unit=unit, text="  ", since=SINCE)
    actions.end_duty(by=None, duty=duty, last_day=date(2019, 1, 1))
    duty.refresh_from_db()
    assert duty.valid_to == SINCE


def test_a_charge_names_somebody_and_is_entered_once(places: Places) -> None:
    unit, village = _unit(places["测试县"]), places["上河村"]
    user = User.objects.create(username="li")
    with pytest.raises(FangpinError):
        actions.add_charge(by=None, unit=None, user=None, place=village, since=SINCE)
    one = actions.add_charge(by=None, unit=unit, user=None, place=village, since=SINCE)
    same = actions.add_charge(by=None, unit=unit, user=None, place=village, since=LAST)
    assert one == same
    actions.add_charge(
        by=None, unit=unit, user=user, place=village, since=SINCE, household_number="62040201"
    )
    assert Charge.objects.count() == 2
    actions.end_charge(by=None, charge=one, last_day=LAST)
    again = actions.add_charge(by=None, unit=unit, user=None, place=village, since=LAST)
    assert again != one


def test_local_units_are_entered_where_they_are_missing(places: Places) -> None:
    village = places["下河村"]
    actions.enter_unit(
        by=None, name="下河村委", kind=Unit.Kind.VILLAGE_COMMITTEE, place=village, since=SINCE
    )
    Place.objects.filter(name="上河村").update(name="城关社区")
    county = places["测试县"]
    assert actions.enter_local_units(by=None, county=county, since=SINCE) == 2
    assert actions.enter_local_units(by=None, county=county, since=SINCE) == 0
    committee = Unit.objects.get(name="城关社区居民委员会")
    assert committee.parent == Unit.objects.get(name="清水镇人民政府")
