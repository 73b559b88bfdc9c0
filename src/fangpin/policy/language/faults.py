"""Problems in an expression: position in the text, what is wrong, what to write instead."""

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

from fangpin.kernel.errors import NOWHERE, FangpinError, Problem, Text, Where


class ExpressionError(FangpinError):
    """An expression of a pack that cannot be used; carries every problem found in it."""


def fault(
    text: str, position: int, zh: str, en: str, *, do_zh: str, do_en: str, where: Where = NOWHERE
) -> Problem:
    """A problem at character offset `position` of `text`; columns are shown from 1."""
    line = text.count("\n", 0, position)
    column = position - (text.rfind("\n", 0, position) + 1) + 1
    place_zh, place_en = f"第 {column} 列", f"column {column}"
    if line:
        place_zh, place_en = f"第 {line + 1} 行{place_zh}", f"line {line + 1}, {place_en}"
    return Problem(
        what=Text(f"表达式{place_zh}：{zh}", f"expression, {place_en}: {en}"),
        remedy=Text(do_zh, do_en),
        where=where,
    )


def shown(text: str, limit: int = 40) -> str:
    """Text of unknown origin made safe to print: control and invisible characters as \\u escapes,
    shortened to `limit` characters."""
    cut = text[:limit]
    safe = "".join(
        each
        if each == " " or unicodedata.category(each)[0] not in "CZ"
        else each.encode("unicode_escape").decode()
        for each in cut
    )
    return safe + ("…" if len(text) > limit else "")


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name most like `word`, or None when nothing is close."""
    found = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else None
