"""Whatever moves or ends, the next request is answered by it: old bookmarks and open sessions."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.cast import County

from fangpin.foundation.models import ExportLog
from fangpin.people.actions import delegate, end_delegation, end_post
from fangpin.people.models import Delegation, Post
from fangpin.registry.actions.households import move_village
from fangpin.registry.models import Household

OWN, SIBLING = "620402101201", "620402101202"
PAGE = "/households/620402000001/"


def test_a_household_that_moves_village_is_gone_at_the_next_request(county: County) -> None:
    client = county.sign_in("village")
    assert client.get(PAGE).status_code == 200
    assert "620402000001" in client.get("/findings/").content.decode()
    home = Household.objects.get(number="620402000001")
    move_village(by=None, household=home.pk, version=home.version, village_code=SIBLING)
    assert client.get(PAGE).status_code == 404
    for path in ("/findings/", "/registry/households/", "/registry/persons/"):
        assert "620402000001" not in client.get(path).content.decode(), path
    found = client.post("/search/", {"q": "620402000001"}).content.decode()
    assert PAGE not in found
    for name in ("township", "county"):
        assert county.sign_in(name).get(PAGE).status_code == 200
    home.refresh_from_db()
    move_village(by=None, household=home.pk, version=home.version, village_code=OWN)
    assert client.get(PAGE).status_code == 200


def test_a_post_that_ends_ends_pages_and_kept_files(county: County) -> None:
    client = county.sign_in("township")
    assert client.post("/lists/findings/export.csv", {"purpose": "visit"}).status_code == 200
    file = f"/exports/{ExportLog.objects.get().pk}/file/"
    assert client.post(file).status_code == 200
    yesterday = timezone.localdate() - timedelta(days=1)
    end_post(by=None, post=Post.objects.get(user=county.users["township"]), last_day=yesterday)
    for path in (PAGE, "/findings/", "/registry/households/", "/exports/"):
        assert client.get(path).status_code == 404, path
    assert client.post(file).status_code == 404


@pytest.mark.parametrize("taken_back", [True, False])
def test_a_delegation_ends_on_its_day_or_when_it_is_taken_back(
    county: County, taken_back: bool
) -> None:
    client = county.sign_in("no_post")
    assert client.get(PAGE).status_code == 404
    today = timezone.localdate()
    given = delegate(
        by=county.users["township"],
        post=Post.objects.get(user=county.users["township"]),
        to=county.users["no_post"],
        first_day=today,
        last_day=today + timedelta(days=3),
        reason="休假",
    )
    assert client.get(PAGE).status_code == 200
    if taken_back:
        end_delegation(by=county.users["township"], delegation=given)
    else:
        before = today - timedelta(days=1)
        Delegation.objects.filter(pk=given.pk).update(first_day=before, last_day=before)
    assert client.get(PAGE).status_code == 404


def test_an_account_that_ends_ends_its_open_session(county: County) -> None:
    client = county.sign_in("county")
    assert client.get(PAGE).status_code == 200
    user = county.users["county"]
    user.is_active = False
    user.save()
    assert client.get(PAGE).headers["Location"].startswith("/sign-in/")


def test_ids_of_before_a_move_lead_nowhere_by_any_door(county: County) -> None:
    """Old bookmarks by number and by id: the page, its forms, its actions, its print, requests."""
    client = county.sign_in("village")
    home = Household.objects.get(number="620402000001")
    paths = [
        *(f"{PAGE}{part}" for part in ("", "edit/", "print/", "do/classify/", "yearly/helper/")),
        f"/requests/new/{home.pk}/",
        f"/notice/{home.pk}/",
    ]
    before = {path: client.get(path).status_code for path in paths}
    assert before[PAGE] == 200
    move_village(by=None, household=home.pk, version=home.version, village_code=SIBLING)
    assert {client.get(path).status_code for path in paths} == {404}
    form = {"subject": "household", "row": home.pk, "field": "phone", "reason": "visit"}
    assert client.post("/registry/unmask/", form).status_code == 404
