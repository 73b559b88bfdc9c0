"""The generator: reproducible, streaming, and as messy as it says."""

import hashlib
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from fangpin.bench import generate as module
from fangpin.bench.generate import CHANGED, generate
from fangpin.bench.rows import FEEDS
from fangpin.kernel.identity.columns import judge_series


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def numbers(folder: Path, feed: str) -> pl.Series:
    return pl.read_parquet(folder / "source" / "feeds" / f"{feed}@2021-05.parquet")["id_number"]


def test_same_seed_same_bytes_other_seed_others(generated, tmp_path):
    generate(tmp_path / "again", 3_000, households_per_village=12)
    generate(tmp_path / "other", 3_000, households_per_village=12, seed=2)
    assert digests(tmp_path / "again") == digests(generated)
    feed = "source/feeds/medical@2021-05.parquet"
    assert digests(tmp_path / "other")[feed] != digests(generated)[feed]


def test_blocks_are_streamed_and_rows_mixed_across_them(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "PER_BLOCK", 600)
    generate(tmp_path / "data", 6_000, households_per_village=12)
    register = tmp_path / "data" / "source" / "register"
    identity = pl.read_parquet(register / "identity.parquet")["id_number"]
    persons = pl.read_parquet(register / "persons.parquet")
    households = pl.read_parquet(register / "households.parquet")
    assert identity.n_unique() == len(identity) == persons.height
    assert persons["number"].n_unique() == persons.height
    assert persons["household"].is_sorted()
    assert households["village"].is_sorted()
    assert persons["household"].n_unique() == households.height
    # Rows of the first third of the delivery are about persons of all blocks.
    rows = numbers(tmp_path / "data", "insurance").to_frame().with_row_index("row")
    person = identity.to_frame().with_row_index("person")
    linked = rows.head(rows.height // 3).join(person, on="id_number")
    shares = linked["person"].hist(bins=[0, persons.height // 2, persons.height])["count"]
    assert shares.min() > 0.35 * linked.height
    receipts = pl.read_parquet(
        tmp_path / "data" / "source" / "feeds" / "medical@2021-05.parquet"
    ).filter(
        judge_series(numbers(tmp_path / "data", "medical"))["normalised"].is_in(identity.implode())
    )["receipt"]
    assert receipts.n_unique() == len(receipts)


def test_bad_numbers_and_outsiders(generated):
    identity = pl.read_parquet(generated / "source" / "register" / "identity.parquet")["id_number"]
    register = judge_series(identity)
    assert register["verdict"].cast(pl.String).unique().to_list() == ["ok"]
    everything = pl.concat([numbers(generated, feed) for feed in FEEDS])
    judged = judge_series(everything)
    bad = judged["normalised"].is_null()
    outside = ~judged["normalised"].is_in(identity.implode()) & ~bad
    assert bad.mean() == pytest.approx(0.02, abs=0.003)
    assert outside.sum() == bad.sum()
    untidy = judged["verdict"] == "ok_normalised"
    assert 0.005 < untidy.mean() < 0.02
    assert len(everything) / len(identity) == pytest.approx(0.9, abs=0.06)


def test_next_month_has_two_new_deliveries_and_the_same_files_otherwise(generated):
    for path in sorted((generated / "source" / "feeds").iterdir()):
        contract = path.stem.partition("@")[0]
        same = generated / "next" / "feeds" / path.name
        new = generated / "next" / "feeds" / f"{contract}@2021-06.parquet"
        assert new.exists() == (contract in CHANGED)
        assert same.exists() == (contract not in CHANGED)
        if same.exists():
            assert same.stat().st_ino == path.stat().st_ino
    medical = pl.read_parquet(generated / "next" / "feeds" / "medical@2021-06.parquet")
    assert medical["settled_on"].max() > date(2021, 5, 31)


def test_gaps_leave_out_rows(generated):
    coverage = pl.read_parquet(generated / "source" / "coverage.parquet")
    assert set(coverage.select("contract", "status").unique().iter_rows()) == {
        ("school_roll", "missing"),
        ("subsistence", "missing"),
        ("subsistence", "late"),
    }
