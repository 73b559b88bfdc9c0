"""Demonstration accounts exist in a demonstration only."""

from datetime import date

import pytest

from fangpin.kernel.errors import FangpinError
from fangpin.people.demo import ACCOUNTS, ensure_accounts, refuse_demo_users, refuse_real_users
from fangpin.people.models import Post, Role, User
from fangpin.people.scope import scope_of
from fangpin.places.actions import take_over

PASSWORD = "korrekt-pferd-batterie"


@pytest.fixture
def village(db: None) -> str:
    take_over(
        by=None,
        county=("620402000000", "测试县"),
        villages=[("620402101201", "上河村", "620402101000", "清水镇")],
        valid_from=date(2021, 1, 1),
    )
    return "620402101201"


def test_there_is_one_account_for_each_role(village: str) -> None:
    ensure_accounts(password=PASSWORD, village_code=village, department="医疗保障局")
    assert {account.role for account in ACCOUNTS} == set(Role)
    areas = {
        post.user.username: post.place.code if post.place else None
        for post in Post.objects.select_related("user", "place")
    }
    assert areas == {
        "county": "620402000000",
        "township": "620402101000",
        "village": "620402101201",
        "department": "620402000000",
        "approver": "620402000000",
        "leader": "620402000000",
        "auditor": "620402000000",
        "admin": None,
        "security": None,
        "audit": None,
    }
    assert all(user.is_demo and user.check_password(PASSWORD) for user in User.objects.all())


def test_making_them_again_changes_nothing(village: str) -> None:
    for _ in range(2):
        ensure_accounts(password=PASSWORD, village_code=village, department="医疗保障局")
    assert User.objects.count() == Post.objects.count() == len(ACCOUNTS)
    user = User.objects.get(username="township")
    assert scope_of(user).grants[0].area == "620402101"


def test_a_real_installation_gets_none_and_a_demo_serves_no_real_use(village: str) -> None:
    refuse_demo_users()
    real = User.objects.create(username="real")
    with pytest.raises(FangpinError):
        ensure_accounts(password=PASSWORD, village_code=village, department="医疗保障局")
    assert User.objects.count() == 1
    real.delete()
    ensure_accounts(password=PASSWORD, village_code=village, department="医疗保障局")
    refuse_real_users()
    with pytest.raises(FangpinError):
        refuse_demo_users()
