"""Requests: who registers, who decides, by when, and what comes of each kind."""

import io
import json
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from pypdf import PdfReader
from tests.privacy.conftest import SECRETS, WIFE, Home

from fangpin.foundation.models import AuditEntry
from fangpin.kernel.errors import FangpinError
from fangpin.privacy import lawful, queries
from fangpin.privacy.actions import requests
from fangpin.privacy.copying import collect, copy_file
from fangpin.privacy.models import Erasure, PersonRequest
from fangpin.privacy.subject import of_household, of_person
from fangpin.registry.actions.edit import edit_person
from fangpin.registry.models import Household, Membership, Person

pytestmark = pytest.mark.django_db
TODAY = date(2026, 9, 25)  # a Friday before the National Day holidays
State = PersonRequest.State


def made(home: Home, kind: str = "copy", **more: Any) -> PersonRequest:
    given: dict[str, Any] = {
        "by": home.users["village"],
        "kind": kind,
        "household": home.household.pk,
        "person": home.head.pk,
        "asker": "self",
        "proof": "card",
        "text": "我要我的资料",
        "received_on": TODAY,
        "today": TODAY,
    }
    return requests.register(**(given | more))


def decided(home: Home, request: PersonRequest, grant: bool = True, **more: Any) -> PersonRequest:
    given: dict[str, Any] = {
        "by": home.users["township"],
        "request": request.pk,
        "version": request.version,
        "grant": grant,
        "reason": "符合规定",
        "today": TODAY,
    }
    return requests.decide(**(given | more))


def test_the_deadline_is_counted_in_working_days(home: Home, settings: Any) -> None:
    settings.REQUEST_WORKDAYS = 5
    request = made(home)
    assert request.due_on > date(2026, 10, 2), "holidays do not count"
    assert request.text == "我要我的资料"
    assert queries.late(home.users["village"], date(2026, 11, 1)) == 1
    assert queries.late(home.users["other_township"], date(2026, 11, 1)) == 0


def test_who_registered_does_not_decide(home: Home) -> None:
    request = made(home, by=home.users["township"])
    with pytest.raises(PersonRequest.DoesNotExist):
        decided(home, request)
    with pytest.raises(PersonRequest.DoesNotExist):
        decided(home, request, by=home.users["village"])
    with pytest.raises(PersonRequest.DoesNotExist):
        decided(home, request, by=home.users["other_township"])
    with pytest.raises(FangpinError, match="reason"):
        decided(home, request, by=home.users["county"], reason=" ")
    done = decided(home, request, by=home.users["county"])
    assert done.state == State.GRANTED
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonRequest.objects.filter(pk=request.pk).update(decided_by=home.users["township"])
    entry = AuditEntry.objects.get(action="request.granted")
    assert entry.actor == home.users["county"]
    assert "符合" not in str(entry.detail)


def test_a_stale_page_and_a_foreign_household_are_refused(home: Home) -> None:
    request = made(home)
    with pytest.raises(FangpinError, match="changed meanwhile"):
        decided(home, request, version=request.version + 1)
    with pytest.raises(Household.DoesNotExist):
        made(home, by=home.users["other_township"])
    with pytest.raises(Household.DoesNotExist):
        made(home, person=10**9)
    with pytest.raises(FangpinError):
        made(home, kind="erase", person=None)
    for name, value in (("kind", "x"), ("asker", "x"), ("proof", ""), ("text", "x" * 3000)):
        with pytest.raises(FangpinError):
            made(home, **{name: value})
    with pytest.raises(FangpinError, match="future"):
        made(home, received_on=date(2026, 9, 26))


def test_a_copy_holds_everything_about_the_person_and_nobody_else(home: Home) -> None:
    moment = timezone.make_aware(datetime(2026, 9, 25, 9))
    content, rows = copy_file(
        of_person(home.head.pk), number="R000001", made=moment, language="zh", watermark="测试"
    )
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.namelist() == ["R000001.pdf", "R000001.json"]
    told = json.loads(archive.read("R000001.json"))
    text = json.dumps(told, ensure_ascii=False)
    assert not [secret for secret in SECRETS if secret not in text]
    assert "13900001111" in text, "what was registered before, as history keeps it"
    assert WIFE not in text
    tables = {part["table"] for part in told["tables"]}
    assert {"registry.Person", "registry.Household", "registry.Membership", "checks.Hit"} <= tables
    assert rows == sum(len(part["rows"]) + len(part["former"]) for part in told["tables"])
    paper = "".join(page.extract_text() for page in PdfReader(
        io.BytesIO(archive.read("R000001.pdf"))).pages)  # fmt: skip
    assert "620402197005010016" in paper
    assert "13900007788" in paper
    whole = json.dumps([str(part) for part in collect(of_household(home.household.pk))],
                       ensure_ascii=False)  # fmt: skip
    assert WIFE in whole
    assert SECRETS[0] in whole


