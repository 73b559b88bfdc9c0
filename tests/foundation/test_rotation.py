"""Keys change while people read and write; a rotation that is killed goes on where it was."""

import os
import re
import subprocess
import sys
import threading
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from fangpin.bench.registry_load import fill
from fangpin.foundation import cipher, keys, rotation, tasks
from fangpin.foundation.actions import enqueue
from fangpin.foundation.keys import Algorithm
from fangpin.foundation.models import AuditEntry, Job
from fangpin.kernel.errors import FangpinError
from fangpin.people.actions import give_post
from fangpin.people.models import Role, User
from fangpin.places.models import Place
from fangpin.registry.models import HelperSpell, Household, Person
from fangpin.registry.sealing import close_one, open_many, open_one, sealed_fields
from fangpin.registry.search_tokens import name_tokens_many

pytestmark = pytest.mark.django_db(transaction=True)
LATER = timedelta(hours=1)
CHILD = """
import django
django.setup()
from fangpin.foundation import rotation
rotation.SLICE = SIZE
rotation.resume(by=None, progress=lambda percent, step: print(percent, flush=True))
"""


@pytest.fixture
def ring_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ring of this test alone."""
    path = tmp_path / "keys.json"
    first = keys.Ring((keys.new_key(1, Algorithm.aes),), (keys.new_key(1, Algorithm.aes),))
    path.write_text(keys.written(first))
    path.chmod(0o600)
    monkeypatch.setenv("FANGPIN_KEYS_FILE", str(path))
    return path


def child_environment() -> dict[str, str]:
    """What another process needs to work on the same database with the same keys."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "fangpin.web.settings",
        "FANGPIN_DATABASE_URL": f"postgresql://postgres@/{connection.settings_dict['NAME']}"
        f"?host={connection.settings_dict['HOST']}",
        "FANGPIN_DATA_DIR": str(settings.DATA_DIR),
        "PYTHONPATH": "src",
    }


def everything() -> dict[str, list[str | None]]:
    """All closed values of the registry, opened, with the tokens made of them checked."""
    found = {}
    for model in (Household, Person, HelperSpell):
        for field in sealed_fields(model):
            rows = list(model._default_manager.order_by("pk").values_list("pk", field))
            found[f"{model.__name__}.{field}"] = open_many(
                model, field, [row[0] for row in rows], [row[1] for row in rows]
            )
    return found


def all_current() -> None:
    ring = keys.ring()
    assert not any(rotation.left().values())
    for person in Person.objects.all():
        assert cipher.key_version(person.name) == ring.closing.version
        assert {token >> 56 for token in person.name_tokens} <= {ring.indexing.version}
        assert bytes(person.id_index)[0] == ring.indexing.version


def later() -> datetime:
    return datetime.now(UTC) + LATER


def test_every_table_with_closed_values_is_known(ring_file: Path) -> None:
    known = {table.name: table for table in rotation.tables()}
    assert {"registry_person", "registry_household", "registry_helperspell"} <= set(known)
    history = [table for table in known.values() if table.row == "pgh_obj_id"]
    assert {table.source for table in history} >= {Person, Household, HelperSpell}
    assert {name for name, _ in known["registry_person"].hashes} == {
        *("name_tokens", "id_index", "id_last4_index", "phone_index"),
    }


KILLS = (1, 2, 1, 3, 1)  # slices after which the process is killed, in the middle of the next one


def test_a_rotation_killed_again_and_again_loses_nothing(ring_file: Path) -> None:
    killed_again_and_again(KILLS, persons=800, size=60)


@pytest.mark.long
def test_a_rotation_killed_at_twenty_points_loses_nothing(ring_file: Path) -> None:
    killed_again_and_again((1, 2) * 10, persons=3000, size=60)


