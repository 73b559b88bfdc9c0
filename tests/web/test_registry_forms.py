"""Forms and guided actions of the registry: asked, refused, shown first, done, taken back."""

from datetime import date

import pytest
from django.test import Client
from tests.cast import County
from tests.registry.invented import family, members, version

from fangpin.privacy.notice import notice
from fangpin.registry.actions.enter import NewPerson
from fangpin.registry.models import Household, IncomeYear, Membership, Person, RegistryEvent
from fangpin.registry.sealing import open_one

ON = "2021-03-01"
INCOME = "/households/F1/yearly/income/"


def called(character: str) -> Person:
    """The member of the invented family whose name ends so; others of the cast may as well."""
    rows = Membership.objects.filter(household__number="F1").select_related("person")
    (found,) = {r.person for r in rows if open_one(r.person, "name")[-1] == character}
    return found


@pytest.fixture
def home(county: County) -> Household:
    """A family of five in the village of the cast."""
    return family()


def _do(client: Client, slug: str, home: Household, **fields: object) -> object:
    data = {"version": version(home), "on": ON, **fields}
    return client.post(f"/households/{home.number}/do/{slug}/", data)


def test_a_household_is_edited_and_only_what_differs_is_written(
    county: County, home: Household
) -> None:
    client = county.sign_in("township")
    page = client.get("/households/F1/edit/?group=household")
    assert 'name="main_cause"' in page.content.decode()
    sent = {"version": version(home), "main_cause": "disability", "group_name": "东社"}
    answer = client.post("/households/F1/edit/?group=household", sent)
    assert (answer.status_code, answer.url) == (302, "/households/F1/")
    home.refresh_from_db()
    assert (home.main_cause, home.group_name) == ("disability", "东社")
    before = RegistryEvent.objects.count()
    client.post("/households/F1/edit/?group=household", {**sent, "version": version(home)})
    assert RegistryEvent.objects.count() == before


def test_a_masked_value_that_is_left_alone_stays(county: County, home: Household) -> None:
    client = county.sign_in("county")
    address = f"/households/F1/persons/{called('甲').pk}/edit/?group=contact"
    client.post(address, {"version": 1, "phone": "13800138000"})
    person = called("甲")
    assert open_one(person, "phone") == "13800138000"
    page = client.get(address).content.decode()
    assert "13800138000" not in page
    client.post(address, {"version": person.version, "phone": ""})
    assert open_one(called("甲"), "phone") == "13800138000"
    client.post(address, {"version": called("甲").version, "phone": "", "clear-phone": "1"})
    assert open_one(called("甲"), "phone") == ""


def test_what_does_not_fit_is_said_beside_the_field_and_nothing_is_written(
    county: County, home: Household
) -> None:
    client = county.sign_in("county")
    person = called("丁")
    address = f"/households/F1/persons/{person.pk}/edit/?group=identity"
    sent = {
        "version": person.version,
        "name": "赵测丁",
        "relation": "daughter",
        "id_number": "620402201008010022",
        "birth_date": "2010-13-40",
    }
    answer = client.post(address, sent)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "出生日期" in text
    assert "620402201008010022" in text, "what was typed is not lost"
    assert called("丁").version == person.version


def test_no_version_no_change(county: County, home: Household) -> None:
    client = county.sign_in("county")
    answer = client.post("/households/F1/edit/", {"main_cause": "land"})
    assert answer.status_code == 428
    assert _do(client, "move-village", home, version="x", village="620402102201").status_code == 428
    home.refresh_from_db()
    assert home.main_cause == "illness"


def test_two_people_at_once_choose_field_by_field_and_lose_nothing(
    county: County, home: Household
) -> None:
    first, second = county.sign_in("county"), county.sign_in("township")
    seen = version(home)
    first.post(
        "/households/F1/edit/?group=household",
        {"version": seen, "main_cause": "disability", "group_name": "东社"},
    )
    mine = {"version": seen, "main_cause": "land", "risk_note": "屋漏"}
    answer = second.post("/households/F1/edit/?group=household", mine)
    assert answer.status_code == 409
    sides = {side.name: side for side in answer.context["sides"]}
    assert (sides["main_cause"].now, sides["main_cause"].mine) == ("因残", "缺土地")
    assert sides["main_cause"].both
    assert not sides["risk_note"].both
    home.refresh_from_db()
    assert home.main_cause == "disability", "nothing is written yet"
    again = {
        "version": answer.context["version"],
        "main_cause": "land",
        "pick-main_cause": "now",
        "risk_note": "屋漏",
        "pick-risk_note": "mine",
    }
    assert second.post("/households/F1/edit/?group=household", again).status_code == 302
    home.refresh_from_db()
    assert (home.main_cause, home.group_name, home.risk_note) == ("disability", "东社", "屋漏")


