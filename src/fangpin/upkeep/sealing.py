"""A stream closed with a passphrase, so that a backup may lie where others come by.

`magic · salt (16) · nonce prefix (7)`, then pieces of 1 MiB, each with a tag of 16 bytes. The key
comes from the passphrase by scrypt; the nonce of a piece is prefix, number (4 bytes) and whether it
is the last (1 byte), so pieces that are cut off, moved or repeated do not open.
"""

import io
import os
from typing import IO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from fangpin.kernel.errors import FangpinError, Where

MAGIC: Final = b"FANGPIN-SEALED-1\n"
SHORTEST: Final = 12
_PIECE: Final = 2**20
_TAG: Final = 16
_SALT: Final = 16
_PREFIX: Final = 7


def refuse_short(passphrase: str) -> None:
    """FangpinError for a passphrase of fewer than 12 characters."""
    if len(passphrase) < SHORTEST:
        raise FangpinError.because(
            f"口令不足 {SHORTEST} 个字符",
            f"the passphrase has fewer than {SHORTEST} characters",
            do_zh="换用更长的口令，并与备份分开保管",
            do_en="take a longer one and keep it apart from the backup",
        )


def _cipher(passphrase: str, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=2**16, r=8, p=1).derive(passphrase.encode()))


def _nonce(prefix: bytes, number: int, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])


class SealingWriter(io.RawIOBase):
    """Writes to `target` what is written here, closed. `close()` ends the stream, not `target`."""

    def __init__(self, target: IO[bytes], passphrase: str) -> None:
        refuse_short(passphrase)
        salt, self._prefix = os.urandom(_SALT), os.urandom(_PREFIX)
        self._cipher, self._target = _cipher(passphrase, salt), target
        self._waiting, self._number = bytearray(), 0
        target.write(MAGIC + salt + self._prefix)

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        view = memoryview(data).cast("B")  # type: ignore[arg-type]
        self._waiting += view
        # The last piece has a mark of its own: one byte more has to wait before a piece goes.
        while len(self._waiting) > _PIECE:
            self._put(bytes(self._waiting[:_PIECE]), last=False)
            del self._waiting[:_PIECE]
        return len(view)

    def _put(self, piece: bytes, *, last: bool) -> None:
        nonce = _nonce(self._prefix, self._number, last)
        self._target.write(self._cipher.encrypt(nonce, piece, None))
        self._number += 1

    def close(self) -> None:
        if not self.closed:
            self._put(bytes(self._waiting), last=True)
            super().close()


class SealingReader(io.RawIOBase):
    """Reads a stream that `SealingWriter` wrote. FangpinError when a piece does not open."""

    def __init__(self, source: IO[bytes], passphrase: str, name: str) -> None:
        self._source, self._name = source, name
        head = source.read(len(MAGIC) + _SALT + _PREFIX)
        if not head.startswith(MAGIC) or len(head) < len(MAGIC) + _SALT + _PREFIX:
            raise self._refused()
        salt, self._prefix = head[len(MAGIC) : -_PREFIX], head[-_PREFIX:]
        self._cipher = _cipher(passphrase, salt)
        self._next = source.read(_PIECE + _TAG)
        self._open, self._at, self._number, self._ended = b"", 0, 0, False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        if self._at == len(self._open) and not self._advance():
            return 0
        taken = min(len(view), len(self._open) - self._at)
        view[:taken] = self._open[self._at : self._at + taken]
        self._at += taken
        return taken

    def _advance(self) -> bool:
        while not self._ended:
            piece, self._next = self._next, self._source.read(_PIECE + _TAG)
            self._ended = not self._next
            try:
                nonce = _nonce(self._prefix, self._number, self._ended)
                self._open, self._at = self._cipher.decrypt(nonce, piece, None), 0
            except InvalidTag:
                raise self._refused() from None
            self._number += 1
            if self._open:
                return True
        return False

    def _refused(self) -> FangpinError:
        return FangpinError.because(
            "口令不对，或文件已损坏、不完整",
            "the passphrase is wrong, or the file is damaged or incomplete",
            do_zh="核对口令；仍打不开时换用另一份备份",
            do_en="check the passphrase; if it still does not open, take another backup",
            where=Where(file=self._name),
        )
