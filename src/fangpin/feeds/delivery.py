"""What became of one delivery: the entry of `deliveries.json` (docs/architecture.md).

A delivery is what one file brings for one contract and period. read = accepted + corrected +
rejected; duplicates are part of the rejected rows, flagged rows part of the used ones.
"""

from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from fangpin.kernel.errors import Text


class Verdict(StrEnum):
    """What a sender and a reader need to know first."""

    accepted = "accepted"
    accepted_with_gaps = "accepted_with_gaps"
    quarantined = "quarantined"
    refused = "refused"
    not_recognised = "not_recognised"


class AreaStatus(StrEnum):
    """How far a delivery can be relied on for one area."""

    complete = "complete"
    missing = "missing"
    late = "late"
    partial = "partial"
    quarantined = "quarantined"


@dataclass
class RowCounts:
    """Rows of a delivery. `ignored` counts title, header, total and note rows (not in `read`)."""

    read: int = 0
    accepted: int = 0
    corrected: int = 0
    rejected: int = 0
    of_which_duplicates: int = 0
    ignored: int = 0
    flagged: int = 0

    def __add__(self, other: "RowCounts") -> "RowCounts":
        mine, theirs = asdict(self), asdict(other)
        return RowCounts(**{name: mine[name] + theirs[name] for name in mine})


@dataclass
class Area:
    """Rows of one township against what its share of the register lets expect (None = no rule)."""

    code: str
    township: str
    rows: int
    expected: float | None
    status: AreaStatus


@dataclass
class SheetUse:
    """One worksheet of the file: used or not, and why."""

    sheet: str
    hidden: bool
    used: bool
    why: Text
    header_rows: list[int]
    rows: int


@dataclass
class ControlTotal:
    """A total the sender wrote, against our own sum over the same rows. Amounts in 元."""

    column: str
    stated: str
    computed: str
    agrees: bool


@dataclass
class Delivery:
    """One file for one contract and period."""

    file: str
    sha256: str
    bytes: int
    format: str
    contract: str | None = None
    label: Text | None = None
    sender: Text | None = None
    period: date | None = None
    verdict: Verdict = Verdict.accepted
    reasons: list[Text] = field(default_factory=list)
    rows: RowCounts = field(default_factory=RowCounts)
    linked: int = 0
    not_linked: int = 0
    areas: list[Area] = field(default_factory=list)
    sheets: list[SheetUse] = field(default_factory=list)
    control_totals: list[ControlTotal] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Plain values for `deliveries.json`, keys as documented there."""
        return {
            "file": self.file,
            "sha256": self.sha256,
            "bytes": self.bytes,
            "format": self.format,
            "contract": self.contract,
            "label": _both(self.label),
            "sender": _both(self.sender),
            "period": self.period.isoformat() if self.period else None,
            "verdict": self.verdict.value,
            "reasons": [_both(reason) for reason in self.reasons],
            "rows": asdict(self.rows),
            "linked": self.linked,
            "not_linked": self.not_linked,
            "areas": [
                {
                    "code": area.code,
                    "township": area.township,
                    "rows": area.rows,
                    "expected": None if area.expected is None else round(area.expected, 1),
                    "status": area.status.value,
                }
                for area in self.areas
            ],
            "sheets": [
                {
                    "sheet": sheet.sheet,
                    "hidden": sheet.hidden,
                    "used": sheet.used,
                    "why": _both(sheet.why),
                    "header_rows": sheet.header_rows,
                    "rows": sheet.rows,
                }
                for sheet in self.sheets
            ],
            "control_totals": [asdict(total) for total in self.control_totals],
        }


def _both(text: Text | None) -> dict[str, str] | None:
    return None if text is None else {"zh": text.zh, "en": text.en}
