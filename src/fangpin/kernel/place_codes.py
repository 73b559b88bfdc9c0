"""Twelve-digit statistical codes of places, province to village: 2 + 2 + 2 + 3 + 3 digits.

The code of a place that is no village ends in zeros, and so may the number of a village or township
itself: 620402110000 is township 110, not all of 11x. Zeros are therefore never cut off one by one.
"""

from typing import Final

PREFIX_LENGTHS: Final = (2, 4, 6, 9, 12)
"""How many leading digits a province, prefecture, county, township and village have."""


def prefix_of(code: str) -> str:
    """The leading digits that a place shares with everything in it: of a county's code six, of a
    township's nine. A text of other than 12 characters, such as a prefix, stays as it is."""
    if len(code) != 12:
        return code
    return next(code[:length] for length in PREFIX_LENGTHS if not code[length:].strip("0"))


def code_of(prefix: str) -> str:
    """The 12-digit code of the place that a prefix means."""
    return prefix.ljust(12, "0")


def prefixes_around(code: str) -> tuple[str, ...]:
    """The prefixes of a place and of all that it lies in, the narrowest first."""
    own = prefix_of(code)
    return tuple(own[:length] for length in reversed(PREFIX_LENGTHS) if length <= len(own))


def codes_around(code: str) -> tuple[str, ...]:
    """The codes of a place and of all that it lies in, the narrowest first."""
    return tuple(code_of(prefix) for prefix in prefixes_around(code))


def township_of(code: str) -> str:
    """The code of the township that a village lies in; a township's own code stays."""
    return code_of(code[:9])


def county_of(code: str) -> str:
    """The code of the county that a village or township lies in; a county's own code stays."""
    return code_of(code[:6])
