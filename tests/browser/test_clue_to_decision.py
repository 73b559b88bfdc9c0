"""From a sign in the data to a decision, and half a year later out again: one household's whole way
in a real browser, on the demonstration's county.

Departments' files are screened by the county's pack, two people release the clues, the township
sends one down, the village answers it on a phone without a network, a case is opened and gone
through step by step on its forms, its notice hangs on the public page, somebody objects there, the
township settles and reviews, the approver decides. Removal is refused for cause on the next day.
With what departments deliver half a year later it is granted, and the household is watched on. At
the end the audit chain and every snapshot are verified. Pictures of all stations are left in
test-results/clue-to-decision/.
"""

import re
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Browser, Page, expect
from tests.browser.case_forms import take
from tests.browser.conftest import Visitor
from tests.browser.county import CHOICE, Clock, entered, screened_later, work_off
from tests.browser.test_phone import _opened
from tests.cases.world import new_id

from fangpin.cases.actions import Refused, open_case
from fangpin.cases.models import Case, DecisionSnapshot, Objection, Publication, Turn
from fangpin.cases.snapshots import verified
from fangpin.clues.models import Clue, ClueAnswer, RunTaken
from fangpin.foundation import audit_chain
from fangpin.foundation.masks import mask_name
from fangpin.foundation.models import AuditEntry
from fangpin.people.models import User
from fangpin.registry.models import Household, Membership
from fangpin.registry.sealing import open_one
from fangpin.screening.models import Run
from fangpin.screening.queries import busiest_village
from fangpin.web.chores import minutely

pytestmark = pytest.mark.browser
_FOLDERS = (
    *("PUBLIC_ROOT", "NOTICES_ROOT", "SUBMISSIONS_ROOT", "CASE_FILES_ROOT", "PICTURES_ROOT"),
    "EXCHANGE_ROOT",
)
_PICTURES = Path("test-results/clue-to-decision")
_REASON = "收入低于监测线，刚性支出较大"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def run(transactional_db: None, clock: Clock, tmp_path: Path, settings: Any) -> Run:
    """The run of May in force, nobody has worked with it yet."""
    for name in _FOLDERS:
        setattr(settings, name, tmp_path / name.lower())
    return entered(tmp_path)


@pytest.fixture
def site(run: Run, live_server: Any) -> str:
    """Address of the live server with the county."""
    return str(live_server.url)


@pytest.fixture
def home(run: Run) -> Household:
    """An ordinary household of the village worker's village that a flood has struck."""
    found = run.findings.filter(
        rule="disaster_loss", state="new", village_code=busiest_village(run)
    ).values_list("household_number", flat=True)
    return Household.objects.get(number__in=list(found), monitoring_category="")


class Way:
    """The stations of one household's way, by whoever takes them."""

    def __init__(self, visit: Visitor, clock: Clock, home: Household) -> None:
        self.visit, self.clock, self.home = visit, clock, home
        self.page: Page = visit.page
        self.pictures = 0
        head = Membership.objects.get(household=home, is_head=True).person
        self.head = open_one(head, "name")
        _PICTURES.mkdir(parents=True, exist_ok=True)

    def be(self, account: str) -> None:
        """Somebody of the cast sits down."""
        self.visit.sign_in(account)

    def station(self, name: str, page: Page | None = None) -> None:
        """A picture of where one stands."""
        self.pictures += 1
        path = _PICTURES / f"{self.pictures:02d}-{name}.jpg"
        (page or self.page).screenshot(path=path, type="jpeg", quality=60)

    def takes(self, account: str, case: Case, step: str, outcome: str, reason: str = "") -> None:
        """Fill in the form of a step and send it."""
        self.be(account)
        take(self.visit, self.clock.day, case, step, outcome, reason)
        self.station(f"{case.procedure}-{step}")

    def opens(self, procedure: str, clue: Clue | None = None) -> Case:
        about = f"&clue={clue.pk}" if clue else ""
        self.be("village")
        self.visit.go(f"/cases/open/household/{self.home.number}/?procedure={procedure}{about}")
        self.page.locator(".form-go .btn-primary").click()
        self.page.wait_for_url(re.compile(r"/cases/[0-9]+/"))
        return Case.objects.get(procedure=procedure)

    def posts(self, case: Case) -> Publication:
        """The village posts the case's notice; the worker writes the public page."""
        notice = Publication.objects.get(case=case, form="notice")
        self.be("village")
        self.visit.go(f"/notices/{notice.pk}/")
        self.page.get_by_role("button", name="今天张贴").click()
        self.visit.settled()
        notice.refresh_from_db()
        assert notice.state == "posted"
        work_off()
        return notice

    def hangs_its_days(self, notice: Publication) -> None:
        """Until the notice has come down everywhere."""
        assert notice.until_day is not None
        self.clock.go_on((notice.until_day - self.clock.day).days + 1)
        minutely()
        work_off()
        # Not by the browser, which may keep what it was shown for a minute.
        answer = self.page.request.get(f"{self.visit.site}/public/notices/{notice.pk}/")
        assert answer.status == 410


