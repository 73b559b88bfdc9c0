"""Somebody hands something in on the public page: an application for help, an objection, a
complaint or a tip-off. Nobody is signed in; nothing that comes back tells who is registered."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from fangpin.cases.actions import object_to
from fangpin.cases.models import Publication
from fangpin.clues.actions import report
from fangpin.disclosure.citizens.consent import current
from fangpin.disclosure.citizens.faults import LONGEST, MOST_PHOTOS, fault
from fangpin.disclosure.citizens.limits import may_send
from fangpin.disclosure.citizens.receipts import digest, new_receipt, secret_for
from fangpin.disclosure.models import Kind, Submission, SubmissionFile
from fangpin.foundation.actions import record
from fangpin.foundation.cipher import blinds, seal
from fangpin.foundation.fields import close_into
from fangpin.foundation.kept_files import drop, keep
from fangpin.foundation.pictures import Cleaned, cleaned
from fangpin.kernel.errors import FangpinError, Problem, Text, Where
from fangpin.kernel.identity import judge
from fangpin.places.models import Place
from fangpin.registry.ids import allocate
from fangpin.registry.models import Membership
from fangpin.registry.sealing import id_hashes, identity_key

_LARGEST_SIGNATURE: Final = 300_000
_PNG: Final = "data:image/png;base64,"
_LETTER: Final = {
    Kind.APPLICATION: "S",
    Kind.OBJECTION: "Y",
    Kind.COMPLAINT: "T",
    Kind.TIP: "J",
}


@dataclass(frozen=True)
class Given:
    """A form as it was sent. Texts as typed, "" = left empty."""

    kind: str
    client_id: UUID
    text: str = ""
    village: str = ""
    name: str = ""
    id_number: str = ""
    phone: str = ""
    for_another: bool = False
    sender: str = ""  # who applies for another
    sender_phone: str = ""
    relation: str = ""
    consent: str = ""  # version of the text that was ticked
    signature: str = ""  # data address of a PNG
    photos: Sequence[bytes] = field(default_factory=tuple)
    publication: int | None = None
    language: str = "zh"


@dataclass(frozen=True)
class Receipt:
    """Shown once: both together answer how far it is."""

    number: str
    secret: str


class TooOften(FangpinError):
    """This address has handed in too much within the hour."""


def submit(given: Given, *, address: str | None, now: datetime | None = None) -> Receipt:
    """Take it in. The same form sent again gives the same receipt, and nothing twice.

    Raises FangpinError with every fault by field, TooOften, and Publication.DoesNotExist for an
    objection to what is not posted.
    """
    now = now or timezone.now()
    before = Submission.objects.filter(client_id=given.client_id, kind=given.kind).first()
    if before is not None:
        return Receipt(before.receipt, secret_for(given.client_id))
    files = _checked(given)
    if not may_send(address, now):
        raise TooOften(
            Problem(
                Text("提交过于频繁", "too much was sent from here within the hour"),
                Text("请一小时后再试，或到乡镇当面提出", "try in an hour, or go to the township"),
            )
        )
    kept: list[str] = []
    try:
        with transaction.atomic():
            return _taken(given, files, kept, now)
    except IntegrityError:
        drop(settings.SUBMISSIONS_ROOT, *kept)
        before = Submission.objects.filter(client_id=given.client_id, kind=given.kind).first()
        if before is None:
            raise
        return Receipt(before.receipt, secret_for(given.client_id))
    except BaseException:
        drop(settings.SUBMISSIONS_ROOT, *kept)
        raise


def _taken(
    given: Given, files: list[tuple[str, Cleaned]], kept: list[str], now: datetime
) -> Receipt:
    kind = Kind(given.kind)
    (pk,) = allocate(Submission, 1)
    receipt = Receipt(new_receipt(_LETTER[kind]), secret_for(given.client_id))
    number = _number(given.id_number)
    row = Submission(
        pk=pk,
        kind=kind,
        receipt=receipt.number,
        secret=digest(receipt.number, receipt.secret),
        area_code=_area(given),
        id_index=id_hashes([number])[0] if number else None,
        anonymous=not (given.name.strip() or given.phone.strip()),
        for_another=given.for_another,
        consent=given.consent,
        language=given.language,
        household=_household(number),
        publication=given.publication,
        client_id=given.client_id,
        at=now,
    )
    close_into([row], "content", [_content(given)])
    if number:
        column = row._meta.get_field("id_number").cipher_column
        row.id_number = seal(number, column=column, row=pk)
    _pass_on(row, given, now)
    row.save(force_insert=True)
    for (use, picture), file_pk in zip(files, allocate(SubmissionFile, len(files)), strict=True):
        file = keep(picture.data, settings.SUBMISSIONS_ROOT)
        kept.append(file.name)
        put = SubmissionFile(
            pk=file_pk, submission=row, use=use, kind=picture.kind, name=file.name,
            sha256=file.sha256, size=file.size,
        )  # fmt: skip
        close_into([put], "file_key", [file.key])
        put.save(force_insert=True)
    record(
        by=None,
        action=f"submissions.{kind}",
        subject=f"submission:{pk}",
        detail={"place": row.area_code, "clue": row.clue, "objection": row.objection},
    )
    return receipt


def _pass_on(row: Submission, given: Given, now: datetime) -> None:
    """An application becomes a clue, an objection one of its case; the rest waits for the county.
    A clue that is refused (said before, in the same words) leaves the application as it is."""
    if row.kind == Kind.APPLICATION:
        try:
            with transaction.atomic():
                clue = report(
                    by=None,
                    channel="application",
                    source="public_page",
                    text=given.text.strip(),
                    client_id=given.client_id,
                    household=row.household,
                    village_code=row.area_code,
                    reporter=_reporter(given),
                    reference=row.receipt,
                    at=now,
                )
        except FangpinError:
            return
        row.clue, row.state = clue.pk, Submission.State.PASSED_ON
    elif row.kind == Kind.OBJECTION:
        sender = {"name": given.name.strip(), "phone": given.phone.strip()}
        found = object_to(
            by=None,
            publication=given.publication,
            text=given.text,
            sender=None if row.anonymous else {k: v for k, v in sender.items() if v},
            client_id=given.client_id,
            now=now,
        )
        row.objection, row.state = found.pk, Submission.State.PASSED_ON


def _reporter(given: Given) -> str:
    name, phone = (
        (given.sender, given.sender_phone) if given.for_another else (given.name, given.phone)
    )
    about = f"（代 {given.name.strip()} 申请）" if given.for_another else ""
    return f"{name.strip()} {phone.strip()}{about}".strip()


def _content(given: Given) -> dict[str, str]:
    texts = {
        "text": given.text,
        "name": given.name,
        "phone": given.phone,
        "sender": given.sender,
        "sender_phone": given.sender_phone,
        "relation": given.relation,
    }
    return {key: value.strip() for key, value in texts.items() if value.strip()}


def _area(given: Given) -> str:
    if given.publication is not None:
        notice = Publication.objects.filter(pk=given.publication).first()
        if notice is None:
            raise Publication.DoesNotExist("no such publication")
        return notice.area_code
    return given.village


def _household(number: str) -> int | None:
    """The household of a registered person with this number; None when nobody has it, or several
    do. The answer never leaves the database."""
    if not number:
        return None
    hashes = blinds(identity_key(number), column="registry.person.id_index")
    found = Membership.objects.filter(person__id_index__in=hashes, ended_on=None).values_list(
        "household_id", flat=True
    )[:2]
    return found[0] if len(found) == 1 else None


def _number(text: str) -> str:
    return judge(text).normalised or "" if text.strip() else ""


# -- what is wrong with it ------------------------------------------------------------------------


def _checked(given: Given) -> list[tuple[str, Cleaned]]:
    """The pictures as they are kept. Raises FangpinError with every fault of the form."""
    problems: list[Problem] = []
    if given.kind not in Kind.values:
        problems.append(fault("kind"))
    if not 4 <= len(given.text.strip()) <= LONGEST:
        problems.append(fault("text"))
    if given.publication is None and not _is_village(given.village):
        problems.append(fault("village"))
    for column in ("name", "sender", "relation"):
        if len(getattr(given, column).strip()) > 60:
            problems.append(fault(column, "long"))
    for column in ("phone", "sender_phone"):
        number = getattr(given, column).strip()
        if number and not 7 <= sum(c.isdigit() for c in number) <= 15:
            problems.append(fault(column, "digits"))
    if given.kind == Kind.APPLICATION:
        problems += _application(given)
    found: list[tuple[str, Cleaned]] = []
    if len(given.photos) > MOST_PHOTOS:
        problems.append(fault("photos"))
    else:
        for use, data in [*(("photos", photo) for photo in given.photos), *_signature(given)]:
            try:
                found.append((use.removesuffix("s"), cleaned(data)))
            except FangpinError as error:
                problems += [Problem(e.what, e.remedy, Where(column=use)) for e in error.problems]
    if problems:
        raise FangpinError(problems)
    return found


def _application(given: Given) -> list[Problem]:
    problems = []
    if not given.name.strip():
        problems.append(fault("name"))
    if not _number(given.id_number):
        problems.append(fault("id_number"))
    reached = "sender_phone" if given.for_another else "phone"
    if not getattr(given, reached).strip():
        problems.append(fault(reached, "reached"))
    if given.for_another and not given.sender.strip():
        problems.append(fault("sender"))
    if given.consent != current().version:
        problems.append(fault("consent"))
    return problems


def _signature(given: Given) -> list[tuple[str, bytes]]:
    if not given.signature.startswith(_PNG) or len(given.signature) > _LARGEST_SIGNATURE:
        return []
    try:
        return [("signature", base64.b64decode(given.signature[len(_PNG) :], validate=True))]
    except binascii.Error:
        return []


def _is_village(code: str) -> bool:
    return (
        len(code) == 12
        and Place.objects.filter(code=code, valid_to=None, level=Place.Level.VILLAGE).exists()
    )
