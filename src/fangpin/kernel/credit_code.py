"""Unified social credit codes of firms, cooperatives and other bodies (GB 32100-2015).

18 characters: registration department, kind of body, 6-digit area, 9-character organisation code
(GB 11714, with its own check character), check character modulo 31.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import polars as pl

from fangpin.kernel.characters import without_spaces
from fangpin.kernel.distinct import map_distinct

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I O S V Z
_VALUE: Final = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_SHAPE: Final = re.compile(rf"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}")
_OLD_SHAPE: Final = re.compile(r"[0-9]{15}")
_LABEL: Final = re.compile(r"^(?:统一)?(?:社会)?(?:信用)?代码[::]?")
_BLANK: Final = frozenset(["", "-", "--", "—", "——", "/", "无", "空"])


class CreditCodeVerdict(StrEnum):
    """`old_number`: a 15-digit business registration number from before 2015, right check digit."""

    ok = "ok"
    ok_normalised = "ok_normalised"
    old_number = "old_number"
    blank = "blank"
    wrong_length = "wrong_length"
    bad_characters = "bad_characters"
    wrong_organisation_code = "wrong_organisation_code"
    wrong_check_character = "wrong_check_character"


CREDIT_CODE_VERDICT_DTYPE: Final = pl.Enum([verdict.value for verdict in CreditCodeVerdict])


@dataclass(frozen=True, slots=True)
class CreditCode:
    """`normalised` is set for ok, ok_normalised and old_number."""

    verdict: CreditCodeVerdict
    normalised: str | None = None


def check_character(first_seventeen: str) -> str:
    """The 18th character. KeyError for characters outside the alphabet."""
    total = sum(w * _VALUE[c] for w, c in zip(_WEIGHTS, first_seventeen, strict=True))
    return ALPHABET[-total % 31]


def organisation_check(first_eight: str) -> str:
    """The 9th character of an organisation code (GB 11714): 0–9 or X."""
    values = (int(c, 36) for c in first_eight)
    total = sum(w * v for w, v in zip(_ORGANISATION_WEIGHTS, values, strict=True))
    return "0123456789X0"[11 - total % 11]


def _old_number_fits(digits: str) -> bool:
    """ISO 7064 MOD 11,10 over 15 digits."""
    product = 10
    for digit in digits[:14]:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return (product + int(digits[14])) % 10 == 1


def judge_credit_code(value: str | None) -> CreditCode:
    """What a credit code cell says. Spaces, hyphens, width, case and a label are tidied. Never
    raises."""
    text = without_spaces(value or "").strip("'`’")
    if text in _BLANK:
        return CreditCode(CreditCodeVerdict.blank)
    code = _LABEL.sub("", text).replace("-", "").upper()
    if _OLD_SHAPE.fullmatch(code):
        if _old_number_fits(code):
            return CreditCode(CreditCodeVerdict.old_number, code)
        return CreditCode(CreditCodeVerdict.wrong_check_character)
    if len(code) != 18:
        return CreditCode(CreditCodeVerdict.wrong_length)
    if not _SHAPE.fullmatch(code):
        return CreditCode(CreditCodeVerdict.bad_characters)
    if check_character(code[:17]) != code[17]:
        return CreditCode(CreditCodeVerdict.wrong_check_character)
    if organisation_check(code[8:16]) != code[16]:
        return CreditCode(CreditCodeVerdict.wrong_organisation_code)
    verdict = CreditCodeVerdict.ok if code == value else CreditCodeVerdict.ok_normalised
    return CreditCode(verdict, code)


def judge_credit_code_series(values: pl.Series) -> pl.DataFrame:
    """`judge_credit_code` of n Strings: normalised String, verdict Enum."""

    def read(value: str | None) -> tuple[str | None, str]:
        found = judge_credit_code(value)
        return found.normalised, found.verdict.value

    schema = {"normalised": pl.String(), "verdict": CREDIT_CODE_VERDICT_DTYPE}
    return map_distinct(pl.DataFrame({"value": values.cast(pl.String)}), read, schema)
