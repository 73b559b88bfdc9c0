"""Pictures from phones: pieces come in, a whole picture is kept without what stands beside it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from fangpin.fieldwork.models import Part, Picture
from fangpin.foundation.fields import close_into
from fangpin.foundation.kept_files import drop, drop_on_commit, keep, opened, sweep
from fangpin.foundation.pictures import cleaned
from fangpin.kernel.errors import FangpinError
from fangpin.people.models import User
from fangpin.people.row_security import unwalled
from fangpin.people.scope import Right, scope_of
from fangpin.registry.ids import allocate

PIECE: Final = 512 * 1024
MOST_BYTES: Final = 4 * 1024 * 1024  # a phone makes them smaller before it sends them
MOST_WAITING: Final = 200  # pictures of one user that nothing claims yet
_UNCLAIMED_FOR: Final = timedelta(days=7)


def _folder() -> Path:
    return Path(settings.PICTURES_ROOT)


def take_piece(*, by: User, client_id: UUID, offset: int, size: int, data: bytes) -> int:
    """Take a piece of a picture of `size` bytes; how many bytes are here now, without a gap.

    A piece that came before changes nothing, and one that leaves a gap is not taken: the answer
    tells the phone where to go on. Raises FangpinError for what is too large or no picture.
    """
    if not 0 < size <= MOST_BYTES or not 0 < len(data) <= PIECE or offset + len(data) > size:
        raise _too_large()
    made: list[str] = []
    try:
        with transaction.atomic():
            return _take(by, client_id, offset, size, data, made)
    except BaseException:
        drop(_folder(), *made)
        raise


def _too_large() -> FangpinError:
    return FangpinError.because(
        f"图片过大（每张不超过 {MOST_BYTES // 1024 // 1024} MB）",
        f"the picture is too large (at most {MOST_BYTES // 1024 // 1024} MB each)",
        do_zh="重新拍摄或选择较小的图片",
        do_en="take it again or choose a smaller one",
    )


def _take(by: User, client_id: UUID, offset: int, size: int, data: bytes, made: list[str]) -> int:
    picture = _of(by, client_id, size)
    if picture.name:
        return picture.size
    if offset != picture.received:
        return picture.received
    if offset == 0 and len(data) == size:
        _keep_whole(picture, data, made)
        return size
    kept = keep(data, _folder())
    made.append(kept.name)
    part = Part(
        pk=allocate(Part, 1)[0], picture=picture, offset=offset, size=len(data), name=kept.name
    )
    close_into([part], "opened_key", [kept.key])
    part.save(force_insert=True)
    picture.received = offset + len(data)
    if picture.received == size:
        parts = list(picture.parts.all())
        whole = b"".join(opened(_folder(), each.name, each.opened_key) for each in parts)
        _keep_whole(picture, whole, made)
        _forget_parts(parts)
    else:
        picture.save(update_fields=["received"])
    return picture.received


def take_whole(*, by: User, pictures: Mapping[UUID, bytes]) -> None:
    """Take pictures that come in one piece each, by the ids that the phone gave them: as if each
    had come alone, in one transaction when all are new. Raises what `take_piece` raises; pictures
    before the faulty one may have been kept then."""
    if not pictures:
        return
    if max(map(len, pictures.values())) > PIECE or min(map(len, pictures.values())) == 0:
        raise _too_large()
    made: list[str] = []
    try:
        with transaction.atomic():
            here = Picture.objects.filter(Q(client_id__in=pictures) | Q(user=by, sent=None))
            known = set(here.values_list("client_id", flat=True))
            if known.isdisjoint(pictures):
                _refuse_many(len(known), len(pictures))
                _keep_new(by, pictures, made)
                return
    except IntegrityError:
        drop(_folder(), *made)  # the same pictures are just arriving in another request
    except BaseException:
        drop(_folder(), *made)
        raise
    for client_id, data in pictures.items():
        take_piece(by=by, client_id=client_id, offset=0, size=len(data), data=data)


def _keep_new(by: User, pictures: Mapping[UUID, bytes], made: list[str]) -> None:
    found = {client_id: cleaned(data) for client_id, data in pictures.items()}
    rows, secrets = [], []
    for pk, (client_id, each) in zip(allocate(Picture, len(found)), found.items(), strict=True):
        kept = keep(each.data, _folder())
        made.append(kept.name)
        secrets.append(kept.key)
        row = Picture(pk=pk, client_id=client_id, user=by, name=kept.name, kind=each.kind)
        row.size = row.received = len(pictures[client_id])
        row.width, row.height = each.width, each.height
        rows.append(row)
    close_into(rows, "opened_key", secrets)
    Picture.objects.bulk_create(rows)


def _refuse_many(waiting: int, further: int) -> None:
    if waiting + further > MOST_WAITING:
        raise FangpinError.because(
            "尚未随表单提交的照片过多",
            "too many pictures were sent without the entry they belong to",
            do_zh="先提交已填写的表单",
            do_en="send the entries first",
        )


@unwalled()  # its entry may be about a place that is the actor's no more
def _of(by: User, client_id: UUID, size: int) -> Picture:
    found = Picture.objects.select_for_update().filter(client_id=client_id).first()
    if found is None:
        _refuse_many(Picture.objects.filter(user=by, sent=None).count(), 1)
        try:
            with transaction.atomic():
                # Saved again at once when it is whole: the row is there first, so that the same
                # picture sent twice at the same time waits here.
                return Picture.objects.create(client_id=client_id, user=by, size=size)
        except IntegrityError:
            found = Picture.objects.select_for_update().get(client_id=client_id)
    if found.user_id != by.pk or found.size != size:
        raise FangpinError.because(
            "照片编号已被使用",
            "this picture's number is taken",
            do_zh="重新拍摄后提交",
            do_en="take it again and send it",
        )
    return found


def _keep_whole(picture: Picture, data: bytes, made: list[str]) -> None:
    found = cleaned(data)
    kept = keep(found.data, _folder())
    made.append(kept.name)
    picture.received, picture.name, picture.kind = picture.size, kept.name, found.kind
    picture.width, picture.height = found.width, found.height
    close_into([picture], "opened_key", [kept.key])
    picture.save()


def _forget_parts(parts: list[Part]) -> None:
    """Their rows now, their files when that is certain."""
    Part.objects.filter(pk__in=[part.pk for part in parts]).delete()
    drop_on_commit(_folder(), [part.name for part in parts])


def forget(pictures: Sequence[Picture]) -> None:
    """They live on elsewhere: rows go now, files when that is certain."""
    Picture.objects.filter(pk__in=[picture.pk for picture in pictures]).delete()
    drop_on_commit(_folder(), [picture.name for picture in pictures])


def content(picture: Picture) -> bytes:
    """What is to be looked at. Raises FileNotFoundError for one that is not whole."""
    if not picture.name or picture.key is None:
        raise FileNotFoundError(picture.pk)
    return opened(_folder(), picture.name, picture.opened_key)


def picture_of(actor: User, pk: int) -> Picture | None:
    """A picture of what was handed in within the actor's area, or None. One query."""
    inside = scope_of(actor).within(Right.visits, "sent__village_code")
    return Picture.objects.filter(inside, pk=pk).exclude(name="").first()


def forget_unclaimed() -> int:
    """Drop pictures that nothing claimed for a week; how many. A chore."""
    oldest = timezone.now() - _UNCLAIMED_FOR
    rows = list(Picture.objects.filter(sent=None, began_at__lt=oldest)[:1000])
    for picture in rows:
        names = [picture.name, *picture.parts.values_list("name", flat=True)]
        with transaction.atomic():
            gone, _ = Picture.objects.filter(pk=picture.pk, sent=None).delete()
        if gone:
            drop(_folder(), *filter(None, names))
    return len(rows)


def sweep_files(*, older_than: timedelta = timedelta(days=1)) -> int:
    """Delete files that no picture and no piece names (`kept_files.sweep`); how many. A chore."""

    def named(names: list[str]) -> Iterable[str]:
        pictures = Picture.objects.filter(name__in=names).values_list("name", flat=True)
        return [*pictures, *Part.objects.filter(name__in=names).values_list("name", flat=True)]

    return sweep(_folder(), named, older_than=older_than)
