"""The calendar of working days on the page: seen, tried out, entered, taken back."""

from datetime import date

import pytest
from django.test import Client

from fangpin.foundation.calendar.models import CalendarYear
from fangpin.people.actions import give_post
from fangpin.people.models import Role, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Client:
    user = User.objects.create(username="admin", is_demo=True)
    role = Role.SYSTEM_ADMINISTRATOR
    give_post(by=None, user=user, role=role, place=None, valid_from=date(2020, 1, 1))
    client = Client()
    client.force_login(user)
    return client


def page(client: Client, year: int) -> str:
    response = client.get("/calendar/", {"year": year})
    assert response.status_code == 200
    return response.content.decode()


def send(client: Client, **data: str) -> tuple[int, str]:
    response = client.post("/calendar/change/", {"year": "2027", "source": "国办", **data})
    return response.status_code, response.content.decode()


def test_a_known_year_shows_its_days_and_an_unknown_one_says_so(admin: Client) -> None:
    known = page(admin, 2026)
    assert "国务院已公布" in known
    assert known.count("<small>休</small>") == 19
    assert known.count("<small>班</small>") == 6
    unknown = page(admin, 2027)
    assert "暂按周一至周五计算" in unknown
    assert "<small>" not in unknown
    assert "尚未录入" in page(admin, 99999)  # cut to the last year there is


def test_a_text_is_tried_out_kept_and_taken_back(admin: Client) -> None:
    text = "2027-02-05 放假\n2027-02-06 上班"
    status, shown = send(admin, do="check", text=text)
    assert status == 200
    assert "尚未保存" in shown
    assert "<small>休</small>" in shown
    assert not CalendarYear.objects.exists()
    assert send(admin, do="save", text=text)[0] == 302
    kept = page(admin, 2027)
    assert "由管理员录入" in kept
    assert "2027-02-05 放假" in kept
    assert send(admin, do="forget")[0] == 302
    assert "暂按周一至周五计算" in page(admin, 2027)


def test_what_cannot_be_is_told_and_what_was_written_stays(admin: Client) -> None:
    of_2026 = "春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。"
    status, shown = send(admin, do="save", text=of_2026)
    assert status == 422
    assert "核对年份" in shown
    assert "农历腊月二十八" in shown
    status, shown = send(admin, do="save", text="2027-02-05 放假", source=" ")
    assert status == 422
    assert "没有写明放假安排的依据" in shown
    assert not CalendarYear.objects.exists()


def test_english(admin: Client) -> None:
    admin.cookies["fangpin_language"] = "en"
    assert "provisional" in page(admin, 2027)
