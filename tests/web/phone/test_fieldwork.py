"""What came from phones, on pages: both sides of what differs, only in the own places."""

import io
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.cast import County
from tests.fieldwork.conftest import visit

from fangpin.fieldwork.devices import open_device
from fangpin.fieldwork.models import Device, Picture, Sent
from fangpin.fieldwork.pictures import take_piece
from fangpin.fieldwork.receiving import receive
from fangpin.foundation.models import AuditEntry
from fangpin.registry.models import Household


@pytest.fixture
def device(county: County, settings: Any, tmp_path: Path) -> Device:
    settings.PICTURES_ROOT = tmp_path / "pictures"
    return open_device(by=county.users["village"], token=None, agent="")


@pytest.fixture
def disputed(county: County, device: Device) -> Sent:
    """A visit with a picture, and other content under the same id."""
    village, pk = county.users["village"], uuid.uuid4()
    out = io.BytesIO()
    Image.effect_noise((60, 40), 40).convert("RGB").save(out, "JPEG")
    data = out.getvalue()
    take_piece(by=village, client_id=pk, offset=0, size=len(data), data=data)
    household = Household.objects.get(number="620402000001").pk
    handed = visit(household, pictures={"photos": (pk,)})
    receive(by=village, device=device.token, handed=handed)
    other = replace(handed, values=handed.values | {"note": "后来改写的说明"})
    receive(by=village, device=device.token, handed=other)
    return Sent.objects.get()


def test_both_sides_are_shown_and_seen_to(county: County, disputed: Sent) -> None:
    client = county.sign_in("township")
    listed = client.get("/fieldwork/?state=open").content.decode()
    assert f"/fieldwork/{disputed.pk}/" in listed
    page = client.get(f"/fieldwork/{disputed.pk}/").content.decode()
    assert "核查赵测甲家" in page
    assert "后来改写的说明" in page
    assert "日常走访" in page
    client.post(f"/fieldwork/{disputed.pk}/")
    assert f"/fieldwork/{disputed.pk}/" not in client.get("/fieldwork/?state=open").content.decode()
    assert AuditEntry.objects.filter(action="fieldwork.seen_to").count() == 1


def test_a_picture_is_shown_within_the_place_alone(county: County, disputed: Sent) -> None:
    pk = Picture.objects.get(sent=disputed).pk
    shown = county.sign_in("township").get(f"/fieldwork/pictures/{pk}/")
    assert shown["Content-Type"] == "image/jpeg"
    assert Image.open(io.BytesIO(shown.content)).size == (60, 40)
    for name in ("other_township", "leader"):
        assert county.sign_in(name).get(f"/fieldwork/pictures/{pk}/").status_code == 404


def test_what_was_entered_where_the_sender_works_no_more_is_seen_by_those_there(
    county: County, device: Device
) -> None:
    elsewhere = Household.objects.get(number="620402000003").pk
    village = county.users["village"]
    receive(by=village, device=device.token, handed=visit(elsewhere))
    sent = Sent.objects.get()
    assert county.sign_in("village").get(f"/fieldwork/{sent.pk}/").status_code == 404
    page = county.sign_in("other_township").get(f"/fieldwork/{sent.pk}/").content.decode()
    assert "核查赵测甲家" in page


def test_visits_stand_on_the_household_page(county: County, disputed: Sent) -> None:
    page = county.sign_in("village").get("/households/620402000001/").content.decode()
    assert 'id="visits"' in page
    assert "核查赵测甲家" in page
    assert (
        'id="visits"'
        not in county.sign_in("leader").get("/households/620402000001/").content.decode()
    )


def test_the_list_takes_a_fixed_number_of_queries(
    county: County, disputed: Sent, django_assert_max_num_queries: Any
) -> None:
    client = county.sign_in("county")
    client.get("/fieldwork/")
    with django_assert_max_num_queries(40) as few:
        client.get("/fieldwork/")
    for at in range(60):
        Sent.objects.create(
            client_id=uuid.uuid4(), device=disputed.device, user=disputed.user, kind="visit",
            village_code=disputed.village_code, household=disputed.household,
            digest=bytes([at]), state="taken",
        )  # fmt: skip
    with django_assert_max_num_queries(len(few)):
        page = client.get("/fieldwork/").content.decode()
    assert page.count("/fieldwork/") > 50
