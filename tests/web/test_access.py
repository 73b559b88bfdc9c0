"""Everybody asks for every page. A page that nobody asks about fails the suite.

The table says for each view who gets it; everybody else gets 404, and who is not signed in is sent
to the sign-in page. It is written by hand from the description of the roles, apart from the code.
"""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import URLPattern, get_resolver
from tests.cast import CAST, County

from fangpin.feeds.models import Delivery, LinkCandidate, LinkQuestion
from fangpin.feeds.review_actions import decide
from fangpin.foundation.actions import enqueue
from fangpin.screening.actions import save_scenario
from fangpin.screening.models import AnswerFile

EVERYBODY = {*CAST, "no_post"}
FIELD = {"county", "township", "other_township", "village"}  # see findings with names
REVIEWERS = {"county", "township", "other_township"}
TRYING = {"county", "township", "other_township"}  # ask what if; a leader does, without a file
DELIVERIES = {*FIELD, "leader", "medical", "school"}

# view → (method, path with {placeholders}, who gets it)
TABLE: dict[str, list[tuple[str, str, set[str]]]] = {
    "overview": [("get", "/", EVERYBODY)],
    "findings": [
        ("get", "/findings/", {*FIELD, "leader"}),
        ("get", "/findings/?township=620402102", {*FIELD, "leader"}),
    ],
    "findings-export": [
        ("post", "/findings/export.csv", {"county", "township", "other_township"}),
        ("post", "/findings/export.xlsx", {"county", "township", "other_township"}),
    ],
    "household": [
        ("get", "/households/620402000001/", {"county", "township", "village", "leader"}),
        ("get", "/households/620402000002/", {"county", "township", "leader"}),
        ("get", "/households/620402000003/", {"county", "other_township", "leader"}),
        ("get", "/households/999/", set()),
    ],
    "village": [
        ("get", "/villages/620402102201/", {"county", "other_township", "leader"}),
        ("get", "/villages/620402101201/", set()),  # nothing was found about the village itself
    ],
    "view-save": [("post", "/lists/findings/views/", {*FIELD, "leader"})],
    "view-delete": [("post", "/lists/views/{absent}/delete/", set())],
    "deliveries": [("get", "/deliveries/", DELIVERIES)],
    "delivery": [
        ("get", "/deliveries/{medical}/", DELIVERIES - {"school"}),
        ("get", "/deliveries/{school}/", DELIVERIES - {"medical"}),
        ("get", "/deliveries/{absent}/", set()),
    ],
    "delivery-rows": [
        ("get", "/deliveries/{medical}/rows/", {"county", "medical"}),
        ("get", "/deliveries/{school}/rows/", {"county", "school"}),
    ],
    "delivery-return": [
        ("get", "/deliveries/{medical}/return/", {"county", "medical"}),
        ("get", "/deliveries/{school}/return/", set()),  # there is no workbook
    ],
    "reviews": [
        ("get", "/reviews/", REVIEWERS),
        ("get", "/reviews/?township=620402102000", REVIEWERS),
        ("get", "/reviews/?question={own_question}", {"county", "township"}),
        ("get", "/reviews/?question={shared_question}", {"county"}),
        ("get", "/reviews/?question={absent}", set()),
    ],
    "review-apply": [("post", "/reviews/apply/", {"county"})],
    "review-decide": [
        ("accept", "/reviews/pairs/{own_pair}/", {"county", "township"}),
        ("refuse", "/reviews/pairs/{own_pair}/", {"county", "township"}),
        ("refuse", "/reviews/pairs/{foreign_pair}/", {"county", "other_township"}),
        ("accept", "/reviews/pairs/{shared_pair}/", {"county"}),
        ("accept", "/reviews/pairs/{absent}/", set()),
        ("post", "/reviews/pairs/{own_pair}/", set()),  # neither yes nor no
    ],
    "review-decisions": [("get", "/reviews/decisions/", REVIEWERS)],
    "review-withdraw": [
        ("post", "/reviews/decisions/{own_decision}/withdraw/", {"county", "township"}),
        ("post", "/reviews/decisions/{shared_decision}/withdraw/", {"county"}),
        ("post", "/reviews/decisions/{absent}/withdraw/", set()),
    ],
    "packs": [("get", "/packs/", set(CAST))],
    "pack": [("get", "/packs/baiyin-2021/", set(CAST)), ("get", "/packs/none/", set())],
    "clause": [
        ("get", "/packs/baiyin-2021/clauses/2.2/", set(CAST)),
        ("get", "/packs/baiyin-2021/clauses/none/", set()),
    ],
    "what-if": [
        ("get", "/what-if/", {*TRYING, "leader"}),
        ("post", "/what-if/", {*TRYING, "leader"}),
        ("get", "/what-if/?scenario={county_scenario}", {"county", "leader"}),
        ("get", "/what-if/?scenario={own_scenario}", {"county", "leader", "township"}),
        ("get", "/what-if/?run={absent}", set()),
        ("get", "/what-if/?pack=none", set()),
    ],
    "what-if-export": [
        ("post", "/what-if/export.csv", TRYING),
        ("post", "/what-if/export.xlsx", TRYING),
    ],
    "scenarios": [
        ("get", "/what-if/scenarios/", {*TRYING, "leader"}),
        ("save", "/what-if/scenarios/", TRYING),
    ],
    "scenario-delete": [
        ("post", "/what-if/scenarios/{own_scenario}/delete/", {"township"}),
        ("post", "/what-if/scenarios/{absent}/delete/", set()),
    ],
    "scenario-compare": [
        ("get", "/what-if/compare/?s={county_scenario}&s={own_scenario}", {"county", "leader"}),
        ("get", "/what-if/compare/?s={own_scenario}&s={absent}", set()),
    ],
    "backtest": [("get", "/backtest/", {"county", "leader"})],
    "backtest-export": [("post", "/backtest/export.xlsx", {"county"})],
    "answers": [("hand_in", "/backtest/answers/", {"county"})],
    "answers-remove": [
        ("post", "/backtest/answers/{answers}/remove/", {"county"}),
        ("post", "/backtest/answers/{absent}/remove/", set()),
    ],
    "upload": [("get", "/upload/", {"county"})],
    "jobs": [("get", "/jobs/", {"admin"})],
    "job": [
        ("get", "/jobs/{job}/", {"county", "admin"}),
        ("get", "/jobs/{absent_job}/", set()),
    ],
    "job-cancel": [("post", "/jobs/{job}/cancel/", {"county", "admin"})],
    "audit": [("get", "/audit/", {"auditor"})],
}
# Views that anybody may ask, signed in or not; their own tests are in test_session.py.
OPEN = {"sign-in", "demo-sign-in", "language", "health"}
# Views for whoever is signed in, whatever their post.
SIGNED_IN = {"sign-out"}