def test_a_death_is_shown_before_it_is_entered(county: County, home: Household) -> None:
    client = county.sign_in("township")
    head, spouse = called("甲"), called("乙")
    page = client.get(f"/households/F1/do/die/?person={head.pk}").content.decode()
    assert "原户主的配偶" in page
    address = f"/households/F1/do/die/?person={head.pk}"
    sent = {"version": version(home), "on": ON, "cause": "", "new_head": spouse.pk}
    shown = client.post(address, sent)
    assert shown.status_code == 200
    lines = {line.name: line for line in shown.context["after"][0].lines}
    assert lines["钱试乙"].is_head
    assert lines["赵测甲"].change == "gone"
    assert lines["孙试戊"].relation.zh == "之婆婆"
    assert Person.objects.get(pk=head.pk).died_on is None, "the preview writes nothing"
    assert RegistryEvent.objects.count() == 1
    done = client.post(address, {**sent, "confirm": "1"})
    assert done.status_code == 302
    assert Person.objects.get(pk=head.pk).died_on == date.fromisoformat(ON)
    assert members(home)["乙"] == "head"
    event = RegistryEvent.objects.latest("pk")
    undo = f"/households/F1/events/{event.pk}/undo/"
    assert "确认撤销" in client.get(undo).content.decode()
    assert client.post(undo).status_code == 302
    assert members(home)["甲"] == "head"


def test_a_household_is_split_and_its_new_number_shown_first(
    county: County, home: Household
) -> None:
    client = county.sign_in("county")
    son = called("丙")
    sent = {"persons": [son.pk], "head": son.pk}
    shown = _do(client, "split", home, **sent)
    fresh = [after for after in shown.context["after"] if after.fresh]
    assert [line.name for line in fresh[0].lines] == ["赵测丙"]
    assert Household.objects.filter(number=fresh[0].number).exists() is False
    done = _do(client, "split", home, **sent, confirm="1")
    assert Membership.objects.filter(person=son, ended_on=None).get().household != home
    assert done.status_code == 302


def test_somebody_quicker_is_told_and_the_form_keeps_what_was_typed(
    county: County, home: Household
) -> None:
    seen = version(home)
    _do(county.sign_in("county"), "head", home, person=called("乙").pk, confirm="1")
    late = _do(
        county.sign_in("township"), "head", home, version=seen, person=called("丙").pk, confirm="1"
    )
    assert late.status_code == 409
    text = late.content.decode()
    assert "别人已修改了这一户" in text
    assert f'<option value="{called("丙").pk}" selected>' in text


def test_a_merge_into_a_household_that_is_not_ones_own_is_refused(
    county: County, home: Household
) -> None:
    family("F9", village="620402102201", members=None)
    answer = _do(county.sign_in("township"), "merge", home, other="F9", confirm="1")
    assert answer.status_code == 422
    assert "没有这个户编号" in answer.content.decode()
    home.refresh_from_db()
    assert home.state == "active"


def test_income_is_recorded_by_item_and_both_formulas_follow(
    county: County, home: Household
) -> None:
    client = county.sign_in("township")
    sent = {"version": version(home), "year": "2020", "persons": "5", "item-migrant_wage": "30000"}
    assert client.post("/households/F1/yearly/income/", sent).status_code == 302
    page = client.get("/households/F1/")
    (year,) = page.context["page"].incomes
    assert year.file.items == {"migrant_wage": 3_000_000}
    assert year.formulas[0].total is None, "classes that nobody recorded stay unknown"
    assert year.formulas[0].missing > 0
    late = client.post("/households/F1/yearly/income/", {**sent, "item-migrant_wage": "31000"})
    assert late.status_code == 409
    assert 'value="31000"' in late.content.decode(), "what was typed is not lost"
    assert "现登记：30000.00" in late.content.decode()
    sent["version"] = version(home)
    bad = client.post("/households/F1/yearly/income/", {**sent, "item-migrant_wage": "很多"})
    assert bad.status_code == 422


def test_units_beside_inputs_are_in_the_readers_language(county: County, home: Household) -> None:
    client = county.sign_in("township")
    assert '<span class="unit">元</span>' in client.get(INCOME).content.decode()
    client.cookies["fangpin_language"] = "en"
    page = client.get(INCOME).content.decode()
    assert '<span class="unit">yuan</span>' in page
    assert '<span class="unit">元</span>' not in page
    assert "<h2>Wages</h2>" in page


