"""What phone and server say to each other."""

import io
import json
import re
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image
from tests.cast import County

from fangpin.fieldwork import pictures
from fangpin.fieldwork.devices import MOST_DEVICES
from fangpin.fieldwork.models import Device, Part, Picture, Sent, Visit
from fangpin.foundation.models import AuditEntry
from fangpin.people.messages.queries import unread
from fangpin.people.models import PersonRead, Post
from fangpin.registry.models import Household, Membership
from fangpin.web.phone import shell
from fangpin.web.phone.protocol import MOST_BODY, MOST_ENTRIES

STATIC = Path(shell.__file__).parents[1] / "static"
VALUES = {"on": "2021-06-01", "purpose": "routine", "met": "head"}


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Path) -> None:
    settings.PICTURES_ROOT = tmp_path / "pictures"


@pytest.fixture
def monitored(county: County) -> County:
    Household.objects.update(monitoring_category="sudden_difficulty")
    return county


def begun(county: County, name: str = "village") -> tuple[Client, dict[str, str]]:
    client = county.sign_in(name)
    given = client.post("/phone/key").json()
    return client, {"X-Fangpin-Phone": given["phone"]}


def send(client: Client, headers: dict[str, str], entries: Any) -> Any:
    return client.post(
        "/phone/send", json.dumps(entries), content_type="application/json", headers=headers
    )


def visit(**more: Any) -> dict[str, Any]:
    pk = Household.objects.get(number="620402000001").pk
    entry = {"client_id": str(uuid.uuid4()), "kind": "visit", "about": {"household": pk}}
    return entry | {"values": VALUES, "pictures": {}, "claimed_at": "2036-01-01T08:00:00Z"} | more


# -- the shell -------------------------------------------------------------------------------------


def test_the_shell_is_whole_and_names_nobody(county: County) -> None:
    client = county.sign_in("village")
    page = client.get("/phone/")
    assert page.status_code == 200
    assert str(county.users["village"]) not in page.content.decode()
    worker = Client().get("/phone/worker.js").content.decode()
    kept = json.loads(worker.split("const KEPT = ")[1].split(";\n")[0])
    assert shell.version() in worker
    for address in kept:
        assert Client().get(address).status_code == 200, address
    linked = re.findall(r'(?:href|src)="([^"]+)"', page.content.decode())
    assert set(linked) <= set(kept)
    # Every module that another one imports is kept as well.
    for path in (STATIC / "phone").glob("*.js"):
        for found in re.findall(r'from "\./([a-z_]+\.js)"', path.read_text("utf-8")):
            assert f"phone/{found}" in shell.FILES, (path.name, found)


def test_every_word_of_the_app_is_there_in_both_languages() -> None:
    words = (STATIC / "phone/words.js").read_text("utf-8")
    table = words.split("const WORDS = {")[1].split("\n};")[0]
    pairs = dict(re.findall(r"^  ([a-z_]+): \[\s*(\".*?\"),\s*\"", table, re.M | re.S))
    both = re.findall(r"^  ([a-z_]+): \[\s*\"([^\"]+)\",\s*\"([^\"]+)\",?\s*\]", table, re.M)
    assert len(both) == len(pairs) == len(re.findall(r"^  [a-z_]+: \[", table, re.M))
    for key, zh, en in both:
        assert re.search("[\u4e00-\u9fff]", zh), key
        assert not re.search("[\u4e00-\u9fff]", en), key
        assert set(re.findall(r"{\w+}", zh)) == set(re.findall(r"{\w+}", en)), key
    used = set()
    for path in (STATIC / "phone").glob("*.js"):
        used |= set(re.findall(r'say\("([a-z_]+)"', path.read_text("utf-8")))
    assert used <= {key for key, _, _ in both}


# -- rights ----------------------------------------------------------------------------------------


