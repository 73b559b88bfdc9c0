"""Sheets of a package: order, names, hidden ones, unusual paths."""

import io
import zipfile
from pathlib import Path

import pytest
from tests.feeds.workbooks import rewrite, xlsx

from fangpin.feeds.reading import read_file
from fangpin.feeds.reading.archive import Package
from fangpin.feeds.reading.limits import DEFAULT_LIMITS, Limits
from fangpin.kernel.errors import FangpinError

RELS = "xl/_rels/workbook.xml.rels"


def package(path: Path, limits: Limits = DEFAULT_LIMITS) -> Package:
    return Package(path.read_bytes(), path.name, limits)


def test_sheets_in_the_order_of_their_tabs(tmp_path: Path) -> None:
    path = xlsx(
        tmp_path / "1.xlsx", {"乙": [["2"]], "甲": [["1"]], "旧": [["0"]]}, hidden_sheets=["旧"]
    )
    found = package(path).sheets
    assert [(sheet.name, sheet.hidden) for sheet in found] == [
        ("乙", False),
        ("甲", False),
        ("旧", True),
    ]


def test_very_hidden_sheets_are_hidden(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "1.xlsx", {"甲": [["1"]], "旧": [["0"]]}, hidden_sheets=["旧"])
    rewrite(path, "xl/workbook.xml", lambda xml: xml.replace(b'"hidden"', b'"veryHidden"'))
    assert [sheet.hidden for sheet in read_file(path)] == [False, True]


def test_absolute_targets_are_followed(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "1.xlsx", {"甲": [["姓名"], ["赵建国"]]})
    rewrite(path, RELS, lambda xml: xml.replace(b'"worksheets/', b'"/xl/worksheets/'))
    assert read_file(path)[0].rows == 2


def test_a_missing_sheet_part_is_damage(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "1.xlsx", {"甲": [["姓名"]]})
    rewrite(path, RELS, lambda xml: xml.replace(b"sheet1.xml", b"sheet9.xml"))
    with pytest.raises(FangpinError, match="损坏"):
        package(path)


def test_too_many_sheets_or_parts(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "1.xlsx", {str(n): [["1"]] for n in range(5)})
    with pytest.raises(FangpinError, match="工作表"):
        package(path, Limits(sheets=4))
    with pytest.raises(FangpinError, match="文件数"):
        package(path, Limits(archive_parts=6))


def test_packages_of_other_programs_are_named(tmp_path: Path) -> None:
    for part, words in (
        ("word/document.xml", "Word"),
        ("xl/workbook.bin", "xlsb"),
        ("content.xml", "OpenDocument"),
    ):
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            archive.writestr(part, "x")
        with pytest.raises(FangpinError, match=words):
            Package(content.getvalue(), "1.xlsx", DEFAULT_LIMITS)
