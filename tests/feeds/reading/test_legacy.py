"""Reading .xls (BIFF) with calamine and xlrd side by side."""

from pathlib import Path

import pytest
from tests.feeds.workbooks import xls

from fangpin.feeds.reading import read_file
from fangpin.kernel.errors import FangpinError


def test_values_kinds_hidden_rows_hidden_sheets_and_merges(tmp_path: Path) -> None:
    path = xls(
        tmp_path / "鉴定.xls",
        {
            "汇总": [["标题", None, None], ["户主", "面积", "备注"], ["甲某", 95.5, None]],
            "旧表": [["旧", 1]],
        },
        merges=[(0, 0, 0, 2)],
        hidden_rows=[2],
        hidden_sheets=["旧表"],
    )
    current, old = read_file(path)
    assert [current.cell(3, number) for number in range(3)] == ["甲某", "95.5", None]
    assert current.columns[1].kind.to_list() == [0, 1, 2]
    assert current.hidden_rows == {3}
    assert current.merged == ((1, 0, 1, 2),)
    assert (current.hidden, old.hidden, old.cell(1, 1)) == (False, True, "1")
    assert current.problems == ()


def test_a_full_xls_sheet_is_refused(tmp_path: Path) -> None:
    path = xls(tmp_path / "满.xls", {"表": [["户主"]] + [["甲某"]] * 65_535})
    with pytest.raises(FangpinError, match="65,536"):
        read_file(path)
