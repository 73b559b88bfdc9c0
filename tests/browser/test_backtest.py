"""The backtest in a real browser: worked out after the page is there, answers handed in."""

import re

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Visitor
from tests.browser.test_main_paths import wide_or_long

pytestmark = pytest.mark.browser
ANSWERS = "household_number,answered_on,result\n620402000001,2021-06-10,confirmed\n"


@wide_or_long
def test_answers_are_handed_in_and_another_figure_is_tried(visit: Visitor) -> None:
    page = visit.page
    visit.sign_in("county")
    visit.go("/backtest/")
    tiles = page.locator("#backtest .tile .tile-count")
    expect(tiles.nth(0)).to_have_text("1")
    expect(tiles.nth(1)).to_have_text("–")
    visit.settled()
    file = {"name": "answers.csv", "mimeType": "text/csv", "buffer": ANSWERS.encode()}
    page.set_input_files("input[name=file]", file)
    page.locator(".hand-in button").click()
    expect(tiles.nth(1)).to_have_text("100 %")
    expect(page.locator("#answers table")).to_contain_text("answers.csv")
    visit.settled()

    page.select_option("#b-param", "monitoring_line")
    page.fill("#b-values", "6500; 7000")
    page.locator(".try-values button").click()
    expect(page.locator(".in-force-row")).to_have_count(1)
    rows = page.locator("section.panel", has=page.locator(".in-force-row")).locator("tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.nth(2)).to_contain_text("3")
    visit.settled()
    page.fill("#b-values", "viel")
    page.locator(".try-values button").click()
    expect(page.locator("#b-problem")).to_contain_text("param.monitoring_line")
    if page.locator("html").get_attribute("lang") == "en":
        words = page.locator("main h1, main h2, main th, main .tile-word").all_inner_texts()
        assert not re.search("[\u4e00-\u9fff]", " ".join(words))
