from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.registry.actions.test_edit import user, with_check_digit
from tests.registry.invented import OTHER_VILLAGE, called, family, person, version

from fangpin.people.models import Role
from fangpin.people.scope import FieldGroup
from fangpin.registry.actions.edit import edit_household, edit_person
from fangpin.registry.actions.households import move_village
from fangpin.registry.actions.leaving import die
from fangpin.registry.actions.spells import classify, remove_risk
from fangpin.registry.actions.yearly import assign_helper, record_conditions, record_income
from fangpin.registry.models import Household, SpellKind
from fangpin.registry.queries.as_of import as_they_stood
from fangpin.registry.queries.file import HouseholdFile, household_file
from fangpin.registry.queries.timeline import event_of, timeline

pytestmark = pytest.mark.django_db
PHONE, ACCOUNT = "13800001111", "6217000010001234567"
NUMBER = with_check_digit("62040219950701001")


def _full() -> Household:
    home = family(values={"category": "alleviated", "phone": PHONE, "account": ACCOUNT})
    son = called("丙")
    edit_person(
        by=None,
        person=son.pk,
        version=son.version,
        values={"id_number": NUMBER, "health": ["chronic", "disabled"], "school": "某校"},
    )
    classify(
        by=None,
        household=home.pk,
        version=version(home),
        kind=SpellKind.MONITORING,
        code="marginal",
        risks=["illness", "disability"],
        on=date(2021, 4, 1),
        clause="四（三）",
    )
    items = {"work_expense": "200", "ecological_income": "30.50"}
    sums = {"wage_income": "20000", "business_income": "0", "business_cost": "0"}
    record_income(
        by=None,
        household=home.pk,
        version=version(home),
        year=2021,
        values=sums
        | {"property_income": "0", "transfer_income": "1000", "persons": 5, "items": items},
    )
    record_conditions(
        by=None,
        household=home.pk,
        version=version(home),
        year=2021,
        values={"arable_land": "3.5", "safe_water": True, "measures": {"health": "大病救助"}},
    )
    assign_helper(
        by=None,
        household=home.pk,
        version=version(home),
        values={"name": "周帮扶", "unit": "某局", "phone": "13900002222"},
        on=date(2021, 5, 1),
    )
    return home


def _said(file: HouseholdFile) -> str:
    return repr(file)


def test_the_county_sees_everything_with_numbers_masked() -> None:
    _full()
    file = household_file(user(Role.COUNTY_BUREAU), "F1")
    assert file is not None
    said = _said(file)
    assert not any(clear in said for clear in (NUMBER, PHONE, ACCOUNT, "13900002222"))
    assert file.head_name == "赵测甲"
    assert file.monitoring is not None
    assert file.monitoring.zh == "边缘易致贫户"
    bank = {each.field.name: each for each in file.fields[FieldGroup.bank]}
    assert bank["account"].text is not None
    assert bank["account"].text.zh.endswith("4567")
    assert bank["account"].masked
    assert not bank["bank"].known
    son = next(each for each in file.members if each.name == "赵测丙")
    health = next(each for each in son.fields[FieldGroup.health] if each.field.name == "health")
    assert health.text is not None
    assert health.text.zh == "长期慢性病、残疾"
    (income,) = file.incomes
    assert (income.registration.total, income.registration.per_person) == (21_000_00, 4_200_00)
    assert income.subsistence.total is None
    assert income.items == {"work_expense": 200_00, "ecological_income": 30_50}
    (conditions,) = file.conditions
    land = next(
        each for each in conditions.fields[FieldGroup.housing] if each.field.name == "arable_land"
    )
    assert land.text is not None
    assert land.text.zh == "3.5 亩"
    assert file.helpers[0].name == "周帮扶"
    assert file.may_write
    assert file.may_unmask


def test_who_sees_no_identity_gets_no_name_number_or_birth_date() -> None:
    _full()
    file = household_file(user(Role.LEADER), "F1")
    assert file is not None
    said = _said(file)
    for hidden in ("赵测", "钱试", "1970", PHONE[-4:], NUMBER[:6] + "*", "F1-"):
        assert hidden not in said
    assert FieldGroup.identity not in file.groups
    assert not file.may_write
    assert file.incomes


