"""Renamed, renumbered, moved, merged, split, closed, reopened – and undone."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from tests.places.conftest import homes

from fangpin.foundation.models import AuditEntry
from fangpin.kernel.errors import FangpinError
from fangpin.places import actions
from fangpin.places.actions import NewPlace
from fangpin.places.models import NaturalVillage, Place, PlaceChange, PlaceSpell, Succession
from fangpin.places.queries import (
    changes,
    history_of,
    place_as_of,
    proposed_code,
    resolve,
    resolved,
)
from fangpin.registry.models import Household

BEFORE, ON, AFTER = date(2019, 12, 31), date(2020, 1, 1), date(2020, 6, 1)
Tree = dict[str, Place]


def _state() -> tuple[object, ...]:
    """Everything that undoing must restore."""
    return (
        sorted(Place.objects.values_list("pk", "code", "name", "parent_id", "valid_to")),
        sorted(
            PlaceSpell.objects.values_list(
                "place_id", "code", "name", "parent_id", "began_on", "ended_on"
            ),
            key=str,
        ),
        Succession.objects.count(),
        homes(),
        sorted(NaturalVillage.objects.values_list("place_id", "name")),
    )


def test_a_renamed_village_is_known_by_both_names_and_undoing_restores_it(
    tree: Tree, households: None
) -> None:
    before = _state()
    change = actions.rename(by=None, place=tree["上河村"], name="上河新村", on=ON)
    place = Place.objects.get(code="620402101201")
    assert place.name == "上河新村"
    assert [place_as_of(place, day).name for day in (BEFORE, ON)] == ["上河村", "上河新村"]
    assert [line.spell.name for line in history_of(place)] == ["上河新村", "上河村"]
    assert AuditEntry.objects.filter(action="places.rename", subject=f"place:{place.pk}").exists()
    actions.undo(by=None, change=change)
    assert _state() == before
    with pytest.raises(FangpinError, match="已经撤销过"):
        actions.undo(by=None, change=change)


def test_a_new_code_carries_the_households_and_the_old_one_keeps_resolving(
    tree: Tree, households: None
) -> None:
    before = _state()
    change = actions.recode(by=None, place=tree["上河村"], code="620402101288", on=ON)
    assert homes()["6204021012011"] == "620402101288"
    for day in (BEFORE, ON, AFTER):
        assert resolve("620402101201", day) == tree["上河村"]
    Household.objects.create(number="later", village_code="620402101288")
    actions.undo(by=None, change=change)
    assert homes().pop("later") == "620402101201"
    Household.objects.filter(number="later").delete()
    assert _state() == before


def test_a_moved_village_takes_a_code_of_its_new_township(tree: Tree, households: None) -> None:
    village, township = tree["上河村"], tree["石门乡"]
    code = proposed_code(township, village)
    assert code == "620402102001"  # …201 is taken there
    with pytest.raises(FangpinError, match="开头"):
        actions.move(by=None, place=village, parent=township, code=village.code, on=ON)
    with pytest.raises(FangpinError, match="东岭村"):
        actions.move(by=None, place=village, parent=township, code="620402102201", on=ON)
    before = _state()
    change = actions.move(by=None, place=village, parent=township, code=code, on=ON)
    moved = Place.objects.get(pk=village.pk)
    assert (moved.parent, moved.prefix) == (township, code)
    assert homes()["6204021012012"] == code
    assert place_as_of(moved, BEFORE).parent == tree["清水镇"]
    actions.undo(by=None, change=change)
    assert _state() == before


def test_a_renumbered_township_takes_its_villages_along(tree: Tree, households: None) -> None:
    before = _state()
    change = actions.recode(by=None, place=tree["清水镇"], code="620402109000", on=ON)
    codes = set(Place.objects.filter(parent=tree["清水镇"]).values_list("code", flat=True))
    assert codes == {"620402109201", "620402109202", "620402109203"}
    assert homes()["6204021012021"] == "620402109202"
    assert resolve("620402101202", AFTER) == tree["下河村"]
    actions.undo(by=None, change=change)
    assert _state() == before


def test_codes_that_change_places_do_not_run_into_each_other(tree: Tree, households: None) -> None:
    up, down = tree["上河村"], tree["下河村"]
    actions.recode(by=None, place=up, code="620402101299", on=ON)
    actions.recode(by=None, place=down, code="620402101201", on=ON)
    assert homes()["6204021012011"] == "620402101299"
    assert homes()["6204021012021"] == "620402101201"
    assert resolve("620402101201", BEFORE) == up
    assert resolve("620402101201", AFTER) == down


def test_merged_into_one_of_them(tree: Tree, households: None) -> None:
    up, down = tree["上河村"], tree["下河村"]
    group = NaturalVillage.Kind.GROUP
    for place in (up, down):
        NaturalVillage.objects.create(place=place, kind=group, name="一组")
    before = _state()
    change = actions.merge(
        by=None, places=[up, down], into=up, name="双河村", on=ON, document="测政发〔2020〕1号"
    )
    up.refresh_from_db()
    down.refresh_from_db()
    assert (up.name, up.valid_to, down.valid_to) == ("双河村", None, BEFORE)
    assert homes()["6204021012022"] == up.code
    assert set(up.hamlets.values_list("name", flat=True)) == {"一组", "下河村一组"}
    assert resolve(down.code, BEFORE) == down
    assert resolve(down.code, ON) == up
    assert [row.pk for row in changes(down)] == [change.pk]
    actions.undo(by=None, change=change)
    assert _state() == before


def test_merged_into_a_new_one_and_merged_again(tree: Tree, households: None) -> None:
    new = NewPlace("620402101301", "双河村")
    before = _state()
    change = actions.merge(by=None, places=[tree["上河村"], tree["下河村"]], into=new, on=ON)
    joint = Place.objects.get(code="620402101301")
    between = _state()
    later = actions.merge(
        by=None, places=[joint, tree["柳沟村"]], into=tree["柳沟村"], on=date(2022, 1, 1)
    )
    assert resolve("620402101201", AFTER) == joint
    assert resolve("620402101201", date(2022, 1, 1)) == tree["柳沟村"]
    assert set(homes().values()) == {"620402101203", "620402102201", "620402102202"}
    with pytest.raises(FangpinError, match="又有变动"):
        actions.undo(by=None, change=change)
    actions.undo(by=None, change=later)
    assert _state() == between
    actions.undo(by=None, change=change)
    assert _state() == before


def test_merged_townships_bring_their_villages(tree: Tree, households: None) -> None:
    before = _state()
    change = actions.merge(
        by=None, places=[tree["清水镇"], tree["石门乡"]], into=tree["清水镇"], on=ON
    )
    east = Place.objects.get(name="东岭村")
    assert east.parent == tree["清水镇"]
    assert east.code == "620402101001"
    assert homes()["6204021022011"] == east.code
    assert resolve("620402102201", AFTER) == east
    actions.undo(by=None, change=change)
    assert _state() == before


def test_a_split_leaves_open_who_goes_where(tree: Tree, households: None) -> None:
    up = tree["上河村"]
    parts = [NewPlace("620402101401", "新河村")]
    with pytest.raises(FangpinError, match="名下还有 2 条登记"):
        actions.split(by=None, place=up, parts=[*parts, *parts], keeps=False, on=ON)
    before = _state()
    change = actions.split(by=None, place=up, parts=parts, on=ON)
    new = Place.objects.get(code="620402101401")
    assert new.parent == tree["清水镇"]
    assert resolve(up.code, AFTER) == up
    Household.objects.filter(number="6204021012011").update(village_code=new.code)
    with pytest.raises(FangpinError, match="落在新区划"):
        actions.undo(by=None, change=change)
    Household.objects.filter(number="6204021012011").update(village_code=up.code)
    actions.undo(by=None, change=change)
    assert _state() == before


def test_a_code_that_went_into_several_says_into_which(tree: Tree) -> None:
    parts = [NewPlace("620402101401", "东河村"), NewPlace("620402101402", "西河村")]
    actions.split(by=None, place=tree["上河村"], parts=parts, keeps=False, on=ON)
    assert resolve("620402101201", AFTER) is None
    found = resolved(["620402101201", "620402101202", "999999999999"], AFTER)
    assert [place.name for place in found["620402101201"].candidates] == ["东河村", "西河村"]
    assert found["620402101202"].place == tree["下河村"]
    assert found["999999999999"].place is None
    assert found["999999999999"].candidates == ()
    assert resolve("620402101201", BEFORE) == tree["上河村"]


def test_a_village_in_use_is_not_closed_and_a_closed_one_comes_back(
    tree: Tree, households: None
) -> None:
    up = tree["上河村"]
    with pytest.raises(FangpinError, match="2 条登记"):
        actions.close(by=None, place=up, on=ON)
    with pytest.raises(FangpinError, match="3 个区划"):
        actions.close(by=None, place=tree["清水镇"], on=ON)
    Household.objects.filter(village_code=up.code).delete()
    actions.close(by=None, place=up, on=ON)
    up.refresh_from_db()
    assert up.valid_to == BEFORE
    with pytest.raises(FangpinError, match="撤销"):
        actions.rename(by=None, place=up, name="上河新村", on=AFTER)
    actions.reopen(by=None, place=up, on=date(2021, 1, 1))
    assert place_as_of(up, AFTER) is None
    assert place_as_of(up, date(2021, 1, 1)).name == "上河村"
    assert resolve(up.code, date(2021, 1, 1)) == up


def test_undoing_a_merger_stops_when_a_household_has_moved_on(tree: Tree, households: None) -> None:
    change = actions.merge(
        by=None, places=[tree["上河村"], tree["下河村"]], into=tree["上河村"], on=ON
    )
    Household.objects.filter(number="6204021012021").update(village_code="620402102201")
    before = _state()
    with pytest.raises(FangpinError, match="1 条已另有去处"):
        actions.undo(by=None, change=change)
    assert _state() == before


def test_what_is_refused_changes_nothing(tree: Tree, households: None) -> None:
    up = tree["上河村"]
    tomorrow = timezone.localdate() + timedelta(days=1)
    before = _state(), AuditEntry.objects.count(), PlaceChange.objects.count()
    refused = [
        lambda: actions.rename(by=None, place=up, name="新", on=tomorrow),
        lambda: actions.rename(by=None, place=up, name=" ", on=ON),
        lambda: actions.rename(by=None, place=up, name="上河村", on=ON),
        lambda: actions.rename(by=None, place=up, name="新", on=date(2015, 1, 1)),
        lambda: actions.recode(by=None, place=up, code="620402101000", on=ON),
        lambda: actions.recode(by=None, place=up, code="62040210120", on=ON),
        lambda: actions.recode(by=None, place=tree["清水镇"], code="620402101201", on=ON),
        lambda: actions.move(by=None, place=up, parent=tree["下河村"], code="620402101202", on=ON),
        lambda: actions.merge(by=None, places=[up], into=up, on=ON),
        lambda: actions.merge(by=None, places=[up, tree["清水镇"]], into=up, on=ON),
        lambda: actions.merge(
            by=None, places=[up, tree["下河村"]], into=NewPlace("620402101203", "双河村"), on=ON
        ),
        lambda: actions.split(by=None, place=up, parts=[], on=ON),
        lambda: actions.reopen(by=None, place=up, on=ON),
        lambda: actions.enter(
            by=None,
            parent=tree["清水镇"],
            level=Place.Level.VILLAGE,
            code="620402101201",
            name="又一村",
            on=ON,
        ),
    ]
    for attempt in refused:
        with pytest.raises(FangpinError) as error:
            attempt()
        assert error.value.problems[0].remedy.zh
    assert (_state(), AuditEntry.objects.count(), PlaceChange.objects.count()) == before


def test_an_entered_village_goes_again_when_nothing_rests_on_it(
    tree: Tree, households: None
) -> None:
    before = _state()
    place = actions.enter(
        by=None,
        parent=tree["清水镇"],
        level=Place.Level.VILLAGE,
        code="620402101501",
        name="新建村",
        on=ON,
    )
    change = PlaceChange.objects.get(kind="enter")
    Household.objects.create(number="new", village_code=place.code)
    with pytest.raises(FangpinError, match="1 条登记"):
        actions.undo(by=None, change=change)
    Household.objects.filter(number="new").delete()
    actions.undo(by=None, change=change)
    assert _state() == before
