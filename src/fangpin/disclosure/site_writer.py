"""The public site as files: written by the worker, served as they are; readers cost no query
(trust K4, H9). Every file is written aside and renamed; a file whose content is the same stays.

Everything follows from the tables, so writing the site again is always right. A notice that came
down leaves an empty file `notices/<number>/gone`, by which its address answers 410.
"""

import os
import shutil
import time
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from fangpin.disclosure import guide
from fangpin.disclosure.models import PostedNotice
from fangpin.disclosure.site import LANGUAGES, render_page
from fangpin.foundation.actions import enqueue
from fangpin.foundation.cipher import unseal
from fangpin.foundation.kept_files import opened
from fangpin.foundation.models import Job
from fangpin.foundation.tasks import Progress
from fangpin.kernel.errors import Language, Text
from fangpin.kernel.place_codes import (
    PREFIX_LENGTHS,
    codes_around,
    county_of,
    prefix_of,
    township_of,
)
from fangpin.places.models import Place

GONE = "gone"
_AN_HOUR = 3600
UNTIL = "until"  # the last day of a notice, so that serving it needs no database
_LEVELS: Final = dict(
    zip(
        PREFIX_LENGTHS,
        (
            Text("省级", "Province"),
            Text("市级", "City"),
            Text("县级", "County"),
            Text("乡镇", "Township"),
            Text("村", "Village"),
        ),
        strict=True,
    )
)
"""Length of the prefix of a code → level."""
_REMEMBERED = timedelta(days=730)  # how long an address answers that it is gone


@dataclass
class Written:
    """How many files were written anew, stayed, went."""

    changed: int = 0
    same: int = 0
    removed: int = 0


@dataclass
class _Hanging:
    """A notice on the lists of its place."""

    pk: int
    title: Text
    form: str
    until: date | None


@dataclass
class _Town:
    """A township with its villages, as the index lists them: (place, notices)."""

    place: Place
    count: int
    villages: list[tuple[Place, int]] = field(default_factory=list)

    @property
    def all(self) -> int:
        """Notices of the township and its villages."""
        return self.count + sum(count for _, count in self.villages)


def enqueue_site(*, by: Any) -> None:
    """Have the site written soon. Must run in the transaction of the change it shows."""
    if not Job.objects.filter(kind="public_site", state=Job.State.QUEUED).exists():
        enqueue(by=by, kind="public_site", arguments={})


def keep_site() -> None:
    """The worker's chore: have the site written when it is not there or an hour old, because places
    and packs change without a notice."""
    index = settings.PUBLIC_ROOT / "index.html"
    if index.exists() and time.time() - index.stat().st_mtime < _AN_HOUR:
        return
    if Place.objects.filter(level=Place.Level.VILLAGE, valid_to=None).exists():
        with transaction.atomic():
            enqueue_site(by=None)


def site_job(*, by: Any, progress: Progress) -> dict[str, int]:
    """The worker's job."""
    progress(10, Text("正在更新公开网页", "writing the public pages"))
    written = write_site(settings.PUBLIC_ROOT, timezone.localdate())
    os.utime(settings.PUBLIC_ROOT / "index.html")  # known to be right as of now
    return {"changed": written.changed, "same": written.same, "removed": written.removed}


def write_site(folder: Path, today: date) -> Written:
    """Bring all files up to date. New notices first, lists after them; notices that came down leave
    the lists before they go."""
    written = Written()
    hanging = list(
        PostedNotice.objects.filter(down_at=None)
        .exclude(until_day__lt=today)
        .select_related("publication__case")
        .order_by("-from_day", "-pk")
    )
    listed: dict[str, list[_Hanging]] = defaultdict(list)
    for notice in hanging:
        listed[notice.where_code].append(_put_notice(folder, notice, written))
    _write_lists(folder, listed, written)
    for name, language, context in guide.pages(today):
        put(
            folder / _at(language) / name / "index.html",
            render_page(f"public/{name}.html", language, f"{name}/", context),
            written,
        )
    _write_figures(folder, today, written)
    _take_down(folder, {notice.publication_id for notice in hanging}, today, written)
    return written


