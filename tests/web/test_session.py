"""Signing in and out, the demonstration's accounts, the language, headers of every page."""

import pytest
from django.conf import settings
from django.test import Client
from tests.cast import County

from fangpin.foundation.models import AuditEntry
from fangpin.people.models import SavedView
from fangpin.people.sign_in.throttle import PER_NAME

PASSWORD = "korrekt-pferd-batterie"


@pytest.fixture
def known(county: County) -> County:
    county.users["township"].set_password(PASSWORD)
    county.users["township"].save()
    return county


def _sign_in(client: Client, password: str, **more: str) -> int:
    data = {"username": "township", "password": password, **more}
    return client.post("/sign-in/", data).status_code


def test_signing_in_leads_to_where_one_wanted_to_go(known: County) -> None:
    client = Client()
    asked = client.get("/findings/?kind=two_posts")
    assert asked.headers["Location"] == "/sign-in/?next=%2Ffindings%2F%3Fkind%3Dtwo_posts"
    page = client.get(asked.headers["Location"])
    assert 'value="/findings/?kind=two_posts"' in page.content.decode()
    done = client.post(
        "/sign-in/",
        {"username": "township", "password": PASSWORD, "next": "/findings/?kind=two_posts"},
    )
    assert done.headers["Location"] == "/findings/?kind=two_posts"
    assert AuditEntry.objects.filter(action="session.begin").count() == 1


def test_whoever_had_signed_in_is_told_that_the_session_has_ended(known: County) -> None:
    client = Client()
    _sign_in(client, PASSWORD)
    client.session.flush()
    asked = client.get("/findings/")
    assert asked.headers["Location"] == "/sign-in/?next=%2Ffindings%2F&ended=1"
    assert "登录已失效" in client.get(asked.headers["Location"]).content.decode()
    assert "登录已失效" not in Client().get("/sign-in/?next=%2Ffindings%2F").content.decode()
    part = client.get(
        "/findings/",
        HTTP_HX_REQUEST="true",
        HTTP_HX_CURRENT_URL="https://evil.example/findings/?kind=two_posts",
    )
    back = "/sign-in/?next=%2Ffindings%2F%3Fkind%3Dtwo_posts&ended=1"
    assert (part.status_code, part.headers["HX-Redirect"]) == (204, back)


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_signing_in_never_leads_to_another_site(known: County, target: str) -> None:
    client = Client()
    done = client.post("/sign-in/", {"username": "township", "password": PASSWORD, "next": target})
    assert done.headers["Location"] == "/"


def test_a_wrong_name_and_a_wrong_password_look_the_same(known: County) -> None:
    client = Client()
    wrong = client.post("/sign-in/", {"username": "township", "password": "x"})
    absent = client.post("/sign-in/", {"username": "nobody-here", "password": "x"})
    assert wrong.status_code == absent.status_code == 422
    for response in (wrong, absent):
        assert "用户名或密码不正确" in response.content.decode()


def test_too_many_attempts_are_stopped_even_with_the_right_password(known: County) -> None:
    client = Client()
    for _ in range(PER_NAME):
        assert _sign_in(client, "wrong") == 422
    assert _sign_in(client, PASSWORD) == 422
    assert AuditEntry.objects.filter(action="session.begin").count() == 0


def test_the_session_changes_at_sign_in_and_ends_at_sign_out(known: County) -> None:
    client = Client()
    client.get("/sign-in/")
    before = client.session.session_key
    assert _sign_in(client, PASSWORD) == 302
    assert client.session.session_key != before
    assert client.get("/findings/").status_code == 200
    client.post("/sign-out/")
    assert client.get("/findings/").status_code == 302


def test_demo_accounts_work_with_one_click_in_a_demo_only(
    known: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    assert client.post("/sign-in/demo/", {"account": "leader"}).status_code == 302
    assert client.get("/findings/").status_code == 200
    assert Client().post("/sign-in/demo/", {"account": "none"}).status_code == 404
    real = known.users["county"]
    real.is_demo = False
    real.save()
    assert Client().post("/sign-in/demo/", {"account": "county"}).status_code == 404
    monkeypatch.setattr(settings, "DEMO", False)
    assert Client().post("/sign-in/demo/", {"account": "leader"}).status_code == 404
    assert "演示" not in Client().get("/sign-in/").content.decode()


def test_chinese_comes_first_whatever_the_browser_wishes(known: County) -> None:
    client = Client(headers={"Accept-Language": "en-GB,en"})
    assert "登录" in client.get("/sign-in/").content.decode()
    client.post("/language/", {"language": "en", "next": "/sign-in/"})
    page = client.get("/sign-in/").content.decode()
    assert "Sign in" in page
    assert "登录" not in page
    back = client.post("/language/", {"language": "xx", "next": "//evil.example"})
    assert back.headers["Location"] == "/"
    assert "登录" in client.get("/sign-in/").content.decode()


@pytest.mark.parametrize("path", ["/", "/findings/", "/sign-in/", "/absent/", "/packs/"])
def test_every_page_has_the_strict_headers(known: County, path: str) -> None:
    response = known.sign_in("county").get(path)
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cache-Control"] == "no-store"


def test_a_foreign_host_name_is_refused(known: County) -> None:
    answer = Client().get("/sign-in/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "无法处理这个请求" in answer.content.decode()


def test_more_fields_than_any_form_has_are_refused_in_words(known: County) -> None:
    fields = {f"field{number}": "1" for number in range(1001)}
    answer = known.sign_in("township").post("/lists/findings/views/", fields)
    assert answer.status_code == 400
    assert "请检查地址，或分次提交" in answer.content.decode()


def test_an_address_for_forms_says_so_when_it_is_opened(known: County) -> None:
    client = known.sign_in("township")
    answer = client.get("/registry/unmask/")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "这个地址不能直接打开" in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/households/%00/", 404),
        ("/households/62040200%000001/edit/", 404),
        ("/findings/?kind=two%00posts&village=%00", 200),
        ("/audit/?action=a%00b&before=%00", 404),
        ("/packs/cn-base/clauses/%00/", 404),
    ],
)
def test_nul_characters_in_addresses_are_nobodys_fault(
    known: County, path: str, status: int
) -> None:
    assert known.sign_in("township").get(path).status_code == status


def test_nul_characters_in_forms_are_left_out(known: County) -> None:
    assert _sign_in(Client(), f"{PASSWORD}\0") == 302
    client = Client()
    assert _sign_in(client, PASSWORD, username="town\0ship") == 302
    view = {"name": "\0本村\0", "query": "kind=two_posts"}
    assert client.post("/lists/findings/views/", view).status_code == 302
    assert SavedView.objects.get().name == "本村"


def test_health_says_nothing_else(db: None) -> None:
    response = Client().get("/health/")
    assert (response.status_code, response.content) == (200, b"ok\n")
