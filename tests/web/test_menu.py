"""The menu names pages that exist; letters and pages stand in it once."""

import re

from django.urls import reverse
from tests.cast import County

from fangpin.web.menu import TABS, entries


def test_every_entry_leads_somewhere_and_no_letter_twice() -> None:
    found = entries()
    for entry in found:
        assert reverse(entry.view).startswith("/")
    keys = [entry.key for entry in found if entry.key]
    assert len(keys) == len(set(keys))
    assert all(len(key) == 1 and key.islower() for key in keys)
    views = [entry.view for entry in found]
    assert len(views) == len(set(views))
    assert set(TABS) <= set(views)


def test_the_menu_shows_what_a_post_may_open(county: County) -> None:
    shown = {}
    for name in ("county", "auditor", "no_post"):
        page = county.sign_in(name).get("/packs/", follow=True)
        shown[name] = set(page.context["pages"]) if page.status_code == 200 else set()
    assert {"findings", "packs", "upload"} <= shown["county"]
    assert "findings" not in shown["auditor"]
    assert {"audit", "packs"} <= shown["auditor"]
    assert shown["no_post"] == set()


def test_what_is_drawn_once_is_never_anothers(county: County) -> None:
    """By post, by language, by page: the menu is kept as it was drawn."""
    for _ in range(2):
        for name, word, foreign in (
            ("county", "疑点", "audit"),
            ("auditor", "审计记录", "findings"),
        ):
            client = county.sign_in(name)
            for path, view in (("/packs/", "packs"), ("/calendar/", "calendar")):
                html = client.get(path).content.decode()
                current = re.findall(r'href="([^"]+)" aria-current="page"', html)
                assert current == ([reverse(view)] if view in _menu_of(html) else [])
                assert word in html
                assert foreign not in _menu_of(html)
            client.cookies["fangpin_language"] = "en"
            assert word not in client.get("/packs/").content.decode()


def _menu_of(html: str) -> set[str]:
    menu = html.partition('<nav class="menu"')[2].partition("</nav>")[0]
    return {entry.view for entry in entries() if f'href="{reverse(entry.view)}"' in menu}
