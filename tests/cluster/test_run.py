"""A run on the cluster is the run of one machine: the same folder, findings byte for byte."""

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from tests.cluster.county import write_source

from fangpin.bench import NEXT_MONTH, PACK, THIS_MONTH
from fangpin.bench.generate import generate as generate_population
from fangpin.cluster.effort import Effort
from fangpin.cluster.run import screen_on_spark
from fangpin.engine.partition import load_whole
from fangpin.engine.snapshot import Snapshot
from fangpin.feeds.intake import take_in
from fangpin.kernel.errors import FangpinError
from fangpin.policy import Pack, load_pack
from fangpin.screening import screen
from fangpin.screening.previous import PreviousRun
from fangpin.screening.run import snapshot_of

APRIL, MAY = date(2021, 4, 30), date(2021, 5, 31)
SIZE = 150


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack("baiyin-2021")


@pytest.fixture(scope="module")
def root(
    pack: Pack, delivered: Path, may: Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """april/ and may/ as columnar sources: gaps, suspects, rows sent twice; may/ holds April's
    deliveries as well. Runs on one machine: one-april/, one-may/ (compared with April)."""
    root = tmp_path_factory.mktemp("runs")
    april = snapshot_of(take_in(delivered / "2021-04", pack, APRIL))
    write_source(april, pack, root / "april", seed=1)
    write_source(replace(may, feeds={**april.feeds, **may.feeds}), pack, root / "may", seed=1)
    screen(root / "april", pack=pack, as_of=APRIL, out=root / "one-april", workbooks=False)
    screen(root / "may", pack=pack, as_of=MAY, out=root / "one-may", previous=root / "one-april",
           workbooks=False)  # fmt: skip
    return root


def assert_same_run(cluster: Path, one: Path) -> None:
    for name in ("run.json", "deliveries.json"):
        assert json.loads((cluster / name).read_text("utf-8")) == json.loads(
            (one / name).read_text("utf-8")
        ), name
    for name in ("findings", "coverage", "rows"):
        got, wanted = (pl.read_parquet(run / f"{name}.parquet") for run in (cluster, one))
        assert_frame_equal(got, wanted)
    assert not (cluster / "work").exists()
    assert not cluster.with_name(f"{cluster.name}.partial").exists()


def test_findings_are_byte_for_byte_those_of_one_machine(spark, root: Path, pack: Pack):
    done = screen_on_spark(root / "april", pack=pack, as_of=APRIL, out=root / "april-run",
                           context=spark, persons_per_part=SIZE)  # fmt: skip
    assert_same_run(root / "april-run", root / "one-april")
    findings = (root / "april-run" / "findings.parquet").read_bytes()
    assert findings == (root / "one-april" / "findings.parquet").read_bytes()
    assert done.effort.parts > 3
    assert done.effort == Effort.read(root / "april-run" / "effort.json")
    assert int(done.counts["findings"].sum()) == done.effort.findings > 50


def test_next_month_compared_with_the_run_before(spark, root: Path, pack: Pack):
    screen_on_spark(root / "may", pack=pack, as_of=MAY, out=root / "may-run", context=spark,
                    previous=root / "one-april", persons_per_part=SIZE)  # fmt: skip
    assert_same_run(root / "may-run", root / "one-may")
    found = pl.read_parquet(root / "may-run" / "findings.parquet")
    assert set(found["state"]) == {"new", "continuing", "cleared", "unknown"}


def test_the_snapshot_of_a_run_in_parts_is_the_snapshot(spark, root: Path, pack: Pack):
    screen_on_spark(root / "april", pack=pack, as_of=APRIL, out=root / "again", context=spark,
                    persons_per_part=SIZE)  # fmt: skip
    got = load_whole(root / "again" / "snapshot")
    wanted = screen(root / "april", pack=pack, as_of=APRIL, out=root / "one-again",
                    workbooks=False).snapshot  # fmt: skip
    assert isinstance(got, Snapshot)
    assert got.hash == wanted.hash
    assert_frame_equal(got.persons, wanted.persons)
    assert PreviousRun.open(root / "again").facts["snapshot_hash"] == wanted.hash


def test_a_generated_population(spark, tmp_path: Path):
    """Gaps by township, deliveries that are too old, a second month."""
    bench = load_pack(PACK)
    data = tmp_path / "data"
    generate_population(data, 12_000, seed=5)
    for file in (data / "source" / "feeds").iterdir():  # the second month keeps the first
        if not (data / "next" / "feeds" / file.name).exists():
            shutil.copy(file, data / "next" / "feeds")
    previous = None
    for name, as_of in (("source", THIS_MONTH), ("next", NEXT_MONTH)):
        one = tmp_path / f"one-{name}"
        screen(data / name, pack=bench, as_of=as_of, out=one, previous=previous, workbooks=False)
        screen_on_spark(data / name, pack=bench, as_of=as_of, out=tmp_path / f"run-{name}",
                        previous=previous, context=spark, persons_per_part=3_000)  # fmt: skip
        assert_same_run(tmp_path / f"run-{name}", one)
        previous = one


def test_an_earlier_delivery_that_is_missing_is_named(spark, root: Path, pack: Pack, tmp_path):
    with pytest.raises(FangpinError, match="deliveries that the previous run read"):
        screen_on_spark(root / "april", pack=pack, as_of=MAY, out=tmp_path / "run", context=spark,
                        previous=root / "one-may")  # fmt: skip
    assert list(tmp_path.iterdir()) == []


def test_workbooks_are_refused(tmp_path: Path, pack: Pack):
    (tmp_path / "in").mkdir()
    with pytest.raises(FangpinError, match="no columnar source"):
        screen_on_spark(tmp_path / "in", pack=pack, as_of=MAY, out=tmp_path / "run")


def test_a_failed_run_leaves_nothing(spark, root: Path, pack: Pack, tmp_path: Path):
    def stop(step: str, done: int, total: int) -> None:
        if step == "rules":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        screen_on_spark(root / "april", pack=pack, as_of=APRIL, out=tmp_path / "run",
                        context=spark, persons_per_part=SIZE, progress=stop)  # fmt: skip
    assert list(tmp_path.iterdir()) == []


def test_villages_out_of_order_are_refused(root: Path, pack: Pack, tmp_path: Path):
    shutil.copytree(root / "april", tmp_path / "source")
    path = tmp_path / "source" / "register" / "places.parquet"
    pl.read_parquet(path).reverse().write_parquet(path)
    with pytest.raises(FangpinError, match="not sorted by code"):
        screen_on_spark(tmp_path / "source", pack=pack, as_of=APRIL, out=tmp_path / "run")
