import hashlib
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fangpin.kernel.hashing import file_hash, frame_hash, frames_hash, text_hash, value_hash

GOLDEN = "0fc732a9857d134e5a6cc60372919e0a606b19efa6739866b4cee142241cdd12"


def frame() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "name": ["甲", None, "", "乙𨱏"],
            "fen": [1, None, -3, 2**60],
            "share": [0.5, -0.0, None, float("nan")],
            "flag": [True, False, None, True],
            "day": [date(2021, 5, 31), None, date(1900, 1, 1), date(2099, 1, 1)],
            "at": [datetime(2021, 5, 1, 10, 7), None, None, None],
            "kind": pl.Series(["a", "b", None, "a"], dtype=pl.Enum(["a", "b"])),
            "parts": [["x", None], [], None, ["yz"]],
            "pair": [{"p": 1, "q": "r"}, None, {"p": None, "q": ""}, {"p": 2, "q": "s"}],
            "bytes": [b"\x00", b"", None, b"ab"],
            "exact": pl.Series([Decimal("1.10"), None, Decimal("-2.00"), Decimal(0)]),
            "nothing": [None] * 4,
            "vector": pl.Series([[1, 2], [3, 4], None, [5, 6]], dtype=pl.Array(pl.Int32, 2)),
        }
    )


def test_the_hash_is_a_fixed_point_of_the_format() -> None:
    # A change of this value is a change of the format: raise the version in the module with it.
    assert frame_hash(pl.DataFrame({"a": [1, None], "b": ["甲", ""]})) == GOLDEN
    assert len(frame_hash(frame())) == 64


def test_chunks_slices_and_round_trips_leave_no_trace(tmp_path: Path) -> None:
    whole = frame()
    expected = frame_hash(whole)
    chunked = pl.concat([whole[:1], whole[1:3], whole[3:]], rechunk=False)
    assert chunked.n_chunks() > 1
    assert frame_hash(chunked) == expected
    assert frame_hash(pl.concat([whole, whole]).slice(4, 4)) == expected
    storable = whole.drop("nothing")
    for compression in ("zstd", "uncompressed"):
        path = tmp_path / f"{compression}.parquet"
        storable.write_parquet(path, compression=compression, row_group_size=2)
        assert frame_hash(pl.read_parquet(path)) == frame_hash(storable)


@pytest.mark.parametrize(
    "change",
    [
        lambda f: f.rename({"name": "title"}),
        lambda f: f.select(reversed(f.columns)),
        lambda f: f.reverse(),
        lambda f: f[:3],
        lambda f: f.with_columns(fen=pl.col("fen").cast(pl.Float64)),
        lambda f: f.with_columns(name=pl.col("name").fill_null("")),
        lambda f: f.with_columns(fen=pl.col("fen").fill_null(0)),
        lambda f: f.with_columns(flag=~pl.col("flag")),
        lambda f: f.with_columns(parts=pl.col("parts").fill_null([])),
        lambda f: f.with_columns(day=pl.col("day").dt.offset_by("1d")),
        lambda f: f.drop("pair"),
        lambda f: f.with_columns(pair=pl.struct(p=pl.lit(1), q=pl.lit("r"))),
        lambda f: f.with_columns(exact=pl.col("exact") + 1),
        lambda f: f.with_columns(vector=pl.col("vector").reverse()),
    ],
)
def test_every_change_of_content_shows(change: object) -> None:
    assert frame_hash(change(frame())) != frame_hash(frame())  # type: ignore[operator]


def test_borders_between_values_count() -> None:
    assert frame_hash(pl.DataFrame({"a": ["ab", "c"]})) != frame_hash(
        pl.DataFrame({"a": ["a", "bc"]})
    )
    one, other = [["a"], ["b", "c"]], [["a", "b"], ["c"]]
    assert frame_hash(pl.DataFrame({"a": one})) != frame_hash(pl.DataFrame({"a": other}))


def test_dictionary_encoding_does_not_count() -> None:
    texts = pl.DataFrame({"a": ["x", "y", None, "x"]})
    assert frame_hash(texts) == frame_hash(texts.cast(pl.Categorical))
    assert frame_hash(texts) == frame_hash(texts.cast(pl.Enum(["y", "x", "z"])))


def test_zeros_and_not_a_numbers_are_alike() -> None:
    assert frame_hash(pl.DataFrame({"a": [0.0]})) == frame_hash(pl.DataFrame({"a": [-0.0]}))
    nan = pl.DataFrame({"a": [float("nan")]})
    assert frame_hash(nan) == frame_hash(pl.DataFrame({"a": [-float("nan")]}))
    assert frame_hash(nan) != frame_hash(pl.DataFrame({"a": [None]}, schema={"a": pl.Float64}))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.one_of(st.none(), st.text(max_size=5)),
                          st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)))),
       st.integers(0, 10))  # fmt: skip
def test_any_cut_gives_the_same_hash(rows: list[tuple[str | None, int | None]], cut: int) -> None:
    table = pl.DataFrame(rows, schema={"a": pl.String, "b": pl.Int64}, orient="row")
    again = pl.concat([table[:cut], table[cut:]], rechunk=False)
    assert frame_hash(again) == frame_hash(table)


def test_long_columns_cross_the_block_border(monkeypatch: pytest.MonkeyPatch) -> None:
    table = pl.concat([frame()] * 7)
    expected = frame_hash(table)
    monkeypatch.setattr("fangpin.kernel.hashing._ROWS", 5)
    assert frame_hash(table) == expected


def test_objects_have_no_canonical_form() -> None:
    with pytest.raises(TypeError, match="no canonical form"):
        frame_hash(pl.DataFrame({"a": pl.Series([object()], dtype=pl.Object)}))


def test_files_texts_and_values(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"abc")
    assert file_hash(path) == hashlib.sha256(b"abc").hexdigest() == text_hash("abc")
    assert value_hash({"b": [1, None], "a": "甲"}) == value_hash({"a": "甲", "b": (1, None)})
    assert value_hash([1, 2]) != value_hash([2, 1])
    assert value_hash([1]) != value_hash(["1"])
    for bad in (0.5, {1: "a"}, [object()]):
        with pytest.raises(TypeError):
            value_hash(bad)
    tables = {"x": frame(), "y": pl.DataFrame({"a": [1]})}
    assert frames_hash(tables) == frames_hash(dict(reversed(tables.items())))
