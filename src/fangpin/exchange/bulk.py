"""Whole tables between PostgreSQL and columns, by COPY: a million rows in seconds.

In a frame text is String ("" = unknown, as in the table), flags Boolean, dates Date, whole numbers
and fen Int64, quantities Int64 × 10⁴, arrays their items joined by commas, bytes hexadecimal
(`\\x…`), JSON text. Null is NULL, or "" in a text or array that the table always fills.
"""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any

import polars as pl
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from fangpin.registry import sealing

QUANTITY = 10_000
_WHOLE = (models.IntegerField, models.AutoField, models.ForeignKey)


def kind_of(field: "models.Field[Any, Any]") -> str:
    """How a column stands in a frame: text flag date whole quantity array bytes json."""
    if isinstance(field, models.BooleanField):
        return "flag"
    if isinstance(field, models.DateTimeField):
        return "text"
    if isinstance(field, models.DateField):
        return "date"
    if isinstance(field, models.DecimalField):
        return "quantity"
    if isinstance(field, ArrayField):
        return "array"
    if isinstance(field, models.BinaryField):
        return "bytes"
    if isinstance(field, models.JSONField):
        return "json"
    return "whole" if isinstance(field, _WHOLE) else "text"


_DTYPES: dict[str, Any] = {
    "flag": pl.Boolean,
    "date": pl.Date,
    "whole": pl.Int64,
    "quantity": pl.Int64,
}


def dtype_of(kind: str) -> Any:
    """Polars type of a column of this kind."""
    return _DTYPES.get(kind, pl.String)


