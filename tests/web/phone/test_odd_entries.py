"""What no phone should send, and some do: told in words or taken as it can be, never a failure
that the phone would meet again for ever."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from tests.cast import County

from fangpin.fieldwork.models import Sent

HALF = "\ud83d"  # an emoji cut in two
ODD: list[dict[str, Any]] = [
    {"values": {"text": f"在家{HALF}"}},
    {"values": {HALF: 1, "list": [HALF, {"x": HALF}]}},
    {"values": {"text": "a\0b"}},
    {"values": {"day": "9999-99-99", "count": 10**30, "list": [None, {}]}},
    {"kind": HALF},
    {"about": {"household": HALF}},
    {"about": {"household": 10**30, "clue": -1}},
    {"pictures": {HALF: [None, 1, "x"]}},
    {"claimed_at": "0001-01-01T00:00:00+23:59"},
    {"claimed_at": "9999-12-31T23:59:59-23:59"},
]


@pytest.fixture
def phone(county: County) -> tuple[Client, str]:
    client = county.sign_in("village")
    return client, client.post("/phone/key").json()["phone"]


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_entry_gets_an_answer_and_the_same_once_more(
    phone: tuple[Client, str], odd: dict[str, Any]
) -> None:
    client, token = phone
    entry = {"client_id": str(uuid4()), "kind": "visit", "about": {}, "values": {}} | odd
    body = json.dumps({"entries": [entry]})
    said = []
    for _ in range(2):
        answer = client.post(
            "/phone/send",
            body,
            content_type="application/json",
            headers={"X-Fangpin-Phone": token},
        )
        assert answer.status_code == 200
        said.append(answer.json()["answers"][0]["state"])
    assert said[0] in {"taken", "refused"}
    assert said[1] in {"already", "refused"}
    assert Sent.objects.count() <= 1


@pytest.mark.parametrize("body", ['{"entries": [NaN]}', "[]", "null", '"x"', b"\xff\xfe", "{"])
def test_a_body_that_is_none_is_refused_in_words(phone: tuple[Client, str], body: Any) -> None:
    client, token = phone
    answer = client.post(
        "/phone/send", body, content_type="application/json", headers={"X-Fangpin-Phone": token}
    )
    assert answer.status_code == 422
    assert answer.json()["said"]
