"""WCAG 2.2 AA by axe-core over the pages, light and dark; the daily paths of the registry.

Pictures of the main paths are kept in test-results/, so that somebody can look at them.
"""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Visitor
from tests.registry.invented import family

from fangpin.registry.actions.yearly import assign_helper, record_income
from fangpin.registry.models import Household

pytestmark = pytest.mark.browser

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
PICTURES = Path(__file__).parents[2] / "test-results" / "pictures"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WINDOWS = [(1366, "zh"), (360, "en")]
in_both = pytest.mark.parametrize("visit", WINDOWS, indirect=True, ids=["1366-zh", "360-en"])

# account → pages that axe looks at, as that account sees them
PAGES = {
    "county": (
        *("/overview/", "/findings/", "/registry/households/", "/registry/persons/"),
        "/households/F1/",
        *("/households/F1/edit/", "/households/F1/do/split/", "/households/F1/yearly/income/"),
        *("/deliveries/", "/upload/", "/what-if/", "/packs/", "/packs/baiyin-2021/", "/reviews/"),
        *("/exports/", "/places/", "/places/list/", "/units/", "/posts/"),
    ),
    "auditor": ("/audit/",),
    "admin": ("/jobs/",),
}
# Pages laid out unlike any other: axe looks at them on a phone as well, where the rest are only
# asked whether they fit.
UNLIKE = {
    *("/overview/", "/findings/", "/registry/households/", "/households/F1/"),
    "/households/F1/edit/",
    *("/households/F1/do/split/", "/upload/", "/what-if/", "/reviews/", "/packs/baiyin-2021/"),
    "/places/",
}


def grievances(page: Page) -> list[str]:
    """What axe finds on the page, one line per rule with the first elements concerned."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    # None of these rules reads style sheets, and only what is wrong is told: half the time.
    only = {"type": "tag", "values": RULES}
    options = json.dumps({"runOnly": only, "resultTypes": ["violations"], "preload": False})
    found: list[dict[str, Any]] = page.evaluate(f"axe.run(document, {options})")["violations"]
    for each in found:
        each["nodes"] = [node for node in each["nodes"] if not _behind_a_bar(node)]
    found = [each for each in found if each["nodes"]]
    return [
        f"{page.url} {each['id']}: "
        + "; ".join(f"{node['target'][0]} {node['html'][:120]}" for node in each["nodes"][:3])
        for each in found
    ]


def _behind_a_bar(node: dict[str, Any]) -> bool:
    """A target that a sticky bar happens to cover where the page is scrolled to just now."""
    data = [check.get("data") for check in node["any"]]
    return any(isinstance(d, dict) and "bscured" in str(d.get("messageKey", "")) for d in data)


def picture(visit: Visitor, name: str) -> None:
    """Keep what the window shows."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    width = visit.page.viewport_size["width"] if visit.page.viewport_size else 0
    language = visit.page.locator("html").get_attribute("lang")
    visit.page.screenshot(path=PICTURES / f"{name}-{width}-{language}.png", full_page=True)


def _drafts(page: Page, wanted: int) -> None:
    """Wait until so many drafts are kept. The page's policy forbids Playwright's own waiting."""
    for _ in range(50):
        kept = "Object.keys(localStorage).filter(k => k.startsWith('fangpin-draft:')).length"
        if page.evaluate(kept) == wanted:
            return
        page.wait_for_timeout(100)
    pytest.fail(f"there are not {wanted} drafts")


def a_family() -> Household:
    """A family with something in every part of the page."""
    home = family()
    values = {"persons": "5", "wage_income": "42000", "items": {"migrant_wage": "36000"}}
    who = {"by": None, "household": home.pk}
    record_income(**who, version=home.version, year=2020, values=values)
    home.refresh_from_db()
    helper = {"name": "王帮扶", "phone": "13700137000"}
    assign_helper(**who, version=home.version, values=helper, on=date(2020, 5, 1))
    return home


