"""How far cells lie apart: counted exactly, and a quick look that never calls a far one compact."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fangpin.feeds.reading import extent as module
from fangpin.feeds.reading.extent import extent_of, surely_compact
from fangpin.feeds.reading.limits import DEFAULT_LIMITS
from fangpin.kernel.errors import FangpinError

LARGE = module.SMALL + 1
"""Bytes that a sheet is said to have."""
COLUMNS = ("A", "Z", "AA", "DZ", "EA", "ZZ", "AAA", "XFD")


def number_of(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def xml(cells: list[tuple[int, str]], quote: str, prefix: str) -> bytes:
    rows = "".join(
        f"<{prefix}row r={quote}{row}{quote}><{prefix}c r={quote}{column}{row}{quote}>"
        f"<{prefix}v>1</{prefix}v></{prefix}c></{prefix}row>"
        for row, column in cells
    )
    return f"<{prefix}worksheet><{prefix}sheetData>{rows}</{prefix}sheetData>".encode()


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 9_999_999), st.sampled_from(COLUMNS)), min_size=1),
    st.sampled_from("\"'"),
    st.sampled_from(["", "x:"]),
    st.sampled_from([32, 100, 2**18]),
)
def test_the_farthest_place_is_found_however_the_bytes_arrive(
    cells: list[tuple[int, str]], quote: str, prefix: str, piece: int
) -> None:
    content = xml(cells, quote, prefix)
    before = module._PIECE
    module._PIECE = piece
    try:
        found = extent_of(io.BytesIO(content), "名册")
        compact = surely_compact(io.BytesIO(content), LARGE)
        never_sparse = surely_compact(io.BytesIO(content), len(content))
    finally:
        module._PIECE = before
    assert found.rows == max(row for row, _ in cells)
    assert found.columns == max(number_of(column) for _, column in cells)
    assert found.cells == len(cells)
    if compact:
        most = [(26, 999_999), (702, 99_999), (130, 499_999)]
        assert any(found.columns <= wide and found.rows <= long for wide, long in most)
    if never_sparse:
        assert compact
        assert found.box <= DEFAULT_LIMITS.sparse_cells


def test_cells_without_a_place_follow_each_other() -> None:
    content = b"<sheetData><row><c/><c><v>1</v></c><c s='1'/></row><row r='9'><c/></row>"
    found = extent_of(io.BytesIO(content), "名册")
    assert (found.rows, found.columns, found.cells) == (9, 3, 4)
    assert not surely_compact(io.BytesIO(content), LARGE)


def test_a_usual_table_is_compact() -> None:
    content = xml([(row, "Z") for row in range(1, 3_000)], '"', "")
    assert surely_compact(io.BytesIO(content), LARGE)
    assert surely_compact(io.BytesIO(content), len(content))


def test_a_small_file_whose_rows_lie_far_apart_is_counted() -> None:
    for places in ([(1, "A"), (10_000, "Z")], [(1, "A"), (2, "EA")]):
        content = xml(places, '"', "")
        assert surely_compact(io.BytesIO(content), LARGE)
        assert not surely_compact(io.BytesIO(content), len(content))
    empty = b'<sheetData><row r="10000"/></sheetData>'
    assert not surely_compact(io.BytesIO(empty), len(empty))


def test_a_large_export_is_compact_and_a_wider_one_is_counted() -> None:
    rows = [1, 99_999, 100_000, 499_999]
    assert surely_compact(io.BytesIO(xml([(row, "CQ") for row in rows], '"', "")), LARGE)
    assert not surely_compact(io.BytesIO(xml([(row, "EA") for row in rows], '"', "")), LARGE)
    assert not surely_compact(io.BytesIO(xml([(1, "CQ"), (500_000, "CQ")], '"', "")), LARGE)
    # Far down in narrow columns and far right in the first rows: both at once is a huge table.
    assert not surely_compact(io.BytesIO(xml([(1, "ZZ"), (999_999, "A")], '"', "")), LARGE)


def test_a_tag_without_end_is_damage() -> None:
    content = b"<sheetData><row " + b"a" * 600_000
    assert not surely_compact(io.BytesIO(content), LARGE)
    with pytest.raises(FangpinError, match="损坏"):
        extent_of(io.BytesIO(content), "名册")
