"""Personal data at rest: closed values that only open in their own column and row, and hashes
that find a value without showing it.

A closed value is `algorithm (1 byte) · key version (1) · nonce (12) · ciphertext · tag (16)`. Its
column and row are authenticated with it, so a value moved to another row or column does not open.
The text is padded to whole 16 bytes, so its length shows little. `row` is the primary key,
allocated before the row is written. `column` is app, model and field, for example
`registry.person.name` (`SealedField.cipher_column`); the history of a table uses the names and
row ids of the table itself.

A hash (`blind`) is `key version (1 byte) · HMAC (15)`, with a key of its own for each column.
Only what hardly two people share may be hashed alone: identity numbers and phones, not surnames.
"""

import hmac
import os
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fangpin.foundation import keys
from fangpin.foundation.keys import Algorithm, Key, Ring
from fangpin.kernel.errors import FangpinError, Problem, Text, Where

_MARKS: Final = {Algorithm.aes: 1, Algorithm.sm4: 2}
_ALGORITHMS: Final = {mark: algorithm for algorithm, mark in _MARKS.items()}
_NONCE: Final = 12
_TAG: Final = 16
_BLOCK: Final = 16
_HEAD: Final = 2
SHORTEST: Final = _HEAD + _NONCE + _BLOCK + _TAG
BLIND_SIZE: Final = 16

# key, nonce, text, authenticated data → ciphertext and tag (or the text)
_Step = Callable[[bytes, bytes, bytes], bytes]


class SealBroken(FangpinError):
    """A closed value does not open: damaged, moved from elsewhere, or its key is gone."""


def seal(text: str, *, column: str, row: int) -> bytes:
    """Close one text for its place."""
    return _seal(text, keys.ring().closing, column, row, os.urandom(_NONCE))


def unseal(data: bytes | memoryview, *, column: str, row: int) -> str:
    """Open one closed value. Raises SealBroken, which names column and row and no content."""
    return _unseal(bytes(data), keys.ring(), column, row)


def seal_many(
    texts: Iterable[str | None], *, column: str, rows: Iterable[int]
) -> list[bytes | None]:
    """`seal` for a column of texts; None stays None. ValueError when lengths differ."""
    listed = list(texts)
    key, nonces = keys.ring().closing, os.urandom(_NONCE * len(listed))
    return [
        None
        if text is None
        else _seal(text, key, column, row, nonces[_NONCE * at : _NONCE * at + _NONCE])
        for at, (text, row) in enumerate(zip(listed, rows, strict=True))
    ]


def unseal_many(
    data: Iterable[bytes | memoryview | None], *, column: str, rows: Iterable[int]
) -> list[str | None]:
    """Open a column of closed values; None stays None. Raises SealBroken at the first bad one."""
    ring, prefix = keys.ring(), _prefix(column)
    openers: dict[bytes, _Step] = {}
    texts: list[str | None] = []
    for closed, row in zip(data, rows, strict=True):
        if closed is None:
            texts.append(None)
            continue
        head = bytes(closed[:_HEAD])
        if (open_ := openers.get(head)) is None:
            open_ = openers[head] = _opener(head, ring, column, row)
        texts.append(_opened(bytes(closed), open_, prefix, column, row))
    return texts


def key_version(data: bytes | memoryview) -> int:
    """The version of the key that closed a value (or that made a hash: its first byte)."""
    return bytes(data[:_HEAD])[1]


def blind(text: str, *, column: str) -> bytes:
    """The hash of one text under the current index key, 16 bytes; equal texts give equal hashes.

    The caller normalises: upper-case X, digits of a phone only, and so on.
    """
    return _blind(text, keys.ring().indexing, column)


def blind_many(texts: Iterable[str | None], *, column: str) -> list[bytes | None]:
    """`blind` for a column of texts; None stays None."""
    key = keys.ring().indexing
    secret, head = _index_key(key.secret, key.algorithm, column), bytes([key.version])
    digest = _DIGESTS[key.algorithm]
    return [
        None
        if text is None
        else head + hmac.digest(secret, text.encode("utf-8"), digest)[: BLIND_SIZE - 1]
        for text in texts
    ]


def blinds(text: str, *, column: str) -> list[bytes]:
    """The hashes to look for: one for each index key in the ring, because rows that a rotation
    has not reached yet still carry the older one."""
    return [_blind(text, key, column) for key in keys.ring().index]


