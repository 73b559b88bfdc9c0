"""From a sign in the data to a decision: one household's whole way in a real browser.

A finding becomes a clue, the village answers it on a phone without a network, a case is opened and
gone through step by step on its forms, its notice hangs on the public page, somebody objects there,
the township settles and reviews, the approver decides. Removal is refused for cause on the next
day. At the end the audit chain and the snapshot are verified.
"""

import re
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from tests.browser.conftest import Visitor
from tests.browser.test_phone import _opened
from tests.cases.world import photo

from fangpin.cases.models import Case, DecisionSnapshot, Objection, Publication, Turn
from fangpin.cases.snapshots import verified
from fangpin.clues.actions import from_run
from fangpin.clues.models import Clue, ClueAnswer
from fangpin.disclosure.actions import keep_notices
from fangpin.disclosure.site_writer import site_job
from fangpin.foundation import audit_chain
from fangpin.foundation.models import AuditEntry
from fangpin.registry.models import Household
from fangpin.screening.models import Run

pytestmark = pytest.mark.browser
HOUSEHOLD = "620402000001"
_FOLDERS = ("PUBLIC_ROOT", "NOTICES_ROOT", "SUBMISSIONS_ROOT", "CASE_FILES_ROOT", "PICTURES_ROOT")

# What a form asks for, filled in as somebody would who knows the household.
_FILL = """(form) => {
  const put = (field, value) => {
    field.value = value;
    field.dispatchEvent(new Event('input', {bubbles: true}));
    field.dispatchEvent(new Event('change', {bubbles: true}));
  };
  for (const field of form.querySelectorAll('input, select, textarea')) {
    if (['hidden', 'file'].includes(field.type) || field.name.startsWith('votes.')) continue;
    if (field.name === 'outcome' || field.name === 'reason') continue;
    if (field.tagName === 'SELECT') {
      const wanted = [...field.options].find(o => o.value === 'yes')
        || [...field.options].find(o => o.value && o.value !== 'none');
      if (wanted) put(field, wanted.value);
    } else if (field.type === 'date') put(field, form.dataset.day);
    else if (field.type === 'checkbox') {
      const first = form.querySelector(`input[name="${field.name}"]`);
      if (field === first && !field.checked) field.click();
    } else if (field.type === 'radio') continue;
    else if (field.inputMode === 'numeric') put(field, '3');
    else if (field.inputMode === 'decimal') put(field, '5200.50');
    else put(field, '情况属实');
  }
}"""


