"""Keyed pseudonyms: link records of one person without carrying the identity number along."""

import hashlib
import secrets
from typing import Final

import polars as pl

SIZE: Final = 16
MINIMUM_KEY: Final = 16
_PURPOSE: Final = b"fangpin identity"


def new_key() -> bytes:
    """A fresh 32-byte key. Keep it apart from the data; a lost key cannot be recovered."""
    return secrets.token_bytes(32)


def _keyed(key: bytes) -> hashlib.blake2b:
    if not MINIMUM_KEY <= len(key) <= 64:
        raise ValueError(f"a pseudonym key has {MINIMUM_KEY} to 64 bytes, got {len(key)}")
    return hashlib.blake2b(key=key, digest_size=SIZE, person=_PURPOSE)


def pseudonym_of(number: str, key: bytes) -> bytes:
    """16 bytes for one normalised number: keyed BLAKE2b (RFC 7693). ValueError for a short key."""
    state = _keyed(key)
    state.update(number.encode())
    return state.digest()


def _digests(numbers: pl.Series, key: bytes) -> pl.Series:
    keyed = _keyed(key)  # the key is absorbed once; every number starts from a copy
    digests = []
    for number in numbers.cast(pl.Binary).to_list():
        state = keyed.copy()
        state.update(number)
        digests.append(state.digest())
    return pl.Series("digest", digests, dtype=pl.Binary)


def pseudonym(numbers: pl.Series, key: bytes) -> pl.Series:
    """`pseudonym_of` for a column of normalised numbers: String → Binary (16 bytes), null → null.

    Every distinct value is hashed once. ValueError for a short key.
    """
    if not numbers.has_nulls() and numbers.n_unique() == len(numbers):
        return _digests(numbers, key).alias(numbers.name)
    distinct = numbers.unique().drop_nulls().alias("number")
    table = pl.DataFrame([distinct, _digests(distinct, key)])
    joined = numbers.to_frame("number").join(table, on="number", how="left", maintain_order="left")
    return joined["digest"].alias(numbers.name)
