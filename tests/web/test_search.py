"""The search box and one value in clear: what is shown, what is written down, what is refused."""

import pytest
from tests.cast import County
from tests.registry.people_to_find import enter

from fangpin.foundation.models import AuditEntry
from fangpin.registry.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(county: County) -> dict[str, Person]:
    return enter()


def last(action: str) -> AuditEntry:
    return AuditEntry.objects.filter(action=action).order_by("-pk")[0]


def test_the_box_finds_and_the_audit_keeps_ids(county: County, people: dict[str, Person]) -> None:
    client = county.sign_in("village")
    part = client.post("/search/", {"q": "张三"}, headers={"HX-Request": "true"})
    text = part.content.decode()
    assert "张三丰" in text
    assert "/households/8801/" in text
    assert "<html" not in text
    entry = last("registry.search")
    assert entry.detail["kind"] == "name"
    assert set(entry.detail["persons"]) == {people["880101"].pk, people["880102"].pk}
    assert "张" not in str(entry.detail)


def test_without_scripts_a_page_of_its_own_answers(
    county: County, people: dict[str, Person]
) -> None:
    client = county.sign_in("county")
    page = client.post("/search/", {"q": "620402198001010019"}).content.decode()
    assert "张三" in page
    assert "620402************" in page
    assert page.count("620402198001010019") == 1  # in the field it was typed into
    assert "没有找到" in client.post("/search/", {"q": "查无此人"}).content.decode()
    assert client.get("/search/?q=张三").content.decode().count("张三") == 1  # the example


def test_the_box_stands_where_it_may_be_used(county: County) -> None:
    assert "search-field" in county.sign_in("county").get("/overview/").content.decode()
    assert "search-field" not in county.sign_in("admin").get("/jobs/").content.decode()


def unmask(county: County, who: str, person: Person, **sent: str) -> tuple[int, str]:
    form = {"subject": "person", "row": str(person.pk), "field": "id_number", "reason": "verify"}
    response = county.sign_in(who).post("/registry/unmask/", form | sent)
    return response.status_code, response.content.decode()


def test_one_value_is_shown_and_written_down(county: County, people: dict[str, Person]) -> None:
    person = people["880101"]
    status, text = unmask(county, "village", person)
    assert status == 200
    assert "620402198001010019" in text
    entry = last("registry.unmask")
    assert (entry.actor, entry.subject) == (county.users["village"], f"person:{person.pk}")
    assert entry.detail == {"field": "person.id_number", "reason": "verify"}


@pytest.mark.parametrize(
    ("sent", "word"),
    [
        ({"reason": ""}, "理由"),
        ({"reason": "curiosity"}, "理由"),
        ({"reason": "other"}, "其他"),
        ({"reason": "other", "note": "查"}, "其他"),
        ({"reason": "other", "note": "核对 13900000001 的机主"}, "电话号码"),
        ({"reason": "other", "note": "给张三丰办证"}, "姓名"),
        ({"reason": "other", "note": "办" * 201}, "200"),
    ],
)
def test_a_reason_is_needed(
    county: County, people: dict[str, Person], sent: dict[str, str], word: str
) -> None:
    status, text = unmask(county, "village", people["880101"], **sent)
    assert status == 422
    assert word in text
    assert "620402198001010019" not in text
    assert not AuditEntry.objects.filter(action="registry.unmask").exists()


def test_what_is_not_masked_or_not_theirs_looks_absent(
    county: County, people: dict[str, Person]
) -> None:
    person = people["880101"]
    elsewhere = people["880501"]
    for sent in ({"field": "sex"}, {"field": "pk"}, {"field": "version"}, {"row": "999999999"}):
        assert unmask(county, "village", person, **sent)[0] == 404, sent
    assert unmask(county, "village", elsewhere)[0] == 404
    assert unmask(county, "village", person, subject="user", field="password")[0] == 404
    for who in ("leader", "auditor", "admin", "medical"):
        assert unmask(county, who, person)[0] == 404, who
    assert not AuditEntry.objects.filter(action="registry.unmask").exists()


def test_a_note_is_kept_with_the_reason(county: County, people: dict[str, Person]) -> None:
    assert unmask(county, "county", people["880101"], reason="other", note="信访件复核")[0] == 200
    assert last("registry.unmask").detail["note"] == "信访件复核"