def column_of(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    """A concrete field by its name or column name."""
    for field in model._meta.concrete_fields:
        if name in (field.name, field.column):
            return field
    raise LookupError(f"{model.__name__} has no column {name}")


def columns_of(model: type[models.Model]) -> list[str]:
    """Column names of a table in order of the model."""
    return [str(field.column) for field in model._meta.concrete_fields]


def selected(model: type[models.Model], name: str, table: str) -> str:
    """SQL that gives a column of `table` (an alias) in the form of a frame."""
    field = column_of(model, name)
    column = f'{table}."{field.column}"'
    kind = kind_of(field)
    if kind == "quantity":
        return f"({column} * {QUANTITY})::bigint"
    if kind == "array":
        return f"array_to_string({column}, ',')"
    return f"{column}::text" if kind in ("bytes", "json") else column


def read(sql: str, schema: dict[str, Any], params: Sequence[object] = ()) -> pl.DataFrame:
    """The result of a SELECT with the columns and types of `schema`."""
    buffer = BytesIO()
    with connection.cursor() as cursor:
        text = cursor.mogrify(sql, params) if params else sql
        with cursor.copy(f"COPY ({text}) TO STDOUT (FORMAT csv)") as copy:
            for data in copy:
                buffer.write(data)
    if not buffer.tell():
        return pl.DataFrame(schema=schema)
    # PostgreSQL writes t and f.
    plain = {name: pl.String if kind == pl.Boolean else kind for name, kind in schema.items()}
    buffer.seek(0)
    frame = pl.read_csv(
        buffer,
        has_header=False,
        new_columns=list(schema),
        schema=plain,
        quote_char='"',
        low_memory=True,
    )
    return frame.with_columns(
        (pl.col(name) == "t").alias(name) for name, kind in schema.items() if kind == pl.Boolean
    )


def insert(model: type[models.Model], frame: pl.DataFrame) -> None:
    """COPY the rows of a frame (named by columns of the table) into the table."""
    if frame.height:
        _copy_in(f'"{model._meta.db_table}"', model, frame, filled=True)


def update(
    model: type[models.Model],
    frame: pl.DataFrame,
    *,
    merged: Sequence[str] = (),
    also: str = "",
    emptied: str = "",
) -> int:
    """Set the columns of a frame on the rows with its `id`; gives how many rows there were.

    Null leaves a value as it stands, unless `emptied` – the name of a column of the frame that
    lists columns of the table, joined by commas – says that it goes. `merged`: JSON columns whose
    keys are added to those there.
    `also`: further assignments in SQL on the alias `t`, for example `version = t.version + 1`.
    One statement, so that constraints and history see each row once.
    """
    if not frame.height:
        return 0
    table = model._meta.db_table
    stage = f"stage_{table}"
    names = [name for name in frame.columns if name not in ("id", emptied)]
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TABLE IF EXISTS pg_temp."{stage}"')
        listed = ", ".join(f'"{name}"' for name in ("id", *names))
        more = f', NULL::text AS "{emptied}"' if emptied else ""
        cursor.execute(
            f'CREATE TEMP TABLE "{stage}" ON COMMIT DROP AS '
            f'SELECT {listed}{more} FROM "{table}" WITH NO DATA'
        )
    _copy_in(f'pg_temp."{stage}"', model, frame, filled=False, texts=(emptied,))
    gone = _listed(frame[emptied]) if emptied else set()
    sets = []
    for name in names:
        value = f'coalesce(s."{name}", t."{name}")'
        if name in merged:
            value = f't."{name}" || coalesce(s."{name}", \'{{}}\')'
        elif name in gone:
            # Only names that are columns of the frame become SQL.
            value = (
                f"CASE WHEN '{name}' = ANY (string_to_array(s.\"{emptied}\", ','))"
                f" THEN {_nothing(model, name)} ELSE {value} END"
            )
        sets.append(f'"{name}" = {value}')
    sets += [also] if also else []
    with connection.cursor() as cursor:
        cursor.execute(f'ANALYZE pg_temp."{stage}"')
        cursor.execute(
            f'UPDATE "{table}" t SET {", ".join(sets)} FROM pg_temp."{stage}" s WHERE t.id = s.id'
        )
        return int(cursor.rowcount)


def keys(name: str, values: Iterable[str]) -> None:
    """A temporary table `name` with one column `number`, for joins; gone at the end of the
    transaction."""
    frame = pl.DataFrame({"number": list(values)}, schema={"number": pl.String})
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TABLE IF EXISTS pg_temp."{name}"')
        cursor.execute(
            f'CREATE TEMP TABLE "{name}" (number varchar COLLATE "C" PRIMARY KEY) ON COMMIT DROP'
        )
        with cursor.copy(f'COPY pg_temp."{name}" FROM STDIN (FORMAT csv)') as copy:
            copy.write(_csv(frame.unique()))
        cursor.execute(f'ANALYZE pg_temp."{name}"')


def closed(
    model: type[models.Model], rows: Sequence[int], texts: Mapping[str, Sequence[str | None]]
) -> dict[str, pl.Series]:
    """Clear texts by field as the columns of a frame: sealed, and what finds them."""
    columns = sealing.close(model, rows, texts)
    return {
        name: _joined(values) if kind_of(column_of(model, name)) == "array" else hexed(values)
        for name, values in columns.items()
    }


def _joined(values: Iterable[list[int] | None]) -> pl.Series:
    return pl.Series(
        [",".join(map(str, value)) if value else "" for value in values], dtype=pl.String
    )


def hexed(values: Iterable[bytes | None]) -> pl.Series:
    """Bytes as a frame holds them."""
    return pl.Series(
        [None if value is None else "\\x" + value.hex() for value in values], dtype=pl.String
    )


def unhexed(values: pl.Series) -> list[bytes | None]:
    """Bytes from a column of a frame."""
    return [None if text is None else bytes.fromhex(text[2:]) for text in values.to_list()]


def _listed(texts: pl.Series) -> set[str]:
    return {name for text in texts.drop_nulls().unique().to_list() for name in text.split(",")}


def _nothing(model: type[models.Model], name: str) -> str:
    """What a column holds when nothing is known, in SQL."""
    field = column_of(model, name)
    if field.null:
        return "NULL"
    return "'{}'" if kind_of(field) == "array" else "''"


def _copy_in(
    target: str,
    model: type[models.Model],
    frame: pl.DataFrame,
    *,
    filled: bool,
    texts: Sequence[str] = (),
) -> None:
    """`texts`: columns that are no columns of the model, copied as they are."""
    listed = ", ".join(f'"{name}"' for name in frame.columns)
    written = frame.select(
        pl.col(name) if name in texts else _written(model, name, filled) for name in frame.columns
    )
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {target} ({listed}) FROM STDIN (FORMAT csv)") as copy,
    ):
        for piece in written.iter_slices(20_000):
            copy.write(_csv(piece))


def _written(model: type[models.Model], name: str, filled: bool) -> pl.Expr:
    field = column_of(model, name)
    kind = kind_of(field)
    value = pl.col(name)
    if filled and kind in ("text", "array") and not field.null:
        value = value.fill_null("")
    if kind == "quantity":
        return decimal_text(value, 4).alias(name)
    if kind == "array":
        return pl.concat_str(pl.lit("{"), value, pl.lit("}")).alias(name)
    return value


def decimal_text(scaled: pl.Expr, digits: int) -> pl.Expr:
    """Whole numbers × 10^digits as decimal text, exactly."""
    size = scaled.abs()
    sign = pl.when(scaled < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    whole = (size // 10**digits).cast(pl.String)
    rest = (size % 10**digits).cast(pl.String).str.zfill(digits)
    return pl.concat_str(sign, whole, pl.lit("."), rest)


def _csv(frame: pl.DataFrame) -> bytes:
    buffer = BytesIO()
    frame.write_csv(buffer, include_header=False)
    return buffer.getvalue()