@in_both
def test_axe_finds_nothing_on_any_page(visit: Visitor) -> None:
    a_family()
    found = []
    wide = visit.page.viewport_size == {"width": WINDOWS[0][0], "height": 800}
    for account, paths in PAGES.items():
        visit.sign_in(account)
        for path in paths:
            visit.go(path)
            expect(visit.page.locator(".htmx-request")).to_have_count(0)
            if wide or path in UNLIKE:
                found += grievances(visit.page)
            if path in ("/findings/", "/registry/households/", "/households/F1/"):
                visit.page.evaluate("document.documentElement.setAttribute('data-bs-theme','dark')")
                visit.page.wait_for_timeout(400)  # buttons change colour slowly
                found += [f"dark {line}" for line in grievances(visit.page)]
                picture(visit, f"{path.strip('/').replace('/', '-')}-dark")
    assert found == [], "\n".join(found)


@in_both
def test_from_the_list_to_a_household_and_a_value_in_clear(visit: Visitor) -> None:
    a_family()
    page = visit.page
    visit.sign_in("township")
    visit.go("/registry/households/")
    picture(visit, "households")
    page.locator("a", has_text="赵测甲").last.click()
    page.wait_for_url("**/households/F1/")
    visit.settled()
    page.locator("#members details.member > summary").first.click()
    picture(visit, "household")
    button = page.locator("[data-unmask]").first
    button.click()
    dialog = page.locator("#unmask")
    expect(dialog).to_be_visible()
    assert grievances(page) == []
    dialog.locator("input[value=visit]").check()
    dialog.locator(".btn-primary").click()
    expect(dialog).to_be_hidden()
    expect(page.locator(".is-clear")).to_have_text("13700137000")


def test_a_household_is_split_step_by_step(visit: Visitor) -> None:
    home = a_family()
    page = visit.page
    visit.sign_in("county")
    visit.go("/households/F1/do/split/")
    page.get_by_label(re.compile("赵测丙")).first.check()
    page.select_option("#i-head", label="赵测丙（之子）")
    page.get_by_role("button", name=re.compile("下一步")).click()
    expect(page.locator(".is-new").first).to_be_visible()
    assert grievances(page) == []
    picture(visit, "split")
    page.get_by_role("button", name=re.compile("确认办理")).click()
    expect(page.locator("h1")).to_contain_text("赵测丙")
    home.refresh_from_db()
    assert home.members == 4


def test_what_was_typed_survives_a_reload_and_goes_when_it_is_saved(visit: Visitor) -> None:
    a_family()
    page = visit.page
    visit.sign_in("county")
    visit.go("/households/F1/edit/?group=household")
    page.fill("#i-group_name", "东社")
    _drafts(page, 1)
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "东社" not in kept, "a draft is closed"
    page.reload()
    expect(page.locator("#i-group_name")).to_have_value("东社")
    expect(page.locator("[data-draft-note]")).to_be_visible()
    page.get_by_role("button", name="保存").click()
    page.wait_for_url("**/households/F1/")
    _drafts(page, 0)
    visit.go("/households/F1/edit/?group=household")
    expect(page.locator("[data-draft-note]")).to_be_hidden()
    page.fill("#i-group_name", "西社")
    _drafts(page, 1)
    page.locator("details.account summary").click()
    page.locator("[data-sign-out] button").click()
    page.wait_for_url("**/sign-in/")
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_keys_open_pages_and_walk_through_a_list(visit: Visitor) -> None:
    a_family()
    page = visit.page
    visit.sign_in("county")
    visit.go("/findings/")
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.wait_for_url("**/registry/households/")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    assert grievances(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.closest('.list-table') !== null")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.tagName") == "INPUT"
    page.keyboard.press("Escape")


@pytest.mark.parametrize("visit", [(360, "zh")], indirect=True)
def test_the_drawer_of_filters_and_a_lost_connection(visit: Visitor) -> None:
    a_family()
    page = visit.page
    visit.sign_in("county")
    visit.go("/registry/households/")
    expect(page.locator("#f-category")).to_be_hidden()
    page.locator("[data-drawer]").click()
    page.select_option("#f-category", "alleviated")
    page.wait_for_url(re.compile("category=alleviated"))
    page.locator("[data-drawer-done]").click()
    expect(page.locator(".chip-link")).to_contain_text("脱贫户")
    page.context.set_offline(True)
    page.locator("label.pill").nth(1).click()
    expect(page.locator("[data-list-error]")).to_be_visible()
    page.context.set_offline(False)
    visit.complaints.clear()  # the browser tells the lost connection
    page.locator("[data-list-retry]").click()
    expect(page.locator("[data-list-error]")).to_be_hidden()
