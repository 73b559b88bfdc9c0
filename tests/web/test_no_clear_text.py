"""Names, identity numbers and phones: not in the database's bytes, not in logs, addresses, job
arguments or audit entries – after they have been through import, screening, review, pages, errors.
"""

import logging
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from tests.cast import County
from tests.registry.people_to_find import PERSONS, enter

from fangpin.feeds.models import LinkCandidate
from fangpin.feeds.review_actions import decide
from fangpin.foundation.actions import enqueue
from fangpin.foundation.models import AuditEntry, Job
from fangpin.registry.models import Person
from fangpin.registry.sealing import close_one

NAMES = [name for _, _, _, name, _, _ in PERSONS] + ["赵测甲", "赵侧甲", "龘测乙"]
NUMBERS = [value for row in PERSONS for value in row[4:] if value] + ["13711112222"]
PLANTED = NAMES + NUMBERS


def planted_in(text: str) -> list[str]:
    return [value for value in PLANTED if value in text]


def everything_stored() -> dict[str, str]:
    """Every table as text; bytes as hex, in which planted values are looked for as well."""
    tables = connection.introspection.table_names()
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            with cursor.copy(f'COPY "{table}" TO STDOUT') as copied:
                found[table] = b"".join(bytes(part) for part in copied).decode("utf-8")
    return found


@pytest.mark.django_db
def test_a_stolen_database_holds_nothing_in_clear(county: County) -> None:
    people = enter()
    person = people["880101"]
    closed = close_one(Person, person.pk, {"name": "龘测乙", "phone": "13711112222"})
    Person.objects.filter(pk=person.pk).update(**closed)  # the old values go into the history
    for candidate in LinkCandidate.objects.order_by("pk")[:1]:
        decide(by=county.users["county"], candidate=candidate.pk, accepted=True)
    county.sign_in("county").post("/search/", {"q": "龘测乙"})
    stored = everything_stored()
    assert len(stored) > 30
    assert "880101" in stored["registry_person"]  # the dump is read, and rows are in it
    assert stored["registry_personhistory"].strip()
    for table, text in stored.items():
        assert not planted_in(text), table
        as_hex = [value for value in PLANTED if value.encode().hex() in text]
        assert not as_hex, table


@pytest.mark.django_db
def test_nothing_planted_gets_into_logs_addresses_jobs_or_the_audit(
    county: County, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = enter()
    person = people["880102"]
    caplog.set_level(logging.DEBUG)
    answers = []
    for who in ("county", "township", "village", "leader", "auditor", "admin", "nobody"):
        client = county.sign_in(who)
        client.raise_request_exception = False
        for value in ("张三丰", "620402198001010019", "13900000001", "0019", "zsf"):
            answers.append(client.post("/search/", {"q": value}))
        form = {"subject": "person", "row": person.pk, "field": "id_number"}
        answers.append(client.post("/registry/unmask/", form | {"reason": "verify"}))
        note = {"reason": "other", "note": "张三丰 620402198001010019"}
        answers.append(client.post("/registry/unmask/", form | note))
        for path in (
            "/overview/",
            "/households/8801/",
            "/households/620402000001/",
            "/registry/persons/",
        ):
            answers.append(client.get(path))
    enqueue(by=county.users["county"], kind="audit_verify", arguments={})
    # An error in the middle of a page: its trace goes into the log, values of variables do not.
    monkeypatch.setattr("fangpin.registry.search._shown", _broken)
    client = county.sign_in("county")
    client.raise_request_exception = False
    failed = client.post("/search/", {"q": "张三丰"})
    assert failed.status_code == 500
    assert not planted_in(failed.content.decode())
    assert any(record.exc_info for record in caplog.records)

    for answer in answers:
        for header in ("Location", "HX-Redirect", "HX-Push-Url", "Set-Cookie"):
            assert not planted_in(answer.headers.get(header, ""))
    logged = "\n".join(logging.Formatter("%(message)s").format(entry) for entry in caplog.records)
    assert "/search/" in logged
    assert not planted_in(logged)
    for entry in AuditEntry.objects.all():
        assert not planted_in(f"{entry.action} {entry.subject} {entry.detail}"), entry.action
    for job in Job.objects.all():
        assert not planted_in(f"{job.arguments} {job.result} {job.error_zh} {job.step_zh}")
    assert AuditEntry.objects.filter(action="registry.unmask").exists()
    assert AuditEntry.objects.filter(action="registry.search").count() >= 3


def _broken(*args: object) -> None:
    raise RuntimeError("broken on purpose")


@pytest.mark.django_db
def test_no_page_links_to_an_address_with_a_planted_value(county: County, tmp_path: Path) -> None:
    import re

    enter()
    client: Client = county.sign_in("county")
    seen = 0
    for path in ("/overview/", "/households/8801/", "/registry/persons/", "/registry/households/"):
        text = client.get(path).content.decode()
        addresses = re.findall(r'(?:href|action|hx-get|hx-post|src)="([^"]*)"', text)
        seen += len(addresses)
        assert not [address for address in addresses if planted_in(address)]
    text = client.post("/search/", {"q": "张三"}).content.decode()
    assert not [a for a in re.findall(r'(?:href|action|hx-\w+)="([^"]*)"', text) if planted_in(a)]
    assert seen > 50


def test_every_text_column_is_known_to_hold_no_person() -> None:
    """Columns that might hold a name are closed ones; a new free text on a person is looked at."""
    from fangpin.registry.catalogue.load import catalogue

    for field in catalogue().fields.values():
        if field.type in ("name", "id_number", "phone", "account"):
            model = apps.get_model(
                "registry", {"helper": "HelperSpell"}.get(field.subject, field.subject)
            )
            kind = type(model._meta.get_field(field.name)).__name__
            assert kind == "SealedField", field.key
