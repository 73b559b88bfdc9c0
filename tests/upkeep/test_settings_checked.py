"""The self-check speaks of every setting that can be unsafe or missing."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from tests.test_settings_reference import rows
from tests.upkeep.test_checks import found

from fangpin.foundation.fields import close_into
from fangpin.people.models import Channel, Gateway, Sending, User
from fangpin.upkeep.checks import Level, chosen, database, machine, outward, reach, work

# setting → the finding that speaks of it.
TOLD = {
    "FANGPIN_DATA_DIR": "data folder",
    "FANGPIN_DATABASE_URL": "embedded database",
    "FANGPIN_KEYS": "keys",
    "FANGPIN_CIPHER": "cipher",
    "FANGPIN_HOSTS": "hosts",
    "FANGPIN_HTTPS": "https",
    "FANGPIN_PROXIES": "proxies",
    "FANGPIN_SECOND_FACTOR": "second factor",
    "FANGPIN_IDLE_MINUTES": "sessions",
    "FANGPIN_SESSION_HOURS": "sessions",
    "FANGPIN_PASSWORD_DAYS": "passwords",
    "FANGPIN_OIDC_ISSUER": "single sign-on",
    "FANGPIN_OIDC_CLIENT_ID": "single sign-on",
    "FANGPIN_OIDC_CLIENT_SECRET": "single sign-on",
    "FANGPIN_OIDC_SECOND_FACTOR": "single sign-on",
    "FANGPIN_DEMO": "demonstration",
    "FANGPIN_EXPORT_APPROVAL_ROWS": "exports",
    "FANGPIN_ERASED_LIST": "erased list",
    "FANGPIN_READING_LIMITS": "reading limits",
    "FANGPIN_PUBLIC_URL": "public address",
    "FANGPIN_STAFF_URL": "link in messages",
    "FANGPIN_MESSAGE_HOSTS": "messages outward",
    "FANGPIN_MESSAGE_PRIVATE_HOSTS": "messages outward",
    "FANGPIN_JOB_MB": "memory of parts",
    "FANGPIN_BASELINE_MB": "memory of parts",
    "FANGPIN_JOB_CPU_MINUTES": "limits of jobs",
    "FANGPIN_FONTS": "fonts",
    "FANGPIN_AUDIT_ANCHOR": "audit anchor",
    "FANGPIN_BACKUP_PASSPHRASE": "sealed backups",
}
# Any value that the program takes is safe.
HARMLESS = {
    "FANGPIN_SECRET_KEY": "made when it is missing, refused when it is short",
    "FANGPIN_OIDC_NAME": "a label",
    "FANGPIN_OIDC_CLAIM": "names a field; a wrong one lets nobody in",
    "FANGPIN_EXPORT_DAYS": "bounded",
    "FANGPIN_REQUEST_WORKDAYS": "bounded",
    "FANGPIN_PHONE_HOURS": "bounded",
    "FANGPIN_UPLOAD_MB": "bounded; a job's memory is limited by itself",
    "FANGPIN_PORT": "bounded",
    "FANGPIN_JOB_MINUTES": "bounded",
    "FANGPIN_JOB_NICE": "bounded",
}


@pytest.mark.django_db
def test_every_setting_is_looked_at_or_cannot_harm(settings: Any) -> None:
    assert set(TOLD).isdisjoint(HARMLESS)
    assert {*TOLD, *HARMLESS} == set(rows("docs/deploy.md"))
    settings.MESSAGE_HOSTS = ("mail.example.cn",)
    looks = (reach, chosen, machine, database, work, outward)
    spoken = {each.name for look in looks for each in look.look()}
    assert set(TOLD.values()) <= spoken


def test_what_was_chosen_or_forgotten(
    settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def level(name: str) -> Level:
        return found(chosen.look, name).level

    settings.DEMO, settings.ALLOWED_HOSTS = False, ["fp.example.cn"]
    settings.HTTPS, settings.PROXIES = True, 0
    assert level("proxies") is Level.warning
    settings.PROXIES = 1
    assert level("proxies") is Level.ok
    settings.HTTPS = False
    assert level("proxies") is Level.error

    assert level("sessions") is Level.ok
    settings.SESSION_IDLE_SECONDS = 61 * 60
    assert level("sessions") is Level.warning

    settings.PASSWORD_DAYS, settings.SECOND_FACTOR = 0, True
    assert level("passwords") is Level.ok
    settings.SECOND_FACTOR = False
    assert level("passwords") is Level.warning
    settings.PASSWORD_DAYS = 90
    assert level("passwords") is Level.ok

    assert level("single sign-on") is Level.ok
    settings.OIDC_CLIENT_ID = "fangpin"
    assert level("single sign-on") is Level.warning
    settings.OIDC_ISSUER = "https://id.example.cn"
    assert level("single sign-on") is Level.error
    settings.OIDC_CLIENT_SECRET = "x"
    assert level("single sign-on") is Level.ok
    settings.OIDC_SECOND_FACTOR = True
    assert level("single sign-on") is Level.warning

    assert level("reading limits") is Level.ok
    settings.READING_LIMITS = {"leader": 5001}
    assert level("reading limits") is Level.warning
    settings.EXPORT_APPROVAL_ROWS = 50_001
    assert level("exports") is Level.warning

    assert level("erased list") is Level.warning
    monkeypatch.setenv("FANGPIN_ERASED_LIST", str(tmp_path / "erased.jsonl"))
    assert level("erased list") is Level.ok
    monkeypatch.setenv("FANGPIN_ERASED_LIST", str(tmp_path / "none/erased.jsonl"))
    assert level("erased list") is Level.error

    assert level("public address") is Level.warning
    settings.PUBLIC_URL = "http://fp.example.cn"
    assert level("public address") is Level.error
    settings.PUBLIC_URL = "https://fp.example.cn"
    assert level("public address") is Level.ok

    settings.BASELINE_BYTES = 2**20
    assert level("memory of parts") is Level.ok
    monkeypatch.setenv("FANGPIN_JOB_MB", "9999999")
    assert level("memory of parts") is Level.warning

    assert level("sealed backups") is Level.warning
    monkeypatch.setenv("FANGPIN_BACKUP_PASSPHRASE", "a long passphrase")
    assert level("sealed backups") is Level.ok
    assert level("cipher") is Level.ok
    monkeypatch.setenv("FANGPIN_CIPHER", "sm4-gcm")
    assert level("cipher") is Level.warning
    settings.EMBEDDED_DATABASE = False
    assert level("embedded database") is Level.ok
    settings.EMBEDDED_DATABASE = True
    assert level("embedded database") is Level.warning


@pytest.mark.django_db
def test_ways_out_of_the_system(settings: Any) -> None:
    assert [each.level for each in outward.look()] == [Level.ok]
    settings.MESSAGE_HOSTS = ("mail.example.cn",)
    assert found(outward.look, "messages outward").level is Level.warning
    gateway = Gateway(pk=1, kind="email")
    close_into([gateway], "content", [{"host": "mail.example.cn", "port": 465}])
    gateway.save()
    assert found(outward.look, "messages outward").level is Level.ok
    settings.MESSAGE_HOSTS = ()
    assert found(outward.look, "messages outward").level is Level.error
    assert found(outward.look, "link in messages").level is Level.warning
    settings.STAFF_URL = "https://fp.example.cn"
    assert found(outward.look, "link in messages").level is Level.ok
    assert found(outward.look, "messages not sent").level is Level.ok
    now = timezone.now()
    channel = Channel(user=User.objects.create(username="a"), kind="email", address_closed=b"")
    channel.save()
    Sending.objects.create(
        channel=channel, what="digest", made_at=now, next_at=now, ended_at=now, state="failed"
    )
    told = found(outward.look, "messages not sent")
    assert told.level is Level.warning
    assert "1 were" in told.what.en
