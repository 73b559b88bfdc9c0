"""Parts of a source linked on the cluster are those of the source taken in on one machine."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal
from tests.cluster.county import write_source

from fangpin.cluster.borders import register_borders
from fangpin.cluster.chunks import chunks_of
from fangpin.cluster.effort import Costs, meter
from fangpin.cluster.files import part_folder
from fangpin.cluster.linking import mixed
from fangpin.cluster.part import PartReport, Whole
from fangpin.cluster.preparing import chunks, linked_of, write_parts
from fangpin.engine.partition import Borders, parts
from fangpin.engine.snapshot import Snapshot
from fangpin.feeds.columnar import take_in_columns
from fangpin.feeds.columnar.intake import files_of
from fangpin.feeds.columnar.source import ColumnarSource, open_source
from fangpin.feeds.intake import Intake
from fangpin.policy import Pack, load_pack
from fangpin.screening.run import snapshot_of

AS_OF = date(2021, 5, 31)
SIZE = 150
TABLES = ("places", "households", "persons", "coverage", "suspects")


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack("baiyin-2021")


@pytest.fixture(scope="module")
def source(pack: Pack, may: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> ColumnarSource:
    root: Path = tmp_path_factory.mktemp("cluster")
    return open_source(write_source(may, pack, root / "source"), pack, AS_OF)


@pytest.fixture(scope="module")
def intake(source: ColumnarSource, pack: Pack) -> Intake:
    return take_in_columns(source.folder, pack, AS_OF)


class OnCluster:
    """The parts and reports that tasks made of the source."""

    def __init__(self, spark, source, pack, intake, folder: Path, buckets: int, chunk: int) -> None:
        self.borders: Borders = register_borders(source.folder / "register", SIZE)
        self.whole = Whole(
            source, pack, AS_OF, self.borders, files_of(source), intake.coverage,
            snapshot_of(intake).hash, snapshot_of(intake).deliveries,
        )  # fmt: skip
        self.counted = folder / "counted"
        written = folder / "parts"
        for each in (self.counted, written):
            each.mkdir()
        effort = meter(spark)
        self.reports: list[PartReport] = write_parts(
            spark, self.whole, written, self.counted, effort, buckets, chunk
        )
        self.costs: Costs = effort.value
        self.parts = [
            Snapshot.load(part_folder(written, number)) for number in range(len(self.borders))
        ]


@pytest.fixture(scope="module")
def linked(spark, source, pack, intake, tmp_path_factory) -> OnCluster:
    """In many small pieces."""
    folder = tmp_path_factory.mktemp("linked")
    return OnCluster(spark, source, pack, intake, folder, buckets=5, chunk=120)


def assert_same_parts(found: list[Snapshot], intake: Intake) -> None:
    whole = snapshot_of(intake)
    whole = replace(whole, known_hash=whole.hash)
    expected = [part.snapshot for part in parts(whole, SIZE)]
    assert len(found) == len(expected) > 3
    for got, wanted in zip(found, expected, strict=True):
        for name in TABLES:
            assert_frame_equal(getattr(got, name), getattr(wanted, name))
        assert list(got.feeds) == list(wanted.feeds)
        for key, frame in wanted.feeds.items():
            # Rows that belong to nobody stay behind: no fact sees them.
            there = frame.filter(pl.any_horizontal(pl.col("_person", "_village").is_not_null()))
            assert_frame_equal(got.feeds[key], there, check_dtypes=False)
        assert got.hash == wanted.hash
        assert got.deliveries == wanted.deliveries
        assert (got.files, got.sheets) == (wanted.files, wanted.sheets)


def test_parts_are_those_of_one_machine(linked: OnCluster, intake: Intake):
    assert_same_parts(linked.parts, intake)


def test_nothing_depends_on_buckets_and_chunks(spark, source, pack, intake, tmp_path):
    at_once = OnCluster(spark, source, pack, intake, tmp_path, buckets=1, chunk=1_000_000)
    assert_same_parts(at_once.parts, intake)


def test_the_source_holds_what_goes_wrong_in_offices(linked: OnCluster, intake: Intake):
    reasons = set(intake.rows["reason"])
    assert {"id_blank", "id_wrong_check_digit", "id_wrong_length", "duplicate_row",
            "not_linked_village", "required_blank"} <= reasons  # fmt: skip
    assert sum(each.without for each in linked.reports) == 8
    assert intake.suspects.height
    assert any(each.unusable for each in linked_of(
        linked.whole.source, linked.counted, linked.reports).values())  # fmt: skip


def test_every_row_is_accounted_for(linked: OnCluster, intake: Intake):
    found = linked_of(linked.whole.source, linked.counted, linked.reports)
    by_file = {each.file: each for each in intake.deliveries}
    rows = intake.rows
    for path, own in found.items():
        told = by_file[path.name]
        assert own.read == told.rows.read
        assert own.corrected == told.rows.corrected
        assert own.duplicates == told.rows.of_which_duplicates
        assert own.linked == told.linked
        assert own.villages.tolist() == _by_village(intake, own.file.key)
        expected = rows.filter(file=path.name).select("row", "reason", "header", "delivered")
        assert (
            own.rejected.select("row", "reason")
            .sort("row", "reason")
            .equals(expected.select("row", "reason").sort("row", "reason"))
        )


def _by_village(intake: Intake, key: tuple[str, date]) -> list[int]:
    frame = intake.feeds[key].frame
    if frame["_person"].null_count() < frame.height:
        home = intake.persons["household"].gather(frame["_person"].drop_nulls())
        village = intake.households["village"].gather(home)
    else:
        village = frame["_village"].drop_nulls()
    return np.bincount(village.to_numpy(), minlength=intake.places.height).tolist()


def test_tasks_tell_what_they_cost(linked: OnCluster):
    costs = linked.costs
    source = linked.whole.source
    assert costs["register", ""].rows == source.heights["persons"]
    for file in source.deliveries:
        assert costs["reading", file.contract.name].rows >= file.rows
    assert costs["joining", ""].bytes > 0
    assert costs["parts", ""].tasks == len(linked.borders)
    assert all(cost.seconds > 0 and cost.memory > 2**20 for cost in costs.values())
    assert len(chunks(source, 120)) > len(chunks(source))


def test_what_travels_holds_no_identity_number():
    keys = np.arange(100_000, dtype=np.int64) * 7919
    one, other = mixed(keys, (1, 2)), mixed(keys, (3, 4))
    assert len(np.unique(one)) == len(keys)
    assert (one != keys).all()
    assert (one != other).any()
    assert (mixed(keys, (1, 2)) == one).all()


def test_chunks_end_where_row_groups_do(tmp_path):
    path = tmp_path / "a.parquet"
    pl.DataFrame({"x": range(1050)}).write_parquet(path, row_group_size=100)
    found = chunks_of(3, path, rows=250)
    assert [(each.table, each.first, each.rows) for each in found] == [
        (3, 0, 300), (3, 300, 300), (3, 600, 300), (3, 900, 150),
    ]  # fmt: skip
    pl.DataFrame({"x": []}).write_parquet(path)
    assert chunks_of(0, path) == []
