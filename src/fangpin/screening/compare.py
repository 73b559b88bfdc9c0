"""New, continuing, cleared, unknown: this run's findings against the previous run's.

A finding is the same when rule and subject are the same. It is cleared only when the rule is known
to be false now, which the engine says only on fresh, complete data; a subject that cannot be
decided, or is no longer in the register, stays as `unknown`.
"""

import polars as pl

from fangpin.screening.table import ORDER

KEY = ("rule", "village_code", "household_number", "person_number")


def with_states(current: pl.DataFrame, previous: pl.DataFrame | None) -> pl.DataFrame:
    """`current` with its column `state` set, plus the previous findings that are gone.

    `current` holds rows of state `new` (the rule holds), `unknown` (it cannot be decided) and, for
    subjects that were found before, `false` (it is known not to hold). Frames as in
    docs/architecture.md, findings.parquet, sorted by `table.ORDER`, as is the result.
    """
    if previous is None:
        return current.filter(pl.col("state") != "false")
    before = previous.filter(pl.col("state").is_in(["new", "continuing", "unknown"]))
    firm = before.filter(pl.col("state") != "unknown")
    known_keys = firm.select(KEY).unique()
    marked = current.join(
        known_keys.with_columns(pl.lit(True).alias("_before")), on=KEY, how="left", nulls_equal=True
    )
    holding = (
        marked.filter(pl.col("state") == "new")
        .with_columns(
            pl.when(pl.col("_before").is_not_null())
            .then(pl.lit("continuing"))
            .otherwise(pl.lit("new"))
            .alias("state")
        )
        .drop("_before")
    )
    undecided = marked.filter(pl.col("state") == "unknown").drop("_before")
    now = marked.filter(pl.col("state") != "false").select(KEY)
    gone = firm.join(now, on=KEY, how="anti", nulls_equal=True)
    known_false = marked.filter(pl.col("state") == "false").select(KEY)
    cleared = gone.join(known_false, on=KEY, how="semi", nulls_equal=True).with_columns(
        pl.lit("cleared").alias("state"),
        (pl.lit("已清除，上次为：") + pl.col("sentence_zh")).alias("sentence_zh"),
        (pl.lit("Cleared; last time: ") + pl.col("sentence_en")).alias("sentence_en"),
    )
    lost = gone.join(known_false, on=KEY, how="anti", nulls_equal=True).with_columns(
        pl.lit("unknown").alias("state"),
        (pl.lit("本次数据不足，无法判断，上次为：") + pl.col("sentence_zh")).alias("sentence_zh"),
        (
            pl.lit("Cannot be decided on this month's data; last time: ") + pl.col("sentence_en")
        ).alias("sentence_en"),
    )
    together = pl.concat([holding, undecided, cleared, lost], how="vertical_relaxed")
    return together.sort(ORDER, nulls_last=False, maintain_order=True)
