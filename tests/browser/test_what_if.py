"""Trying a figure in a real browser: typed, answered at once, kept, compared, put back.

The four households' net income per person is 5,500, 6,000, 6,500 and 7,000 yuan."""

import re

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Visitor
from tests.browser.test_main_paths import wide_or_long

pytestmark = pytest.mark.browser
LINE = "#p-monitoring_line"


def _type(visit: Visitor, line: str) -> None:
    """Open the group of the monitoring line, where it is folded, and type a value."""
    group = visit.page.locator("details", has=visit.page.locator(LINE))
    if group.get_attribute("open") is None:
        group.locator("summary").click()
    visit.page.fill(LINE, line)


@wide_or_long
def test_typed_answered_kept_and_compared(visit: Visitor) -> None:
    page = visit.page
    visit.sign_in("county")
    visit.go("/what-if/")
    expect(page.locator("#result .tile")).to_have_count(1)
    for line, gained, name in (("7000", "+2", "scenario A"), ("6500", "+1", "scenario B")):
        _type(visit, line)
        expect(page.locator(".tile-gain .tile-count")).to_have_text(gained)
        expect(page.locator(".figure-field.is-changed")).to_have_count(1)
        expect(page.locator("table.flips tbody tr")).to_have_count(int(gained))
        visit.settled()
        assert not re.search("param|7000|6500", page.url), "figures do not go into the address"
        page.locator("#save summary").click()
        page.fill("#s-name", name)
        page.locator("#save button").click()
        page.wait_for_url("**/what-if/?scenario=*")
        expect(page.locator(".tile-gain .tile-count")).to_have_text(gained)
        visit.settled()
    visit.go("/what-if/scenarios/")
    for box in page.locator("input[name=s]").all():
        box.check()
    page.locator("#compare-form button").click()
    page.wait_for_url("**/what-if/compare/**")
    visit.settled()
    expect(page.locator("table.flips tbody tr")).to_have_count(1)
    expect(page.locator("table.flips")).to_contain_text("620402000003")
    if page.locator("html").get_attribute("lang") == "en":
        words = page.locator("main h1, main h2, main th").all_inner_texts()
        assert not re.search("[\u4e00-\u9fff]", " ".join(words))


def test_put_back_find_and_refuse(visit: Visitor) -> None:
    page = visit.page
    visit.sign_in("county")
    visit.go("/what-if/")
    expect(page.locator("[data-reset-all]")).to_be_hidden()
    _type(visit, "viel")
    expect(page.locator("#e-monitoring_line")).to_contain_text("应为金额")
    expect(page.locator("#result")).to_contain_text("1 个数值未被接受")
    _type(visit, "1")
    expect(page.locator("#e-monitoring_line")).to_be_hidden()
    expect(page.locator(".tile-loss .tile-count")).to_have_text("−1")
    page.locator("[data-reset-all]").click()
    expect(page.locator(LINE)).to_have_value("6000")
    expect(page.locator(".tile-loss")).to_have_count(0)
    expect(page.locator("[data-reset-all]")).to_be_hidden()

    page.fill("[data-find-figure]", "公益性岗位")
    expect(page.locator(LINE)).to_be_hidden()
    expect(page.locator("#p-post_age_from")).to_be_visible()
    page.fill("[data-find-figure]", "不存在的标准")
    expect(page.locator("[data-none-found]")).to_be_visible()
    page.fill("[data-find-figure]", "")
    expect(page.locator(LINE)).to_be_visible()


def test_another_policy_is_answered_without_a_click(visit: Visitor) -> None:
    page = visit.page
    visit.sign_in("leader")
    visit.go("/what-if/")
    page.select_option("#w-pack", "cn-base")
    page.wait_for_url(re.compile("pack=cn-base"))
    expect(page.locator("#result .verdict").first).to_contain_text("改用政策包")
    expect(page.locator("#save")).to_have_count(0)
    page.go_back()
    expect(page.locator("#w-pack")).to_have_value("baiyin-2021")


def test_the_result_is_at_hand_on_a_narrow_screen(visit: Visitor) -> None:
    page = visit.page
    page.set_viewport_size({"width": 360, "height": 760})
    visit.sign_in("township")
    visit.go("/what-if/")
    _type(visit, "6500")
    expect(page.locator("#result-bar")).to_contain_text("+1")
    expect(page.locator("#result-bar")).to_be_in_viewport()
    page.locator("#result-bar").click()
    expect(page.locator(".verdict").first).to_be_in_viewport()


def test_an_answer_that_fails_is_told(visit: Visitor) -> None:
    page = visit.page
    visit.sign_in("county")
    visit.go("/what-if/")
    expect(page.locator("#result .tile")).to_have_count(1)
    page.route("**/what-if/", lambda route: route.fulfill(status=500, body="no"))
    _type(visit, "7000")
    expect(page.locator("#result [role=alert]")).to_contain_text("测算没有完成")
    visit.complaints[:] = [text for text in visit.complaints if "500" not in text]
