"""A column of values with a mask of what is known.

`values` is bool, or whole numbers of any width up to int64: scaled numbers, days since 1970-01-01,
codes of a dictionary; what computes with them widens to int64 first. Where `known` is False the
value is meaningless.
`known is None` means every value is known. Both may be 0-dimensional: a constant for every row.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Values = NDArray[Any]
"""bool, or whole numbers of some width."""


@dataclass(frozen=True, slots=True)
class Column:
    """n values, or one for all rows (0-dimensional)."""

    values: Values
    known: Mask | None = None

    @classmethod
    def constant(cls, value: bool | int) -> "Column":
        """The same known value in every row."""
        if isinstance(value, bool):
            return cls(np.asarray(value, dtype=np.bool_))
        return cls(np.asarray(value, dtype=np.int64))

    @classmethod
    def unknown(cls, boolean: bool = False) -> "Column":
        """Unknown in every row."""
        kind = np.bool_ if boolean else np.int64
        return cls(np.zeros((), dtype=kind), np.asarray(False))

    @property
    def is_constant(self) -> bool:
        """One value for all rows."""
        return self.values.ndim == 0 and (self.known is None or self.known.ndim == 0)

    def spread(self, size: int) -> "Column":
        """The column with exactly `size` rows (no copy of what already has them)."""
        values = np.broadcast_to(self.values, (size,))
        known = None if self.known is None else np.broadcast_to(self.known, (size,))
        return Column(values, known)

    def take(self, index: NDArray[np.intp] | NDArray[np.int64] | NDArray[np.uint32]) -> "Column":
        """The rows named by `index`, in its order."""
        if self.is_constant:
            return self.spread(len(index))
        known = self.known
        if known is not None and known.ndim:
            known = known[index]
        values = self.values[index] if self.values.ndim else self.values
        return Column(values, known)

    @property
    def known_mask(self) -> Mask:
        """Where the value is known (broadcastable to the rows)."""
        return np.asarray(True) if self.known is None else self.known

    def true(self) -> Mask:
        """Rows that are known and true. For boolean columns."""
        values = self.values.astype(np.bool_, copy=False)
        return values if self.known is None else values & self.known

    def false(self) -> Mask:
        """Rows that are known and false. For boolean columns."""
        values = ~self.values.astype(np.bool_, copy=False)
        return values if self.known is None else values & self.known
