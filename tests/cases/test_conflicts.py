"""Files that were sent with something that could not be taken."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tests.cases.world import begun, county, home, photo, take, taken_to

from fangpin.cases.actions import Attached, Conflict, Refused, settle_kept
from fangpin.cases.actions.attachments import sweep
from fangpin.cases.models import KeptEntry
from fangpin.cases.queries import attachment_of

pytestmark = pytest.mark.django_db


def test_files_of_a_conflict_wait_for_their_sender(tmp_path: Path, settings: Any) -> None:
    settings.CASE_FILES_ROOT = tmp_path / "files"
    world, family = county(), home()
    case = taken_to(world, begun(world, family), "visit")
    stale = case.version
    photos = [Attached("photos", photo(shade)) for shade in (10, 20)]
    take(world, case, "compare")  # meanwhile the county has gone on
    with pytest.raises(Conflict) as conflict:
        take(world, case, "visit", by=world.village, version=stale, attachments=photos)
    kept = KeptEntry.objects.get(pk=conflict.value.kept)
    on_disk = list(settings.CASE_FILES_ROOT.glob("*/*"))
    assert kept.files.count() == 2
    assert len(on_disk) == 2
    assert not any(b"JFIF" in path.read_bytes() for path in on_disk)
    assert sweep(older_than=timedelta(days=-1)) == 0  # they are somebody's
    # Nobody else takes them over.
    with pytest.raises(Refused) as refused:
        take(world, case, "visit", by=world.village2, attachments=[], files_of=kept.pk)
    assert refused.value.code == "no_kept_files"
    key = uuid4()
    for again in (False, True):
        version = case.version
        taken = take(world, case, "visit", by=world.village, attachments=[], files_of=kept.pk,
                     client_id=key, version=version)  # fmt: skip
        assert taken.again is again
    sums = set(taken.turn.attachments.values_list("sha256", flat=True))
    assert sums == set(kept.content["files"])
    found = attachment_of(world.village, taken.turn.attachments.first().pk)
    assert found is not None
    assert found[1].startswith(b"\xff\xd8")
    kept.refresh_from_db()
    assert kept.settled_by == world.village
    assert not kept.files.exists()


@pytest.mark.django_db(transaction=True)
def test_files_of_a_conflict_go_when_both_sides_were_compared(
    tmp_path: Path, settings: Any
) -> None:
    settings.CASE_FILES_ROOT = tmp_path / "files"
    world, family = county(), home()
    case = taken_to(world, begun(world, family), "visit")
    stale = case.version
    take(world, case, "compare")
    before = set(settings.CASE_FILES_ROOT.glob("*/*"))
    with pytest.raises(Conflict) as conflict:
        take(world, case, "visit", version=stale, attachments=[Attached("photos", photo())])
    assert len(set(settings.CASE_FILES_ROOT.glob("*/*")) - before) == 1
    settle_kept(by=world.township, kept=conflict.value.kept)
    assert set(settings.CASE_FILES_ROOT.glob("*/*")) == before
    assert KeptEntry.objects.get().settled_by == world.township
