"""A real browser on a live server. Console errors and breaches of the policy fail a test."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright
from tests.cast import load_county

from fangpin.people.demo import ensure_accounts
from fangpin.people.models import User

# Playwright's event loop makes Django believe that this thread is asynchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

_CANDIDATES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ON_MACOS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def _executable() -> str:
    given = os.environ.get("FANGPIN_TEST_BROWSER")
    found = [given] if given else [shutil.which(name) for name in _CANDIDATES]
    found += [path for path in _ON_MACOS if Path(path).exists()]
    for path in found:
        if path:
            return path
    pytest.fail("no Chrome or Chromium: run `make test`, or set FANGPIN_TEST_BROWSER")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the tests of a module; it talks to the live server only.

    Playwright's loop ends with the module: while it runs, Django keeps other connections than the
    rest of the process, and a process cannot be forked safely.
    """
    arguments = [
        *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
        *("--no-first-run", "--disable-default-apps", "--disable-dev-shm-usage"),
    ]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium's sandbox refuses to run as root
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=_executable(), args=arguments)
        yield opened
        opened.close()


@dataclass
class Visitor:
    """A browser window on the site, and everything that went wrong in it."""

    page: Page
    site: str
    complaints: list[str] = field(default_factory=list)

    def sign_in(self, account: str) -> None:
        """Be signed in from the next page on; whoever was signed in is so no more.

        The session is made here: a page and a form would cost as much as most tests. They are gone
        through by `press_sign_in` and in test_sign_in.py.
        """
        client = Client()
        client.force_login(User.objects.get(username=account))
        name = settings.SESSION_COOKIE_NAME
        value = client.cookies[name].value
        self.page.context.add_cookies([{"name": name, "value": value, "url": self.site}])

    def press_sign_in(self, account: str) -> None:
        """Sign in by the button of a demonstration account."""
        self.page.goto(f"{self.site}/sign-in/")
        self.page.click(f"button[value={account}]")
        self.page.wait_for_url(lambda url: "/sign-in/" not in url)

    def go(self, path: str) -> None:
        """Open a page, wait for it to settle, look at its width."""
        response = self.page.goto(self.site + path)
        assert response is not None
        assert response.status < 400, path
        self.settled()

    def settled(self) -> None:
        """The page has loaded and does not scroll sideways."""
        self.page.wait_for_load_state("load")
        wider = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wider <= 0, f"{self.page.url} is {wider} px wider than the window"


@pytest.fixture
def site(transactional_db: None, live_server: object, tmp_path: Path) -> str:
    """Address of the live server with the small county and the demonstration's accounts."""
    load_county(tmp_path / "run")
    ensure_accounts(
        password="korrekt-pferd-batterie", village_code="620402101201", department="医疗保障局"
    )
    return str(live_server.url)  # type: ignore[attr-defined]


@pytest.fixture
def visit(browser: Browser, site: str, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """A window; parametrised indirectly by (width, language), else 1280 px and Chinese."""
    width, language = getattr(request, "param", (1280, "zh"))
    context = browser.new_context(viewport={"width": width, "height": 800})
    cookie = "en" if language == "en" else "zh-hans"
    context.add_cookies([{"name": "fangpin_language", "value": cookie, "url": site}])
    page = context.new_page()
    visitor = Visitor(page, site)
    page.on(
        "console",
        lambda said: visitor.complaints.append(said.text) if said.type == "error" else None,
    )
    page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
    page.add_init_script(
        "addEventListener('securitypolicyviolation',"
        " event => console.error('policy: ' + event.violatedDirective))"
    )
    page.on(
        "request",
        lambda asked: (
            visitor.complaints.append(f"foreign host: {asked.url}")
            if not asked.url.startswith((site, "data:", "blob:", "about:"))
            else None
        ),
    )
    yield visitor
    context.close()
    assert visitor.complaints == []
