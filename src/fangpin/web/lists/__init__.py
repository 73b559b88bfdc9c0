"""Lists: one declaration per list, one look for all.

A list is a `ListSpec`: its columns (each with the field group it shows), its filters, its orders,
and three functions that answer for an actor (`fetch`, `totals`, `choices`). `respond` renders
filter bar, chips, column choice, saved views, table and keyset paging. With an `Export` it leaves
as a file, too: `web.exports.lists` goes through the same pages.
"""

from fangpin.web.lists.asked import Asked, read
from fangpin.web.lists.respond import respond
from fangpin.web.lists.spec import (
    Column,
    Export,
    Filter,
    FilterKind,
    Found,
    ListSpec,
    Option,
    Part,
    Total,
    known,
    register,
)

__all__ = [
    "Asked",
    "Column",
    "Export",
    "Filter",
    "FilterKind",
    "Found",
    "ListSpec",
    "Option",
    "Part",
    "Total",
    "known",
    "read",
    "register",
    "respond",
]
