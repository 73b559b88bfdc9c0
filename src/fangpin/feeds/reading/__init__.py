"""Files as they come: workbooks and texts to `RawSheet`s, or a refusal that says why."""

from pathlib import Path
from typing import TYPE_CHECKING

from fangpin.feeds.reading import refusals
from fangpin.feeds.reading.file_format import FileFormat, detect_format, open_bytes
from fangpin.feeds.reading.limits import DEFAULT_LIMITS, Limits

if TYPE_CHECKING:
    from fangpin.feeds.reading.second import OfPackage
    from fangpin.feeds.tables import RawSheet

__all__ = ["DEFAULT_LIMITS", "FileFormat", "Limits", "read_content", "read_file"]


def read_file(
    path: Path | str, *, name: str | None = None, limits: Limits = DEFAULT_LIMITS
) -> "tuple[RawSheet, ...]":
    """Every sheet of one file, hidden ones included; a text file is one sheet named "".

    `name` is what the sender called the file (default: the last part of `path`). What the file is
    follows from its first bytes, not from its extension. A sheet whose `problems` contain an error
    must not be used. Raises FangpinError when nothing can be read: missing, unreadable, empty,
    over-large, password-protected, with macros, damaged, another kind of file, unknown encoding.
    """
    path = Path(path)
    return read_content(open_bytes(path, name or path.name, limits), name or path.name, limits)[1]


def read_content(
    content: bytes,
    name: str,
    limits: Limits = DEFAULT_LIMITS,
    second: "OfPackage | None" = None,
) -> "tuple[FileFormat, tuple[RawSheet, ...]]":
    """As `read_file`, from bytes that are already there; also says what the file is. `second`: the
    second reader of an .xlsx (default: another thread)."""
    if not content:
        raise refusals.empty_file(name)
    file_format = detect_format(content, name)
    # Each reader is imported when a file for it comes: they take their time to load.
    if file_format is FileFormat.xlsx:
        from fangpin.feeds.reading.workbook import read_xlsx

        sheets = read_xlsx(content, name, limits, second)
    elif file_format is FileFormat.xls:
        from fangpin.feeds.reading.legacy import read_xls

        sheets = read_xls(content, name, limits)
    else:
        from fangpin.feeds.reading.delimited import read_text

        sheets = read_text(content, name, limits)
    if not any(sheet.rows for sheet in sheets):
        raise refusals.no_content(name)
    return file_format, sheets
