"""Which column of a wide table is which field of the registry: read off the catalogue.

The two tables of the national system: one row per household, one per person. The person table may
repeat what is known about the household; both are read with the contracts that are made here.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Final, Literal

from fangpin.kernel.errors import Text
from fangpin.people.rights import FieldGroup
from fangpin.policy import load_pack
from fangpin.policy.pack import Contract, ContractColumn, Pack
from fangpin.policy.record import Domain
from fangpin.registry.catalogue.field import CodeMap, Field
from fangpin.registry.catalogue.load import catalogue
from fangpin.registry.catalogue.vocabulary import PACK

Kind = Literal["text", "code", "codes", "flag", "date", "month", "money", "quantity", "whole"]
SheetName = Literal["household", "person"]

SHEETS: Final[tuple[SheetName, ...]] = ("household", "person")
HELP_SHEETS: Final = ("填写说明", "国标代码说明")
"""Sheets that our own files carry beside their tables, without data."""
YEAR = "data_year"
"""Contract column of the year that incomes and conditions of a row speak for."""
_NAMES: Final = {
    "household.number": "household_number",
    "household.village_code": "village_code",
    "household.group_name": "hamlet",
    "person.number": "person_number",
    "person.name": "name",
    "person.id_number": "id_number",
}
"""Columns that the reader knows by a name of its own."""
_BESIDE: Final[dict[SheetName, tuple[str, ...]]] = {
    "household": (
        *("serial", "province", "city", "county", "township", "village"),
        *("head_person_number", "head_name", "head_id_number"),
    ),
    "person": (
        *("serial", "province", "city", "county", "township", "village", "hamlet"),
        *("village_code", "household_number", "age", "head_name", "head_id_number", YEAR),
    ),
}
"""Columns that are worked out when written, and only help to read: places, ages, heads."""
_KINDS: Final[dict[str, Kind]] = {
    "text": "text", "name": "text", "phone": "text", "account": "text", "id_number": "text",
    "bool": "flag", "date": "date", "month": "month", "money": "money", "number": "quantity",
    "integer": "whole", "year": "whole", "code": "code", "codes": "codes",
}  # fmt: skip
_SEALED: Final = ("name", "phone", "account", "id_number")
_NUMBERED: Final = re.compile(r"^(.*?)([1-9])$")


@dataclass(frozen=True)
class WideColumn:
    """One column of a wide table.

    `key` as in frames: `household.phone`, `items.pension_income`, `household.risks#2` (the second
    of several codes); `table` the part of the registry it stands in, `column` there; `part` which
    of several codes, from 1 (0: the only one); `codes` the vocabulary; `read` how the reading
    contract describes it; `masked` what kind of personal number or name it is.
    """

    key: str
    sheet: SheetName
    table: str
    column: str
    kind: Kind
    group: FieldGroup
    label: Text
    header: str
    read: ContractColumn
    masked: str = ""
    part: int = 0
    codes: str = ""

    @property
    def base(self) -> str:
        """The key without the part."""
        return f"{self.table}.{self.column}"


@lru_cache(maxsize=1)
def wide_columns() -> tuple[WideColumn, ...]:
    """Every column that has a place on a wide table, in the order of the catalogue."""
    pack = load_pack(PACK)
    found = [
        _column(field, place)
        for field in catalogue().fields.values()
        for place in _places_of(field, pack)
    ]
    ordered = sorted(found, key=lambda each: _ORDER.index(each.table))
    return tuple(
        column
        for sheet in SHEETS
        for column in _told_apart((each for each in ordered if each.sheet == sheet), pack)
    )


_ORDER: Final = (
    "household", "conditions", "measures", "income", "items", "removal", "helper", "person",
    "membership",
)  # fmt: skip


def standard_of(column: WideColumn) -> CodeMap | None:
    """The national standard that has codes for what the column says, if there is one."""
    if column.kind not in ("code", "codes") or column.part:
        return None
    return catalogue().code_maps.get(column.codes)


def columns_of(sheet: SheetName) -> tuple[WideColumn, ...]:
    """The columns of one table."""
    return tuple(each for each in wide_columns() if each.sheet == sheet)


@lru_cache(maxsize=1)
def by_key() -> dict[str, WideColumn]:
    """Columns by key."""
    return {each.key: each for each in wide_columns()}


@lru_cache(maxsize=1)
def reading_pack() -> Pack:
    """The pack cn-base with the two contracts that wide tables are read by, and no other."""
    pack = load_pack(PACK)
    contracts = {f"{sheet}_register": _contract(pack, sheet) for sheet in SHEETS}
    return replace(pack, contracts=contracts)


@lru_cache(maxsize=1)
def partial_pack() -> Pack:
    """The same for tables with a few columns only: the numbers say whom they are about."""
    pack = reading_pack()
    return replace(pack, contracts={n: _partial(c) for n, c in pack.contracts.items()})


def _partial(contract: Contract) -> Contract:
    columns = [
        replace(each, required=each.required and each.name in _NUMBERS) for each in contract.columns
    ]
    return replace(contract, columns=tuple(columns))


_NUMBERS: Final = {"household_number", "person_number"}


def _contract(pack: Pack, sheet: SheetName) -> Contract:
    own = [each.read for each in columns_of(sheet)]
    taken = {header for each in own for header in each.headers}
    base = pack.contracts[f"{sheet}_register"]
    beside = [_plain(column, sheet) for name in _BESIDE[sheet] if (column := base.column(name))]
    taken |= {header for each in beside for header in each.headers}
    repeated: list[ContractColumn] = []
    if sheet == "person":
        # What the person table repeats of the household, under headers that are nobody else's.
        names = {each.name for each in (*own, *beside)}
        for each in columns_of("household"):
            headers = tuple(text for text in each.read.headers if text not in taken)
            if headers and each.read.name not in names:
                repeated.append(replace(each.read, headers=headers, required=False))
    return replace(base, columns=(*beside, *own, *repeated))


def _plain(column: ContractColumn, sheet: SheetName) -> ContractColumn:
    # Where a person lives follows from the household.
    needed = column.required and not (sheet == "person" and column.name in ("township", "village"))
    return replace(column, fill_down=False, default=None, from_text=None, required=needed)


@dataclass(frozen=True)
class _Place:
    """Where a column of a wide table stands: part of the registry, column, and how it is told."""

    table: str
    column: str
    headers: tuple[str, ...]
    label: Text
    type: str
    part: int = 0


def _places_of(field: Field, pack: Pack) -> Iterator[_Place]:
    if field.type == "text_by_code":
        for code in pack.codes[field.vocabulary].values:
            yield _Place("measures", code.code, (code.zh, *code.also), code.label, "text")
        return
    if field.type == "money_by_item":
        for item in catalogue().items.values():
            yield _Place("items", item.name, item.national or (item.label.zh,), item.label, "money")
        return
    if not field.sheet or field.type in ("word", "reference") or field.name in ("year", "members"):
        return
    numbered = [_NUMBERED.match(header) for header in field.national]
    if field.type == "codes" and all(numbered) and len(numbered) > 1:
        parts: dict[int, tuple[str, ...]] = {}
        for header in field.national:  # the same column may be known by several headers
            parts[int(header[-1])] = (*parts.get(int(header[-1]), ()), header)
        for part, headers in sorted(parts.items()):
            label = Text(headers[0], f"{field.label.en} {part}")
            yield _Place(field.subject, field.name, headers, label, "code", part)
        return
    yield _Place(field.subject, field.name, field.national, field.label, field.type)
    if field.after:
        label = Text(field.after[0], f"{field.label.en} after the risk was removed")
        yield _Place("removal", field.name, field.after, label, field.type)


def _column(field: Field, place: _Place) -> WideColumn:
    key = f"{place.table}.{place.column}" + (f"#{place.part}" if place.part else "")
    kind = _KINDS[place.type]
    amount = kind in ("money", "quantity", "whole")
    bounds = None
    if amount and field.low is not None and field.high is not None:
        bounds = Domain(Fraction(field.low), Fraction(field.high))
    read = ContractColumn(
        name=_NAMES.get(key, key),
        type=_read_as(place.type, field.vocabulary),
        headers=place.headers,
        label=place.label,
        unit=(field.unit or ("元" if kind == "money" else None)) if amount else None,
        domain=bounds,
        required=key in _REQUIRED,
    )
    return WideColumn(
        key=key,
        sheet="person" if field.sheet == "person" else "household",
        table=place.table,
        column=place.column,
        kind=kind,
        group=FieldGroup.income if place.table == "items" else field.group,
        label=place.label,
        header=next(text for text in place.headers if "/" not in text),
        read=read,
        masked=place.type if place.type in _SEALED else "",
        part=place.part,
        codes=field.vocabulary if kind in ("code", "codes") else "",
    )


def _read_as(type_: str, vocabulary: str) -> str:
    """The type of a contract column. Several codes in one cell are taken apart by the exchange."""
    if type_ == "code":
        return f"code:{vocabulary}"
    return {"codes": "text", "account": "text", "year": "integer"}.get(type_, type_)


_REQUIRED: Final = {
    *("household.number", "household.category"),
    *("person.number", "person.name", "person.id_number", "membership.relation"),
}


def _of_codes(column: WideColumn) -> tuple[str, ...]:
    """What a column is called that holds codes of a national standard."""
    if column.codes not in catalogue().code_maps:
        return ()
    return tuple(f"{header}代码" for header in column.read.headers)


def _told_apart(columns: Iterable[WideColumn], pack: Pack) -> Iterator[WideColumn]:
    """Each column of one sheet with headers that are no other's: what the catalogue calls it comes
    first, then its other names, then the synonyms that the pack's register contract knows."""
    listed = list(columns)
    synonyms = {
        header: other.headers
        for sheet in {each.sheet for each in listed}
        for other in pack.contracts[f"{sheet}_register"].columns
        for header in other.headers
    }
    wanted = [
        [
            *(each.read.headers[:1], each.read.headers[1:]),
            *(synonyms.get(each.read.headers[0], ()), _of_codes(each)),
        ]
        for each in listed
    ]
    owner: dict[str, int] = {}
    for rank in range(4):
        for at, ranks in enumerate(wanted):
            for header in ranks[rank]:
                owner.setdefault(header, at)
    for at, each in enumerate(listed):
        own = [header for ranks in wanted[at] for header in ranks if owner[header] == at]
        headers = tuple(dict.fromkeys(own)) or (f"{each.label.zh}(明细)",)
        leaf = next((header for header in headers if "/" not in header), headers[0])
        yield replace(each, header=leaf, read=replace(each.read, headers=headers))
