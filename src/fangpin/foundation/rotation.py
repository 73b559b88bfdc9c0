"""New keys for what is closed already, while everybody goes on reading and writing.

A rotation adds keys to the ring and then closes every value anew, in slices of some hundred rows,
each one transaction. It keeps no state of its own: what is left to do is what still carries an
older version, so a killed rotation is simply begun again. The old keys open what has not been
reached and are destroyed afterwards, by a step of its own that first looks at every row.

Hashes are made from the closed values beside them by the application that owns the table; it
says how with `closed_by`. History tables are tables like others, with the row ids of the rows
whose history they keep.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pgtrigger
from django.apps import apps
from django.db import connection, models, transaction
from psycopg import sql

from fangpin.foundation import cipher, keys
from fangpin.foundation.actions import record
from fangpin.foundation.fields import BlindField, SealedField
from fangpin.foundation.keys import Algorithm, Ring
from fangpin.foundation.models import ExportLog
from fangpin.kernel.errors import FangpinError, Text, Where

SLICE: Final = 500
# Nobody writes with a key that was replaced longer ago: no request and no job step takes longer
# between closing a value and committing it.
GRACE: Final = timedelta(minutes=10)
_TOKENS: Final = "bigint[]"

# model, ids of the rows, clear texts by field → columns to write (closed values and hashes)
Closing = Callable[
    [type[models.Model], Sequence[int], Mapping[str, Sequence[str | None]]], dict[str, list[Any]]
]
_closings: dict[str, Closing] = {}


def closed_by(app: str, closing: Closing) -> None:
    """Say how the tables of an app are closed; called in its `ready()`."""
    _closings[app] = closing


@dataclass(frozen=True)
class Table:
    """A table with closed values. `row`: the column with the id that values are bound to;
    `hashes`: columns made from closed values, with their types."""

    model: type[models.Model]
    source: type[models.Model]
    row: str
    sealed: tuple[SealedField, ...]
    hashes: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """The table's name in the database."""
        return self.model._meta.db_table

    @property
    def key(self) -> str:
        """The column of its primary key."""
        pk = self.model._meta.pk
        return str(pk.column if pk else "id")


def tables() -> list[Table]:
    """Every table with closed values, those of history as well, by name."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy or not model._meta.managed:
            continue
        fields = model._meta.local_concrete_fields
        sealed = tuple(field for field in fields if isinstance(field, SealedField))
        if not sealed:
            continue
        source = getattr(model, "pgh_tracked_model", model)
        row = "pgh_obj_id" if source is not model else str(model._meta.pk.column)
        names = {field.name for field in fields}
        made = set(_closed(source, [], {field.name: [] for field in sealed})) - {
            field.name for field in sealed
        }
        hashes = tuple(
            (name, "bytea" if isinstance(model._meta.get_field(name), BlindField) else _TOKENS)
            for name in sorted(made & names)
        )
        found.append(Table(model, source, row, sealed, hashes))
    return sorted(found, key=lambda table: table.name)


def _closed(
    source: type[models.Model], rows: Sequence[int], texts: Mapping[str, Sequence[str | None]]
) -> dict[str, list[Any]]:
    closing = _closings.get(source._meta.app_label)
    if closing is not None:
        return closing(source, rows, texts)
    return {
        field: list(
            cipher.seal_many(values, column=f"{source._meta.label_lower}.{field}", rows=rows)
        )
        for field, values in texts.items()
    }


# -- what is left ----------------------------------------------------------------------------------


def _stale(table: Table, ring: Ring) -> sql.Composable:
    """The condition for rows that carry an older version than the ring's current ones."""
    data, index = ring.closing.version, ring.indexing.version
    parts: list[sql.Composable] = [
        sql.SQL("get_byte({}, 1) <> {}").format(
            sql.Identifier(str(field.column)), sql.Literal(data)
        )
        for field in table.sealed
    ]
    for name, kind in table.hashes:
        of = "({}[1] >> 56) <> {}" if kind == _TOKENS else "get_byte({}, 0) <> {}"
        # A version above 127 makes a token negative.
        version = index if kind != _TOKENS or index < 128 else index - 256
        parts.append(sql.SQL(of).format(sql.Identifier(name), sql.Literal(version)))
    return sql.SQL(" OR ").join(parts)


