"""Reviewing by keys and by thumb, in both languages, and without script."""

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.conftest import Visitor

from fangpin.feeds.models import LinkDecision

pytestmark = pytest.mark.browser

WINDOWS = [(1280, "zh"), (360, "en")]
both = pytest.mark.parametrize("visit", WINDOWS, indirect=True, ids=["wide-zh", "narrow-en"])


def _decided(page: Page, done: int, of: int) -> None:
    expect(page.locator(".review-progress")).to_contain_text(f"{done} / {of}")


def _answers() -> list[tuple[str, bool, bool]]:
    """(person, accepted, withdrawn) of all decisions in their order."""
    rows = LinkDecision.objects.order_by("pk")
    return [(d.person_number, d.accepted, d.withdrawn_at is not None) for d in rows]


def _press(page: Page, key: str) -> None:
    """As people do: once the pair is in place."""
    busy = ".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added"
    expect(page.locator(busy)).to_have_count(0)
    page.keyboard.press(key)


@both
def test_one_key_decides_and_one_key_takes_it_back(visit: Visitor) -> None:
    page = visit.page
    visit.sign_in("county")
    visit.go("/reviews/")
    page.evaluate("window.sameDocument = true")
    _decided(page, 0, 4)
    heading = page.locator("[data-review-focus]")
    first = heading.inner_text()
    _press(page, "a")
    _decided(page, 1, 4)
    expect(heading).to_be_focused()
    assert heading.inner_text() != first
    visit.settled()
    _press(page, "u")
    _decided(page, 0, 4)
    expect(heading).to_have_text(first)
    expect(heading).to_be_focused()
    _press(page, "s")
    expect(heading).not_to_have_text(first)
    expect(heading).to_be_focused()
    second = heading.inner_text()
    _press(page, "r")
    expect(page.locator(".link-refused").first).to_be_visible()
    assert page.evaluate("window.sameDocument") is True
    assert [(accepted, withdrawn) for _, accepted, withdrawn in _answers()] == [
        (True, True),
        (False, False),
    ]
    # Loading the page again goes on in the queue, it does not show what was decided.
    page.reload()
    assert page.url.endswith("/reviews/")
    expect(page.locator(".review-last")).to_contain_text(second.split()[0])


def test_candidates_are_chosen_by_their_number(visit: Visitor) -> None:
    page = visit.page
    visit.sign_in("township")
    visit.go("/reviews/?contract=medical_settlement")
    heading = page.locator("[data-review-focus]")
    expect(heading).to_contain_text("赵测甲")
    _press(page, "2")
    expect(heading).to_contain_text("赵测乙")
    _press(page, "a")
    expect(heading).to_have_text("本范围内已全部认定")
    assert _answers() == [("62040200000201", True, False)]
    _press(page, "u")
    expect(page.locator("table.candidates tbody tr")).to_have_count(2)


def test_keys_can_be_switched_off_and_a_held_key_decides_nothing(visit: Visitor) -> None:
    page = visit.page
    visit.sign_in("county")
    visit.go("/reviews/")
    held = "new KeyboardEvent('keydown', {key: 'a', code: 'KeyA', repeat: true, bubbles: true})"
    page.evaluate(f"document.body.dispatchEvent({held})")
    for keys in ("Control+a", "Alt+a", "Shift+A"):
        page.keyboard.press(keys)
    page.keyboard.press("?")
    expect(page.locator("[data-keys-help] dl")).to_be_visible()
    page.locator("[data-keys-help] [data-keys-on]").uncheck()
    expect(page.locator(".btn-accept kbd")).to_be_hidden()
    page.locator("h1").click()
    _press(page, "a")
    visit.go("/reviews/")
    _press(page, "a")
    page.wait_for_timeout(300)
    _decided(page, 0, 4)
    assert _answers() == []
    page.keyboard.press("?")
    page.locator("[data-keys-help] [data-keys-on]").check()
    page.locator("h1").click()
    _press(page, "a")
    _decided(page, 1, 4)


def test_a_chinese_input_method_does_not_swallow_the_key(visit: Visitor) -> None:
    page = visit.page
    visit.sign_in("county")
    visit.go("/reviews/")
    typed = "new KeyboardEvent('keydown', {key: 'Process', code: 'KeyA', bubbles: true})"
    page.evaluate(f"document.body.dispatchEvent({typed})")
    _decided(page, 1, 4)


@pytest.mark.parametrize("visit", [(360, "zh")], indirect=True, ids=["narrow-zh"])
def test_a_thumb_reaches_every_answer(visit: Visitor) -> None:
    page = visit.page
    visit.sign_in("township")
    visit.go("/reviews/")
    for name in (".btn-accept", ".btn-refuse", ".btn-skip"):
        box = page.locator(name).bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["width"] >= 60
        assert box["y"] + box["height"] <= 800
    page.locator(".btn-refuse").click()
    expect(page.locator("table.candidates .link-refused")).to_have_count(1)
    page.locator(".btn-refuse").click()
    _decided(page, 1, 2)
    visit.settled()


def test_two_people_on_the_same_pair(visit: Visitor, browser: Browser) -> None:
    page = visit.page
    visit.sign_in("township")
    visit.go("/reviews/")
    context = browser.new_context()
    other = Visitor(context.new_page(), visit.site)
    other.sign_in("county")
    other.go(page.url.removeprefix(visit.site) + "?township=620402101000")
    first = page.locator("[data-review-focus]").inner_text()
    while other.page.locator("[data-review-focus]").inner_text() != first:
        before = other.page.locator("[data-review-focus]").inner_text()
        _press(other.page, "s")
        expect(other.page.locator("[data-review-focus]")).not_to_have_text(before)
    _press(other.page, "a")
    expect(other.page.locator(".review-last")).to_be_visible()
    _press(page, "r")
    expect(page.get_by_role("alert")).to_contain_text("周明远")
    expect(page.get_by_role("alert")).to_contain_text("本次操作未生效")
    assert len(_answers()) == 1
    context.close()


def test_it_works_without_script(site: str, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/sign-in/?next=/reviews/")
    page.click("button[value=township]")
    expect(page.locator("h1")).to_have_text("疑似同一人核对")
    expect(page.locator("kbd").first).to_be_hidden()
    page.get_by_role("button", name="是同一人", exact=True).first.click()
    _decided(page, 1, 2)
    page.get_by_role("button", name="撤销").first.click()
    _decided(page, 0, 2)
    page.get_by_role("link", name="暂不判断").click()
    page.get_by_role("link", name="认定记录").click()
    expect(page.locator("tr.is-withdrawn")).to_have_count(1)
    context.close()


def test_choosing_a_feed_stays_in_the_list(visit: Visitor) -> None:
    page = visit.page
    visit.sign_in("county")
    visit.go("/reviews/")
    page.evaluate("window.sameDocument = true")
    page.locator("#review-contract").focus()
    page.select_option("#review-contract", "school_roll")
    _decided(page, 0, 2)
    page.wait_for_url("**/reviews/?contract=school_roll")
    expect(page.locator("#review-contract")).to_be_focused()
    page.locator("h1").click()
    _press(page, "a")
    _decided(page, 1, 2)
    assert page.url.endswith("/reviews/?contract=school_roll")
    assert page.evaluate("window.sameDocument") is True
