"""Rules of data quality on forms, on the page of consequences, and on the household page."""

from datetime import date

import pytest
from django.utils import timezone
from tests.cast import County
from tests.registry.actions.test_edit import with_check_digit
from tests.registry.invented import family, person, version

from fangpin.checks.asking import rules
from fangpin.checks.entry import refresh
from fangpin.checks.models import Hit
from fangpin.places.models import Place
from fangpin.registry.models import Household, Membership, Person, RegistryEvent
from fangpin.registry.sealing import open_one
from fangpin.web.templatetags.registry import span

BORN = {"birth_date": date(2016, 8, 1), "id_number": with_check_digit("62040220160801002")}
RULE = "2_01_011"  # under sixteen, and able to work


@pytest.fixture
def home(county: County) -> Household:
    """A household with a child of ten."""
    made = family(
        members=[
            person("赵测甲", "head", "male", date(1970, 5, 1)),
            person("赵测丁", "daughter", "female", labour_ability="none", **BORN),
        ]
    )
    refresh(by=None, numbers=[made.number])
    return made


def child() -> Person:
    rows = Membership.objects.filter(household__number="F1").select_related("person")
    (found,) = (r.person for r in rows if open_one(r.person, "name")[-1] == "丁")
    return found


def address() -> str:
    return f"/households/F1/persons/{child().pk}/edit/?group=work"


def sent(**more: str) -> dict[str, object]:
    return {"version": child().version, "labour_ability": "ordinary", **more}


def test_a_doubt_is_said_beside_the_field_and_nothing_is_kept(
    county: County, home: Household
) -> None:
    answer = county.sign_in("township").post(address(), sent())
    assert answer.status_code == 422
    doubts = answer.context["doubts"]
    assert RULE in doubts.rules
    assert doubts.by_input["labour_ability"]
    text = answer.content.decode()
    assert 'class="field-doubt"' in text
    assert f'name="accept_rule" value="{RULE}"' in text
    assert 'value="ordinary" selected' in text  # what was typed is still there
    assert child().labour_ability == "none"
    assert "赵测丁" in text


def test_without_the_tick_it_is_asked_again_and_with_it_saved(
    county: County, home: Household
) -> None:
    client = county.sign_in("township")
    assert client.post(address(), sent(accept_rule=RULE)).status_code == 422
    answer = client.post(address(), sent(accept_rule=RULE, accept_doubts="1"))
    assert answer.status_code == 302
    assert child().labour_ability == "ordinary"
    assert Hit.objects.get(rule=RULE, person_number=child().number).state == "open"
    page = client.get("/households/F1/").content.decode()
    assert 'id="quality"' in page
    assert "赵测丁" in page[page.index('id="quality"') :]


def test_a_reason_given_at_once_is_the_answer_on_the_page(county: County, home: Household) -> None:
    client = county.sign_in("village")
    given = {"accept_rule": RULE, "accept_doubts": "1", "doubt_reason": "随父学艺，已入户核实"}
    assert client.post(address(), sent(**given)).status_code == 302
    hit = Hit.objects.get(rule=RULE, person_number=child().number)
    assert (hit.state, hit.reason) == ("confirmed", "随父学艺，已入户核实")
    assert "随父学艺，已入户核实" in client.get("/households/F1/").content.decode()


def test_what_is_open_and_surely_wrong_comes_first_and_the_rest_is_folded(
    county: County, home: Household
) -> None:
    Hit.objects.all().delete()
    day = timezone.localdate()
    answered = {"state": "confirmed", "reason": "已核实", "until": day}
    kinds = [{"severity": "error"} | answered, *[{"severity": "doubt"}] * 4]
    kinds += [{"severity": "error"}] * 3
    numbers = sorted(number for number in rules() if number != RULE)
    for number, kind in zip(numbers, kinds, strict=False):
        Hit.objects.create(
            rule=number, unit="household", household_number="F1", opened=day, seen=day,
            village_code=home.village_code, **kind,
        )  # fmt: skip
    answer = county.sign_in("township").get("/households/F1/")
    lines = [(each["hit"].state, each["hit"].severity) for each in answer.context["quality"]]
    opened = [("open", "error")] * 3 + [("open", "doubt")] * 4
    assert lines == [*opened, ("confirmed", "error")]
    section = answer.content.decode().partition('id="quality"')[2].partition("</section>")[0]
    shown, _, folded = section.partition("<details")
    assert (shown.count("/quality/hits/"), folded.count("/quality/hits/")) == (5, 3)


def test_a_beginning_that_nobody_knows_is_said_in_words() -> None:
    day = date(2021, 3, 1)
    assert span(None, None) == "起始日期未登记"
    assert span(None, day) == "至 2021-03-01"
    assert span(day, None) == "2021-03-01 起"
    assert span(day, date(2022, 1, 1)) == "2021-03-01 – 2022-01-01"


def test_who_is_not_shown_data_quality_sees_no_section(county: County, home: Household) -> None:
    for name in ("medical", "auditor"):
        answer = county.sign_in(name).get("/households/F1/")
        if answer.status_code == 200:
            shown = answer.context["quality"] is not None
            assert ('id="quality"' in answer.content.decode()) is shown
    past = county.sign_in("township").get("/households/F1/?on=2021-01-01")
    assert past.context["quality"] is None


def test_an_action_asks_on_the_page_of_consequences(county: County, home: Household) -> None:
    """A daughter who is registered as male is added: told, then confirmed as it is."""
    client = county.sign_in("county")
    data = {
        "version": version(home), "on": "2021-03-01", "name": "赵测辛", "sex": "male",
        "birth_date": "2016-08-01", "relation": "daughter",
    }  # fmt: skip
    first = client.post("/households/F1/do/join/", data)
    assert first.status_code == 200
    told = client.post("/households/F1/do/join/", {**data, "confirm": "1"})
    assert told.status_code == 422
    assert Membership.objects.filter(household=home, ended_on=None).count() == 2
    rules = told.context["doubts"].rules
    assert rules
    done = client.post(
        "/households/F1/do/join/",
        {**data, "confirm": "1", "accept_doubts": "1", "accept_rule": rules},
    )
    assert done.status_code == 302
    assert Membership.objects.filter(household=home, ended_on=None).count() == 3


def test_taking_an_action_back_brings_the_hits_back(county: County, home: Household) -> None:
    client = county.sign_in("township")
    client.post(address(), sent(accept_rule=RULE, accept_doubts="1"))
    hit = Hit.objects.get(rule=RULE, person_number=child().number)
    assert hit.state == "open"
    event = RegistryEvent.objects.order_by("-pk").first()
    assert event is not None
    assert client.post(f"/households/F1/events/{event.pk}/undo/").status_code == 302
    hit.refresh_from_db()
    assert hit.state == "corrected"


def test_what_is_found_about_a_village_leads_to_its_figures(county: County) -> None:
    place = Place.objects.get(code="620402101201")
    hit = Hit.objects.create(
        rule="1_03_004", unit="village", severity="error", village_code=place.code,
        household_number=place.code, sentence_zh="出列村；且村小学个数为空",
        opened=date(2026, 1, 1), seen=date(2026, 1, 1),
    )  # fmt: skip
    client = county.sign_in("township")
    assert f"/quality/hits/{hit.pk}/" in client.get("/quality/hits/").content.decode()
    page = client.get(f"/quality/hits/{hit.pk}/").content.decode()
    assert f"/places/{place.pk}/" in page
    assert f"/households/{place.code}/" not in page
    assert county.sign_in("other_township").get(f"/quality/hits/{hit.pk}/").status_code == 404
