"""Who is watched is visited again: the longest not visited first, in one's own places alone."""

from datetime import date

from tests.fieldwork.conftest import Field

from fangpin.fieldwork.models import Visit
from fangpin.fieldwork.return_visits import return_visits
from fangpin.registry.models import Household

TODAY = date(2021, 6, 30)


def visited(field: Field, household: Household, on: date) -> None:
    Visit.objects.create(
        household=household, village_code=household.village_code, on=on, purpose="routine",
        by=field.user("village"),
    )  # fmt: skip


def asked(field: Field, name: str) -> list[tuple[int | None, str]]:
    tasks = return_visits(field.user(name), TODAY).tasks
    return [(task.household, task.sentences[0].zh) for task in tasks]


def test_the_longest_not_visited_comes_first_and_nobody_whose_risk_is_gone(field: Field) -> None:
    township = field.mine.village_code[:9]
    mine = list(Household.objects.filter(village_code__startswith=township).order_by("number"))
    assert [pk for pk, _ in asked(field, "township")] == [each.pk for each in mine]
    first, second = mine[:2]
    visited(field, first, date(2021, 6, 20))
    visited(field, first, date(2021, 3, 1))
    visited(field, second, date(2021, 6, 10))
    found = asked(field, "township")
    assert found[-2:] == [(second.pk, "距上次走访 20 天"), (first.pk, "距上次走访 10 天")]
    Household.objects.filter(pk=second.pk).update(risk_removed=True)
    Household.objects.filter(pk=first.pk).update(monitoring_category="")
    assert {first.pk, second.pk} & {pk for pk, _ in asked(field, "township")} == set()


def test_nobody_is_asked_to_visit_elsewhere(field: Field) -> None:
    assert field.elsewhere.pk not in {pk for pk, _ in asked(field, "village")}
    assert field.mine.pk in {pk for pk, _ in asked(field, "township")}
    assert asked(field, "county") == []
