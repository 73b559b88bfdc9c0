"""Workbooks and texts that somebody made to do harm, or that broke on the way. Built at test time.

Every builder returns the bytes of one file. Sizes are those of real attacks, but the packed files
stay small: what they hold is repetition. `python -m tests.feeds.hostile FOLDER` writes the corpus,
for `fangpin.bench.hostile`.
"""

import io
import random
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_XML = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = (
    _XML
    + (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="'
        'application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.'
        'openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/'
        'worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'spreadsheetml.worksheet+xml"/></Types>'
    ).encode()
)
_RELS = (
    _XML
    + (
        f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{RELATIONS}/'
        'officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ).encode()
)
BOOK = (
    _XML
    + (
        f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets><sheet name="名册" sheetId="1" '
        'r:id="rId1"/></sheets></workbook>'
    ).encode()
)
BOOK_RELS = (
    _XML
    + (
        f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{RELATIONS}/'
        f'worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{RELATIONS}/'
        'sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    ).encode()
)
HEAD = _XML + f'<worksheet xmlns="{MAIN}">'.encode()
Parts = dict[str, bytes | Iterator[bytes]]


def sheet(body: bytes, *, before: bytes = b"", after: bytes = b"") -> bytes:
    """One worksheet part around the rows `body`."""
    return HEAD + before + b"<sheetData>" + body + b"</sheetData>" + after + b"</worksheet>"


def row(number: int, *cells: str) -> bytes:
    """A row of inline texts, from column A."""
    inner = "".join(
        f'<c r="{chr(65 + at)}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
        for at, text in enumerate(cells)
    )
    return f'<row r="{number}">{inner}</row>'.encode()


PLAIN = sheet(row(1, "姓名", "身份证号") + row(2, "赵测试", "29990019500101001X"))


def book(parts: Parts | None = None, *, stored: bool = False) -> bytes:
    """A minimal package; `parts` replace or join its parts."""
    every: Parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELS,
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": BOOK_RELS,
        "xl/worksheets/sheet1.xml": PLAIN,
        **(parts or {}),
    }
    target = io.BytesIO()
    method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(target, "w", method, compresslevel=1) as package:
        for name, content in every.items():
            if isinstance(content, bytes):
                package.writestr(name, content)
                continue
            with package.open(name, "w", force_zip64=True) as stream:
                for piece in content:
                    stream.write(piece)
    return target.getvalue()


def with_sheet(content: bytes | Iterator[bytes]) -> bytes:
    """The package with another worksheet."""
    return book({"xl/worksheets/sheet1.xml": content})


def spread(*places: str) -> bytes:
    """A sheet whose only cells stand at these places."""
    rows: dict[int, str] = {}
    for place in places:
        number = int(place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        cell = f'<c r="{place}" t="inlineStr"><is><t>甲</t></is></c>'
        rows[number] = rows.get(number, "") + cell
    body = "".join(f'<row r="{number}">{rows[number]}</row>' for number in sorted(rows))
    return with_sheet(sheet(body.encode()))


def _many_rows(count: int) -> Iterator[bytes]:
    yield HEAD + b"<sheetData>"
    form = '<row r="%d"><c r="A%d"><v>1</v></c></row>'
    for start in range(1, count + 1, 50_000):
        stop = min(count, start + 49_999)
        yield "".join([form % (number, number) for number in range(start, stop + 1)]).encode()
    yield b"</sheetData></worksheet>"


def _blanks(megabytes: int) -> Iterator[bytes]:
    yield HEAD + b"<sheetData>"
    for _ in range(megabytes):
        yield b" " * 2**20
    yield row(1, "姓名") + b"</sheetData></worksheet>"


def _nested(depth: int) -> bytes:
    return b"<a>" * depth + b"</a>" * depth


def _laughs() -> bytes:
    lines = ['<!ENTITY a0 "哈哈哈哈哈哈哈哈哈哈">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)]
    return f'<?xml version="1.0"?>\n<!DOCTYPE x [{"".join(lines)}]>'.encode()


def _entities_in(part: bytes) -> bytes:
    return _laughs() + part.partition(b"?>")[2].replace("名册".encode(), b"&a9;", 1).replace(
        "赵测试".encode(), b"&a9;", 1
    )


def _external() -> bytes:
    declared = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    return declared + BOOK.partition(b"?>")[2].replace("名册".encode(), b"&f;")


def _overlapping(parts: int, megabytes: int) -> bytes:
    """Many directory entries for one and the same packed content (after Fifield's bomb)."""
    content = book({"xl/worksheets/sheet1.xml": b" " * (megabytes * 2**20)})
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        info = package.getinfo("xl/worksheets/sheet1.xml")
        directory = content[package.start_dir :]
        start = package.start_dir
    at = directory.find(b"xl/worksheets/sheet1.xml") - 46
    entry = directory[at : at + 46 + len(info.filename)]
    more = b"".join(
        entry[:46].replace(entry[28:30], struct.pack("<H", len(name)), 1) + name
        for name in (f"xl/worksheets/sheet{number:03d}.xml".encode() for number in range(2, parts))
        if len(name) != len(info.filename)
    )
    end = directory.rfind(b"PK\x05\x06")
    total = 5 + (parts - 2)
    tail = bytearray(directory[end:])
    tail[8:12] = struct.pack("<HH", total, total)
    tail[12:16] = struct.pack("<I", end + len(more))
    return content[:start] + directory[:end] + more + bytes(tail)


def _lying_size(declared: int, megabytes: int) -> bytes:
    """The directory says that the sheet is small; it is not."""
    content = bytearray(with_sheet(_blanks(megabytes)))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as package:
        size = package.getinfo("xl/worksheets/sheet1.xml").file_size
    field = size.to_bytes(4, "little")
    at = content.find(field)
    while at != -1:
        content[at : at + 4] = declared.to_bytes(4, "little")
        at = content.find(field, at + 1)
    return bytes(content)


def _nested_archive(levels: int) -> bytes:
    inner = b"0" * (8 * 2**20)
    for level in range(levels):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
            for copy in range(3):
                package.writestr(f"{level}-{copy}.zip", inner)
        inner = target.getvalue()
    return inner


def _shared_strings(count: int, text: str) -> Iterator[bytes]:
    yield _XML + f'<sst xmlns="{MAIN}" count="{count}" uniqueCount="{count}">'.encode()
    piece = f"<si><t>{text}</t></si>".encode()
    for start in range(0, count, 10_000):
        yield piece * min(10_000, count - start)
    yield b"</sst>"


def _named(path: str) -> bytes:
    return book({path: b"#!/bin/sh\n"})


def _link(target: str) -> bytes:
    """A member that is a symbolic link, as `zip -y` writes it."""
    info = zipfile.ZipInfo("xl/media/image1.png")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    content = io.BytesIO(book())
    with zipfile.ZipFile(content, "a") as package:
        package.writestr(info, target)
    return content.getvalue()


def _utf16(part: bytes) -> bytes:
    text = part.decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
    return text.encode("utf-16")


def _corrupt_stream() -> bytes:
    content = bytearray(book())
    at = content.find(b"xl/worksheets/sheet1.xml") + 40
    content[at : at + 8] = b"\xff" * 8
    return bytes(content)


def _xls(stream: bytes) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + stream.ljust(4096, b"\xff")


def _biff(*records: tuple[int, bytes]) -> bytes:
    return b"".join(struct.pack("<HH", kind, len(data)) + data for kind, data in records)


def _gzip_bomb(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(b"0" * 2**20) for _ in range(megabytes)) + packer.flush()


# What each file is, and what its refusal says (in Chinese); "" = it may also be read, if rightly.
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "blank bomb": (lambda: with_sheet(_blanks(300)), "展开"),
    "directory lies about the size": (lambda: _lying_size(90_000, 40), "不符|损坏"),
    "overlapping parts": (lambda: _overlapping(400, 31), "展开|损坏"),
    "archive in archive": (lambda: _nested_archive(2), "压缩包"),
    "more parts than any workbook": (
        lambda: book({f"xl/x{n}.xml": b"" for n in range(6_000)}),
        "文件数",
    ),
    "full sheet": (lambda: with_sheet(_many_rows(1_048_576)), "截断"),
    "two cells a world apart": (lambda: spread("A1", "XFD1048576"), "列数"),
    "two cells apart within the columns allowed": (lambda: spread("A1", "BXX1048000"), "单元格数"),
    "two cells apart within the cells allowed": (lambda: spread("A1", "Z1048000"), "稀疏"),
    "places in single quotes and small letters": (
        lambda: with_sheet(
            sheet(b"<row r = '1'><c r = 'z1048000' ><v>1</v></c><c r='A1'><v>1</v></c></row>")
        ),
        "稀疏",
    ),
    "rows far apart whose cells name no place": (
        lambda: with_sheet(
            sheet(
                b"<row>" + b"<c><v>1</v></c>" * 40 + b'</row><row r="1048000"><c><v>1</v></c></row>'
            )
        ),
        "稀疏",
    ),
    "a cell in a row that no program has": (lambda: spread("A1", "A999999999"), "行"),
    "a cell in a row beyond all integers": (lambda: spread("A99999999999999999999"), "行|损坏"),
    "cell in the last column": (lambda: spread("XFD1"), "列数"),
    "laughing entities in the workbook": (
        lambda: book({"xl/workbook.xml": _entities_in(BOOK)}),
        "损坏",
    ),
    "laughing entities in the sheet": (lambda: with_sheet(_entities_in(PLAIN)), "损坏"),
    "entity that names a file": (lambda: book({"xl/workbook.xml": _external()}), "损坏"),
    "deep workbook": (
        lambda: book({"xl/workbook.xml": HEAD + _nested(300_000) + b"</worksheet>"}),
        "损坏|展开|没有",
    ),
    "huge workbook part": (
        lambda: book({"xl/workbook.xml": BOOK[:-11] + b" " * (31 * 2**20) + b"</workbook>"}),
        "展开",
    ),
    "macros": (lambda: book({"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"}), "宏"),
    "macros in another folder and case": (lambda: book({"XL/VBAProject.BIN": b"x"}), "宏"),
    "old macro sheet": (
        lambda: book({"xl/macrosheets/sheet1.xml": PLAIN}),
        "宏",
    ),
    "path that leads elsewhere": (lambda: _named("../../../../tmp/fangpin-was-here"), "路径"),
    "absolute path": (lambda: _named("/tmp/fangpin-was-here"), "路径"),
    "path of another system": (lambda: _named("..\\..\\fangpin-was-here.exe"), "路径"),
    "symbolic link in the archive": (lambda: _link("/etc/passwd"), "链接"),
    "damaged stream": (_corrupt_stream, "损坏"),
    "cut archive": (lambda: book()[:-300], "损坏"),
    "only the end of an archive": (lambda: b"PK\x05\x06" + b"\0" * 18, "压缩包"),
    "Word": (lambda: book({"word/document.xml": b"<a/>"}), "Word"),
    "binary workbook": (lambda: book({"xl/workbook.bin": b"\0"}), "xlsb"),
    "OpenDocument": (lambda: book({"content.xml": b"<a/>"}), "OpenDocument"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "图片"),
    "gzip": (lambda: _gzip_bomb(64), "gzip"),
    "program": (lambda: b"MZ" + b"\0" * 2_000, "程序"),
    "web page": (lambda: b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
    "password": (
        lambda: _xls(
            b"\0" * 488
            + b"".join(
                name.encode("utf-16-le").ljust(128, b"\0")
                for name in ("Root Entry", "EncryptionInfo", "EncryptedPackage")
            )
        ),
        "密码",
    ),
    "xls of nothing": (lambda: _xls(b"\0" * 2_000), "损坏"),
    "xls with a record longer than the file": (
        lambda: _biff((0x809, b"\x00\x06\x10\x00" + b"\0" * 12)) + b"\xfd\x00\xff\xff\x00",
        "损坏|没有",
    ),
    "text of zeros": (lambda: b"\0" * (8 * 2**20), "二进制|编码|字节"),
    "text with a line that never ends": (lambda: b"a" * (64 * 2**20), "列|行|内容|长"),
    "text with a million columns": (lambda: b"," * 1_000_000 + b"\r\n", "列数|内容"),
    "empty": (lambda: b"", "0 字节"),
}

READ_OR_REFUSED: dict[str, Callable[[], bytes]] = {
    "a million rows of one cell": lambda: with_sheet(_many_rows(1_000_000)),
    "65,536 rows": lambda: with_sheet(_many_rows(65_536)),
    "dimension that lies low": lambda: with_sheet(
        sheet(row(1, "姓名") + row(2, "甲"), before=b'<dimension ref="A1:A1"/>')
    ),
    "dimension that lies high": lambda: with_sheet(
        sheet(row(1, "姓名") + row(2, "甲"), before=b'<dimension ref="A1:XFD1048576"/>')
    ),
    "merged over the whole sheet": lambda: with_sheet(
        sheet(
            row(1, "姓名"),
            after=b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>',
        )
    ),
    "a hundred thousand merges": lambda: with_sheet(
        sheet(
            row(1, "姓名"),
            after=b"<mergeCells>"
            + b"".join(f'<mergeCell ref="A{n}:B{n}"/>'.encode() for n in range(1, 100_001))
            + b"</mergeCells>",
        )
    ),
    "shared texts without end": lambda: book(
        {"xl/sharedStrings.xml": _shared_strings(2_000_000, "某某某某某某")}
    ),
    "shared text that is not there": lambda: with_sheet(
        sheet(b'<row r="1"><c r="A1" t="s"><v>999999999</v></c></row>')
    ),
    "deep sheet": lambda: with_sheet(
        sheet(row(1, "姓名") + b'<row r="2"><c r="A2">' + _nested(200_000) + b"</c></row>")
    ),
    "one text of thirty million characters": lambda: with_sheet(
        sheet(row(1, "姓名") + row(2, "甲" * 9_000_000))
    ),
    "UTF-16": lambda: with_sheet(_utf16(PLAIN)),
    "rows backwards": lambda: with_sheet(sheet(row(3, "丙") + row(2, "乙") + row(1, "姓名"))),
    "the same cell many times": lambda: with_sheet(sheet(row(1, "姓名") * 1_000)),
    "numbers that are none": lambda: with_sheet(
        sheet(b'<row r="1"><c r="A1"><v>NaN</v></c><c r="B1"><v>1e999</v></c></row>')
    ),
    "date a million years away": lambda: with_sheet(
        sheet(b'<row r="1"><c r="A1" s="14"><v>1e12</v></c></row>')
    ),
    "comment inside": lambda: with_sheet(sheet(row(1, "姓名") + b"<!-- -->" + row(2, "甲"))),
}

# (rows, columns) of those that are read; the others are refused with a reason.
ROWS: dict[str, tuple[int, int]] = {
    "a million rows of one cell": (1_000_000, 1),
    "65,536 rows": (65_536, 1),
    "dimension that lies low": (2, 1),
    "dimension that lies high": (2, 1),
    "merged over the whole sheet": (1, 1),
    "a hundred thousand merges": (1, 1),
    "one text of thirty million characters": (2, 1),
    "shared texts without end": (2, 2),
    "rows backwards": (3, 1),
    "the same cell many times": (1, 1),
    "numbers that are none": (1, 2),
    "date a million years away": (1, 1),
    "comment inside": (2, 1),
}


def corpus() -> Iterator[tuple[str, bytes]]:
    """Every file as it is, cut off somewhere, and with some bytes overwritten: more than 200."""
    draw = random.Random(20261122)
    for name, make in (
        {name: make for name, (make, _) in REFUSED.items()} | READ_OR_REFUSED
    ).items():
        data = make()
        yield name, data
        if not data:
            continue
        yield f"{name}, cut", data[: draw.randint(1, len(data))]
        for turn in range(2):
            changed = bytearray(data)
            for _ in range(20):
                changed[draw.randrange(len(changed))] = draw.randrange(256)
            yield f"{name}, changed {turn}", bytes(changed)


if __name__ == "__main__":
    for number, (_, content) in enumerate(islice(corpus(), 200)):
        (Path(sys.argv[1]) / f"{number:03}.xlsx").write_bytes(content)
