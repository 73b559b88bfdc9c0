"""Anchors of the audit chain in a file outside the database (FANGPIN_AUDIT_ANCHOR).

The file belongs on another machine or on paper: somebody who can rewrite the chain must not be able
to rewrite the anchors as well. The worker adds the head of the chain every ten minutes. When that
fails for an hour it is an alarm, after four hours nothing is exported any more: what happens then
could be rewritten without a trace.
"""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from fangpin.foundation import environment
from fangpin.foundation.audit_chain import Anchor, anchors_of
from fangpin.foundation.durable import sync_file
from fangpin.kernel.errors import FangpinError, Where

EVERY: Final = timedelta(minutes=10)
ALARM: Final = timedelta(hours=1)
STOP: Final = timedelta(hours=4)


@dataclass(frozen=True)
class AnchorState:
    """Whether anchors are kept: `path` None = nobody asked for it; `last` and `kept` (when the
    file was last brought up to date) None = never."""

    path: Path | None
    last: Anchor | None
    kept: datetime | None
    age: timedelta | None

    @property
    def alarming(self) -> bool:
        """Anchors are asked for and have not been kept for an hour, or never."""
        return self.path is not None and (self.age is None or self.age > ALARM)

    @property
    def stops_exports(self) -> bool:
        """Anchors are asked for and have not been kept for four hours, or never."""
        return self.path is not None and (self.age is None or self.age > STOP)


def anchor_file() -> Path | None:
    """FANGPIN_AUDIT_ANCHOR: an absolute path, or None when unset."""
    value = environment.text("FANGPIN_AUDIT_ANCHOR", "")
    if not value:
        return None
    path = Path(value).expanduser()
    if path.is_absolute():
        return path
    raise FangpinError.because(
        f"“{value}”不是绝对路径",
        f"'{value}' is not an absolute path",
        do_zh="从 / 写起，最好指向另一台机器的挂载目录",
        do_en="start it with /, best on a mount of another machine",
        where=Where(file="FANGPIN_AUDIT_ANCHOR"),
    )


def read_anchors(path: Path) -> list[Anchor]:
    """All anchors of a file. FangpinError when it cannot be read."""
    try:
        return anchors_of(path.read_text(encoding="utf-8").splitlines(), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(path, error) from error


def add_anchor(path: Path, anchor: Anchor) -> bool:
    """Append the anchor unless the last one says the same; then only the file's time changes.

    Returns whether a line was added. FangpinError when the file cannot be written.
    """
    try:
        known = read_anchors(path) if path.exists() else []
        if known and (known[-1].seq, known[-1].hash) == (anchor.seq, anchor.hash):
            os.utime(path)
            return False
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
        with os.fdopen(handle, "ab") as file:
            file.write(f"{anchor.line()}\n".encode("ascii"))
            sync_file(file)
    except OSError as error:
        raise _unusable(path, error) from error
    return True


def anchor_state(now: datetime | None = None) -> AnchorState:
    """How anchoring stands, from the file itself."""
    path = anchor_file()
    if path is None:
        return AnchorState(None, None, None, None)
    try:
        kept = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        known = read_anchors(path)
    except (OSError, FangpinError):
        return AnchorState(path, None, None, None)
    age = (now or datetime.now(UTC)) - kept
    return AnchorState(path, known[-1] if known else None, kept, age)


def refuse_export_without_anchor() -> None:
    """Called before anything leaves as a file. FangpinError when anchors are four hours late."""
    if anchor_state().stops_exports:
        raise FangpinError.because(
            "审计锚点已超过四小时未能写出，暂停导出",
            "audit anchors have not been kept for four hours; exports are stopped",
            do_zh="请系统管理员检查锚点文件所在的磁盘或网络，恢复后即可导出",
            do_en="ask the system administrator to check the disk or network of the anchor file",
            where=Where(file="FANGPIN_AUDIT_ANCHOR"),
        )


def _unusable(path: Path, error: Exception) -> FangpinError:
    reason = error.strerror if isinstance(error, OSError) else "not text"
    return FangpinError.because(
        f"无法读写锚点文件 {path}:{reason}",
        f"the anchor file {path} cannot be used: {reason}",
        do_zh="检查路径、磁盘空间和权限",
        do_en="check path, disk space and permissions",
        where=Where(file=str(path)),
    )
