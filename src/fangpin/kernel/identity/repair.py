"""Candidates for a mistyped identity number, each confirmed by the check digit.

Several numbers usually fit, so a candidate is never taken by itself: linking accepts one only when
exactly one of them exists in the registry under a matching name.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from fangpin.kernel.identity.number import CHECK_DIGITS, check_digit, is_valid, tidied


class Slip(StrEnum):
    """The mistake that explains the difference, the likeliest first."""

    transposition = "transposition"
    missing_digit = "missing_digit"
    extra_digit = "extra_digit"
    check_digit = "check_digit"
    wrong_digit = "wrong_digit"


@dataclass(frozen=True, slots=True)
class Repair:
    """One valid number and the slip that would have produced what was written."""

    number: str
    slip: Slip


def _explanations(text: str) -> Iterator[tuple[str, Slip]]:
    if len(text) == 18:
        for i in range(17):
            yield text[:i] + text[i + 1] + text[i] + text[i + 2 :], Slip.transposition
        if text[:17].isdigit():
            yield text[:17] + check_digit(text[:17]), Slip.check_digit
        for i in range(18):
            for digit in "0123456789" if i < 17 else CHECK_DIGITS:
                yield text[:i] + digit + text[i + 1 :], Slip.wrong_digit
    elif len(text) == 17:
        for i in range(18):
            for digit in "0123456789" if i < 17 else CHECK_DIGITS:
                yield text[:i] + digit + text[i:], Slip.missing_digit
    elif len(text) == 19:
        for i in range(19):
            yield text[:i] + text[i + 1 :], Slip.extra_digit


def _readings(text: str) -> Iterator[str]:
    """The part that should be the 18 characters: all of it, or without a certificate's ending."""
    yield text
    for ending in (2, 4):
        if len(text) - ending in (17, 18, 19):
            yield text[:-ending]


def repairs(value: str, *, as_of: date | None = None) -> tuple[Repair, ...]:
    """Valid numbers one slip away from `value`, likeliest slip first, each number once.

    Slips: two neighbours exchanged, one digit missing, one too many, a wrong check digit, one wrong
    digit. A valid number and one that lost its digits to a numeric cell have no repairs: ().
    `value` as delivered (spaces and prefixes are tidied first).
    """
    text, _ = tidied(value)
    if not text.isascii() or is_valid(text, as_of):
        return ()
    found: dict[str, Slip] = {}
    order = list(Slip)
    for reading in _readings(text):
        if is_valid(reading, as_of):
            continue
        for number, slip in _explanations(reading):
            known = found.get(number)
            better = known is None or order.index(slip) < order.index(known)
            if better and is_valid(number, as_of):
                found[number] = slip
    return tuple(
        Repair(number, slip)
        for number, slip in sorted(found.items(), key=lambda item: (order.index(item[1]), item[0]))
    )
