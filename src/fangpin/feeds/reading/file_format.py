"""What a file is, judged by its first bytes and not by its extension."""

from enum import StrEnum
from pathlib import Path

from fangpin.feeds.reading import refusals
from fangpin.feeds.reading.limits import Limits

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_ENTRY = 128
"""Directory entries of a compound file are 128 bytes and begin with the name in UTF-16LE."""

_OTHER_KINDS = (
    (b"%PDF", "PDF 文档", "a PDF document"),
    (b"\x89PNG", "图片", "a picture"),
    (b"\xff\xd8\xff", "图片", "a picture"),
    (b"GIF8", "图片", "a picture"),
    (b"Rar!", "RAR 压缩包", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包", "a 7z archive"),
    (b"\x1f\x8b", "gzip 压缩包", "a gzip archive"),
    (b"MZ", "程序", "a program"),
    (b"\x7fELF", "程序", "a program"),
    (b"SQLite format 3", "数据库文件", "a database file"),
    (b"PAR1", "Parquet 文件", "a Parquet file"),
    (b"PK\x05\x06", "空的压缩包", "an empty archive"),
)


class FileFormat(StrEnum):
    xlsx = "xlsx"
    xls = "xls"
    text = "text"


def open_bytes(path: Path, name: str, limits: Limits) -> bytes:
    """The content of `path`.

    Raises FangpinError when it is missing, a folder, unreadable, empty or over-large.
    """
    try:
        if path.is_dir():
            raise refusals.not_a_file(name)
        size = path.stat().st_size
        if size == 0:
            raise refusals.empty_file(name)
        if size > limits.file_bytes:
            raise refusals.too_large(name, size, limits.file_bytes)
        return path.read_bytes()
    except FileNotFoundError:
        raise refusals.missing(name) from None
    except OSError as error:
        raise refusals.unreadable(name, error.strerror or type(error).__name__) from error


def detect_format(content: bytes, name: str) -> FileFormat:
    """xlsx, xls or text. Raises FangpinError for anything else, naming what it is."""
    if content.startswith(ZIP_MAGIC):
        return FileFormat.xlsx
    if content.startswith(OLE_MAGIC):
        if _has_ole_entry(content, "EncryptedPackage") or _has_ole_entry(content, "EncryptionInfo"):
            raise refusals.password_protected(name)
        if _has_ole_entry(content, "WordDocument"):
            raise refusals.wrong_type(name, "Word 文档", "a Word document")
        if _has_ole_entry(content, "_VBA_PROJECT_CUR"):
            raise refusals.has_macros(name)
        return FileFormat.xls
    for magic, zh, en in _OTHER_KINDS:
        if content.startswith(magic):
            raise refusals.wrong_type(name, zh, en)
    if _looks_like_markup(content):
        raise refusals.web_page(name)
    if content[:2] in (b"\x09\x08", b"\x09\x04", b"\x09\x02"):
        return FileFormat.xls  # a bare BIFF stream, as some old exporters write
    return FileFormat.text


def _has_ole_entry(content: bytes, entry: str) -> bool:
    wanted = entry.encode("utf-16-le") + b"\0\0"
    at = content.find(wanted)
    while at != -1:
        if at % _OLE_ENTRY == 0:
            return True
        at = content.find(wanted, at + 1)
    return False


def _looks_like_markup(content: bytes) -> bool:
    head = content[:4096]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.decode("utf-16", errors="ignore").encode()
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith((b"<!doctype html", b"<html", b"<?xml", b"<table", b"<meta", b"<head")):
        return True
    return head.startswith(b"<") and b"<table" in head
