"""Killed at any point while a notice goes up and comes down: what the public sees is whole."""

import hashlib
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from tests.cases.world import SIGNATURE, World, county, photo
from tests.disclosure.test_citizens import NUMBER, TEXT, VILLAGE
from tests.disclosure.test_posting import due
from tests.killing import apart, at_any_moment, content, through

from fangpin.cases.models import Objection, Publication
from fangpin.clues.models import Clue, ClueReason
from fangpin.disclosure.actions import add_board_photo, keep_notices, post, sweep_files
from fangpin.disclosure.citizens import handing_in
from fangpin.disclosure.citizens.consent import current
from fangpin.disclosure.models import (
    Attempt,
    BoardPhoto,
    PostedNotice,
    Submission,
    SubmissionFile,
)
from fangpin.disclosure.site_writer import site_job
from fangpin.foundation.models import AuditEntry, Job

pytestmark = pytest.mark.django_db(transaction=True)
ROOTS = ("PUBLIC_ROOT", "NOTICES_ROOT", "SUBMISSIONS_ROOT", "CASE_FILES_ROOT")
Moves = list[Callable[[], object]]


@pytest.fixture
def world(settings: Any, tmp_path: Path) -> World:
    moved(settings, tmp_path / "first")
    made = county("village", "township", "county", "approver")
    made.now = timezone.now()
    return made


def moved(settings: Any, folder: Path) -> None:
    for name in ROOTS:
        setattr(settings, name, folder / name.lower())


def moves(world: World, publication: int) -> Moves:
    """A notice goes up, a photograph of the board comes, an objection, and its days end."""
    now = world.now
    over = now + timedelta(days=20)

    def site() -> object:
        return site_job(by=None, progress=lambda *given: None)

    def hung() -> PostedNotice:
        return PostedNotice.objects.get()

    return [
        lambda: post(by=world.village, publication=publication, now=now),
        site,
        lambda: add_board_photo(by=world.village, notice=hung().pk, data=photo()),
        lambda: handing_in.submit(
            handing_in.Given(
                kind="objection", client_id=uuid5(NAMESPACE_OID, "y"), text="该户情况不实",
                publication=publication, name="司马丁丁",
            ),
            address=None,
        ),
        lambda: handing_in.submit(
            handing_in.Given(
                kind="application", client_id=uuid5(NAMESPACE_OID, "s"), text=TEXT,
                village=VILLAGE, name="司马丁丁", id_number=NUMBER, phone="13800001111",
                consent=current().version, signature=SIGNATURE, photos=(photo(), photo(7)),
            ),
            address=None,
        ),
        lambda: keep_notices(now=over),
        site,
    ]  # fmt: skip


def state(publication: int) -> dict[str, Any]:
    tables = (PostedNotice, BoardPhoto, Submission, SubmissionFile, Objection, Clue, ClueReason)
    # Random: names of files, the receipt (also the clue's reference). Ids of rows elsewhere.
    found = content(
        *(*tables, Publication),
        without=("name", "file_key", "hashes", "receipt", "reference", "secret", "clue",
                 "objection", "number", "area_code"),
    )  # fmt: skip
    trail = AuditEntry.objects.filter(action__regex=r"^(cases|clues|notices|submissions)\.")
    folder = f"/notices/{publication}/"
    return found | {
        "trail": list(trail.order_by("pk").values_list("action", "actor")),
        "jobs": Job.objects.filter(kind="public_site").exists(),
        "pages": sorted(
            (str(path.relative_to(root)), hashlib.sha256(path.read_bytes()).hexdigest())
            for root in [_public()]
            for path in root.rglob("*")
            if path.is_file() and (folder in str(path) or not path.name.startswith("."))
        ),
    }


def _public() -> Path:
    from django.conf import settings

    return Path(settings.PUBLIC_ROOT)


def nothing_is_half(publication: int) -> None:
    """A page that the public sees has its files behind it, as they were proved; a notice that is
    not there is not there at all."""
    notice = PostedNotice.objects.filter(publication=publication).first()
    state = Publication.objects.get(pk=publication).state
    assert (notice is not None) == (state in ("posted", "over"))
    for page in ("", "en/"):
        if Client().get(f"/public/{page}notices/{publication}/").status_code != 200:
            continue
        assert notice is not None
        for name in (f"{page}index.html", "notice.pdf", "notice.docx"):
            language, _, file = name.rpartition("/")
            folder = f"{language}/notices" if language else "notices"
            answer = Client().get(
                f"/public/{folder}/{publication}/{file.replace('index.html', '')}"
            )
            assert answer.status_code == 200, name
            assert hashlib.sha256(answer.content).hexdigest() == notice.hashes[name]


def undisturbed(world: World, publication: int) -> dict[str, Any]:
    def all_of_it() -> dict[str, Any]:
        with transaction.atomic():
            for move in moves(world, publication):
                move()
            found = state(publication)
            transaction.set_rollback(True)
        return found

    found: dict[str, Any] = apart(all_of_it)
    assert found["Publication"][-1]["state"] == "over"
    assert len(found["SubmissionFile"]) == 3
    assert [name for name, _ in found["pages"] if name.endswith("/gone")]
    return found


def killed_through(
    settings: Any, world: World, folder: Path, kill: Callable[[int, Callable[[], object]], None]
) -> None:
    """The undisturbed way first, then – with folders of its own – the one that `kill` disturbs."""
    publication = due(world).pk
    expected = undisturbed(world, publication)
    moved(settings, folder)
    for at, move in enumerate(moves(world, publication)):
        kill(at, move)
        move()
        nothing_is_half(publication)
    assert state(publication) == expected
    sweep_files(older_than=timedelta())
    kept = [path for name in ("NOTICES_ROOT", "SUBMISSIONS_ROOT")
            for path in getattr(settings, name).rglob("*") if path.is_file()]  # fmt: skip
    assert len(kept) == 2 + 3


def test_killed_at_points_of_every_move(world: World, settings: Any, tmp_path: Path) -> None:
    publication = []

    def kill(at: int, move: Callable[[], object]) -> None:
        if not publication:
            publication.append(Publication.objects.get(state="due", form="notice").pk)
        # Only the end of posting, when everything is built, has files to leave behind.
        first, stride = ((60, 19), (3, 31), (4, 19), (2, 37), (3, 41), (5, 23), (4, 41))[at]
        through(move, first=first, stride=stride, after=lambda: nothing_is_half(publication[0]))

    killed_through(settings, world, tmp_path / "second", kill)


@pytest.mark.long
def test_killed_at_every_point_and_at_random_moments(
    world: World, settings: Any, tmp_path: Path
) -> None:
    draw = random.Random(20261122)
    publication: list[int] = []

    def kill(at: int, move: Callable[[], object]) -> None:
        if not publication:
            publication.append(Publication.objects.get(state="due", form="notice").pk)

        def whole() -> None:
            nothing_is_half(publication[0])
            Attempt.objects.all().delete()  # somebody who tries a hundred times is stopped

        through(move, after=whole)
        for _ in range(40):
            at_any_moment(move, draw, 0.4)
            whole()

    killed_through(settings, world, tmp_path / "second", kill)
