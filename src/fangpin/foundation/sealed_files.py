"""Whole files at rest: a file is closed block by block, each block bound to file, place and end.

A block moved, left out or taken from another file does not open, and a file whose end is missing
is recognised. Layout: 4 bytes `FPS1`, then for each block its length (4 bytes, big-endian) and the
closed value of `foundation.cipher`.
"""

import base64
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from fangpin.foundation.cipher import SealBroken, seal, unseal
from fangpin.kernel.errors import Problem, Text, Where

_MAGIC: Final = b"FPS1"
_BLOCK: Final = 768 * 1024
_MOST: Final = 1_000_000  # blocks of one file


def seal_file(source: IO[bytes], target: Path, *, column: str, row: int) -> int:
    """Write what `source` still holds to `target`, closed; returns its bytes. Atomic: `target`
    appears when it is whole, readable for this account only."""
    size = 0
    partial = _partial(target)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with partial.open("wb") as out:
        partial.chmod(0o600)
        out.write(_MAGIC)
        block = source.read(_BLOCK)
        for at in range(_MOST):
            size += len(block)
            following = source.read(_BLOCK)
            text = base64.b64encode(block).decode("ascii")
            closed = seal(text, column=_named(column, end=not following), row=row * _MOST + at)
            out.write(len(closed).to_bytes(4, "big") + closed)
            if not following:
                break
            block = following
        else:
            raise ValueError("a file this large is not kept")
    partial.replace(target)
    return size


def forget_sealed(target: Path) -> None:
    """Delete the file, and what a process that died has left of one, if they are there."""
    target.unlink(missing_ok=True)
    _partial(target).unlink(missing_ok=True)


def _partial(target: Path) -> Path:
    return target.with_name(target.name + ".partial")


def open_sealed(path: Path, *, column: str, row: int) -> IO[bytes]:
    """The file in clear, as an unnamed temporary file. Raises SealBroken for a damaged one and
    FileNotFoundError for one that is gone."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - handed to the caller
    try:
        for block in _blocks(path, column, row):
            file.write(block)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _blocks(path: Path, column: str, row: int) -> Iterator[bytes]:
    with path.open("rb") as source:
        if source.read(4) != _MAGIC:
            raise _broken(path)
        length = source.read(4)
        for at in range(_MOST):
            closed = source.read(int.from_bytes(length, "big"))
            length = source.read(4)
            name = _named(column, end=not length)
            yield base64.b64decode(unseal(closed, column=name, row=row * _MOST + at))
            if not length:
                return
    raise _broken(path)


def _named(column: str, *, end: bool) -> str:
    return f"{column}.end" if end else column


def _broken(path: Path) -> SealBroken:
    return SealBroken(
        Problem(
            Text("文件已损坏，无法打开", "the kept file is damaged and does not open"),
            Text("请重新导出", "export it again"),
            Where(file=path.name),
        )
    )
