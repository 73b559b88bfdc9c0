"""A county's own list of villages, row by row: which column is what, and what a row says."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fangpin.kernel.characters import fold_width, without_spaces

# Column → headers, the usual one first. Compared without spaces, brackets' width and case.
HEADERS: dict[str, tuple[str, ...]] = {
    "code": (
        *(
            "行政区划代码",
            "统计用区划代码",
            "区划代码",
            "村代码",
            "行政村代码",
            "村级代码",
            "村编码",
        ),
        *("12位代码", "代码", "现统计区划代码", "现区划代码", "code"),
    ),
    "name": (
        *("行政村", "村名", "村名称", "村", "行政村名称", "村（社区）", "村(居)", "村委会名称"),
        *("建制村", "名称", "现村名", "name"),
    ),
    "township": (
        "乡镇",
        "乡镇名称",
        "所属乡镇",
        "乡镇（街道）",
        "乡",
        "镇",
        "所在乡镇",
        "township",
    ),
    "township_code": ("乡镇代码", "乡级代码", "乡镇编码", "乡镇区划代码", "township_code"),
    "former": (
        *(
            "原代码",
            "原区划代码",
            "原统计区划代码",
            "变更前代码",
            "曾用代码",
            "合并前代码",
            "former",
        ),
    ),
}


@dataclass(frozen=True)
class ListRow:
    """One village of the list. `row` as the sender counts it; `former` codes it had before."""

    row: int
    code: str
    name: str
    township: str = ""
    township_code: str = ""
    former: tuple[str, ...] = ()


def columns_of(headers: Sequence[str]) -> dict[str, int]:
    """Which column of a header row is which. Without "code" and "name" it is no village list."""
    folded = [_fold(header) for header in headers]
    found: dict[str, int] = {}
    for column, words in HEADERS.items():
        for word in words:
            if (plain := _fold(word)) in folded and folded.index(plain) not in found.values():
                found[column] = folded.index(plain)
                break
    return found


def _fold(text: str) -> str:
    return without_spaces(fold_width(text)).strip("*＊").lower()


def read_row(row: int, cells: dict[str, str | None]) -> ListRow | None:
    """What a row says; None when it says nothing."""
    text = {column: without_spaces(value or "") for column, value in cells.items()}
    if not any(text.values()):
        return None
    return ListRow(
        row,
        fold_width(text.get("code", "")).removesuffix(".0"),
        text.get("name", ""),
        text.get("township", ""),
        fold_width(text.get("township_code", "")),
        tuple(re.findall(r"[0-9]{12}", fold_width(text.get("former", "")))),
    )
