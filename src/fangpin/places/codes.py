"""Which code below a place is free."""

from fangpin.kernel.place_codes import code_of
from fangpin.places import refusals
from fangpin.places.models import Place


def free_code(parent: Place, level: Place.Level, old: str, taken: set[str]) -> str:
    """A code of this level below `parent`: with the digits the place had, if they are free."""
    digits = Place.PREFIX_DIGITS[level]
    width = digits - len(parent.prefix)
    own = old[digits - width : digits] if len(old) == 12 else ""
    numbers = [own] if own.strip("0") else []
    numbers += [f"{number:0{width}d}" for number in range(1, 10**width)]
    for number in numbers:
        code = code_of(f"{parent.prefix}{number}")
        if code not in taken:
            return code
    raise refusals.code_taken(parent.prefix, parent)
