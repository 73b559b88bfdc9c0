"""The app on a phone: without a network, with a lost answer, with a wrong clock, after the right
has ended – and what somebody reads who has the phone's disk."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, Playwright, Route, expect, sync_playwright
from tests.browser.conftest import _executable

from fangpin.fieldwork.models import Device, Dispute, Picture, Sent, Visit
from fangpin.people.models import Post
from fangpin.registry.models import Household

pytestmark = pytest.mark.browser
PIN = "舍得841973"
NAMES = ("赵测甲", "620402000001", "收成不好")


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as found:
        yield found


@dataclass
class Phone:
    """A browser with a profile of its own on disk."""

    site: str
    profile: Path
    context: BrowserContext
    complaints: list[str] = field(default_factory=list)

    @property
    def page(self) -> Page:
        return self.context.pages[0]

    def sign_in(self, account: str = "village") -> None:
        self.page.goto(f"{self.site}/sign-in/?next=/phone/")
        self.page.click(f"button[value={account}]")
        self.page.wait_for_url("**/phone/")

    def begin(self) -> None:
        """Choose a code and fetch the day."""
        self.page.fill("#pin", PIN)
        self.page.fill("#pin-again", PIN)
        self.page.get_by_role("button", name="打开").click()
        self.synced()

    def open(self) -> None:
        self.page.fill("#pin", PIN)
        self.page.get_by_role("button", name="打开").click()
        expect(self.page.locator(".phone-nav")).to_be_visible()

    def synced(self) -> None:
        expect(self.page.locator("[data-sync-note]")).to_contain_text("已同步", timeout=15_000)

    def offline(self, off: bool) -> None:
        self.context.set_offline(off)

    def fill_in(self, note: str = "收成不好，家里缺劳力") -> None:
        """A visit to the first household, up to its button."""
        page = self.page
        page.locator("[data-task]").first.click()
        expect(page.locator("h1")).to_contain_text("赵测甲")
        page.get_by_label("日常走访").check()
        page.get_by_label("户主", exact=True).check()
        page.get_by_label("收入明显减少").check()
        page.get_by_label("情况说明").fill(note)

    def save(self) -> None:
        self.page.get_by_role("button", name="保存").click()


@pytest.fixture
def phone(site: str, playwright: Playwright, tmp_path: Path, settings) -> Iterator[Phone]:  # type: ignore[no-untyped-def]
    settings.PICTURES_ROOT = tmp_path / "pictures"
    Household.objects.filter(number="620402000001").update(monitoring_category="sudden_difficulty")
    with _opened(playwright, tmp_path / "profile", site) as found:
        yield found


class _opened:
    """A phone for as long as the block lasts."""

    def __init__(self, playwright: Playwright, profile: Path, site: str) -> None:
        self.playwright, self.profile, self.site = playwright, profile, site

    def __enter__(self) -> Phone:
        context = self.playwright.chromium.launch_persistent_context(
            str(self.profile),
            executable_path=_executable(),
            args=["--no-sandbox", "--disable-background-networking", "--disable-dev-shm-usage"],
            viewport={"width": 360, "height": 740},
            has_touch=True,
        )
        context.add_cookies([{"name": "fangpin_language", "value": "zh-hans", "url": self.site}])
        self.phone = Phone(self.site, self.profile, context)
        self.phone.page.on("pageerror", lambda e: self.phone.complaints.append(str(e)))
        self.phone.page.add_init_script(
            "addEventListener('securitypolicyviolation', event => {"
            " setTimeout(() => { throw new Error('policy: ' + event.violatedDirective) }) })"
        )
        return self.phone

    def __exit__(self, *_: object) -> None:
        self.phone.context.close()
        assert self.phone.complaints == []


def photograph() -> bytes:
    """A picture as a phone's camera writes it, with its place."""
    exif = Image.Exif()
    exif[0x010F] = "PLANTED-CAMERA"
    exif.get_ifd(0x8825)[2] = (36.0, 32.0, 24.0)
    out = io.BytesIO()
    Image.effect_noise((3000, 2000), 40).convert("RGB").save(out, "JPEG", exif=exif)
    return out.getvalue()


def sign(page: Page) -> None:
    box = page.locator("canvas.signature").bounding_box()
    page.locator("canvas.signature").scroll_into_view_if_needed()
    box = page.locator("canvas.signature").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 60, steps=5)
    page.mouse.up()


