"""The machinery of lists: what a query string may ask, columns, saved views, the next lines."""

from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st
from tests.cast import County

from fangpin.kernel.errors import Text
from fangpin.people.rights import FieldGroup, Right
from fangpin.people.saved_views import MOST, SavedView
from fangpin.web.lists import Column, Filter, FilterKind, Found, ListSpec, known, read
from fangpin.web.lists.findings import FINDINGS

SPEC = ListSpec(
    name="trial",
    view="findings",
    columns=(
        Column(
            "number", Text("编号", "Number"), lambda row, extra: row, fixed=True, order="number"
        ),
        Column("health", Text("健康", "Health"), lambda row, extra: row, group=FieldGroup.health),
    ),
    filters=(
        Filter("place", Text("村", "Village"), FilterKind.choice),
        Filter("members", Text("人口", "Members"), FilterKind.range),
        Filter("day", Text("日期", "Day"), FilterKind.days),
        Filter("state", Text("状态", "State"), FilterKind.choice, default="open"),
        Filter("ill", Text("患病", "Ill"), FilterKind.choice, group=FieldGroup.health),
    ),
    fetch=lambda actor, asked, about: Found((), None),
    totals=lambda actor, asked, about: (),
    choices=lambda actor, asked, about: {},
    rights=(Right.registry,),
    nothing=Text("无", "none"),
    caption=Text("表", "list"),
)


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("place=620402101201", {"place": "620402101201"}),
        ("place=+&state=open", {}),
        ("members_from=2&members_to=x", {"members_from": "2"}),
        ("members_from=-1", {}),
        ("members_from=99999999999999", {}),
        ("members_from=007", {"members_from": "7"}),
        ("day_from=2021-02-30&day_to=2021-02-28", {"day_to": "2021-02-28"}),
        ("ill=1", {}),
        ("unknown=1&place__in=3", {}),
        ("place=a%00b", {"place": "ab"}),
    ],
)
def test_what_a_query_string_restricts(query: str, values: dict[str, str]) -> None:
    assert dict(read(SPEC, QueryDict(query), frozenset()).values) == values


def test_a_filter_by_hidden_fields_is_not_taken() -> None:
    assert read(SPEC, QueryDict("ill=1"), frozenset({FieldGroup.health})).values == {"ill": "1"}


@given(st.dictionaries(st.sampled_from(["place", "members_from", "order", "columns"]), st.text()))
def test_a_list_asked_again_by_its_own_query_string_is_the_same(given: dict[str, str]) -> None:
    parameters = QueryDict(mutable=True)
    parameters.update(given)
    asked = read(SPEC, parameters, frozenset())
    again = read(SPEC, QueryDict(asked.query()), frozenset())
    assert (again.values, again.columns, again.order) == (asked.values, asked.columns, asked.order)


@pytest.mark.parametrize("order", ["number", "-number", "", "password", "-", "number,number"])
def test_only_declared_orders(order: str) -> None:
    asked = read(SPEC, QueryDict(f"order={order}"), frozenset())
    assert asked.order == (order if order in ("number", "-number") else "")


def test_columns_are_chosen_and_fixed_ones_stay(county: County) -> None:
    client = county.sign_in("county")
    page = client.get("/findings/?columns=rule,severity").content.decode()
    heads = page[page.index("<thead>") : page.index("</thead>")]
    assert "规则" in heads
    assert "程度" in heads
    assert "类型" in heads, "a fixed column stays"
    assert "说明" not in heads


def test_a_view_is_kept_for_its_owner_alone(county: County) -> None:
    client = county.sign_in("county")
    query = "severity=check&township=620402101&columns=rule&after=999&nothing=1"
    answer = client.post("/lists/findings/views/", {"name": "下月走访", "query": query})
    kept = SavedView.objects.get()
    assert kept.query == "severity=check&township=620402101&columns=rule"
    assert answer.url == f"/findings/?{kept.query}"
    page = client.get(answer.url)
    assert page.context["list"].current == kept
    assert "下月走访" in page.content.decode()
    other = county.sign_in("township")
    assert "下月走访" not in other.get("/findings/").content.decode()
    assert other.post(f"/lists/views/{kept.pk}/delete/").status_code == 404
    assert client.post(f"/lists/views/{kept.pk}/delete/").status_code == 302
    assert not SavedView.objects.exists()


def test_columns_kept_without_a_name_come_first_next_time(county: County) -> None:
    client = county.sign_in("county")
    client.post("/lists/findings/views/", {"name": "", "query": "columns=rule"})
    page = client.get("/findings/").content.decode()
    assert "说明" not in page[page.index("<thead>") : page.index("</thead>")]
    assert "说明" in county.sign_in("township").get("/findings/").content.decode()


def test_views_of_a_list_are_limited_and_the_refusal_says_so(county: County) -> None:
    client = county.sign_in("county")
    for number in range(MOST):
        client.post("/lists/findings/views/", {"name": f"视图{number}", "query": "kind=x"})
    answer = client.post("/lists/findings/views/", {"name": "又一个", "query": "kind=x"})
    assert answer.status_code == 422
    assert "最多保存" in answer.content.decode()
    assert SavedView.objects.count() == MOST
    again = client.post("/lists/findings/views/", {"name": "视图1", "query": "kind=y"})
    assert again.status_code == 302, "a view may take the place of one with its name"


def test_a_list_is_found_by_name_and_no_other(county: County) -> None:
    assert known("findings") is FINDINGS
    assert county.sign_in("county").post("/lists/none/views/", {}).status_code == 404
    assert county.sign_in("auditor").post("/lists/findings/views/", {}).status_code == 404


def test_conditions_stand_as_chips_that_can_be_taken_back(county: County) -> None:
    page = county.sign_in("county").get("/findings/?township=620402101&kind=medical_expense")
    chips = {chip.label: (chip.text, chip.without) for chip in page.context["list"].chips}
    assert chips["乡镇"] == ("清水镇", "kind=medical_expense")
    assert chips["类型"][1] == "township=620402101"


@pytest.mark.parametrize(
    "path", ["clues", "cases", "fieldwork", "quality/hits", "registry/persons"]
)
def test_a_place_in_a_list_that_no_page_wrote_is_the_beginning(county: County, path: str) -> None:
    client = county.sign_in("township")
    for key in ("9" * 3000, f"a~{'9' * 18}", "a~²", f"a~b~{'9' * 18}", f"2021-01-01~{'9' * 18}"):
        assert client.get(f"/{path}/?{urlencode({'after': key})}").status_code == 200
