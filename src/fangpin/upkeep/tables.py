"""Rows of the whole database out of and into an archive, by COPY in PostgreSQL's text form, which
every version and machine reads. Tables, functions and triggers come from the migrations.
"""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.db import connection, transaction
from psycopg import sql

from fangpin.kernel.errors import FangpinError, Where
from fangpin.upkeep.archive import Writer

LEFT_OUT: Final = frozenset({"django_session"})
"""Who was signed in. After a restore everybody signs in again."""
MADE_BY_MIGRATIONS: Final = frozenset(
    {"django_migrations", "django_content_type", "auth_permission"}
)
FOLDER: Final = "tables"
_PIECE: Final = 8 * 2**20

_COLUMNS = """
SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    AND a.attgenerated = ''
WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND NOT c.relispartition
GROUP BY c.relname ORDER BY c.relname
"""
_SEQUENCES = """
SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema() ORDER BY 1
"""


@dataclass(frozen=True)
class Table:
    """One table and its stored columns."""

    name: str
    columns: tuple[str, ...]

    @property
    def written(self) -> sql.Composable:
        """`"table" ("column", …)`"""
        columns = sql.SQL(", ").join(map(sql.Identifier, self.columns))
        return sql.SQL("{} ({})").format(sql.Identifier(self.name), columns)


def tables() -> list[Table]:
    """Every table of the schema, by name."""
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS)
        return [Table(name, tuple(columns)) for name, columns in cursor.fetchall()]


@contextmanager
def one_moment() -> Iterator[None]:
    """All reads inside see the database as of one moment, and every row of it or an error."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        # A policy that hides rows from this login must stop a backup, not thin it out.
        cursor.execute("SET LOCAL row_security = off")
        yield


def copy_out(writer: Writer) -> None:
    """Add every table in pieces, and note rows and sequences. Call inside `one_moment`."""
    with connection.cursor() as cursor:
        for table in tables():
            if table.name not in LEFT_OUT:
                writer.manifest.tables[table.name] = _copy_table_out(writer, cursor, table)
        cursor.execute(_SEQUENCES)
        writer.manifest.sequences.update(cursor.fetchall())


def _copy_table_out(writer: Writer, cursor: Any, table: Table) -> int:
    rows, number, packed = 0, 0, bytearray()
    packer = zlib.compressobj(1, wbits=31)
    head = "\t".join(table.columns).encode() + b"\n"
    packed += packer.compress(head)
    command = sql.SQL("COPY {} TO STDOUT").format(
        # A partitioned table is read through a query; its partitions belong to the schema.
        sql.SQL("(SELECT {} FROM {})").format(
            sql.SQL(", ").join(map(sql.Identifier, table.columns)), sql.Identifier(table.name)
        )
    )
    with cursor.copy(command) as copied:
        for data in copied:
            rows += bytes(data).count(b"\n")
            packed += packer.compress(data)
            if len(packed) >= _PIECE:
                writer.add_bytes(_piece(table.name, number), bytes(packed))
                number, packed = number + 1, bytearray()
    packed += packer.flush()
    writer.add_bytes(_piece(table.name, number), bytes(packed))
    return rows


def _piece(table: str, number: int) -> str:
    return f"{FOLDER}/{table}/{number:05d}"


def copy_in(folder: Path, counts: dict[str, int], sequences: dict[str, int | None]) -> None:
    """Replace the content of every table by that of the unpacked archive. One transaction.

    The tables must be those of the schema that the archive was written from. Raises FangpinError
    when they are not, or when a table ends up with another number of rows.
    """
    known = {table.name: table for table in tables()}
    with transaction.atomic(), connection.cursor() as cursor:
        if strange := sorted(set(counts) - set(known)):
            raise _other_schema(", ".join(strange))
        names = sql.SQL(", ").join(map(sql.Identifier, sorted(known)))
        for name in known:
            _user_triggers(cursor, name, "DISABLE")
        cursor.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY").format(names))
        for name, expected in counts.items():
            _copy_table_in(cursor, folder, known[name])
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name)))
            (found,) = cursor.fetchone()
            if found != expected:
                raise _other_count(name, expected, found)
        for name, last in sequences.items():
            if last is not None:
                cursor.execute("SELECT setval(%s::regclass, %s)", [f'"{name}"', last])
        # What is checked at the end of a transaction is checked now: triggers cannot be switched
        # on again while checks of their table wait.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in known:
            _user_triggers(cursor, name, "ENABLE")


def _user_triggers(cursor: Any, table: str, switch: str) -> None:
    # Audit and history would write rows about the restored rows. Foreign keys stay checked.
    cursor.execute(
        sql.SQL("ALTER TABLE {} {} TRIGGER USER").format(sql.Identifier(table), sql.SQL(switch))
    )


def _copy_table_in(cursor: Any, folder: Path, table: Table) -> None:
    unpacker = zlib.decompressobj(wbits=31)
    first, *others = sorted((folder / FOLDER / table.name).iterdir())
    head, _, rows = unpacker.decompress(first.read_bytes()).partition(b"\n")
    columns = tuple(head.decode().split("\t"))
    if set(columns) != set(table.columns):
        raise _other_schema(table.name)
    command = sql.SQL("COPY {} FROM STDIN").format(Table(table.name, columns).written)
    with cursor.copy(command) as copied:
        copied.write(rows)
        for piece in others:
            copied.write(unpacker.decompress(piece.read_bytes()))


def _other_schema(what: str) -> FangpinError:
    return FangpinError.because(
        f"备份中的表与本版本不符（{what}）",
        f"tables of the backup differ from those of this version ({what})",
        do_zh="安装写出该备份的版本，恢复后再升级",
        do_en="install the version that wrote the backup, restore, then upgrade",
    )


def _other_count(table: str, expected: int, found: int) -> FangpinError:
    return FangpinError.because(
        f"表 {table} 应有 {expected:,} 行，恢复出 {found:,} 行",
        f"table {table} should have {expected:,} rows, {found:,} came back",
        do_zh="没有恢复任何内容；请报告此问题并换用另一份备份",
        do_en="nothing has been restored; report this and take another backup",
        where=Where(file=table),
    )
