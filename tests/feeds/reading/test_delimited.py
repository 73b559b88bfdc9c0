"""Text files: delimiters, encodings, quoted fields, broken records."""

from pathlib import Path

import pytest
from tests.feeds.workbooks import text

from fangpin.feeds.reading import read_content, read_file
from fangpin.feeds.tables import RawSheet
from fangpin.kernel.errors import FangpinError

HEADER = ["姓名", "身份证号", "村", "状态"]
BODY = [
    ["甲某", "299900195001010011", "柳树村", "在岗"],
    ["乙某", "299900196001010012", "石门村", ""],
]


def cells(sheet: RawSheet) -> list[list[str | None]]:
    return [
        [sheet.cell(row, column) for column in range(len(sheet.columns))]
        for row in range(1, sheet.rows + 1)
    ]


def read(content: str | bytes, encoding: str = "utf-8") -> RawSheet:
    data = content.encode(encoding) if isinstance(content, str) else content
    return read_content(data, "名单.txt")[1][0]


@pytest.mark.parametrize("delimiter", [",", "\t", "|", ";", "^", "，", "｜"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gbk", "gb18030"]
)
def test_delimiters_and_encodings(tmp_path: Path, delimiter: str, encoding: str) -> None:
    path = text(tmp_path / "名单.csv", [HEADER, *BODY], delimiter=delimiter, encoding=encoding)
    (sheet,) = read_file(path)
    assert cells(sheet) == [HEADER, BODY[0], [*BODY[1][:3], None]]
    assert sheet.sheet == ""
    assert sheet.columns[3].kind.to_list() == [1, 1, 0]


def test_rare_characters_survive_gb18030() -> None:
    assert cells(read("姓名,村\n董㐂林,柳树村\n宋𫍯,石门村\n", "gb18030"))[1:] == [
        ["董㐂林", "柳树村"],
        ["宋𫍯", "石门村"],
    ]


@pytest.mark.parametrize(
    "content",
    [
        "姓名,鄉鎮\n甲,東川鎮\n".encode("big5"),
        "naïve,café,über\n".encode("latin-1"),
        b"\x81\x20\xff,\n",
    ],
)
def test_other_encodings_are_refused_not_guessed(content: bytes) -> None:
    with pytest.raises(FangpinError, match="编码"):
        read(content)


def test_quoted_fields_may_hold_delimiters_quotes_and_line_breaks() -> None:
    sheet = read('姓名,备注,村\n甲,"a,""b""\n第二行",柳树村\n乙,,石门村\n')
    assert cells(sheet)[1:] == [["甲", 'a,"b"\n第二行', "柳树村"], ["乙", None, "石门村"]]


def test_text_that_excel_was_told_not_to_touch_stays_as_it_is() -> None:
    assert read('姓名,身份证号\n甲,="299900195001010011"\n').cell(2, 1) == '="299900195001010011"'


def test_a_quote_nobody_closed_swallows_no_rows() -> None:
    lines = ["姓名,村"] + [f"甲{n},柳树村" for n in range(40)]
    lines[5] = '"甲,柳树村'
    sheet = read("\n".join(lines))
    assert sheet.rows == 41
    assert sheet.cell(6, 0) == '"甲'


def test_excel_separator_hint_is_followed_and_kept_out() -> None:
    sheet = read("sep=;\r\n姓名;村\r\n甲;柳树村,二组\r\n")
    assert cells(sheet) == [[None, None], ["姓名", "村"], ["甲", "柳树村,二组"]]


def test_a_record_with_too_many_fields_is_set_aside() -> None:
    sheet = read("姓名|证号|地址\n甲|1|柳树村\n乙|2|西岭乡|石门村\n丙|3|高台村\n")
    assert sheet.broken == ((3, "乙|2|西岭乡|石门村", "too_many_fields"),)
    assert cells(sheet)[2] == [None, None, None]


def test_trailing_delimiters_are_no_extra_fields() -> None:
    sheet = read("姓名,村\n甲,柳树村,,\n乙,石门村\n丙,高台村\n")
    assert sheet.broken == ()
    assert cells(sheet)[1] == ["甲", "柳树村"]


def test_a_record_broken_over_two_lines_is_reported_once_with_both_halves() -> None:
    rows = [f"甲{n}|{n}|柳树村|疾病" for n in range(30)]
    rows[4:5] = ["甲四|4", "柳树村|疾病"]
    sheet = read("\n".join(["姓名|证号|村|原因", *rows]))
    assert sheet.broken == (
        (6, "甲四|4\n柳树村|疾病", "broken_over_two_lines"),
        (7, "柳树村|疾病", "continuation"),
    )


def test_a_record_broken_inside_a_field_is_reported_once() -> None:
    rows = [f"甲{n}|{n}|柳树村|疾病" for n in range(30)]
    rows[4:5] = ["甲四|4|柳树", "村|疾病"]
    sheet = read("\n".join(["姓名|证号|村|原因", *rows]))
    assert [reason for _, _, reason in sheet.broken] == ["broken_over_two_lines", "continuation"]


def test_one_short_record_is_broken_but_a_habit_is_padding() -> None:
    usual = [f"甲{n},{n},柳树村,在岗" for n in range(60)]
    short = read("\n".join(["姓名,证号,村,状态", *usual, "乙,2,石门村"]))
    assert short.broken == ((62, "乙,2,石门村", "too_few_fields"),)
    habit = [f"甲{n},{n},柳树村" if n % 3 == 0 else f"甲{n},{n},柳树村,在岗" for n in range(60)]
    padded = read("\n".join(["姓名,证号,村,状态", *habit]))
    assert padded.broken == ()
    assert cells(padded)[1] == ["甲0", "0", "柳树村", None]


def test_titles_sections_totals_and_notes_are_not_broken_records() -> None:
    lines = ["某区名单", "姓名,证号,村"] + [f"甲{n},{n},柳树村" for n in range(30)]
    lines[10:10] = ["以下为外地人员"]
    lines += ["合计,30", "说明:一,二", "共30条"]
    sheet = read("\n".join(lines))
    assert sheet.broken == ()
    assert sheet.cell(1, 0) == "某区名单"
    assert sheet.cell(11, 0) == "以下为外地人员"


def test_one_column_is_a_table_too() -> None:
    assert cells(read("身份证号\n299900195001010011\n")) == [["身份证号"], ["299900195001010011"]]