QUESTIONS = [(view, *line) for view, lines in TABLE.items() for line in lines]


def test_somebody_asks_about_every_view() -> None:
    views = {pattern.name for pattern in get_resolver().url_patterns}
    assert all(isinstance(pattern, URLPattern) for pattern in get_resolver().url_patterns)
    assert views == set(TABLE) | OPEN | SIGNED_IN


def _review(county: County) -> dict[str, int]:
    """Questions, pairs and decisions of the own area, of another's, and of two townships."""
    asked = {q.fingerprint[-1]: q.pk for q in LinkQuestion.objects.all()}
    pairs = {
        number: LinkCandidate.objects.get(question=pk, rank=1).pk for number, pk in asked.items()
    }
    last = LinkCandidate.objects.get(question=asked["3"], rank=2).pk
    bureau = county.users["county"]
    return {
        "own_question": asked["1"],
        "shared_question": asked["3"],
        "own_pair": pairs["1"],
        "foreign_pair": pairs["2"],
        "shared_pair": pairs["3"],
        "own_decision": decide(by=bureau, candidate=pairs["4"], accepted=True).pk,
        "shared_decision": decide(by=bureau, candidate=last, accepted=False).pk,
    }


def _scenarios(county: County) -> dict[str, int]:
    """One saved by the county, one by the township; and a file of answers."""
    numbers = {}
    for key, name in (("county_scenario", "county"), ("own_scenario", "township")):
        changes = {"monitoring_line": "7000 元/人·年"}
        kept = save_scenario(
            by=county.users[name],
            name="七千",
            note="",
            run=county.run,
            pack="baiyin-2021",
            changes=changes,
        )
        numbers[key] = kept.pk
    file = AnswerFile.objects.create(name="a.csv", sha256="0" * 64, by=county.users["county"])
    return numbers | {"answers": file.pk}


def _ask(client: Client, method: str, address: str, **more: Any) -> Any:
    """A get or a post; "accept" and "refuse" post that decision, "save" a
    scenario, "hand_in" a file of answers."""
    if method in ("accept", "refuse"):
        return client.post(address, {"decision": method}, **more)
    if method == "hand_in":
        file = ContentFile("户编号,答复日期,结果\n620402000001,2021-06-10,属实\n", "答复.csv")
        return client.post(address, {"file": file}, **more)
    if method == "save":
        return client.post(address, {"name": "八千", "param.monitoring_line": "8000"}, **more)
    return getattr(client, method)(address, **more)


@pytest.mark.parametrize(
    ("view", "method", "path", "allowed"),
    QUESTIONS,
    ids=[f"{view}-{number}" for number, (view, *_) in enumerate(QUESTIONS)],
)
def test_who_gets_it(county: County, view: str, method: str, path: str, allowed: set[str]) -> None:
    job = enqueue(by=county.users["county"], kind="screen", arguments={})
    places = {
        "medical": Delivery.objects.get(file="医保结算.xlsx").pk,
        "school": Delivery.objects.get(file="学籍.csv").pk,
        "absent": 10**9,
        **_review(county),
        **_scenarios(county),
        "job": job.pk,
        "absent_job": uuid4(),
    }
    address = path.format(**places)
    got = {}
    for name in EVERYBODY:
        response = _ask(county.sign_in(name), method, address)
        got[name] = response.status_code
        body = b"".join(response) if response.streaming else response.content
        if response.status_code == 404:
            assert "找不到这个页面".encode() in body
        else:
            # 409: somebody else of the cast has decided before; 422: the files are not here.
            assert response.status_code in {200, 302, 303, 409, 422}, (name, response.status_code)
        assert response.headers["Cache-Control"] == "no-store"
    assert {name for name, status in got.items() if status != 404} == allowed

    anonymous = _ask(county.sign_in("nobody"), method, address)
    assert anonymous.status_code == 302
    assert anonymous.headers["Location"].startswith("/sign-in/")
    partial = _ask(county.sign_in("nobody"), method, address, headers={"HX-Request": "true"})
    assert (partial.status_code, partial.content) == (204, b"")


