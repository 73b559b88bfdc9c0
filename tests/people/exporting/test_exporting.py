"""Exports: purpose, right and area at each step, release by somebody else, a log that stays."""

import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import TestCase
from django.utils import timezone

from fangpin.foundation.cipher import SealBroken
from fangpin.foundation.models import AuditEntry, ExportLog
from fangpin.foundation.sealed_files import open_sealed, seal_file
from fangpin.kernel.errors import FangpinError
from fangpin.people import exporting
from fangpin.people.actions import end_post, give_post
from fangpin.people.exporting import Purpose, purpose_of
from fangpin.people.models import Post, Role, User
from fangpin.people.rights import Right
from fangpin.places.actions import take_over
from fangpin.places.models import Place

pytestmark = pytest.mark.django_db
VISIT = Purpose("visit")


def again(user: User) -> User:
    """The user as the next request has them: without the scope kept from the one before."""
    return User.objects.get(pk=user.pk)


@pytest.fixture
def staff(db: None, settings: Any, tmp_path: Path) -> dict[str, User]:
    settings.EXPORTS_ROOT = tmp_path / "exports"
    settings.EXPORT_APPROVAL_ROWS = 10
    take_over(
        by=None,
        county=("620402000000", "测试县"),
        villages=[
            ("620402101201", "上河村", "620402101000", "清水镇"),
            ("620402102201", "东岭村", "620402102000", "石门乡"),
        ],
        valid_from=date(2020, 1, 1),
    )
    posts = {
        "township": (Role.TOWNSHIP_OFFICER, "620402101000"),
        "approver": (Role.APPROVER, "620402000000"),
        "other_approver": (Role.APPROVER, "620402102000"),
        "leader": (Role.LEADER, "620402000000"),
    }
    users = {}
    for name, (role, code) in posts.items():
        users[name] = User.objects.create(username=name, full_name=f"测{name}")
        give_post(
            by=None,
            user=users[name],
            role=role,
            place=Place.objects.get(code=code),
            valid_from=date(2020, 1, 1),
        )
    return users


def begun(by: User) -> ExportLog:
    return exporting.begin_export(
        by=by,
        what="findings",
        right=Right.export,
        filter={"state": "new"},
        columns=["户编号"],
        form="csv",
        purpose=VISIT,
    )


def kept(by: User, rows: int = 3, content: bytes = b"secret row\n" * 9) -> ExportLog:
    export = begun(by)
    return exporting.finish_export(export=export, file=io.BytesIO(content), name="x", rows=rows)


def test_a_purpose_is_one_of_the_list_and_other_is_explained() -> None:
    for form in ({}, {"purpose": "none"}, {"purpose": "other"}, {"purpose": "visit" * 99}):
        with pytest.raises(FangpinError):
            purpose_of(form)
    assert purpose_of({"purpose": "other", "purpose_note": " 省厅  调研 "}).note == "省厅 调研"
    with pytest.raises(FangpinError):
        purpose_of({"purpose": "visit", "purpose_note": "长" * 301})


def test_what_is_kept_is_encrypted_and_comes_back_whole(staff: dict[str, User]) -> None:
    export = kept(staff["township"])
    assert (export.state, export.rows, export.areas) == ("ready", 3, ["620402101"])
    again_, file = exporting.take_export(by=again(staff["township"]), pk=export.pk)
    assert file.read() == b"secret row\n" * 9
    assert ExportLog.objects.get(pk=export.pk).taken == 1
    assert again_.number == f"E{export.pk:06d}"
    actions = list(AuditEntry.objects.filter(subject=f"export:{export.pk}").order_by("id"))
    assert [a.action for a in actions] == ["export.asked", "export.made", "export.taken"]
    assert all(a.actor == staff["township"] for a in actions)


