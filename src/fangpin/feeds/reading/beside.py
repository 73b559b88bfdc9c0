"""The second reader of several workbooks in a process of its own, beside the first reader.

The first reader's libraries take their time to load, and its process has rules to load besides. A
process that is started before any of that has looked at every sheet by the time they are ready, and
scans the sheets while the first reader reads the values. It is started from the same bytes, so
both read the same file, and says what it found in order; whatever it does not say because it is
gone is worked out here.
"""

import gc
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any, Literal

from fangpin.feeds.reading.archive import Package, SheetPart
from fangpin.feeds.reading.file_format import ZIP_MAGIC
from fangpin.feeds.reading.limits import Limits
from fangpin.kernel.errors import FangpinError

if TYPE_CHECKING:  # the child is begun before anything large is loaded
    from fangpin.feeds.reading.second import SecondReader
    from fangpin.feeds.reading.sheet_scan import SheetScan

Named = tuple[str, bytes]
"""A file: what the sender called it, and its content."""
_Key = tuple[int, Literal["look", "scan"], int]
"""Number of the file, what was done, index of the sheet."""


def may_begin() -> bool:
    """Only a process that runs nothing else yet can be doubled safely."""
    alone = threading.active_count() == 1 and "polars" not in sys.modules
    return hasattr(os, "fork") and alone


class Beside:
    """A child that looks at and scans the workbooks among `files`, the largest first."""

    def __init__(self, files: Sequence[Named], limits: Limits) -> None:
        order = sorted(
            (number for number, (_, content) in enumerate(files) if content[:4] == ZIP_MAGIC),
            key=lambda number: -len(files[number][1]),
        )
        ours, theirs = os.pipe()
        self._child = os.fork()
        if self._child == 0:
            os.close(ours)
            _work(theirs, [(number, *files[number]) for number in order], limits)
        os.close(theirs)
        self._said: dict[_Key, tuple[bool, Any]] = {}
        self._over = False
        self._changed = threading.Condition()
        self._listener = threading.Thread(target=self._listen, args=(ours,), daemon=True)
        self._listener.start()

    def reader(self, number: int) -> Callable[[Package], "SecondReader"]:
        """The second reader of one of the files."""
        return lambda package: _Said(self, number, package)

    def close(self) -> None:
        """Ends the child, which nobody needs any more."""
        with suppress(ProcessLookupError):
            os.kill(self._child, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self._child, 0)
        self._listener.join()

    def said(self, key: _Key) -> tuple[bool, Any] | None:
        """Whether it went well and what came out, when it is there; None when the child is gone."""
        with self._changed:
            self._changed.wait_for(lambda: key in self._said or self._over)
            return self._said.pop(key, None)

    def _listen(self, pipe: int) -> None:
        with open(pipe, "rb") as stream:
            while True:
                try:
                    key, *answer = pickle.load(stream)
                except Exception:  # ended, or killed in the middle of a word
                    break
                with self._changed:
                    self._said[key] = answer[0], answer[1]
                    self._changed.notify_all()
        with self._changed:
            self._over = True
            self._changed.notify_all()


class _Said:
    """What the child says about one workbook."""

    def __init__(self, beside: Beside, number: int, package: Package) -> None:
        self._beside, self._number, self._package = beside, number, package

    def look(self, sheet: SheetPart) -> None:
        said = self._beside.said((self._number, "look", sheet.index))
        if said is None:
            from fangpin.feeds.reading.second import look

            look(self._package, sheet)
        elif not said[0]:
            raise said[1]

    def scan(self, sheet: SheetPart) -> "SheetScan":
        said = self._beside.said((self._number, "scan", sheet.index))
        if said is None:
            from fangpin.feeds.reading.second import scanned

            return scanned(self._package, sheet)
        if not said[0]:
            raise said[1]
        scan: SheetScan = said[1]
        return scan

    def __enter__(self) -> "_Said":
        return self

    def __exit__(self, *_: object) -> None: ...


def _work(pipe: int, files: Sequence[tuple[int, str, bytes]], limits: Limits) -> None:
    """In the child: everything is looked at before anything is scanned. Does not return."""
    status = 1
    gc.disable()
    try:
        from fangpin.feeds.reading.second import look, scanned

        with open(pipe, "wb") as stream:
            sound = []
            for number, name, content in files:
                with suppress(FangpinError):  # who opens it meets the same
                    sound.append((number, Package(content, name, limits)))
            refused = set()
            for number, package in sound:
                for sheet in package.sheets:
                    if not _say(stream, (number, "look", sheet.index), look, package, sheet):
                        refused.add(number)
            for number, package in sound:
                for sheet in package.sheets if number not in refused else ():
                    _say(stream, (number, "scan", sheet.index), scanned, package, sheet)
        status = 0
    except BaseException:  # nobody is listening, or interrupted: the parent tells it
        pass
    finally:
        os._exit(status)


def _say(
    stream: IO[bytes],
    key: _Key,
    do: Callable[[Package, SheetPart], object],
    package: Package,
    sheet: SheetPart,
) -> bool:
    """Does it and tells the parent; whether it went well."""
    try:
        answer: tuple[_Key, bool, object] = key, True, do(package, sheet)
    except (FangpinError, MemoryError) as error:
        answer = key, False, error
    pickle.dump(answer, stream, protocol=5)
    stream.flush()
    return answer[1]
