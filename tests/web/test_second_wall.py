"""With the first wall down, the database still shows nobody a row of somebody else's place.

The first wall is `Scope.within`: here it lets everything through, as a forgotten filter would.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Q
from tests.web.access.oracle import gets
from tests.web.access.world import ACTORS, World, build_world

from fangpin.people.models import User
from fangpin.people.row_security import WEB_ROLE, seen_by, sees_everything
from fangpin.people.scope import Scope, scope_of
from fangpin.registry.models import Household
from fangpin.screening.models import Finding

pytestmark = pytest.mark.django_db
WHO = [name for name in ACTORS if name != "no_post"]
NUMBERS = {
    *("620402000001", "620402000002", "620402000003", "620402000004", "620403000001"),
    *("620402000101", "620402000102", "620402000103"),
}


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world(tmp_path_factory.mktemp("wall") / "run")
        transaction.set_rollback(True)


@pytest.fixture
def no_first_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    def everything(self: Scope, right: Any, field: str, *, group: Any = None) -> Q:
        return ~Q(pk__in=[])

    monkeypatch.setattr(Scope, "within", everything)


def foreign(world: World, name: str) -> set[str]:
    """Numbers of households in no place of any post of `name`."""
    places = [post.place for post in ACTORS[name] if post.place]
    codes = {t.name: t.place for t in world.things["household"] if not t.absent}
    return {n for n, code in codes.items() if not any(code.startswith(p) for p in places)}


PAGES = (
    *(
        "/findings/?state=all",
        "/registry/households/",
        "/registry/persons/",
        "/overview/",
        "/reviews/",
    ),
    *("/quality/", "/quality/hits/"),
)


@pytest.mark.parametrize("name", WHO)
def test_no_page_shows_a_foreign_row(world: World, no_first_wall: None, name: str) -> None:
    client = world.client(name)
    hidden = foreign(world, name)
    assert hidden or name in {"nobody"}
    for path in PAGES:
        response = client.get(path)
        text = response.content.decode()
        assert not {number for number in hidden if number in text}, path
    for number in hidden:
        assert client.get(f"/households/{number}/").status_code == 404
        found = client.post("/search/", {"q": number})
        assert found.status_code == 404 or f"/households/{number}/" not in found.content.decode()
    exported = client.post("/findings/export.csv", {"state": "all", "purpose": "visit"})
    if exported.status_code == 200:
        text = b"".join(exported.streaming_content).decode()
        assert not {number for number in hidden if number in text}


@pytest.mark.parametrize("name", ["township", "village", "other_county"])
def test_the_mutation_would_show_them_without_the_second_wall(
    world: World, no_first_wall: None, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The tests above are worth something: without row security the same pages leak."""
    monkeypatch.setattr("fangpin.people.row_security.sees_everything", lambda scope: True)
    text = world.client(name).get("/findings/?state=all").content.decode()
    assert any(number in text for number in foreign(world, name))


@pytest.mark.parametrize("name", list(ACTORS))
def test_the_database_shows_the_places_of_the_posts_and_nothing_else(
    world: World, name: str
) -> None:
    user = User.objects.get(pk=world.users[name].pk)
    hidden = foreign(world, name)
    with seen_by(user):
        shown = set(Household.objects.values_list("number", flat=True))
        found = set(
            Finding.objects.exclude(household_number="").values_list("household_number", flat=True)
        )
    assert shown & NUMBERS == NUMBERS - hidden
    assert not found & hidden
    assert Household.objects.count() >= len(NUMBERS), "afterwards the program sees everything"


def test_without_anybody_there_is_no_row(world: World) -> None:
    with seen_by(None):
        assert not Household.objects.exists()
        assert not Finding.objects.exists()
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == (WEB_ROLE,)
    assert Household.objects.exists()


def test_the_role_is_held_by_the_policies(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcanlogin FROM pg_roles WHERE rolname = %s",
            [WEB_ROLE],
        )
        assert cursor.fetchone() == (False, False, False)
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
            " WHERE c.relkind = 'r' AND a.attname = 'village_code' AND NOT c.relrowsecurity"
            " AND c.relname LIKE ANY (ARRAY['registry_%', 'screening_%', 'feeds_%', 'checks_%'])"
        )
        # A candidate is reached through its question, whose area the policy reads.
        assert {row[0] for row in cursor.fetchall()} <= {"feeds_linkcandidate"}


def test_who_is_in_charge_of_all_there_is_needs_no_wall(world: World) -> None:
    county = scope_of(User.objects.get(pk=world.users["county"].pk))
    assert not sees_everything(county), "there is a second county"
    with transaction.atomic():
        from fangpin.places.models import Place

        Place.objects.filter(code__startswith="620403").update(level="county")
        assert sees_everything(county)
        transaction.set_rollback(True)
    assert not sees_everything(Scope(()))


def test_a_failure_within_leaves_no_role_behind(world: World) -> None:
    user = User.objects.get(pk=world.users["village"].pk)
    with pytest.raises(ZeroDivisionError), transaction.atomic(), seen_by(user):
        raise ZeroDivisionError
    assert Household.objects.filter(village_code="620403101201").exists()


def test_the_oracle_agrees_on_who_reads_households(world: World) -> None:
    """Row security is never narrower than what the pages give."""
    for name in ACTORS:
        hidden = foreign(world, name)
        for thing in world.things["household"]:
            if gets(name, ACTORS[name], "read the registry", thing):
                assert thing.name not in hidden