def left() -> dict[str, int]:
    """How many rows of each table still carry an older key. Reads every table."""
    ring, found = keys.ring(), {}
    with connection.cursor() as cursor:
        for table in tables():
            query = sql.SQL("SELECT count(*) FROM {} WHERE {}")
            cursor.execute(query.format(sql.Identifier(table.name), _stale(table, ring)))
            (found[table.name],) = cursor.fetchone()
    return found


def lost_hashes() -> dict[str, int]:
    """Hashes by an older index key that nothing can be made anew from: they stop being found."""
    version, found = keys.ring().indexing.version, {}
    made = {(table.name, name) for table in tables() for name, _ in table.hashes}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            for field in model._meta.local_concrete_fields:
                name = (model._meta.db_table, str(field.column))
                if not isinstance(field, BlindField) or name in made:
                    continue
                query = sql.SQL("SELECT count(*) FROM {} WHERE get_byte({}, 0) <> {}")
                cursor.execute(query.format(*map(sql.Identifier, name), sql.Literal(version)))
                (count,) = cursor.fetchone()
                if count:
                    found[".".join(name)] = count
    return found


# -- closing anew ----------------------------------------------------------------------------------


def begin(*, by: Any, algorithm: Algorithm, data: bool, index: bool) -> Ring:
    """Add new keys; values written from now on are closed by them. `resume` does the rest."""
    ring = keys.add_keys(algorithm, data=data, index=index)
    detail = {
        "data": ring.closing.version,
        "index": ring.indexing.version,
        "cipher": str(algorithm),
    }
    with transaction.atomic():
        record(by=by, action="keys.rotation_begun", subject="keys", detail=detail)
    return ring