def tokens(texts: Sequence[str], *, column: str, key: Key | None = None) -> list[int]:
    """Short hashes for sets of parts of a text (bigint[] with a GIN index): one byte of key
    version and 56 bits of HMAC, as a signed 64-bit integer. Collisions are possible; whoever
    looks up by them opens the value and compares."""
    key = key or keys.ring().indexing
    secret, head = _index_key(key.secret, key.algorithm, column), bytes([key.version])
    digest = _DIGESTS[key.algorithm]
    return [
        int.from_bytes(
            head + hmac.digest(secret, text.encode("utf-8"), digest)[:7], "big", signed=True
        )
        for text in texts
    ]


# -- one value -----------------------------------------------------------------------------------


def _prefix(column: str) -> bytes:
    return column.encode("utf-8") + b"\x00"


def _place(prefix: bytes, row: int, head: bytes) -> bytes:
    return b"%s%d\x00%s" % (prefix, row, head)


def _seal(text: str, key: Key, column: str, row: int, nonce: bytes) -> bytes:
    head = bytes((_MARKS[key.algorithm], key.version))
    plain = text.encode("utf-8") + b"\x80"  # ISO/IEC 7816-4 padding
    plain += b"\x00" * (-len(plain) % _BLOCK)
    close, _ = _steps(key.secret, key.algorithm, column)
    return head + nonce + close(nonce, plain, _place(_prefix(column), row, head))


def _unseal(data: bytes, ring: Ring, column: str, row: int) -> str:
    open_ = _opener(data[:_HEAD], ring, column, row)
    return _opened(data, open_, _prefix(column), column, row)


def _opener(head: bytes, ring: Ring, column: str, row: int) -> _Step:
    if len(head) == _HEAD:
        key = ring.opening(head[1])
        if key is not None and _ALGORITHMS.get(head[0]) is key.algorithm:
            return _steps(key.secret, key.algorithm, column)[1]
    raise _broken(column, row)


def _opened(data: bytes, open_: _Step, prefix: bytes, column: str, row: int) -> str:
    if len(data) < SHORTEST:
        raise _broken(column, row)
    place = _place(prefix, row, data[:_HEAD])
    try:
        plain = open_(data[_HEAD : _HEAD + _NONCE], data[_HEAD + _NONCE :], place)
    except InvalidTag:
        raise _broken(column, row) from None
    return plain.rstrip(b"\x00")[:-1].decode("utf-8")


def _broken(column: str, row: int) -> SealBroken:
    what = Text(
        "加密内容无法打开：已损坏、来自别处，或密钥已不在",
        "a closed value does not open: damaged, moved from elsewhere, or its key is gone",
    )
    remedy = Text(
        "核对密钥文件是否属于本库；如属损坏，请从备份恢复该条记录",
        "check that the key file belongs to this database; else restore the record",
    )
    return SealBroken(Problem(what, remedy, Where(file=column, row=row)))


def _blind(text: str, key: Key, column: str) -> bytes:
    secret = _index_key(key.secret, key.algorithm, column)
    digest = hmac.digest(secret, text.encode("utf-8"), _DIGESTS[key.algorithm])
    return bytes([key.version]) + digest[: BLIND_SIZE - 1]


# -- keys of columns -----------------------------------------------------------------------------

_DIGESTS: Final = {Algorithm.aes: "sha256", Algorithm.sm4: "sm3"}


def _derived(secret: bytes, algorithm: Algorithm, purpose: str, column: str) -> bytes:
    # HKDF-Expand (RFC 5869) of one block; the root key is uniform, so nothing has to be extracted.
    info = f"fangpin {purpose} {column}".encode()
    return hmac.digest(secret, info + b"\x01", _DIGESTS[algorithm])


@lru_cache(maxsize=1024)
def _index_key(secret: bytes, algorithm: Algorithm, column: str) -> bytes:
    return _derived(secret, algorithm, "index", column)


@lru_cache(maxsize=1024)
def _steps(secret: bytes, algorithm: Algorithm, column: str) -> tuple[_Step, _Step]:
    derived = _derived(secret, algorithm, "data", column)
    if algorithm is Algorithm.aes:
        suite = AESGCM(derived)
        return suite.encrypt, suite.decrypt
    return _sm4(derived[:16])


def _sm4(derived: bytes) -> tuple[_Step, _Step]:
    block = algorithms.SM4(derived)

    def close(nonce: bytes, plain: bytes, place: bytes) -> bytes:
        step = Cipher(block, modes.GCM(nonce)).encryptor()
        step.authenticate_additional_data(place)
        return step.update(plain) + step.finalize() + step.tag

    def open_(nonce: bytes, rest: bytes, place: bytes) -> bytes:
        step = Cipher(block, modes.GCM(nonce, rest[-_TAG:])).decryptor()
        step.authenticate_additional_data(place)
        return step.update(rest[:-_TAG]) + step.finalize()

    return close, open_
