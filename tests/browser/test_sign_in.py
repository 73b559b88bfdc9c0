"""A first sign-in in a real browser: authenticator app, recovery codes, passkey."""

import re
import time

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Visitor
from tests.browser.test_main_paths import wide_or_long
from tests.people.sign_in.test_factors import code_at

from fangpin.people.models import SecondFactor, User

pytestmark = pytest.mark.browser
PASSWORD = "korrekt-pferd-batterie"


@pytest.fixture
def officer(site: str) -> User:
    """The demonstration's township officer as a real account."""
    user = User.objects.get(username="township")
    user.is_demo = False
    user.set_password(PASSWORD)
    user.save()
    return user


def _password(visit: Visitor) -> None:
    visit.page.context.clear_cookies(name="fangpin_session")
    visit.page.goto(f"{visit.site}/sign-in/")
    visit.page.fill("#username", "township")
    visit.page.fill("#password", PASSWORD)
    visit.page.click("form:has(#password) button")
    visit.settled()


@wide_or_long
def test_the_first_sign_in_leads_to_an_app_and_to_recovery_codes(
    officer: User, visit: Visitor
) -> None:
    page = visit.page
    _password(visit)
    page.wait_for_url("**/account/")
    expect(page.locator(".note-warn")).to_be_visible()
    page.click("a[href='/account/app/']")
    visit.settled()
    assert page.locator(".enrol-code img").evaluate("image => image.naturalWidth") > 100
    secret = page.locator(".enrol-code code").inner_text().replace(" ", "")
    page.fill("#code", code_at(secret, int(time.time()) - 30))
    page.click(".enrol button")
    codes = page.locator(".recovery code")
    expect(codes).to_have_count(10)
    recovery = codes.first.inner_text()
    visit.settled()
    page.click("main a.btn-primary")
    expect(page.locator("h1")).to_be_visible()
    for code in (code_at(secret, int(time.time())), recovery):
        _password(visit)
        page.wait_for_url("**/sign-in/code/")
        page.fill("#code", code)
        page.click("form:has(#code) button")
        page.wait_for_url(lambda url: "/sign-in/" not in url)


def test_a_passkey_is_registered_and_used(officer: User, visit: Visitor) -> None:
    page = visit.page
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    _password(visit)
    page.fill("#label", "办公电脑")
    page.click("[data-passkey=create] button")
    expect(page.locator(".recovery code")).to_have_count(10)
    assert SecondFactor.objects.get(user=officer).label == "办公电脑"
    _password(visit)
    page.wait_for_url("**/sign-in/code/")
    page.click("[data-passkey=get] button")
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    page.goto(f"{visit.site}/account/")
    expect(page.locator(".factors").first).to_contain_text(re.compile("办公电脑"))


def test_a_browser_that_refuses_passkeys_is_said_so(officer: User, visit: Visitor) -> None:
    page = visit.page
    _password(visit)
    # What a browser answers when the user closes its window, or has no such device.
    page.evaluate(
        "void (CredentialsContainer.prototype.create ="
        " () => Promise.reject(new DOMException('', 'NotAllowedError')))"
    )
    page.click("[data-passkey=create] button")
    expect(page.locator("[data-passkey-failed]")).to_be_visible()
    assert not SecondFactor.objects.exists()
