"""Two counties run their own variants side by side, from packs alone."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from tests.cases.world import World, begun, county, home, new_id, take, taken_to
from tests.registry.invented import family

from fangpin.cases.actions import NotAllowed, Refused, open_case, put_pack_in_force
from fangpin.cases.in_force import flow_of, frozen_of, name_for
from fangpin.cases.models import Case, Definition, PackInForce, Turn
from fangpin.cases.queries import case_file
from fangpin.people.actions import give_post
from fangpin.people.models import Role, User
from fangpin.places.actions import take_over
from fangpin.places.models import Place

pytestmark = pytest.mark.django_db
THERE, VILLAGE_THERE = "360735000000", "360735101201"
FROM = date(2026, 1, 1)


def second_county() -> World:
    take_over(
        by=None,
        county=(THERE, "另一县"),
        villages=[(VILLAGE_THERE, "丙村", "360735101000", "丙乡")],
        valid_from=date(2019, 1, 1),
    )
    world = World()
    posts = {
        "village": (Role.VILLAGE_WORKER, VILLAGE_THERE),
        "township": (Role.TOWNSHIP_OFFICER, "360735101000"),
        "township2": (Role.TOWNSHIP_OFFICER, "360735101000"),
        "county": (Role.COUNTY_BUREAU, THERE),
        "approver": (Role.APPROVER, THERE),
        "leader": (Role.LEADER, THERE),
    }
    for name, (role, code) in posts.items():
        user = User.objects.create(username=f"there_{name}", full_name=f"彼{name}")
        give_post(by=None, user=user, role=role, place=Place.objects.get(code=code),
                  department="", valid_from=date(2020, 1, 1))  # fmt: skip
        world.users[name] = user
    return world


def put(code: str, pack: str, by: User | None = None) -> PackInForce:
    place = Place.objects.get(code=code, valid_to=None)
    return put_pack_in_force(by=by, place=place, pack=pack, from_date=FROM)


def test_two_variants_of_one_procedure_run_side_by_side() -> None:
    here, there = county(), second_county()
    put("620402000000", "baiyin-2021", here.county)
    put(THERE, "shicheng-2020", there.county)
    first = begun(here, home("H1"))
    second = begun(there, family("H2", VILLAGE_THERE, {"category": "general"}))
    assert (first.definition.pack, second.definition.pack) == ("baiyin-2021", "shicheng-2020")
    assert first.procedure == second.procedure == "cn-monitor"
    assert first.definition_id != second.definition_id
    labels = {frozen_of(case).procedure.label.zh for case in (first, second)}
    assert len(labels) == 2
    # fifteen working days here, days of the calendar there
    assert first.due_on == date(2026, 3, 23)
    assert second.due_on != first.due_on
    visits = [Turn.objects.get(case=taken_to(world, case, "visit"), step="visit")
              for world, case in ((here, first), (there, second))]  # fmt: skip
    assert visits[0].due_on - here.day == timedelta(days=7)  # five working days over a weekend
    for world, case in ((here, first), (there, second)):
        taken_to(world, case, "none")
        assert case.state == "granted"
        case.household.refresh_from_db()
        assert case.household.risk_removed is False
    words = {each.label.zh for each in flow_of(first).procedure.steps}
    assert words != {each.label.zh for each in flow_of(second).procedure.steps}
    assert case_file(there.county, first.pk, here.day) is None
    assert case_file(here.county, second.pk, here.day) is None


def test_a_running_case_goes_on_under_what_it_began_with() -> None:
    here = county()
    before = begun(here, home("H1"))
    assert before.definition.pack == "cn-base"
    put("620402000000", "baiyin-2021", here.county)
    after = begun(here, home("H2"))
    assert after.definition.pack == "baiyin-2021"
    taken_to(here, before, "visit")
    visit = Turn.objects.get(case=before, step="visit")
    assert visit.due_on == here.day + timedelta(days=3)  # days of the calendar, as it began
    assert Definition.objects.count() == 2
    again = begun(here, home("H3"))
    assert again.definition_id == after.definition_id


def test_the_narrowest_place_and_the_latest_day_count() -> None:
    here = county()
    put("620402000000", "baiyin-2021")
    put("620402101000", "shicheng-2020")
    assert name_for("620402101201", FROM) == "shicheng-2020"
    assert name_for("620402102201", FROM) == "baiyin-2021"
    assert name_for("620402101201", FROM - timedelta(days=1)) == "cn-base"
    for user in (here.township, here.approver2, here.village):
        if user == here.approver2:
            continue
        with pytest.raises(NotAllowed):
            put("620402101000", "cn-base", user)


def test_ten_steps_two_notices_one_announcement() -> None:
    here = county()
    put("620402000000", "cangxi-2014", here.county)
    family_ = home("H1")
    case = open_case(by=here.village, procedure="cn-identify-2014", household=family_.pk,
                     client_id=new_id(), now=here.now)  # fmt: skip
    while case.state == "open":
        take(here, case)
    published = list(case.publications.order_by("pk").values_list("form", flat=True))
    assert published.count("notice") == 2
    assert published.count("announcement") == 1
    assert case.state == "granted"
    assert Case.objects.count() == 1


def test_four_documents_side_by_side_in_one_system() -> None:
    """Four places on one Monday: days by workday and by calendar, who visits, how long it hangs."""
    here, there = county(), second_county()
    put("620402000000", "baiyin-2021", here.county)
    put("620402102000", "cangxi-2014", here.county)
    put(THERE, "hubei-2019", there.county)
    put("360735101000", "shicheng-2020", there.county)
    monday = here.now
    gansu = begun(here, home("V1"))
    shicheng = begun(there, family("V2", VILLAGE_THERE, {"category": "general"}))
    assert (gansu.definition.pack, shicheng.definition.pack) == ("baiyin-2021", "shicheng-2020")
    # fifteen working days end on the third Monday, fifteen days of the calendar on a Tuesday
    assert (gansu.due_on, shicheng.due_on) == (date(2026, 3, 23), date(2026, 3, 17))
    # In Shicheng the township's office checks: the village may not, here it may.
    for world, case, may in ((here, gansu, True), (there, shicheng, False)):
        taken_to(world, case, "visit")
        if may:
            take(world, case, "visit", by=world.village)
        else:
            with pytest.raises(Refused, match="none of your posts"):
                take(world, case, "visit", by=world.village)
            take(world, case, "visit", by=world.township)
        visit = Turn.objects.get(case=case, step="visit")
        began = timezone.localtime(visit.began_at).date()
        assert visit.due_on is not None
        assert (visit.due_on - began).days == (7 if may else 3)
        assert world.now - monday < timedelta(days=1)
    # Cangxi of 2014: a week on the board, then the plan of the household; Hubei: the general days.
    cangxi = begun(here, family("V3", "620402102201", {"category": "general"}),
                   "cn-identify-2014", by=here.elsewhere)  # fmt: skip
    declared = frozen_of(cangxi).procedure
    notices = [each.publish.days for each in declared.steps if each.publish is not None]
    assert (cangxi.definition.pack, notices) == ("cangxi-2014", [7, 7, 5])
    assert declared.steps[-1].id == "plan"
    assert name_for("360735102201", FROM) == "hubei-2019"