def test_hello_says_who_and_nothing_else(monitored: County) -> None:
    nobody = Client().get("/phone/hello").json()
    assert (nobody["user"], nobody["allowed"], nobody["phone"]) == (None, False, "unknown")
    for name, may in {"village": True, "township": True, "leader": False, "admin": False}.items():
        assert monitored.sign_in(name).get("/phone/hello").json()["allowed"] is may


@pytest.mark.parametrize("name", ["leader", "auditor", "admin", "medical", "no_post"])
def test_whoever_may_not_gets_no_key_and_no_day(monitored: County, name: str) -> None:
    client = monitored.sign_in(name)
    assert client.post("/phone/key").status_code == 410
    assert not Device.objects.exists()
    _, of_village = begun(monitored)
    for answer in (client.get("/phone/day", headers=of_village), send(client, of_village, {})):
        assert answer.status_code in {410, 422}
        assert "赵测" not in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("village", {"620402000001"}),
        ("township", {"620402000001", "620402000002"}),
        ("other_township", {"620402000003", "620402000004"}),
        ("county", set()),
    ],
)
def test_a_day_holds_the_own_area_and_no_more_than_a_visit_needs(
    monitored: County, name: str, numbers: set[str]
) -> None:
    client, headers = begun(monitored, name)
    answer = client.get("/phone/day", headers=headers)
    day = answer.json()
    assert {household["number"] for household in day["households"]} == numbers
    assert {task["household"] for task in day["tasks"]} == {h["id"] for h in day["households"]}
    assert [form["id"] for form in day["forms"]] == ["visit"]
    for secret in ("id_number", "phone", "account", "birth"):
        assert secret not in answer.content.decode()
    read = {member["id"] for household in day["households"] for member in household["members"]}
    assert set(PersonRead.objects.values_list("person", flat=True)) == read
    entry = AuditEntry.objects.filter(action="fieldwork.take_along").get()
    assert set(entry.detail["households"]) == {h["id"] for h in day["households"]}


def test_the_reading_limit_counts_and_leaves_the_rest(monitored: County, settings: Any) -> None:
    client, headers = begun(monitored, "township")
    whole = client.get("/phone/day", headers=headers).json()
    sizes = [len(household["members"]) for household in whole["households"]]
    assert len(sizes) == 2
    PersonRead.objects.all().delete()
    settings.READING_LIMITS = settings.READING_LIMITS | {"township_officer": sizes[0]}
    day = client.get("/phone/day", headers=headers).json()
    assert day["unread"] == str(unread(monitored.users["township"])) != ""
    assert [h["id"] for h in day["households"]] == [whole["households"][0]["id"]]
    assert day["left_out"] == 1
    assert PersonRead.objects.count() == sizes[0]


def test_a_day_takes_a_fixed_number_of_queries(
    monitored: County, django_assert_max_num_queries: Any
) -> None:
    client, headers = begun(monitored, "township")
    client.get("/phone/day", headers=headers)
    with django_assert_max_num_queries(40) as few:
        client.get("/phone/day", headers=headers)
    village = Household.objects.get(number="620402000001").village_code
    Household.objects.bulk_create(
        Household(number=f"m{at}", village_code=village, monitoring_category="x")
        for at in range(25)
    )
    with django_assert_max_num_queries(len(few)):
        day = client.get("/phone/day", headers=headers).json()
    assert len(day["households"]) == 27


def test_the_end_of_the_right_is_told_to_the_phone_itself(monitored: County) -> None:
    client, headers = begun(monitored)
    assert client.get("/phone/hello", headers=headers).json()["phone"] == "live"
    Post.objects.filter(user__username="village").update(valid_to="2021-01-01")
    # Nobody need be signed in for that.
    assert Client().get("/phone/hello", headers=headers).json()["phone"] == "wipe"
    assert client.get("/phone/day", headers=headers).status_code == 410
    assert client.post("/phone/key", headers=headers).status_code == 410


def test_a_user_who_is_deactivated_loses_the_phone(monitored: County) -> None:
    _, headers = begun(monitored)
    type(monitored.users["village"]).objects.filter(username="village").update(is_active=False)
    assert Client().get("/phone/hello", headers=headers).json()["phone"] == "wipe"


