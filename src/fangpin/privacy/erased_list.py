"""The list of erased ids outside the database, with which a restored backup forgets again.

A backup knows nothing of what was erased after it was made. The list stands as one file,
`erased.jsonl` in the data folder or where FANGPIN_ERASED_LIST says (a second machine), written anew
after each erasure and each hour: one JSON object a line, ids only.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings

from fangpin.foundation import environment
from fangpin.foundation.durable import sync_file
from fangpin.kernel.errors import FangpinError, Where
from fangpin.privacy.models import Depth, Erasure

FILE: Final = "erased.jsonl"


@dataclass(frozen=True)
class Line:
    """One erasure."""

    person: int | None
    household: int | None
    depth: Depth
    fields: tuple[str, ...]
    at: datetime


def path() -> Path:
    """Where the list stands."""
    named = environment.text("FANGPIN_ERASED_LIST", "")
    return Path(named) if named else Path(settings.DATA_DIR) / FILE


def write() -> int:
    """Write the whole list; how many lines. The old one stays until the new one is complete.

    Lines that this database does not know (of before a restore) are kept.
    """
    target = path()
    known = {_key(line): line for line in read(target)} if target.exists() else {}
    for row in Erasure.objects.order_by("id").iterator():
        line = Line(row.person, row.household, Depth(row.depth), tuple(row.fields), row.at)
        known[_key(line)] = line
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.partial")
    with partial.open("w", encoding="ascii") as file:
        for line in sorted(known.values(), key=lambda each: each.at):
            file.write(json.dumps(_written(line), separators=(",", ":")) + "\n")
        sync_file(file)
    partial.replace(target)
    return len(known)


def read(source: Path) -> Iterator[Line]:
    """The lines of a list. Raises FangpinError naming the first line that is none."""
    text = source.read_text(encoding="ascii")
    for number, written in enumerate(text.splitlines(), start=1):
        try:
            item = json.loads(written)
            yield Line(
                None if item["person"] is None else int(item["person"]),
                None if item["household"] is None else int(item["household"]),
                Depth(item["depth"]),
                tuple(str(each) for each in item["fields"]),
                datetime.fromisoformat(item["at"]),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise FangpinError.because(
                f"删除名单第 {number} 行残缺",
                f"line {number} of the list of erased ids is damaged",
                do_zh="取回完整的名单再试",
                do_en="get the whole list and try again",
                where=Where(file=str(source), row=number),
            ) from error


def _written(line: Line) -> dict[str, object]:
    return {
        "person": line.person,
        "household": line.household,
        "depth": line.depth.value,
        "fields": list(line.fields),
        "at": line.at.isoformat(),
    }


def _key(line: Line) -> tuple[object, ...]:
    return (line.person, line.household, line.depth, line.fields)
