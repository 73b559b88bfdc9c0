"""A snapshot in parts: ranges of villages that can be evaluated one by one, anywhere, in any order.

Everything about a household lies in one part: its village, its members, their rows in every
delivery. So the outcomes of all parts, put together in order, are those of the whole.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.engine.dialect_numpy import Groups
from fangpin.engine.snapshot import ELSEWHERE, FeedKey, Snapshot

Int64 = NDArray[np.int64]

PERSONS_PER_PART = 1 << 18
"""Columns of a part then fit into a processor's own memory."""

LINKS = ("_person", "_household", "_village")


@dataclass(frozen=True)
class Part:
    """One part with its first village, household and person in the whole."""

    number: int
    snapshot: Snapshot
    villages: int
    households: int
    persons: int

    def first(self, subject: str) -> int:
        """The row in the whole of the part's first subject of a kind."""
        return {"person": self.persons, "household": self.households, "village": self.villages}[
            subject
        ]


@dataclass(frozen=True)
class Borders:
    """Part p holds villages `villages[p]` to `villages[p + 1]`; households and persons likewise."""

    villages: Int64
    households: Int64
    persons: Int64

    def __len__(self) -> int:
        return len(self.villages) - 1

    def of(self, link: str) -> Int64:
        """The borders of what a link column of a delivery names."""
        return {"_person": self.persons, "_household": self.households, "_village": self.villages}[
            link
        ]


def borders(snapshot: Snapshot, persons_per_part: int) -> Borders:
    """Parts of as many whole villages as fit into `persons_per_part` persons, at least one each."""
    households = np.searchsorted(
        snapshot.households["village"].to_numpy(), np.arange(snapshot.places.height + 1)
    )
    return cut(households, snapshot.members.start[households], persons_per_part)


def cut(households: Int64, persons: Int64, persons_per_part: int) -> Borders:
    """`borders` from the first household and the first person of each village, and the ends."""
    cuts = [0]
    while cuts[-1] < len(persons) - 1:
        full = persons[cuts[-1]] + persons_per_part
        fitting = int(np.searchsorted(persons, full, side="right")) - 1
        cuts.append(max(fitting, cuts[-1] + 1))
    if len(cuts) == 1:
        cuts.append(0)
    villages = np.array(cuts, dtype=np.int64)
    return Borders(villages, households[villages], persons[villages])


def parts(snapshot: Snapshot, persons_per_part: int) -> Iterator[Part]:
    """The snapshot cut up; each part is an ordinary snapshot with its own row numbers from 0."""
    ranges = borders(snapshot, persons_per_part)
    if len(ranges) == 1:
        yield Part(0, snapshot, 0, 0, 0)
        return
    feeds = {key: _Pieces.of(frame, ranges) for key, frame in snapshot.feeds.items()}
    for number in range(len(ranges)):
        yield _part(snapshot, ranges, feeds, number)


def _part(snapshot: Snapshot, cut: Borders, feeds: "dict[FeedKey, _Pieces]", number: int) -> Part:
    def range_of(border: Int64) -> tuple[int, int]:
        return int(border[number]), int(border[number + 1] - border[number])

    village, villages = range_of(cut.villages)
    household, households = range_of(cut.households)
    person, persons = range_of(cut.persons)
    cut_out = Snapshot(
        places=snapshot.places.slice(village, villages),
        households=_moved(snapshot.households.slice(household, households), "village", village),
        persons=_moved(snapshot.persons.slice(person, persons), "household", household),
        feeds={key: pieces.piece(number) for key, pieces in feeds.items()},
        coverage=_within(snapshot.coverage, "village", village, villages),
        suspects=_within(snapshot.suspects, "person", person, persons),
        files=snapshot.files,
        sheets=snapshot.sheets,
        known_hash=snapshot.known_hash,
        known_deliveries=snapshot.deliveries,
    )
    # Known from the whole; the property would count the members again.
    start = snapshot.members.start[household : household + households + 1] - person
    cut_out.__dict__["members"] = Groups(start)
    return Part(number, cut_out, villages=village, households=household, persons=person)


def _moved(frame: pl.DataFrame, column: str, start: int) -> pl.DataFrame:
    """Row numbers counted from `start`."""
    return frame.with_columns(pl.col(column) - pl.lit(start, frame.schema[column]))


def _within(frame: pl.DataFrame, column: str, start: int, size: int) -> pl.DataFrame:
    """The rows about `size` subjects from `start`, numbered from 0."""
    if not frame.height:
        return frame
    return _moved(frame.filter(pl.col(column).is_between(start, start + size - 1)), column, start)


