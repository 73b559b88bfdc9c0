"""What the load runs ask for is answered; what they say of the answers is right."""

from http.cookies import SimpleCookie
from itertools import islice

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory

from fangpin.bench.hostile import body
from fangpin.bench.readers import Heard, compared, questions, sign_in
from fangpin.bench.registry_load import fill
from fangpin.web.posted import text


@pytest.fixture
def reader(db: None) -> Client:
    """The browser of an officer signed in by the load run."""
    fill(persons=80)
    (sender,) = sign_in(1)
    client = Client(
        headers={"X-CSRFToken": sender.headers["X-CSRFToken"]}, enforce_csrf_checks=True
    )
    client.cookies = SimpleCookie(sender.headers["Cookie"])
    return client


def test_every_page_asked_for_is_there(reader: Client) -> None:
    kinds = set()
    for kind, method, path, data in islice(questions()(0), 7):
        kinds.add(kind)
        answer = reader.generic(method, path, data, "application/x-www-form-urlencoded")
        assert answer.status_code == 200, (kind, path)
    assert kinds == {
        *("household page", "list of persons", "list of households", "search"),
        "list of persons, county",
    }


def test_a_file_is_sent_as_the_page_sends_it() -> None:
    request: HttpRequest = RequestFactory().post(
        "/upload/", body("edge", "a.xlsx", b"PK\r\n--"), "multipart/form-data; boundary=edge"
    )
    (file,) = request.FILES.getlist("files")
    assert (file.name, file.read()) == ("a.xlsx", b"PK\r\n--")
    assert text(request, "pack", 40) == "baiyin-2021"


def test_ninety_five_in_a_hundred_before_and_beside() -> None:
    alone, beside = Heard(), Heard()
    alone.taken["search"] = [each / 1000 for each in range(1, 101)]
    beside.taken["search"] = [each / 500 for each in range(1, 101)]
    beside.taken["list"] = [1.0]
    told = {line[:12].strip(): line.split() for line in compared(alone, beside, "busy")}
    assert told["search"][1:] == ["51", "96", "102", "192", "+100%"]
    assert told["list"][1:] == ["too", "few", "pages"]
