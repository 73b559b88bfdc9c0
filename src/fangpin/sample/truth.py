"""The answer sheet of a generated county: what was planted, and what is odd in the files."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from fangpin.sample.planting import Planted
from fangpin.sample.sheet import Defect
from fangpin.sample.world import World

PLANTED = ("kind", "household_number", "person_number", "village_code", "expected", "why")
DEFECTS = (
    "file", "sheet", "row", "column", "kind", "expected_action", "delivered", "person_number",
)  # fmt: skip


def write_planted(folder: Path, world: World, planted: Iterable[Planted]) -> None:
    """planted.csv: one line per subject and kind of rule; `expected` finding, none or unknown."""
    lines = []
    for each in planted:
        village = each.village if each.village >= 0 else int(world.village[each.household])
        household = world.numbers[each.household] if each.household >= 0 else ""
        person = ""
        if each.slot >= 0:
            person = world.person_numbers[int(world.person[each.household, each.slot])]
        lines.append(
            (each.kind, household, person, world.villages[village].code, each.expected, each.why)
        )
    with (folder / "planted.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(PLANTED)
        writer.writerows(sorted(lines))


class DefectLog:
    """defects.csv, written while the files are. Without a folder it only counts."""

    def __init__(self, folder: Path | None) -> None:
        self.count = 0
        self._stream: IO[str] | None = None
        if folder is not None:
            self._stream = (folder / "defects.csv").open("w", encoding="utf-8", newline="")
            self._writer = csv.writer(self._stream)
            self._writer.writerow(DEFECTS)

    def __call__(self, file: str, sheet: str, row: int, defect: Defect) -> None:
        self.count += 1
        if self._stream is not None:
            self._writer.writerow(
                (file, sheet, row, defect.column, defect.kind, defect.action, defect.delivered,
                 defect.person)
            )  # fmt: skip

    def gap(self, file: str, township: str) -> None:
        """A township that a file leaves out."""
        self(file, "", 0, Defect(0, "*", "truncated_townships", "coverage_gap", township))

    def close(self) -> None:
        """Finish the file."""
        if self._stream is not None:
            self._stream.close()
