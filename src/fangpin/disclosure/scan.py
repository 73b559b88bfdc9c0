"""Looks for what must never be public in files as they leave: HTML, PDF, Word, Excel (trust B1).

Two nets. Patterns find what looks like an identity number, a telephone, a bank card or a word
about health, whoever it belongs to. Secrets find the very values of the persons a notice is about,
however they got in. A notice with a hit is not posted.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from fangpin.disclosure.built_texts import OPAQUE, texts_of
from fangpin.disclosure.terms import KINDS, plain, terms_in_plain
from fangpin.kernel.errors import FangpinError, Problem, Text, Where
from fangpin.kernel.identity import is_valid

WHAT: Final[dict[str, Text]] = {
    **KINDS,
    "identity": Text("身份证号码", "an identity number"),
    "phone": Text("电话号码", "a telephone number"),
    "card": Text("银行卡号", "a bank card number"),
    "mail": Text("电子邮箱", "a mail address"),
    "secret": Text("该户登记的个人信息", "a value registered for the household"),
    "opaque": Text(
        "无法检查的内容（图片、附件或损坏部分）", "something that cannot be looked into"
    ),
}


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: what kind, in which file, where in it. Never the value itself."""

    kind: str
    file: str
    where: str


def scan(
    files: Mapping[str, bytes],
    *,
    telephones: Iterable[str] = (),
    secrets: Iterable[str] = (),
    known: Iterable[str] = (),
) -> tuple[Hit, ...]:
    """Everything found in the files (name → bytes), each kind once per place.

    `telephones` of offices may stand there; `secrets` must not, in any spelling; `known` are texts
    that stand there by right (names of places), in which a secret may occur by chance.
    """
    allowed = {_digits(number) for number in telephones}
    standing = [plain(text) for text in known]
    wanted = {
        secret
        for secret in (_tight(plain(each)) for each in secrets)
        if len(secret) > 1 and not any(secret in _tight(text) for text in standing)
    }
    hits: dict[Hit, None] = {}
    for name, data in files.items():
        for where, text in texts_of(data):
            for kind in _kinds(text, allowed, wanted):
                hits[Hit(kind, name, where)] = None
    return tuple(hits)


def refuse_hits(hits: Iterable[Hit]) -> None:
    """Raises FangpinError naming what was found and where, when anything was."""
    problems = [
        Problem(
            Text(
                f"生成的公示文件中发现{WHAT[hit.kind].zh}，不予发布",
                f"the built notice holds {WHAT[hit.kind].en}; it is not posted",
            ),
            Text(
                "核对个案填写的内容后重新生成；如属误判，请告知系统管理员",
                "look at what the case was filled in with and build again; tell the system "
                "administrator if this is a mistake",
            ),
            Where(file=hit.file, column=hit.where[:60]),
        )
        for hit in hits
    ]
    if problems:
        raise FangpinError(problems)


def _kinds(text: str, allowed: set[str], secrets: set[str]) -> Iterator[str]:
    if text == OPAQUE:
        yield "opaque"
        return
    tidy = plain(text)
    seen = _with_digits(tidy)
    if _identity(seen):
        yield "identity"
    if _phone(seen, allowed):
        yield "phone"
    if _card(seen):
        yield "card"
    if _MAIL.search(seen):
        yield "mail"
    for kind, _ in terms_in_plain(tidy):
        yield kind
    if secrets:
        tight = _tight(seen)
        if any(secret in tight for secret in secrets):
            yield "secret"


# -- numbers --------------------------------------------------------------------------------------

_BETWEEN = r"[\s\-.·_/|,，、:：()]?"
_MOBILE = re.compile(rf"(?<!\d)(?:\+?86{_BETWEEN})?1[3-9](?:{_BETWEEN}\d){{9}}(?!\d)")
_LANDLINE = re.compile(r"(?<![\d\-])\(?0\d{2,3}\)?[\s\-–—]{0,2}[2-9]\d{6,7}(?!\d)")
_MAIL = re.compile(r"[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}")
# An identity number may begin anywhere in a run of digits.
_EIGHTEEN = re.compile(rf"(?=((?:\d{_BETWEEN}){{17}}[\dx×]))")
_FIFTEEN = re.compile(r"(?<!\d)(?=((?:\d\s?){14}\d)(?!\d))")
_CARD = re.compile(rf"(?=((?:\d{_BETWEEN}){{15,18}}\d))")
_PROVINCES = frozenset(
    {
        *range(11, 16),
        *range(21, 24),
        *range(31, 38),
        *range(41, 47),
        *range(50, 55),
        *range(61, 66),
        71,
        81,
        82,
        83,
    }
)
_ISSUERS = re.compile(r"(?:62|4\d|5[1-5]|35[2-8]|3[47]|30|36|60|9[0-9])")
_NUMERALS = str.maketrans(
    "〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖幺", "00" + "123456789" * 2 + "1"
)
_NUMERAL_RUN = re.compile(r"[〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖幺]{8,}")


def _digits(text: str) -> str:
    return "".join(c for c in plain(text) if c.isdigit())


def _tight(text: str) -> str:
    """Without what may be put between characters to break a value up."""
    return re.sub(r"[\s\-.·_/|,，、:：()*]+", "", text)


def _with_digits(text: str) -> str:
    """Long runs of Chinese numerals (一三八…) as digits."""
    return _NUMERAL_RUN.sub(lambda run: run.group().translate(_NUMERALS), text)


def _identity(text: str) -> bool:
    for found in _EIGHTEEN.finditer(text):
        number = "".join(c for c in found.group(1) if c.isdigit() or c in "x×")
        number = number.replace("×", "X").upper()
        if int(number[:2]) in _PROVINCES and is_valid(number):
            return True
    for found in _FIFTEEN.finditer(text):
        number = "".join(c for c in found.group(1) if c.isdigit())
        if int(number[:2]) in _PROVINCES and _is_day(number[6:12]):
            return True
    return False


def _is_day(text: str) -> bool:
    try:
        date(1900 + int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError:
        return False
    return True


def _phone(text: str, allowed: set[str]) -> bool:
    return any(
        _digits(found.group()) not in allowed
        for pattern in (_MOBILE, _LANDLINE)
        for found in pattern.finditer(text)
    )


def _card(text: str) -> bool:
    for found in _CARD.finditer(text):
        digits = "".join(c for c in found.group(1) if c.isdigit())
        if not _ISSUERS.match(digits):
            continue
        if any(_luhn(digits[:length]) for length in (16, 17, 18, 19) if len(digits) >= length):
            return True
    return False


def _luhn(digits: str) -> bool:
    total = 0
    for at, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if at % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def secrets_of(number: str) -> tuple[str, ...]:
    """Parts of an identity number that must not be public either: all, the birth date with and
    without the digits around it, the tail. The area alone is the county's code."""
    digits = "".join(number.split()).upper()
    if len(digits) < 15:
        return (digits,) if digits else ()
    birth = digits[6:14] if len(digits) >= 18 else digits[6:12]
    return (digits, birth, digits[-8:], digits[:10])
