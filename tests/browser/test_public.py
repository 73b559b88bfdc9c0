"""The public page in a browser: WCAG by axe, and from an application to its status without any
script, as an old phone would do it."""

from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect
from tests.browser.conftest import Visitor
from tests.browser.test_accessibility import WINDOWS, grievances, picture

from fangpin.clues.models import Clue
from fangpin.disclosure.models import Submission
from fangpin.disclosure.site_writer import write_site
from fangpin.kernel.identity import check_digit

pytestmark = pytest.mark.browser
NUMBER = "62040219800101001" + check_digit("62040219800101001")
FILES = ("", "places/620402101201/", "how-to-apply/", "programmes/", "figures/")
FORMS = ("apply/", "write/", "status/")


@pytest.fixture
def public(site: str, settings: object, tmp_path: Path) -> str:
    """The live server with its public files written."""
    settings.PUBLIC_ROOT = tmp_path / "public"  # type: ignore[attr-defined]
    settings.SUBMISSIONS_ROOT = tmp_path / "submissions"  # type: ignore[attr-defined]
    write_site(tmp_path / "public", timezone.localdate())
    return site


@pytest.mark.parametrize("visit", WINDOWS, indirect=True, ids=["1366-zh", "360-en"])
def test_axe_finds_nothing_on_public_pages(visit: Visitor, public: str) -> None:
    """In Chinese where it is wide, in English where it is narrow."""
    found = []
    wide = visit.page.viewport_size == {"width": WINDOWS[0][0], "height": 800}
    for path in (*FILES, *FORMS):
        visit.go(f"/public/{path}" if wide else f"/public/en/{path}")
        found += grievances(visit.page)
    picture(visit, "public-status")
    assert found == [], "\n".join(found)


def test_apply_and_ask_without_any_script(browser: Browser, public: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 640})
    page = context.new_page()
    page.goto(f"{public}/public/")
    page.get_by_role("link", name="怎样申请").click()
    page.get_by_role("link", name="我要申请").last.click()
    page.get_by_role("button", name="提交申请").click()
    expect(page.locator("#name-wrong")).to_be_visible()
    page.locator("#village").select_option("620402101201")
    page.locator("#name").fill("司马丁丁")
    page.locator("#id_number").fill(NUMBER)
    page.locator("#phone").fill("13800001111")
    page.locator("#text").fill("丈夫去年摔伤，花了三万多元，家里没有收入")
    page.locator("#consent").check()
    page.get_by_role("button", name="提交申请").click()
    receipt, code = page.locator("#receipt").inner_text(), page.locator("#code").inner_text()
    assert Submission.objects.get().clue == Clue.objects.get().pk
    page.get_by_role("link", name="查询进度").click()
    page.locator("#receipt").fill(receipt)
    page.locator("#code").fill(code)
    page.get_by_role("button", name="查询").click()
    expect(page.locator("#stage")).to_have_text("已受理，等待入户核实")
    assert receipt not in page.url
    assert code not in page.url
    context.close()


def test_a_signature_is_drawn_with_a_finger_and_can_be_taken_back(
    browser: Browser, public: str
) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 640})
    page.goto(f"{public}/public/apply/")
    pad, sent = page.locator("canvas.pad"), page.locator("input[name=signature]")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 60)
    page.mouse.up()
    assert sent.input_value().startswith("data:image/png;base64,")
    page.get_by_role("button", name="重签").click()
    assert sent.input_value() == ""
    page.close()
