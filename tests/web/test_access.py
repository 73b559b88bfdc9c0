"""What is shown within a page, list, count, choice or file is the reader's own alone.

Who gets which page is asked in test_matrix.py.
"""

import re

import pytest
from tests.cast import County


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
    overview = client.get("/overview/")
    assert overview.context["matrix"].total == page.context["count"]
    names = {choice.text.zh for choice in page.context["choices"]["township"]}
    assert names == townships
    # Asking for somebody else's township by hand finds nothing.
    foreign = client.get("/findings/", {"township": "620402102", "village": "620402102201"})
    expected = 1 if "620402000003" in households else 0
    assert foreign.context["count"] == expected
    exported = client.post("/findings/export.csv", {"purpose": "visit"})
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
        for path in ("/overview/", "/findings/", "/households/620402000001/"):
            text = client.get(path).content.decode()
            if path == "/overview/":
                assert head not in text
            else:
                assert (head in text) is may, (name, path)


def test_a_liaison_sees_only_the_own_department(county: County) -> None:
    text = county.sign_in("medical").get("/overview/").content.decode()
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
