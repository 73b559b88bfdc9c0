"""From a case's publication to the public page and down again; what was shown can be proved."""

import hashlib
import io
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader
from tests.cases.world import World, begun, county, home, photo, taken_to
from tests.disclosure.invented import OFFICE
from tests.registry.invented import VILLAGE

from fangpin.cases.models import Case, Publication
from fangpin.disclosure.actions import (
    add_board_photo,
    keep_notices,
    keep_telephone,
    post,
    take_down,
)
from fangpin.disclosure.build import build
from fangpin.disclosure.content import NAMELESS
from fangpin.disclosure.models import BoardPhoto, PostedNotice
from fangpin.disclosure.scan import scan
from fangpin.disclosure.site_writer import write_site
from fangpin.foundation.kept_files import opened
from fangpin.foundation.models import AuditEntry, Job
from fangpin.kernel.errors import FangpinError
from fangpin.registry.models import Membership, Person
from fangpin.registry.sealing import close_one, open_one

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings: object, tmp_path: Path) -> World:
    for name in ("PUBLIC_ROOT", "NOTICES_ROOT", "SUBMISSIONS_ROOT", "CASE_FILES_ROOT"):
        setattr(settings, name, tmp_path / name.lower())
    made = county()
    made.now = timezone.now()  # pages are served by the server's own clock
    return made


def due(world: World) -> Publication:
    """A household's case that waits for its notice."""
    case = begun(world, home(group_name="三组"))
    taken_to(world, case, "notice")
    return Publication.objects.get(case=case, state="due", form="notice")


def head_of(case: Case) -> Person:
    return Membership.objects.get(household=case.household, is_head=True).person


def served(path: str, **headers: str) -> tuple[int, str]:
    answer = Client().get(f"/public/{path}", headers=headers)
    return answer.status_code, answer.content.decode(errors="replace")


def test_a_notice_is_posted_shown_and_taken_down(world: World, settings: object) -> None:
    root = settings.PUBLIC_ROOT  # type: ignore[attr-defined]
    publication = due(world)
    head = open_one(head_of(publication.case), "name")
    keep_telephone(
        by=world.county,
        area_code="620402101000",
        label=OFFICE.label,
        number=OFFICE.number,
    )
    notice = post(by=world.village, publication=publication.pk, now=world.later())
    assert post(by=world.village, publication=publication.pk) == notice
    assert Job.objects.filter(kind="public_site").exists()
    publication.refresh_from_db()
    assert publication.state == "posted"
    write_site(root, world.day)
    for path in (f"notices/{publication.pk}/", f"en/notices/{publication.pk}/"):
        status, page = served(path)
        assert status == 200
        assert f"{head[0]}*" in page
        assert head not in page
        assert "三组" in page
        assert OFFICE.number in page
    assert "正在公示" in served("")[1]
    assert f"notices/{publication.pk}/" in served("places/620402101201/")[1]
    assert served("places/620402102201/")[0] == 200
    assert f"notices/{publication.pk}/" not in served("places/620402102201/")[1]
    sheet = Client().get(f"/public/notices/{publication.pk}/notice.pdf")
    assert f"{head[0]}*" in PdfReader(io.BytesIO(sheet.content)).pages[0].extract_text()
    assert Client().get(f"/public/notices/{publication.pk}/notice.docx").status_code == 200

    # What was shown is kept closed, and can be proved by its hash.
    folder = settings.NOTICES_ROOT  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(opened(folder, notice.name, notice.file_key))) as kept:
        assert {n: hashlib.sha256(kept.read(n)).hexdigest() for n in kept.namelist()} == (
            notice.hashes
        )
    assert head.encode() not in bytes(notice.shown_closed)
    entry = AuditEntry.objects.get(action="notices.posted")
    assert head not in str(entry.detail)

    # Until the last day it hangs; on the day after it is gone, everywhere.
    assert publication.until_day is not None
    world.later(days=(publication.until_day - world.day).days)
    assert keep_notices(now=world.now) == 0
    world.later(days=1)
    assert keep_notices(now=world.now) == 1
    assert keep_notices(now=world.now) == 0
    write_site(root, world.day)
    for path in ("", "en/"):
        assert served(f"{path}notices/{publication.pk}/")[0] == 410
    for name in ("notice.pdf", "notice.docx"):
        assert served(f"notices/{publication.pk}/{name}")[0] == 410
    assert f"notices/{publication.pk}/" not in served("places/620402101201/")[1]
    left = [p for p in root.rglob("*") if p.is_file() and f"/{publication.pk}/" in str(p)]
    assert [p.name for p in left] == ["gone"]
    notice.refresh_from_db()
    assert notice.down_why == "over"


