"""How large a delivery may be before it is refused unread."""

from dataclasses import dataclass

EXCEL_ROWS = 1_048_576
"""Rows of an .xlsx sheet: a full sheet has lost what came after (ECMA-376 limit of Excel)."""
XLS_ROWS = 65_536
"""Rows of an .xls sheet, likewise."""


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes, counts in pieces. The defaults suit a prefecture's largest roster."""

    file_bytes: int = 512 * 2**20
    expanded_bytes: int = 4 * 2**30
    """Sum of the declared sizes of all parts of an .xlsx."""
    expansion_ratio: int = 200
    """Expanded : packed, looked at for parts above `ratio_floor_bytes` only."""
    ratio_floor_bytes: int = 32 * 2**20
    archive_parts: int = 5_000
    directory_bytes: int = 16 * 2**20
    """Expanded size of a part that only says what is where (workbook, relationships)."""
    sheets: int = 200
    columns: int = 2_000
    rows: int = EXCEL_ROWS
    cells: int = 64_000_000
    """Of one sheet, from its first to its last cell; 40 bytes each while it is read."""
    sparse_cells: int = 4_000_000
    sparse_ratio: int = 50
    """A sheet of more than `sparse_cells` has at least one cell in `sparse_ratio`."""
    text_records: int = 20_000_000
    line_bytes: int = 2**20


DEFAULT_LIMITS = Limits()

FOR_PAGES = Limits(
    file_bytes=20 * 2**20,
    expanded_bytes=12 * 2**20,
    expansion_ratio=100,
    ratio_floor_bytes=4 * 2**20,
    archive_parts=500,
    directory_bytes=2**20,
    sheets=50,
    columns=500,
    cells=200_000,
    sparse_cells=100_000,
    text_records=50_000,
)
"""For short lists that the process reads which serves pages: a hostile one costs it little."""
