"""The files of a check: which they are, and what stands in their sheets."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fangpin.feeds.reading.together import ReadTogether
from fangpin.kernel.errors import FangpinError

if TYPE_CHECKING:
    from fangpin.feeds.tables import RawSheet

_KINDS = (".xlsx", ".xls", ".csv")


def sheets_of(paths: Sequence[Path]) -> "list[RawSheet]":
    """Every sheet of the files themselves and of the workbooks in the folders named.

    Raises FangpinError when there are none, and for a file that cannot be read at all.
    """
    with ReadTogether(workbooks_in(paths)) as reading:
        return reading.sheets()


def workbooks_in(paths: Sequence[Path]) -> list[Path]:
    """The files themselves and those in the folders named. Raises FangpinError without any."""
    found = []
    for path in paths:
        if path.is_dir():
            found += [each for each in sorted(path.iterdir()) if _is_export(each)]
        else:
            found.append(path)
    if not found:
        raise FangpinError.because(
            "这些文件夹里没有 xlsx、xls 或 csv 文件",
            "there is no xlsx, xls or csv file",
            do_zh="写出导出表所在的文件夹",
            do_en="name the folder of the exports",
        )
    return found


def _is_export(path: Path) -> bool:
    """A workbook, and neither hidden nor the lock file of an open one."""
    named = path.suffix.lower() in _KINDS and not path.name.startswith(("~$", "."))
    return named and path.is_file()