def test_a_correction_is_done_by_the_edit_that_makes_it(home: Home) -> None:
    request = decided(home, made(home, "correct", text="学校登记错了", fields=["person.school"]))
    row = Person.objects.get(pk=home.head.pk)
    event = edit_person(
        by=home.users["village"], person=row.pk, version=row.version, values={"school": "真小学"}
    )
    assert event is not None
    with pytest.raises(FangpinError, match="does not belong"):
        requests.corrected(by=home.users["village"], request=request.pk, event=10**9)
    done = requests.corrected(by=home.users["village"], request=request.pk, event=event.pk)
    assert (done.state, done.event_id) == (State.DONE, event.pk)
    other = decided(home, made(home, "correct", text="还有一处错误"))
    with pytest.raises(FangpinError, match="does not belong"):
        requests.corrected(by=home.users["village"], request=other.pk, event=event.pk)


def _leave(home: Home, on: date) -> None:
    Membership.objects.filter(person=home.head.pk).update(ended_on=on, is_head=False)
    wife = Membership.objects.exclude(person=home.head.pk).get()
    wife.is_head = True
    wife.save()


def test_what_the_law_asks_to_be_kept_is_not_erased(home: Home) -> None:
    request = made(home, "erase", text="请删除我的资料")
    with pytest.raises(FangpinError, match="still belongs to a household"):
        decided(home, request, ground="ended")
    _leave(home, date(2026, 1, 1))
    with pytest.raises(FangpinError, match=r"10 years is not over \(until 2036-01-01\)"):
        decided(home, request, ground="ended")
    assert lawful.obstacles(home.head.pk, "ended", date(2036, 1, 1)) == []
    assert lawful.obstacles(home.head.pk, "unlawful", TODAY) == []
    refused = decided(home, request, grant=False, reason="保存期限未满")
    assert refused.state == State.REFUSED
    assert refused.reason == "保存期限未满"


def test_an_erasure_is_carried_out_once(home: Home) -> None:
    _leave(home, date(2026, 1, 1))
    request = decided(
        home, made(home, "erase", text="我从不住在这里"), ground="unlawful", reason="属错登"
    )
    with pytest.raises(PersonRequest.DoesNotExist):
        requests.carry_out(
            by=home.users["village"], request=request.pk, version=request.version, today=TODAY
        )
    done = requests.carry_out(
        by=home.users["township"], request=request.pk, version=request.version, today=TODAY
    )
    assert done.state == State.DONE
    assert Person.objects.get(pk=home.head.pk).name is None
    assert Erasure.objects.get().person == home.head.pk
    done.refresh_from_db()
    assert done.text == "", "its own words are gone as well"
    with pytest.raises(FangpinError):
        requests.carry_out(
            by=home.users["township"], request=request.pk, version=done.version, today=TODAY
        )


def test_what_rests_on_consent_can_be_withdrawn_and_duty_cannot(home: Home) -> None:
    row = Person.objects.get(pk=home.head.pk)
    values = {"work_planned": True, "work_service_needed": "找保安工作"}
    edit_person(by=None, person=row.pk, version=row.version, values=values)
    with pytest.raises(FangpinError, match="rest on consent"):
        made(home, "object", text="不要处理我的病情", fields=["person.health"])
    keys = ["person.work_planned", "person.work_service_needed"]
    request = decided(home, made(home, "object", text="不想再被推荐工作", fields=keys))
    requests.carry_out(
        by=home.users["county"], request=request.pk, version=request.version, today=TODAY
    )
    row.refresh_from_db()
    assert (row.work_planned, row.work_service_needed) == (None, "")
    assert row.name is not None
    later = decided(home, made(home, "object", text="反对比对我的数据"), grant=False)
    assert later.state == State.REFUSED


def test_it_may_be_withdrawn_until_it_is_done(home: Home) -> None:
    request = decided(home, made(home))
    gone = requests.withdraw(by=home.users["village"], request=request.pk, version=request.version)
    assert gone.state == State.WITHDRAWN
    with pytest.raises(FangpinError):
        requests.withdraw(by=home.users["village"], request=request.pk, version=gone.version)
