"""Which registered persons a row without a usable number may mean, by name and place.

A row that names a village means persons of that village; one that names only a township means
persons of it; one without a usable place means at most five namesakes of the whole register. A
row that names a place outside the register means nobody in it.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.feeds.names_compared import COMPATIBLE_KINDS, compared, folded, partial_names
from fangpin.feeds.register import Identity, Register

NOWHERE = -1
MOST_WITHOUT_PLACE = 5
LOST_FROM = 15
"""Digits of a number cell that survive (IEEE double)."""

SCHEMA: dict[str, type[pl.DataType]] = {
    "position": pl.Int64,
    "person": pl.Int64,
    "same_village": pl.Boolean,
    "birth": pl.Date,
    "birth_date": pl.Date,
}


class Candidate(NamedTuple):
    """A registered person a row may mean. `birth` as the row states it, `born` as registered."""

    person: int
    same_village: bool
    birth: date | None
    born: date | None
    of_head: bool = False


@dataclass
class Needs:
    """Rows that need a person: block positions, normalised names, where they say they live.

    `village` and `township` are dense numbers of the register (-1 = not said or not known);
    `elsewhere` the row names a place outside the register; `birth` the stated birth date.
    """

    position: NDArray[np.int64]
    name: pl.Series
    village: NDArray[np.int64]
    township: NDArray[np.int64]
    elsewhere: NDArray[np.bool_]
    birth: pl.Series | None = None

    def births_by_position(self) -> dict[int, date | None]:
        """Stated birth date of each row."""
        births = [None] * len(self.position) if self.birth is None else self.birth.to_list()
        return dict(zip(self.position.tolist(), births, strict=True))

    def frame(self) -> pl.DataFrame:
        births = self.birth
        if births is None:
            births = pl.Series([None], dtype=pl.Date).new_from_index(0, len(self.position))
        return pl.DataFrame(
            {
                "position": pl.Series(self.position, dtype=pl.Int64),
                "wanted": self.name,
                "folded": folded(self.name),
                "at": pl.Series(self.village, dtype=pl.Int64),
                "at_township": pl.Series(self.township, dtype=pl.Int64),
                "elsewhere": pl.Series(self.elsewhere),
                "birth": births,
            }
        )


def grouped(pairs: pl.DataFrame) -> dict[int, list[Candidate]]:
    """Pairs by row, in order of row and person. A column `of_head` is taken along."""
    if "of_head" not in pairs.columns:
        pairs = pairs.with_columns(pl.lit(False).alias("of_head"))
    groups: dict[int, list[Candidate]] = {}
    columns = ("position", "person", "same_village", "birth", "birth_date", "of_head")
    for position, *rest in pairs.select(columns).sort("position", "person").iter_rows():
        groups.setdefault(position, []).append(Candidate(*rest))
    return groups


def candidate_pairs(
    needs: Needs,
    register: Register,
    *,
    only: NDArray[np.int64] | None = None,
    homes: NDArray[np.int64] | None = None,
) -> pl.DataFrame:
    """Pairs (position, person) as `SCHEMA`: compatible names, places that agree, birth dates that
    do not contradict each other.

    `only` restricts the persons; `homes` (one dense household per need) replaces the place.
    """
    frame = needs.frame()
    if homes is not None:
        frame = frame.with_columns(pl.Series("home", homes, dtype=pl.Int64))
    frame = frame.filter(pl.col("wanted").is_not_null() & ~pl.col("elsewhere"))
    if not frame.height:
        return pl.DataFrame(schema=SCHEMA)
    people = _people(register.identity, register, only)
    full = frame.filter(~partial_names(frame["wanted"]))
    partial = frame.join(full.select("position"), on="position", how="anti")
    pairs = full.join(people, on="folded", how="inner")
    if partial.height:
        pairs = pl.concat([pairs, _partial_pairs(partial, people)], how="diagonal_relaxed")
    if homes is not None:
        pairs = pairs.filter(pl.col("home") == pl.col("household"))
        pairs = pairs.with_columns(pl.lit(True).alias("same_village"))
    else:
        pairs = _in_place(pairs)
    contradict = (pl.col("birth") != pl.col("birth_date")).fill_null(False)
    return (
        pairs.filter(~contradict)
        .select(list(SCHEMA))
        .unique(maintain_order=True)
        .sort("position", "person")
    )


def _people(identity: Identity, register: Register, only: NDArray[np.int64] | None) -> pl.DataFrame:
    people = pl.DataFrame(
        {
            "person": pl.Series(np.arange(identity.size), dtype=pl.Int64),
            "folded": identity.folded,
            "registered": identity.name,
            "birth_date": identity.birth_date,
            "village": pl.Series(identity.village, dtype=pl.Int64),
            "household": pl.Series(identity.household, dtype=pl.Int64),
        }
    )
    if only is not None:
        people = people[only]
    townships = pl.Series(register.township_of_village, dtype=pl.Int64)
    return people.with_columns(townships.gather(people["village"]).alias("township"))


def _partial_pairs(partial: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Masked names and names with lost characters, against the persons of their place."""
    frames: list[pl.DataFrame] = []
    for row in partial.iter_slices(1):
        near = people
        village, township = int(row["at"][0]), int(row["at_township"][0])
        if village >= 0:
            near = people.filter(pl.col("village") == village)
        elif township >= 0:
            near = people.filter(pl.col("township") == township)
        first = str(row["wanted"][0])[:1]
        if re.match(r"[\u3400-\u9fff]", first):
            near = near.filter(pl.col("registered").str.starts_with(first))
        if not near.height:
            continue
        wanted = row["wanted"].new_from_index(0, near.height)
        kinds = compared(wanted, near["registered"])
        fits = near.filter(pl.Series(np.isin(kinds, COMPATIBLE_KINDS)))
        frames.append(row.join(fits.drop("folded"), how="cross"))
    return pl.concat(frames) if frames else partial.clear().join(people, on="folded")


