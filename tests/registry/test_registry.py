import pytest

from fangpin.registry.actions import HouseholdRow, PersonRow, replace
from fangpin.registry.models import Household, Person


def _load(count: int) -> None:
    replace(
        by=None,
        households=[
            HouseholdRow(f"H{n}", "620402101201", "脱贫户", "lifted") for n in range(count)
        ],
        persons=[
            PersonRow(f"H{n}", f"H{n}-{m}", f"人{n}{m}", m == 0)
            for n in range(count)
            for m in (0, 1)
        ]
        + [PersonRow("unknown", "x", "无户", True)],
    )


@pytest.mark.django_db
def test_an_export_replaces_the_one_before() -> None:
    _load(5)
    _load(3)
    assert sorted(Household.objects.values_list("number", flat=True)) == ["H0", "H1", "H2"]
    assert Person.objects.count() == 6
    household = Household.objects.get(number="H1")
    assert (household.head_name, household.members) == ("人10", 2)


@pytest.mark.django_db
def test_without_names_heads_stay_unknown() -> None:
    replace(by=None, households=[HouseholdRow("H0", "620402101201")], persons=[])
    assert Household.objects.get().head_name == ""
