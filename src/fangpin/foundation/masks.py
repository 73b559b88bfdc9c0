"""What of a personal value every page may show. Unknown ("" or None) stays "".

The masks are chosen together, because pages show several values of one person side by side:
beside a birth date and a sex, the last four digits of an identity number leave exactly one number,
the first six leave five hundred. So a number shows its area alone. Every masked number has the
same length on all pages; joining two pages uncovers nothing more.
"""

import unicodedata
from typing import Final

STAR: Final = "*"
_AREA: Final = 6


def mask_id(number: str | None) -> str:
    """The area digits of an 18- or 15-digit identity number; of other documents the first letter.

    620402199001011234 → 620402************
    """
    text = (number or "").strip()
    digits = text[:-1].isascii() and text[:-1].isdigit()
    if digits and len(text) in (15, 18, 20, 22):  # 20 and 22: disability certificates
        return text[:_AREA] + STAR * (len(text) - _AREA)
    return _first(text) + STAR * (max(len(text), 4) - 1) if text else ""


def mask_phone(number: str | None) -> str:
    """First three and last four digits of a mobile phone, the last two of another line.

    13812345678 → 138****5678
    """
    text = (number or "").strip()
    if len(text) == 11 and text.isascii() and text.isdigit():
        return text[:3] + STAR * 4 + text[-4:]
    return STAR * max(len(text) - 2, 4) + text[-2:] if len(text) > 6 else STAR * 4 if text else ""


def mask_account(number: str | None) -> str:
    """Last four digits of a bank account, behind as many stars whatever its length.

    6217000010001234567 → ************4567
    """
    text = "".join((number or "").split())
    return STAR * 12 + (text[-4:] if len(text) >= 12 else "") if text else ""


def mask_name(name: str | None) -> str:
    """The first character, a star for each of the others: 张建国 → 张**, 欧阳建国 → 欧***.

    A compound surname shows one character like any other, or it would tell who bears one of the
    rare ones. Of names in parts (阿依古丽·买买提, MARIA GARCIA) each keeps its first character.
    """
    text = unicodedata.normalize("NFC", (name or "").strip())
    if text and _length(text) == 1:
        return STAR
    return "".join(
        part if part in _SEPARATORS else _first(part) + STAR * (_length(part) - 1)
        for part in _parts(text)
    )


_SEPARATORS: Final = (" ", "·", "•", "・", "-", ".", "'")


def _parts(text: str) -> list[str]:
    found: list[str] = []
    for character in text:
        if character in _SEPARATORS or not found or found[-1] in _SEPARATORS:
            found.append(character)
        else:
            found[-1] += character
    return found


def _joins(character: str) -> bool:
    """Whether it belongs to the character before: accents and the selectors of glyph variants."""
    return unicodedata.combining(character) != 0 or unicodedata.category(character) in ("Mn", "Cf")


def _length(text: str) -> int:
    return max(sum(not _joins(character) for character in text), 1)


def _first(text: str) -> str:
    end = 1
    while end < len(text) and _joins(text[end]):
        end += 1
    return text[:end]
