"""A clue goes down to its village and comes back, in a real browser, wide and narrow."""

import re

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Visitor

from fangpin.clues.actions import from_run
from fangpin.clues.models import Clue, ClueAnswer
from fangpin.screening.models import Run

pytestmark = pytest.mark.browser
HOUSEHOLD = "620402000001"


@pytest.mark.parametrize("visit", [(1280, "zh"), (360, "en")], indirect=True)
def test_sent_down_and_answered(visit: Visitor) -> None:
    from_run(by=None, run=Run.objects.get())
    clue = Clue.objects.get(household__number=HOUSEHOLD)
    page = visit.page
    visit.sign_in("township")
    visit.go("/clues/")
    page.get_by_role("checkbox", name=re.compile(rf"{clue.pk}$")).check()
    page.locator("#send-chosen button").click()
    visit.settled()
    page.fill("#days", "4")
    page.locator("form .btn-primary").click()
    page.wait_for_url(re.compile(rf"/clues/{clue.pk}/"))
    visit.settled()

    visit.sign_in("village")
    visit.go("/clues/")
    page.get_by_role("link", name=HOUSEHOLD).click()
    visit.settled()
    expect(page.locator(".finding-sentence")).to_contain_text("23,180")
    page.locator(".evidence-fold summary").click()
    expect(page.locator("table.evidence")).to_contain_text("医保结算.xlsx")
    # One answer is open at a time.
    page.locator(".answer-true summary").click()
    page.locator(".answer-not_true summary").click()
    assert page.locator(".answer[open]").count() == 1
    page.locator("input[value='not_true:covered']").check()
    page.fill("#note", "已报销，自付不多")
    visit.settled()
    page.locator(".btn-answer").click()
    page.wait_for_url(re.compile("said=answered"))
    visit.settled()
    kept = ClueAnswer.objects.get()
    assert (kept.answer, kept.reason, kept.note) == ("not_true", "covered", "已报销，自付不多")
    clue.refresh_from_db()
    assert (clue.state, clue.ended_as, clue.late) == ("closed", "not_true", False)
    expect(page.locator(".answer-kept")).to_contain_text("已报销")
    visit.go("/clues/rates/?by=rule")
    assert page.locator("tfoot a").count() >= 3
