"""The second reader of a workbook: how far its cells lie apart, and how each is stored.

It has the bytes to itself: nothing of the first reader, no tables, so that a process of its own can
do it from the first moment on (`beside`).
"""

import zipfile
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Protocol

from fangpin.feeds.reading import refusals
from fangpin.feeds.reading.archive import Package, SheetPart
from fangpin.feeds.reading.extent import extent_of, refuse_far_apart, surely_compact
from fangpin.feeds.reading.sheet_scan import NotPlainError, SheetScan, scan_sheet, slow_scan


class SecondReader(Protocol):
    """Of one workbook, while it is open."""

    def look(self, sheet: SheetPart) -> None:
        """Raises FangpinError when a table of the sheet's cells would be too large."""

    def scan(self, sheet: SheetPart) -> SheetScan:
        """How its cells are stored. Raises FangpinError for damage."""

    def __enter__(self) -> "SecondReader": ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


OfPackage = Callable[[Package], SecondReader]


class InThread:
    """Scans in another thread: most of it lets go of the interpreter."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._pool = ThreadPoolExecutor(max_workers=1)
        self._scans = {
            sheet.index: self._pool.submit(scanned, package, sheet) for sheet in package.sheets
        }

    def look(self, sheet: SheetPart) -> None:
        look(self._package, sheet)

    def scan(self, sheet: SheetPart) -> SheetScan:
        return self._scans[sheet.index].result()

    def __enter__(self) -> "InThread":
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)


def look(package: Package, sheet: SheetPart) -> None:
    """Raises FangpinError when a table of the sheet's cells would be too large."""
    with refusals.parsing(package.name):
        with package.zip.open(sheet.part) as stream:
            if surely_compact(stream, package.zip.getinfo(sheet.part).file_size):
                return
        with package.zip.open(sheet.part) as stream:
            extent = extent_of(stream, package.name)
    refuse_far_apart(extent, package.name, sheet.name, package.limits)


def scanned(package: Package, sheet: SheetPart) -> SheetScan:
    """How the cells are stored; XML that the quick walk cannot follow goes to the parser.

    Raises FangpinError for damage and for more columns than the limits allow.
    """
    columns = package.limits.columns
    try:
        with package.zip.open(sheet.part) as stream:
            return scan_sheet(stream, columns)
    except OverflowError:
        raise refusals.too_many(package.name, sheet.name, "列数", "columns", columns) from None
    except (NotPlainError, ValueError, IndexError, KeyError, OSError, RuntimeError):
        with refusals.parsing(package.name), package.zip.open(sheet.part) as stream:
            return slow_scan(stream)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise refusals.broken_workbook(package.name, refusals.first_line(error)) from error
