"""Whole numbers written in Chinese: 三万二千, 壹万贰仟, 一百零五, 二〇二一, 廿三, 1万5千."""

import re
from typing import Final

DIGITS: Final = {
    **{character: value for value, character in enumerate("〇一二三四五六七八九")},
    **{character: value for value, character in enumerate("零壹贰叁肆伍陆柒捌玖")},
    "○": 0, "Ｏ": 0, "O": 0, "两": 2, "俩": 2, "幺": 1, "貳": 2, "參": 3, "陸": 6,
}  # fmt: skip
UNITS: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
MYRIADS: Final = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_TENS: Final = {"廿": "二十", "卅": "三十"}

CHARACTERS: Final = "".join({*DIGITS, *UNITS, *MYRIADS, *_TENS} - {"O", "Ｏ"})
_TOKEN = re.compile(r"[0-9]+|.")


def chinese_integer(text: str) -> int | None:
    """The value of a Chinese (or mixed) whole number; None when it is not one.

    Digit strings are read in place (二〇二一 = 2021); a trailing digit after 百, 千, 万 counts in
    the next lower unit as people say it (三万二 = 32 000, 一百五 = 150). Up to 亿; no fractions,
    no sign; texts over 40 characters are not numbers.
    """
    if len(text) > 40:
        return None
    for short, long in _TENS.items():
        text = text.replace(short, long)
    if not text:
        return None
    tokens = _TOKEN.findall(text)
    values = [int(t) if t.isascii() and t.isdigit() else DIGITS.get(t) for t in tokens]
    if all(value is not None and (len(t) == 1) for value, t in zip(values, tokens, strict=True)):
        return int("".join(str(value) for value in values))
    return _positional(tokens, values)


def _positional(tokens: list[str], values: list[int | None]) -> int | None:
    total = section = 0
    pending: int | None = None  # a digit waiting for its unit
    last_unit = 0  # the unit just used; the next one must be smaller within a section
    last_myriad = 10**12
    zero = False
    for token, value in zip(tokens, values, strict=True):
        if value is not None:
            if pending is not None:
                return None
            if value == 0 and not token.isdigit():
                zero = True
                continue
            pending = value
        elif token in UNITS:
            unit = UNITS[token]
            if last_unit and unit >= last_unit:
                return None
            if pending is None and (unit != 10 or section):
                return None
            section += (1 if pending is None else pending) * unit
            pending, last_unit, zero = None, unit, False
        elif token in MYRIADS:
            myriad = MYRIADS[token]
            section += pending or 0
            if section == 0 or myriad >= last_myriad:
                return None
            total += section * myriad
            section, pending, last_unit, last_myriad, zero = 0, None, 0, myriad, False
        else:
            return None
    if pending is not None:
        lower = last_unit // 10 if last_unit else (last_myriad // 10 if total else 1)
        spoken = pending < 10 and not zero and lower > 1 and not (last_unit == 0 and section)
        section += pending * (lower if spoken else 1)
    return total + section
