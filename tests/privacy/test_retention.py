"""Each class of data is gone or kept as its period says, with the clock moved by years."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from tests.privacy.conftest import Home

from fangpin.feeds.models import Intake
from fangpin.foundation import audit_chain
from fangpin.foundation.actions import enqueue
from fangpin.foundation.models import AuditEntry, ExportLog, Job
from fangpin.people.models import PersonRead, SignInAttempt
from fangpin.people.sign_in import throttle
from fangpin.privacy.actions import requests, retention
from fangpin.privacy.lawful import years_later
from fangpin.privacy.models import Erasure, PersonRequest, RetentionPlan
from fangpin.privacy.retention import rules
from fangpin.registry.actions.yearly import assign_helper
from fangpin.registry.models import HelperSpell, Household, HouseholdState, Membership, Person
from fangpin.registry.sealing import open_one

pytestmark = pytest.mark.django_db
YEARS = (1, 3, 5, 10)


def listed(home: Home, day: date) -> dict[str, int]:
    return dict(retention.list_due(by=home.users["county"], day=day).counts)


def carried_out(home: Home, day: date) -> dict[str, Any]:
    plan = retention.list_due(by=home.users["county"], day=day)
    retention.decide(by=home.users["approver"], plan=plan.pk, release=True, reason="已核对")
    return retention.carry_out(by=None, plan=plan.pk)


@pytest.fixture
def left(home: Home) -> date:
    """The household left the registry today, with a former helper; the day."""
    today = timezone.localdate()
    version = Household.objects.get(pk=home.household.pk).version
    assign_helper(
        by=None, household=home.household.pk, version=version,
        values={"name": "钱帮", "phone": "13700001111"}, on=date(2021, 1, 1),
    )  # fmt: skip
    HelperSpell.objects.update(ended_on=today)
    Membership.objects.update(ended_on=today, is_head=False)
    Household.objects.update(state=HouseholdState.DISSOLVED, members=0)
    return today


def test_with_the_clock_moved_each_class_is_due_when_its_years_are_over(
    home: Home, left: date
) -> None:
    due = {years: set(listed(home, years_later(left, years))) for years in YEARS}
    kept = {rule.name: rule.years for rule in rules()}
    assert kept["person_file"] == 10
    assert due[1] == set()
    registry = {name for name in kept if name not in {"deliveries", "requests", "exports",
                                                      "reads", "jobs"}}  # fmt: skip
    for years in YEARS:
        assert {name for name in due[years] if name in registry} <= {
            name for name in registry if kept[name] <= years
        }
    assert {"current_left_household", "current_left_person", "former_helper"} <= due[3]
    assert "account_left_household" in due[5] - due[3]
    assert {"household_file", "person_file"} <= due[10] - due[5]
    assert (
        listed(home, years_later(left, 10) - timedelta(days=1))
        .keys()
        .isdisjoint({"household_file", "person_file"})
    )


def test_what_is_due_goes_and_the_rest_stays(home: Home, left: date) -> None:
    three = carried_out(home, years_later(left, 3))
    assert three["gone"] > 0
    row = Person.objects.get(pk=home.head.pk)
    household = Household.objects.get(pk=home.household.pk)
    assert (row.phone, household.phone) == (None, None)
    assert open_one(row, "name") == "赵秘甲"
    assert open_one(household, "account") == "6217000010001234567"
    assert HelperSpell.objects.get().name is None
    history = apps.get_model("registry", "PersonHistory").objects
    assert not history.exclude(phone=None).exists()
    carried_out(home, years_later(left, 5))
    household.refresh_from_db()
    assert household.account is None
    carried_out(home, years_later(left, 10))
    row.refresh_from_db()
    household.refresh_from_db()
    assert (row.name, row.health, row.sex, household.category) == (None, [], "", "")
    assert not history.exclude(name=None).exists()
    assert Membership.objects.filter(person=row).exists(), "that somebody belonged there stays"
    assert Erasure.objects.filter(depth="everything").count() == 3
    assert set(listed(home, years_later(left, 30))) <= {"jobs"}, "nothing is listed twice"
    connection.ensure_connection()
    assert AuditEntry.objects.filter(action="retention.gone").count() >= 3


def test_it_goes_on_where_it_was_killed(
    home: Home, left: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "CHUNK", 1)
    plan = retention.list_due(by=home.users["county"], day=years_later(left, 10))
    retention.decide(by=home.users["approver"], plan=plan.pk, release=True, reason="已核对")
    total = plan.items.count()
    assert total > 5

    def stop(percent: int, step: Any) -> None:
        raise KeyboardInterrupt

    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            retention.carry_out(by=None, plan=plan.pk, progress=stop)
    assert plan.items.filter(done=True).count() == 3
    retention.carry_out(by=None, plan=plan.pk)
    assert plan.items.filter(done=False).count() == 0
    plan.refresh_from_db()
    assert plan.state == "done"
    with pytest.raises(RetentionPlan.DoesNotExist):
        retention.carry_out(by=None, plan=plan.pk)


def test_what_came_back_to_life_since_it_was_listed_stays(home: Home, left: date) -> None:
    plan = retention.list_due(by=home.users["county"], day=years_later(left, 10))
    retention.decide(by=home.users["approver"], plan=plan.pk, release=True, reason="已核对")
    Membership.objects.filter(person=home.head.pk).update(ended_on=None)
    done = retention.carry_out(by=None, plan=plan.pk)
    assert done["stayed"] >= 1
    assert open_one(Person.objects.get(pk=home.head.pk), "name") == "赵秘甲"


def test_nobody_releases_the_own_list(home: Home, left: date) -> None:
    plan = retention.list_due(by=home.users["county"], day=left)
    for name in ("county", "township", "village"):
        with pytest.raises(RetentionPlan.DoesNotExist):
            retention.decide(by=home.users[name], plan=plan.pk, release=True, reason="同意")
    with pytest.raises(PermissionError):
        retention.list_due(by=home.users["approver"], day=left)


def test_records_beside_the_registry_go_after_their_years(home: Home, tmp_path: Path) -> None:
    today = timezone.localdate()
    folder = tmp_path / "runs" / "old"
    folder.mkdir(parents=True)
    intake = Intake.objects.create(key="old", as_of=today, folder=str(folder))
    PersonRead.objects.create(user=home.users["village"], day=today, person=home.head.pk)
    job = enqueue(by=None, kind="screen", arguments={})
    Job.objects.filter(pk=job.pk).update(finished_at=timezone.now(), state="done")
    request = requests.register(
        by=home.users["village"], kind="copy", household=home.household.pk, person=None,
        asker="self", proof="card", text="要一份", received_on=today, today=today,
    )  # fmt: skip
    requests.decide(
        by=home.users["county"], request=request.pk, version=1, grant=False, reason="不符",
        today=today,
    )  # fmt: skip
    assert listed(home, years_later(today, 1)) == {}
    assert {"deliveries", "reads", "jobs", "requests"} <= set(listed(home, years_later(today, 3)))
    carried_out(home, years_later(today, 3) + timedelta(days=1))
    assert not Intake.objects.filter(pk=intake.pk).exists()
    assert not PersonRead.objects.exists()
    assert not Job.objects.filter(pk=job.pk).exists()
    assert PersonRequest.objects.get(pk=request.pk).text is None


def test_the_database_refuses_to_forget_too_early(home: Home) -> None:
    export = ExportLog.objects.create(
        by=home.users["county"], what="x", right="export", form="csv", purpose="visit"
    )
    throttle.note(username="x", address=None, device=None, succeeded=False, user=None)
    for rows in (ExportLog.objects.filter(pk=export.pk), SignInAttempt.objects.all(),
                 AuditEntry.objects.all()):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()
    long_ago = timezone.now() - timedelta(days=200)
    SignInAttempt.objects.update(at=long_ago)
    assert throttle.forget_old() == 1


def test_a_list_is_made_by_itself_when_something_is_due(home: Home) -> None:
    assert retention.list_when_due() is None
    Membership.objects.update(ended_on=date(2001, 1, 1), began_on=None, is_head=False)
    Household.objects.update(state=HouseholdState.DISSOLVED, members=0)
    plan = retention.list_when_due()
    assert plan is not None
    assert plan.counts["household_file"] == 1
    assert retention.list_when_due() is None, "one waits already"


def test_the_chain_holds_after_an_erasure(transactional_db: None, home: Home) -> None:
    Membership.objects.update(ended_on=date(2001, 1, 1), began_on=None, is_head=False)
    Household.objects.update(state=HouseholdState.DISSOLVED, members=0)
    carried_out(home, timezone.localdate())
    connection.ensure_connection()
    assert audit_chain.verify(connection.connection).fault is None