def on_disk(profile: Path) -> list[str]:
    """Planted words in any file of the profile, as UTF-8 and UTF-16."""
    found = []
    for path in profile.rglob("*"):
        if path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            found += [
                f"{word} in {path.relative_to(profile)}"
                for word in NAMES
                for form in ("utf-8", "utf-16-le", "utf-16-be")
                if word.encode(form) in data
            ]
    return found


def test_a_visit_without_a_network_arrives_once_though_answers_are_lost(phone: Phone) -> None:
    page = phone.page
    phone.sign_in()
    phone.begin()
    expect(page.locator("[data-task]")).to_have_count(1)
    phone.offline(True)
    page.reload()
    phone.open()
    expect(page.locator(".is-offline")).to_be_visible()
    phone.fill_in()
    page.set_input_files(
        "input[type=file]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photograph()}
    )
    expect(page.locator(".thumbs canvas")).to_have_count(1)
    sign(page)
    phone.save()
    expect(page.locator("[data-task] .entry-waiting")).to_be_visible()
    assert not Sent.objects.exists()
    page.reload()
    phone.open()
    expect(page.locator("[data-task] .entry-waiting")).to_be_visible()

    lost: list[int] = []

    def lose(route: Route) -> None:
        """The server takes it; the answer never arrives. Ten times."""
        if len(lost) < 10:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.context.route("**/phone/send", lose)
    phone.offline(False)
    for _ in range(14):
        if len(lost) >= 10:
            break
        seen = len(lost)
        page.locator("[data-sync]").click()
        expect(page.locator("[data-sync]")).to_be_enabled(timeout=15_000)
        assert len(lost) >= seen
    assert lost == [200] * 10
    page.locator("[data-sync]").click()
    phone.synced()
    page.get_by_role("link", name="上传记录").click()
    expect(page.locator(".entry-taken")).to_contain_text(f"第 {Sent.objects.get().pk} 号")

    kept = Visit.objects.get()
    assert kept.opened_content["note"] == "收成不好，家里缺劳力"
    assert kept.opened_content["signs"] == ["income"]
    assert kept.opened_content["signature"].startswith("data:image/png;base64,")
    picture = Picture.objects.get(sent=kept.sent)
    from fangpin.fieldwork.pictures import content

    with Image.open(io.BytesIO(content(picture))) as shown:
        assert shown.size == (1600, 1067)
        assert not dict(shown.getexif())


def test_the_disk_of_a_phone_holds_no_name_and_the_key_comes_back_after_its_time(
    phone: Phone, playwright: Playwright
) -> None:
    page = phone.page
    phone.sign_in()
    phone.begin()
    phone.offline(True)
    phone.fill_in()
    phone.save()
    expect(page.locator(".entry-waiting")).to_be_visible()
    page.goto("about:blank")
    phone.context.close()
    files = [path for path in phone.profile.rglob("*") if path.is_file()]
    assert any("IndexedDB" in str(path) for path in files)
    assert on_disk(phone.profile) == []
    with _opened(playwright, phone.profile, phone.site) as again:
        again.sign_in()
        # Five wrong codes: the key is forgotten, what was entered is not.
        for _ in range(5):
            again.page.fill("#pin", "000000")
            again.page.get_by_role("button", name="打开").click()
            expect(again.page.locator("button[disabled]")).to_have_count(0)
        expect(again.page.locator(".note")).to_contain_text("解锁码多次输错")
        again.begin()
        assert Visit.objects.get().opened_content["note"].startswith("收成不好")
    assert Device.objects.count() == 1


@pytest.mark.long
@pytest.mark.parametrize("years", [-10, 10])
def test_a_clock_that_is_wrong_by_years(phone: Phone, years: int) -> None:
    page = phone.page
    offset = years * 365 * 86_400_000
    page.add_init_script(
        f"""{{ const Real = Date; const shift = {offset};
        globalThis.Date = class extends Real {{
          constructor(...given) {{ given.length ? super(...given) : super(Real.now() + shift); }}
          static now() {{ return Real.now() + shift; }}
        }}; }}"""
    )
    phone.sign_in()
    phone.begin()
    phone.offline(True)
    page.reload()
    phone.open()
    phone.fill_in()
    phone.save()
    expect(page.locator(".entry-waiting")).to_be_visible()
    phone.offline(False)
    page.locator("[data-sync]").click()
    expect(page.locator(".entry-waiting")).to_have_count(0)
    kept = Visit.objects.get()
    assert kept.sent is not None
    assert kept.on == kept.entered_at.date() or abs((kept.on - kept.entered_at.date()).days) <= 1
    assert kept.sent.claimed_at is not None
    assert abs((kept.sent.claimed_at - kept.entered_at).days - years * 365) <= 1