def test_a_department_sees_its_own_groups() -> None:
    _full()
    file = household_file(user(Role.DEPARTMENT_LIAISON, department="教育局"), "F1")
    assert file is not None
    assert file.groups == {FieldGroup.identity, FieldGroup.household, FieldGroup.education}
    son = next(each for each in file.members if each.name == "赵测丙")
    assert son.fields.keys() == {FieldGroup.identity, FieldGroup.household, FieldGroup.education}
    assert (file.incomes, file.helpers) == ((), ())
    for entry in file.conditions:
        assert entry.fields.keys() <= file.groups


def test_another_village_and_nobody_get_nothing() -> None:
    home = _full()
    worker = user(Role.VILLAGE_WORKER, "620402101201")
    assert household_file(worker, "F1") is not None
    assert household_file(worker, "F9") is None
    move_village(by=None, household=home.pk, version=version(home), village_code=OTHER_VILLAGE)
    assert household_file(worker, "F1") is None
    assert timeline(worker, "F1") is None
    assert household_file(user(Role.TOWNSHIP_OFFICER, "620402102000"), "F1") is not None


def test_the_number_of_queries_is_fixed() -> None:
    _full()
    county = user(Role.COUNTY_BUREAU)
    household_file(county, "F1")
    with CaptureQueriesContext(connection) as few:
        household_file(county, "F1")
    family("F2", members=[person("李试己", "head")] + [person(f"李{n}", "other") for n in range(9)])
    with CaptureQueriesContext(connection) as many:
        household_file(county, "F2", as_of=timezone.localdate())
    assert len(few) <= 7
    assert len(many) <= 9


def test_a_household_as_it_stood() -> None:
    home = _full()
    county = user(Role.COUNTY_BUREAU)
    die(by=None, person=called("戊").pk, version=version(home), on=date(2022, 1, 1))
    remove_risk(
        by=None, household=home.pk, version=version(home), how="support", on=date(2022, 6, 1)
    )
    then = household_file(county, "F1", as_of=date(2021, 6, 1))
    before = household_file(county, "F1", as_of=date(2021, 3, 31))
    now = household_file(county, "F1")
    assert then is not None
    assert before is not None
    assert now is not None
    assert {each.name for each in then.members} - {each.name for each in now.members} == {"孙试戊"}
    assert [each.name for each in now.former] == ["孙试戊"]
    assert (then.size, now.size) == (5, 4)
    assert {spell.kind: spell.ended_on for spell in now.spells}[SpellKind.MONITORING] == date(
        2022, 6, 1
    )
    assert SpellKind.MONITORING not in {spell.kind for spell in before.spells}
    assert not then.writable
    early = household_file(county, "F1", as_of=date(2019, 12, 31))
    assert early is not None
    assert early.members == ()


def test_fields_stand_as_they_were_recorded_on_that_day() -> None:
    home = family(values={"category": "general", "group_name": "一社"})
    edit_household(by=None, household=home.pk, version=home.version, values={"group_name": "二社"})
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE registry_householdhistory SET pgh_created_at = pgh_created_at - interval '9 d'"
        )
    row = Household.objects.get(pk=home.pk)
    day = timezone.localdate()
    before = day - timedelta(days=12)
    assert [each.group_name for each in as_they_stood([row], day)] == ["二社"]
    assert [each.group_name for each in as_they_stood([row], before)] == ["一社"]


def test_the_timeline_tells_what_happened_without_values() -> None:
    home = _full()
    worker = user(Role.VILLAGE_WORKER, "620402101201")
    die(by=None, person=called("戊").pk, version=version(home), on=date(2022, 1, 1))
    page = timeline(worker, "F1", size=3)
    assert page is not None
    entries, after = page
    assert [entry.kind for entry in entries] == ["died", "helper", "conditions"]
    assert entries[0].persons[0][1] == "孙试戊"
    assert entries[2].year == 2021
    assert {label.zh for label in entries[2].fields} >= {"耕地面积"}
    rest = timeline(worker, "F1", before=after)
    assert rest is not None
    assert rest[0][-1].kind == "entered"
    leader = timeline(user(Role.LEADER), "F1")
    assert leader is not None
    assert all(entry.persons == () for entry in leader[0])
    found = event_of(worker, entries[0].pk)
    assert found is not None
    assert found[1]
    assert event_of(user(Role.VILLAGE_WORKER, "620402102201"), entries[0].pk) is None
