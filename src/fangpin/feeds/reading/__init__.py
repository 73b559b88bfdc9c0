"""Files as they come: workbooks and texts to `RawSheet`s, or a refusal that says why."""

from pathlib import Path

from fangpin.feeds.reading import refusals
from fangpin.feeds.reading.delimited import read_text
from fangpin.feeds.reading.file_format import FileFormat, detect_format, open_bytes
from fangpin.feeds.reading.limits import DEFAULT_LIMITS, Limits
from fangpin.feeds.reading.workbook import read_xlsx
from fangpin.feeds.tables import RawSheet

__all__ = ["DEFAULT_LIMITS", "FileFormat", "Limits", "read_content", "read_file"]


def read_file(
    path: Path | str, *, name: str | None = None, limits: Limits = DEFAULT_LIMITS
) -> tuple[RawSheet, ...]:
    """Every sheet of one file, hidden ones included; a text file is one sheet named "".

    `name` is what the sender called the file (default: the last part of `path`). What the file is
    follows from its first bytes, not from its extension. A sheet whose `problems` contain an error
    must not be used. Raises FangpinError when nothing can be read: missing, unreadable, empty,
    over-large, password-protected, with macros, damaged, another kind of file, unknown encoding.
    """
    path = Path(path)
    return read_content(open_bytes(path, name or path.name, limits), name or path.name, limits)[1]


def read_content(
    content: bytes, name: str, limits: Limits = DEFAULT_LIMITS
) -> tuple[FileFormat, tuple[RawSheet, ...]]:
    """As `read_file`, from bytes that are already there; also says what the file is."""
    if not content:
        raise refusals.empty_file(name)
    file_format = detect_format(content, name)
    readers = {
        FileFormat.xlsx: read_xlsx,
        FileFormat.xls: _read_xls,
        FileFormat.text: read_text,
    }
    sheets = readers[file_format](content, name, limits)
    if not any(sheet.rows for sheet in sheets):
        raise refusals.no_content(name)
    return file_format, sheets


def _read_xls(content: bytes, name: str, limits: Limits) -> tuple[RawSheet, ...]:
    # Imported when one comes: few still do, and the second reader of them takes its time to load.
    from fangpin.feeds.reading.legacy import read_xls

    return read_xls(content, name, limits)