def killed_again_and_again(kills: tuple[int, ...], *, persons: int, size: int) -> None:
    fill(persons=persons)
    for number in Person.objects.order_by("pk").values_list("number", flat=True)[:40]:
        Person.objects.filter(number=number).update(sex="other")  # leaves a row of history
    history = Person.objects.model._meta.apps.get_model("registry", "PersonHistory")
    assert history.objects.count() == 40
    before = everything()
    rotation.begin(by=None, algorithm=Algorithm.sm4, data=True, index=True)
    environment = child_environment()
    lefts = [sum(rotation.left().values())]
    for kill_after in kills:
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD.replace("SIZE", str(size))],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdout is not None
        for _ in range(kill_after):
            assert child.stdout.readline()
        child.kill()  # in the middle of the next slice
        child.wait()
        lefts.append(sum(rotation.left().values()))
        assert everything() == before  # both keys open what they closed
    assert lefts == sorted(lefts, reverse=True)
    assert 0 < lefts[-1] < lefts[0]

    # Meanwhile people read and write.
    stop, wrong = threading.Event(), []
    chosen = list(Person.objects.order_by("pk")[:200])
    written: dict[int, str] = {}

    def work() -> None:
        at = 0
        try:
            while not stop.is_set():
                person = Person.objects.get(pk=chosen[at % len(chosen)].pk)
                open_one(person, "name")
                phone = f"139{at:08d}"
                with transaction.atomic():
                    closed = close_one(Person, person.pk, {"phone": phone})
                    Person.objects.filter(pk=person.pk).update(**closed)
                written[person.pk] = phone
                at += 1
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    rotation.resume(by=None)
    stop.set()
    worker.join()
    assert not wrong
    assert written
    rotation.resume(by=None)
    all_current()
    rows = history.objects.filter(sex__gt="").count()
    assert rows >= 40

    keys_left = rotation.destroy(by=None, now=later())
    assert (len(keys_left.data), len(keys_left.index)) == (1, 1)
    after = everything()
    pks = list(Person.objects.order_by("pk").values_list("pk", flat=True))
    for field, values in after.items():
        if field == "Person.phone":
            for pk, old, new in zip(pks, before[field], values, strict=True):
                assert new == written.get(pk, old)
        else:
            assert values == before[field], field
    names = [name or "" for name in after["Person.name"]]
    tokens = Person.objects.order_by("pk").values_list("name_tokens", flat=True)
    assert list(tokens) == name_tokens_many(names)
    for row in history.objects.all()[:20]:
        assert cipher.unseal(row.name, column="registry.person.name", row=row.pgh_obj_id)
    told = AuditEntry.objects.filter(action__startswith="keys.").values_list("action", flat=True)
    assert set(told) == {"keys.rotation_begun", "keys.rotated", "keys.destroyed"}


def test_a_rotation_leaves_no_history(ring_file: Path) -> None:
    fill(persons=200)
    history = Person.objects.model._meta.apps.get_model("registry", "PersonHistory")
    versions = set(Person.objects.values_list("pk", "version"))
    rotation.begin(by=None, algorithm=Algorithm.aes, data=True, index=False)
    assert rotation.resume(by=None) > 200
    assert rotation.resume(by=None) == 0
    assert history.objects.count() == 0
    assert set(Person.objects.values_list("pk", "version")) == versions
    all_current()


def test_an_old_key_is_not_destroyed_while_something_may_rest_on_it(ring_file: Path) -> None:
    fill(persons=60)
    rotation.destroy(by=None)  # one key of each: nothing to do
    rotation.begin(by=None, algorithm=Algorithm.aes, data=True, index=True)
    with pytest.raises(FangpinError, match="younger than"):
        rotation.destroy(by=None)
    with pytest.raises(FangpinError, match="older key: "):
        rotation.destroy(by=None, now=later())
    rotation.resume(by=None)
    assert len(keys.ring().data) == 2
    with pytest.raises(FangpinError, match="younger than"):
        rotation.destroy(by=None)
    assert len(rotation.destroy(by=None, now=later()).data) == 1


