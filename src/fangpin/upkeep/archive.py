"""The archive of a backup: a tar of members, each with its hash in the manifest at the end.

`head.json` comes first (what it is and from which schema), then `tables/…` and `files/…`, then
`manifest.json`. An archive without its manifest was cut off and is refused. With a passphrase the
whole stream is sealed (`sealing`).
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final, cast

from fangpin.foundation.durable import sync_file
from fangpin.kernel.errors import FangpinError, Where
from fangpin.upkeep.sealing import MAGIC, SealingReader, SealingWriter

FORMAT: Final = 1
HEAD: Final = "head.json"
MANIFEST: Final = "manifest.json"
_CHUNK: Final = 2**20


@dataclass(frozen=True)
class Member:
    """One member as the manifest names it. `same_as`: an earlier member with this very content."""

    name: str
    bytes: int
    sha256: str
    same_as: str = ""


@dataclass
class Manifest:
    """What the archive holds. `head` repeats the first member; `tables` rows by table;
    `sequences` the last value of each, null when it was never used."""

    head: dict[str, Any]
    members: list[Member] = field(default_factory=list)
    tables: dict[str, int] = field(default_factory=dict)
    sequences: dict[str, int | None] = field(default_factory=dict)


class _Hashing(io.RawIOBase):
    """Hashes and counts what passes on the way to `target` or from `source`."""

    def __init__(self, inner: IO[bytes]) -> None:
        self.inner, self.digest, self.size = inner, hashlib.sha256(), 0

    def read(self, size: int = -1) -> bytes:
        data = self.inner.read(size)
        self.digest.update(data)
        self.size += len(data)
        return data


class Writer:
    """Adds members to an archive under way."""

    def __init__(self, tar: tarfile.TarFile, head: dict[str, Any]) -> None:
        self._tar, self.manifest = tar, Manifest(head)
        self._inodes: dict[tuple[int, int], str] = {}
        self.add_bytes(HEAD, _json(head))

    def add_bytes(self, name: str, content: bytes) -> None:
        """A member from memory."""
        info = _info(name, len(content))
        self._tar.addfile(info, io.BytesIO(content))
        self.manifest.members.append(
            Member(name, len(content), hashlib.sha256(content).hexdigest())
        )

    def add_file(self, name: str, path: Path) -> None:
        """A member from a file; one that shares its content with an earlier file is only named."""
        with path.open("rb") as source:
            state = os.fstat(source.fileno())
            inode = (state.st_dev, state.st_ino)
            if state.st_nlink > 1 and inode in self._inodes:
                twin = next(m for m in self.manifest.members if m.name == self._inodes[inode])
                self.manifest.members.append(Member(name, twin.bytes, twin.sha256, twin.name))
                return
            passing = _Hashing(source)
            # A file that grows meanwhile is taken as long as it was; one that shrinks is an error.
            self._tar.addfile(_info(name, state.st_size), passing)
        self.manifest.members.append(Member(name, state.st_size, passing.digest.hexdigest()))
        self._inodes[inode] = name

    def finish(self) -> None:
        """Write the manifest; nothing may follow."""
        shown = {
            "head": self.manifest.head,
            "tables": self.manifest.tables,
            "sequences": self.manifest.sequences,
            "members": [vars(member) for member in self.manifest.members],
        }
        content = _json(shown)
        self._tar.addfile(_info(MANIFEST, len(content)), io.BytesIO(content))


@contextmanager
def writing(out: Path, head: dict[str, Any], passphrase: str | None) -> Iterator[Writer]:
    """A new archive at `out`, readable by its owner only; complete there or not there at all.

    Raises FangpinError when something stands there already.
    """
    if out.exists():
        raise FangpinError.because(
            f"{out} 已存在",
            f"{out} exists already",
            do_zh="换一个文件名",
            do_en="choose another name",
        )
    partial = out.with_name(f".{out.name}.partial")
    out.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            with ExitStack() as stack:
                target: IO[bytes] = file
                if passphrase is not None:
                    sealing = stack.enter_context(closing(SealingWriter(file, passphrase)))
                    target = cast("IO[bytes]", sealing)
                tar = stack.enter_context(
                    tarfile.open(fileobj=target, mode="w|", format=tarfile.PAX_FORMAT)
                )
                writer = Writer(tar, head)
                yield writer
                writer.finish()
            sync_file(file)
        partial.rename(out)
    finally:
        partial.unlink(missing_ok=True)


def read_head(path: Path, passphrase: str | None) -> dict[str, Any]:
    """The first member only. Raises FangpinError for what is no archive of ours."""
    with _reading(path, passphrase) as tar:
        info = tar.next()
        source = tar.extractfile(info) if info is not None and info.name == HEAD else None
        if source is None:
            raise _damaged(path, HEAD)
        return _parsed_head(path, source.read())


def unpack(path: Path, passphrase: str | None, into: Path) -> Manifest:
    """All members as files below `into`, each checked against its hash.

    Raises FangpinError when anything is missing, added or changed, or leads outside of `into`.
    """
    found: dict[str, Member] = {}
    manifest: dict[str, Any] | None = None
    with _reading(path, passphrase) as tar:
        for info in tar:
            if manifest is not None or not info.isreg() or not is_inside(info.name):
                raise _damaged(path, info.name)
            source = tar.extractfile(info)
            assert source is not None  # of a regular file
            if info.name == MANIFEST:
                manifest = json.loads(source.read())
                continue
            passing = _Hashing(source)
            target = into / info.name
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as written:
                while chunk := passing.read(_CHUNK):
                    written.write(chunk)
            found[info.name] = Member(info.name, passing.size, passing.digest.hexdigest())
    if manifest is None:
        raise _damaged(path, MANIFEST)
    return _checked(path, manifest, found, into)


def _checked(path: Path, written: dict[str, Any], found: dict[str, Member], into: Path) -> Manifest:
    members = [Member(**member) for member in written["members"]]
    for member in members:
        if not is_inside(member.name):
            raise _damaged(path, member.name)
        if member.same_as:
            twin = found.get(member.same_as)
            if twin is None or twin.sha256 != member.sha256:
                raise _damaged(path, member.name)
            target = into / member.name
            target.parent.mkdir(parents=True, exist_ok=True)
            os.link(into / member.same_as, target)
        elif found.get(member.name) != member:
            raise _damaged(path, member.name)
    if {member.name for member in members if not member.same_as} != set(found):
        raise _damaged(path, MANIFEST)
    return Manifest(written["head"], members, written["tables"], written["sequences"])


def is_inside(name: str) -> bool:
    """Is this the plain relative path of a member, which leads nowhere else?"""
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts


@contextmanager
def _reading(path: Path, passphrase: str | None) -> Iterator[tarfile.TarFile]:
    with ExitStack() as stack:
        file = stack.enter_context(path.open("rb"))
        sealed = file.read(len(MAGIC)) == MAGIC
        file.seek(0)
        if sealed and passphrase is None:
            raise FangpinError.because(
                "备份已加密，需要口令",
                "the backup is sealed; its passphrase is needed",
                do_zh="设置 FANGPIN_BACKUP_PASSPHRASE_FILE，或加 --passphrase 后输入",
                do_en="set FANGPIN_BACKUP_PASSPHRASE_FILE, or add --passphrase to be asked",
                where=Where(file=str(path)),
            )
        source: IO[bytes] = file
        if sealed:
            assert passphrase is not None
            source = stack.enter_context(
                io.BufferedReader(SealingReader(file, passphrase, str(path)), _CHUNK)
            )
        try:
            tar = stack.enter_context(tarfile.open(fileobj=source, mode="r|"))
            yield tar
        except (tarfile.TarError, ValueError, EOFError, KeyError, TypeError) as error:
            raise _damaged(path, type(error).__name__) from error


def _parsed_head(path: Path, content: bytes) -> dict[str, Any]:
    head: dict[str, Any] = json.loads(content)
    if head.get("what") != "fangpin backup":
        raise _damaged(path, HEAD)
    if head["format"] > FORMAT:
        raise FangpinError.because(
            f"备份由更新的版本（{head['version']}）写成",
            f"the backup was written by a newer version ({head['version']})",
            do_zh="先安装该版本或更新的版本，再恢复",
            do_en="install that version or a newer one first, then restore",
            where=Where(file=str(path)),
        )
    return head


def _damaged(path: Path, member: str) -> FangpinError:
    return FangpinError.because(
        f"备份已损坏、不完整，或不是本系统的备份（{member}）",
        f"the backup is damaged, incomplete or none of this system ({member})",
        do_zh="换用另一份备份；没有恢复任何内容",
        do_en="take another backup; nothing has been restored",
        where=Where(file=str(path)),
    )


def _info(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
