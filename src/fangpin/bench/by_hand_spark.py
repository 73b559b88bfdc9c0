"""The benchmark's job written by hand for Apache Spark: Parquet files → findings with evidence.

Spark SQL on local[2]; tables that are used again are kept. `prepare` starts the session, which is
not part of the job; `run` returns data frames; `fangpin.bench.result` describes them.
"""

import os
import sys
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import polars as pl
from pyspark.sql import DataFrame, SparkSession

from fangpin.bench import by_hand_sql as sql
from fangpin.bench import job

SPARK: Final = sql.Dialect(text="STRING", divide="DIV", matches="{0} RLIKE '{1}'")

_KEPT: Final = ("person", "house", "members", "finding", "hit_member", "shown", "hit_row")
"""Used more than once."""


@cache
def prepare(master: str = "local[2]", memory: str = "4g") -> SparkSession:
    """The session; started once."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    return (
        SparkSession.builder.master(master)
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.memory", memory)
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.log.level", "ERROR")
        .config("spark.sql.shuffle.partitions", "8")
        # With conditions of many columns it takes far longer than it saves.
        .config("spark.sql.constraintPropagation.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.execution.arrow.pyspark.enabled", "true")
        .getOrCreate()
    )


def read(spark: SparkSession, source: Path, paths: dict[str, Path]) -> None:
    """Views `delivered` (all deliveries, with the person), `counts`, `household`, `register`."""

    def view(name: str, frame: DataFrame, keep: bool = False) -> None:
        # Cut off from what it was made of: the plans of the last tables would become very long.
        (frame.localCheckpoint() if keep else frame).createOrReplaceTempView(name)

    def rows_of(path: Path, row: str, *columns: str) -> DataFrame:
        frame = spark.read.parquet(str(path))
        return frame.selectExpr(*columns, f"_metadata.row_index AS {row}")

    register = source / "register"
    view("identity", rows_of(register / "identity.parquet", "person", "id_number"), keep=True)
    kinds = {"state": "STRING", "day": "DATE", "amount": "BIGINT", "receipt": "BIGINT"}
    union = None
    for feed, path in paths.items():
        columns = [
            f"CAST({sql.USED[feed].get(name, 'NULL')} AS {kind}) AS {name}"
            for name, kind in kinds.items()
        ]
        frame = rows_of(path, "position", "id_number", f"'{feed}' AS feed", *columns)
        union = frame if union is None else union.unionByName(frame)
    assert union is not None
    view("sent", union.selectExpr("*", "position + 1 AS row").drop("position"))
    matched = spark.sql(
        "SELECT feed, row, state, day, amount, receipt, sent.id_number, person "
        "FROM sent LEFT JOIN identity ON identity.id_number = sent.id_number"
    )
    view("delivered", matched, keep=True)
    view("narrowed", spark.sql(sql.narrowed()), keep=True)
    view("tidied", spark.sql(sql.tidied(SPARK)), keep=True)
    view("unmatched", spark.sql(sql.unmatched(SPARK)), keep=True)
    found = spark.sql(
        "SELECT feed, row, person FROM unmatched "
        "JOIN identity ON identity.id_number = unmatched.id_number WHERE good"
    )
    view("found", found, keep=True)
    view("counts", spark.sql(sql.COUNTS))
    late = spark.sql(
        "SELECT feed, row, state, day, amount, receipt, found.person FROM delivered "
        "JOIN found USING (feed, row) WHERE delivered.person IS NULL"
    )
    view("delivered", matched.where("person IS NOT NULL").drop("id_number").unionByName(late), True)
    view(
        "household",
        rows_of(
            register / "households.parquet",
            "household",
            "number",
            "village",
            "category",
            "category <> 'general' AS key",
            "net_income",
        ),
        keep=True,
    )
    names = ("household", "number", "birth_date", "labour")
    view("register", rows_of(register / "persons.parquet", "person", *names))
    view("village", rows_of(register / "places.parquet", "village", "code AS village_code"))


def gaps(spark: SparkSession, source: Path, paths: dict[str, Path]) -> set[str]:
    """View `gap`: village, contract, status. Returns the contracts that have gaps."""
    if not (source / "coverage.parquet").exists():
        spark.sql("SELECT 0 AS village WHERE false").createOrReplaceTempView("gap")
        return set()
    spark.read.parquet(str(source / "coverage.parquet")).createOrReplaceTempView("coverage")
    newest = " OR ".join(
        f"contract = '{feed}' AND period = DATE '{path.stem.partition('@')[2]}-01'"
        for feed, path in paths.items()
    )
    spark.sql(
        "SELECT village, contract, status FROM coverage "
        f"JOIN village ON village.village_code = coverage.village_code WHERE {newest}"
    ).createOrReplaceTempView("gap")
    return {row[0] for row in spark.sql("SELECT DISTINCT contract FROM gap").collect()}


def run(source: Path, as_of: date, **options: str) -> dict[str, Any]:
    """Findings, evidence and counts of unusable rows. `options` as for `prepare`."""
    spark = prepare(**options)
    paths = job.newest(source, as_of)
    read(spark, source, paths)
    incomplete = gaps(spark, source, paths)
    for table, select in sql.statements(SPARK, paths, incomplete, as_of):
        frame = spark.sql(select)
        (frame.localCheckpoint() if table in _KEPT else frame).createOrReplaceTempView(table)
    found = {name: pl.DataFrame(spark.sql(query).toArrow()) for name, query in sql.RESULTS.items()}
    spark.catalog.clearCache()
    return found
