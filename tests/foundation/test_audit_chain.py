"""Whatever is done to the audit trail behind the program's back is found, and where it begins."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from fangpin.foundation import anchor, audit_chain
from fangpin.foundation.actions import record
from fangpin.foundation.audit_chain import Anchor, Verdict
from fangpin.foundation.models import AuditEntry, AuditLink
from fangpin.foundation.queries import chain_head
from fangpin.foundation.tasks import verify_audit
from fangpin.kernel.errors import FangpinError

pytestmark = pytest.mark.django_db(transaction=True)
COUNT = 30


def write(count: int = COUNT) -> None:
    for number in range(count):
        with transaction.atomic():
            record(
                by=None, action="test", subject=f"x|{number}:", detail={"名": "中|:", "n": number}
            )


def check(*anchors: Anchor) -> Verdict:
    connection.ensure_connection()
    return audit_chain.verify(connection.connection, anchors)


def by_hand(*statements: str) -> None:
    """What somebody with the database's own password can do: no trigger speaks up."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)


def grown_again(after: int) -> None:
    """A chain that agrees with itself over the entries that are there, from one link on."""
    by_hand(
        f"DELETE FROM foundation_auditlink WHERE seq > {after}",
        f"""DO $$ DECLARE entry foundation_auditentry; BEGIN
            FOR entry IN SELECT e.* FROM foundation_auditentry e LEFT JOIN foundation_auditlink l
                ON l.entry_id = e.id WHERE l.seq IS NULL ORDER BY e.id
            LOOP PERFORM foundation_audit_link(entry); END LOOP; END $$ -- {after}""",
    )


@pytest.fixture
def ids() -> list[int]:
    write()
    links = AuditLink.objects.order_by("seq").values_list("seq", "entry_id")
    assert [seq for seq, _ in links] == list(range(1, COUNT + 1))
    return [0, *(entry for _, entry in links)]


def test_an_untouched_chain_holds(ids: list[int]) -> None:
    head = chain_head()
    write(3)
    verdict = check(head, head)
    assert (verdict.links, verdict.anchors, verdict.fault) == (COUNT + 3, 2, None)
    assert verdict.head == chain_head().hash != head.hash


def test_an_empty_chain_holds() -> None:
    assert check(chain_head()).links == 0


