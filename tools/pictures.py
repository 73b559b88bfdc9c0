"""Take the pictures of the README from a running demonstration: tools/pictures.py URL.

Writes docs/pictures/*.png. The demonstration must show an invented county, never real data.
"""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

TARGET = Path(__file__).resolve().parents[1] / "docs/pictures"
WIDE = {"width": 1280, "height": 860}


def sign_in(page: Page, site: str, account: str, language: str) -> None:
    """Enter as one of the demonstration's accounts."""
    cookie = "en" if language == "en" else "zh-hans"
    page.context.add_cookies([{"name": "fangpin_language", "value": cookie, "url": site}])
    page.goto(f"{site}/sign-in/")
    page.click(f"button[value={account}]")
    page.wait_for_load_state("networkidle")


def household(page: Page, site: str) -> str:
    """Path of the household with most findings on the first page of the list."""
    page.goto(f"{site}/findings/")
    links = page.locator("table.findings a[href^='/households/']")
    paths = [link.get_attribute("href") or "" for link in links.all()]
    return max(paths, key=paths.count)


def case(page: Page, site: str) -> str:
    """Path of the case that has come farthest."""
    page.goto(f"{site}/desk/")
    return page.locator("#to_sign a.desk-task").first.get_attribute("href") or ""


def main(site: str) -> int:
    TARGET.mkdir(parents=True, exist_ok=True)
    chromium = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        for language in ("zh", "en"):
            page = browser.new_context(viewport=WIDE).new_page()
            sign_in(page, site, "county", language)
            pages = {
                "overview": "/overview/",
                "household": household(page, site),
                "case": case(page, site),
            }
            for what, path in pages.items():
                page.goto(site + path)
                page.wait_for_load_state("networkidle")
                suffix = ".png" if language == "en" else ".zh-CN.png"
                page.screenshot(path=TARGET / f"{what}{suffix}")
        browser.close()
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: tools/pictures.py http://127.0.0.1:8000")
    raise SystemExit(main(sys.argv[1].rstrip("/")))
