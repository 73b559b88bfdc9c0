"""A backup: database, files taken in and runs, as of one moment, in one archive."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from fangpin import __version__
from fangpin.foundation import keys
from fangpin.foundation.actions import record
from fangpin.kernel.errors import FangpinError
from fangpin.upkeep import tables
from fangpin.upkeep.archive import FORMAT, Writer, writing

FILES: Final = "files"
KEYS: Final = "keys.json"
NOT_FILES: Final = frozenset({"database", "logs", "demo", "exchange"})
"""Folders of the data folder that are no part of a backup: the server's own, logs, another
installation, files brought for an import or made for the engine (they hold identity numbers in
clear and are deleted soon). Secrets (`keys.json` …) are single files there and stay out as well."""
ACTION: Final = "system.backup"
ESCROWED: Final = "system.keys_escrowed"


@dataclass(frozen=True)
class Made:
    """What a backup holds."""

    path: Path
    bytes: int
    sha256: str
    rows: int
    files: int


def back_up(*, by: Any, out: Path, passphrase: str | None, with_keys: bool = False) -> Made:
    """Write the archive `out`. The database is read as of one moment while work goes on; files are
    read after it, so whatever a row names is there.

    Raises FangpinError when `out` exists or keys are to go along without a passphrase.
    """
    if not applied():
        raise FangpinError.because(
            "数据库还是空的，没有可备份的内容",
            "the database is empty, there is nothing to back up",
            do_zh="检查 FANGPIN_DATA_DIR 或 FANGPIN_DATABASE_URL 是否指向正在使用的系统",
            do_en="check that FANGPIN_DATA_DIR or FANGPIN_DATABASE_URL name the installation",
        )
    if with_keys and passphrase is None:
        raise FangpinError.because(
            "密钥只能随加密的备份一起存放",
            "keys go along in a sealed backup only",
            do_zh="设置口令，或去掉 --with-keys 并单独保管密钥",
            do_en="give a passphrase, or leave --with-keys out and keep the keys elsewhere",
        )
    with writing(out, head(), passphrase) as writer:
        with tables.one_moment():
            tables.copy_out(writer)
        files = _add_files(writer, Path(settings.DATA_DIR))
        if with_keys:
            writer.add_bytes(KEYS, keys.written(keys.ring()).encode())
    digest = _sha256(out)
    rows = sum(writer.manifest.tables.values())
    with transaction.atomic():
        detail = {"sha256": digest, "rows": rows, "files": files, "sealed": passphrase is not None}
        record(by=by, action=ACTION, subject="system", detail=detail)
    return Made(out, out.stat().st_size, digest, rows, files)


def escrow(*, by: Any, out: Path, passphrase: str) -> None:
    """Write the keys alone into the sealed archive `out`, to be kept apart from backups."""
    with writing(out, head(), passphrase) as writer:
        writer.add_bytes(KEYS, keys.written(keys.ring()).encode())
    with transaction.atomic():
        record(by=by, action=ESCROWED, subject="system", detail=marks(keys.ring()))


def head() -> dict[str, Any]:
    """What an archive says about where it comes from; no personal data."""
    return {
        "what": "fangpin backup",
        "format": FORMAT,
        "version": __version__,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "postgres": connection.pg_version,  # type: ignore[attr-defined]
        "data_dir": str(settings.DATA_DIR),
        "migrations": applied(),
        "keys": marks(keys.ring()),
    }


def marks(ring: keys.Ring) -> dict[str, dict[str, str]]:
    """Which keys there are: a mark of each by version. A mark tells keys apart and no more."""

    def marked(found: tuple[keys.Key, ...]) -> dict[str, str]:
        prefix = b"fangpin mark of a key\0"
        return {
            str(key.version): hashlib.sha256(prefix + key.secret).hexdigest()[:16] for key in found
        }

    return {"data": marked(ring.data), "index": marked(ring.index)}


def applied() -> dict[str, list[str]]:
    """The migrations that the database has had, by app."""
    found: dict[str, list[str]] = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        found.setdefault(app, []).append(name)
    return found


def _add_files(writer: Writer, data_dir: Path) -> int:
    count = 0
    for folder in sorted(data_dir.iterdir()) if data_dir.exists() else ():
        if folder.is_symlink() or not folder.is_dir() or folder.name in NOT_FILES:
            continue
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(data_dir)
            half_written = any(part.endswith(".partial") for part in inside.parts)
            if path.is_symlink() or not path.is_file() or half_written:
                continue
            try:
                writer.add_file(f"{FILES}/{inside.as_posix()}", path)
            except FileNotFoundError:
                continue  # removed meanwhile: what no row names any more
            count += 1
    return count


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def described(made: Made) -> str:
    """One line for the terminal and for logs."""
    return json.dumps({**vars(made), "path": str(made.path)}, ensure_ascii=False)
