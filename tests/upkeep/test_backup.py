"""A backup of the county's database, restored into an empty machine by the command itself."""

import json
import os
import resource
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings as configured
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from tests.cast import load_county

from fangpin.feeds.models import Intake
from fangpin.foundation import cipher, keys
from fangpin.foundation.actions import enqueue
from fangpin.foundation.models import AuditEntry
from fangpin.foundation.postgres import Server
from fangpin.kernel.errors import FangpinError
from fangpin.privacy.actions.erase import erase_rows
from fangpin.privacy.erasing import erased_number
from fangpin.privacy.models import Depth
from fangpin.registry.ids import allocate
from fangpin.registry.models import Person
from fangpin.upkeep import archive, restore
from fangpin.upkeep.backup import back_up, escrow

PASSPHRASE = "korrekt pferd batterie"
NAME = "欧阳测试甲"


def _fangpin(data: Path, *arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
    environment = {k: v for k, v in os.environ.items() if not k.startswith("FANGPIN_")}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    environment |= {"FANGPIN_DATA_DIR": str(data), **more}
    return subprocess.run(
        [sys.executable, "-m", "fangpin", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
    )


PAGE = """
import json
import django
django.setup()
from datetime import date
from django.test import Client
from django.test.utils import setup_test_environment
setup_test_environment()
from fangpin.people.actions import give_post
from fangpin.people.models import Role, User
from fangpin.places.models import Place
from fangpin.registry.models import Person
user = User.objects.create(username="after.restore", is_demo=True)
give_post(by=None, user=user, role=Role.COUNTY_BUREAU, valid_from=date(2020, 1, 1),
          place=Place.objects.get(code="620402000000"))
client = Client()
client.force_login(user)
answer = client.get("/households/620402000001/")
erased = Person.objects.get(pk=ERASED)
print(json.dumps({
    "status": answer.status_code,
    "name": answer.context["file"].head_name if answer.context else "",
    "erased": [erased.name, erased.number],
}))
"""


def _household_page(machine: Path, erased: int) -> dict[str, Any]:
    """What the page of a household shows on the restored machine, with its own database and keys.

    The server runs already; the child is another process, as the product's own would be."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("FANGPIN_")}
    environment |= {
        "FANGPIN_DATA_DIR": str(machine),
        "FANGPIN_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "fangpin.web.settings",
    }
    code = PAGE.replace("ERASED", str(erased))
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True,
                          text=True, timeout=120)  # fmt: skip
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Path]:
    """The data folder of a machine on which nothing has ever run."""
    folder = tmp_path / "machine"
    yield folder
    shutil.rmtree(Server(folder).layout.cluster.parent, ignore_errors=True)


@pytest.fixture
def at_work(transactional_db: None, tmp_path: Path, settings: Any) -> Path:
    """The data folder of an installation with a county, one person's name sealed, files."""
    data = tmp_path / "data"
    settings.DATA_DIR = data
    run = data / "runs" / "county"
    load_county(run)
    Intake.objects.update(folder=str(run), source=str(data / "uploads" / "june"))
    (pk,) = allocate(Person, 1)
    sealed = cipher.seal(NAME, column="registry.person.name", row=pk)
    Person.objects.create(id=pk, number="P-BACKUP-1", name=sealed)
    enqueue(by=None, kind="screen", arguments={"folder": f"{data}/uploads/june"})
    given = data / "uploads" / "june" / "名册.csv"
    given.parent.mkdir(parents=True)
    given.write_text("姓名\n")
    (data / "uploads" / "july").mkdir()
    os.link(given, data / "uploads" / "july" / "名册.csv")
    half = data / "uploads" / "half.partial" / "a.csv"
    half.parent.mkdir()
    half.write_text("half-written")
    (data / "exchange").mkdir()
    (data / "exchange" / "brought.xlsx").write_text("numbers in clear")
    (data / "logs").mkdir()
    (data / "logs" / "web.log").write_text("a line")
    return data


def _counts() -> dict[str, int]:
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        found = {}
        for name in tables:
            cursor.execute(f'SELECT count(*) FROM "{name}"')
            found[name] = cursor.fetchone()[0]
    return found


def test_a_restore_into_an_empty_machine_brings_everything_back(
    at_work: Path, machine: Path, tmp_path: Path
) -> None:
    (erased_pk,) = allocate(Person, 1)
    sealed = cipher.seal("龘将删", column="registry.person.name", row=erased_pk)
    Person.objects.create(id=erased_pk, number="P-BACKUP-2", name=sealed)
    before = _counts()
    out, escrowed = tmp_path / "b.fangpin", tmp_path / "keys.fangpin"
    made = back_up(by=None, out=out, passphrase=PASSPHRASE)
    escrow(by=None, out=escrowed, passphrase=PASSPHRASE)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert made.files == len([p for p in (at_work / "runs").rglob("*") if p.is_file()]) + 2

    with pytest.raises(FangpinError, match="passphrase is wrong"):
        archive.read_head(out, "another passphrase")
    without = _fangpin(machine, "restore", str(out), FANGPIN_BACKUP_PASSPHRASE=PASSPHRASE)
    assert without.returncode == 1, "the machine has keys of its own, which open nothing"
    assert "keys of this backup are missing" in without.stderr
    # Since the backup was made somebody was erased by law: the restored machine forgets them too.
    erase_rows(by=None, persons=[erased_pk], depth=Depth.IDENTITY)
    gone = ("--erased", str(at_work / "erased.jsonl"))
    arguments = ("restore", str(out), "--keys", str(escrowed), *gone)
    done = _fangpin(machine, *arguments, FANGPIN_BACKUP_PASSPHRASE=PASSPHRASE)
    assert done.returncode == 0, done.stderr
    assert "1 erased again" in done.stderr
    proof = json.loads(done.stdout)
    assert proof["rows"] == made.rows
    assert proof["opened"] >= 1

    assert (machine / "uploads/june/名册.csv").read_text() == "姓名\n"
    assert (machine / "uploads/july/名册.csv").read_text() == "姓名\n"
    assert not (machine / "uploads/half.partial").exists()
    assert not (machine / "exchange").exists()
    ring = keys.parsed((machine / "keys.json").read_text(), "restored")
    assert ring == keys.ring()
    with Server(machine) as server, psycopg.connect(server.url) as other:
        for table, rows in before.items():
            # "erased again" and "restored"
            expected = rows + {"foundation_auditentry": 2, "privacy_erasure": 1}.get(table, 0)
            found = other.execute(f'SELECT count(*) FROM "{table}"').fetchone()
            if table not in {"django_session", "foundation_auditlink"}:
                assert found == (expected,), table
        pk, name = other.execute(
            "SELECT id, name FROM registry_person WHERE number = 'P-BACKUP-1'"
        ).fetchone()
        assert cipher.unseal(name, column="registry.person.name", row=pk) == NAME
        assert other.execute("SELECT DISTINCT folder, source FROM feeds_intake").fetchall() == [
            (f"{machine}/runs/county", f"{machine}/uploads/june")
        ]
        assert other.execute(
            "SELECT arguments->>'folder' FROM foundation_job WHERE kind = 'screen'"
        ).fetchall() == [(f"{machine}/uploads/june",)]
        opened = _household_page(machine, erased_pk)
        assert opened["status"] == 200
        assert opened["name"], "the head's name stands open on the page"
        assert opened["erased"] == [None, erased_number(erased_pk)]
        # What the tables do by themselves works again: sequences, foreign keys, triggers.
        other.execute("INSERT INTO foundation_auditentry (at, action, subject, detail) "
                      "VALUES (now(), 'test', '', '{}')")  # fmt: skip
        other.commit()
        with pytest.raises(psycopg.DatabaseError, match="never changed"):
            other.execute("DELETE FROM foundation_auditentry")

    again = _fangpin(machine, *arguments, FANGPIN_BACKUP_PASSPHRASE=PASSPHRASE)
    assert again.returncode == 1
    assert "is not empty" in again.stderr


@pytest.mark.long
def test_a_backup_from_before_an_upgrade_is_restored_and_brought_up_to_date(
    at_work: Path, machine: Path, tmp_path: Path
) -> None:
    out, escrowed = tmp_path / "b.fangpin", tmp_path / "keys.fangpin"
    MigrationExecutor(connection).migrate([("people", "0001_initial")])
    try:
        made = back_up(by=None, out=out, passphrase=PASSPHRASE)
        escrow(by=None, out=escrowed, passphrase=PASSPHRASE)
    finally:
        call_command("migrate", verbosity=0)
    arguments = ("restore", str(out), "--keys", str(escrowed))
    done = _fangpin(machine, *arguments, FANGPIN_BACKUP_PASSPHRASE=PASSPHRASE)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rows"] == made.rows
    checked = _fangpin(machine, "check", "--json")
    levels = {each["name"]: each["level"] for each in json.loads(checked.stdout)["findings"]}
    assert levels["tables"] == "ok"


def test_nothing_of_a_backup_can_be_read_without_its_passphrase(
    at_work: Path, tmp_path: Path
) -> None:
    sealed, clear = tmp_path / "sealed", tmp_path / "clear"
    back_up(by=None, out=sealed, passphrase=PASSPHRASE, with_keys=True)
    back_up(by=None, out=clear, passphrase=None)
    assert b"head.json" not in sealed.read_bytes()
    written = clear.read_bytes()
    assert b"head.json" in written
    assert b'"secret"' not in written
    assert NAME.encode() not in written
    assert "keys.json" not in {
        member.name for member in archive.unpack(clear, None, tmp_path / "into").members
    }
    with pytest.raises(FangpinError, match="sealed backup only"):
        back_up(by=None, out=tmp_path / "c", passphrase=None, with_keys=True)
    with pytest.raises(FangpinError, match="fewer than 12"):
        back_up(by=None, out=tmp_path / "d", passphrase="kurz")
    with pytest.raises(FangpinError, match="exists already"):
        back_up(by=None, out=clear, passphrase=None)
    assert {path.name for path in tmp_path.iterdir()} == {"sealed", "clear", "into", "data"}
    noted = AuditEntry.objects.filter(action="system.backup")
    assert sorted(entry.detail["sealed"] for entry in noted) == [False, True]


@pytest.mark.parametrize("sealed", [False, True])
def test_a_damaged_archive_is_refused(at_work: Path, tmp_path: Path, sealed: bool) -> None:
    passphrase = PASSPHRASE if sealed else None
    out = tmp_path / "good"
    back_up(by=None, out=out, passphrase=passphrase)
    good = out.read_bytes()
    archive.unpack(out, passphrase, tmp_path / "whole")
    middle = good.find(b"\n", len(good) // 2)
    hurt = {
        "cut": good[: len(good) * 2 // 3],
        "empty": b"",
        "flipped": good[:middle] + bytes([good[middle] ^ 1]) + good[middle + 1 :],
        "other": b"PK\x03\x04" + good[4:],
        "tail cut": good[: good.rfind(b"}") - 9],  # in the manifest, or in the last sealed piece
    }
    for name, content in hurt.items():
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(FangpinError, match=r"damaged|passphrase"):
            archive.unpack(path, passphrase, tmp_path / f"{name} unpacked")


@pytest.mark.parametrize("sealed", [False, True])
def test_a_disk_that_takes_no_more_leaves_nothing_behind(
    at_work: Path, tmp_path: Path, sealed: bool
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, hard))
    try:
        with pytest.raises(OSError, match="too large"):
            back_up(by=None, out=tmp_path / "b", passphrase=PASSPHRASE if sealed else None)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert {path.name for path in tmp_path.iterdir()} == {"data"}
    assert not AuditEntry.objects.filter(action="system.backup").exists()
    made = back_up(by=None, out=tmp_path / "b", passphrase=None)
    assert made.bytes > 40_000


def test_members_never_lead_outside() -> None:
    assert archive.is_inside("files/uploads/a.csv")
    for name in ("/etc/passwd", "files/../../a", "..", "", "files/.."):
        assert not archive.is_inside(name)


@pytest.mark.django_db
def test_an_archive_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    head = {
        "version": "9.0",
        "migrations": {"registry": ["0001_initial", "0900_from_the_future"]},
    }
    with pytest.raises(FangpinError, match=r"version 9\.0, whose tables are newer"):
        restore.refuse_newer(tmp_path / "b", head)


def test_a_place_in_use_is_refused(at_work: Path) -> None:
    with pytest.raises(FangpinError, match="feeds_intake") as caught:
        restore.refuse_in_use(Path(configured.DATA_DIR))
    assert f"{at_work}/uploads" in str(caught.value)
