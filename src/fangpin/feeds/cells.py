"""Columns that their headers do not name, known by what their cells look like."""

import re
from collections import Counter

from fangpin.feeds.content import (
    DIGIT,
    TOWNSHIP,
    VILLAGE,
    YES_NO,
    Sample,
    fit,
    looks_like_ids,
    looks_like_names,
    spellings,
)
from fangpin.feeds.headers import fold, unit_of
from fangpin.feeds.tables import Table
from fangpin.feeds.wording import CONTENT, ROLE, Match, SheetHeader
from fangpin.policy.pack import Codes, Contract

_VOCABULARY = 0.95
"""Share of the cells that must be words of a vocabulary for it to name the column."""
_TELLS_NOTHING = {"其他", "其它", "无", "正常", "一般", "未", "已"}
_PLACES = 0.8
"""Share of cells that make a column one of townships, villages or amounts."""


def numbers_beside_heads(
    headers: list[SheetHeader],
    samples: list[Sample],
    contract: Contract,
    found: dict[str, Match],
    used: set[int],
) -> None:
    """户主 | 身份证号 | … | 成员身份证号: the plain number beside the head is the head's."""
    plain, head = found.get("id_number"), found.get("head_name")
    if plain is None or head is None or "head_id_number" in found:
        return
    if contract.column("head_id_number") is None:
        return
    beside = head.index + 1
    if beside < len(headers) and beside not in used and headers[beside].canonical == "身份证号":
        found["head_id_number"] = Match("head_id_number", beside, ROLE)
        used.add(beside)
        return
    if plain.index != beside:
        return
    others = [
        index
        for index, header in enumerate(headers)
        if index not in used and header.roleless == "身份证号" and not header.of_somebody_else
    ]
    name = found.get("name")
    if not others and (name is None or name.index > plain.index):
        others = [
            index
            for index, sample in enumerate(samples)
            if index not in used and looks_like_ids(sample) and not headers[index].of_somebody_else
        ]
    if len(others) == 1:
        found["head_id_number"] = Match("head_id_number", plain.index, ROLE)
        found["id_number"] = Match("id_number", others[0], ROLE)
        used.add(others[0])


def by_content(
    headers: list[SheetHeader],
    samples: list[Sample],
    contract: Contract,
    found: dict[str, Match],
    used: set[int],
) -> None:
    """A column of identity numbers or names under an unknown header, when only one is left."""
    for kinds, looks in ((("id_number",), looks_like_ids), (("name",), looks_like_names)):
        wanted = [
            column.name
            for column in contract.columns
            if column.type in kinds and column.required and column.name not in found
        ]
        if len(wanted) != 1:
            continue
        left = [
            index
            for index, sample in enumerate(samples)
            if index not in used
            and looks(sample)
            and (wanted[0].startswith("head_") or not headers[index].of_somebody_else)
        ]
        if len(left) == 1:
            found[wanted[0]] = Match(wanted[0], left[0], CONTENT)
            used.add(left[0])


def by_vocabulary(
    headers: list[SheetHeader],
    samples: list[Sample],
    contract: Contract,
    codes: dict[str, Codes],
    found: dict[str, Match],
    used: set[int],
) -> None:
    """A column under an unknown header whose cells are the words of one missing vocabulary."""
    claims: dict[int, list[str]] = {}
    for column in contract.columns:
        vocabulary = codes.get(column.codes or "")
        if column.name in found or vocabulary is None or not column.headers:
            continue
        for index, sample in enumerate(samples):
            plain = sample.share_of(YES_NO) > 0.5 or sample.share(DIGIT) > 0.5
            if index in used or not headers[index].leaf or len(sample.cells) < 5 or plain:
                continue
            telling = {fold(cell) for cell in sample.cells} - _TELLS_NOTHING
            if len(telling) >= 2 and sample.share_of(spellings(vocabulary)) >= _VOCABULARY:
                claims.setdefault(index, []).append(column.name)
    wanted = Counter(name for names in claims.values() for name in names)
    for index, names in claims.items():
        if len(names) == 1 and wanted[names[0]] == 1:
            found[names[0]] = Match(names[0], index, CONTENT)
            used.add(index)


def by_place(
    headers: list[SheetHeader],
    samples: list[Sample],
    contract: Contract,
    found: dict[str, Match],
    used: set[int],
) -> None:
    """Columns of township and village names under an unknown header."""
    for name, pattern in (("township", TOWNSHIP), ("village", VILLAGE)):
        if name in found or contract.column(name) is None:
            continue
        left = [
            index
            for index, sample in enumerate(samples)
            if index not in used and headers[index].leaf and sample.share(pattern) >= _PLACES
        ]
        if len(left) == 1:
            found[name] = Match(name, left[0], CONTENT)
            used.add(left[0])


def by_amount(
    headers: list[SheetHeader],
    samples: list[Sample],
    contract: Contract,
    found: dict[str, Match],
    used: set[int],
) -> None:
    """The only amount of a list whose contract knows no other one."""
    amounts = [column for column in contract.columns if column.type in ("money", "money_text")]
    if len(amounts) != 1 or not amounts[0].required or amounts[0].name in found:
        return
    left = [
        index
        for index, sample in enumerate(samples)
        if index not in used
        and (unit_of(headers[index].text) or "").endswith("元")
        and (fit(sample, amounts[0], None) or 0.0) >= _PLACES
    ]
    if len(left) == 1:
        found[amounts[0].name] = Match(amounts[0].name, left[0], CONTENT)
        used.add(left[0])


def by_said_words(
    table: Table,
    headers: list[SheetHeader],
    contract: Contract,
    found: dict[str, Match],
    used: set[int],
) -> None:
    """A column of notes under an unknown header: other columns are read from what it says."""
    for column in contract.columns:
        source = column.from_text
        if source is None or source in found or column.name in found or not column.after:
            continue
        pattern = "|".join(re.escape(word) for word in column.after)
        left = [
            index
            for index, raw in enumerate(table.sheet.columns)
            if index not in used
            and index < len(headers)
            and headers[index].leaf
            and raw.text.gather(table.body - 1).str.contains(pattern).any()
        ]
        if len(left) == 1:
            found[source] = Match(source, left[0], CONTENT)
            used.add(left[0])
