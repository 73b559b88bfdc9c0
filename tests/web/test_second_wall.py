"""With the first wall down, the database still shows nobody a row of somebody else's place.

The first wall is `Scope.within`: here it lets everything through, as a forgotten filter would.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.db.models.expressions import RawSQL
from tests.web.access.oracle import gets
from tests.web.access.world import ACTORS, World, build_world

from fangpin.foundation.fields import SealedField
from fangpin.kernel.errors import FangpinError
from fangpin.people.models import User
from fangpin.people.row_security import WEB_ROLE, seen_by, sees_everything
from fangpin.people.scope import Scope, scope_of
from fangpin.privacy.holdings import HELD, NOT_ABOUT, WITHOUT_POLICY
from fangpin.registry.actions.enter import NewPerson, already_known, enter_household
from fangpin.registry.models import Household, Membership, Person
from fangpin.registry.sealing import id_hashes
from fangpin.screening.models import Finding

pytestmark = pytest.mark.django_db
_ID = "110105199003070019"
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
    exported = client.post("/lists/findings/export.csv", {"state": "all", "purpose": "visit"})
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
        assert not Person.objects.exists()
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


def _told_of_somebody() -> dict[str, str]:
    """Table → label, for every table about persons, its history, and whatever else names somebody,
    lies in a village or has closed cells. Users of the system are another matter."""
    keys = {"person", "household", "person_number", "household_number", "village_code"}
    keys |= {"person_id", "household_id"}
    found = {}
    for model in apps.get_models():
        source = getattr(model, "pgh_tracked_model", None) or model
        label = source._meta.label
        if not source.__module__.startswith("fangpin"):
            continue
        columns = model._meta.local_concrete_fields
        named = {column.name for column in columns} & keys
        closed = any(isinstance(column, SealedField) for column in columns)
        about_users = NOT_ABOUT.get(label) == NOT_ABOUT["people.User"]
        if label in HELD or (label not in NOT_ABOUT) or named or (closed and not about_users):
            found[model._meta.db_table] = label
    return found


def test_every_table_about_persons_has_a_policy_or_says_why_not(world: World) -> None:
    told = _told_of_somebody()
    assert {"registry_person", "registry_personhistory", "feeds_linkcandidate"} <= set(told)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c WHERE c.relrowsecurity AND EXISTS ("
            " SELECT FROM pg_policy p WHERE p.polrelid = c.oid"
            " AND %s::regrole = ANY (p.polroles) AND p.polcmd = '*')",
            [WEB_ROLE],
        )
        behind = {row[0] for row in cursor.fetchall()}
    open_ = {label for table, label in told.items() if table not in behind}
    assert open_ == set(WITHOUT_POLICY), "a policy, or a line in privacy/holdings.py"


def _of_households(numbers: set[str]) -> set[int]:
    rows = Membership.objects.filter(household__number__in=numbers)
    return set(rows.values_list("person_id", flat=True))


@pytest.mark.parametrize("name", list(ACTORS))
def test_persons_are_shown_with_their_households_however_they_are_asked_for(
    world: World, name: str
) -> None:
    """No scope, no join: the table itself, its history, and what a search by name begins with."""
    user = User.objects.get(pk=world.users[name].pk)
    hidden = foreign(world, name)
    everybody = _of_households(NUMBERS)
    mine = _of_households(NUMBERS - hidden)
    assert everybody
    some = Person.objects.filter(pk__in=everybody)
    some.update(health=["disabled"], name_tokens=[7, 8])
    with seen_by(user):
        shown = set(some.values_list("pk", flat=True))
        assert set(some.filter(health__contains=["disabled"]).values_list("pk", flat=True)) == shown
        changed = apps.get_model("registry", "PersonHistory")._default_manager
        kept = set(changed.filter(pgh_obj_id__in=everybody).values_list("pgh_obj_id", flat=True))
        found = Membership.objects.filter(
            person__in=RawSQL("SELECT registry_persons_named(%s::bigint[])", [[8]])
        )
        named = set(found.values_list("person_id", flat=True))
        if foreign_ones := everybody - mine:
            assert not some.filter(pk__in=foreign_ones).update(remark=None)
    assert shown == kept == named & everybody == mine


def test_whoever_belongs_to_no_household_is_seen_by_nobody(world: World) -> None:
    with transaction.atomic():
        person = Person.objects.create(number="620402990001")
        with seen_by(User.objects.get(pk=world.users["village"].pk)):
            assert not Person.objects.filter(pk=person.pk).exists()
        assert Person.objects.filter(pk=person.pk).exists()
        transaction.set_rollback(True)


def test_persons_are_entered_behind_the_wall(world: World) -> None:
    """A number taken elsewhere is refused in words, and whoever is known elsewhere is told."""
    user = User.objects.get(pk=world.users["township"].pk)
    place = next(post.place for post in ACTORS["township"] if post.place)
    village = (
        Household.objects.filter(village_code__startswith=place)
        .values_list("village_code", flat=True)
        .first()
    )
    assert village is not None
    far = Household.objects.exclude(village_code__startswith=place).exclude(village_code="")
    elsewhere = far[0]

    def enter(number: str) -> None:
        head = NewPerson("head", {"name": "赵试验"}, number=number, is_head=True)
        enter_household(by=user, village_code=village, members=[head])

    with transaction.atomic():
        person = Person.objects.create(number="620402990002", id_index=id_hashes([_ID])[0])
        Membership.objects.create(person=person, household=elsewhere, ended_on=date(2021, 1, 1))
        with seen_by(user):
            assert already_known({"id_number": _ID}) == ["620402990002"]
            with pytest.raises(FangpinError, match="taken"):
                enter("620402990002")
            enter("620402990003")
            entered = Person.objects.get(number="620402990003")
            home = Membership.objects.get(person=entered).household
            again = Membership(person_id=person.pk, household=home, began_on=date(2020, 6, 1))
            with pytest.raises(IntegrityError, match="overlap"), transaction.atomic():
                again.save()
        transaction.set_rollback(True)


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
