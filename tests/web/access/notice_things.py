"""A notice of every case, and something handed in from every village."""

import io
import zipfile
from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.utils import timezone
from tests.cases.world import photo
from tests.web.access.oracle import Thing

from fangpin.cases.models import Case, Publication, Turn
from fangpin.disclosure.models import (
    BoardPhoto,
    OfficePhone,
    PostedNotice,
    Submission,
    SubmissionFile,
)
from fangpin.foundation.fields import close_into
from fangpin.foundation.kept_files import keep
from fangpin.registry.ids import allocate

FILES = ("index.html", "notice.pdf", "notice.docx")
PLACES = ("620402101201", "620402101202", "620402102201", "620403101201")


def notice_things() -> dict[str, list[Thing]]:
    """Kinds of things for the pages in notice_pages.py; made after the cases."""
    notices = [_notice(case) for case in Case.objects.order_by("pk")]
    absent = {"notice": 10**9, "photo": 10**9, "submission": 10**9, "file": 10**9, "phone": 10**9}
    nowhere = Thing("absent", absent=True, words=absent)
    return {
        "notice": [*notices, nowhere],
        "submission": [*(_submission(place, "application") for place in PLACES), nowhere],
        "complaint": [*(_submission(place, "complaint") for place in PLACES), nowhere],
        "office telephone": [*(_phone(place) for place in PLACES), nowhere],
    }


def _notice(case: Case) -> Thing:
    today = timezone.localdate()
    publication = Publication.objects.create(
        case=case,
        turn=Turn.objects.filter(case=case).first(),
        area_code=case.area_code,
        where_code=case.area_code,
        form="notice",
        days=5,
        state="posted",
        from_day=today,
        until_day=today + timedelta(days=5),
        posted_at=timezone.now(),
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in FILES:
            archive.writestr(name, "<article></article>")
    file = keep(out.getvalue(), settings.NOTICES_ROOT)
    notice = PostedNotice(
        pk=allocate(PostedNotice, 1)[0],
        publication=publication,
        area_code=case.area_code,
        where_code=case.area_code,
        number=f"N-{publication.pk}",
        hashes={},
        name=file.name,
        from_day=today,
        until_day=publication.until_day,
        posted_at=timezone.now(),
    )
    close_into([notice], "shown", [{"name": "张**"}])
    close_into([notice], "file_key", [file.key])
    notice.save(force_insert=True)
    picture = keep(photo(), settings.NOTICES_ROOT)
    board = BoardPhoto(
        pk=allocate(BoardPhoto, 1)[0], notice=notice, kind="jpeg", name=picture.name,
        sha256=picture.sha256, size=picture.size, at=timezone.now(),
    )  # fmt: skip
    close_into([board], "file_key", [picture.key])
    board.save(force_insert=True)
    words = {"notice": publication.pk, "photo": board.pk}
    return Thing(case.area_code, case.area_code, words=words)


def _submission(place: str, kind: str) -> Thing:
    (pk,) = allocate(Submission, 1)
    row = Submission(
        pk=pk, kind=kind, receipt=f"X-{kind[:3]}-{place}", secret=b"x" * 32, area_code=place,
        client_id=uuid4(), at=timezone.now(),
    )  # fmt: skip
    close_into([row], "content", [{"text": "某事", "name": "某甲"}])
    row.save(force_insert=True)
    picture = keep(photo(), settings.SUBMISSIONS_ROOT)
    file = SubmissionFile(
        pk=allocate(SubmissionFile, 1)[0], submission=row, use="photo", kind="jpeg",
        name=picture.name, sha256=picture.sha256, size=picture.size,
    )  # fmt: skip
    close_into([file], "file_key", [picture.key])
    file.save(force_insert=True)
    return Thing(f"{kind} {place}", place, words={"submission": pk, "file": file.pk})


def _phone(place: str) -> Thing:
    row = OfficePhone.objects.create(area_code=place, label="村委会", number=f"0943-{place[-7:]}")
    return Thing(place, place, words={"phone": row.pk})