def test_nothing_in_clear_lies_on_the_disk(staff: dict[str, User], settings: Any) -> None:
    kept(staff["township"])
    for path in Path(settings.EXPORTS_ROOT).rglob("*"):
        assert b"secret" not in path.read_bytes()
        assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("size", [0, 1, 768 * 1024, 768 * 1024 + 1, 3 * 768 * 1024])
def test_a_sealed_file_of_any_size_opens_and_a_changed_one_does_not(
    tmp_path: Path, size: int
) -> None:
    content = bytes(range(256)) * (size // 256) + b"z" * (size % 256)
    path = tmp_path / "a.sealed"
    assert seal_file(io.BytesIO(content), path, column="t.m.f", row=7) == size
    assert open_sealed(path, column="t.m.f", row=7).read() == content
    whole = path.read_bytes()
    first = 8 + int.from_bytes(whole[4:8], "big")
    broken = [whole[:-1], whole[:4] + whole[first:], whole[:-5] + b"12345", b"", whole[:4]]
    if first < len(whole):
        broken.append(whole[:first])  # the end is missing at the seam of two blocks
    for each in broken:
        path.write_bytes(each)
        with pytest.raises(SealBroken):
            open_sealed(path, column="t.m.f", row=7)
    path.write_bytes(whole)
    with pytest.raises(SealBroken):
        open_sealed(path, column="t.m.f", row=8)


def test_who_may_not_export_begins_nothing(staff: dict[str, User]) -> None:
    for name in ("leader", "approver"):
        with pytest.raises(PermissionError):
            begun(staff[name])
    assert not ExportLog.objects.exists()


def test_a_large_file_waits_for_somebody_else_of_the_area(staff: dict[str, User]) -> None:
    export = kept(staff["township"], rows=11)
    assert export.state == "waiting"
    with pytest.raises(ExportLog.DoesNotExist):
        exporting.take_export(by=staff["township"], pk=export.pk)
    for name in ("township", "other_approver", "leader"):
        assert exporting.exports_to_decide(staff[name]) == []
        with pytest.raises(ExportLog.DoesNotExist):
            exporting.decide_export(by=staff[name], pk=export.pk, release=True, reason="")
    assert exporting.exports_to_decide(staff["approver"]) == [export]
    with pytest.raises(FangpinError):
        exporting.decide_export(by=staff["approver"], pk=export.pk, release=False, reason=" ")
    exporting.decide_export(by=staff["approver"], pk=export.pk, release=True, reason="")
    with pytest.raises(FangpinError):
        exporting.decide_export(by=staff["approver"], pk=export.pk, release=True, reason="")
    _, file = exporting.take_export(by=staff["township"], pk=export.pk)
    assert file.read()


def test_nobody_releases_the_own_file_even_with_both_posts(staff: dict[str, User]) -> None:
    give_post(
        by=None,
        user=staff["township"],
        role=Role.APPROVER,
        place=Place.objects.get(code="620402000000"),
        valid_from=date(2020, 1, 1),
    )
    both = again(staff["township"])
    export = kept(both, rows=11)
    with pytest.raises(ExportLog.DoesNotExist):
        exporting.decide_export(by=both, pk=export.pk, release=True, reason="")
    with pytest.raises(Exception, match="nobody_releases"), transaction.atomic():
        ExportLog.objects.filter(pk=export.pk).update(decided_by=both)


def test_a_refused_file_is_gone(staff: dict[str, User], settings: Any) -> None:
    export = kept(staff["township"], rows=11)
    with transaction.atomic():
        exporting.decide_export(by=staff["approver"], pk=export.pk, release=False, reason="过多")
    with pytest.raises(ExportLog.DoesNotExist):
        exporting.take_export(by=staff["township"], pk=export.pk)


def test_a_post_that_ends_stops_the_file_under_way_and_the_kept_one(
    staff: dict[str, User],
) -> None:
    done = kept(staff["township"])
    running = begun(staff["township"])
    rows = exporting.while_allowed(running, range(2000))
    assert next(rows) == 0
    yesterday = timezone.localdate() - timedelta(days=1)
    end_post(by=None, post=Post.objects.get(user=staff["township"]), last_day=yesterday)
    with pytest.raises(FangpinError):
        list(rows)
    with pytest.raises(FangpinError):
        exporting.finish_export(export=running, file=io.BytesIO(b"x"), name="x", rows=1)
    with pytest.raises(ExportLog.DoesNotExist):
        exporting.take_export(by=again(staff["township"]), pk=done.pk)


def test_files_go_on_their_day_and_unfinished_ones_are_closed(
    staff: dict[str, User], settings: Any
) -> None:
    old, young = kept(staff["township"]), kept(staff["township"])
    ExportLog.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert exporting.remove_expired() == 1
    assert ExportLog.objects.get(pk=old.pk).state == "expired"
    assert [p.name for p in Path(settings.EXPORTS_ROOT).iterdir()] == [f"{young.number}.sealed"]
    assert exporting.remove_expired() == 0


def test_what_a_process_that_died_has_written_goes_too(
    staff: dict[str, User], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    written, half = begun(staff["township"]), begun(staff["township"])
    Path(settings.EXPORTS_ROOT).mkdir(exist_ok=True)
    for name in (f"{written.number}.sealed", f"{half.number}.sealed.partial"):
        Path(settings.EXPORTS_ROOT, name).write_bytes(b"closed")
    monkeypatch.setattr("fangpin.people.exporting.actions._ABANDONED_AFTER", timedelta())
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert exporting.remove_expired() == 2
    assert not list(Path(settings.EXPORTS_ROOT).iterdir())


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM foundation_exportlog",
        "UPDATE foundation_exportlog SET purpose = 'other'",
        "UPDATE foundation_exportlog SET rows = 1",
        "UPDATE foundation_exportlog SET sha256 = repeat('0', 64)",
        "UPDATE foundation_exportlog SET asked_at = now() - interval '4 years'",
    ],
)
def test_the_database_keeps_the_log_as_it_was(staff: dict[str, User], sql: str) -> None:
    kept(staff["township"])
    with (
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert ExportLog.objects.count() == 1


def test_files_of_one_kind_and_day_wait_together_when_they_are_too_long(
    staff: dict[str, User],
) -> None:
    township, approver = staff["township"], staff["approver"]
    assert [kept(township, rows=n).state for n in (6, 4)] == ["ready", "ready"]
    third = kept(township, rows=1)
    assert third.state == "waiting", "cut into pieces it is as long as in one"
    assert exporting.rows_of_the_day(township, "findings") == 11
    assert exporting.rows_of_the_day(township, "clues") == 0
    assert exporting.rows_of_the_day(approver, "findings") == 0
    asked = exporting.exports_to_decide(approver)
    assert [(each.pk, each.others) for each in asked] == [(third.pk, 10)]  # type: ignore[attr-defined]
    exporting.decide_export(by=approver, pk=third.pk, release=False, reason="过多")
    assert exporting.rows_of_the_day(township, "findings") == 10, "refused: it did not leave"


def test_what_left_yesterday_does_not_count_today(staff: dict[str, User]) -> None:
    township = staff["township"]
    kept(township, rows=10)
    tomorrow = timezone.now() + timedelta(days=1)
    assert exporting.rows_of_the_day(township, "findings", tomorrow) == 0
    assert exporting.rows_of_the_day(township, "findings") == 10


def test_ones_own_files_are_shown_page_by_page(staff: dict[str, User]) -> None:
    made = [kept(staff["township"]).pk for _ in range(3)]
    assert exporting.own_exports(staff["approver"]) == ([], None)
    first, more = exporting.own_exports(staff["township"], size=2)
    rest, end = exporting.own_exports(staff["township"], before=more, size=2)
    assert [export.pk for export in (*first, *rest)] == made[::-1]
    assert end is None