def test_a_phone_that_is_lost_is_ended_on_a_page(monitored: County) -> None:
    client, headers = begun(monitored)
    page = client.get("/phone/devices/").content.decode()
    device = Device.objects.get()
    assert f"/phone/devices/{device.pk}/end/" in page
    monitored.sign_in("township").post(f"/phone/devices/{device.pk}/end/")
    assert Device.objects.get().ended_at is None
    client.post(f"/phone/devices/{device.pk}/end/")
    assert Device.objects.get().secret is None
    assert client.get("/phone/hello", headers=headers).json()["phone"] == "wipe"
    assert send(client, headers, {"entries": [visit()]}).status_code == 410


def test_the_oldest_phone_ends_when_there_are_too_many(monitored: County) -> None:
    phones = [begun(monitored)[1] for _ in range(MOST_DEVICES + 1)]
    told = [Client().get("/phone/hello", headers=each).json()["phone"] for each in phones]
    assert told == ["wipe"] + ["live"] * MOST_DEVICES


def test_the_key_is_the_same_for_the_same_phone(monitored: County) -> None:
    client, headers = begun(monitored)
    first = client.post("/phone/key", headers=headers).json()
    again = client.post("/phone/key", headers=headers).json()
    assert first["secret"] == again["secret"]
    assert first["salt"] != again["salt"]
    assert first["lease"] == 72 * 3600
    assert monitored.sign_in("township").post("/phone/key", headers=headers).status_code == 410


# -- up --------------------------------------------------------------------------------------------


def test_entries_are_answered_each_for_itself(monitored: County) -> None:
    client, headers = begun(monitored)
    bad = visit(values=VALUES | {"met": "ghost"})
    good, other = visit(), visit(about={"household": 10**9})
    answers = send(client, headers, {"entries": [bad, good, other, good]}).json()["answers"]
    assert [answer["state"] for answer in answers] == ["refused", "taken", "refused", "already"]
    assert "见到谁" in answers[0]["said"]["zh"]
    assert Visit.objects.count() == 1
    assert Sent.objects.get(client_id=good["client_id"]).claimed_at.year == 2036


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{", '{"entries": []}', '{"entries": [1]}', '{"entries": [{"client_id": "x"}]}'],
)
def test_what_cannot_be_read_is_told(monitored: County, body: str) -> None:
    client, headers = begun(monitored)
    answer = client.post("/phone/send", body, content_type="application/json", headers=headers)
    assert answer.status_code == 422
    assert answer.json()["said"]["zh"]


def test_too_much_at_once_is_refused(monitored: County) -> None:
    client, headers = begun(monitored)
    many = {"entries": [visit() for _ in range(MOST_ENTRIES + 1)]}
    assert send(client, headers, many).status_code == 422
    large = {"entries": [visit(values=VALUES | {"note": "x" * MOST_BODY})]}
    assert send(client, headers, large).status_code == 422
    assert not Sent.objects.exists()


# -- pictures --------------------------------------------------------------------------------------


def photograph(size: tuple[int, int] = (300, 200)) -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "PLANTED"
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, "JPEG", quality=95, exif=exif)
    return out.getvalue()


def put(client: Client, headers: dict[str, str], pk: str, data: bytes, at: int, end: int) -> Any:
    return client.post(
        f"/phone/pictures/{pk}?at={at}&of={len(data)}",
        data[at:end],
        content_type="application/octet-stream",
        headers=headers,
    )


