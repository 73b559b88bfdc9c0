"""Files that leave: one look, one way out.

`leave` is the way out for every file with personal data; `taken` only makes a file, for figures
without persons. `lists.export_list` takes any list away. Cells never turn into formulas.
"""

from fangpin.kernel.neutral import neutral
from fangpin.web.exports.leaving import leave, leave_file, purpose_or_page
from fangpin.web.exports.sheets import TYPES, Sheet, Taken, taken
from fangpin.web.exports.watermark import Watermark, number_in

__all__ = [
    "TYPES",
    "Sheet",
    "Taken",
    "Watermark",
    "leave",
    "leave_file",
    "neutral",
    "number_in",
    "purpose_or_page",
    "taken",
]
