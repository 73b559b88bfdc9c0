"""Nobody is shown a link that leads to "not here" for them."""

import re
from html import unescape

import pytest
from django.test import Client
from tests.cast import County

from fangpin.people.scope import scope_of
from fangpin.web.menu import TABS, beside

_LINK = re.compile(r'<a\s[^>]*href="(/[^"#?]*)')


def dead(client: Client, path: str) -> set[str]:
    """Addresses in the page's main part that are not there for its reader."""
    page = client.get(path, follow=True)
    assert page.status_code == 200, path
    main = page.content.decode().partition("<main")[2]
    found = {unescape(link) for link in _LINK.findall(main)}
    assert found, path
    return {link for link in found if client.get(link).status_code == 404}


@pytest.mark.parametrize("name", ["county", "township", "village", "leader"])
def test_links_of_the_daily_pages_lead_somewhere(county: County, name: str) -> None:
    client = county.sign_in(name)
    for path in (
        "/households/620402000001/",
        "/places/",
        "/cases/",
        "/packs/baiyin-2021/clauses/2.2/",
    ):
        assert dead(client, path) == set(), path


def test_rules_of_places_are_a_tab_for_a_whole_county(county: County) -> None:
    tab = next(tab for tab in TABS["cases"] if tab.view == "packs-in-force")
    shown = {name: beside(tab, scope_of(county.users[name])) for name in ("county", "township")}
    assert shown == {"county": True, "township": False}