TAMPERINGS: dict[str, tuple[Callable[[list[int]], Any], int, bool]] = {
    # name: what is done, the first bad link (0 = an entry without one), needs the anchor
    "edit": (
        lambda ids: by_hand(
            f"UPDATE foundation_auditentry SET detail = '{{\"n\": 99}}' WHERE id = {ids[7]}"
        ),
        7,
        False,
    ),
    "edit the time": (
        lambda ids: by_hand(
            f"UPDATE foundation_auditentry SET at = at + interval '1 us' WHERE id = {ids[1]}"
        ),
        1,
        False,
    ),
    "delete": (
        lambda ids: by_hand(f"DELETE FROM foundation_auditentry WHERE id = {ids[12]}"),
        12,
        False,
    ),
    "delete with its link": (
        lambda ids: by_hand(
            f"DELETE FROM foundation_auditentry WHERE id = {ids[12]}",
            "DELETE FROM foundation_auditlink WHERE seq = 12",
            "UPDATE foundation_auditlink SET seq = seq - 1 WHERE seq = 13",
        ),
        12,
        False,
    ),
    "insert": (
        lambda ids: by_hand(
            "INSERT INTO foundation_auditentry (at, action, subject, detail) "
            "VALUES (now(), 'test', 'x', '{}')"
        ),
        0,
        False,
    ),
    "reorder": (
        lambda ids: by_hand(
            "UPDATE foundation_auditlink SET entry_id = -1 WHERE seq = 20",
            f"UPDATE foundation_auditlink SET entry_id = {ids[20]} WHERE seq = 21",
            f"UPDATE foundation_auditlink SET entry_id = {ids[21]} WHERE seq = 20",
        ),
        20,
        False,
    ),
    "cut the tail": (
        lambda ids: by_hand(
            f"DELETE FROM foundation_auditentry WHERE id > {ids[25]}",
            "DELETE FROM foundation_auditlink WHERE seq > 25",
        ),
        COUNT,
        True,
    ),
    "cut the tail and grow it again": (
        lambda ids: (
            by_hand(f"DELETE FROM foundation_auditentry WHERE id > {ids[25]}"),
            by_hand("DELETE FROM foundation_auditlink WHERE seq > 25"),
            write(10),
        ),
        COUNT,
        True,
    ),
    "write the chain anew": (
        lambda ids: (
            by_hand(f"UPDATE foundation_auditentry SET action = 'other' WHERE id = {ids[3]}"),
            grown_again(0),
        ),
        COUNT,
        True,
    ),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_found_and_its_first_place_named(name: str, ids: list[int]) -> None:
    tamper, place, needs_anchor = TAMPERINGS[name]
    head = chain_head()
    tamper(ids)
    fault = check(head).fault
    assert fault is not None
    assert fault.seq == place
    if needs_anchor:
        assert check().fault is None  # which is why heads are kept outside
    if name == "insert":
        assert fault.entry > ids[-1]


def test_entries_of_before_an_anchor_are_covered_by_it(ids: list[int]) -> None:
    head = chain_head()
    write(5)
    by_hand(f"UPDATE foundation_auditentry SET action = 'other' WHERE id = {ids[2]}")
    grown_again(0)
    fault = check(head, chain_head()).fault
    assert fault is not None
    assert fault.seq == COUNT


@pytest.mark.parametrize("table", ["foundation_auditentry", "foundation_auditlink"])
@pytest.mark.parametrize("command", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_database_refuses_to_change_or_empty_the_trail(
    ids: list[int], table: str, command: str
) -> None:
    column = "id" if table.endswith("entry") else "seq"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL fangpin.audit_may_be_emptied = off")
        with pytest.raises(DatabaseError, match="never"), transaction.atomic():
            cursor.execute(command.format(table, column, column))
    assert check().fault is None


def test_a_write_fails_when_its_audit_entry_cannot_be_chained() -> None:
    write(2)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE foundation_auditlink RENAME TO elsewhere")
    try:
        with pytest.raises(DatabaseError), transaction.atomic():
            record(by=None, action="test")
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE elsewhere RENAME TO foundation_auditlink")
    assert AuditEntry.objects.count() == 2
    assert check().fault is None


def test_an_undone_transaction_leaves_no_gap() -> None:
    write(2)
    with transaction.atomic():
        record(by=None, action="test")
        transaction.set_rollback(True)
    with transaction.atomic():
        record(by=None, action="a")
        record(by=None, action="b")
    assert check().links == 4


def test_many_writers_make_one_chain() -> None:
    from concurrent.futures import ThreadPoolExecutor

    def some(_: int) -> None:
        try:
            write(8)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(some, range(4)))
    verdict = check()
    assert (verdict.links, verdict.fault) == (32, None)


def test_the_check_is_recorded_with_its_outcome(
    ids: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "anchors"
    monkeypatch.setenv("FANGPIN_AUDIT_ANCHOR", str(path))
    anchor.add_anchor(path, chain_head())
    assert verify_audit(by=None, progress=lambda *_: None)["holds"] is True
    by_hand(f"DELETE FROM foundation_auditentry WHERE id = {ids[5]}")
    with pytest.raises(FangpinError, match="deleted"):
        verify_audit(by=None, progress=lambda *_: None)
    told = AuditEntry.objects.filter(action="audit.verified").order_by("-id")[0].detail
    assert (told["holds"], told["bad_link"], told["bad_entry"]) == (False, 5, ids[5])
    json.dumps(told)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FANGPIN_AUDIT_ANCHOR", str(tmp_path / "anchors"))
    return tmp_path / "anchors"


def test_anchors_are_appended_and_read_back(path: Path) -> None:
    assert anchor.add_anchor(path, chain_head())
    assert not anchor.add_anchor(path, chain_head())  # nothing has happened since
    write(1)
    assert anchor.add_anchor(path, chain_head())
    known = anchor.read_anchors(path)
    assert [item.seq for item in known] == [0, 1]
    assert check(*known).fault is None
    path.write_text(path.read_text() + "2026-01-01T00:00:00Z 5 zz\n")
    with pytest.raises(FangpinError, match="not an anchor"):
        anchor.read_anchors(path)


def test_late_anchors_alarm_after_one_hour_and_stop_exports_after_four(path: Path) -> None:
    now = timezone.now()
    assert anchor.anchor_state(now).stops_exports  # asked for, never written
    with pytest.raises(FangpinError, match="exports are stopped"):
        anchor.refuse_export_without_anchor()
    anchor.add_anchor(path, chain_head())
    anchor.refuse_export_without_anchor()
    for late, alarming, stopped in [
        (timedelta(minutes=59), False, False),
        (timedelta(minutes=61), True, False),
        (timedelta(minutes=241), True, True),
    ]:
        state = anchor.anchor_state(timezone.now() + late)
        assert (state.alarming, state.stops_exports) == (alarming, stopped)


def test_without_a_place_for_anchors_nothing_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FANGPIN_AUDIT_ANCHOR", raising=False)
    assert not anchor.anchor_state().alarming
    anchor.refuse_export_without_anchor()
    monkeypatch.setenv("FANGPIN_AUDIT_ANCHOR", "relative")
    with pytest.raises(FangpinError, match="absolute"):
        anchor.anchor_file()
