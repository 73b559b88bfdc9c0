"""Identity numbers one at a time (GB 11643; check digit ISO 7064 MOD 11-2).

The clear face; `columns.py` gives the same answers for millions of rows.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from fangpin.kernel import characters
from fangpin.kernel.identity.verdicts import Correction, Sex, Verdict

WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS: Final = "10X98765432"  # by remainder of the weighted sum modulo 11
EARLIEST_BIRTH: Final = date(1900, 1, 1)
LATEST_BIRTH: Final = date(2099, 12, 31)
PLACEHOLDER_PREFIX: Final = "999999"

APOSTROPHES: Final = "'`´‘’′‵\"“”"
X_LOOK_ALIKES: Final = "×✕✖╳ХхΧχⅩⅹ"
# Written instead of a number: the cell says that there is none.
NOTHING: Final = frozenset(
    ["无", "暂无", "没有", "无证", "无身份证", "不详", "未知", "未提供", "空"]  # noqa: RUF005
    + ["/", "\\", "-", "--", "—", "——", "#N/A", "N/A", "NA", "NULL", "NONE", "NAN"]
)

# Both cases spelled out: the same pattern serves Python and the column engine alike.
PREFIX: Final = (
    r"(?:(?:居民|公民|二代|第二代)?(?:身份证件|身份证|身份)|残疾人?证|残疾军人证|证件|社会?保障?"
    r"|[Ii][Dd](?:[Cc][Aa][Rr][Dd])?|[Ss][Ff][Zz][Hh]?)"
    r"(?:号码|编号|号|[Nn][Oo]|[Nn][Uu][Mm][Bb][Ee][Rr])?[:;.#]?"
)
_PREFIX = re.compile(PREFIX)
_SCIENTIFIC = re.compile(r"[+-]?[0-9](?:\.[0-9]+)?E\+?[0-9]{1,3}")
# A number that some program wrote back as text: 620402199301224000.0
_DECIMAL_TAIL = re.compile(r"[0-9]{15,}\.0*")
_SHAPE_18 = re.compile(r"[0-9]{17}[0-9X]")
_SHAPE_20 = re.compile(r"[0-9]{17}[0-9X][0-9]{2}")
_SHAPE_22 = re.compile(r"[0-9]{17}[0-9X][0-9]{2}(?:[A-Z][0-9]|[0-9]{2})")
_SHAPE_15 = re.compile(r"[0-9]{15}")
_LENGTHS = {15: _SHAPE_15, 18: _SHAPE_18, 20: _SHAPE_20, 22: _SHAPE_22}
_DIGITS_AND_X = re.compile(r"[0-9X]+")


@dataclass(frozen=True, slots=True)
class IdentityNumber:
    """What one cell says. `normalised` is set exactly when the verdict is ok or ok_normalised.

    `category` 1–7 and `level` 1–4 only from a disability certificate number.
    """

    verdict: Verdict
    normalised: str | None = None
    corrections: tuple[Correction, ...] = ()
    birth_date: date | None = None
    sex: Sex | None = None
    category: int | None = None
    level: int | None = None


def check_digit(first_seventeen: str) -> str:
    """The 18th character for 17 digits. ValueError when they are not 17 ASCII digits."""
    if len(first_seventeen) != 17 or not (first_seventeen.isascii() and first_seventeen.isdigit()):
        raise ValueError(f"17 digits expected, got {first_seventeen!r}")
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first_seventeen, strict=True))
    return CHECK_DIGITS[total % 11]


def birth_date_of(number: str, as_of: date | None = None) -> date | None:
    """Characters 7–14 as a date between 1900 and `as_of` (or 2099); None when impossible."""
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return born if EARLIEST_BIRTH <= born <= (as_of or LATEST_BIRTH) else None


def is_valid(number: str, as_of: date | None = None) -> bool:
    """True for 18 characters as they stand: shape, birth date and check digit all right."""
    return (
        _SHAPE_18.fullmatch(number) is not None
        and not number.startswith(PLACEHOLDER_PREFIX)
        and birth_date_of(number, as_of) is not None
        and check_digit(number[:17]) == number[17]
    )


def to_eighteen(fifteen: str) -> str:
    """A first-generation number with its century (19) and check digit."""
    seventeen = fifteen[:6] + "19" + fifteen[6:]
    return seventeen + check_digit(seventeen)


def tidied(value: str) -> tuple[str, tuple[Correction, ...]]:
    """The bare number in `value` (no spaces, prefixes or quotes) and what was put right."""
    found: set[Correction] = set()

    def drop(text: str, unwanted: str, correction: Correction) -> str:
        kept = "".join(character for character in text if character not in unwanted)
        if kept != text:
            found.add(correction)
        return kept

    text = value
    if any(character in characters.FULL_WIDTH for character in text):
        found.add(Correction.full_width)
    text = drop(text, characters.ZERO_WIDTH + characters.CONTROLS, Correction.zero_width)
    text = drop(text, characters.NO_BREAK_SPACES, Correction.nbsp)
    text = drop(text, characters.TAB, Correction.tab)
    text = drop(text, characters.LINE_BREAKS, Correction.line_break)
    spaces = characters.PLAIN_SPACES + characters.IDEOGRAPHIC_SPACE
    inner = text.strip(spaces)
    if inner != text:
        found.add(Correction.outer_space)
    text = characters.fold_width(drop(inner, spaces, Correction.inner_space))
    if any(character in X_LOOK_ALIKES for character in text):
        found.add(Correction.x_look_alike)
        text = "".join("X" if character in X_LOOK_ALIKES else character for character in text)
    for _ in range(2):  # '身份证号:'6204… nests at most twice
        if text.startswith("="):
            found.add(Correction.excel_text)
            text = text[1:].strip('"“”')
        bare = text.strip(APOSTROPHES)
        if bare != text:
            found.add(Correction.apostrophe)
        prefix = _PREFIX.match(bare)
        text = bare[prefix.end() :] if prefix else bare
        if prefix:
            found.add(Correction.text_prefix)
    upper = "".join(chr(ord(c) - 32) if "a" <= c <= "z" else c for c in text)
    if upper != text:
        found.add(Correction.lower_x)
        text = upper
    if "-" in text and _DIGITS_AND_X.fullmatch(text.replace("-", "")):
        found.add(Correction.separator)
        text = text.replace("-", "")
    return text, tuple(correction for correction in Correction if correction in found)


def judge(value: str | None, *, numeric: bool = False, as_of: date | None = None) -> IdentityNumber:
    """What the cell `value` says. `numeric`: it arrived as a number, not as text.

    `as_of`: nobody is born after it. Never raises.
    """
    if value is None:
        return IdentityNumber(Verdict.blank)
    text, corrections = tidied(value)
    if not text or text in NOTHING:
        return IdentityNumber(Verdict.blank)
    if numeric or _DECIMAL_TAIL.fullmatch(text):
        return IdentityNumber(Verdict.numeric_cell)
    if _SCIENTIFIC.fullmatch(text):
        return IdentityNumber(Verdict.scientific_text)
    shape = _LENGTHS.get(len(text))
    if shape is None:
        plain = _DIGITS_AND_X.fullmatch(text)
        return IdentityNumber(Verdict.wrong_length if plain else Verdict.bad_characters)
    if not shape.fullmatch(text):
        return IdentityNumber(Verdict.bad_characters)
    if text.startswith(PLACEHOLDER_PREFIX):
        return IdentityNumber(Verdict.placeholder)

    category = level = None
    number = text[:18]
    if len(text) == 15:
        number, kind = to_eighteen(text), Correction.fifteen_digits
        corrections = (*corrections, kind)
    elif len(text) > 18:
        category, level = int(text[18]), int(text[19])
        kind = Correction.disability_20 if len(text) == 20 else Correction.disability_22
        corrections = (*corrections, kind)

    born = birth_date_of(number, as_of)
    if born is None:
        return IdentityNumber(Verdict.bad_date)
    if check_digit(number[:17]) != number[17]:
        return IdentityNumber(Verdict.wrong_check_digit)
    if category is not None and level is not None and not (1 <= category <= 7 and 1 <= level <= 4):
        return IdentityNumber(Verdict.bad_disability_code)
    return IdentityNumber(
        verdict=Verdict.ok_normalised if corrections else Verdict.ok,
        normalised=number,
        corrections=corrections,
        birth_date=born,
        sex=Sex.male if int(number[16]) % 2 else Sex.female,
        category=category,
        level=level,
    )
