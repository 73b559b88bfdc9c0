"""Reads of notices, bounded by what the reader may see of their cases."""

import io
import zipfile
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.conf import settings

from fangpin.cases.deadlines import notice_ends
from fangpin.cases.models import Case, Objection, Publication
from fangpin.cases.visible import visible
from fangpin.disclosure.build import preview
from fangpin.disclosure.guide import title_of
from fangpin.disclosure.models import BoardPhoto, OfficePhone, PostedNotice
from fangpin.foundation.calendar.queries import calendar_in_force
from fangpin.foundation.kept_files import opened
from fangpin.kernel.errors import FangpinError, Text
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.places.models import Place

FILES: Final = frozenset({"notice.pdf", "notice.docx", "index.html", "en/index.html"})


@dataclass(frozen=True)
class NoticeLine:
    """A publication on the list. `place` is the name of where it hangs."""

    row: Publication
    title: Text
    place: str


@dataclass
class NoticePage:
    """One publication. `hanging` is the notice that hangs now; `past` those that came down.
    `shown` is the article of the page: as it hangs, as it last hung, or as it would be posted;
    `problem` says why it cannot be built."""

    row: Publication
    title: Text
    place: str
    may_act: bool
    hanging: PostedNotice | None = None
    past: list[PostedNotice] = field(default_factory=list)
    photos: list[BoardPhoto] = field(default_factory=list)
    objections: list[Objection] = field(default_factory=list)
    shown: str = ""
    problem: FangpinError | None = None


def page_of_notices(
    actor: User, *, state: str = "", after: int | None = None, size: int = 50
) -> tuple[list[NoticeLine], bool]:
    """Publications of cases that the reader may see, the newest first; whether there are more.
    Three queries."""
    rows = Publication.objects.filter(case__in=Case.objects.filter(visible(actor)))
    if state:
        rows = rows.filter(state=state)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows.select_related("case", "case__definition").order_by("-pk")[: size + 1])
    names = _names([row.where_code for row in found])
    lines = [
        NoticeLine(row, title_of(row.case, row.form), names.get(row.where_code, row.where_code))
        for row in found[:size]
    ]
    return lines, len(found) > size


def notice_page(actor: User, publication: int, today: date) -> NoticePage:
    """One publication with its proof. Raises Publication.DoesNotExist for one that is absent or out
    of reach. About fifteen queries, most of them for the preview."""
    row = (
        Publication.objects.filter(case__in=Case.objects.filter(visible(actor)), pk=publication)
        .select_related("case", "case__definition", "case__household")
        .first()
    )
    if row is None:
        raise Publication.DoesNotExist("no such publication")
    names = _names([row.where_code])
    found = NoticePage(
        row,
        title_of(row.case, row.form),
        names.get(row.where_code, row.where_code),
        scope_of(actor).covers(Right.cases_act, row.area_code),
    )
    posted = list(row.disclosed.select_related("posted_by", "down_by").order_by("-pk"))
    found.hanging = next((each for each in posted if each.down_at is None), None)
    found.past = [each for each in posted if each.down_at is not None]
    found.photos = list(BoardPhoto.objects.filter(notice__in=posted).select_related("by"))
    found.objections = list(row.objections.all())
    if posted and row.state != Publication.State.DUE:
        found.shown = _article(file_of(posted[0], "index.html"))
    elif row.state == Publication.State.DUE:
        until, _ = notice_ends(row, today, calendar_in_force())
        try:
            found.shown = _article(preview(row, from_day=today, until_day=until))
        except FangpinError as error:
            found.problem = error
    return found


def notice_file(actor: User, publication: int, name: str) -> bytes:
    """A file of the notice as it hangs or last hung. Raises Publication.DoesNotExist."""
    row = (
        PostedNotice.objects.filter(
            publication=publication,
            publication__case__in=Case.objects.filter(visible(actor)),
        )
        .order_by("-pk")
        .first()
    )
    if row is None or name not in FILES:
        raise Publication.DoesNotExist("no such file")
    return file_of(row, name)


def board_photo(actor: User, pk: int) -> tuple[BoardPhoto, bytes]:
    """A photograph of a board. Raises BoardPhoto.DoesNotExist."""
    row = BoardPhoto.objects.filter(
        pk=pk, notice__publication__case__in=Case.objects.filter(visible(actor))
    ).first()
    if row is None:
        raise BoardPhoto.DoesNotExist("no such photograph")
    return row, opened(settings.NOTICES_ROOT, row.name, row.file_key)


def file_of(notice: PostedNotice, name: str) -> bytes:
    """One of the built files, from the kept archive."""
    data = opened(settings.NOTICES_ROOT, notice.name, notice.file_key)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def telephones(actor: User) -> list[tuple[OfficePhone, str]]:
    """Office telephones of the reader's places, each with the name of its place. Two queries."""
    inside = scope_of(actor).within(Right.places_write, "area_code")
    rows = list(OfficePhone.objects.filter(inside))
    names = _names([row.area_code for row in rows])
    return [(row, names.get(row.area_code, row.area_code)) for row in rows]


def _article(page: bytes) -> str:
    """The notice itself out of its page: built by us, looked through by the scanner."""
    text = page.decode("utf-8")
    return text[text.index("<article") : text.index("</article>") + len("</article>")]


def _names(codes: list[str]) -> dict[str, str]:
    rows = Place.objects.filter(code__in=set(codes)).order_by("valid_to")
    return dict(rows.values_list("code", "name"))
