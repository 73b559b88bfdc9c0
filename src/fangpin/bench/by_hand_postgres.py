"""The benchmark's job written by hand for PostgreSQL: Parquet files → findings with evidence.

The files are sent by COPY into temporary tables, then everything is SQL. `prepare` opens the
connection (to the embedded server, or to a database by URL), which is not part of the job; `run`
returns data frames; `fangpin.bench.result` describes them.
"""

import atexit
import tempfile
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import polars as pl
import psycopg

from fangpin.bench import by_hand_sql as sql
from fangpin.bench import job
from fangpin.foundation.postgres import Server

POSTGRES: Final = sql.Dialect(text="TEXT", divide="/", matches="{0} ~ '{1}'")

_PIECE: Final = 1_000_000
_KINDS: Final = {"state": "TEXT", "day": "DATE", "amount": "BIGINT", "receipt": "BIGINT"}


@cache
def prepare(url: str | None = None) -> "psycopg.Connection[Any]":
    """The connection; an embedded server is started for it and stopped at the end."""
    if url is None:
        folder = tempfile.TemporaryDirectory(prefix="fangpin-bench-db-")
        server = Server(Path(folder.name))
        server.__enter__()
        atexit.register(folder.cleanup)
        atexit.register(server.__exit__, None, None, None)
        url = server.url
    connection = psycopg.connect(url, autocommit=True)
    atexit.register(connection.close)
    for setting in ("work_mem = '512MB'", "temp_buffers = '512MB'", "jit = off"):
        connection.execute(f"SET {setting}")
    return connection


def copy(connection: "psycopg.Connection[Any]", table: str, frame: pl.DataFrame) -> None:
    """All rows of the frame into the table, whose columns are in the same order."""
    with connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT csv)") as target:
        for piece in frame.iter_slices(_PIECE):
            text = BytesIO()
            piece.write_csv(text, include_header=False)
            target.write(text.getbuffer())
    connection.execute(f"ANALYZE {table}")


def read(connection: "psycopg.Connection[Any]", source: Path, paths: dict[str, Path]) -> None:
    """Tables `delivered` (all deliveries, with the person), `counts`, `household`, `register`."""
    register = source / "register"

    def table(name: str, columns: str, frame: pl.DataFrame) -> None:
        connection.execute(f"CREATE TEMP TABLE {name} ({columns})")
        copy(connection, name, frame)

    def rows_of(file: str, row: str) -> pl.DataFrame:
        return pl.read_parquet(register / file).with_row_index(row)

    table("identity", "person INT, id_number TEXT", rows_of("identity.parquet", "person"))
    table(
        "household",
        "household INT, number TEXT, village INT, category TEXT, net_income BIGINT, key BOOLEAN",
        rows_of("households.parquet", "household")
        .select("household", "number", "village", "category", "net_income")
        .with_columns(key=pl.col("category") != "general"),
    )
    table(
        "register",
        "person INT, number TEXT, household INT, birth_date DATE, labour TEXT",
        rows_of("persons.parquet", "person").select(
            "person", "number", "household", "birth_date", "labour"
        ),
    )
    places = rows_of("places.parquet", "village").select("village", "code")
    table("village", "village INT, village_code TEXT", places)
    connection.execute(
        "CREATE TEMP TABLE sent (feed TEXT, row INT, id_number TEXT, "
        + ", ".join(f"{name} {kind}" for name, kind in _KINDS.items())
        + ")"
    )
    for feed, path in paths.items():
        used = sql.USED[feed]
        frame = pl.read_parquet(path).with_row_index("row", offset=1)
        columns = [pl.sql_expr(used.get(name, "NULL")).alias(name) for name in _KINDS]
        copy(connection, "sent", frame.select(pl.lit(feed), "row", "id_number", *columns))
    connection.execute(f"""
CREATE TEMP TABLE delivered AS SELECT sent.*, person FROM sent LEFT JOIN identity USING (id_number);
CREATE TEMP TABLE narrowed AS {sql.narrowed()};
CREATE TEMP TABLE tidied AS {sql.tidied(POSTGRES)};
CREATE TEMP TABLE unmatched AS {sql.unmatched(POSTGRES)};
CREATE TEMP TABLE found AS SELECT feed, row, person
    FROM unmatched JOIN identity USING (id_number) WHERE good;
CREATE TEMP TABLE counts AS {sql.COUNTS};
UPDATE delivered SET person = found.person FROM found
    WHERE delivered.person IS NULL AND delivered.feed = found.feed AND delivered.row = found.row;
ANALYZE delivered;
""")  # fmt: skip


def gaps(connection: "psycopg.Connection[Any]", source: Path, paths: dict[str, Path]) -> set[str]:
    """Table `gap`: village, contract, status. Returns the contracts that have gaps."""
    connection.execute(
        "CREATE TEMP TABLE coverage (village_code TEXT, contract TEXT, period DATE, status TEXT)"
    )
    path = source / "coverage.parquet"
    if path.exists():
        columns = ["village_code", "contract", "period", "status"]
        copy(connection, "coverage", pl.read_parquet(path).select(columns))
    newest = ", ".join(
        f"('{feed}', DATE '{path.stem.partition('@')[2]}-01')" for feed, path in paths.items()
    )
    connection.execute(
        "CREATE TEMP TABLE gap AS SELECT village, contract, status FROM coverage "
        f"JOIN village USING (village_code) WHERE (contract, period) IN (VALUES {newest})"
    )
    rows = connection.execute("SELECT DISTINCT contract FROM gap").fetchall()
    return {row[0] for row in rows}


def run(source: Path, as_of: date, url: str | None = None) -> dict[str, Any]:
    """Findings, evidence and counts of unusable rows."""
    connection = prepare(url)
    connection.execute("DISCARD TEMP")
    paths = job.newest(source, as_of)
    read(connection, source, paths)
    incomplete = gaps(connection, source, paths)
    for table, select in sql.statements(POSTGRES, paths, incomplete, as_of):
        connection.execute(f"CREATE TEMP TABLE {table} AS {select}")
        connection.execute(f"ANALYZE {table}")
    return {name: _frame(connection, query) for name, query in sql.RESULTS.items()}


def _frame(connection: "psycopg.Connection[Any]", query: str) -> pl.DataFrame:
    cursor = connection.execute(query)
    assert cursor.description is not None
    names = [column.name for column in cursor.description]
    return pl.DataFrame(cursor.fetchall(), schema=names, orient="row", infer_schema_length=None)
