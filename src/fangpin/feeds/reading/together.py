"""Several files read together, on as many cores as there are."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from fangpin.feeds.reading.beside import Beside, may_begin
from fangpin.feeds.reading.file_format import open_bytes
from fangpin.feeds.reading.limits import DEFAULT_LIMITS, Limits

if TYPE_CHECKING:
    from fangpin.feeds.tables import RawSheet


class ReadTogether:
    """Begins to read at once, in other threads and, as the first thing that a process does, in
    another process; whoever made it can do something else meanwhile.

    Raises FangpinError for a file that cannot be opened.
    """

    def __init__(self, paths: Sequence[Path], limits: Limits = DEFAULT_LIMITS) -> None:
        self._limits = limits
        self._files = [(path.name, open_bytes(path, path.name, limits)) for path in paths]
        self._beside = Beside(self._files, limits) if may_begin() else None
        # Most of reading lets go of the interpreter: the small files are read beside the large
        # one, which takes longest and so begins first.
        order = sorted(range(len(self._files)), key=lambda each: -len(self._files[each][1]))
        self._pool = ThreadPoolExecutor(2)
        begun = {number: self._pool.submit(self._read, number) for number in order}
        self._reading = [begun[number] for number in range(len(self._files))]

    def sheets(self) -> "list[RawSheet]":
        """Every sheet, in the order of the files. Raises FangpinError as `read_file` does, for the
        first file that cannot be read."""
        return [sheet for each in self._reading for sheet in each.result()]

    def close(self) -> None:
        """Stops what is not wanted any more."""
        if self._beside is not None:
            self._beside.close()
        self._pool.shutdown(cancel_futures=True)

    def __enter__(self) -> "ReadTogether":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self, number: int) -> "tuple[RawSheet, ...]":
        from fangpin.feeds.reading import read_content

        name, content = self._files[number]
        second = self._beside.reader(number) if self._beside is not None else None
        return read_content(content, name, self._limits, second)[1]
