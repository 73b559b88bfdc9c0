"""Codes of places: what all codes below one begin with, and which one below it is free."""

from fangpin.places import refusals
from fangpin.places.models import Place


def digits_of(code: str) -> str:
    """The leading digits that a 12-digit code shares with all places below it: of a county's six,
    of a township's nine. Shorter codes stay as they are."""
    for digits in (6, 9):
        if len(code) == 12 and not code[digits:].strip("0"):
            return code[:digits]
    return code


def free_code(parent: Place, level: Place.Level, old: str, taken: set[str]) -> str:
    """A code of this level below `parent`: with the digits the place had, if they are free."""
    digits = Place.PREFIX_DIGITS[level]
    width = digits - len(parent.prefix)
    own = old[digits - width : digits] if len(old) == 12 else ""
    numbers = [own] if own.strip("0") else []
    numbers += [f"{number:0{width}d}" for number in range(1, 10**width)]
    for number in numbers:
        code = f"{parent.prefix}{number}".ljust(12, "0")
        if code not in taken:
            return code
    raise refusals.code_taken(parent.prefix, parent)