def put(path: Path, content: bytes | str, written: Written) -> None:
    """Write a file whole or not at all; the same content is left alone."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    if path.exists() and path.read_bytes() == data:
        written.same += 1
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in path.parent.glob(f".{path.name}.*"):  # by a writer that was killed
        if time.time() - left.stat().st_mtime > _AN_HOUR:
            left.unlink()
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_bytes(data)
    partial.replace(path)
    written.changed += 1


# -- notices --------------------------------------------------------------------------------------


def _put_notice(folder: Path, notice: PostedNotice, written: Written) -> _Hanging:
    case = notice.publication.case
    at = folder / "notices" / str(notice.publication_id)
    marks = at / f".{notice.name}"  # these very files are in place
    # A reader who sees the page finds its last day and its files behind it; `gone` goes last.
    put(at / UNTIL, notice.until_day.isoformat() if notice.until_day else "", written)
    if not marks.exists():
        column = notice._meta.get_field("key").cipher_column
        key = unseal(notice.key, column=column, row=notice.pk)
        with zipfile.ZipFile(BytesIO(opened(settings.NOTICES_ROOT, notice.name, key))) as kept:
            for name in sorted(kept.namelist(), key=lambda each: (each.endswith(".html"), each)):
                language, _, rest = name.rpartition("/")
                base = folder / language if language else folder
                put(base / "notices" / str(notice.publication_id) / rest, kept.read(name), written)
        (at / GONE).unlink(missing_ok=True)
        put(marks, b"", written)
    return _Hanging(
        notice.publication_id,
        guide.title_of(case, notice.publication.form),
        notice.publication.form,
        notice.until_day,
    )


def _take_down(folder: Path, hanging: set[int], today: date, written: Written) -> None:
    past = PostedNotice.objects.filter(posted_at__date__gte=today - _REMEMBERED)
    gone = set(past.values_list("publication_id", flat=True)) - hanging
    known = {int(each.name) for each in _folders(folder / "notices")}
    for pk in gone | (known - hanging):
        at = folder / "notices" / str(pk)
        if not (at / GONE).exists():
            put(at / GONE, b"", written)
            written.removed += 1
        for each in at.iterdir():
            if each.name != GONE:
                each.unlink()
        shutil.rmtree(folder / "en" / "notices" / str(pk), ignore_errors=True)


def _folders(folder: Path) -> Iterable[Path]:
    return [each for each in folder.iterdir() if each.name.isdigit()] if folder.is_dir() else []


# -- figures ---------------------------------------------------------------------------------------


def _write_figures(folder: Path, today: date, written: Written) -> None:
    """Figures stand as of one day of each month: more often would tell more of small changes."""
    month = folder / "figures" / f".{today:%Y-%m}"
    if month.exists():
        return
    tables = guide.monitored(today)
    for language in LANGUAGES:
        page = render_page(
            "public/figures.html", language, "figures/", {"tables": tables, "as_of": today}
        )
        put(folder / _at(language) / "figures" / "index.html", page, written)
    if tables:
        put(month, b"", written)


# -- lists ----------------------------------------------------------------------------------------


def _write_lists(folder: Path, listed: dict[str, list[_Hanging]], written: Written) -> None:
    places = {place.code: place for place in Place.objects.filter(valid_to=None).order_by("code")}
    villages = [place for place in places.values() if place.level == Place.Level.VILLAGE]
    towns: dict[str, _Town] = {}
    counties: dict[str, list[_Town]] = defaultdict(list)
    for village in villages:
        code = township_of(village.code)
        if code in places and code not in towns:
            towns[code] = _Town(places[code], len(listed.get(code, ())))
            counties[county_of(code)].append(towns[code])
        if code in towns:
            towns[code].villages.append((village, len(listed.get(village.code, ()))))
    shown = [
        {"place": places.get(code), "towns": found, "notices": listed.get(code, [])}
        for code, found in counties.items()
    ]
    wide = [
        {"place": places.get(code), "level": _level(code), "notices": listed[code]}
        for code in dict.fromkeys(each for county in counties for each in reversed(_above(county)))
        if listed.get(code)
    ]
    context = {"counties": shown, "wide": wide}
    for language in LANGUAGES:
        put(
            folder / _at(language) / "index.html",
            render_page("public/index.html", language, "", context),
            written,
        )
        for town in towns.values():
            for place in (town.place, *(village for village, _ in town.villages)):
                _write_place(folder, language, place, places, listed, written)
    known = {place.code for town in towns.values() for place, _ in town.villages} | set(towns)
    for language in LANGUAGES:
        for each in _folders(folder / _at(language) / "places"):
            if each.name not in known:
                shutil.rmtree(each)
                written.removed += 1


def _write_place(
    folder: Path,
    language: Language,
    place: Place,
    places: dict[str, Place],
    listed: dict[str, list[_Hanging]],
    written: Written,
) -> None:
    codes = dict.fromkeys([place.code, township_of(place.code), county_of(place.code)])
    above = [places[code].name for code in reversed(codes) if code in places]
    groups = [
        {"place": places.get(code), "level": _level(code), "notices": listed[code]}
        for code in (*codes, *_above(place.code))
        if listed.get(code)
    ]
    path = f"places/{place.code}/"
    page = render_page(
        "public/place.html", language, path, {"names": above, "place": place, "groups": groups}
    )
    put(folder / _at(language) / path / "index.html", page, written)


def _above(code: str) -> tuple[str, ...]:
    """The city and the province of a place."""
    return codes_around(county_of(code))[1:]


def _level(code: str) -> Text:
    """What a place is called whose name is not registered."""
    return _LEVELS[len(prefix_of(code))]


def _at(language: Language) -> str:
    return "" if language == "zh" else "en"
