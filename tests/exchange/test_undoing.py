"""An import taken back: everything as before, or nothing and a list of what came after."""

from datetime import date
from pathlib import Path
from uuid import uuid4

import pghistory
import pytest
from django.utils import timezone
from tests.exchange.invented import VILLAGES, book, household_row, person_row
from tests.exchange.test_importing import BASE, HOME, ON, OTHER, everything, imported, say

from fangpin.cases.models import Case, Definition
from fangpin.clues.models import Clue
from fangpin.exchange import actions, tasks
from fangpin.exchange.models import Import
from fangpin.exchange.plan import Permit
from fangpin.exchange.undoing import hindrances, undo
from fangpin.foundation.models import AuditEntry
from fangpin.kernel.errors import FangpinError
from fangpin.people.models import User
from fangpin.people.scope import FieldGroup
from fangpin.registry.actions.yearly import record_income
from fangpin.registry.models import (
    EventKind,
    Household,
    Membership,
    Person,
    RegistryEvent,
)

pytestmark = pytest.mark.usefixtures("county")
_COUNTED = ("version", "entered_at")


def content() -> dict[str, list[dict[str, object]]]:
    """All rows without the numbers that only grow."""
    return {
        name: [{k: v for k, v in row.items() if k not in _COUNTED} for row in rows]
        for name, rows in everything().items()
    }


def changing(folder: Path) -> Import:
    """A second import: another type, head, village; somebody moves; somebody is new."""
    home = {"户类型": "脱贫户", "行政村": "西平村", "村区划代码": VILLAGES[1][0]}
    people = [
        person_row(HOME, 1, "之父"),
        person_row(HOME, 2, "户主", **{"性别": "女"}),
        person_row(HOME, 3, "之子"),
        person_row(OTHER, 1, "其他", **{"户编号": HOME}),
    ]
    return imported(book(folder / "改.xlsx", [household_row(HOME, **home)], people))


def test_all_is_as_it_was_before(tmp_path: Path) -> None:
    imported(book(tmp_path / "表.xlsx", *BASE))
    before = content()
    found = changing(tmp_path)
    assert content() != before
    actions.begin_undo(by=None, number=found.pk)
    done = tasks.undo(by=None, progress=say, number=found.pk)
    assert content() == before
    found.refresh_from_db()
    assert found.state == Import.State.REVERSED
    assert done["deleted"] > 0
    assert done["restored"] > 0
    assert AuditEntry.objects.filter(action="registry.import.undo").count() == 1
    told = RegistryEvent.objects.filter(kind=EventKind.REVERSED)
    assert {home for event in told for home in event.households} == set(
        Household.objects.values_list("pk", flat=True)
    )
    # Once more: a job that is begun again after a crash has nothing left to do.
    assert tasks.undo(by=None, progress=say, number=found.pk) == {"import": found.pk}
    with pytest.raises(FangpinError, match="已经撤销"):
        actions.begin_undo(by=None, number=found.pk)


def test_the_first_import_leaves_an_empty_registry_and_can_be_done_again(tmp_path: Path) -> None:
    found = imported(book(tmp_path / "表.xlsx", *BASE))
    tasks.undo(by=None, progress=say, number=found.pk)
    assert not Household.objects.exists()
    assert not Person.objects.exists()
    assert imported(book(tmp_path / "表.xlsx", *BASE)).counts["persons_added"] == 3


def _edited(home: Household) -> None:
    record_income(by=None, household=home.pk, version=home.version, year=2025,
                  values={"persons": "2", "wage_income": "42000"})  # fmt: skip


def _written(home: Household) -> None:
    Household.objects.filter(pk=home.pk).update(group_name="三社")


def _left(home: Household) -> None:
    Membership.objects.filter(household=home, is_head=False).update(ended_on=date(2026, 3, 2))


def _removed(home: Household) -> None:
    Membership.objects.filter(household=home, is_head=False).delete()


def _suspected(home: Household) -> None:
    Clue.objects.create(
        household=home, village_code=home.village_code, opened_at=timezone.now(), state="new"
    )


def _in_procedure(home: Household) -> None:
    Case.objects.create(
        household=home,
        definition=Definition.objects.create(hash="0" * 64, pack="cn-base", content={}),
        number="C1",
        step="lead",
        area_code=home.village_code,
        opened_at=timezone.now(),
        opened_by=User.objects.create(username="opener"),
        client_id=uuid4(),
    )


@pytest.mark.parametrize(
    ("what", "told"),
    [
        (_edited, "收入登记"),
        (_written, "其后又有修改"),
        (_left, "1 条家庭成员"),
        (_removed, "1 条记录其后已被删除"),
        (_suspected, "其后登记了 1 条相关记录"),
        (_in_procedure, "其后登记了 1 条相关记录"),
    ],
)
def test_what_came_after_is_named_and_nothing_is_taken_back(
    tmp_path: Path, what: object, told: str
) -> None:
    found = imported(book(tmp_path / "表.xlsx", *BASE))
    with pghistory.context(somebody="else"):  # as in a transaction of its own
        what(Household.objects.get(number=HOME))  # type: ignore[operator]
    before = everything()
    with pytest.raises(FangpinError) as refused:
        tasks.undo(by=None, progress=say, number=found.pk)
    assert told in refused.value.in_language("zh")
    assert "先撤销其后的办理" in refused.value.in_language("zh")
    assert everything() == before
    found.refresh_from_db()
    assert found.state == Import.State.APPLIED


def test_a_later_import_of_the_same_households_has_to_go_first(tmp_path: Path) -> None:
    first = imported(book(tmp_path / "表.xlsx", *BASE))
    second = changing(tmp_path)
    assert any(each.number == HOME for each in hindrances(first))
    tasks.undo(by=None, progress=say, number=second.pk)
    assert hindrances(first), "rows that were put back are not those the first import left"


def test_an_import_beyond_the_area_of_the_post_is_not_taken_back(tmp_path: Path) -> None:
    found = imported(book(tmp_path / "表.xlsx", *BASE))
    with pytest.raises(FangpinError, match="岗位区域以外"):
        undo(by=None, number=found.pk, permit=Permit(("529900102",), frozenset(FieldGroup)))
    assert Household.objects.count() == 2
    undo(by=None, number=found.pk, permit=Permit((VILLAGES[0][0][:9],), frozenset(FieldGroup)))
    assert Household.objects.count() == 0


def test_what_was_not_carried_out_cannot_be_taken_back(tmp_path: Path) -> None:
    found = actions.bring(
        by=None, name="表.xlsx", chunks=[book(tmp_path / "表.xlsx", *BASE).read_bytes()], on=ON,
        queued=False,
    )  # fmt: skip
    with pytest.raises(FangpinError, match="只有已导入"):
        actions.begin_undo(by=None, number=found.pk)