class Clock:
    """The server's clock, moved by the test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead = timedelta()
        real = timezone.now
        monkeypatch.setattr(timezone, "now", lambda: real() + self.ahead)

    @property
    def day(self) -> date:
        return timezone.localdate()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def folders(settings: Any, tmp_path: Path) -> None:
    for name in _FOLDERS:
        setattr(settings, name, tmp_path / name.lower())


def as_somebody(visit: Visitor, account: str) -> Page:
    visit.page.context.clear_cookies(name="fangpin_session")
    visit.sign_in(account)
    return visit.page


def take(
    visit: Visitor, clock: Clock, case: Case, step: str, outcome: str, reason: str = ""
) -> None:
    """Fill in the form of a step and send it."""
    page = visit.page
    visit.go(f"/cases/{case.pk}/")
    form = page.locator(f"#step-{step} form")
    expect(form).to_be_visible()
    form.evaluate("(form, day) => { form.dataset.day = day }", clock.day.isoformat())
    form.evaluate(_FILL)
    votes = {"entitled": 30, "present": 26, "favour": 22, "against": 3, "abstain": 1}
    if form.locator("[name='votes.entitled']").count():
        for name, count in votes.items():
            form.locator(f"[name='votes.{name}']").fill(str(count))
    for number in range(form.locator("canvas").count()):
        draw(page, form.locator("canvas").nth(number))
    for chosen in form.locator("input[type=file]").all():
        chosen.set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    form.locator(f"input[name=outcome][value={outcome}]").check()
    if reason:
        form.locator("[name=reason]").fill(reason)
    form.locator(".form-go button").click()
    page.wait_for_load_state("load")
    turn = Turn.objects.filter(case=case, step=step).order_by("-seq").first()
    assert turn is not None
    assert turn.outcome == outcome, page.locator("main").inner_text()[:1500]


def draw(page: Page, canvas: Any) -> None:
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 60, steps=4)
    page.mouse.up()


def answered_offline(browser: Browser, site: str, profile: Path, clue: Clue) -> None:
    """The village takes its day along, loses the network, answers, and finds one again."""
    same: Any = SimpleNamespace(chromium=browser.browser_type)
    with _opened(same, profile, site) as phone:
        page = phone.page
        phone.sign_in()
        phone.begin()
        phone.offline(True)
        page.reload()
        phone.open()
        page.locator("[data-task]").first.click()
        page.get_by_label("属实", exact=True).check()
        page.get_by_label("情况与线索一致").check()
        page.get_by_label("情况说明").fill("住院自付较多，家里缺劳力")
        phone.save()
        expect(page.locator(".entry-waiting")).to_be_visible()
        assert not ClueAnswer.objects.exists()
        phone.offline(False)
        page.locator("[data-sync]").click()
        phone.synced()
    assert ClueAnswer.objects.get(clue=clue).answer == "true"


def test_from_a_sign_to_a_decision(
    visit: Visitor, clock: Clock, folders: None, browser: Browser, tmp_path: Path
) -> None:
    page, site = visit.page, visit.site
    from_run(by=None, run=Run.objects.get())
    family = Household.objects.get(number=HOUSEHOLD)
    clue = Clue.objects.get(household=family)

    as_somebody(visit, "township")
    visit.go("/clues/")
    page.get_by_role("checkbox", name=re.compile(rf"{clue.pk}$")).check()
    page.locator("#send-chosen button").click()
    visit.settled()
    page.locator("form .btn-primary").click()
    page.wait_for_url(re.compile(rf"/clues/{clue.pk}/"))
    answered_offline(browser, site, tmp_path / "profile", clue)

    as_somebody(visit, "village")
    visit.go(f"/cases/open/household/{HOUSEHOLD}/?procedure=cn-monitor&clue={clue.pk}")
    page.locator(".form-go .btn-primary").click()
    page.wait_for_url(re.compile(r"/cases/[0-9]+/"))
    case = Case.objects.get()
    assert case.clue == clue.pk
    take(visit, clock, case, "lead", "registered")
    take(visit, clock, case, "consent", "authorised")
    take(visit, clock, case, "visit", "confirmed")
    as_somebody(visit, "county")
    take(visit, clock, case, "compare", "compared")
    as_somebody(visit, "village")
    take(visit, clock, case, "assess", "agreed")

    notice = Publication.objects.get(case=case, form="notice")
    visit.go(f"/notices/{notice.pk}/")
    page.get_by_role("button", name="今天张贴").click()
    visit.settled()
    notice.refresh_from_db()
    assert notice.state == "posted"
    site_job(by=None, progress=lambda *_: None)  # as the worker does
    page.context.clear_cookies(name="fangpin_session")
    visit.go(f"/public/notices/{notice.pk}/")
    shown = page.locator("body").inner_text()
    assert "公示" in shown
    assert not re.search(r"[0-9]{15}", shown.replace(HOUSEHOLD, ""))
    for word in ("大额医疗", "住院", "因病"):
        assert word not in shown
    visit.go(f"/public/object/{notice.pk}/")
    page.fill("#text", "他家去年新买了农用车，请核实")
    page.get_by_role("button", name="提交异议").click()
    visit.settled()
    said = Objection.objects.get(case=case)
    assert said.anonymous

    as_somebody(visit, "township")
    visit.go(f"/cases/{case.pk}/")
    page.fill(f"#a-{said.pk}", "车辆为亲戚所有，已核实")
    page.locator("button[name=verdict][value=rejected]").click()
    visit.settled()
    said.refresh_from_db()
    assert said.state == "rejected"

    assert notice.until_day is not None
    clock.ahead = timedelta(days=(notice.until_day - clock.day).days + 1)
    assert keep_notices() >= 1
    site_job(by=None, progress=lambda *_: None)
    response = page.goto(f"{site}/public/notices/{notice.pk}/")
    assert response is not None
    assert response.status in (404, 410)
    visit.complaints.clear()  # the browser tells of the answer that was just asked for

    as_somebody(visit, "village")
    take(visit, clock, case, "notice", "no_objection")
    as_somebody(visit, "township")
    take(visit, clock, case, "review", "passed")
    as_somebody(visit, "approver")
    take(visit, clock, case, "decide", "included", "收入低于监测线，刚性支出较大")
    family.refresh_from_db()
    assert family.monitoring_category not in ("", "none")
    decided = Turn.objects.get(case=case, step="decide")
    assert decided.by is not None
    assert decided.by.username == "approver"
    page.screenshot(path="test-results/clue-to-decision.png", full_page=True)

    as_somebody(visit, "village")
    clock.ahead += timedelta(days=1)
    as_somebody(visit, "village")
    visit.go(f"/cases/open/household/{HOUSEHOLD}/?procedure=cn-remove-risk")
    expect(page.locator(".form-go .btn-primary")).to_be_disabled()
    expect(page.locator(".conditions")).to_contain_text("6 个月")
    assert Case.objects.count() == 1

    row = DecisionSnapshot.objects.get(turn=decided)
    assert verified(row)
    assert AuditEntry.objects.filter(action="cases.step", detail__snapshot=row.hash).count() == 1
    connection.ensure_connection()
    assert audit_chain.verify(connection.connection, []).fault is None
