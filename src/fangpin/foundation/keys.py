"""The key ring: which keys close and index personal data, by version. Never in the database.

It stands in `DATA_DIR/keys.json` (mode 0600, made at first use), in the file that
FANGPIN_KEYS_FILE names, or as text in FANGPIN_KEYS. Two sets of keys, each numbered 1 to 255:
`data` closes values, `index` makes the searchable hashes. The highest number closes new values;
older ones only open what they closed, until they are destroyed.
"""

import base64
import binascii
import json
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Final

from fangpin.foundation import environment
from fangpin.foundation.durable import sync_file, sync_folder
from fangpin.kernel.errors import FangpinError, Where

FILE: Final = "keys.json"
FORMAT: Final = 1
SIZE: Final = 32  # bytes of a root key; the key of each column is derived from it
LAST: Final = 255  # a version is one byte


class Algorithm(StrEnum):
    """How values are closed. Both are authenticated with a 128-bit tag."""

    aes = "aes-256-gcm"
    sm4 = "sm4-gcm"


@dataclass(frozen=True)
class Key:
    """One root key. `made`: when, UTC."""

    version: int
    algorithm: Algorithm
    secret: bytes
    made: datetime

    def __repr__(self) -> str:  # a secret never gets into a log by way of a traceback
        return f"Key(version={self.version}, algorithm={self.algorithm})"


@dataclass(frozen=True)
class Ring:
    """All keys of this installation, oldest first. Neither set is empty."""

    data: tuple[Key, ...]
    index: tuple[Key, ...]

    @property
    def closing(self) -> Key:
        """The key that closes new values."""
        return self.data[-1]

    @property
    def indexing(self) -> Key:
        """The key that indexes new values."""
        return self.index[-1]

    def opening(self, version: int) -> Key | None:
        """The data key of this version; None when there is none (any more)."""
        return next((key for key in self.data if key.version == version), None)


def new_key(version: int, algorithm: Algorithm) -> Key:
    """A fresh random root key. FangpinError when versions are used up."""
    if version > LAST:
        raise FangpinError.because(
            f"密钥版本号已用到 {LAST}",
            f"key versions are used up to {LAST}",
            do_zh="导出数据后重新安装，或联系维护者",
            do_en="export the data and install anew, or ask the maintainers",
        )
    return Key(version, algorithm, secrets.token_bytes(SIZE), datetime.now(UTC))


def chosen_algorithm() -> Algorithm:
    """FANGPIN_CIPHER: aes-256-gcm (default) or sm4-gcm, for keys made from now on."""
    value = environment.text("FANGPIN_CIPHER", Algorithm.aes.value)
    try:
        return Algorithm(value)
    except ValueError as error:
        raise FangpinError.because(
            f"“{value}”不是可用的加密算法",
            f"'{value}' is not a cipher known here",
            do_zh="写 aes-256-gcm 或 sm4-gcm",
            do_en="write aes-256-gcm or sm4-gcm",
            where=Where(file="FANGPIN_CIPHER"),
        ) from error


_kept: dict[Path, tuple[tuple[int, int, int], Ring]] = {}
_given: dict[str, Ring] = {}


def ring() -> Ring:
    """The key ring in force now. A file that changed since the last call is read again, so that
    running processes take up a new key at once.

    Raises FangpinError for a ring that is unreadable, malformed or open to other users.
    """
    text = os.environ.get("FANGPIN_KEYS", "").strip()
    if text:
        if os.environ.get("FANGPIN_KEYS_FILE", "").strip():
            raise FangpinError.because(
                "FANGPIN_KEYS 与 FANGPIN_KEYS_FILE 同时设置",
                "FANGPIN_KEYS and FANGPIN_KEYS_FILE are both set",
                do_zh="只保留其中一个",
                do_en="keep only one of them",
                where=Where(file="FANGPIN_KEYS"),
            )
        if text not in _given:
            _given.clear()
            _given[text] = parsed(text, "FANGPIN_KEYS")
        return _given[text]
    return _of_file(ring_file())


def ring_file() -> Path:
    """Where the ring stands when it is a file; made with a first pair of keys in the data folder.

    Raises FangpinError when the ring is given as text in FANGPIN_KEYS: it cannot be changed there.
    """
    if os.environ.get("FANGPIN_KEYS", "").strip():
        raise FangpinError.because(
            "密钥由环境变量 FANGPIN_KEYS 给出，程序无法修改",
            "the keys are given in the environment, where the program cannot change them",
            do_zh="改用 FANGPIN_KEYS_FILE 指向可写的文件",
            do_en="point FANGPIN_KEYS_FILE at a file that can be written",
            where=Where(file="FANGPIN_KEYS"),
        )
    named = environment.text("FANGPIN_KEYS_FILE", "")
    if named:
        return Path(named)
    path = environment.data_dir() / FILE
    if not path.exists():
        algorithm = chosen_algorithm()
        first = Ring((new_key(1, algorithm),), (new_key(1, algorithm),))
        with _explained(path):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(path, first, replacing=False)
    return path


