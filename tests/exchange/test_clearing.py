"""The mark that empties a field: written on purpose, said in the dry run, taken back again."""

from pathlib import Path

import pytest
from tests.exchange.invented import book, household_row, person_row
from tests.exchange.test_importing import (
    BASE,
    HOME,
    checked,
    everything,
    imported,
    say,
    table,
)
from tests.exchange.test_partial import table as sheet_of

from fangpin.exchange import tasks
from fangpin.exchange.clearing import MARK
from fangpin.registry.models import Household, Person, YearlyConditions

pytestmark = pytest.mark.usefixtures("county")
HEAD = f"{HOME}01"


def clearing(folder: Path) -> Path:
    """Household and head with marks; everything else as in BASE."""
    home = household_row(HOME, **{"联系电话": MARK, "耕地面积(亩)": "-clear-", "户类型": MARK})
    head = person_row(HOME, 1, **{"健康状况": MARK, "姓名": MARK, "出生日期": MARK})
    return book(folder / "清.xlsx", [home], [head])


def test_marked_fields_are_emptied_and_blanks_are_not(tmp_path: Path) -> None:
    imported(book(tmp_path / "表.xlsx", *BASE))
    before = Household.objects.get(number=HOME)
    found = imported(clearing(tmp_path))
    home, head = Household.objects.get(number=HOME), Person.objects.get(number=HEAD)
    assert (home.phone, home.phone_index) == (None, None)
    assert home.category == before.category == "general"
    assert YearlyConditions.objects.get(household=home).arable_land is None
    assert head.health == []
    assert head.birth_date is None
    assert head.name is not None
    assert head.name_tokens
    assert head.id_index is not None
    assert home.version == before.version + 1
    told = table(found, "changes")
    gone = told.filter(told["new"] == "（清空）")
    assert set(gone["key"].to_list()) == {
        *("household.phone", "conditions.arable_land", "person.health", "person.birth_date"),
    }


def test_what_must_not_be_cleared_is_said_and_stays(tmp_path: Path) -> None:
    imported(book(tmp_path / "表.xlsx", *BASE))
    found = checked(clearing(tmp_path))
    said = table(found, "remarks").filter(table(found, "remarks")["kind"] == "cell")
    assert sorted(said["zh"].to_list()) == [
        f"“{label}”不能用“{MARK}”清空，请在台账中办理" for label in ("姓名", "户类型")
    ]
    assert table(found, "remarks").filter(table(found, "remarks")["kind"] == "refused").height == 0


def test_the_same_marks_again_change_nothing(tmp_path: Path) -> None:
    imported(book(tmp_path / "表.xlsx", *BASE))
    imported(clearing(tmp_path))
    before = everything()
    again = checked(clearing(tmp_path))
    assert again.counts["fields"] == 0
    assert again.counts["households_changed"] == again.counts["persons_changed"] == 0
    assert everything() == before


def test_taken_back_everything_stands_again(tmp_path: Path) -> None:
    imported(book(tmp_path / "表.xlsx", *BASE))
    before = Household.objects.get(number=HOME)
    found = imported(clearing(tmp_path))
    tasks.undo(by=None, progress=say, number=found.pk)
    home = Household.objects.get(number=HOME)
    assert (home.phone, home.phone_index) == (before.phone, before.phone_index)
    assert Person.objects.get(number=HEAD).health == ["healthy"]
    assert YearlyConditions.objects.get(household=home).arable_land == 4.5


def test_a_few_columns_clear_as_well_and_a_new_row_has_nothing_to_clear(tmp_path: Path) -> None:
    imported(book(tmp_path / "表.xlsx", *BASE))
    rows = (("户编号", "联系电话"), (HOME, MARK))
    found = imported(sheet_of(tmp_path / "电话.xlsx", *rows))
    assert found.counts["households_changed"] == 1
    assert Household.objects.get(number=HOME).phone is None
    new = "5299001012010077"
    imported(
        book(tmp_path / "新.xlsx", [household_row(new, **{"联系电话": MARK})], [person_row(new, 1)])
    )
    assert Household.objects.get(number=new).phone is None
