"""The declared pack and the programs written by hand: every finding, figure, source row, count."""

import json
from datetime import date
from importlib import import_module
from pathlib import Path

import polars as pl
import pytest

from fangpin.bench import NEXT_MONTH, PACK, THIS_MONTH
from fangpin.bench.ours import result_of_run
from fangpin.bench.result import Result, differences, result_of
from fangpin.policy import load_pack
from fangpin.screening.run import screen

MONTHS = {"source": THIS_MONTH, "next": NEXT_MONTH}
PEERS = ("polars", "duckdb", "pandas")


@pytest.fixture(scope="module")
def ours(generated, tmp_path_factory) -> dict[str, Result]:
    """Our result of both months."""
    pack = load_pack(PACK)
    results = {}
    for month, as_of in MONTHS.items():
        out = tmp_path_factory.mktemp("runs") / month
        screen(generated / month, pack=pack, as_of=as_of, out=out, workbooks=False)
        findings = pl.read_parquet(out / "findings.parquet")
        deliveries = json.loads((out / "deliveries.json").read_text(encoding="utf-8"))
        results[month] = result_of_run(pack, findings, deliveries)
    return results


def by_hand(peer: str, source: Path, as_of: date) -> Result:
    return result_of(import_module(f"fangpin.bench.by_hand_{peer}").run(source, as_of))


@pytest.mark.parametrize("month", MONTHS)
@pytest.mark.parametrize("peer", PEERS)
def test_peer_agrees_with_the_declared_pack(generated, ours, peer, month):
    theirs = by_hand(peer, generated / month, MONTHS[month])
    assert differences(ours[month], theirs, ("ours", peer)) == []


def test_planted_situations_are_found_and_every_rule_has_some(generated, ours):
    truth = pl.read_parquet(generated / "truth.parquet")
    new = ours["source"].findings.filter(pl.col("state") == "new")
    assert truth.join(new, on=["rule", "number"], how="anti").is_empty()
    assert set(truth["rule"]) == set(load_pack(PACK).rules)
    # Hits by chance (and of look-alikes) stay the exception.
    assert new.height <= truth.height * 1.1


def test_what_cannot_be_decided_is_among_the_results(ours):
    unknown = ours["source"].findings.filter(pl.col("state") == "unknown")
    assert {"out_of_school", "work_lost", "paid_after_death"} <= set(unknown["rule"])
    assert ours["source"].evidence["value"].null_count() >= unknown.height


@pytest.mark.parametrize("peer", PEERS)
def test_without_coverage_everything_is_taken_as_complete(generated, tmp_path, peer):
    """The same deliveries without a word about gaps give other results, on every engine alike."""
    source = tmp_path / "source"
    source.mkdir()
    for part in ("register", "feeds"):
        (source / part).symlink_to(generated / "source" / part)
    pack = load_pack(PACK)
    screen(source, pack=pack, as_of=THIS_MONTH, out=tmp_path / "run", workbooks=False)
    ours = result_of_run(
        pack,
        pl.read_parquet(tmp_path / "run" / "findings.parquet"),
        json.loads((tmp_path / "run" / "deliveries.json").read_text(encoding="utf-8")),
    )
    assert differences(ours, by_hand(peer, source, THIS_MONTH), ("ours", peer)) == []
    out_of_school = ours.findings.filter(pl.col("rule") == "out_of_school")
    assert out_of_school.height > 20  # whole townships without a school roll
