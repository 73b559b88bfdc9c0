"""The comparison reports what differs, and only that."""

from dataclasses import replace

import polars as pl
import pytest

from fangpin.bench.result import Result, differences, result_of

TABLES = {
    "findings": pl.DataFrame(
        {"rule": ["a", "b"], "number": ["01", "02"], "state": ["new", "unknown"]}
    ),
    "evidence": pl.DataFrame(
        {
            "rule": ["a", "a", "b"],
            "number": ["01", "01", "02"],
            "fact": ["f", "f", "g"],
            "person": ["01", "01", None],
            "value": ["100", "100", None],
            "file": ["f@2021-05.parquet", "f@2021-05.parquet", None],
            "row": [7, 7, None],
        }
    ),
    "counts": pl.DataFrame({"feed": ["medical"], "rejected": [3], "outsiders": [4]}),
}


@pytest.fixture
def result() -> Result:
    return result_of(TABLES)


def test_equal_results_in_any_order_agree(result):
    backwards = {name: table.reverse() for name, table in TABLES.items()}
    assert differences(result, result_of(backwards), ("one", "other")) == []


def test_feeds_without_unusable_rows_count_as_none(result):
    assert result.counts.filter(pl.col("feed") == "deaths").row(0) == ("deaths", 0, 0)


def test_a_missing_finding_is_named(result):
    other = replace(result, findings=result.findings.filter(pl.col("rule") == "a"))
    assert differences(result, other, ("one", "other")) == [
        "findings: only one has rule=b number=02 state=unknown"
    ]


def test_another_state_value_row_or_count_is_named(result):
    changed = {
        "findings": pl.col("state").replace("unknown", "new"),
        "evidence": pl.col("row").replace(7, 8),
        "counts": pl.col("rejected").replace(3, 2),
    }
    for table, expression in changed.items():
        other = replace(result, **{table: getattr(result, table).with_columns(expression)})
        found = differences(result, other, ("one", "other"))
        assert [each.partition(":")[0] for each in found] == [table, table]


def test_an_unknown_value_is_not_the_same_as_zero(result):
    other = replace(result, evidence=result.evidence.with_columns(pl.col("value").fill_null("0")))
    assert len(differences(result, other, ("one", "other"))) == 2


def test_a_row_told_twice_is_not_the_same_as_once(result):
    other = replace(result, evidence=result.evidence.unique())
    assert differences(result, other, ("one", "other")) == [
        "evidence: only one has rule=a number=01 fact=f person=01 value=100 "
        "file=f@2021-05.parquet row=7"
    ]


def test_many_differences_are_counted(result):
    many = pl.DataFrame(
        {"rule": ["a"] * 9, "number": [str(n) for n in range(9)], "state": ["new"] * 9}
    )
    other = replace(result, findings=pl.concat([result.findings, many]))
    assert differences(result, other, ("one", "other"))[0].endswith("and 4 more")