@pytest.fixture
def way(visit: Visitor, clock: Clock, home: Household) -> Way:
    return Way(visit, clock, home)


def released(way: Way, run: Run) -> None:
    """The first run brings clues for a quarter of the county: two people look before they count."""
    held = RunTaken.objects.get(run=run.pk)
    assert held.state == RunTaken.State.HELD
    way.be("county")
    way.visit.go(f"/clues/runs/{held.pk}/")
    way.page.fill("#reason", "首次比对，已与各部门核对")
    way.page.locator("button[value=propose]").click()
    way.visit.settled()
    assert not Clue.objects.filter(state="new").exists()
    way.be("approver")
    way.visit.go(f"/clues/runs/{held.pk}/")
    way.page.locator("button[value=release]").click()
    way.visit.settled()


def sent(way: Way) -> Clue:
    """The township sends the household's clue down to the village."""
    clue = Clue.objects.get(household=way.home)
    assert clue.rules == ["disaster_loss"]
    way.be("township")
    way.visit.go("/clues/")
    way.station("clues")
    way.page.get_by_role("checkbox", name=re.compile(rf"\b{clue.pk}$")).check()
    way.page.locator("#send-chosen button").click()
    way.visit.settled()
    way.page.locator("form .btn-primary").click()
    way.page.wait_for_url(re.compile(rf"/clues/{clue.pk}/"))
    way.station("sent")
    return clue


def answered_offline(way: Way, browser: Browser, profile: Path, clue: Clue) -> None:
    """The village takes its day along, loses the network, answers, and finds one again."""
    same: Any = SimpleNamespace(chromium=browser.browser_type)
    with _opened(same, profile, way.visit.site) as phone:
        page = phone.page
        phone.sign_in()
        phone.begin()
        phone.offline(True)
        page.reload()
        phone.open()
        page.locator("[data-task]", has_text="核查").filter(has_text=way.head).first.click()
        page.get_by_label("属实", exact=True).check()
        page.get_by_label("情况与线索一致").check()
        page.get_by_label("情况说明").fill("暴洪冲毁圈舍和秋粮，家里缺劳力")
        way.station("answer-offline", page)
        phone.save()
        expect(page.locator(".entry-waiting")).to_be_visible()
        assert not ClueAnswer.objects.exists()
        phone.offline(False)
        page.locator("[data-sync]").click()
        phone.synced()
        way.station("answer-taken", page)
    assert ClueAnswer.objects.get(clue=clue).answer == "true"


def objected(way: Way, case: Case, notice: Publication) -> None:
    """The notice hangs on the public page, masked; somebody objects there, the township settles."""
    page = way.page
    page.context.clear_cookies(name="fangpin_session")
    way.visit.go(f"/public/notices/{notice.pk}/")
    shown = page.locator("body").inner_text()
    assert "公示" in shown
    assert mask_name(way.head) in shown
    assert way.head not in shown
    assert not re.search(r"[0-9]{15}", shown.replace(way.home.number, ""))
    for word in ("暴洪", "受灾", "住院"):
        assert word not in shown
    way.station("public-notice")
    way.visit.go(f"/public/object/{notice.pk}/")
    page.fill("#text", "他家去年新买了农用车，请核实")
    way.station("objection")
    page.get_by_role("button", name="提交异议").click()
    way.visit.settled()
    said = Objection.objects.get(case=case)
    assert said.anonymous
    way.be("township")
    way.visit.go(f"/cases/{case.pk}/")
    page.fill(f"#a-{said.pk}", "车辆为亲戚所有，已核实")
    page.locator("button[name=verdict][value=rejected]").click()
    way.visit.settled()
    said.refresh_from_db()
    assert said.state == "rejected"


