"""Taking personal data away as a file: what for, how much, who releases it, how long it is kept.

Every file with personal data goes through here: `begin_export`, then the file is made with the
export's number on it, then `finish_export`; `take_export` hands it out. Pages use
`web.exports.leave`, which does all of it.
"""

from fangpin.people.exporting.actions import (
    abandon_export,
    begin_export,
    decide_export,
    finish_export,
    note_taken,
    remove_expired,
    take_export,
    while_allowed,
)
from fangpin.people.exporting.purpose import PURPOSES, Purpose, purpose_of, watermark_text
from fangpin.people.exporting.queries import (
    export_of_number,
    exports_to_decide,
    may_decide,
    may_take,
    own_exports,
    rows_of_the_day,
)

__all__ = [
    "PURPOSES",
    "Purpose",
    "abandon_export",
    "begin_export",
    "decide_export",
    "export_of_number",
    "exports_to_decide",
    "finish_export",
    "may_decide",
    "may_take",
    "note_taken",
    "own_exports",
    "purpose_of",
    "remove_expired",
    "rows_of_the_day",
    "take_export",
    "watermark_text",
    "while_allowed",
]
