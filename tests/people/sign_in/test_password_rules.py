"""Passwords that everybody around could guess are refused."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from tests.cast import county_with_cast

from fangpin.people.actions import give_post
from fangpin.people.models import Role, User
from fangpin.people.sign_in.password_rules import is_over
from fangpin.places.models import Place


@pytest.fixture
def user(db: None, tmp_path: Path) -> User:
    county_with_cast(tmp_path / "run")
    made = User.objects.create(username="li.xiaolan", full_name="李晓兰")
    give_post(
        by=None,
        user=made,
        role=Role.TOWNSHIP_OFFICER,
        place=Place.objects.get(code="620402101000"),
        valid_from=date(2020, 1, 1),
    )
    return made


def test_names_of_people_places_and_the_system_are_refused(user: User) -> None:
    place = Place.objects.get(code="620402101000")
    county = Place.objects.get(code="620402000000")
    for name in ("李晓兰", "LI.XIAOLAN", place.name, county.name.rstrip("县"), "Fangpin"):
        with pytest.raises(ValidationError):
            validate_password(f"{name}-kuhstall-7", user)
    validate_password("korrekt-pferd-batterie", user)


@pytest.mark.parametrize("common", ["password1234", "123456789012", "qwertyuiop123"])
def test_common_passwords_are_refused(common: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(common)


def test_a_password_ages_only_where_the_setting_says_so(user: User) -> None:
    user.password_set_at = timezone.now() - timedelta(days=90)
    assert not is_over(user, 0)
    assert is_over(user, 90)
    assert not is_over(user, 91)
