"""Titles, headers, body, totals, notes and section lines are told apart."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.feeds.workbooks import Merge, text, xlsx

from fangpin.feeds.layout import HeaderWords, lay_out
from fangpin.feeds.reading import read_file
from fangpin.feeds.tables import Table

WORDS = HeaderWords.of(
    [
        "序号",
        "乡镇",
        "村",
        "姓名",
        "身份证号",
        "金额",
        "备注",
        "省",
        "市",
        "县",
        "户主",
        "联系电话",
        "状态",
    ]
)
HEADER = ["序号", "乡镇", "村", "姓名", "身份证号", "金额", "备注"]


def person(number: int) -> list[Any]:
    return [number, "东川镇", "柳树村", "赵建国", f"29990019700101{number:04d}", 100 * number, None]


def table(tmp_path: Path, rows: Sequence[Sequence[Any]], merges: Sequence[Merge] = ()) -> Table:
    path = xlsx(tmp_path / "名单.xlsx", {"表": rows}, merges={"表": merges})
    (found,) = lay_out(read_file(path)[0], WORDS)
    return found


def reasons(found: Table) -> dict[int, str]:
    return dict(found.ignored)


def test_title_header_body_total_note_and_signature(tmp_path: Path) -> None:
    rows = [
        ["某区发放花名册"],
        ["填报单位：某某局  单位：元"],
        HEADER,
        person(1),
        person(2),
        ["合计", None, None, "2人", None, 300],
        ["注：本表以实际发放为准。"],
        ["制表：        审核：        负责人（盖章）"],
    ]
    found = table(tmp_path, rows)
    assert found.title == "某区发放花名册\n填报单位：某某局  单位：元"
    assert found.header_rows == (3,)
    assert found.headers == tuple(HEADER)
    assert found.body.tolist() == [4, 5]
    assert reasons(found) == {1: "title", 2: "title", 3: "header", 6: "total", 7: "note", 8: "note"}
    assert found.totals == ((6, {0: "合计", 3: "2人", 5: "300"}),)
    assert found.notes.startswith("注：本表以实际发放为准。")


@pytest.mark.parametrize(
    "line",
    [
        ["共2条"],
        ["以上共计 2 户"],
        ["合计:2人"],
        ["总计", None, None, None, None, 300],
        [None, None, "合 计", None, None, 300],
        ["3", "合计", None, None, None, 300],
        ["全区合计", None, None, None, None, 300],
        ["记录数：2"],
        [None, None, None, None, "合计", 300],
        [2, None, None, None, None, 300, "合计"],
    ],
)
def test_totals_in_any_wording(tmp_path: Path, line: list[Any]) -> None:
    found = table(tmp_path, [HEADER, person(1), person(2), line])
    assert found.body.tolist() == [2, 3]
    assert reasons(found)[4] == "total"
    assert found.totals[0][0] == 4


def test_subtotals_close_their_section(tmp_path: Path) -> None:
    rows = [
        HEADER,
        ["东川镇（以下金额单位：万元）"],
        person(1),
        [None, "东川镇小计", None, None, None, 100],
        person(2),
        ["以下为外地人员"],
        person(3),
        person(4),
    ]
    found = table(tmp_path, rows)
    assert found.body.tolist() == [3, 5, 7, 8]
    assert reasons(found) == {1: "header", 2: "section", 4: "subtotal", 6: "section"}
    assert found.sections == (
        (3, 4, "东川镇（以下金额单位：万元）"),
        (7, 8, "以下为外地人员"),
    )


def test_a_line_with_nothing_below_is_a_note(tmp_path: Path) -> None:
    found = table(tmp_path, [HEADER, person(1), person(2), ["数据以平台为准，不再更新"]])
    assert reasons(found)[4] == "note"
    assert found.sections == ()


def test_repeated_page_headers_and_titles_are_left_out(tmp_path: Path) -> None:
    rows = [["某区名册"], HEADER, person(1), ["某区名册"], HEADER, person(2), HEADER, person(3)]
    found = table(tmp_path, rows)
    assert found.body.tolist() == [3, 6, 8]
    assert reasons(found)[4] == "title"
    assert [row for row, why in found.ignored if why == "repeated_header"] == [5, 7]


def test_blank_rows_columns_and_prenumbered_lines(tmp_path: Path) -> None:
    rows = [
        [],
        [None, *HEADER[:3], None, *HEADER[3:]],
        [None, 1, "东川镇", "柳树村", None, "赵建国", "299900197001010011", 5, None],
        [],
        [None, 2, "东川镇", "柳树村", None, "钱秀英", "299900197001010012", 5, None],
        [None, 3],
        [None, 4],
    ]
    found = table(tmp_path, rows)
    assert found.headers == ("", "序号", "乡镇", "村", "", "姓名", "身份证号", "金额", "备注")
    assert found.body.tolist() == [3, 5]
    assert [why for _, why in found.ignored] == ["blank", "header", "blank", "blank", "blank"]


def test_leaves_below_one_split_header_cell(tmp_path: Path) -> None:
    rows = [
        ["名册"],
        ["序号", "姓名", "务工地", None, None, "身份证号"],
        [None, None, "省", "市", "县", None],
        [1, "赵建国", "甘肃省", "某某市", "某某区", "299900197001010011"],
    ]
    merges = [(0, 0, 0, 5), (1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 1, 4), (1, 5, 2, 5)]
    for found in (
        table(tmp_path, rows, merges),
        lay_out(read_file(text(tmp_path / "1.csv", rows))[0], WORDS)[0],
    ):
        assert found.header_rows == (2, 3)
        assert found.headers == ("序号", "姓名", "务工地/省", "务工地/市", "务工地/县", "身份证号")
        assert found.body.tolist() == [4]


def test_groups_without_merges_reach_over_their_leaves(tmp_path: Path) -> None:
    rows = [
        ["基本情况", None, None, "户主", None],
        ["序号", "乡镇", "村", "姓名", "身份证号"],
        ["1", "东川镇", "柳树村", "赵建国", "299900197001010011"],
    ]
    (found,) = lay_out(read_file(text(tmp_path / "1.csv", rows))[0], WORDS)
    assert found.headers == (
        "基本情况/序号", "基本情况/乡镇", "基本情况/村", "户主/姓名", "户主/身份证号",
    )  # fmt: skip


def test_first_data_row_is_never_a_header_level(tmp_path: Path) -> None:
    rows = [
        ["序号", "乡镇", "村", "姓名", "备注"],
        [None, "东川镇", "柳树村", "赵建国", None],
        [None, "东川镇", "石门村", "钱秀英", None],
    ]
    found = table(tmp_path, rows)
    assert found.header_rows == (1,)
    assert found.body.tolist() == [2, 3]


def test_a_slash_inside_a_header_is_no_group(tmp_path: Path) -> None:
    rows = [["姓名", "身份证号", "致贫/返贫风险"], ["赵建国", "299900197001010011", "因病"]]
    assert table(tmp_path, rows).headers[2] == "致贫／返贫风险"


def test_a_second_table_below_with_other_headers(tmp_path: Path) -> None:
    rows = [
        ["一、在岗人员"],
        HEADER,
        person(1),
        person(2),
        ["二、退出人员"],
        ["序号", "姓名", "身份证号", "联系电话", "状态"],
        [1, "孙文华", "299900197001010099", "13900000000", "退出"],
    ]
    path = xlsx(tmp_path / "名单.xlsx", {"表": rows})
    first, second = lay_out(read_file(path)[0], WORDS)
    assert first.body.tolist() == [3, 4]
    assert (second.title, second.header_rows, second.body.tolist()) == ("二、退出人员", (6,), [7])


def test_unknown_words_still_make_a_header(tmp_path: Path) -> None:
    rows = [["船舶登记"], ["船名", "船号", "吨位"], ["甲号", "B-1", 12], ["乙号", "B-2", 15]]
    found = table(tmp_path, rows)
    assert (found.header_rows, found.headers) == ((2,), ("船名", "船号", "吨位"))
    assert found.body.tolist() == [3, 4]


def test_no_header_at_all(tmp_path: Path) -> None:
    rows = [["1", "299900197001010011", "13900000000"], ["2", "299900197001010012", "13900000001"]]
    found = table(tmp_path, rows)
    assert found.header_rows == ()
    assert found.body.tolist() == [1, 2]


def test_broken_records_are_neither_data_nor_blank(tmp_path: Path) -> None:
    path = tmp_path / "1.txt"
    path.write_text("姓名|身份证号|村\n甲某|1|柳树村\n乙某|2|西岭乡|石门村\n丙某|3|高台村\n")
    (found,) = lay_out(read_file(path)[0], WORDS)
    assert found.body.tolist() == [2, 4]
    assert 3 not in reasons(found)
    assert found.sheet.broken[0][0] == 3


def test_empty_sheet_gives_no_table(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "1.xlsx", {"有": [HEADER, person(1)], "空": []})
    assert lay_out(read_file(path)[1], WORDS) == ()


def test_column_numbers_examples_and_wide_signatures(tmp_path: Path) -> None:
    rows = [
        HEADER,
        [1, 2, 3, 4, 5, 6, 7],
        ["示例", "某某镇", "某某村", "张三", "299900197001019999", 100, "请删除本行"],
        person(1),
        person(2),
        ["制表人：", "赵建国", None, "审核人：", "钱秀英", "日期：", "2022-06-30"],
    ]
    found = table(tmp_path, rows)
    assert found.body.tolist() == [4, 5]
    assert reasons(found) == {1: "header", 2: "header", 3: "note", 6: "note"}


def test_first_rows_that_count_up_are_data(tmp_path: Path) -> None:
    found = table(tmp_path, [HEADER, [1, "东川镇", "柳树村", "赵建国", "x", 2, 3], person(2)])
    assert found.body.tolist() == [2, 3]


def test_a_record_with_one_cell_is_data_not_a_line(tmp_path: Path) -> None:
    rows = [HEADER, person(1), [None, None, None, "钱秀英"], person(3)]
    assert table(tmp_path, rows).body.tolist() == [2, 3, 4]
    short = [["姓名", "身份证号", "金额"], ["赵建国", "299900197001010011", 5], ["钱秀英"]]
    assert table(tmp_path, short).body.tolist() == [2, 3]


def test_a_line_for_one_place_ends_with_its_rows(tmp_path: Path) -> None:
    other = [9, "西岭乡", "石门村", "钱秀英", "299900197001010099", 5, None]
    rows = [HEADER, ["东川镇（本镇以下金额单位：万元）"], person(1), person(2), other, other]
    assert table(tmp_path, rows).sections == ((3, 4, "东川镇（本镇以下金额单位：万元）"),)
