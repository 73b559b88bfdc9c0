"""The citizens' door in the browser's own terms: forms, receipts, two secrets, limits."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.utils import timezone
from tests.cases.world import World, begun, county, home, photo, taken_to

from fangpin.cases.models import Objection, Publication
from fangpin.clues.models import Clue, ClueReason
from fangpin.disclosure import citizens
from fangpin.disclosure.actions import post, take_down
from fangpin.disclosure.citizens import limits, reading
from fangpin.disclosure.citizens.consent import current
from fangpin.disclosure.models import Attempt, Submission, SubmissionFile
from fangpin.foundation.kept_files import opened
from fangpin.foundation.models import AuditEntry
from fangpin.kernel.errors import FangpinError
from fangpin.kernel.identity import check_digit
from fangpin.registry.models import Household, Membership, Person
from fangpin.registry.sealing import close_one

pytestmark = pytest.mark.django_db
VILLAGE = "620402101201"
NUMBER = "62040219800101001" + check_digit("62040219800101001")
OTHER_NUMBER = "62040219700203123" + check_digit("62040219700203123")
TEXT = "丈夫去年摔伤，花了三万多元，家里没有收入"


@pytest.fixture
def world(settings: object, tmp_path: Path) -> World:
    for name in ("PUBLIC_ROOT", "NOTICES_ROOT", "SUBMISSIONS_ROOT", "CASE_FILES_ROOT"):
        setattr(settings, name, tmp_path / name.lower())
    made = county()
    made.now = timezone.now()
    return made


def form(**more: Any) -> dict[str, Any]:
    found = {
        "client_id": str(uuid4()),
        "for_another": "0",
        "village": VILLAGE,
        "name": "司马丁丁",
        "id_number": NUMBER,
        "phone": "13800001111",
        "text": TEXT,
        "consent": current().version,
    }
    return found | more


def registered(household: Household) -> str:
    """Give the head a valid number."""
    head = Membership.objects.get(household=household, is_head=True).person
    Person.objects.filter(pk=head.pk).update(**close_one(Person, head.pk, {"id_number": NUMBER}))
    return NUMBER


def receipt_on(answer: Any) -> tuple[str, str]:
    assert answer.status_code == 200, answer.content.decode()
    page = answer.content.decode()
    number = re.search(r'id="receipt">([^<]+)<', page)
    code = re.search(r'id="code">([^<]+)<', page)
    assert number
    assert code
    return number.group(1), code.group(1)


def asked(number: str, code: str, client: Client | None = None) -> str:
    sent = (client or Client()).post("/public/status/", {"receipt": number, "code": code})
    return sent.content.decode()


def test_an_application_becomes_a_clue_and_can_be_followed(world: World) -> None:
    household = home()
    number = registered(household)
    client = Client()
    assert client.get("/public/apply/").status_code == 200
    data = form(id_number=number, photos=ContentFile(photo(), "x.jpg"))
    sent = client.post("/public/apply/", data)
    receipt, code = receipt_on(sent)
    row = Submission.objects.get()
    clue = Clue.objects.get(pk=row.clue)
    assert clue.household_id == household.pk
    assert ClueReason.objects.get(clue=clue).channel == "application"
    assert "等待入户核实" in asked(receipt, code)
    assert "等待入户核实" in asked(receipt.lower().replace("-", " "), code.lower())
    kept = SubmissionFile.objects.get()
    assert b"SECRETPHONE" not in opened(_folder(), kept.name, kept.file_key)
    # Nothing of it in clear in the tables, the trail or an address.
    assert not [value for value in ("司马丁丁", number, "三万多元") if value in stored()]
    trail = "".join(f"{e.action}{e.subject}{e.detail}" for e in AuditEntry.objects.all())
    assert not [value for value in ("司马丁丁", number, receipt, code) if value in trail]


def stored() -> str:
    found = []
    with connection.cursor() as cursor:
        for table in ("disclosure_submission", "disclosure_submissionfile", "disclosure_attempt",
                      "clues_cluereason", "clues_clue", "cases_objection"):  # fmt: skip
            with cursor.copy(f'COPY "{table}" TO STDOUT') as copied:
                found.append(b"".join(bytes(part) for part in copied).decode())
    return "".join(found)


def _folder() -> Path:
    from django.conf import settings

    return Path(settings.SUBMISSIONS_ROOT)


def test_somebody_unknown_gets_the_same_answer(world: World) -> None:
    """Whether a number is registered cannot be told from the page."""
    household = home()
    pages = [
        Client().post("/public/apply/", form(id_number=number))
        for number in (registered(household), OTHER_NUMBER)
    ]
    assert {row.household for row in Submission.objects.all()} == {household.pk, None}
    bodies = [re.sub(r'id="(receipt|code)">[^<]+<', "", page.content.decode()) for page in pages]
    assert bodies[0] == bodies[1]
    assert [page.status_code for page in pages] == [200, 200]
    states = {asked(*receipt_on(page)).count("等待入户核实") for page in pages}
    assert states == {1}


def test_the_same_form_twice_is_one_application_with_one_receipt(world: World) -> None:
    sent = form()
    first, again = (receipt_on(Client().post("/public/apply/", sent)) for _ in range(2))
    assert first == again
    assert Submission.objects.count() == 1
    assert Clue.objects.count() == 1


def test_the_same_person_twice_is_shown_and_not_merged(world: World) -> None:
    for text in (TEXT, "房屋漏雨，需要修缮"):
        receipt_on(Client().post("/public/apply/", form(text=text)))
    rows, more = reading.page_of_submissions(world.township)
    assert (len(rows), more) == (2, False)
    assert reading.repeated(rows) == {row.pk for row in rows}
    assert [row.pk for row in reading.read(world.township, rows[0].pk).others] == [rows[1].pk]


def test_faults_are_told_by_field_and_what_was_typed_stays(world: World) -> None:
    answer = Client().post(
        "/public/apply/",
        form(
            id_number=NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2"),
            village="1",
            consent="",
            text="x",
            phone="",
        ),
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    for field in ("id_number", "village", "consent", "text", "phone"):
        assert f'id="{field}-wrong"' in page
    assert "司马丁丁" in page
    assert not Submission.objects.exists()
    english = Client().post("/public/en/apply/", form(name="")).content.decode()
    assert "give the name" in english
    other = form(for_another="1")
    assert 'id="sender-wrong"' in Client().post("/public/apply/", other).content.decode()


@pytest.mark.parametrize(
    "change",
    [{"client_id": "no uuid"}, {"client_id": ""}, {"website": "http://spam"}],
)
def test_programs_that_fill_in_everything_are_turned_away(
    world: World, change: dict[str, str]
) -> None:
    assert Client().post("/public/apply/", form(**change)).status_code == 400
    assert not Submission.objects.exists()


def test_what_is_no_picture_is_refused(world: World) -> None:
    sent = form(photos=ContentFile(b"%PDF-1.4 x", "x.jpg"))
    answer = Client().post("/public/apply/", sent)
    assert answer.status_code == 422
    assert 'id="photos-wrong"' in answer.content.decode()
    assert not Submission.objects.exists()


def test_forms_need_their_token_and_no_session(world: World) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/public/apply/", form()).status_code == 403
    page = strict.get("/public/apply/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    data = form(csrfmiddlewaretoken=token.group(1))
    assert strict.post("/public/apply/", data).status_code == 200
    assert set(strict.cookies) == {"fangpin_csrf"}


def test_an_objection_reaches_its_case_and_its_answer_the_sender(world: World) -> None:
    case = begun(world, home())
    taken_to(world, case, "notice")
    publication = Publication.objects.get(case=case)
    assert Client().get(f"/public/object/{publication.pk}/").status_code == 410  # not yet posted
    notice = post(by=world.village, publication=publication.pk)
    assert Client().get(f"/public/en/object/{publication.pk}/").status_code == 200
    sent = {"client_id": str(uuid4()), "text": "他家在城里有房子"}
    receipt, code = receipt_on(Client().post(f"/public/object/{publication.pk}/", sent))
    found = Objection.objects.get()
    assert found.anonymous
    assert found.sender is None
    assert found.publication == publication
    assert "正在核实处理" in asked(receipt, code)
    from fangpin.cases.actions import settle_objection

    settle_objection(by=world.township2, objection=found.pk, upheld=False, reason="经查无房产登记")
    page = asked(receipt, code)
    assert "异议不成立" in page
    assert "经查无房产登记" in page
    take_down(by=world.township, notice=notice.pk, reason="公示内容有误")
    assert Client().post(f"/public/object/{publication.pk}/", sent).status_code == 410


def test_a_complaint_is_for_the_county_alone_and_stays_anonymous(world: World) -> None:
    sent = {"client_id": str(uuid4()), "kind": "tip", "village": VILLAGE, "text": "村干部优亲厚友"}
    receipt, code = receipt_on(Client().post("/public/write/", sent))
    row = Submission.objects.get()
    assert row.anonymous
    for who in (world.village, world.township, world.leader, world.approver):
        assert reading.page_of_submissions(who) == ([], False)
        with pytest.raises(Submission.DoesNotExist):
            reading.read(who, row.pk)
        with pytest.raises(Submission.DoesNotExist):
            citizens.answer(by=who, submission=row.pk, version=1, text="已经核实")
    assert reading.read(world.county, row.pk).content == {"text": "村干部优亲厚友"}
    assert AuditEntry.objects.filter(action="submissions.read").count() == 1
    with pytest.raises(FangpinError):
        citizens.answer(by=world.county, submission=row.pk, version=7, text="已经核实")
    citizens.answer(by=world.county, submission=row.pk, version=1, text="已由县纪委受理")
    assert "已由县纪委受理" in asked(receipt, code)


def test_two_secrets_and_equal_answers(world: World) -> None:
    receipt, code = receipt_on(Client().post("/public/apply/", form()))
    other, _ = receipt_on(Client().post("/public/apply/", form(id_number=OTHER_NUMBER)))
    wrong = [
        asked(receipt, "AAAAA-BBBBB"),
        asked("S-2222-3333", code),
        asked(other, code),
        asked("", ""),
    ]
    bodies = {re.sub(r'value="[^"]+"', "", page) for page in wrong}
    assert len(bodies) == 1
    assert "没有查到" in bodies.pop()
    assert "等待入户核实" in asked(receipt, code)


def test_a_number_is_answered_five_times_an_hour(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt, code = receipt_on(Client().post("/public/apply/", form()))
    for _ in range(limits.LOOKED_UP_PER_RECEIPT):
        assert "没有查到" in asked(receipt, "AAAAA-BBBBB")
    assert "没有查到" in asked(receipt, code)  # also the right one: guessing gains nothing
    later = timezone.now() + timedelta(minutes=61)
    found = citizens.status_of(receipt, code, address="10.0.0.9", now=later)
    assert found is not None


def test_an_address_hands_in_ten_an_hour(world: World) -> None:
    client = Client(REMOTE_ADDR="10.9.8.7")
    write = {"village": VILLAGE, "kind": "complaint", "text": "办事拖延，态度不好"}
    for _ in range(limits.SENT_PER_ADDRESS):
        sent = write | {"client_id": str(uuid4())}
        assert client.post("/public/write/", sent).status_code == 200
    refused = client.post("/public/write/", write | {"client_id": str(uuid4())})
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "3600"
    elsewhere = Client(REMOTE_ADDR="10.9.8.8")
    assert elsewhere.post("/public/write/", write | {"client_id": str(uuid4())}).status_code == 200
    assert Submission.objects.count() == limits.SENT_PER_ADDRESS + 1
    # What is kept of addresses is a keyed hash, apart from what was handed in, for a day.
    assert "10.9.8.7" not in stored()
    Attempt.objects.update(at=timezone.now() - timedelta(days=2))
    assert limits.forget_old() == Attempt.objects.count() + limits.SENT_PER_ADDRESS + 1


def test_addresses_of_one_ipv6_network_hand_in_as_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SENT_PER_ADDRESS", 2)
    monkeypatch.setattr(limits, "SENT_PER_SITE", 3)

    def sent(address: str) -> int:
        write = {"village": VILLAGE, "kind": "complaint", "text": "办事拖延，态度不好"}
        client = Client(REMOTE_ADDR=address)
        return client.post("/public/write/", write | {"client_id": str(uuid4())}).status_code

    assert [sent(f"2001:db8:1:2::{at}") for at in range(3)] == [200, 200, 429]
    assert sent("2001:db8:1:3::1") == 200
    assert sent("2001:db8:1:4::1") == 429, "the /48 has a bound as well"
    assert [sent(f"::ffff:192.0.2.{at}") for at in range(4)] == [200] * 4, "IPv4, each its own"
    assert Submission.objects.count() == 7
    monkeypatch.setattr(limits, "LOOKED_UP_PER_ADDRESS", 2)
    now = timezone.now()
    looked = [limits.may_look_up(f"S{at}", f"2001:db8:9:9::{at}", now) for at in range(3)]
    assert looked == [True, True, False]
    monkeypatch.setattr(limits, "LOOKED_UP_PER_SITE", 4)
    assert limits.may_look_up("S4", "2001:db8:9:8::1", now)
    assert not limits.may_look_up("S5", "2001:db8:9:7::1", now)


def test_who_is_busy_is_told_to_come_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from fangpin.web.public import shedding

    taken = [shedding._PLACES.acquire() for _ in range(shedding.PUBLIC_THREADS)]
    try:
        shed = Client().get("/public/status/")
        assert shed.status_code == 503
        assert shed.headers["Retry-After"] == "5"
        assert Client().get("/health/").status_code == 200  # the officers' side goes on
    finally:
        for _ in taken:
            shedding._PLACES.release()
    assert Client().get("/public/status/").status_code == 200
    large = Client().post(
        "/public/apply/", b"x", content_type="text/plain",
        CONTENT_LENGTH=str(shedding.LARGEST_BODY + 1),
    )  # fmt: skip
    assert large.status_code == 413
