"""The access matrix: every page, each method, everybody, things in every relation to them.

Verdicts are held against `access/oracle.py`, which is written apart from the product. A page is
added in `access/pages.py`; one that nobody added, or whose view declares no policy, fails here.

In the long run everybody asks about everything. In the short one everybody asks about both sides
of their own border, where a filter goes wrong: the nearest thing that is refused, and one of those
that are theirs (for each page and actor another one). Where there is no border – a page about no
thing, a page that no post of theirs opens – one of those who hold the same roles asks for them all
(at each page another one).
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.views import View
from tests.web.access.oracle import ACTIVITIES, BY_DEPARTMENT, BY_OWNER, BY_STATE, Thing, gets
from tests.web.access.oracle import WITHOUT_PLACE as PLACELESS
from tests.web.access.pages import ANYBODY, OPEN, PAGES, SIGNED_IN, Page
from tests.web.access.world import ACTORS, WAYS, World, build_world

from fangpin.web.access import needs, open_to_all, policy_of, signed_in

pytestmark = pytest.mark.django_db
Things = list[Thing | None]
SERVED = {200, 302, 303, 409, 422}  # 409: decided before; 422: a field is missing, said in words


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """One world for the module, beneath the transaction of each test; questions are rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world(tmp_path_factory.mktemp("world") / "run")
        transaction.set_rollback(True)


@contextmanager
def rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def patterns(resolver: URLResolver | None = None) -> list[URLPattern]:
    """Every pattern, those of included lists as well."""
    found: list[URLPattern] = []
    for each in (resolver or get_resolver()).url_patterns:
        found += patterns(each) if isinstance(each, URLResolver) else [each]
    return found


def ask(client: Client, page: Page, thing: Thing | None, **more: Any) -> HttpResponse:
    words = thing.words if thing else {}
    response = getattr(client, page.method)(page.path.format(**words), page.sent(words), **more)
    assert isinstance(response, HttpResponse) or response.streaming
    return response  # type: ignore[no-any-return]


def body_of(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def expected(name: str, page: Page, thing: Thing | None) -> bool:
    if page.what == ANYBODY:
        return thing is None or not thing.absent
    wanted = (page.what,) if isinstance(page.what, str) else page.what
    return any(gets(name, ACTORS[name], activity, thing) for activity in wanted)


def _shared(one: str, other: str) -> int:
    """Leading digits that two places have in common."""
    return next((at for at in range(len(one), 0, -1) if other.startswith(one[:at])), 0)


def chosen(things: Things, name: str, at: int, page: Page) -> Things:
    """One thing of each kind of relation to the actor; outside the own places the nearest."""
    posts = [post.place for post in ACTORS[name]]
    alike: dict[tuple[object, ...], Things] = {}
    nearest: dict[tuple[object, ...], int] = {}
    for thing in things:
        assert thing is not None
        near = max((_shared(thing.place, post) for post in posts), default=0)
        inside = any(thing.place.startswith(post) for post in posts)
        like = (expected(name, page, thing), inside, thing.department, thing.owner, thing.absent)
        if not inside and near > nearest.get(like, -1):
            nearest[like], alike[like] = near, []
        if inside or near == nearest[like]:
            alike.setdefault(like, []).append(thing)
    turn = at + list(ACTORS).index(name)
    return [each[turn % len(each)] for each in alike.values()]


def bordering(page: Page, name: str) -> bool:
    """Whether the page shows them some things and others not."""
    return bool(page.of) and expected(name, page, None)


def _roles(name: str) -> tuple[str, ...]:
    return tuple(sorted(post.role for post in ACTORS[name]))


def askers(page: Page, at: int) -> list[str]:
    """Everybody with a border; of the others one of each who hold the same roles and get the
    same."""
    alike: dict[tuple[object, ...], list[str]] = {}
    for name in ACTORS:
        own = name if bordering(page, name) else ""
        alike.setdefault((_roles(name), expected(name, page, None), own), []).append(name)
    return [names[at % len(names)] for names in alike.values()]


def test_every_view_has_a_page_here_and_a_policy_of_its_own() -> None:
    names = {pattern.name for pattern in patterns()}
    assert names == {page.view for page in PAGES} | OPEN | SIGNED_IN
    without = [pattern.name for pattern in patterns() if policy_of(pattern.callback) is None]
    assert without == []
    public = {pattern.name for pattern in patterns() if policy_of(pattern.callback).public}  # type: ignore[union-attr]
    assert public == OPEN


def test_every_activity_of_a_page_is_known_to_the_oracle() -> None:
    named = {
        activity
        for page in PAGES
        for activity in ((page.what,) if isinstance(page.what, str) else page.what)
    } - {ANYBODY}
    assert named <= ACTIVITIES
    assert {*PLACELESS, *BY_DEPARTMENT, *BY_OWNER, *BY_STATE} <= ACTIVITIES


def _ids() -> list[str]:
    return [f"{page.view}-{at}" for at, page in enumerate(PAGES)]


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.long)])
@pytest.mark.parametrize("at", range(len(PAGES)), ids=_ids())
def test_who_gets_it(world: World, at: int, every: bool) -> None:
    """What is refused is exactly what the absent looks like."""
    page = PAGES[at]
    things: Things = [*world.things[page.of]] if page.of else [None]
    wrong = []
    for name in ACTORS if every else askers(page, at):
        client = world.client(name)
        asked = things if every or not page.of else chosen(things, name, at, page)
        if page.of and not bordering(page, name):
            # Whatever the thing: no post of theirs does this. The first tells, beside the absent.
            asked = [things[0], *(thing for thing in things[1:] if thing and thing.absent)][:2]
        refused: dict[str, tuple[dict[str, str], bytes]] = {}
        for thing in asked:
            with rolled_back():
                response = ask(client, page, thing)
                body = body_of(response)
            assert response.headers["Cache-Control"] == "no-store"
            got = response.status_code != 404
            assert not got or response.status_code in SERVED, (name, thing, response.status_code)
            if got is not expected(name, page, thing):
                wrong.append((name, thing.name if thing else "", response.status_code))
            if not got:
                refused[thing.name if thing else ""] = (
                    # The page repeats the address asked for, and is longer by that alone.
                    {k: v for k, v in response.headers.items() if k != "Content-Length"},
                    _without_address(body, page, thing),
                )
        headers = [seen for seen, _ in refused.values()]
        bodies = [seen for _, seen in refused.values()]
        assert all(each == headers[0] for each in headers), name
        for each in bodies:
            assert each == bodies[0], name
    assert wrong == []


