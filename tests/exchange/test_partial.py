"""Tables with a few columns only: what they do not have stays untouched."""

from pathlib import Path

import pytest
from tests.exchange.invented import book, table
from tests.exchange.test_importing import BASE, HOME, OTHER, imported, refusals

from fangpin.registry.models import Household, Person

pytestmark = pytest.mark.usefixtures("county")


def test_one_column_of_households(tmp_path: Path) -> None:
    imported(book(tmp_path / "表.xlsx", *BASE))
    before, other = (Household.objects.get(number=number) for number in (HOME, OTHER))
    found = imported(
        table(tmp_path / "类型.xlsx", ("户编号", "户类型"), (HOME, "脱贫户"), (OTHER, "脱贫户"))
    )
    assert found.counts["households_changed"] == 1
    assert found.counts["households_unchanged"] == 1
    assert found.counts["refused"] == 0
    home = Household.objects.get(number=HOME)
    assert home.village_code == before.village_code
    assert home.phone == before.phone
    assert home.phone_index == before.phone_index
    assert home.members == 2
    assert Household.objects.get(number=OTHER).version == other.version


def test_one_column_of_persons(tmp_path: Path) -> None:
    imported(book(tmp_path / "表.xlsx", *BASE))
    before = Person.objects.get(number=f"{HOME}01")
    found = imported(
        table(
            tmp_path / "健康.xlsx",
            ("户编号", "人编号", "健康状况"),
            (HOME, f"{HOME}01", "患有大病"),
        )
    )
    assert found.counts["persons_changed"] == 1
    after = Person.objects.get(number=f"{HOME}01")
    assert after.health != before.health
    assert (after.name, after.id_number) == (before.name, before.id_number)
    assert after.birth_date == before.birth_date
    assert after.memberships.get().is_head


def test_nobody_is_added_by_a_few_columns(tmp_path: Path) -> None:
    imported(book(tmp_path / "表.xlsx", *BASE))
    unknown = "5299001012019999"
    found = imported(
        table(tmp_path / "类型.xlsx", ("户编号", "户类型"), (HOME, "脱贫户"), (unknown, "脱贫户"))
    )
    assert refusals(found) == [(3, "该户不在台账中，文件也没有写明所在的村")]
    rows = ((HOME, f"{HOME}01", "患有大病"), (HOME, f"{HOME}09", "患有大病"))
    found = imported(table(tmp_path / "健康.xlsx", ("户编号", "人编号", "健康状况"), *rows))
    assert refusals(found) == [(3, "此人不在台账中，文件也没有写明姓名和证件号码")]
    assert Person.objects.count() == 3
