"""Requests, notices and lists of what is due on their pages, from the first click to the file."""

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from django.test import Client
from tests.privacy.conftest import SECRETS, Home

from fangpin.foundation.models import AuditEntry, ExportLog, Job
from fangpin.privacy.models import NoticeShown, PersonRequest, RetentionPlan
from fangpin.privacy.notice import notice
from fangpin.registry.models import Household, Person

pytestmark = pytest.mark.django_db


def client_of(home: Home, name: str) -> Client:
    client = Client()
    client.force_login(home.users[name])
    return client


def received(home: Home, **more: Any) -> PersonRequest:
    form = {"kind": "copy", "person": home.head.pk, "asker": "self", "proof": "card", "text": "",
            "received_on": "2026-11-20"} | more  # fmt: skip
    answer = client_of(home, "village").post(f"/requests/new/{home.household.pk}/", form)
    assert answer.status_code == 302, answer.content.decode()
    return PersonRequest.objects.get()


def test_a_copy_from_the_household_page_to_the_file(home: Home) -> None:
    village, township = client_of(home, "village"), client_of(home, "township")
    page = village.get(f"/households/{home.household.number}/").content.decode()
    assert f"/requests/new/{home.household.pk}/" in page
    form = village.get(f"/requests/new/{home.household.pk}/").content.decode()
    assert "赵秘甲" in form
    request = received(home)
    address = f"/requests/{request.pk}/"
    own = village.get(address).content.decode()
    assert "decide/" not in own
    assert village.post(f"{address}copy/", {"purpose": "person_request"}).status_code == 404
    sent = {"decision": "grant", "reason": "身份已核实", "version": request.version}
    assert township.post(f"{address}decide/", sent).status_code == 302
    assert "身份已核实" in township.get(address).content.decode()
    file = village.post(f"{address}copy/", {"purpose": "person_request"})
    archive = zipfile.ZipFile(io.BytesIO(b"".join(file.streaming_content)))
    assert {name[-4:] for name in archive.namelist()} == {".pdf", "json"}
    request.refresh_from_db()
    log = ExportLog.objects.get()
    assert (request.state, request.export_id) == ("done", log.pk)
    assert (log.what, log.filter, log.rows and log.rows > 0) == (
        "person_copy", {"request": request.pk}, True
    )  # fmt: skip
    for entry in AuditEntry.objects.all():
        said = f"{entry.subject} {entry.detail}"
        assert not [secret for secret in SECRETS if secret in said], entry.action


def test_a_refusal_is_said_on_the_form_and_nothing_is_written(home: Home) -> None:
    village = client_of(home, "village")
    form = {
        "kind": "erase",
        "person": "",
        "asker": "self",
        "proof": "card",
        "text": "请删除我的资料",
    }
    answer = village.post(f"/requests/new/{home.household.pk}/", form)
    assert answer.status_code == 422
    assert "家庭成员" in answer.content.decode()
    assert not PersonRequest.objects.exists()
    request = received(home, kind="erase", text="请删除我的资料")
    township = client_of(home, "township")
    page = township.get(f"/requests/{request.pk}/").content.decode()
    assert "仍是在册家庭成员" in page
    sent = {"decision": "grant", "reason": "同意", "version": request.version, "ground": "ended"}
    answer = township.post(f"/requests/{request.pk}/decide/", sent)
    assert answer.status_code == 422
    assert "先办理减少成员" in answer.content.decode()


def test_the_version_that_a_household_was_shown_is_kept(home: Home) -> None:
    client = client_of(home, "township")
    form = client.get("/registry/households/new/").content.decode()
    assert notice().version in form
    assert "敏感个人信息" in form
    sent = {
        "village": "620402101201", "name": "李新户", "sex": "male",
        "notice_version": notice().version, "notice_how": "told", "consents": "service",
    }  # fmt: skip
    stale = client.post("/registry/households/new/", {**sent, "notice_version": "2020-01"})
    assert stale.status_code == 422
    assert not NoticeShown.objects.exists()
    assert Household.objects.count() == 1
    made = client.post("/registry/households/new/", sent)
    assert made.status_code == 302
    shown = NoticeShown.objects.get()
    assert (shown.version, shown.sha256, shown.how, shown.consents) == (
        notice().version, notice().sha256, "told", ["service"]
    )  # fmt: skip
    assert shown.household.number in made.url


def test_a_household_nobody_has_told_is_a_task_on_its_page(home: Home) -> None:
    """Imported ones were never asked; and a new version of the notice has to be shown anew."""
    page, address = f"/households/{home.household.number}/", f"/notice/{home.household.pk}/"
    village = client_of(home, "village")
    owed = village.get(page).content.decode()
    assert "尚未被告知" in owed
    assert f'{address}">告知并登记' in owed
    village.post(address, {"notice_version": notice().version, "notice_how": "paper"})
    assert "告知并登记" not in village.get(page).content.decode()
    NoticeShown.objects.create(
        household=home.household, version="2020-01", sha256="0" * 64, how="paper"
    )
    assert "告知书已更新" in village.get(page).content.decode()
    day = village.get(page, {"on": "2021-01-01"}).content.decode()
    assert "告知并登记" not in day


def test_consent_taken_back_on_the_form_erases_what_rested_on_it(home: Home) -> None:
    client = client_of(home, "village")
    address = f"/notice/{home.household.pk}/"
    given = {"notice_version": notice().version, "notice_how": "read", "consents": "service"}
    assert client.post(address, given).status_code == 302
    Person.objects.filter(pk=home.head.pk).update(work_planned=True, work_service_needed="保安")
    assert client.post(address, {**given, "consents": []}).status_code == 302
    row = Person.objects.get(pk=home.head.pk)
    assert (row.work_planned, row.work_service_needed) == (None, "")
    assert NoticeShown.objects.count() == 2
    assert "2026" in client.get(address).content.decode()


def test_what_is_due_is_listed_by_one_and_released_by_another(home: Home) -> None:
    county, approver = client_of(home, "county"), client_of(home, "approver")
    assert client_of(home, "township").get("/retention/").status_code == 404
    assert county.post("/retention/list/").status_code == 302
    plan = RetentionPlan.objects.get()
    assert county.post(f"/retention/{plan.pk}/decide/", {}).status_code == 404
    bare = approver.post(f"/retention/{plan.pk}/decide/", {"decision": "release", "reason": ""})
    assert bare.status_code == 422
    RetentionPlan.objects.filter(pk=plan.pk).update(counts={"jobs": 1}, day=date(2026, 1, 1))
    assert "后台任务记录" in approver.get("/retention/").content.decode()
    sent = {"decision": "release", "reason": "已核对"}
    assert approver.post(f"/retention/{plan.pk}/decide/", sent).status_code == 302
    assert Job.objects.get(kind="retention").arguments == {"plan": plan.pk}