def resume(
    *,
    by: Any,
    progress: Callable[[int, Text], None] = lambda *_: None,
    rest: float = 0.0,
    until: Callable[[], bool] = lambda: False,
) -> int:
    """Close anew whatever carries an older key, until nothing is left or `until` says so, asked
    after each slice. Returns how many rows.

    `rest`: pause after a slice, in times of what the slice took. The busier the database is with
    readers, the longer a slice and its pause take. Safe to kill and to run twice at once.
    """
    total = waiting = sum(left().values())
    done, stopped = 0, False
    while waiting and not stopped:
        for count in _slices(rest):
            done += count
            step = Text(f"已换用新密钥 {done:,} 行", f"{done:,} rows closed by the new keys")
            progress(min(99, 100 * done // total), step)
            if stopped := until():
                break
        else:  # writers may have used the old key up to the end
            waiting = sum(left().values())
    if done:
        detail = {"rows": done, "complete": not stopped}
        with transaction.atomic():
            record(by=by, action="keys.rotated", subject="keys", detail=detail)
    return done


def _slices(rest: float) -> Iterator[int]:
    """Go through all tables once, slice by slice; how many rows each had."""
    for table in tables():
        last = 0
        while True:
            begun = time.monotonic()
            with transaction.atomic():
                rows = _some(table, last)
                if rows:
                    _write(table, rows)
            if not rows:
                break
            last = rows[-1][0]
            yield len(rows)
            time.sleep(rest * (time.monotonic() - begun))


def _some(table: Table, after: int) -> list[tuple[Any, ...]]:
    """The next rows to close anew, locked against writers for the moment."""
    columns = [table.key, table.row, *(str(field.column) for field in table.sealed)]
    query = sql.SQL(
        "SELECT {columns} FROM {table} WHERE {key} > %s AND ({stale}) ORDER BY {key} LIMIT %s"
        " FOR NO KEY UPDATE"
    ).format(
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
        table=sql.Identifier(table.name),
        key=sql.Identifier(table.key),
        stale=_stale(table, keys.ring()),
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [after, SLICE])
        return list(cursor.fetchall())


def _write(table: Table, rows: list[tuple[Any, ...]]) -> None:
    ids = [row[1] for row in rows]
    texts = {
        field.name: cipher.unseal_many(
            [row[at] for row in rows], column=field.cipher_column, rows=ids
        )
        for at, field in enumerate(table.sealed, start=2)
    }
    made = _closed(table.source, ids, texts)
    columns = [(str(field.column), "bytea", field.name) for field in table.sealed]
    columns += [(name, kind, name) for name, kind in table.hashes]
    values = [
        [None if value is None else _literal(value) for value in made[source]]
        if kind == _TOKENS
        else made[source]
        for _, kind, source in columns
    ]
    sent = ["bytea[]" if kind == "bytea" else "text[]" for _, kind, _ in columns]
    query = sql.SQL(
        "UPDATE {table} AS t SET {sets} FROM unnest(%s::bigint[], {arrays}) AS v(key, {names})"
        " WHERE t.{key} = v.key"
    ).format(
        table=sql.Identifier(table.name),
        sets=sql.SQL(", ").join(
            sql.SQL("{0} = v.{0}::{1}").format(sql.Identifier(name), sql.SQL(kind))
            for name, kind, _ in columns
        ),
        arrays=sql.SQL(", ").join(sql.SQL(f"%s::{kind}") for kind in sent),
        names=sql.SQL(", ").join(sql.Identifier(name) for name, _, _ in columns),
        key=sql.Identifier(table.key),
    )
    # The same value in another envelope is no change: it leaves no history.
    with pgtrigger.ignore(), connection.cursor() as cursor:
        cursor.execute(query, [[row[0] for row in rows], *values])


def _literal(numbers: Sequence[int]) -> str:
    return "{" + ",".join(map(str, numbers)) + "}"


# -- destroying ------------------------------------------------------------------------------------


def destroy(*, by: Any, lose_hashes: bool = False, now: datetime | None = None) -> Ring:
    """Destroy all keys but the current ones, after making sure that nothing needs them.

    Raises FangpinError while rows, kept exports or transactions may still rest on an older key, or
    hashes would be lost (allowed with `lose_hashes`: recovery codes and the like made anew).
    """
    ring = keys.ring()
    if len(ring.data) == len(ring.index) == 1:
        return ring
    newest = max(ring.closing.made, ring.indexing.made)
    _refuse_early(newest, now or datetime.now(UTC))
    waiting = {name: count for name, count in left().items() if count}
    if waiting:
        listed = ", ".join(f"{name} {count:,}" for name, count in waiting.items())
        raise _refused(
            f"还有数据使用旧密钥：{listed}",
            f"rows still carry an older key: {listed}",
            "先运行 fangpin keys resume",
            "run fangpin keys resume first",
        )
    kept = ExportLog.objects.filter(
        asked_at__lt=newest,
        state__in=[ExportLog.State.READY, ExportLog.State.WAITING, ExportLog.State.MAKING],
    ).count()
    if kept and len(ring.data) > 1:
        raise _refused(
            f"还有 {kept} 份保存中的导出文件使用旧密钥",
            f"{kept} kept exports were closed by an older key",
            "等它们到期（至多三十天）后再销毁",
            "destroy the key when they have expired (thirty days at most)",
        )
    lost = lost_hashes() if len(ring.index) > 1 else {}
    if lost and not lose_hashes:
        listed = ", ".join(f"{name} {count:,}" for name, count in lost.items())
        raise _refused(
            f"这些哈希无法重算，销毁后失效（如恢复码）：{listed}",
            f"these hashes (recovery codes, for example) cannot be made anew: {listed}",
            "确认后加 --lose-hashes，并请用户重新生成恢复码",
            "add --lose-hashes, and ask users to make new recovery codes",
        )
    gone = {
        "data": [key.version for key in ring.data[:-1]],
        "index": [key.version for key in ring.index[:-1]],
    }
    with transaction.atomic():  # no key goes without an entry
        record(by=by, action="keys.destroyed", subject="keys", detail=gone)
    return keys.destroy_old_keys(data=True, index=True)


def _refuse_early(newest: datetime, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND xact_start < %s",
            [newest],
        )
        (older,) = cursor.fetchone()
    if older or now - newest < GRACE:
        minutes = int(GRACE.total_seconds() // 60)
        raise _refused(
            f"可能还有操作在使用旧密钥：换钥不足 {minutes} 分钟，或有更早开始的事务",
            f"somebody may still write with an older key: the new one is younger than {minutes} "
            "minutes, or a transaction began before it",
            "稍后再试",
            "try again later",
        )


def _refused(zh: str, en: str, do_zh: str, do_en: str) -> FangpinError:
    return FangpinError.because(zh, en, do_zh=do_zh, do_en=do_en, where=Where(file="keys"))