def monitored(way: Way, clue: Clue) -> None:
    """The nine steps into monitoring, and the first measure of help."""
    case = way.opens("cn-monitor", clue)
    assert case.clue == clue.pk
    way.takes("village", case, "lead", "registered")
    way.takes("village", case, "consent", "authorised")
    signature = Turn.objects.get(case=case, step="consent").entries["signature"]
    assert signature.startswith("data:image/png;base64,")
    way.takes("village", case, "visit", "confirmed")
    way.takes("county", case, "compare", "compared")
    way.takes("village", case, "assess", "agreed")
    assert Turn.objects.get(case=case, step="assess").votes["favour"] == 22
    notice = way.posts(case)
    objected(way, case, notice)
    way.hangs_its_days(notice)
    way.takes("village", case, "notice", "no_objection")
    way.takes("township", case, "review", "passed")
    way.takes("approver", case, "decide", "included", _REASON)
    way.home.refresh_from_db()
    assert way.home.monitoring_category not in ("", "none")
    decided = Turn.objects.get(case=case, step="decide")
    assert decided.by is not None
    assert decided.by.username == "approver"
    way.takes("township", case, "enter", "done")
    way.takes("village", case, "help", "done")
    case.refresh_from_db()
    assert case.state == "granted"


def refused_too_early(way: Way) -> None:
    """On the next day nothing may be removed yet: the figures say why."""
    way.clock.go_on(1)
    way.be("village")
    way.visit.go(f"/cases/open/household/{way.home.number}/?procedure=cn-remove-risk")
    expect(way.page.locator(".form-go .btn-primary")).to_be_disabled()
    stopping = way.page.locator(".conditions .is-stop")
    expect(stopping.filter(has_text="识别监测已满规定月数")).to_contain_text("6 个月")
    expect(stopping.filter(has_text="饮水安全")).to_contain_text("仍未恢复供水")
    way.station("removal-refused")
    with pytest.raises(Refused) as refused:  # nor past the page
        open_case(
            by=User.objects.get(username="village"),
            procedure="cn-remove-risk",
            household=way.home.pk,
            client_id=new_id(),
        )
    assert refused.value.code == "conditions"
    assert Case.objects.count() == 1


def removed(way: Way) -> None:
    """Half a year later the same conditions hold, on what was delivered since."""
    way.be("village")
    way.visit.go(f"/cases/open/household/{way.home.number}/?procedure=cn-remove-risk")
    expect(way.page.locator(".conditions .is-false")).to_have_count(0)
    income = way.page.locator(".conditions .is-true").filter(has_text="人均纯收入")
    expect(income).to_contain_text("6,000")
    way.station("removal-may-begin")
    case = way.opens("cn-remove-risk")
    way.takes("village", case, "visit", "removed")
    way.takes("village", case, "assess", "agreed")
    notice = way.posts(case)
    way.hangs_its_days(notice)
    way.takes("village", case, "notice", "no_objection")
    way.takes("township", case, "review", "passed")
    way.takes("approver", case, "decide", "removed", "收入稳定，风险已消除")
    way.home.refresh_from_db()
    assert way.home.risk_removed is True
    assert way.home.monitoring_category not in ("", "none")  # its data are kept up


def watched_on(way: Way) -> None:
    """Removed is not forgotten: a visit is owed, and the way back is open."""
    case = Case.objects.get(procedure="cn-remove-risk")
    way.takes("township", case, "mark", "done")
    way.be("village")
    way.visit.go("/desk/")
    expect(way.page.locator("main")).to_contain_text("待回访")
    way.station("watched-on")
    way.takes("village", case, "revisit", "done")
    case.refresh_from_db()
    assert case.state == "granted"
    way.visit.go(f"/cases/open/household/{way.home.number}/?procedure=cn-return-to-monitoring")
    expect(way.page.locator(".conditions .is-true")).to_have_count(1)
    way.visit.go(f"/households/{way.home.number}/")
    expect(way.page.locator("main")).to_contain_text("已消除")
    way.station("household")


def everything_verified() -> None:
    """Each decision's snapshot is what its audit entry says, and the chain is whole."""
    decided = Turn.objects.filter(decides=True, done_at__isnull=False)
    rows = list(DecisionSnapshot.objects.all())
    assert len(rows) == decided.count() > 0
    for row in rows:
        assert verified(row)
        noted = AuditEntry.objects.filter(action="cases.step", detail__snapshot=row.hash)
        assert noted.count() == 1
    connection.ensure_connection()
    assert audit_chain.verify(connection.connection, []).fault is None


def test_from_a_sign_to_a_decision_and_half_a_year_later_out_again(
    way: Way, run: Run, clock: Clock, browser: Browser, tmp_path: Path
) -> None:
    released(way, run)
    clue = sent(way)
    answered_offline(way, browser, tmp_path / "profile", clue)
    monitored(way, clue)
    refused_too_early(way)

    since = way.home.monitored_since
    assert since is not None
    november = date(CHOICE.as_of.year, 11, 30)
    clock.go_to(date(november.year, 12, 20))
    later = screened_later(tmp_path, run, november, {way.home.number: since.replace(day=1)})
    assert later.findings.get(household_number=way.home.number).state == "cleared"
    removed(way)
    watched_on(way)
    everything_verified()
