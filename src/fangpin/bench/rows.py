"""Rows of the twelve deliveries of one block, collected before they are shuffled."""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Int64 = NDArray[np.int64]

NULL: Final = np.iinfo(np.int64).min
"""Stands for "no value" in every numeric column until it is written."""

CODES: Final[dict[str, tuple[str, ...]]] = {
    "insurance.status": ("paid", "exempt", "unpaid"),
    "medical.kind": ("inpatient", "outpatient"),
    "benefits.kind": ("pension", "nursing", "hardship"),
    "school_roll.status": ("attending", "suspended", "left"),
    "work.status": ("employed", "lost"),
    "disability.level": ("one", "two", "three", "four"),
    "housing.grade": ("a", "b", "c", "d"),
    "assets.kind": ("vehicle", "business"),
    "posts.post": ("ranger", "road", "cleaner", "water"),
}

COLUMNS: Final[dict[str, dict[str, str]]] = {
    "deaths": {"died_on": "date"},
    "insurance": {"status": "code", "paid_on": "date"},
    "medical": {
        "receipt": "integer",
        "original_receipt": "integer",
        "settled_on": "date",
        "kind": "code",
        "self_paid": "money",
    },
    "benefits": {"kind": "code", "paid_on": "date", "amount": "money"},
    "school_roll": {"status": "code", "grade": "integer"},
    "work": {"status": "code", "since": "date", "monthly_wage": "money"},
    "subsistence": {"monthly_amount": "money", "granted_on": "date"},
    "disability": {"level": "code", "certified_on": "date"},
    "microloans": {"balance": "money", "due_on": "date"},
    "housing": {"grade": "code", "inspected_on": "date"},
    "assets": {"kind": "code", "value": "money", "registered_on": "date"},
    "posts": {"post": "code", "hired_on": "date"},
}
"""Columns of each delivery beside `id_number`, with their types. Money is fen."""

FEEDS: Final = tuple(COLUMNS)


@dataclass
class Rows:
    """Pieces of rows by feed: the person (row in the block) and the columns, codes as words."""

    pieces: dict[str, list[dict[str, Int64]]] = field(
        default_factory=lambda: {feed: [] for feed in FEEDS}
    )

    def add(self, feed: str, person: Int64, **columns: Any) -> None:
        """Rows of `feed`, one per entry of `person`; single values hold for all of them."""
        declared = COLUMNS[feed]
        assert set(columns) == set(declared), (feed, set(columns) ^ set(declared))
        size = len(person)
        piece = {"person": np.asarray(person, dtype=np.int64)}
        for name, type_ in declared.items():
            value = columns[name]
            if type_ == "code" and isinstance(value, str):
                value = CODES[f"{feed}.{name}"].index(value)
            piece[name] = np.broadcast_to(np.asarray(value, dtype=np.int64), (size,))
        self.pieces[feed].append(piece)

    def table(self, feed: str) -> dict[str, Int64]:
        """All rows of a feed."""
        pieces = self.pieces[feed]
        names = ["person", *COLUMNS[feed]]
        empty = np.zeros(0, dtype=np.int64)
        return {name: np.concatenate([empty, *(each[name] for each in pieces)]) for name in names}

    def count(self) -> int:
        """Rows of all feeds."""
        return sum(len(each["person"]) for pieces in self.pieces.values() for each in pieces)
