"""What every page knows: who reads, what they may, which language, whether it is a demo."""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import get_script_prefix

from fangpin.people.messages.queries import MOST_COUNTED, unread
from fangpin.people.models import User
from fangpin.people.scope import Right, Scope, scope_of
from fangpin.privacy.notice import notice
from fangpin.registry.unmask import REASONS
from fangpin.web import step_up
from fangpin.web.menu import MENU, TABS, allowed, beside, entries, entry_of
from fangpin.web.wording import language


def page(request: HttpRequest) -> dict[str, Any]:
    """Context of the base template. One query for the posts of a signed-in reader, and one for
    their unread messages where the bell is drawn."""
    user = getattr(request, "user", None)
    scope = scope_of(user) if isinstance(user, User) else Scope(())
    name = request.resolver_match.view_name if request.resolver_match else ""
    active = entry_of(name, scope)
    shown = tuple(entry for entry in entries() if allowed(entry, scope))
    alike = (tuple(entry.view for entry in shown), language(), get_script_prefix())
    return {
        "unread": _unread_of(user),
        "language": language(),
        "demo": settings.DEMO,
        "scope": scope,
        "may_search": scope.may(Right.registry),
        "unmask_reasons": REASONS,
        "notice_version": notice().version,
        "menu": _menu(active.view if active else "", *alike),
        "keys": _keys(*alike),
        "pages": {entry.view: entry for entry in shown},
        "tabs": [
            {"name": tab.view, "text": tab.text, "active": name in (tab.view, *tab.also)}
            for tab in TABS.get(active.view if active else "", ())
            if beside(tab, scope)
        ],
        "confirmed_until": lambda: step_up.until(request),
        "theme": request.COOKIES.get("fangpin_theme", "auto"),
    }


@lru_cache(maxsize=1024)
def _menu(active: str, shown: tuple[str, ...], language: str, prefix: str) -> str:
    """The menu as it is drawn for whoever sees these entries, in the reader's language: some
    hundred texts and addresses, the same for all who hold the same posts. "" without entries."""
    return _drawn("web/menu.html", shown, active)


@lru_cache(maxsize=256)
def _keys(shown: tuple[str, ...], language: str, prefix: str) -> str:
    """The help on keyboard shortcuts, likewise."""
    return _drawn("web/keys.html", shown, "")


def _drawn(template: str, shown: tuple[str, ...], active: str) -> str:
    groups = [
        {"text": group.text, "entries": [entry for entry in group.entries if entry.view in shown]}
        for group in MENU
    ]
    menu = [group for group in groups if group["entries"]]
    return render_to_string(template, {"menu": menu, "active": active}) if menu else ""


def _unread_of(user: object) -> Callable[[], str]:
    """How many messages ask to be read, as the bell says it; "" for none. Asked when it is drawn:
    parts of pages have no bell."""

    @cache
    def counted() -> str:
        return shown(unread(user)) if isinstance(user, User) else ""

    return counted


def shown(count: int) -> str:
    """A count as the bell says it."""
    return "99+" if count >= MOST_COUNTED else str(count or "")
