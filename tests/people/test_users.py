"""A new user has no password but a code, which is shown once and works once."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from fangpin.foundation.models import AuditEntry
from fangpin.kernel.errors import FangpinError
from fangpin.people import actions
from fangpin.people.models import FirstPassword, User

GOOD = "korrekt-pferd-batterie"


@pytest.fixture
def entered(db: None) -> tuple[User, str]:
    return actions.enter_user(by=None, username="li.ce", full_name="李测")


def test_the_code_sets_a_password_once(entered: tuple[User, str]) -> None:
    user, code = entered
    assert not user.has_usable_password()
    assert not Client().login(username="li.ce", password="")
    done = actions.set_first_password(username="li.ce", code=code.lower(), password=GOOD)
    assert done == user
    assert Client().login(username="li.ce", password=GOOD)
    assert actions.set_first_password(username="li.ce", code=code, password=GOOD + "2") is None
    assert Client().login(username="li.ce", password=GOOD)


def test_the_code_is_kept_nowhere(entered: tuple[User, str]) -> None:
    plain = entered[1].replace("-", "")
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest FROM people_firstpassword")
        assert plain not in str(cursor.fetchall())
    details = str(list(AuditEntry.objects.values_list("subject", "detail")))
    assert plain not in details
    assert entered[1] not in details
    assert len(set(plain)) > 5


@pytest.mark.parametrize(
    ("username", "code"), [("li.ce", "AAAAA-AAAAA-AAAAA-AAAAA"), ("li.ce", ""), ("other", None)]
)
def test_a_wrong_name_or_code_gets_the_same_answer(
    entered: tuple[User, str], username: str, code: str | None
) -> None:
    used = entered[1] if code is None else code
    assert actions.set_first_password(username=username, code=used, password=GOOD) is None
    assert not User.objects.get().has_usable_password()


def test_a_weak_password_leaves_the_code_usable(entered: tuple[User, str]) -> None:
    with pytest.raises(FangpinError):
        actions.set_first_password(username="li.ce", code=entered[1], password="password1234")
    assert actions.set_first_password(username="li.ce", code=entered[1], password=GOOD)


def test_a_newer_code_replaces_the_older_and_old_ones_run_out(entered: tuple[User, str]) -> None:
    user, first = entered
    second = actions.give_first_password(by=None, user=user)
    assert actions.set_first_password(username="li.ce", code=first, password=GOOD) is None
    FirstPassword.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert actions.first_password_ends(user) is None
    assert actions.set_first_password(username="li.ce", code=second, password=GOOD) is None


def test_a_deactivated_account_is_nobody_at_the_next_request(entered: tuple[User, str]) -> None:
    user, code = entered
    client = Client()
    client.force_login(user)
    assert client.get("/account/").status_code == 200
    with pytest.raises(FangpinError):
        actions.deactivate(by=user, user=user)
    actions.deactivate(by=None, user=user)
    assert client.get("/account/").status_code == 302
    assert actions.set_first_password(username="li.ce", code=code, password=GOOD) is None
    user.refresh_from_db()
    with pytest.raises(FangpinError):
        actions.give_first_password(by=None, user=user)
    actions.reactivate(by=None, user=user)
    assert client.get("/account/").status_code == 200


def test_a_new_password_ends_the_sessions_of_the_old_one(entered: tuple[User, str]) -> None:
    user, code = entered
    client = Client()
    client.force_login(user)
    actions.set_first_password(username="li.ce", code=code, password=GOOD)
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(
    "username", ["", "li", "Li", "3li", "李测", "620402199001011234", "li ce", "x" * 40]
)
def test_odd_user_names_are_refused(db: None, username: str) -> None:
    with pytest.raises(FangpinError):
        actions.enter_user(by=None, username=username, full_name="李测")
    assert not User.objects.exists()


@pytest.mark.parametrize("demo", [True, False])
def test_who_is_entered_in_a_demonstration_belongs_to_it(
    db: None, settings: Any, demo: bool
) -> None:
    settings.DEMO = demo
    assert actions.enter_user(by=None, username="li.ce", full_name="李测")[0].is_demo is demo
