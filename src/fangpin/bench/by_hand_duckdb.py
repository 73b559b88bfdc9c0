"""The benchmark's job written by hand in DuckDB: Parquet files → findings with evidence.

`run` returns Arrow tables; `fangpin.bench.result` describes them.
"""

from datetime import date
from pathlib import Path
from typing import Any, Final

import duckdb

from fangpin.bench import by_hand_sql as sql
from fangpin.bench import job

DUCKDB: Final = sql.Dialect(text="VARCHAR", divide="//", matches="regexp_matches({0}, '{1}')")


def read(connection: duckdb.DuckDBPyConnection, source: Path, paths: dict[str, Path]) -> None:
    """Tables `delivered` (all deliveries, with the person), `counts`, `household`, `register`."""

    def rows_of(path: Path) -> str:
        return f"read_parquet('{path}', file_row_number = true)"

    def column(feed: str, name: str) -> str:
        expression = sql.USED[feed].get(name, "NULL")
        return f"{expression}::VARCHAR AS state" if name == "state" else f"{expression} AS {name}"

    union = "\nUNION ALL BY NAME\n".join(
        f"SELECT '{feed}' AS feed, (file_row_number + 1)::UINTEGER AS row, id_number, "
        f"{', '.join(column(feed, name) for name in sql.USED[feed])} FROM {rows_of(path)}"
        for feed, path in paths.items()
    )
    register = source / "register"
    connection.execute(f"""
CREATE TEMP TABLE identity AS SELECT file_row_number AS person, id_number
    FROM {rows_of(register / "identity.parquet")};
CREATE TEMP TABLE delivered AS SELECT feed, row, person, state, day, amount, receipt,
        CASE WHEN person IS NULL THEN id_number END AS id_number
    FROM ({union}) LEFT JOIN identity USING (id_number);
CREATE TEMP TABLE narrowed AS {sql.narrowed()};
CREATE TEMP TABLE tidied AS {sql.tidied(DUCKDB)};
CREATE TEMP TABLE unmatched AS {sql.unmatched(DUCKDB)};
CREATE TEMP TABLE found AS SELECT feed, row, identity.person
    FROM unmatched JOIN identity USING (id_number) WHERE good;
CREATE TEMP TABLE counts AS {sql.COUNTS};
INSERT INTO delivered SELECT delivered.* REPLACE (found.person AS person)
    FROM delivered JOIN found USING (feed, row) WHERE delivered.person IS NULL;
CREATE TEMP TABLE household AS SELECT file_row_number AS household, number, village,
        category::VARCHAR AS category, category <> 'general' AS key, net_income
    FROM {rows_of(register / "households.parquet")};
CREATE TEMP VIEW register AS SELECT file_row_number AS person, household, number, birth_date,
        labour::VARCHAR AS labour
    FROM {rows_of(register / "persons.parquet")};
CREATE TEMP TABLE village AS SELECT file_row_number AS village, code AS village_code
    FROM {rows_of(register / "places.parquet")};
""")


def gaps(connection: duckdb.DuckDBPyConnection, source: Path, paths: dict[str, Path]) -> set[str]:
    """Table `gap`: village, contract, status. Returns the contracts that have gaps."""
    if not (source / "coverage.parquet").exists():
        connection.execute("CREATE TEMP TABLE gap AS SELECT 0 AS village WHERE false")
        return set()
    periods = ", ".join(
        f"('{feed}', DATE '{path.stem.partition('@')[2]}-01')" for feed, path in paths.items()
    )
    connection.execute(
        f"CREATE TEMP TABLE gap AS SELECT village, contract, status "
        f"FROM read_parquet('{source}/coverage.parquet') JOIN village USING (village_code) "
        f"WHERE (contract, period) IN (VALUES {periods})"
    )
    rows = connection.execute("SELECT DISTINCT contract FROM gap").fetchall()
    return {row[0] for row in rows}


def run(source: Path, as_of: date) -> dict[str, Any]:
    """Findings, evidence and counts of unusable rows."""
    paths = job.newest(source, as_of)
    with duckdb.connect() as connection:
        read(connection, source, paths)
        incomplete = gaps(connection, source, paths)
        for table, select in sql.statements(DUCKDB, paths, incomplete, as_of):
            connection.execute(f"CREATE TEMP TABLE {table} AS {select}")
        return {name: connection.sql(query).to_arrow_table() for name, query in sql.RESULTS.items()}
