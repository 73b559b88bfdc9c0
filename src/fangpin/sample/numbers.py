"""Invented numbers: identity numbers, telephones, accounts, plates, credit codes.

Identity numbers carry the area prefix 620499 (and 620498 when a day of birth is full): no county
has it, so that none of them can belong to a real person. Check digits are right.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.kernel.credit_code import ALPHABET, check_character, organisation_check
from fangpin.kernel.identity.number import CHECK_DIGITS, WEIGHTS

INVENTED_PREFIXES = (620499, 620498, 620497, 620496)
_PER_DAY = 500  # three digits, their parity is the sex


def identity_numbers(born: NDArray[np.int64], male: NDArray[np.bool_]) -> pl.Series:
    """n different identity numbers. `born` as YYYYMMDD.

    ValueError when more than 2,000 persons of one sex share a day of birth.
    """
    size = len(born)
    key = born * 2 + male
    order = np.argsort(key, kind="stable")
    ranked = key[order]
    starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])
    rank = np.empty(size, dtype=np.int64)
    rank[order] = np.arange(size) - np.repeat(starts, np.diff(np.r_[starts, size]))
    block, place = np.divmod(rank, _PER_DAY)
    if size and block.max() >= len(INVENTED_PREFIXES):
        raise ValueError("too many persons with one birthday; fewer households, please")
    # Spread over the day's numbers so that neighbours do not differ in one digit only.
    sequence = (place * 179 + born % 487) % _PER_DAY * 2 + male
    prefix = np.array(INVENTED_PREFIXES)[block]
    seventeen = (prefix * 10**8 + born) * 1000 + sequence
    total = np.zeros(size, dtype=np.int64)
    for place_value, weight in enumerate(WEIGHTS):
        total += seventeen // 10 ** (16 - place_value) % 10 * weight
    digits = pl.Series(list(CHECK_DIGITS)).gather(total % 11)
    return (pl.Series(seventeen).cast(pl.String) + digits).alias("id_number")


def telephones(rng: np.random.Generator, size: int) -> pl.Series:
    """n mobile numbers (String) of the range 154…, which is not in use."""
    return pl.Series(rng.integers(15_400_000_000, 15_449_999_999, size)).cast(pl.String)


def accounts(rng: np.random.Generator, size: int) -> pl.Series:
    """n bank card numbers of 19 digits (String)."""
    head = pl.Series(rng.integers(621700000, 621799999, size)).cast(pl.String)
    return head + pl.Series(rng.integers(10**9, 10**10 - 1, size)).cast(pl.String)


def plate(number: int) -> str:
    """A number plate of Baiyin (甘D) with the letter I, which real plates never carry."""
    digits = ""
    for _ in range(4):
        number, digit = divmod(number, 34)
        digits = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"[digit] + digits
    return f"甘D·I{digits}"


def credit_code(kind: str, number: int) -> str:
    """A well-formed credit code for area 620499. `kind` 92 individual, 93 cooperative."""
    eight = "MA"
    for _ in range(6):
        eight += ALPHABET[number % 31]
        number //= 31
    seventeen = f"{kind}620499{eight}{organisation_check(eight)}"
    return seventeen + check_character(seventeen)
