"""Files that cannot be used are refused with a sentence that says what, where and what to do."""

import io
import zipfile
from pathlib import Path

import pytest
from tests.feeds.workbooks import SHEET1, rewrite, xlsx

from fangpin.feeds.reading import Limits, read_content, read_file
from fangpin.feeds.reading.file_format import FileFormat
from fangpin.kernel.errors import FangpinError


def refusal(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(FangpinError) as caught:
        read_file(path, limits=limits or Limits())
    (problem,) = caught.value.problems
    assert problem.where.file == path.name
    assert problem.remedy.zh
    assert problem.remedy.en
    return problem.what.zh


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def ole(*entries: str) -> bytes:
    """A compound file's header and directory, as far as the check looks."""
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
    for entry in ("Root Entry", *entries):
        content += entry.encode("utf-16-le").ljust(128, b"\0")
    return content.ljust(4096, b"\0")


def test_missing_folder_and_empty(tmp_path: Path) -> None:
    assert "找不到" in refusal(tmp_path / "无.xlsx")
    folder = tmp_path / "夹"
    folder.mkdir()
    assert "文件夹" in refusal(folder)
    assert "0 字节" in refusal(write(tmp_path / "空.csv", b""))
    assert "没有任何内容" in refusal(write(tmp_path / "空行.csv", b"\r\n \r\n\r\n"))


def test_password_macros_word_and_other_kinds(tmp_path: Path) -> None:
    assert "密码" in refusal(write(tmp_path / "密.xlsx", ole("EncryptionInfo", "EncryptedPackage")))
    assert "宏" in refusal(write(tmp_path / "宏.xls", ole("Workbook", "_VBA_PROJECT_CUR")))
    assert "Word" in refusal(write(tmp_path / "文.doc", ole("WordDocument")))
    assert "PDF" in refusal(write(tmp_path / "扫描.pdf", b"%PDF-1.7 ..."))
    assert "图片" in refusal(write(tmp_path / "照片.jpg", b"\xff\xd8\xff\xe0...."))
    assert "二进制" in refusal(write(tmp_path / "数据.csv", bytes(range(256)) * 8))


def test_web_page_saved_as_xls(tmp_path: Path) -> None:
    page = "<html><body><table><tr><td>姓名</td></tr></table></body></html>"
    assert "网页" in refusal(write(tmp_path / "导出.xls", page.encode()))
    assert "网页" in refusal(write(tmp_path / "导出2.xls", page.encode("utf-16")))
    assert "网页" in refusal(
        write(tmp_path / "导出3.xls", b'\xef\xbb\xbf<?xml version="1.0"?><a/>')
    )


def test_damaged_and_foreign_archives(tmp_path: Path) -> None:
    good = xlsx(tmp_path / "好.xlsx", {"表": [["姓名"]] * 500}).read_bytes()
    assert "损坏" in refusal(write(tmp_path / "半.xlsx", good[: len(good) // 2]))
    broken = bytearray(good)
    at = good.find(b"xl/worksheets/sheet1.xml") + 40
    broken[at : at + 20] = b"\0" * 20
    assert "损坏" in refusal(write(tmp_path / "坏.xlsx", bytes(broken)))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("名单.txt", "甲")
    assert "压缩包" in refusal(write(tmp_path / "包.xlsx", archive.getvalue()))
    assert "损坏" in refusal(write(tmp_path / "坏.xls", ole("Workbook")))


def test_macros_inside_a_package(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "宏.xlsm", {"表": [["姓名"]]})
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("xl/vbaProject.bin", b"macro")
    assert "宏" in refusal(path)


def test_entities_are_never_expanded(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "实体.xlsx", {"表": [["姓名"]]})
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "' + b"x" * 99 + b'">]>'
    rewrite(path, "xl/workbook.xml", lambda xml: bomb + xml.partition(b"?>")[2])
    assert "损坏" in refusal(path)


def test_expansion_is_limited(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "大.xlsx", {"表": [["姓名"]]})
    rewrite(
        path, SHEET1, lambda xml: xml.replace(b"<sheetData>", b" " * 3_000_000 + b"<sheetData>")
    )
    assert "展开" in refusal(path, Limits(ratio_floor_bytes=1_000_000))
    assert "展开" in refusal(path, Limits(expanded_bytes=2_000_000))
    assert "上限" in refusal(path, Limits(file_bytes=100))
    assert read_file(path)[0].rows == 1


def test_a_part_larger_than_its_directory_says_is_refused(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "谎.xlsx", {"表": [["姓名"]]})
    rewrite(
        path, SHEET1, lambda xml: xml.replace(b"<sheetData>", b" " * 40_000_000 + b"<sheetData>")
    )
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as package:
        size = package.getinfo(SHEET1).file_size
        assert package.getinfo(SHEET1).compress_size >= 2**14
    at = content.rfind(size.to_bytes(4, "little"))
    content[at : at + 4] = (90_000).to_bytes(4, "little")
    assert "不符" in refusal(write(path, bytes(content)))


def test_the_format_follows_from_the_content_not_the_name(tmp_path: Path) -> None:
    book = xlsx(tmp_path / "其实是表.csv", {"表": [["姓名"], ["甲"]]})
    assert read_content(book.read_bytes(), book.name)[0] is FileFormat.xlsx
    table = write(tmp_path / "其实是文本.xls", "姓名\t村\r\n甲\t柳树村\r\n".encode("gb18030"))
    assert read_content(table.read_bytes(), table.name)[0] is FileFormat.text


def test_a_sheet_that_was_never_written_is_said_to_be_unfinished(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "断.xlsx", {"表": [["姓名"]]})
    rewrite(path, SHEET1, lambda xml: b"")
    said = refusal(path)
    assert "没有保存完整" in said
    assert "大得" not in said