def _without_address(body: bytes, page: Page, thing: Thing | None) -> bytes:
    """The page without its form token and without the address that was asked for."""
    body = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", body)
    address = page.path.format(**(thing.words if thing else {}))
    for form in (address, address.replace("&", "&amp;")):
        body = body.replace(form.encode(), b"ADDRESS")
    return body


def test_in_the_short_run_everybody_asks_at_their_border_and_elsewhere_in_turn() -> None:
    others: dict[str, set[str]] = {}
    for at, page in enumerate(PAGES):
        asking = {*askers(page, at)}
        assert {name for name in ACTORS if bordering(page, name)} <= asking
        for verdict in (True, False):  # nobody's answer goes unasked
            of = {name for name in ACTORS if expected(name, page, None) is verdict}
            assert {_roles(name) for name in of} == {_roles(name) for name in of & asking}
        for name in asking:
            others.setdefault(name, set()).add(page.view)
    assert min(len(others[name]) for name in ACTORS) > len({page.view for page in PAGES}) / 4


@pytest.mark.parametrize("page", PAGES, ids=_ids())
def test_who_is_not_signed_in_is_sent_to_sign_in(world: World, page: Page) -> None:
    for thing in world.things[page.of][:1] if page.of else [None]:
        client = world.client("nobody")
        response = ask(client, page, thing)
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/sign-in/")
        partial = ask(client, page, thing, headers={"HX-Request": "true"})
        assert (partial.status_code, partial.content) == (204, b"")


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.long)])
def test_a_method_that_no_page_uses_is_refused(world: World, every: bool) -> None:
    """In the short run one of them at each page, another than at the page before."""
    used: dict[str, set[str]] = {}
    paths: dict[str, str] = {}
    for page in PAGES:
        thing = world.things[page.of][0] if page.of else None
        paths[page.view] = page.path.format(**(thing.words if thing else {}))
        used.setdefault(page.view, set()).add(page.method)
    for name in ("county", "admin") if every else ("county",):
        client = world.client(name)
        for at, (view, path) in enumerate(paths.items()):
            unused = sorted({"get", "post", "put", "delete"} - used[view])
            for method in unused if every else unused[at % len(unused) :][:1]:
                with rolled_back():
                    status = getattr(client, method)(path).status_code
                assert status in {404, 405}, (name, view, method, status)


def test_what_changes_something_needs_the_token(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.users["county"])
    for page in PAGES:
        if page.method != "get":
            thing = world.things[page.of][0] if page.of else None
            assert ask(client, page, thing).status_code == 403, page.view


@pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.long)])
@pytest.mark.parametrize("way", sorted(set(WAYS) - {"session"}))
def test_every_way_to_sign_in_gives_the_same(world: World, way: str, every: bool) -> None:
    """One page for each activity, and a thing of each kind; the rest hangs on the same scope.

    In the short run each actor asks for a twelfth of them, and for another twelfth than the next.
    """
    pages = list({page.what: page for page in PAGES if page.method == "get"}.values())
    for at, name in enumerate(ACTORS):
        with rolled_back():
            client = world.client(name, way)
            for page in pages if every else pages[at % 12 :: 12]:
                thing = world.things[page.of][0] if page.of else None
                got = ask(client, page, thing).status_code != 404
                assert got is expected(name, page, thing), (name, page.view)


def test_a_policy_that_was_inherited_or_copied_does_not_count() -> None:
    @needs("findings")  # type: ignore[arg-type]
    def marked(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    def unmarked(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    def copied(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    copied.__dict__.update(marked.__dict__)

    class Page(View):
        policy = policy_of(marked)

    class Inherited(Page):
        pass

    @wraps(marked)
    def around(request: HttpRequest) -> HttpResponse:
        return marked(request)

    assert policy_of(marked) is not None
    assert policy_of(around) is policy_of(marked)
    assert policy_of(Page.as_view()) is policy_of(marked)
    for view in (unmarked, copied, Inherited.as_view()):
        assert policy_of(view) is None
    for decorator in (open_to_all, signed_in):
        with pytest.raises(ValueError, match="reason"):
            decorator(" ")
    with pytest.raises(ValueError, match="right"):
        needs()
