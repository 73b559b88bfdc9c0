"""Lines of the log hold no data of persons.

When a statement fails the database tells the row it was about: "DETAIL: Failing row contains (…)",
"Key (…)=(…) already exists". The driver puts that into the text of the error, and a traceback
would carry it into the journal.
"""

import logging
import re
from typing import Final

_TOLD: Final = re.compile(
    # From DETAIL or CONTEXT to where the next error or line of the traceback begins.
    r"^(DETAIL|CONTEXT):.*?(?=^(?:HINT:|DETAIL:|CONTEXT:|LINE |Traceback |The above |During "
    r"handling|[\w.]+(?:Error|Exception|Violation)\b)|\n\n|\Z)",
    re.MULTILINE | re.DOTALL,
)


class WithoutRows(logging.Formatter):
    """Formats as usual, without what the database tells of rows."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, and its traceback, as they may be kept."""
        return without_rows(super().format(record))


def without_rows(text: str) -> str:
    """The text of an error without the values that the database quotes."""
    return _TOLD.sub(r"\1: (left out)\n", text)
