"""Where a message leads to: one tap to the task."""

from collections.abc import Callable
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse

from fangpin.people.models import Message


def _list(view: str, **query: str) -> str:
    wanted = {key: value for key, value in query.items() if value}
    return reverse(view) + (f"?{urlencode(wanted)}" if wanted else "")


def _place(code: str) -> dict[str, str]:
    """How lists ask for a place."""
    if code.endswith("000"):
        return {} if code.endswith("000000") else {"township": code}
    return {"village": code} if code else {}


_TARGETS: Final[dict[str, Callable[[str, str], str]]] = {
    "case": lambda row, area: reverse("case", args=[row]),
    "notice": lambda row, area: reverse("notice", args=[row]),
    "clue": lambda row, area: reverse("clue", args=[row]),
    "clues": lambda state, area: _list("clues", state=state, **_place(area)),
    "run": lambda row, area: reverse("clue-run", args=[row]),
    "reviews": lambda row, area: _list("reviews", **_place(area)),
    "exports": lambda row, area: reverse("exports"),
    "outward": lambda row, area: reverse("outward"),
}


def target(message: Message) -> str:
    """The address; that of the messages themselves for one that leads nowhere."""
    kind, _, row = message.about.partition(":")
    found = _TARGETS.get(kind)
    return found(row, message.area_code) if found else reverse("messages")
