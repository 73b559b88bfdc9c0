"""Every write about notices: posting, photographs of the board, taking down."""

import io
import zipfile
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from fangpin.cases import actions as cases
from fangpin.cases.models import Publication
from fangpin.cases.visible import visible
from fangpin.disclosure.build import Built, build
from fangpin.disclosure.models import BoardPhoto, OfficePhone, PostedNotice, SubmissionFile
from fangpin.disclosure.scan import scan
from fangpin.disclosure.site_writer import enqueue_site
from fangpin.foundation.actions import record
from fangpin.foundation.fields import close_into
from fangpin.foundation.kept_files import drop, keep, sweep
from fangpin.foundation.pictures import cleaned
from fangpin.kernel.errors import FangpinError
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.registry.ids import allocate

_MOST_PHOTOS = 6


def post(*, by: User, publication: int, now: datetime | None = None) -> PostedNotice:
    """Build the notice and hang it on the public page from today on. Posted twice, it is the same.

    Raises Publication.DoesNotExist for one that is absent or out of reach, PermissionError for who
    may not act there, what `cases.actions.notice_posted` refuses, and FangpinError for a notice
    that may not be shown: then nothing has happened.
    """
    now = now or timezone.now()
    kept: list[str] = []
    try:
        with transaction.atomic():
            row = cases.notice_posted(by=by, publication=publication, now=now)
            _must_act(by, row.area_code)
            before = PostedNotice.objects.filter(publication=row)
            hanging = before.filter(down_at=None).first()
            if hanging is not None:
                return hanging
            assert row.from_day is not None
            built = build(
                row, from_day=row.from_day, until_day=row.until_day, issue=before.count() + 1
            )
            return _keep(by, row, built, now, kept)
    except BaseException:
        drop(settings.NOTICES_ROOT, *kept)
        raise


def _keep(by: User, row: Publication, built: Built, now: datetime, kept: list[str]) -> PostedNotice:
    assert row.from_day is not None
    (pk,) = allocate(PostedNotice, 1)
    file = keep(_archive(built), settings.NOTICES_ROOT)
    kept.append(file.name)
    notice = PostedNotice(
        pk=pk,
        publication=row,
        area_code=row.area_code,
        where_code=row.where_code,
        household=row.case.household_id,
        number=built.notice.number,
        hashes=built.hashes,
        name=file.name,
        from_day=row.from_day,
        until_day=row.until_day,
        posted_at=now,
        posted_by=by,
    )
    close_into([notice], "shown", [built.shown])
    close_into([notice], "file_key", [file.key])
    notice.save(force_insert=True)
    record(
        by=by,
        action="notices.posted",
        subject=f"notice:{pk}",
        detail={"publication": row.pk, "case": row.case_id, "hashes": built.hashes},
    )
    enqueue_site(by=by)
    return notice


def _archive(built: Built) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(built.files.items()):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data)
    return out.getvalue()


@transaction.atomic
def take_down(*, by: User, notice: int, reason: str, now: datetime | None = None) -> PostedNotice:
    """Take a notice down before its end, with a reason that is kept. The days that it hung do not
    count for its case: the case waits for a notice anew.

    Raises PostedNotice.DoesNotExist, PermissionError without the right to act there, FangpinError
    without a reason.
    """
    now = now or timezone.now()
    row = locked(by, notice)
    if len(reason.strip()) < 4:
        raise FangpinError.because(
            "请写明撤下公示的理由", "say why the notice is taken down",
            do_zh="至少写四个字，例如“公示内容有误”", do_en="a few words, such as: an error in it",
        )  # fmt: skip
    if row.down_at is not None:
        return row
    cases.notice_withdrawn(by=by, publication=row.publication_id, reason=reason)
    close_into([row], "reason", [reason.strip()[:500]])
    _down(row, PostedNotice.Why.EARLY, by, now)
    return row


def _down(row: PostedNotice, why: str, by: Any, now: datetime) -> None:
    row.down_at, row.down_why, row.down_by = now, why, by
    row.save(update_fields=["down_at", "down_why", "down_by", "reason_closed"])
    record(
        by=by,
        action="notices.taken_down",
        subject=f"notice:{row.pk}",
        detail={"publication": row.publication_id, "why": why},
    )
    enqueue_site(by=by)


def keep_notices(*, now: datetime | None = None) -> int:
    """Take down every notice whose days are over or whose case no longer asks for it; how many.
    Doing it again does nothing. Each notice is a transaction of its own."""
    now = now or timezone.now()
    today = timezone.localtime(now).date()
    taken = 0
    hanging = PostedNotice.objects.filter(down_at=None).select_related("publication")
    for pk, publication in list(hanging.values_list("pk", "publication_id")):
        with transaction.atomic():
            if _is_over(publication, today):
                cases.notice_over(publication=publication, now=now)
            row = (
                PostedNotice.objects.select_for_update(of=("self",))
                .select_related("publication")
                .get(pk=pk)
            )
            state = row.publication.state
            if row.down_at is not None or state == Publication.State.POSTED:
                continue
            over = state == Publication.State.OVER
            _down(row, PostedNotice.Why.OVER if over else PostedNotice.Why.WITHDRAWN, None, now)
            taken += 1
    return taken


