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


def pseudonym(numbers: pl.Series, key: bytes) -> pl.Series:
    """`pseudonym_of` for a column of normalised numbers: String → Binary (16 bytes), null → null.

    Every distinct value is hashed once.
    """
    empty = _keyed(key)
    distinct = numbers.unique().drop_nulls()
    digests = []
    for number in distinct.to_list():
        state = empty.copy()
        state.update(number.encode())
        digests.append(state.digest())
    hashed = pl.Series("digest", digests, dtype=pl.Binary)
    if len(distinct) == len(numbers):  # nothing repeats and nothing is null; order is not kept
        order = distinct.to_frame("number").with_columns(hashed)
    else:
        order = pl.DataFrame([distinct.alias("number"), hashed])
    return (
        numbers.to_frame("number")
        .join(order, on="number", how="left", maintain_order="left")["digest"]
        .alias(numbers.name)
    )
