"""Files that stay for years, each closed under a random key of its own.

The key stands in a closed column of the row that the file belongs to. So a change of keys closes
rows anew and never touches files, and a row that forgets the key has destroyed the file, wherever
copies of it lie. Names of files say nothing: random, in a folder by their first two characters.
"""

import base64
import hashlib
import os
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction

from fangpin.foundation import keys
from fangpin.foundation.cipher import SealBroken
from fangpin.foundation.durable import sync_file, sync_folder
from fangpin.foundation.keys import Algorithm
from fangpin.kernel.errors import Problem, Text, Where

_NONCE: Final = 12
_TAG: Final = 16
_MAGIC: Final = {Algorithm.aes: b"FPK1", Algorithm.sm4: b"FPK2"}
_ALGORITHMS: Final = {magic: algorithm for algorithm, magic in _MAGIC.items()}


@dataclass(frozen=True)
class Kept:
    """Where a file lies and what opens it. `key` belongs into a closed column; `sha256` and
    `size` are those of the content."""

    name: str
    key: str
    sha256: str
    size: int


def keep(data: bytes, folder: Path) -> Kept:
    """Close `data` into a new file below `folder`. It is there whole or not at all, also after a
    power cut, readable for this account only. Whoever keeps it in a transaction that fails calls
    `drop`."""
    algorithm = keys.ring().closing.algorithm
    name, secret, nonce = secrets.token_hex(16), os.urandom(32), os.urandom(_NONCE)
    if algorithm is Algorithm.aes:
        closed = AESGCM(secret).encrypt(nonce, data, name.encode())
    else:
        step = Cipher(algorithms.SM4(secret[:16]), modes.GCM(nonce)).encryptor()
        step.authenticate_additional_data(name.encode())
        closed = step.update(data) + step.finalize() + step.tag
    path = _path(folder, name)
    if not path.parent.is_dir():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync_folder(folder)
    partial = path.with_suffix(".partial")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(_MAGIC[algorithm] + nonce + closed)
        sync_file(out)
    partial.replace(path)
    sync_folder(path.parent)
    key = base64.b64encode(secret).decode("ascii")
    return Kept(name, key, hashlib.sha256(data).hexdigest(), len(data))


def opened(folder: Path, name: str, key: str) -> bytes:
    """The content. Raises SealBroken for a damaged or exchanged file or the wrong key, and
    FileNotFoundError for one that is gone."""
    data = _path(folder, name).read_bytes()
    algorithm = _ALGORITHMS.get(data[:4])
    secret, nonce, closed = base64.b64decode(key), data[4 : 4 + _NONCE], data[4 + _NONCE :]
    try:
        if algorithm is Algorithm.aes:
            return AESGCM(secret).decrypt(nonce, closed, name.encode())
        if algorithm is Algorithm.sm4:
            mode = modes.GCM(nonce, closed[-_TAG:])
            step = Cipher(algorithms.SM4(secret[:16]), mode).decryptor()
            step.authenticate_additional_data(name.encode())
            return step.update(closed[:-_TAG]) + step.finalize()
    except (InvalidTag, ValueError):
        pass
    raise SealBroken(
        Problem(
            Text("文件已损坏，无法打开", "the kept file is damaged and does not open"),
            Text("请从备份恢复", "restore it from a backup"),
            Where(file=name),
        )
    )


def drop(folder: Path, *names: str) -> None:
    """Delete files, if they are there."""
    for name in names:
        _path(folder, name).unlink(missing_ok=True)


def drop_on_commit(folder: Path, names: Iterable[str]) -> None:
    """Delete files when it is certain that their rows are gone."""
    gone = tuple(names)
    transaction.on_commit(lambda: drop(folder, *gone))


def sweep(
    folder: Path,
    named: Callable[[list[str]], Iterable[str]],
    *,
    older_than: timedelta = timedelta(days=1),
) -> int:
    """Delete files that no row names, because a process died between writing one and the end of
    its transaction; nobody could open them any more. `named` tells which of some names rows have.
    Returns how many went."""
    before = time.time() - older_than.total_seconds()
    found = {
        path.name: path
        for path in folder.glob("*/*")
        if path.is_file() and path.stat().st_mtime <= before
    }
    names = list(found)
    for at in range(0, len(names), 1000):
        for name in named(names[at : at + 1000]):
            found.pop(name, None)
    for path in found.values():
        path.unlink(missing_ok=True)
    return len(found)


def _path(folder: Path, name: str) -> Path:
    if len(name) != 32 or not set(name) <= set("0123456789abcdef"):
        raise FileNotFoundError(name)
    return folder / name[:2] / name
