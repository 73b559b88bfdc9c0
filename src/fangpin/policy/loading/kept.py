"""Sound packs kept for the next process, which then need not read and check them again.

A file holds one pack as Python objects, beside the digests of all files it was made of; it serves
while these, the code that reads packs and the place of its bases are the same. Opening one runs
what stands in it, as with compiled modules: only what belongs to the user of the program and can be
written by nobody else is opened. Files may be deleted at any time.
"""

import os
import pickle
import secrets
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

import fangpin.kernel
import fangpin.policy
from fangpin.policy.loading.folders import find_pack, folder_digest
from fangpin.policy.loading.reading import PackError, Problems
from fangpin.policy.pack import Pack

_MOST: Final = 64
"""Packs kept; those used longest ago make room."""


@dataclass(frozen=True)
class _Kept:
    """`chain`: folder and digest of every pack of the chain, base first."""

    chain: list[tuple[str, str]]
    pack: Pack


def load_kept_pack(name_or_folder: str | Path, kept_in: Path | None = None) -> Pack:
    """As `load_pack`. `kept_in`: where packs are kept (default: the user's cache)."""
    folder = find_pack(name_or_folder)
    place = kept_in or _cache()
    if place is None:
        return _loaded(name_or_folder)
    path = place / f"{_name(folder)}.pickle"
    found = _opened(path)
    if found is not None and _same(found.chain, folder):
        return found.pack
    pack = _loaded(name_or_folder)
    chain = _chain(folder)
    if all(digest for _, digest in chain) and _same(chain, folder):
        _keep(_Kept(chain, pack), path)
    return pack


def _loaded(name_or_folder: str | Path) -> Pack:
    # What reads packs is loaded when one is read: a pack that is kept needs none of it.
    from fangpin.policy.loading.load import load_pack

    return load_pack(name_or_folder)


def _chain(folder: Path) -> list[tuple[str, str]]:
    """Read again, which costs nothing in the same process: what was loaded is what is named."""
    from fangpin.policy.loading.chain import read_chain

    return [(str(each.folder), each.digest) for each in read_chain(folder, Problems())]


def _cache() -> Path | None:
    """None where the user has no home."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    try:
        base = Path(given) if os.path.isabs(given) else Path.home() / ".cache"
    except RuntimeError:
        return None
    return base / "fangpin" / "packs"


def _name(folder: Path) -> str:
    return sha256(f"{_code()}\0{folder}\0{folder.resolve()}".encode()).hexdigest()


@cache
def _code() -> str:
    """Changes with the code that reads packs."""
    told = [sys.version]
    for package in (fangpin.kernel, fangpin.policy):
        for path in sorted(Path(package.__path__[0]).rglob("*.py")):
            stat = path.stat()
            told.append(f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}")
    return sha256("\0".join(told).encode()).hexdigest()


def _same(chain: list[tuple[str, str]], folder: Path) -> bool:
    """Whether the chain of `folder` is still made of these files."""
    wanted = folder
    for number, (place, digest) in reversed(list(enumerate(chain))):
        if str(wanted) != place or folder_digest(wanted) != digest:
            return False
        if number:
            try:
                wanted = find_pack(Path(chain[number - 1][0]).name, wanted.resolve().parent)
            except PackError:
                return False
    return True


def _opened(path: Path) -> _Kept | None:
    try:
        if not (_own(path.parent) and _own(path)):
            return None
        found = pickle.loads(path.read_bytes())
        os.utime(path)
    except Exception:  # missing, cut short, or of another kind: whatever it is, it is of no use
        return None
    return found if isinstance(found, _Kept) else None


def _own(path: Path) -> bool:
    """Whether the path is ours and nobody else may write there."""
    stat = path.lstat()
    return stat.st_mode & 0o022 == 0 and (not hasattr(os, "getuid") or stat.st_uid == os.getuid())


def _keep(kept: _Kept, path: Path) -> None:
    aside = path.with_name(f"{path.name}.{secrets.token_hex(6)}.partial")
    with suppress(OSError):  # what cannot be kept only costs time
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with open(os.open(aside, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "wb") as stream:
                pickle.dump(kept, stream, protocol=5)
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
        files = sorted(path.parent.glob("*.pickle"), key=lambda each: -each.stat().st_mtime_ns)
        for old in files[_MOST:]:
            old.unlink(missing_ok=True)