def _in_place(pairs: pl.DataFrame) -> pl.DataFrame:
    """Keep pairs whose places agree; namesakes without a place only when they are few."""
    has_village, has_township = pl.col("at") >= 0, pl.col("at_township") >= 0
    same = pl.col("at") == pl.col("village")
    near = pl.col("at_township") == pl.col("township")
    keep = (
        pl.when(has_village)
        .then(same)
        .when(has_township)
        .then(near)
        .otherwise(pl.len().over("position") <= MOST_WITHOUT_PLACE)
    )
    return pairs.filter(keep).with_columns((has_village & same).alias("same_village"))


_DIGITS = re.compile(r"[^0-9Xx]")


def number_agrees(sent: str | None, state: str, number: str | None) -> bool:
    """Whether the remains of a damaged number fit a registered one.

    Number cells keep 15 digits, scientific notation its mantissa; a mistyped number may differ in
    two places (a swap of neighbours counts as one).
    """
    if sent is None or number is None:
        return False
    if state in ("numeric_cell", "scientific_text"):
        digits = re.sub(r"[^0-9]", "", sent.upper().split("E")[0]).rstrip("0")
        return len(digits) >= 4 and number.startswith(digits[:LOST_FROM].rstrip("0"))
    return _distance(_DIGITS.sub("", sent).upper(), number) <= 2


def one_slip(sent: str | None, number: str | None) -> bool:
    """Whether one slip of the pen (a digit wrong, missing or too many, two neighbours exchanged)
    turns `number` into what was sent."""
    if sent is None or number is None:
        return False
    return _distance(_DIGITS.sub("", sent).upper(), number) == 1


def _distance(first: str, second: str) -> int:
    """Edit distance with swaps of neighbours; 4 stands for anything beyond 3."""
    if abs(len(first) - len(second)) > 3:
        return 4
    # What agrees at both ends costs nothing; numbers of one person agree almost everywhere.
    start = _common(first, second)
    first, second = first[start:], second[start:]
    end = _common(first[::-1], second[::-1])
    if end:
        first, second = first[:-end], second[:-end]
    if not first or not second:
        return len(first) + len(second)
    before: list[int] = []
    previous = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        current = [i]
        for j, b in enumerate(second, 1):
            cost = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (a != b))
            if i > 1 and j > 1 and a == second[j - 2] and first[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            current.append(cost)
        before, previous = previous, current
    return previous[-1]


def _common(first: str, second: str) -> int:
    """Length of the common beginning."""
    length = 0
    for a, b in zip(first, second, strict=False):
        if a != b:
            break
        length += 1
    return length
