"""The self-check names what is unsafe or missing, with what to do; fine things are said as well."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings as configured
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from fangpin.foundation.actions import enqueue, record
from fangpin.foundation.models import Job
from fangpin.foundation.postgres import Server
from fangpin.people.models import User
from fangpin.upkeep import shown
from fangpin.upkeep.checks import WORKER, Finding, Level, database, machine, reach, work
from fangpin.upkeep.checks.finding import fine, warn, wrong


def found(look: Callable[[], list[Finding]], name: str) -> Finding:
    (one,) = [each for each in look() if each.name == name]
    assert (one.remedy is None) == (one.level is Level.ok)
    return one


def test_how_the_pages_are_reached(settings: Any) -> None:
    settings.DEMO = False
    settings.HTTPS, settings.ALLOWED_HOSTS = True, ["fp.example.gov.cn"]
    settings.SECOND_FACTOR = False
    assert found(reach.look, "second factor").level is Level.error
    settings.SECOND_FACTOR = True
    assert {each.level for each in reach.look()} == {Level.ok}
    settings.HTTPS = False
    assert found(reach.look, "https").level is Level.error
    settings.ALLOWED_HOSTS = ["localhost"]
    assert found(reach.look, "https").level is Level.warning
    assert found(reach.look, "hosts").level is Level.warning
    settings.ALLOWED_HOSTS, settings.DEMO, settings.DEBUG = ["*"], True, True
    assert found(reach.look, "hosts").level is Level.error
    assert found(reach.look, "demonstration").level is Level.error
    assert found(reach.look, "debug").level is Level.error


def test_data_folder_and_keys_open_to_others(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR = tmp_path / "data"
    assert found(machine.look, "data folder").level is Level.error
    settings.DATA_DIR.mkdir(mode=0o700)
    assert found(machine.look, "data folder").level is Level.ok
    settings.DATA_DIR.chmod(0o755)
    assert found(machine.look, "data folder").level is Level.error
    ring = tmp_path / "ring.json"
    shutil.copyfile(Path(os.environ["FANGPIN_DATA_DIR"], "keys.json"), ring)
    ring.chmod(0o644)
    monkeypatch.setenv("FANGPIN_KEYS_FILE", str(ring))
    (open_to_all,) = [each for each in machine.look() if each.name.startswith("keys")]
    assert open_to_all.level is Level.error
    ring.chmod(0o600)
    assert found(machine.look, "keys").level is Level.ok


def test_disk_fonts_and_time_zone(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FANGPIN_FONTS", str(tmp_path))
    assert found(machine.look, "fonts").level is Level.warning
    (tmp_path / "NotoSansCJK-Regular.ttc").touch()
    assert found(machine.look, "fonts").level is Level.ok
    assert found(machine.look, "time zone").level is Level.ok
    settings.TIME_ZONE = "Asia/Nowhere"
    assert found(machine.look, "time zone").level is Level.error
    for free, level in ((2**40, Level.ok), (3 * 2**30, Level.warning), (2**20, Level.error)):
        usage = type("Usage", (), {"free": free})
        monkeypatch.setattr("shutil.disk_usage", lambda _, usage=usage: usage)
        assert found(machine.look, "disk").level is level


@pytest.mark.django_db
def test_the_database(settings: Any) -> None:
    assert found(database.look, "database").level is Level.ok
    assert found(database.look, "tables").level is Level.ok
    assert found(database.look, "clock").level is Level.ok
    durability = found(database.look, "durability")  # the server of tests may lose data
    assert "fsync, full_page_writes, synchronous_commit" in durability.what.en
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
        assert found(database.look, "tables").level is Level.error
        for app, name in (("sessions", "0001_initial"), ("people", "0999_x")):
            MigrationRecorder(connection).record_applied(app, name)
        assert "people.0999_x" in found(database.look, "tables").what.en
        cursor.execute("CREATE ROLE a_plain_login")
        settings.EMBEDDED_DATABASE = False
        cursor.execute("SET LOCAL ROLE a_plain_login")
        assert found(_login, "database login").level is Level.ok
        cursor.execute("RESET ROLE")
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:
            assert found(_login, "database login").level is Level.error


def _login() -> list[Finding]:
    with connection.cursor() as cursor:
        return [database._login(cursor)]


@pytest.mark.django_db
def test_accounts_jobs_backups_and_keys(settings: Any) -> None:
    settings.DEMO = False
    assert found(work.look, "accounts").level is Level.warning
    User.objects.create(username="a")
    assert found(work.look, "accounts").level is Level.ok
    User.objects.create(username="b", is_demo=True)
    assert found(work.look, "accounts").level is Level.error

    job = enqueue(by=None, kind="screen", arguments={})
    assert found(work.look, "jobs").level is Level.ok
    Job.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    assert "waited" in found(work.look, "jobs").what.en
    Job.objects.update(state=Job.State.FAILED, finished_at=timezone.now())
    assert "failed" in found(work.look, "jobs").what.en
    Job.objects.filter(pk=job.pk).update(finished_at=timezone.now() - timedelta(days=3))
    assert found(work.look, "jobs").level is Level.ok

    assert found(work.look, "backup").level is Level.error
    assert found(work.look, "escrow").level is Level.warning
    with transaction.atomic():
        record(by=None, action=work.ACTION)
        record(by=None, action=work.ESCROWED, detail=work.marks(work.keys.ring()))
    assert found(work.look, "backup").level is Level.ok
    assert found(work.look, "escrow").level is Level.ok


@pytest.mark.django_db
def test_the_anchor_of_the_audit_trail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(work.look, "audit anchor").level is Level.warning
    path = tmp_path / "anchors"
    monkeypatch.setenv("FANGPIN_AUDIT_ANCHOR", str(path))
    assert found(work.look, "audit anchor").level is Level.error
    path.touch()
    assert found(work.look, "audit anchor").level is Level.ok
    monkeypatch.setenv("FANGPIN_AUDIT_ANCHOR", "relative")
    (relative,) = [each for each in work.look() if "ANCHOR" in each.name]
    assert relative.level is Level.error


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "level"), [(WORKER, Level.ok), ("psql", Level.error)])
def test_a_worker_is_seen_by_its_connection(name: str, level: Level) -> None:
    at = configured.DATABASES["default"]
    with psycopg.connect(
        host=at["HOST"], user=at["USER"], dbname=at["NAME"], application_name=name
    ):
        assert found(work.look, "worker").level is level


def test_shown_in_one_language_both_or_for_programs() -> None:
    several = [
        fine("clock", "一致", "agrees"),
        wrong("disk", "已满", "full", "清理", "tidy up"),
        warn("fonts", "没有", "none", "安装", "install"),
    ]
    english = shown.as_text(several, "en").splitlines()
    assert english[0].startswith("error")
    assert english[1].strip() == "do: tidy up"
    assert english[-1] == "errors 1, warnings 1, ok 1"
    assert "已满" in shown.as_text(several, "zh")
    assert "full" not in shown.as_text(several, "zh")
    assert {"已满", "full"} <= set(shown.as_text(several, None).replace(":", " ").split())
    told = json.loads(shown.as_json(several))
    assert told["failed"] is True
    assert told["findings"][0] == {
        "name": "clock",
        "level": "ok",
        "what": {"zh": "一致", "en": "agrees"},
    }
    assert not shown.failed([several[0], several[2]])


def test_the_command_on_a_machine_without_anything(tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("FANGPIN_")}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    data = tmp_path / "data"

    def run(**more: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "fangpin", "check", "--json"],
            env=environment | {"FANGPIN_DATA_DIR": str(data), **more},
            capture_output=True,
            text=True,
            timeout=120,
        )

    try:
        done = run()
        odd = run(FANGPIN_HTTPS="maybe")
        unreachable = run(FANGPIN_DATABASE_URL="postgresql://me:geheim@127.0.0.1:1/fp")
    finally:
        shutil.rmtree(Server(data).layout.cluster.parent, ignore_errors=True)
    assert done.returncode == odd.returncode == unreachable.returncode == 1
    levels = {each["name"]: each["level"] for each in json.loads(done.stdout)["findings"]}
    assert levels["tables"] == "error"
    assert levels["keys"] == levels["durability"] == "ok"
    assert "FANGPIN_HTTPS" in json.loads(odd.stdout)["findings"][0]["name"]
    assert "cannot be reached" in unreachable.stdout
    assert "geheim" not in unreachable.stdout
