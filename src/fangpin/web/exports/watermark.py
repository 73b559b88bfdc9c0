"""Whose file it is: in words on every page, and unseen in every row."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from fangpin.foundation.models import ExportLog
from fangpin.people.exporting import watermark_text
from fangpin.people.models import User
from fangpin.web.wording import pick

# Characters without width: a bit each, between two joiners. They survive copying a cell.
_ZERO, _ONE, _EDGE = "\u200b", "\u200c", "\u2060"
_NUMBER_BITS, _ROW_BITS = 32, 16


@dataclass(frozen=True)
class Watermark:
    """Name of the reader, time and number of the export."""

    number: str
    text: str

    @classmethod
    def of(cls, export: ExportLog, actor: User) -> "Watermark":
        """The watermark of an export that has begun."""
        said = watermark_text(export, actor)
        return cls(export.number, pick(said.zh, said.en))

    def unseen(self, row: Sequence[object]) -> str:
        """What goes unseen into a row: the export's number and a short hash of the row."""
        digest = hashlib.sha256("\x1f".join(map(str, row)).encode()).digest()
        number = int(self.number.removeprefix("E")) % (1 << _NUMBER_BITS)
        bits = f"{number:0{_NUMBER_BITS}b}" + f"{int.from_bytes(digest[:2], 'big'):0{_ROW_BITS}b}"
        return _EDGE + bits.replace("0", _ZERO).replace("1", _ONE) + _EDGE


def number_in(text: str) -> str | None:
    """The number of the export that a copied cell or file text comes from; None without one."""
    for part in text.split(_EDGE)[1::2]:
        bits = part.replace(_ZERO, "0").replace(_ONE, "1")
        if len(bits) == _NUMBER_BITS + _ROW_BITS and set(bits) <= {"0", "1"}:
            return f"E{int(bits[:_NUMBER_BITS], 2):06d}"
    return None