def test_hashes_that_nothing_is_kept_of_are_named_first(ring_file: Path) -> None:
    from fangpin.people.models.sign_in import RecoveryCode

    user = User.objects.create(username="somebody")
    digest = cipher.blind("code", column="people.recoverycode.digest")
    RecoveryCode.objects.create(user=user, digest=digest)
    rotation.begin(by=None, algorithm=Algorithm.aes, data=False, index=True)
    rotation.resume(by=None)
    with pytest.raises(FangpinError, match="people_recoverycode"):
        rotation.destroy(by=None, now=later())
    assert len(rotation.destroy(by=None, lose_hashes=True, now=later()).index) == 1


def test_pages_show_the_same_at_every_point_of_a_rotation(
    ring_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before, after each slice, and afterwards. How quick they stay: `fangpin.bench.rotation`."""
    fill(persons=60)
    household = Household.objects.order_by("number").first()
    assert household is not None
    head = household.memberships.select_related("person").order_by("pk")[0].person
    name, phone = open_one(head, "name"), open_one(head, "phone")
    client = Client()
    client.force_login(reader())

    def shown() -> tuple[bool, bool, list[str]]:
        page = client.get(f"/households/{household.number}/")
        assert page.status_code == 200
        found = client.post("/search/", {"q": phone}).content.decode()
        names = re.findall(r"[\u4e00-\u9fff]{2,4}", page.content.decode())
        return name in page.content.decode(), household.number in found, sorted(names)

    before = shown()
    assert before[:2] == (True, True)
    seen = []
    monkeypatch.setattr(rotation, "SLICE", 25)
    rotation.begin(by=None, algorithm=Algorithm.sm4, data=True, index=True)
    assert shown() == before
    rotation.resume(by=None, progress=lambda *_: seen.append(shown()))
    assert len(seen) > 5
    assert set(map(str, seen)) == {str(before)}
    all_current()


def reader() -> User:
    user = User.objects.create(username="reader", is_demo=True)
    county = Place.objects.filter(level="county").first()
    give_post(
        by=None, user=user, role=Role.COUNTY_BUREAU, place=county, valid_from=date(2020, 1, 1)
    )
    return user


def test_a_rotation_makes_way_for_jobs_that_wait_and_goes_on_after_them(
    ring_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(persons=60)
    monkeypatch.setattr(rotation, "SLICE", 25)
    monkeypatch.setattr(tasks, "_TURN", 0.0)
    monkeypatch.setattr(tasks, "_LOOK", 0.0)
    rotation.begin(by=None, algorithm=Algorithm.aes, data=True, index=False)
    total = sum(rotation.left().values())
    other = enqueue(by=None, kind="audit_verify", arguments={})
    first = tasks.rotate_keys(by=None, progress=lambda *_: None)
    assert 0 < first["rows"] <= 25
    assert first["goes_on"]
    assert [job.kind for job in Job.objects.order_by("created_at")] == [other.kind, "keys_rotate"]
    assert sum(rotation.left().values()) == total - first["rows"]
    Job.objects.filter(pk=other.pk).delete()
    second = tasks.rotate_keys(by=None, progress=lambda *_: None)
    assert second == {"rows": total - first["rows"], "goes_on": False}
    all_current()


def test_a_rotation_rests_after_each_slice_as_long_as_it_is_told(
    ring_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(persons=60)
    rested: list[float] = []
    monkeypatch.setattr(time, "sleep", rested.append)
    rotation.begin(by=None, algorithm=Algorithm.aes, data=True, index=False)
    begun, slices = time.monotonic(), []
    rotation.resume(by=None, rest=3.0, progress=lambda *_: slices.append(1))
    took = time.monotonic() - begun
    assert len(rested) == len(slices) > 2
    assert 0 < sum(rested) <= 3.0 * took
    assert min(rested) > 0
