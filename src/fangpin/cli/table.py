"""Tables for a terminal: columns line up also where characters are two cells wide."""

import unicodedata
from collections.abc import Sequence


def width(text: str) -> int:
    """How many cells of a terminal the text takes."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def lines(head: Sequence[str], rows: Sequence[Sequence[str]], texts: int = 1) -> list[str]:
    """A table as lines. The first `texts` columns are aligned left, figures right."""
    table = [list(head), *(list(row) for row in rows)]
    widths = [max(width(row[at]) for row in table) for at in range(len(head))]
    return [
        "  ".join(
            _padded(cell, widths[at], right=at >= texts) for at, cell in enumerate(row)
        ).rstrip()
        for row in table
    ]


def _padded(text: str, size: int, right: bool) -> str:
    gap = " " * (size - width(text))
    return gap + text if right else text + gap
