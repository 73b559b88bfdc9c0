"""Width, spaces and invisible characters: the first thing done to every text a department sends.

Full-width letters, digits and punctuation become half-width for the ASCII range only. NFKC is too
strong for personal and place names (it rewrites compatibility ideographs and enclosed signs).
"""

from typing import Final

import polars as pl

FULL_WIDTH: Final = "".join(chr(code) for code in range(0xFF01, 0xFF5F))
IDEOGRAPHIC_SPACE: Final = "\u3000"
NO_BREAK_SPACES: Final = "\u00a0\u2007\u202f"
ZERO_WIDTH: Final = "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e" + (
    "\u2060\u2061\u2062\u2063\u2066\u2067\u2068\u2069\ufeff"
)
LINE_BREAKS: Final = "\n\r\x0b\x0c\x85\u2028\u2029"
TAB: Final = "\t"
PLAIN_SPACES: Final = " \u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u205f"
SPACES: Final = PLAIN_SPACES + IDEOGRAPHIC_SPACE + NO_BREAK_SPACES + LINE_BREAKS + TAB
# Also control characters: they come from broken exports and print as nothing.
CONTROLS: Final = "".join(chr(code) for code in range(0x20) if chr(code) not in SPACES) + "\x7f"

_WIDTH = {ord(wide): ord(wide) - 0xFEE0 for wide in FULL_WIDTH} | {0x3000: 0x20}
_TIDY = (
    _WIDTH | dict.fromkeys(map(ord, SPACES), " ") | dict.fromkeys(map(ord, ZERO_WIDTH + CONTROLS))
)
_DROP = _WIDTH | dict.fromkeys(map(ord, SPACES + ZERO_WIDTH + CONTROLS))


def fold_width(text: str) -> str:
    """Full-width ASCII (１２３ＡＢＣ（）) and the ideographic space to half-width; nothing else."""
    return text.translate(_WIDTH)


def tidy(text: str) -> str:
    """Half-width, no invisible characters, every run of spaces one space, none at the ends."""
    return " ".join(part for part in text.translate(_TIDY).split(" ") if part)


def without_spaces(text: str) -> str:
    """Half-width with every space, line break, tab and invisible character removed."""
    return text.translate(_DROP)


def _class(characters: str) -> str:
    return "[" + "".join(f"\\x{{{ord(character):X}}}" for character in characters) + "]"


_RE_WIDE = r"[\x{FF01}-\x{FF5E}\x{3000}]"
_RE_DROP = _class(SPACES + ZERO_WIDTH + CONTROLS)
_RE_SPACES = _class(SPACES) + "+"
_RE_INVISIBLE = _class(ZERO_WIDTH + CONTROLS)
_WIDE_FROM = [*FULL_WIDTH, IDEOGRAPHIC_SPACE]
_WIDE_TO = [chr(ord(wide) - 0xFEE0) for wide in FULL_WIDTH] + [" "]


def fold_width_series(texts: pl.Series) -> pl.Series:
    """`fold_width` of every value. String in, String out, null stays null."""
    if not texts.str.contains(_RE_WIDE).any():
        return texts
    return texts.str.replace_many(_WIDE_FROM, _WIDE_TO)


def tidy_series(texts: pl.Series) -> pl.Series:
    """`tidy` of every value. String in, String out, null stays null."""
    folded = fold_width_series(texts)
    return (
        folded.str.replace_all(_RE_INVISIBLE, "")
        .str.replace_all(_RE_SPACES, " ")
        .str.strip_chars(" ")
    )


def without_spaces_series(texts: pl.Series) -> pl.Series:
    """`without_spaces` of every value. String in, String out, null stays null."""
    return fold_width_series(texts).str.replace_all(_RE_DROP, "")
