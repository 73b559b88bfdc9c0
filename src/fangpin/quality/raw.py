"""The files of a check: which they are, and what stands in their sheets."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fangpin.feeds.reading import read_file
from fangpin.feeds.tables import RawSheet
from fangpin.kernel.errors import FangpinError

_KINDS = (".xlsx", ".xls", ".csv")


def sheets_of(paths: Sequence[Path]) -> list[RawSheet]:
    """Every sheet of the files themselves and of the workbooks in the folders named.

    Raises FangpinError when there are none, and for a file that cannot be read at all.
    """
    found = workbooks_in(paths)
    # Most of reading lets go of the interpreter: the small exports are read beside the large one,
    # which takes longest and so begins first.
    with ThreadPoolExecutor(2) as pool:
        reading = {path: pool.submit(read_file, path) for path in sorted(found, key=_size)}
        return [sheet for path in found for sheet in reading[path].result()]


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


def _size(path: Path) -> int:
    """Largest first; what is not there is refused by the reader, in words."""
    return -path.stat().st_size if path.is_file() else 0


def _is_export(path: Path) -> bool:
    """A workbook, and neither hidden nor the lock file of an open one."""
    named = path.suffix.lower() in _KINDS and not path.name.startswith(("~$", "."))
    return named and path.is_file()
