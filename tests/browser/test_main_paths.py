"""The ways that people take every day, wide and at 360 px, in both languages."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.browser.conftest import Visitor

from fangpin.foundation.models import Job

pytestmark = pytest.mark.browser

WINDOWS = [(1280, "zh"), (360, "en")]
both_windows = pytest.mark.parametrize(
    "visit", WINDOWS, indirect=True, ids=[f"{width}-{language}" for width, language in WINDOWS]
)

# For long ways: test_accessibility.py looks at every page in both windows.
wide_or_long = pytest.mark.parametrize(
    "visit",
    [WINDOWS[0], pytest.param(WINDOWS[1], marks=pytest.mark.long)],
    indirect=True,
    ids=[f"{width}-{language}" for width, language in WINDOWS],
)


@both_windows
def test_from_the_overview_to_the_clause(visit: Visitor) -> None:
    page = visit.page
    visit.press_sign_in("township")
    page.wait_for_url("**/desk/")
    page.keyboard.press("/")
    page.keyboard.type("620402000001")
    page.keyboard.press("Enter")
    found = page.locator(".search-hits a")
    expect(found.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(found.first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#search-field")).to_be_focused()
    visit.go("/overview/")
    cell = page.locator("table.matrix a", has_text=re.compile(r"^1$")).first
    cell.click()
    page.wait_for_url("**/findings/?**")
    visit.settled()
    page.locator("a", has_text="620402000001").first.click()
    page.wait_for_url("**/households/620402000001/")
    visit.settled()
    expect(page.locator("h1")).to_contain_text("赵测甲")
    expect(page.locator(".finding-sentence").first).to_contain_text("23,180")
    page.locator(".clause a").first.click()
    page.wait_for_url("**/packs/baiyin-2021/clauses/2.2/")
    visit.settled()


@wide_or_long
def test_every_page_in_the_menu_of_every_role(visit: Visitor) -> None:
    """Drawn for the first role that has it; for the others, as it comes from the server."""
    page, drawn = visit.page, set[str]()
    for account in ("county", "village", "department", "leader", "auditor", "admin"):
        visit.sign_in(account)
        visit.go("/")
        menu = page.locator(".menu")
        paths = [str(link.get_attribute("href")) for link in menu.locator("a").all()]
        assert paths
        if page.locator("html").get_attribute("lang") == "en":
            assert not re.search("[\u4e00-\u9fff]", menu.inner_text())
        for path in paths:
            if path in drawn:
                answer = page.context.request.get(visit.site + path)
                assert answer.ok, path
                assert f'<a href="{path}" aria-current="page"' in answer.text(), path
                continue
            drawn.add(path)
            visit.go(path)
            expect(menu.locator("[aria-current=page]")).to_have_count(1)


def test_filters_change_list_counts_and_address_without_a_reload(visit: Visitor) -> None:
    page = visit.page
    visit.sign_in("county")
    visit.go("/findings/")
    page.evaluate("window.sameDocument = true")
    expect(page.locator("table.findings tbody tr")).to_have_count(4)
    page.locator("label.pill-check").click()
    expect(page.locator("table.findings tbody tr")).to_have_count(2)
    page.wait_for_url("**/findings/?severity=check")
    page.select_option("#f-township", "620402102")
    expect(page.locator("table.findings tbody tr")).to_have_count(1)
    page.wait_for_url(re.compile("township=620402102"))
    assert page.evaluate("window.sameDocument") is True
    page.locator("a", has_text="清除条件").click()
    expect(page.locator("table.findings tbody tr")).to_have_count(4)


def test_language_and_theme_are_kept(visit: Visitor) -> None:
    page = visit.page
    visit.sign_in("leader")
    visit.go("/findings/")
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("Findings")
    assert page.url.endswith("/findings/")
    before = page.locator("html").get_attribute("data-bs-theme")
    page.locator("[data-theme-toggle]").click()
    after = page.locator("html").get_attribute("data-bs-theme")
    assert {before, after} == {"light", "dark"}
    visit.go("/overview/")
    assert page.locator("html").get_attribute("data-bs-theme") == after
    page.locator("details.account summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in/")


def test_the_list_goes_on(visit: Visitor, tmp_path: Path) -> None:
    from tests.run_folder import RunFolder

    from fangpin.screening.actions import load_run

    numbers = [f"6204020000{n:02d}" for n in range(70)]
    folder = RunFolder(
        [("two_posts", "new", 0, number) for number in numbers], [(n, 0) for n in numbers]
    )
    load_run(by=None, folder=folder.write(tmp_path / "many"), names=folder.names())
    visit.sign_in("county")
    visit.go("/findings/")
    expect(visit.page.locator("table.findings tbody tr")).to_have_count(51)
    visit.page.get_by_role("link", name="显示更多").click()
    expect(visit.page.locator("table.findings tbody tr")).to_have_count(70)


def test_files_are_dropped_sent_followed_and_cancelled(visit: Visitor, tmp_path: Path) -> None:
    page = visit.page
    visit.sign_in("county")
    visit.go("/upload/")
    for name in ("名册.csv", "多余.csv"):
        (tmp_path / name).write_text("姓名,身份证号\n赵测甲,x\n", encoding="utf-8")
    data = page.evaluate_handle(
        """names => {
            const transfer = new DataTransfer();
            for (const name of names) transfer.items.add(new File(['姓名\\n赵测甲\\n'], name));
            return transfer;
        }""",
        ["名册.csv", "多余.csv"],
    )
    page.dispatch_event("[data-drop]", "drop", {"dataTransfer": data})
    expect(page.locator(".chosen li")).to_have_count(2)
    page.get_by_role("button", name="移除 多余.csv").click()
    expect(page.locator(".chosen li")).to_have_count(1)
    page.get_by_role("button", name="导入并比对").click()
    page.wait_for_url("**/jobs/**")
    expect(page.locator("#job")).to_contain_text("排队中")
    job = Job.objects.get(kind="screen")
    assert [path.name for path in Path(job.arguments["folder"]).iterdir()] == ["名册.csv"]
    Job.objects.update(state=Job.State.RUNNING, progress=42, step_zh="匹配人员")
    expect(page.locator("#job")).to_contain_text("42 %")
    expect(page.locator("#job")).to_contain_text("匹配人员")
    Job.objects.update(state=Job.State.QUEUED)
    page.get_by_role("button", name="取消").click()
    expect(page.locator("#job")).to_contain_text("已取消")


def test_a_file_that_cannot_be_taken_is_told_beside_the_button(visit: Visitor) -> None:
    page = visit.page
    visit.sign_in("county")
    visit.go("/upload/")
    page.set_input_files("#files", {"name": "a.exe", "mimeType": "x/y", "buffer": b"MZ"})
    page.get_by_role("button", name="导入并比对").click()
    expect(page.locator("[data-problems]")).to_contain_text("不支持的文件类型")
    visit.complaints[:] = [text for text in visit.complaints if "422" not in text]