def _is_over(publication: int, today: date) -> bool:
    return Publication.objects.filter(
        pk=publication, state=Publication.State.POSTED, until_day__lt=today
    ).exists()


def add_board_photo(*, by: User, notice: int, data: bytes) -> BoardPhoto:
    """Keep a photograph of the board, without place and camera. The same picture again is the same
    row. Raises PostedNotice.DoesNotExist, PermissionError, FangpinError for what is no picture."""
    picture = cleaned(data)
    refused = [hit for hit in scan({"photo": picture.data}) if hit.kind == "opaque"]
    if refused:
        raise FangpinError.because(
            "照片中仍带有拍摄信息", "the picture still carries notes of the camera",
            do_zh="另存为 JPEG 后再上传", do_en="save it as JPEG and send it again",
        )  # fmt: skip
    kept: list[str] = []
    try:
        with transaction.atomic():
            row = locked(by, notice)
            file = keep(picture.data, settings.NOTICES_ROOT)
            kept.append(file.name)
            before = BoardPhoto.objects.filter(notice=row, sha256=file.sha256).first()
            if before is not None:
                drop(settings.NOTICES_ROOT, file.name)
                return before
            if row.photos.count() >= _MOST_PHOTOS:
                raise FangpinError.because(
                    f"每份公示最多 {_MOST_PHOTOS} 张照片", f"{_MOST_PHOTOS} photographs at most",
                    do_zh="已有照片足以证明张贴", do_en="those kept are proof enough",
                )  # fmt: skip
            (pk,) = allocate(BoardPhoto, 1)
            photo = BoardPhoto(
                pk=pk, notice=row, kind=picture.kind, name=file.name, sha256=file.sha256,
                size=file.size, by=by, at=timezone.now(),
            )  # fmt: skip
            close_into([photo], "file_key", [file.key])
            photo.save(force_insert=True)
            record(
                by=by,
                action="notices.photo",
                subject=f"notice:{row.pk}",
                detail={"photo": pk, "sha256": file.sha256},
            )
            return photo
    except BaseException:
        drop(settings.NOTICES_ROOT, *kept)
        raise


def sweep_files(*, older_than: timedelta = timedelta(days=1)) -> int:
    """Delete kept files that no notice, photograph or submission names (`kept_files.sweep`); how
    many. A chore."""

    def of_notices(names: list[str]) -> Iterable[str]:
        notices = PostedNotice.objects.filter(name__in=names).values_list("name", flat=True)
        return [*notices, *BoardPhoto.objects.filter(name__in=names).values_list("name", flat=True)]

    def of_submissions(names: list[str]) -> Iterable[str]:
        return SubmissionFile.objects.filter(name__in=names).values_list("name", flat=True)

    return sweep(settings.NOTICES_ROOT, of_notices, older_than=older_than) + sweep(
        settings.SUBMISSIONS_ROOT, of_submissions, older_than=older_than
    )


def locked(by: User, pk: int) -> PostedNotice:
    """The notice, locked. Raises PostedNotice.DoesNotExist for one that is absent or out of reach,
    PermissionError for a reader who may not act."""
    from fangpin.cases.models import Case

    row = PostedNotice.objects.select_for_update().filter(pk=pk).first()
    if row is None or not Case.objects.filter(visible(by), publications=row.publication_id):
        raise PostedNotice.DoesNotExist("no such notice")
    _must_act(by, row.area_code)
    return row


def _must_act(by: User, area_code: str) -> None:
    if not scope_of(by).covers(Right.cases_act, area_code):
        raise PermissionError("this actor does not act on cases there")


@transaction.atomic
def keep_telephone(*, by: User, area_code: str, label: str, number: str) -> OfficePhone:
    """Name an office's telephone for notices of a place and all below it. Raises PermissionError,
    FangpinError for what is no telephone of an office."""
    if not scope_of(by).covers(Right.places_write, area_code):
        raise PermissionError("this actor does not change places there")
    text, digits = label.strip(), "".join(c for c in number if c.isdigit())
    if not 2 <= len(text) <= 60 or not 5 <= len(digits) <= 13 or _is_mobile(digits):
        raise FangpinError.because(
            "请填写单位名称和办公电话（不得使用个人手机）",
            "give the office and its telephone; no mobile of a person",
            do_zh="例如：某某镇人民政府 0943-8220000",
            do_en="for example: township government 0943-8220000",
        )
    row, made = OfficePhone.objects.get_or_create(
        area_code=area_code, number=number.strip()[:20], defaults={"label": text, "by": by}
    )
    if made:
        record(by=by, action="notices.telephone", subject=f"place:{area_code}", detail={})
    return row


@transaction.atomic
def drop_telephone(*, by: User, pk: int) -> None:
    """Take an office's telephone off later notices. Raises OfficePhone.DoesNotExist."""
    row = OfficePhone.objects.filter(pk=pk).first()
    if row is None or not scope_of(by).covers(Right.places_write, row.area_code):
        raise OfficePhone.DoesNotExist("no such telephone")
    record(by=by, action="notices.telephone_dropped", subject=f"place:{row.area_code}", detail={})
    row.delete()


def _is_mobile(digits: str) -> bool:
    return len(digits) in (11, 13) and digits[-11] == "1"