@dataclass(frozen=True)
class _Pieces:
    """The rows of one delivery ordered by part; rows about nobody in the register are left out."""

    frame: pl.DataFrame
    start: Int64
    links: tuple[str, ...]
    cut: Borders
    split: bool
    """Whether a row may name a person of one part and a household or village of another."""

    @classmethod
    def of(cls, frame: pl.DataFrame, cut: Borders) -> "_Pieces":
        links = tuple(
            name
            for name in LINKS
            if name in frame.columns and frame[name].null_count() < frame.height
        )
        if not links:
            empty = np.zeros(len(cut) + 1, dtype=np.int64)
            return cls(frame.clear(), empty, links, cut, split=False)
        if len(links) == 1 and not frame[links[0]].null_count():
            numbers = frame[links[0]]
            if numbers.is_sorted():
                start = np.searchsorted(numbers.to_numpy(), cut.of(links[0]))
                return cls(frame, start.astype(np.int64), links, cut, split=False)
        part = {name: _part_of(frame[name], cut.of(name)) for name in links}
        home = np.full(frame.height, -1, dtype=np.int64)
        for name in reversed(links):
            home = np.where(part[name] >= 0, part[name], home)
        row = np.arange(frame.height, dtype=np.int64)
        elsewhere = []
        for name in links[1:]:
            away = np.flatnonzero((part[name] >= 0) & (part[name] != home))
            elsewhere.append(np.stack([row[away], part[name][away]]))
        split = any(each.size for each in elsewhere)
        if split:
            copies = np.unique(np.concatenate(elsewhere, axis=1), axis=1)
            row, home = np.concatenate([row, copies[0]]), np.concatenate([home, copies[1]])
            order = np.lexsort((row, home))
        else:
            # Numbers of parts are small: a radix sort, and rows stay in the order of the file.
            order = np.argsort((home + 1).astype(np.uint16), kind="stable")
        start = np.searchsorted(home[order], np.arange(len(cut) + 1))
        return cls(frame[row[order]], start.astype(np.int64), links, cut, split)

    def piece(self, number: int) -> pl.DataFrame:
        """The rows of one part with that part's row numbers."""
        first, last = int(self.start[number]), int(self.start[number + 1])
        frame = self.frame.slice(first, last - first)
        changed = []
        for name in self.links:
            border = self.cut.of(name)
            start, end = int(border[number]), int(border[number + 1])
            dtype = frame.schema[name]
            moved = pl.col(name) - pl.lit(start, dtype)
            if self.split:
                inside = pl.col(name).is_between(start, end - 1) | pl.col(name).is_null()
                moved = pl.when(inside).then(moved).otherwise(pl.lit(ELSEWHERE, pl.UInt32))
            changed.append(moved.cast(dtype).alias(name))
        return frame.with_columns(changed) if changed else frame


def _part_of(numbers: pl.Series, border: Int64) -> Int64:
    """The part of each number, -1 for none."""
    part = np.repeat(np.arange(len(border) - 1), np.diff(border))
    found: Int64 = np.full(len(numbers), -1, dtype=np.int64)
    there = numbers.is_not_null().to_numpy()
    found[there] = part[numbers.drop_nulls().to_numpy()]
    return found


# ---- files -------------------------------------------------------------------------------


def save_parts(found: Iterable[Part], folder: Path) -> None:
    """Write each part into `folder/parts/NNNN` (a snapshot folder), at the end `parts.json`."""
    starts = []
    for part in found:
        part.snapshot.save(folder / "parts" / f"{part.number:04d}")
        starts.append((part.villages, part.households, part.persons))
    list_parts(starts, folder)


def list_parts(starts: Iterable[tuple[int, int, int]], folder: Path) -> None:
    """Write `parts.json`: the first village, household and person of each part."""
    names = ("villages", "households", "persons")
    listed = [dict(zip(names, each, strict=True)) for each in starts]
    (folder / "parts.json").write_text(json.dumps({"parts": listed}, indent=1), encoding="utf-8")


def load_parts(folder: Path) -> Iterator[Part]:
    """What `save_parts` wrote, one part at a time."""
    listed = json.loads((folder / "parts.json").read_text(encoding="utf-8"))["parts"]
    for number, starts in enumerate(listed):
        yield Part(number, Snapshot.load(folder / "parts" / f"{number:04d}"), **starts)


def load_whole(folder: Path) -> Snapshot:
    """What `save_parts` wrote as one snapshot again; for sizes that fit into memory.

    ValueError for parts of a snapshot in which a row names somebody of another part.
    """
    found = list(load_parts(folder))

    def together(name: str, link: str, start: str) -> pl.DataFrame:
        return pl.concat(
            [_counted_from(getattr(each.snapshot, name), link, getattr(each, start))
             for each in found]
        )  # fmt: skip

    first = found[0].snapshot
    return Snapshot(
        places=pl.concat([each.snapshot.places for each in found]),
        households=together("households", "village", "villages"),
        persons=together("persons", "household", "households"),
        feeds={key: _feed_of_all(found, key) for key in first.feeds},
        coverage=together("coverage", "village", "villages"),
        suspects=together("suspects", "person", "persons"),
        files=first.files,
        sheets=first.sheets,
        known_hash=first.known_hash,
        known_deliveries=first.known_deliveries,
    )


def _feed_of_all(found: list[Part], key: FeedKey) -> pl.DataFrame:
    starts = {"_person": "persons", "_household": "households", "_village": "villages"}
    frames = []
    for part in found:
        frame = part.snapshot.feeds[key]
        for link, start in starts.items():
            if link in frame.columns:
                if (frame[link] == ELSEWHERE).any():
                    raise ValueError(f"{key[0]}: a row names somebody of another part")
                frame = _counted_from(frame, link, getattr(part, start))
        frames.append(frame)
    return pl.concat(frames)


def _counted_from(frame: pl.DataFrame, column: str, start: int) -> pl.DataFrame:
    """Row numbers of a part as row numbers of the whole."""
    return frame.with_columns(pl.col(column) + pl.lit(start, frame.schema[column]))
