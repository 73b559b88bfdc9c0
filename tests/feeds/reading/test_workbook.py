"""Reading .xlsx: values by one reader, storage and row count by the other."""

from datetime import date, datetime
from pathlib import Path

import pytest
from tests.feeds.workbooks import ROSTER_HEADER, SHEET1, rewrite, roster, xlsx

from fangpin.feeds.cell_kinds import CellKind
from fangpin.feeds.reading import Limits, read_file
from fangpin.feeds.reading.limits import DEFAULT_LIMITS
from fangpin.feeds.tables import RawSheet
from fangpin.kernel.errors import FangpinError, Severity


def column(sheet: RawSheet, number: int) -> tuple[list[str | None], list[int]]:
    raw = sheet.columns[number]
    return raw.text.to_list(), raw.kind.to_list()


def test_every_kind_of_cell_keeps_its_text_and_storage(tmp_path: Path) -> None:
    path = xlsx(
        tmp_path / "种类.xlsx",
        {
            "表": [
                ["文字", 3, 0.1, date(2021, 5, 3), datetime(2021, 5, 3, 10, 7), True, ("=1+1", 2)],
                [" a\nb ", 620402198310073000, -12.5, None, None, False, ("=A1", "甲")],
            ]
        },
    )
    (sheet,) = read_file(path)
    assert [column(sheet, number) for number in range(6)] == [
        (["文字", " a\nb "], [1, 1]),
        (["3", "620402198310073000"], [2, 2]),
        (["0.1", "-12.5"], [2, 2]),
        (["2021-05-03", None], [3, 0]),
        (["2021-05-03 10:07:00", None], [3, 0]),
        (["TRUE", "FALSE"], [4, 4]),
    ]
    assert column(sheet, 6)[0] == ["2", "甲"]
    assert sheet.problems == ()


def test_formula_without_result_is_told_from_blank(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "公式.xlsx", {"表": [["金额"], [("=934.61+623.07", 5)], [7]]})
    rewrite(path, SHEET1, lambda xml: xml.replace(b"<v>5</v>", b""))
    (sheet,) = read_file(path)
    assert column(sheet, 0) == (
        ["金额", "=934.61+623.07", "7"],
        [CellKind.text, CellKind.formula_without_value, CellKind.number],
    )


def test_error_cells_keep_their_code(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "错误.xlsx", {"表": [["金额"], [("=1/0", "#DIV/0!")], [7]]})
    (sheet,) = read_file(path)
    assert column(sheet, 0) == (["金额", "#DIV/0!", "7"], [1, CellKind.error, 2])


def test_a_false_dimension_loses_no_row(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "名册.xlsx", {"表": [ROSTER_HEADER, *roster(40)]})
    rewrite(path, SHEET1, lambda xml: xml.replace(b'ref="A1:H41"', b'ref="A1:B3"'))
    (sheet,) = read_file(path)
    assert (sheet.rows, len(sheet.columns)) == (41, 8)


def test_hidden_rows_hidden_sheets_and_merges_are_reported(tmp_path: Path) -> None:
    path = xlsx(
        tmp_path / "名册.xlsx",
        {"当月": [["标题", None, None], [1, "甲", "乙"], [2, "丙", "丁"]], "旧": [["旧表"]]},
        merges={"当月": [(0, 0, 0, 2)]},
        hidden_rows=[1],
        hidden_sheets=["旧"],
    )
    current, old = read_file(path)
    assert (current.hidden, old.hidden, old.sheet) == (False, True, "旧")
    assert current.hidden_rows == {2}
    assert current.merged == ((1, 0, 1, 2),)


def test_leading_blank_rows_and_columns_keep_the_senders_positions(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "偏移.xlsx", {"表": [[], [], [None, None, "姓名"], [None, None, "甲"]]})
    (sheet,) = read_file(path)
    assert (sheet.cell(3, 2), sheet.cell(4, 2), sheet.cell(1, 0)) == ("姓名", "甲", None)


def test_sheets_without_content_are_empty_and_a_book_of_them_is_refused(tmp_path: Path) -> None:
    some, empty = read_file(xlsx(tmp_path / "甲.xlsx", {"有": [["姓名"]], "空": []}))
    assert (some.rows, empty.rows) == (1, 0)
    with pytest.raises(FangpinError, match="没有任何内容"):
        read_file(xlsx(tmp_path / "乙.xlsx", {"空": []}))


def test_readers_that_disagree_make_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second reader is given another sheet's XML: its rows differ from the values."""
    from fangpin.feeds.reading import archive

    path = xlsx(
        tmp_path / "名册.xlsx", {"一": [["姓名"], ["甲"], ["乙"]], "二": [["姓名"], ["甲"]]}
    )
    original = archive.Package._sheets

    def swapped(self: archive.Package, names: set[str], limits: Limits) -> tuple:
        first, second = original(self, names, limits)
        return (
            archive.SheetPart(first.index, first.name, False, second.part),
            archive.SheetPart(second.index, second.name, False, first.part),
        )

    monkeypatch.setattr(archive.Package, "_sheets", swapped)
    first, _ = read_file(path)
    (problem,) = first.problems
    assert problem.severity is Severity.error
    assert "3 行与 2 行" in problem.what.zh


def test_sixty_five_thousand_rows_are_pointed_out(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "名册.xlsx", {"表": [["姓名"]] + [["甲"]] * 65_535})
    (sheet,) = read_file(path)
    (problem,) = sheet.problems
    assert problem.severity is Severity.warning
    assert "65,536" in problem.what.zh


def test_a_full_sheet_is_refused(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "名册.xlsx", {"表": [["姓名"]] * 50})
    with pytest.raises(FangpinError, match="截断"):
        read_file(path, limits=Limits(rows=50))
    assert read_file(path, limits=Limits(rows=51))[0].rows == 50


def test_too_many_columns_are_refused(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "名册.xlsx", {"表": [list(range(12))]})
    with pytest.raises(FangpinError, match="列数"):
        read_file(path, limits=Limits(columns=11))


def test_defaults_allow_what_excel_allows() -> None:
    assert DEFAULT_LIMITS.rows == 1_048_576
