"""The distributed join finds what a plain join on the normalised number finds."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.cluster.county import write_source

from fangpin.cluster.borders import register_borders
from fangpin.cluster.chunks import chunks_of
from fangpin.cluster.files import part_folder
from fangpin.cluster.linking import Table, mixed
from fangpin.cluster.part import Source
from fangpin.cluster.preparing import rejected_rows, write_parts
from fangpin.engine.snapshot import Snapshot
from fangpin.feeds.intake import take_in
from fangpin.kernel.identity import Verdict, judge_series
from fangpin.policy import Pack, load_pack
from fangpin.sample import generate
from fangpin.screening.run import snapshot_of

AS_OF = date(2021, 5, 31)


@dataclass(frozen=True)
class Prepared:
    """What the cluster made of a source."""

    source: Source
    parts: list[Snapshot]
    rejected: pl.DataFrame
    linked: tuple[int, ...]

    def whole(self, number: int) -> pl.DataFrame:
        """Rows of a delivery in all parts, with the numbers of the whole."""
        borders = self.source.borders
        frames = [
            snapshot.feeds[self.source.keys[number]].with_columns(
                pl.col("_person").cast(pl.Int64) + int(borders.persons[part]),
                pl.col("_household").cast(pl.Int64) + int(borders.households[part]),
                pl.col("_village").cast(pl.Int64) + int(borders.villages[part]),
            )
            for part, snapshot in enumerate(self.parts)
        ]
        return pl.concat(frames)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack("baiyin-2021")


@pytest.fixture(scope="module")
def prepared(spark, pack, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    root: Path = tmp_path_factory.mktemp("cluster")
    generate(root / "in", 300, 11, date(2021, 5, 1), root / "truth")
    county = snapshot_of(take_in(root / "in", pack, AS_OF))
    folder = write_source(county, pack, root / "source")
    files = sorted((folder / "feeds").glob("*.parquet"))
    tables = tuple(
        Table(
            path,
            tuple(
                name
                for name in pl.read_parquet_schema(path)
                if name not in ("id_number", "village_code")
            ),
            of_villages="village_code" in pl.read_parquet_schema(path),
        )
        for path in files
    )
    keys = tuple((path.stem[:-8], date.fromisoformat(f"{path.stem[-7:]}-01")) for path in files)
    source = Source(
        register=folder / "register",
        borders=register_borders(folder / "register", 150),
        tables=tables,
        keys=keys,
        file_at=tuple(range(len(files))),
        files=tuple(path.name for path in files),
        sheets=("",),
        coverage=county.coverage,
        suspects=county.suspects,
        snapshot_hash="of the whole",
        deliveries=county.deliveries,
    )
    parts, rejected = root / "parts", root / "rejected"
    parts.mkdir()
    rejected.mkdir()
    linked = write_parts(spark, source, parts, rejected, AS_OF, buckets=5)
    loaded = [Snapshot.load(part_folder(parts, at)) for at in range(len(source.borders))]
    return Prepared(source, loaded, rejected_rows(rejected), linked.rows)


def test_the_register_is_cut_and_renumbered(prepared):
    register, borders = prepared.source.register, prepared.source.borders
    assert len(borders) > 3
    for name, column, first in (
        ("places", None, None),
        ("households", "village", borders.villages),
        ("persons", "household", borders.households),
    ):
        frames = [getattr(each, name) for each in prepared.parts]
        if column is not None:
            frames = [
                frame.with_columns((pl.col(column) + int(first[part])).cast(pl.UInt32))
                for part, frame in enumerate(frames)
            ]
            assert all(getattr(each, name)[column].min() == 0 for each in prepared.parts)
        assert pl.concat(frames).equals(pl.read_parquet(register / f"{name}.parquet"))


def test_every_row_with_a_known_number_is_found(prepared):
    register = prepared.source.register
    person = pl.read_parquet(register / "identity.parquet").with_row_index("_person")
    home = pl.read_parquet(register / "persons.parquet")["household"]
    village = pl.read_parquet(register / "households.parquet")["village"]
    outsiders = 0
    for number, table in enumerate(prepared.source.tables):
        if table.of_villages:
            continue
        rows = pl.read_parquet(table.path).with_row_index("_row", offset=1)
        judged = judge_series(rows["id_number"], as_of=AS_OF)
        rows = rows.with_columns(judged["normalised"].alias("id_number"))
        usable = rows.drop_nulls("id_number")
        expected = usable.join(person, on="id_number").sort("_person", "_row")
        outsiders += usable.height - expected.height
        got = prepared.whole(number)
        assert got.height == prepared.linked[number]
        assert got["_person"].to_list() == expected["_person"].to_list()
        assert got["_household"].to_list() == home.gather(expected["_person"]).to_list()
        assert got["_village"].to_list() == village.gather(got["_household"]).to_list()
        assert got["_row"].to_list() == expected["_row"].to_list()
        assert got.select(table.columns).equals(expected.select(table.columns))
        bad = prepared.rejected.filter(table=number)
        refused = rows.filter(pl.col("id_number").is_null())
        assert bad["_row"].to_list() == refused["_row"].to_list()
        words = judged["verdict"].cast(pl.String).gather(refused["_row"] - 1)
        assert [list(Verdict)[code].value for code in bad["code"]] == words.to_list()
    assert outsiders > 0
    assert prepared.rejected.height > 0


def test_rows_about_villages_go_to_their_part(prepared):
    places = pl.read_parquet(prepared.source.register / "places.parquet").select("code")
    found = 0
    for number, table in enumerate(prepared.source.tables):
        if not table.of_villages:
            continue
        rows = pl.read_parquet(table.path).with_row_index("_row", offset=1)
        expected = rows.join(
            places.with_row_index("_village"), left_on="village_code", right_on="code"
        ).sort("_village", "_row")
        got = prepared.whole(number)
        assert got["_village"].to_list() == expected["_village"].to_list()
        assert got["_row"].to_list() == expected["_row"].to_list()
        found += got.height
    assert found > 0


def test_parts_speak_of_the_run_as_the_whole_does(prepared):
    assert {each.hash for each in prepared.parts} == {"of the whole"}
    assert {each.deliveries for each in prepared.parts} == {prepared.source.deliveries}


def test_coverage_and_suspects_go_with_their_villages(prepared):
    borders = prepared.source.borders
    for name, column, first in (
        ("coverage", "village", borders.villages),
        ("suspects", "person", borders.persons),
    ):
        frames = [
            getattr(snapshot, name).with_columns(
                (pl.col(column) + int(first[part])).cast(pl.UInt32)
            )
            for part, snapshot in enumerate(prepared.parts)
        ]
        together = pl.concat(frames)
        whole = getattr(prepared.source, name)
        assert whole.height > 0
        assert together.sort(together.columns).equals(whole.sort(whole.columns))


def test_mixed_keys_are_equal_only_where_keys_are():
    keys = np.arange(100_000, dtype=np.int64) * 7919
    one, other = mixed(keys, (1, 2)), mixed(keys, (3, 4))
    assert len(np.unique(one)) == len(keys)
    assert (one != keys).all()
    assert (one != other).any()
    assert (mixed(keys, (1, 2)) == one).all()


def test_chunks_end_where_row_groups_do(tmp_path):
    path = tmp_path / "a.parquet"
    pl.DataFrame({"x": range(1050)}).write_parquet(path, row_group_size=100)
    chunks = chunks_of(3, path, rows=250)
    assert [(each.table, each.first, each.rows) for each in chunks] == [
        (3, 0, 300), (3, 300, 300), (3, 600, 300), (3, 900, 150),
    ]  # fmt: skip
    read = pl.concat([each.read(path, ["x"]) for each in chunks])
    assert read["x"].to_list() == list(range(1050))
    pl.DataFrame({"x": []}).write_parquet(path)
    assert chunks_of(0, path) == []