@pytest.mark.parametrize(
    ("field", "written", "said"),
    [
        ("persons", "70000", "应在 0 到 60 人之间"),
        ("persons", "--5", "不是整数"),
        ("persons", "9" * 5000, "不是整数"),
        ("persons", "²", "不是整数"),
        ("item-migrant_wage", "9" * 30, ""),
        ("year", "²²²²", "年度应为四位数字"),
    ],
)
def test_figures_beyond_anything_are_refused_in_words(
    county: County, home: Household, field: str, written: str, said: str
) -> None:
    sent = {"version": version(home), "year": "2020", field: written}
    answer = county.sign_in("county").post("/households/F1/yearly/income/", sent)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not IncomeYear.objects.filter(household=home).exists()


def test_a_value_is_checked_while_it_is_typed(county: County) -> None:
    client = county.sign_in("village")
    ask = {"field": "person.id_number", "value": "620402197005011239", "sex": "female"}
    answer = client.post("/registry/check/", ask).json()
    assert "校验" in answer["problem"]
    ask = {"field": "person.birth_date", "value": "1970-05-02", "relation": "son", "sex": "female"}
    answer = client.post("/registry/check/", ask).json()
    assert answer["problem"] == ""
    assert "关系不符" in answer["doubts"]["relation"]


@pytest.mark.parametrize("name", ["leader", "auditor", "other_township", "no_post", "admin"])
def test_who_may_not_write_finds_no_form(county: County, home: Household, name: str) -> None:
    client = county.sign_in(name)
    for path in ("edit/", "do/head/", "yearly/income/", f"persons/{called('甲').pk}/edit/"):
        assert client.get(f"/households/F1/{path}").status_code == 404, path


def test_a_village_worker_is_offered_neither_identity_nor_account(
    county: County, home: Household
) -> None:
    client = county.sign_in("village")
    page = client.get(f"/households/F1/persons/{called('甲').pk}/edit/").content.decode()
    assert 'name="labour_ability"' in page
    for name in ("name", "id_number", "account"):
        assert f'name="{name}"' not in page
    address = f"/households/F1/persons/{called('甲').pk}/edit/"
    client.post(
        address, {"version": called("甲").version, "name": "冒名", "labour_ability": "none"}
    )
    assert open_one(called("甲"), "name") == "赵测甲"


def test_a_household_is_entered_with_its_head_and_a_known_person_is_told(
    county: County, home: Household
) -> None:
    client = county.sign_in("township")
    assert "新增农户" in client.get("/registry/households/").content.decode()
    sent = {
        "township": "620402101000",
        "village": "620402101201",
        "name": "李新户",
        "sex": "male",
        "category": "general",
        "notice_version": notice().version,
        "notice_how": "told",
    }
    untold = client.post("/registry/households/new/", {**sent, "notice_how": ""})
    assert untold.status_code == 422
    assert "告知" in untold.content.decode()
    made = client.post("/registry/households/new/", sent)
    assert made.status_code == 302
    page = client.get(made.url)
    assert "李新户" in page.content.decode()
    assert page.context["file"].size == 1
    nowhere = client.post("/registry/households/new/", {**sent, "village": ""})
    assert nowhere.status_code == 422
    assert "行政村" in nowhere.content.decode()
    foreign = client.post("/registry/households/new/", {**sent, "village": "620402102201"})
    assert foreign.status_code == 422
    blank = client.post("/registry/households/new/", {"phone": "123"}).content.decode()
    for missing in (
        "请选择您办理范围内的行政村",
        "请填写姓名",
        "不是电话号码",
        "告知书，并注明告知方式",
    ):
        assert missing in blank, "all at once, not one after the other"
    assert county.sign_in("village").get("/registry/households/new/").status_code == 404


def test_lists_ask_the_same_number_of_questions_whatever_they_hold(
    county: County, home: Household
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = county.sign_in("county")
    for path in ("/registry/households/", "/registry/persons/"):
        client.get(path)
        with CaptureQueriesContext(connection) as few:
            client.get(path)
        for number in range(12):
            family(f"Z{path[10]}{number}")
        with CaptureQueriesContext(connection) as many:
            shown = client.get(path)
        assert len(shown.context["rows"]) > 10
        assert len(many) == len(few)
        assert len(few) <= 16, [query["sql"][:90] for query in few]


def test_paging_by_key_shows_every_household_once(county: County, home: Household) -> None:
    for number in range(55):
        family(f"K{number:02}", members=[NewPerson("head", {"name": "周测"}, is_head=True)])
    client = county.sign_in("county")
    address, seen = "/registry/households/", []
    while address:
        page = client.get(address, headers={"HX-Request": "true", "HX-Target": "more"})
        seen += [row.number for row in page.context["rows"]]
        more = page.context["list"].more
        address = f"/registry/households/{more}" if more else ""
    assert len(seen) == len(set(seen)) == Household.objects.filter(state="active").count()
    odd = client.get("/registry/households/?after=x~%27;--~1")
    assert odd.status_code == 200
