"""Deliveries of an earlier run are used with what was doubtful about them."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
from tests.screening.lakefolder import PACK, write_folder

from fangpin.policy import load_pack
from fangpin.screening import screen
from fangpin.screening.previous import PreviousRun

AS_OF = date(2030, 6, 30)


def test_coverage_and_suspects_come_with_an_earlier_delivery(tmp_path: Path) -> None:
    write_folder(tmp_path / "in")
    run = screen(tmp_path / "in", pack=load_pack(PACK), as_of=AS_OF, out=tmp_path / "run",
                 workbooks=False)  # fmt: skip
    before = PreviousRun.open(tmp_path / "run")
    whole = before.snapshot
    key = next(iter(whole.feeds))
    village = pl.DataFrame(
        {"contract": key[0], "period": key[1], "village": 0, "status": "partial",
         "reason_zh": "缺", "reason_en": "missing"},
        schema=whole.coverage.schema,
    )  # fmt: skip
    person = pl.DataFrame(
        {"contract": key[0], "period": key[1], "person": 0, "file": "a.csv", "sheet": "",
         "row": 5, "reason": "id_blank"},
        schema=whole.suspects.schema,
    )  # fmt: skip
    doubtful = replace(whole, coverage=village, suspects=person)
    before.__dict__["snapshot"] = doubtful
    nothing = replace(run.snapshot, feeds={}, coverage=village.clear(), suspects=person.clear())
    found = before.completed(nothing)
    assert key in found.feeds
    assert found.coverage.rows() == village.rows()
    assert found.suspects.rows() == person.rows()
    # A delivery that is here today speaks for itself.
    today = replace(nothing, feeds=run.snapshot.feeds)
    assert before.completed(today).coverage.height == 0
