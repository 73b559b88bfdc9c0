"""The security administrator enters who a user is, and ends recusals, on the user's page."""

from datetime import date

import pytest
from django.test import Client
from tests.cases.test_staying_away import number_of
from tests.cases.world import World, county, home

from fangpin.cases.actions import declare_recusal
from fangpin.cases.eyes import OWN, barred
from fangpin.cases.models import OwnPerson, Recusal
from fangpin.foundation.models import AuditEntry
from fangpin.people.actions import give_post
from fangpin.people.models import Role, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    found = county("village", "township")
    security = User.objects.create(username="case_security")
    give_post(by=None, user=security, role=Role.SECURITY_ADMINISTRATOR, place=None, department="",
              valid_from=date(2020, 1, 1))  # fmt: skip
    found.users["security"] = security
    User.objects.update(is_demo=True)  # signed in without a second step
    return found


@pytest.fixture
def client(world: World) -> Client:
    found = Client()
    found.force_login(User.objects.get(pk=world.security.pk))
    return found


def test_the_number_is_entered_and_never_shown(world: World, client: Client) -> None:
    family, page = home("F1"), f"/users/{world.village.pk}/"
    number = number_of("丙", "62040219950701001")
    assert "未登记" in client.get(page).content.decode()
    wrong = client.post(f"{page}own-person/", {"id_number": f"{number[:-1]}?"})
    assert wrong.status_code == 422
    assert number[:-1] not in wrong.content.decode()
    assert not OwnPerson.objects.exists()
    assert client.post(f"{page}own-person/", {"id_number": number}).status_code == 302
    shown = client.get(page).content.decode()
    assert "已登记" in shown
    assert "case_security" in shown or "号码不再显示" in shown
    assert number not in shown
    assert number[6:14] not in shown
    assert barred(world.village, [family.pk]) == {family.pk: OWN}
    assert number not in str(AuditEntry.objects.values_list("detail", "subject"))
    # Nothing entered is no taking back.
    assert client.post(f"{page}own-person/", {"id_number": ""}).status_code == 422
    assert barred(world.village, [family.pk])
    assert client.post(f"{page}own-person/", {"none": "1"}).status_code == 302
    assert "未登记" in client.get(page).content.decode()
    assert barred(world.village, [family.pk]) == {}


def test_nobody_enters_or_ends_their_own(world: World, client: Client) -> None:
    own = f"/users/{world.security.pk}/"
    assert "另一位安全管理员登记" in client.get(own).content.decode()
    refused = client.post(f"{own}own-person/", {"none": "1"})
    assert refused.status_code == 422
    assert "另一位安全管理员处理" in refused.content.decode()


def test_a_recusal_is_ended_with_a_reason_that_is_kept(world: World, client: Client) -> None:
    family = home("F1")
    recusal = declare_recusal(by=world.village, household=family.pk, reason="是我表弟家")
    page = f"/users/{world.village.pk}/"
    shown = client.get(page).content.decode()
    assert "甲乡 甲村" in shown
    assert "表弟" not in shown
    assert "F1" not in shown
    end = f"{page}recusals/{recusal.pk}/end/"
    assert client.post(end, {"reason": ""}).status_code == 422
    assert barred(world.village, [family.pk])
    assert client.post(end, {"reason": "申报有误，已核实无亲属关系"}).status_code == 302
    assert barred(world.village, [family.pk]) == {}
    row = Recusal.objects.get()
    assert row.why_ended == "申报有误，已核实无亲属关系"
    assert row.ended_by == world.security
    assert "申报的回避" not in client.get(page).content.decode()
    # Once more, of another user, or of nobody: not there.
    other = f"/users/{world.township.pk}/recusals/{recusal.pk}/end/"
    for address in (end, other, f"{page}recusals/999999/end/"):
        assert client.post(address, {"reason": "再次"}).status_code == 404


def test_only_who_enters_users_may(world: World) -> None:
    village = Client()
    village.force_login(User.objects.get(pk=world.village.pk))
    page = f"/users/{world.township.pk}/"
    assert village.get(page).status_code in (403, 404)
    assert village.post(f"{page}own-person/", {"none": "1"}).status_code in (403, 404)