def test_a_notice_is_not_served_after_its_last_day_even_when_no_worker_runs(
    world: World, settings: object
) -> None:
    root = settings.PUBLIC_ROOT  # type: ignore[attr-defined]
    publication = due(world)
    post(by=world.village, publication=publication.pk, now=world.later())
    write_site(root, world.day)
    (root / "notices" / str(publication.pk) / "until").write_text("2020-01-01")
    assert served(f"notices/{publication.pk}/")[0] == 410


def test_pages_are_kept_for_a_minute_and_asked_for_by_tag(world: World, settings: object) -> None:
    write_site(settings.PUBLIC_ROOT, world.day)  # type: ignore[attr-defined]
    first = Client().get("/public/")
    assert first.headers["Cache-Control"] == "public, max-age=60"
    again = Client().get("/public/", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert served("places/999999999999/")[0] == 404
    assert Client().get("/public/../settings.py").status_code == 404
    assert Client().post("/public/").status_code == 405


def test_readers_cost_no_query(
    world: World, settings: object, django_assert_num_queries: object
) -> None:
    publication = due(world)
    post(by=world.village, publication=publication.pk, now=world.later())
    write_site(settings.PUBLIC_ROOT, world.day)  # type: ignore[attr-defined]
    with django_assert_num_queries(0):  # type: ignore[operator]
        for path in ("", "how-to-apply/", "programmes/", f"notices/{publication.pk}/"):
            assert served(path)[0] == 200, path


def test_writing_again_changes_nothing(world: World, tmp_path: Path) -> None:
    publication = due(world)
    post(by=world.village, publication=publication.pk, now=world.later())
    first = write_site(tmp_path / "site", world.day)
    again = write_site(tmp_path / "site", world.day)
    assert first.changed > 10
    assert (again.changed, again.removed) == (0, 0)
    other = write_site(tmp_path / "other", world.day)
    assert other.changed == first.changed
    texts = [
        {p.relative_to(r): p.read_bytes() for p in r.rglob("*") if p.is_file()}
        for r in (tmp_path / "site", tmp_path / "other")
    ]
    assert texts[0] == texts[1]


def test_what_may_not_be_shown_is_not_posted_and_nothing_is_written(
    world: World, settings: object
) -> None:
    publication = due(world)
    household = publication.case.household
    assert household is not None
    household.group_name = "三组 因病致贫户"
    household.save()
    with pytest.raises(FangpinError, match="因病"):
        post(by=world.village, publication=publication.pk, now=world.later())
    household.group_name = "三组13812345678"
    household.save()
    with pytest.raises(FangpinError):
        post(by=world.village, publication=publication.pk, now=world.later())
    publication.refresh_from_db()
    assert publication.state == "due"
    assert not PostedNotice.objects.exists()
    assert not AuditEntry.objects.filter(action__startswith="notices.").exists()
    kept = settings.NOTICES_ROOT  # type: ignore[attr-defined]
    assert not kept.exists() or not list(kept.rglob("*"))


def test_the_values_of_the_household_are_looked_for_in_the_built_bytes(world: World) -> None:
    publication = due(world)
    person = head_of(publication.case)
    columns = close_one(Person, person.pk, {"name": "司马丁丁"})
    Person.objects.filter(pk=person.pk).update(**columns, birth_date=date(1970, 2, 3))
    household = publication.case.household
    assert household is not None
    household.group_name = "司马丁丁门前组"
    household.save()
    with pytest.raises(FangpinError) as refused:
        build(publication, from_day=world.day, until_day=world.day + timedelta(5))
    assert "司马丁丁" not in str(refused.value)


def test_a_minor_is_not_named_nor_somebody_of_unknown_age(world: World) -> None:
    publication = due(world)
    person = head_of(publication.case)
    days = {"from_day": world.day, "until_day": world.day + timedelta(5)}
    for born in (None, world.day - timedelta(days=17 * 365)):
        Person.objects.filter(pk=person.pk).update(birth_date=born)
        notice = build(publication, **days).notice
        assert notice.lines[0].name == NAMELESS
    Person.objects.filter(pk=person.pk).update(birth_date=date(1970, 2, 3))
    assert "*" in build(publication, **days).notice.lines[0].name.zh


def test_a_household_that_was_posted_without_a_name_stays_so_in_its_case(world: World) -> None:
    publication = due(world)
    person = head_of(publication.case)
    Person.objects.filter(pk=person.pk).update(birth_date=None)
    post(by=world.village, publication=publication.pk, now=world.later())
    Person.objects.filter(pk=person.pk).update(birth_date=date(1970, 2, 3))
    notice = build(publication, from_day=world.day, until_day=world.day + timedelta(5)).notice
    assert notice.lines[0].name == NAMELESS


def test_who_may_post(world: World) -> None:
    publication = due(world)
    with pytest.raises(Publication.DoesNotExist):
        post(by=world.elsewhere, publication=publication.pk)
    with pytest.raises(PermissionError):
        post(by=world.leader, publication=publication.pk)
    assert not PostedNotice.objects.exists()


def test_taken_down_early_with_a_reason_and_posted_anew(world: World, settings: object) -> None:
    root = settings.PUBLIC_ROOT  # type: ignore[attr-defined]
    publication = due(world)
    notice = post(by=world.village, publication=publication.pk, now=world.later())
    with pytest.raises(FangpinError):
        take_down(by=world.township, notice=notice.pk, reason=" ")
    with pytest.raises(PostedNotice.DoesNotExist):
        take_down(by=world.elsewhere, notice=notice.pk, reason="公示内容有误")
    take_down(by=world.township, notice=notice.pk, reason="公示内容有误", now=world.later())
    write_site(root, world.day)
    assert served(f"notices/{publication.pk}/")[0] == 410
    second = post(by=world.village, publication=publication.pk, now=world.later(days=1))
    assert second.number.endswith("-2")
    write_site(root, world.day)
    assert served(f"notices/{publication.pk}/")[0] == 200


def test_a_photograph_of_the_board_loses_where_it_was_taken(world: World, settings: object) -> None:
    publication = due(world)
    notice = post(by=world.village, publication=publication.pk, now=world.later())
    data = photo()
    assert b"SECRETPHONE" in data
    kept = add_board_photo(by=world.village, notice=notice.pk, data=data)
    assert add_board_photo(by=world.village, notice=notice.pk, data=data) == kept
    shown = opened(settings.NOTICES_ROOT, kept.name, kept.file_key)  # type: ignore[attr-defined]
    assert b"SECRETPHONE" not in shown
    assert b"Exif" not in shown
    assert not scan({"photo": shown})
    assert BoardPhoto.objects.count() == 1
    with pytest.raises(FangpinError):
        add_board_photo(by=world.village, notice=notice.pk, data=b"%PDF-1.4")


def test_a_mobile_telephone_is_no_office(world: World) -> None:
    for number in ("13812345678", "+86 138 1234 5678", "12"):
        with pytest.raises(FangpinError):
            keep_telephone(
                by=world.county, area_code="620402101000", label="某镇政府", number=number
            )


def test_a_notice_of_the_province_is_listed_at_the_start_and_at_each_place(
    world: World, settings: object
) -> None:
    root = settings.PUBLIC_ROOT  # type: ignore[attr-defined]
    notice = post(by=world.village, publication=due(world).pk)
    PostedNotice.objects.filter(pk=notice.pk).update(where_code="620000000000")
    write_site(root, world.day)
    link = f"notices/{notice.publication_id}/"
    assert "省级" in (start := served("")[1])
    assert link in start
    place = served(f"places/{VILLAGE}/")[1]
    assert "省级" in place
    assert link in place
