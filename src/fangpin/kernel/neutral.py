"""Texts in spreadsheets that no program takes for a formula."""

from typing import Final

_BLANK: Final = " \u00a0\u3000\u200b\u200c\u200d\u2060\ufeff"
SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a formula may begin with, full-width signs as some programs read them included."""


def neutral(value: object) -> str:
    """The text of a cell; a leading apostrophe disarms what could begin a formula."""
    text = "" if value is None else str(value).replace("\x00", "")
    return f"'{text}" if text.lstrip(_BLANK).startswith(SIGNS) else text