@pytest.mark.long
def test_a_lease_that_has_run_out_and_a_clock_set_back_open_nothing(phone: Phone) -> None:
    page = phone.page
    phone.sign_in()
    phone.begin()
    phone.offline(True)
    began = page.evaluate("Date.now()") / 1000
    page.clock.set_fixed_time(began + 73 * 3600)
    page.reload()
    expect(page.locator(".note")).to_contain_text("已超过 72 小时")
    expect(page.locator("#pin")).to_have_count(0)
    phone.offline(False)
    page.get_by_role("button", name="重试").click()
    phone.begin()
    phone.offline(True)
    page.clock.set_fixed_time(began)
    page.reload()
    expect(page.locator(".note")).to_contain_text("手机时间早于")
    expect(page.locator("#pin")).to_have_count(0)


@pytest.mark.long
def test_an_edit_after_it_was_taken_is_kept_as_a_conflict_on_both_sides(phone: Phone) -> None:
    page = phone.page
    phone.sign_in()
    phone.begin()

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.context.route("**/phone/send", lose)
    phone.fill_in()
    phone.save()
    expect(page.locator("[data-sync-note]")).to_contain_text("网络中断")
    assert Visit.objects.count() == 1
    page.locator("[data-task]").first.click()
    page.get_by_label("情况说明").fill("改过：收成不好但已找到工作")
    page.context.unroute("**/phone/send", lose)
    phone.save()
    expect(page.locator(".entry-conflict")).to_be_visible(timeout=15_000)
    page.get_by_role("link", name="上传记录").click()
    page.locator("[data-entry]").first.click()
    expect(page.locator("main")).to_contain_text("改过：收成不好但已找到工作")
    expect(page.locator("main")).to_contain_text("收成不好，家里缺劳力")
    assert Visit.objects.get().opened_content["note"] == "收成不好，家里缺劳力"
    assert Dispute.objects.get().opened_content["values"]["note"].startswith("改过")
    page.get_by_role("button", name="作为新记录提交").click()
    expect(page.locator(".entry-taken")).to_be_visible(timeout=15_000)
    assert Visit.objects.count() == 2


@pytest.mark.long
def test_two_phones_of_one_user(phone: Phone, playwright: Playwright, tmp_path: Path) -> None:
    phone.sign_in()
    phone.begin()
    with _opened(playwright, tmp_path / "second", phone.site) as other:
        other.sign_in()
        other.begin()
        for each in (phone, other):
            each.offline(True)
            each.fill_in(f"收成不好 {each.profile.name}")
            each.save()
            expect(each.page.locator(".entry-waiting")).to_be_visible()
        for each in (other, phone):
            each.offline(False)
            each.page.locator("[data-sync]").click()
            expect(each.page.locator(".entry-waiting")).to_have_count(0)
    notes = [visit.opened_content["note"] for visit in Visit.objects.order_by("sent_id")]
    assert notes == ["收成不好 second", "收成不好 profile"]


def test_the_phone_is_wiped_when_the_right_has_ended(phone: Phone) -> None:
    page = phone.page
    phone.sign_in()
    phone.begin()
    phone.offline(True)
    phone.fill_in()
    phone.save()
    Post.objects.filter(user__username="village").update(valid_to=date(2021, 1, 1))
    phone.offline(False)
    expect(page.locator("[data-wiped]")).to_be_visible(timeout=15_000)
    names = page.evaluate("indexedDB.databases().then(all => all.map(one => one.name))")
    assert names == []
    assert Device.objects.get().ended_at is None or Device.objects.get().secret is None


@pytest.mark.long
def test_households_that_moved_away_leave_the_phone(phone: Phone) -> None:
    page = phone.page
    phone.sign_in()
    phone.begin()
    expect(page.locator("[data-task]")).to_have_count(1)
    Household.objects.filter(number="620402000001").update(village_code="620402101202")
    page.locator("[data-sync]").click()
    expect(page.locator("[data-task]")).to_have_count(0)
    page.reload()
    phone.open()
    expect(page.locator("[data-task]")).to_have_count(0)
    assert json.dumps(page.evaluate("document.body.innerText")).count("赵测甲") == 0


@pytest.mark.long
def test_signing_out_wipes(phone: Phone) -> None:
    page = phone.page
    phone.sign_in()
    phone.begin()
    page.get_by_role("link", name="本机").click()
    page.get_by_role("button", name="退出并清除本机数据").click()
    page.wait_for_url("**/sign-in/**")
    assert page.evaluate("indexedDB.databases()") == []
    assert Device.objects.get().why_ended == Device.Why.SIGNED_OUT
