"""How a cell is stored in a file. On its own: who only looks at cells needs no tables."""

from enum import IntEnum


class CellKind(IntEnum):
    """What stands in `RawColumn.kind`."""

    blank = 0
    text = 1
    number = 2
    date = 3
    bool = 4
    error = 5
    formula_without_value = 6
