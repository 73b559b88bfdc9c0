from datetime import date

import pytest
from django.db import IntegrityError, transaction

from fangpin.foundation.models import AuditEntry
from fangpin.kernel.errors import FangpinError
from fangpin.people import actions
from fangpin.people.models import Post, Role, User

GOOD = "korrekt-pferd-batterie"


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["short", "password1234", "zhangweiming"])
def test_a_weak_password_is_refused(password: str) -> None:
    with pytest.raises(FangpinError):
        actions.add_user(by=None, username="zhangweiming", full_name="张伟明", password=password)
    assert not User.objects.exists()


@pytest.mark.django_db
def test_a_new_user_holds_no_post_and_is_written_down() -> None:
    user = actions.add_user(by=None, username="li", full_name="李测", password=GOOD)
    assert user.check_password(GOOD)
    assert not Post.objects.exists()
    assert AuditEntry.objects.get().action == "people.add_user"
    with pytest.raises(FangpinError):
        actions.add_user(by=None, username="li", full_name="李测", password=GOOD)


@pytest.mark.django_db
def test_a_post_without_its_place_or_department_is_refused() -> None:
    user = actions.add_user(by=None, username="li", full_name="李测", password=GOOD)
    for role in (Role.LEADER, Role.DEPARTMENT_LIAISON):
        with pytest.raises(IntegrityError), transaction.atomic():
            actions.give_post(
                by=None, user=user, role=role, place=None, valid_from=date(2021, 1, 1)
            )
    assert not Post.objects.exists()
    assert not AuditEntry.objects.filter(action="people.give_post").exists()
