"""What every page knows: who reads, what they may, which language, whether it is a demo."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest

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
    menu = [
        {
            "text": group.text,
            "entries": [
                {
                    "name": entry.view,
                    "icon": entry.icon,
                    "text": entry.text,
                    "key": entry.key,
                    "active": entry is active,
                }
                for entry in group.entries
                if allowed(entry, scope)
            ],
        }
        for group in MENU
    ]
    return {
        "unread": _unread_of(user),
        "language": language(),
        "demo": settings.DEMO,
        "scope": scope,
        "may_search": scope.may(Right.registry),
        "unmask_reasons": REASONS,
        "notice_version": notice().version,
        "menu": [group for group in menu if group["entries"]],
        "pages": {entry.view: entry for entry in entries() if allowed(entry, scope)},
        "tabs": [
            {"name": tab.view, "text": tab.text, "active": name in (tab.view, *tab.also)}
            for tab in TABS.get(active.view if active else "", ())
            if beside(tab, scope)
        ],
        "confirmed_until": lambda: step_up.until(request),
        "theme": request.COOKIES.get("fangpin_theme", "auto"),
    }


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