def _of_file(path: Path) -> Ring:
    with _explained(path):
        seen = path.stat()
        mark = (seen.st_ino, seen.st_size, seen.st_mtime_ns)
        kept = _kept.get(path)
        if kept is not None and kept[0] == mark:
            return kept[1]
        if seen.st_mode & 0o077:
            raise FangpinError.because(
                f"密钥文件 {path} 可被其他用户读取",
                f"other users may read the key file {path}",
                do_zh=f"执行 chmod 600 {path}",
                do_en=f"run chmod 600 {path}",
                where=Where(file=str(path)),
            )
        found = parsed(path.read_text(encoding="ascii"), str(path))
    _kept[path] = (mark, found)
    return found


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not ASCII"
        raise FangpinError.because(
            f"无法使用密钥文件 {path}:{reason}",
            f"the key file {path} cannot be used: {reason}",
            do_zh="检查路径、磁盘空间和权限；丢失密钥时从备份恢复该文件",
            do_en="check path, disk space and permissions; restore a lost file from its backup",
            where=Where(file=str(path)),
        ) from error


def parsed(text: str, source: str) -> Ring:
    """A ring from its written form. FangpinError naming `source`, never quoting the content."""
    try:
        content = json.loads(text)
        if content.pop("format") != FORMAT or set(content) != {"data", "index"}:
            raise ValueError("format")
        return Ring(_keys(content["data"]), _keys(content["index"]))
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        raise FangpinError.because(
            "密钥内容残缺或格式不对",
            "the key ring is damaged or has another format",
            do_zh="从备份恢复；不要手工修改",
            do_en="restore it from the backup; do not edit it by hand",
            where=Where(file=source),
        ) from None


def _keys(items: list[dict[str, object]]) -> tuple[Key, ...]:
    found = []
    for item in items:
        if set(item) != {"version", "algorithm", "made", "secret"}:
            raise ValueError("columns of a key")
        version = item["version"]
        secret = base64.b64decode(str(item["secret"]), validate=True)
        if type(version) is not int or not 1 <= version <= LAST or len(secret) != SIZE:
            raise ValueError("version or size of a key")
        made = datetime.fromisoformat(str(item["made"]))
        found.append(Key(version, Algorithm(str(item["algorithm"])), secret, made))
    versions = [key.version for key in found]
    if not found or versions != sorted(set(versions)):
        raise ValueError("order of keys")
    return tuple(found)


def written(ring: Ring) -> str:
    """The ring as text, the form that `parsed` reads."""

    def listed(keys: tuple[Key, ...]) -> list[dict[str, object]]:
        return [
            {
                "version": key.version,
                "algorithm": key.algorithm.value,
                "made": key.made.isoformat(),
                "secret": base64.b64encode(key.secret).decode("ascii"),
            }
            for key in keys
        ]

    content = {"format": FORMAT, "data": listed(ring.data), "index": listed(ring.index)}
    return json.dumps(content, indent=1) + "\n"


def _write(path: Path, ring: Ring, *, replacing: bool) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".keys-")  # mode 0600
    partial = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(written(ring))
            sync_file(file)
        if replacing:
            partial.replace(path)
        else:
            with suppress(FileExistsError):  # whole or not at all; the first of two makers wins
                os.link(partial, path)
        sync_folder(path.parent)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def _changing() -> Iterator[Path]:
    path = ring_file()
    with _explained(path), path.with_name(f"{path.name}.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        yield path


def add_keys(algorithm: Algorithm, *, data: bool, index: bool) -> Ring:
    """Make new current keys and write the ring. Old keys stay and open what they closed."""
    with _changing() as path:
        found = _of_file(path)
        if data:
            key = new_key(found.closing.version + 1, algorithm)
            found = replace(found, data=(*found.data, key))
        if index:
            key = new_key(found.indexing.version + 1, algorithm)
            found = replace(found, index=(*found.index, key))
        _write(path, found, replacing=True)
        return _of_file(path)


def destroy_old_keys(*, data: bool, index: bool) -> Ring:
    """Keep the current keys only. What an older key closed is lost for good: the caller makes sure
    that nothing is left."""
    with _changing() as path:
        found = _of_file(path)
        if data:
            found = replace(found, data=found.data[-1:])
        if index:
            found = replace(found, index=found.index[-1:])
        _write(path, found, replacing=True)
        return _of_file(path)


def replace_ring(found: Ring) -> None:
    """Make `found` the ring of this installation: the keys of a restored backup."""
    with _changing() as path:
        _write(path, found, replacing=True)
