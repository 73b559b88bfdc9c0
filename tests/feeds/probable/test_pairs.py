"""Fingerprints hold from month to month; decisions are read strictly."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from fangpin.feeds.probable.pairs import (
    DECISIONS,
    checked_decisions,
    fingerprint,
    fingerprint_key,
    read_decisions,
)
from fangpin.kernel.errors import FangpinError

KEY = fingerprint_key("620402")


def test_fingerprints_are_stable_and_tell_fields_apart() -> None:
    fields = ["张三", "1965-03-02", None, "石门村", None, None]
    assert fingerprint(fields, KEY) == fingerprint(list(fields), fingerprint_key("620402"))
    assert fingerprint(fields, KEY) != fingerprint(fields, fingerprint_key("620403"))
    different = [["张三", None], [None, "张三"], ["张", "三"], ["张三", ""], ["张三"]]
    assert len({fingerprint(each, KEY) for each in different}) == len(different)


def decisions(**changed: object) -> pl.DataFrame:
    line = {
        "fingerprint": "f1",
        "person_number": "P1",
        "household_number": "H1",
        "accepted": True,
        "decided_on": date(2021, 5, 3),
    }
    return pl.DataFrame([{**line, **changed}], schema=DECISIONS)


def test_the_latest_decision_counts() -> None:
    frame = pl.concat(
        [
            decisions(accepted=False, decided_on=date(2021, 6, 1)),
            decisions(),
            decisions(person_number="P2", accepted=False),
        ]
    )
    kept = checked_decisions(frame.with_columns(pl.lit(1).alias("other")))
    assert kept.columns == list(DECISIONS)
    assert kept.select("person_number", "accepted").rows() == [("P1", False), ("P2", False)]


def test_odd_decisions_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FangpinError, match="decided_on"):
        checked_decisions(decisions().drop("decided_on"))
    with pytest.raises(FangpinError, match="accepted"):
        checked_decisions(decisions().with_columns(pl.lit("yes").alias("accepted")))
    with pytest.raises(FangpinError, match="cannot be read"):
        read_decisions(tmp_path / "nothing.parquet")
    decisions().write_parquet(tmp_path / "d.parquet")
    assert read_decisions(tmp_path / "d.parquet").equals(decisions())
