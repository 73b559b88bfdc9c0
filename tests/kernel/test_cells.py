"""Texts where they lie: every row is told once, whatever chunks and lengths the column has."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fangpin.kernel.identity.cells import eighteen_bytes

TEXTS = st.one_of(
    st.none(),
    st.text(alphabet="0123456789Xx", min_size=18, max_size=18),
    st.text(max_size=20),
)


def _read(column: pl.Series) -> list[str | None]:
    """The column as the pieces tell it; None for rows of another length."""
    found: list[str | None] = []
    for cells in eighteen_bytes(column):
        assert cells.start == len(found)
        texts: list[str | None] = [bytes(row).decode("latin-1") for row in cells.matrix]
        for row in cells.other.tolist():
            texts[row] = None
        found += texts
    return found


def _expected(column: pl.Series) -> list[str | None]:
    return [
        text.encode().decode("latin-1") if text is not None and len(text.encode()) == 18 else None
        for text in column.to_list()
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(TEXTS, max_size=30), min_size=1, max_size=3), st.integers(0, 5))
def test_every_row_once(chunks: list[list[str | None]], skipped: int) -> None:
    column = pl.concat([pl.Series(each, dtype=pl.String) for each in chunks], rechunk=False)
    assert _read(column[skipped:]) == _expected(column[skipped:])


@pytest.mark.parametrize("compression", ["zstd", "uncompressed"])
def test_pages_of_a_file(tmp_path: Path, compression: str) -> None:
    numbers = np.arange(200_000, dtype=np.int64) + 10**17
    column = pl.Series("id", numbers).cast(pl.String)
    spoilt = column.to_frame().with_row_index().select(
        pl.when(pl.col("index") == 150_001).then(pl.lit("short")).otherwise("id").alias("id")
    )  # fmt: skip
    spoilt.write_parquet(tmp_path / "a.parquet", compression=compression, row_group_size=70_000)
    read = pl.read_parquet(tmp_path / "a.parquet")["id"]
    assert _read(read) == _expected(read)


def test_nothing_is_copied_of_a_column_of_equal_texts(tmp_path: Path) -> None:
    column = pl.Series("id", np.arange(100_000) + 10**17).cast(pl.String)
    column.to_frame().write_parquet(tmp_path / "a.parquet")
    read = pl.read_parquet(tmp_path / "a.parquet")["id"]
    strides = {cells.matrix.strides[0] for cells in eighteen_bytes(read) if len(cells.matrix) > 1}
    assert max(strides) > 18  # rows of a page, with what stands between them


def test_no_rows() -> None:
    assert _read(pl.Series([], dtype=pl.String)) == []