def test_a_picture_in_pieces_repeated_and_out_of_order(monitored: County, settings: Any) -> None:
    client, headers = begun(monitored)
    data, pk = photograph((1600, 1200)), str(uuid.uuid4())
    assert len(data) > 2 * pictures.PIECE
    one, two = pictures.PIECE, 2 * pictures.PIECE
    entry = visit(pictures={"photos": [pk]})
    assert put(client, headers, pk, data, one, two).json() == {"here": 0}
    assert put(client, headers, pk, data, 0, one).json() == {"here": one}
    assert put(client, headers, pk, data, 0, one).json() == {"here": one}
    answer = send(client, headers, {"entries": [entry]}).json()["answers"][0]
    assert (answer["state"], answer["missing"]) == ("incomplete", [pk])
    assert not Sent.objects.exists()
    at = one
    while at < len(data):
        at = put(client, headers, pk, data, at, at + pictures.PIECE).json()["here"]
    assert send(client, headers, {"entries": [entry]}).json()["answers"][0]["state"] == "taken"
    kept = Picture.objects.get()
    assert kept.sent == Visit.objects.get().sent
    assert b"PLANTED" not in pictures.content(kept)
    assert Image.open(io.BytesIO(pictures.content(kept))).size == (1600, 1200)
    assert not Part.objects.exists()
    for path in Path(settings.PICTURES_ROOT).rglob("*"):
        assert path.is_dir() or b"JFIF" not in path.read_bytes()


def test_small_pictures_come_along_with_their_entry(monitored: County) -> None:
    client, headers = begun(monitored)
    ids = [str(uuid.uuid4()) for _ in range(2)]
    entries = json.dumps({"entries": [visit(pictures={"photos": ids})]})
    taken = {pk: photograph() for pk in ids}
    for state in ("taken", "already"):
        files = {pk: SimpleUploadedFile("p.jpg", data) for pk, data in taken.items()}
        answer = client.post("/phone/send", {"entries": entries, **files}, headers=headers)
        assert answer.json()["answers"][0]["state"] == state
    assert Picture.objects.filter(sent=Sent.objects.get(), width=300).count() == 2
    large = {str(uuid.uuid4()): SimpleUploadedFile("p.jpg", b"x" * (pictures.PIECE + 1))}
    refused = client.post("/phone/send", {"entries": entries, **large}, headers=headers)
    assert refused.status_code == 422
    assert client.post("/phone/send", {"entries": entries, **files}).status_code == 410


@pytest.mark.parametrize("data", [b"MZ" + b"\0" * 600, b"<svg onload=alert(1)>", b"%PDF-1.7"])
def test_what_is_no_picture_is_refused(monitored: County, data: bytes, settings: Any) -> None:
    client, headers = begun(monitored)
    answer = put(client, headers, str(uuid.uuid4()), data, 0, len(data))
    assert answer.status_code == 422
    assert "不是 JPEG" in answer.json()["said"]["zh"]
    assert not [path for path in Path(settings.PICTURES_ROOT).rglob("*") if path.is_file()]


def test_a_picture_is_its_senders_alone(monitored: County) -> None:
    client, headers = begun(monitored)
    data, pk = photograph(), str(uuid.uuid4())
    put(client, headers, pk, data, 0, len(data))
    other, of_other = begun(monitored, "township")
    assert put(other, of_other, pk, data, 0, len(data)).status_code == 422
    entry = visit(pictures={"photos": [pk]})
    assert send(other, of_other, {"entries": [entry]}).json()["answers"][0]["state"] == "incomplete"


def test_pictures_that_nothing_claims_are_forgotten(monitored: County, settings: Any) -> None:
    client, headers = begun(monitored)
    data = photograph()
    put(client, headers, str(uuid.uuid4()), data, 0, len(data))
    assert pictures.forget_unclaimed() == 0
    Picture.objects.update(began_at=timezone.now() - timedelta(days=8))
    assert pictures.forget_unclaimed() == 1
    assert not [path for path in Path(settings.PICTURES_ROOT).rglob("*") if path.is_file()]


def test_members_who_died_are_not_taken_along(monitored: County) -> None:
    client, headers = begun(monitored)
    membership = Membership.objects.filter(household__number="620402000001").first()
    assert membership is not None
    membership.person.died_on = "2021-01-01"
    membership.person.save(update_fields=["died_on"])
    day = client.get("/phone/day", headers=headers).json()
    assert membership.person_id not in {m["id"] for m in day["households"][0]["members"]}
