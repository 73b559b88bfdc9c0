"""Small invented deliveries for tests: rows in, a file of any format out."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
import xlwt

Rows = Sequence[Sequence[Any]]
Merge = tuple[int, int, int, int]
"""first_row, first_col, last_row, last_col, all from 0."""


def xlsx(
    path: Path,
    sheets: dict[str, Rows],
    *,
    merges: dict[str, Sequence[Merge]] | None = None,
    hidden_rows: Sequence[int] = (),
    hidden_sheets: Sequence[str] = (),
) -> Path:
    """A workbook. Strings stay text, numbers numbers; ("=1+1", 2) is a formula with its result."""
    book = xlsxwriter.Workbook(str(path))
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for row, cells in enumerate(rows):
            for column, value in enumerate(cells):
                if value is None:
                    continue
                if isinstance(value, tuple):
                    sheet.write_formula(row, column, value[0], None, value[1])
                elif isinstance(value, str):
                    sheet.write_string(row, column, value)
                elif hasattr(value, "year"):
                    sheet.write_datetime(row, column, value, day)
                else:
                    sheet.write(row, column, value)
        for row1, col1, row2, col2 in (merges or {}).get(name, ()):
            value = rows[row1][col1] if col1 < len(rows[row1]) else ""
            sheet.merge_range(row1, col1, row2, col2, value or "")
        for row in hidden_rows:
            sheet.set_row(row, None, None, {"hidden": True})
        if name in hidden_sheets:
            sheet.hide()
    book.close()
    return path


def text(path: Path, rows: Rows, *, delimiter: str = ",", encoding: str = "utf-8") -> Path:
    """A delimited text file; None is an empty field."""
    lines = [delimiter.join("" if cell is None else str(cell) for cell in cells) for cells in rows]
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
    return path


def rewrite(path: Path, part: str, change: Any) -> Path:
    """The same package with one part's bytes changed by `change(bytes) -> bytes`."""
    source = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info.filename)
            new.writestr(info.filename, change(content) if info.filename == part else content)
    return path


SHEET1 = "xl/worksheets/sheet1.xml"

ROSTER_HEADER = ("序号", "乡镇", "村", "姓名", "身份证号", "残疾类别", "残疾等级", "残疾人证号")


def roster(people: int) -> list[list[Any]]:
    """Invented persons of an unassigned area (299900) with certificates."""
    rows: list[list[Any]] = []
    for number in range(1, people + 1):
        identity = f"29990019{50 + number % 50:02d}0{1 + number % 9}1{number % 10}{number:04d}"
        level = 1 + number % 4
        rows.append(
            [
                number,
                ("东川镇", "西岭乡")[number % 2],
                ("柳树村", "石门村", "高台村")[number % 3],
                "甲乙丙丁戊己庚辛"[number % 8] + "大小新老"[number % 4] + "平安"[number % 2],
                identity,
                "肢体残疾",
                ("一级", "二级", "三级", "四级")[level - 1],
                f"{identity}4{level}",
            ]
        )
    return rows


def xls(
    path: Path,
    sheets: dict[str, Rows],
    *,
    merges: Sequence[Merge] = (),
    hidden_rows: Sequence[int] = (),
    hidden_sheets: Sequence[str] = (),
) -> Path:
    """An old workbook (BIFF8). `merges` and `hidden_rows` concern the first sheet."""
    book = xlwt.Workbook(encoding="utf-8")
    for number, (name, rows) in enumerate(sheets.items()):
        sheet = book.add_sheet(name)
        sheet.visibility = 1 if name in hidden_sheets else 0
        covered = {(row1, col1) for row1, col1, _, _ in merges} if not number else set()
        for row, cells in enumerate(rows):
            for column, value in enumerate(cells):
                if value is not None and (row, column) not in covered:
                    sheet.write(row, column, value)
        if not number:
            for row1, col1, row2, col2 in merges:
                sheet.write_merge(row1, row2, col1, col2, rows[row1][col1])
            for row in hidden_rows:
                sheet.row(row).hidden = True
    book.save(str(path))
    return path
