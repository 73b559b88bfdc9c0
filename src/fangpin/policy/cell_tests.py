"""What a contract may ask about the text of a cell: rules can speak of how it was filled in.

A tested column is known in every row, whatever was written there; only where the sheet lacks the
column that is tested is it unknown. What the tests do is in `quality.tested`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CellTest:
    """`type` of the answer ("": a date, month, amount or number, as declared); whether the test
    needs `words`; how many numbers it needs in `at`."""

    type: str
    words: bool = False
    places: int = 0


CELL_TESTS: dict[str, CellTest] = {
    # ---- one cell ----
    "value": CellTest(""),
    "blank": CellTest("bool"),
    "filled": CellTest("bool"),
    "numeric": CellTest("bool"),
    "mobile": CellTest("bool"),
    "length": CellTest("integer"),
    "starts": CellTest("bool", words=True),
    "contains": CellTest("bool", words=True),
    "characters": CellTest("bool", words=True, places=2),
    "county_named": CellTest("bool"),
    # ---- a cell that holds several words ----
    "has": CellTest("bool", words=True),
    "only": CellTest("bool", words=True),
    "elements": CellTest("integer"),
    # ---- identity numbers (the first 18 characters) ----
    "check_wrong": CellTest("bool"),
    "birth_date": CellTest("date"),
    "birth_wrong": CellTest("bool"),
    # ---- among the rows of the sheet ----
    "row": CellTest("integer"),
    "repeated": CellTest("bool"),
    "repeated_among": CellTest("bool", words=True),
    "shared": CellTest("bool"),
    "overlapping": CellTest("bool", words=True),
    "two_places": CellTest("bool", words=True),
}
"""By the name that a contract writes under `test`."""
