"""A backup into an empty machine: checked whole first, then tables, rows and files; then proved."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from fangpin.foundation import keys
from fangpin.foundation.actions import record
from fangpin.kernel.errors import FangpinError, Text, Where
from fangpin.privacy import erased_list
from fangpin.privacy.actions.forget_again import forget_again
from fangpin.upkeep import archive, tables
from fangpin.upkeep.backup import FILES, KEYS, NOT_FILES, marks
from fangpin.upkeep.proof import Proof, prove

PATHS: Final = (("feeds_intake", "folder"), ("feeds_intake", "source"))
"""Columns that hold places below the data folder; jobs hold them among their arguments."""
Say = Callable[[Text], None]


@dataclass(frozen=True)
class Restored:
    """What came back, and what was proved of it."""

    made: str
    rows: int
    files: int
    proof: Proof


def restore(
    *,
    by: Any,
    source: Path,
    passphrase: str | None,
    keys_from: Path | None,
    say: Say,
    erased: Path | None = None,
) -> Restored:
    """Bring the archive `source` into this installation, which must be empty.

    The archive is unpacked and every hash compared before anything is changed. Rows come in one
    transaction. `erased`: the list of ids that were erased since (`privacy.erased_list`); whoever
    stands on it is erased again before anybody can sign in. Raises FangpinError for a target in
    use, a damaged archive or list, one from a newer version, or keys that are not those of the
    data; nothing is loaded then.
    """
    if erased is not None:
        list(erased_list.read(erased))
    head = archive.read_head(source, passphrase)
    refuse_newer(source, head)
    data_dir = Path(settings.DATA_DIR)
    refuse_in_use(data_dir)
    unpacked = data_dir / "restore.partial"
    shutil.rmtree(unpacked, ignore_errors=True)
    unpacked.mkdir(parents=True, mode=0o700)
    try:
        say(Text("检查备份 …", "checking the backup ..."))
        manifest = archive.unpack(source, passphrase, unpacked)
        ring = _ring(unpacked, keys_from, passphrase)
        _refuse_missing_keys(source, head, ring)
        if ring is not None:
            keys.replace_ring(ring)
        say(Text("载入数据 …", "loading rows ..."))
        _migrate_to(head["migrations"])
        tables.copy_in(unpacked, manifest.tables, manifest.sequences)
        _migrate_to(None)
        _move_paths(head["data_dir"], str(data_dir))
        files = _put_files(unpacked / FILES, data_dir)
    finally:
        shutil.rmtree(unpacked, ignore_errors=True)
    again = forget_again(by=by, source=erased) if erased is not None else None
    say(_told(again, head["made"]))
    say(Text("核验 …", "proving what came back ..."))
    proof = prove()
    with transaction.atomic():
        detail = {"made": head["made"], "rows": sum(manifest.tables.values()), "files": files}
        record(by=by, action="system.restored", subject="system", detail=detail)
    return Restored(head["made"], sum(manifest.tables.values()), files, proof)


def _told(again: int | None, made: str) -> Text:
    """What became of who was erased after the backup."""
    if again is None:
        return Text(
            f"未提供删除名单（--erased）：{made} 之后依法删除的个人信息随备份回来了，"
            "取得 erased.jsonl 后运行 fangpin privacy forget-again",
            f"no list of erased ids (--erased): whoever was erased after {made} is back; get "
            "erased.jsonl and run fangpin privacy forget-again",
        )
    return Text(f"按删除名单重新删除 {again} 项", f"{again} erased again by the list")


def refuse_newer(source: Path, head: dict[str, Any]) -> None:
    """FangpinError when the archive has had migrations that this version does not know."""
    known = set(MigrationLoader(connection).disk_migrations)
    strange = [
        f"{app}.{name}"
        for app, names in head["migrations"].items()
        for name in names
        if (app, name) not in known
    ]
    if strange:
        raise FangpinError.because(
            f"备份来自版本 {head['version']}，表结构比本机的新（{strange[0]}）",
            f"the backup comes from version {head['version']}, whose tables are newer than those "
            f"known here ({strange[0]})",
            do_zh="安装该版本或更新的版本，再恢复",
            do_en="install that version or a newer one, then restore",
            where=Where(file=str(source)),
        )


def refuse_in_use(data_dir: Path) -> None:
    """FangpinError when the database or the data folder holds anything of an installation."""
    filled = [name for name in _rows_of_people_and_work() if name]
    folders = [
        folder.name
        for folder in (data_dir.iterdir() if data_dir.exists() else ())
        if folder.is_dir()
        and folder.name not in NOT_FILES
        and not folder.name.endswith(".partial")
        and any(folder.iterdir())
    ]
    if not filled and not folders:
        return
    where = ", ".join([*filled, *(f"{data_dir}/{name}" for name in folders)])
    raise FangpinError.because(
        f"恢复目标不是空的（{where}）",
        f"the place to restore to is not empty ({where})",
        do_zh="把 FANGPIN_DATA_DIR 指向新目录，并使用新建的空数据库",
        do_en="point FANGPIN_DATA_DIR at a new folder and use a new, empty database",
    )


def _rows_of_people_and_work() -> list[str]:
    """Tables with rows, except for what the migrations themselves enter."""
    existing = {table.name for table in tables.tables()}
    wanted = [
        name
        for name in ("people_user", "foundation_auditentry", "foundation_job", "feeds_intake")
        if name in existing
    ] + sorted(
        model._meta.db_table
        for model in apps.get_app_config("registry").get_models()
        if model._meta.db_table in existing
    )
    found = []
    with connection.cursor() as cursor:
        for name in wanted:
            cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{name}")')  # names are our own
            if cursor.fetchone() == (True,):
                found.append(name)
    return found


def _ring(unpacked: Path, keys_from: Path | None, passphrase: str | None) -> keys.Ring | None:
    """The keys that came along or were given; None: those of this machine are to serve."""
    inside = unpacked / KEYS
    if keys_from is None:
        if not inside.exists():
            return None
        return keys.parsed(inside.read_text(encoding="ascii"), KEYS)
    apart = unpacked / "escrow"
    apart.mkdir()
    archive.unpack(keys_from, passphrase, apart)
    return keys.parsed((apart / KEYS).read_text(encoding="ascii"), str(keys_from))


def _refuse_missing_keys(source: Path, head: dict[str, Any], ring: keys.Ring | None) -> None:
    have = marks(ring or keys.ring())
    missing = [
        f"{use} {version}"
        for use, wanted in head["keys"].items()
        for version, mark in wanted.items()
        if have[use].get(version) != mark
    ]
    if missing:
        raise FangpinError.because(
            f"没有这份备份所用的密钥（{', '.join(missing)}），个人信息将无法打开",
            f"the keys of this backup are missing ({', '.join(missing)}); personal data would "
            "stay closed",
            do_zh="用 --keys 指定托管的密钥文件，或先把 keys.json 放回原处",
            do_en="name the escrow file with --keys, or put keys.json back in its place first",
            where=Where(file=str(source)),
        )


def _migrate_to(state: dict[str, list[str]] | None) -> None:
    """The tables as they were when the archive was written, or (None) as this version has them."""
    executor = MigrationExecutor(connection)
    older = state is not None and any(
        name not in state.get(app, ()) for app, name in executor.loader.graph.leaf_nodes()
    )
    if state is None or not older:
        call_command("migrate", verbosity=0, interactive=False)
        return
    wanted = {(app, name) for app, names in state.items() for name in names}
    if ahead := sorted(set(executor.loader.applied_migrations) - wanted):
        raise FangpinError.because(
            f"数据库里的表比备份的新（{ahead[0][0]}.{ahead[0][1]}）",
            f"the tables of this database are newer than the backup ({ahead[0][0]}.{ahead[0][1]})",
            do_zh="使用新建的空数据库；恢复后会自动升级",
            do_en="use a new, empty database; it is upgraded after the restore",
        )
    # Only the last ones: a node that is applied on the way to another would be taken back.
    nodes = executor.loader.graph.node_map
    last = [
        node
        for node in wanted
        if node in nodes and not any(child.key in wanted for child in nodes[node].children)
    ]
    executor.migrate(last)


def _move_paths(before: str, now: str) -> None:
    """Rows name run folders and files by absolute path; the data folder may be another one here."""
    if before == now:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        for table, column in PATHS:
            cursor.execute(
                f'UPDATE "{table}" SET "{column}" = %s || substr("{column}", %s)'
                f' WHERE starts_with("{column}", %s)',
                [f"{now}/", len(before) + 2, f"{before}/"],
            )
        cursor.execute(
            "UPDATE foundation_job SET arguments = replace(arguments::text, %s, %s)::jsonb"
            " WHERE strpos(arguments::text, %s) > 0",
            [f'"{before}/', f'"{now}/', f'"{before}/'],
        )


def _put_files(unpacked: Path, data_dir: Path) -> int:
    count = 0
    for folder in sorted(unpacked.iterdir()) if unpacked.exists() else ():
        count += sum(1 for path in folder.rglob("*") if path.is_file())
        target = data_dir / folder.name
        if target.exists():
            target.rmdir()  # empty: `refuse_in_use` has looked
        folder.rename(target)
    return count
