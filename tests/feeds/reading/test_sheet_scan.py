"""The byte walk over sheet XML agrees with a real XML parser."""

import io
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fangpin.feeds.reading.sheet_scan import NotPlainError, scan_sheet, slow_scan

NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def worksheet(rows: str, prefix: str = "", tail: str = "") -> bytes:
    p = f"{prefix}:" if prefix else ""
    mark = f":{prefix}" if prefix else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><{p}worksheet xmlns{mark}="{NAMESPACE}">'
        f'<{p}dimension ref="A1"/><{p}sheetData>{rows}</{p}sheetData>{tail}</{p}worksheet>'
    ).encode()


CELLS = st.sampled_from(
    [
        '<c r="{r}"/>',
        '<c r="{r}" s="3"></c>',
        '<c r="{r}"><v>12.5</v></c>',
        '<c s="1" r="{r}" t="s"><v>0</v></c>',
        '<c r="{r}" t="str"><f>A1&amp;"t=x"</f><v>a t="b" &gt; c</v></c>',
        '<c r="{r}" t="str"><f>A1</f><v></v></c>',
        '<c r="{r}"><f>1+1</f></c>',
        '<c r="{r}"><f>1+1</f><v></v></c>',
        '<c r="{r}"><f>1+1</f><v/></c>',
        '<c r="{r}"><f>1+1</f><v>2</v></c>',
        '<c r="{r}" t="inlineStr"><is><t>文 r="A1" t="s" hidden="1"</t></is></c>',
        '<c r="{r}" t="inlineStr"><is><r><t xml:space="preserve"> 富</t></r></is></c>',
        '<c r="{r}" t="inlineStr"><is><t></t></is></c>',
        '<c r="{r}" t="b"><v>1</v></c>',
        '<c r="{r}" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
        '<c r="{r}" t="d"><v>2021-05-03</v></c>',
        "<c><v>3</v></c>",
    ]
)


def letters(column: int) -> str:
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


@st.composite
def sheets(draw: st.DrawFn) -> bytes:
    rows, number = [], 0
    for _ in range(draw(st.integers(0, 8))):
        number += draw(st.integers(1, 3))
        column, cells = -1, []
        for _ in range(draw(st.integers(0, 5))):
            template = draw(CELLS)
            column += 1 if "r=" not in template else draw(st.integers(1, 30))
            cells.append(template.replace("{r}", f"{letters(column)}{number}"))
        attributes = draw(
            st.sampled_from(['r="{n}"', 'r="{n}" hidden="1"', 'spans="1:3" r="{n}" hidden="true"'])
        )
        rows.append(f"<row {attributes.replace('{n}', str(number))}>{''.join(cells)}</row>")
        if draw(st.booleans()):
            number += 1
            rows.append(f'<row r="{number}" ht="12"/>')
    tail = draw(
        st.sampled_from(["", '<mergeCells count="1"><mergeCell ref="B2:AA10"/></mergeCells>'])
    )
    return worksheet("".join(rows), tail=tail)


@settings(max_examples=300, deadline=None)
@given(sheets())
def test_byte_walk_equals_the_parser(xml: bytes) -> None:
    quick, slow = scan_sheet(io.BytesIO(xml), 1000), slow_scan(io.BytesIO(xml))
    assert np.array_equal(quick.kinds, slow.kinds)
    assert quick.hidden_rows == slow.hidden_rows
    assert quick.merged == slow.merged
    assert quick.texts == slow.texts


def test_prefixed_tags_are_read_like_bare_ones() -> None:
    rows = '<x:row r="2" hidden="1"><x:c r="B2"><x:v>5</x:v></x:c></x:row>'
    scan = scan_sheet(io.BytesIO(worksheet(rows, prefix="x")), 100)
    assert scan.kinds.tolist() == [[0, 0], [0, 2]]
    assert scan.hidden_rows == {2}


def test_rows_and_cells_without_references_follow_each_other() -> None:
    scan = scan_sheet(
        io.BytesIO(
            worksheet("<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>")
        ),
        100,
    )
    assert scan.kinds.tolist() == [[2, 2], [2, 0]]


def test_comments_are_left_to_the_parser() -> None:
    xml = worksheet('<row r="1"><!-- x --><c r="A1"><v>1</v></c></row>')
    with pytest.raises(NotPlainError):
        scan_sheet(io.BytesIO(xml), 100)
    assert slow_scan(io.BytesIO(xml)).kinds.tolist() == [[2]]


def test_a_sheet_that_ends_in_the_middle_is_damage() -> None:
    xml = worksheet('<row r="1"><c r="A1"><v>1</v></c></row>').partition(b"</sheetData>")[0]
    with pytest.raises(zipfile.BadZipFile):
        scan_sheet(io.BytesIO(xml), 100)


def test_a_sheet_without_rows_is_empty() -> None:
    for xml in (worksheet(""), worksheet("").replace(b"<sheetData></sheetData>", b"<sheetData/>")):
        assert scan_sheet(io.BytesIO(xml), 100).kinds.size == 0


def test_chunks_are_cut_between_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    from fangpin.feeds.reading import sheet_scan

    rows = "".join(
        f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>{"&lt;甲" * (n % 7)}</t></is></c></row>'
        for n in range(1, 400)
    )
    whole = scan_sheet(io.BytesIO(worksheet(rows)), 100)
    monkeypatch.setattr(sheet_scan, "_CHUNK", 97)
    pieces = scan_sheet(io.BytesIO(worksheet(rows)), 100)
    assert np.array_equal(whole.kinds, pieces.kinds)
    assert int((whole.kinds == 1).sum()) == 342