def _without_token(body: bytes) -> bytes:
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", body)


def test_the_absent_and_the_forbidden_look_the_same(county: County) -> None:
    client = county.sign_in("township")
    absent = client.get("/households/620402999999/")
    forbidden = client.get("/households/620402000003/")
    assert absent.status_code == forbidden.status_code == 404
    expected = _without_token(absent.content).replace(b"620402999999", b"620402000003")
    assert _without_token(forbidden.content) == expected
    assert dict(absent.headers) == dict(forbidden.headers)


def test_methods_that_change_something_need_the_token(county: County) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(county.users["county"])
    reviews = ("/reviews/apply/", "/reviews/pairs/1/", "/reviews/decisions/1/withdraw/")
    for path in ("/findings/export.csv", "/sign-out/", "/language/", "/upload/", *reviews):
        assert client.post(path).status_code == 403, path
    for path in ("/findings/export.csv", "/sign-out/", "/language/", *reviews):
        assert client.get(path).status_code == 405, path


@pytest.mark.parametrize(
    ("name", "townships", "households"),
    [
        ("county", {"清水镇", "石门乡"}, {"620402000001", "620402000002", "620402000003"}),
        ("leader", {"清水镇", "石门乡"}, {"620402000001", "620402000002", "620402000003"}),
        ("township", {"清水镇"}, {"620402000001", "620402000002"}),
        ("other_township", {"石门乡"}, {"620402000003"}),
        ("village", {"清水镇"}, {"620402000001"}),
    ],
)
def test_list_counts_choices_overview_and_export_show_the_same_scope(
    county: County, name: str, townships: set[str], households: set[str]
) -> None:
    client = county.sign_in(name)
    outside = {"620402000001", "620402000002", "620402000003", "620402000004"} - households
    all_townships = {"清水镇", "石门乡"}
    page = client.get("/findings/")
    text = page.content.decode()
    assert {number for number in households if number in text} == households
    assert not any(number in text for number in outside)
    assert not any(town in text for town in all_townships - townships)
    assert page.context["count"] == len(
        [1 for kind, state, _, number in firm_findings() if number in households]
    )
    overview = client.get("/")
    assert overview.context["matrix"].total == page.context["count"]
    names = {choice.text.zh for choice in page.context["choices"]["township"]}
    assert names == townships
    # Asking for somebody else's township by hand finds nothing.
    foreign = client.get("/findings/", {"township": "620402102", "village": "620402102201"})
    expected = 1 if "620402000003" in households else 0
    assert foreign.context["count"] == expected
    exported = client.post("/findings/export.csv")
    if exported.status_code == 200:
        content = b"".join(exported.streaming_content).decode("utf-8-sig")
        assert content.count("\n") - 1 == page.context["count"]
        assert not any(number in content for number in outside)


def firm_findings() -> list[tuple[str, str, int, str]]:
    from tests.cast import FINDINGS

    return [row for row in FINDINGS if row[1] in {"new", "continuing"}]


def test_names_are_for_those_who_may_on_every_page(county: County) -> None:
    head = "赵测甲"
    for name, may in {"county": True, "township": True, "village": True, "leader": False}.items():
        client = county.sign_in(name)
        for path in ("/", "/findings/", "/households/620402000001/"):
            text = client.get(path).content.decode()
            if path == "/":
                assert head not in text
            else:
                assert (head in text) is may, (name, path)


def test_a_liaison_sees_only_the_own_department(county: County) -> None:
    text = county.sign_in("medical").get("/").content.decode()
    assert "医保结算" in text
    assert "学籍" not in text
    assert "housing_inspection" not in text
    listing = county.sign_in("school").get("/deliveries/").content.decode()
    assert "学籍.csv" in listing
    assert "医保结算" not in listing


def test_a_post_that_has_ended_gives_nothing_at_the_next_request(county: County) -> None:
    from datetime import timedelta

    from django.utils import timezone

    from fangpin.people.actions import end_post
    from fangpin.people.models import Post

    client = county.sign_in("township")
    assert client.get("/findings/").status_code == 200
    yesterday = timezone.localdate() - timedelta(days=1)
    end_post(by=None, post=Post.objects.get(user=county.users["township"]), last_day=yesterday)
    assert client.get("/findings/").status_code == 404
    assert client.get("/households/620402000001/").status_code == 404
