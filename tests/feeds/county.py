"""An invented county for tests: register, deliveries, and tables made by hand. Every person is
made up; the area prefix 529900 is not assigned to any place."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from fangpin.feeds.cell_kinds import CellKind
from fangpin.feeds.register import Register, build_register
from fangpin.feeds.rows import TypedRows, type_rows
from fangpin.feeds.tables import RawColumn, RawSheet, RecognisedTable, Table
from fangpin.kernel.identity import check_digit
from fangpin.policy import load_pack
from fangpin.policy.pack import Contract, Pack

AS_OF = date(2021, 5, 31)
MAY, APRIL = date(2021, 5, 1), date(2021, 4, 1)
PLACES = {
    "青石镇": ("石门村", "上坪村", "枫树村"),
    "白沙乡": ("渡口村", "柳湾村", "长岭村"),
    "云台镇": ("云台村", "茶山村", "东沟村"),
}
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "建国志明秀英桂兰小军海燕德福玉梅春生永强丽娟文静国栋雪峰俊杰晓东"


@lru_cache(maxsize=1)
def pack() -> Pack:
    """The general pack."""
    return load_pack("cn-base")


def number_of(birth: date, serial: int, area: str = "529901") -> str:
    """A valid 18-digit number of an invented person; odd serials are male."""
    seventeen = f"{area}{birth:%Y%m%d}{serial % 1000:03d}"
    return seventeen + check_digit(seventeen)


@dataclass
class Person:
    """One registered person."""

    name: str
    number: str
    birth: date
    household: str
    person: str
    head: bool
    township: str
    village: str
    code: str
    phone: str


@dataclass
class County:
    """Nine villages with `size` households of three persons each."""

    size: int = 10
    seed: int = 1
    persons: list[Person] = field(default_factory=list)

    def __post_init__(self) -> None:
        dice = random.Random(self.seed)
        serial = 0
        for t, (township, villages) in enumerate(PLACES.items()):
            for v, village in enumerate(villages):
                code = f"529901{100 + t:03d}{200 + v:03d}"
                for h in range(self.size):
                    household = f"{code}{h + 1:04d}"
                    for m in range(3):
                        serial += 1
                        birth = date(1950, 1, 1) + timedelta(days=dice.randrange(25000))
                        name = dice.choice(SURNAMES) + "".join(dice.sample(GIVEN, 2))
                        self.persons.append(
                            Person(
                                name, number_of(birth, serial), birth, household,
                                f"{household}{m + 1:02d}", m == 0, township, village, code,
                                f"139{serial:08d}",
                            )
                        )  # fmt: skip

    def heads(self) -> list[Person]:
        return [person for person in self.persons if person.head]

    def of(self, village: str) -> list[Person]:
        return [person for person in self.persons if person.village == village]

    def household_table(self) -> list[list[Any]]:
        rows: list[list[Any]] = [
            ["序号", "省", "市", "县", "乡镇", "行政村", "村区划代码", "户编号", "户主姓名",
             "户主证件号码", "家庭人口数", "户类型", "家庭纯收入(元)"]
        ]  # fmt: skip
        for n, head in enumerate(self.heads()):
            rows.append(
                [str(n + 1), "甲省", "乙市", "丙县", head.township, head.village, head.code,
                 head.household, head.name, head.number, "3", "一般农户", "36000"]
            )  # fmt: skip
        return rows

    def person_table(self) -> list[list[Any]]:
        rows: list[list[Any]] = [
            ["序号", "省", "市", "县", "乡镇", "行政村", "户编号", "人编号", "姓名", "性别",
             "证件号码", "出生日期", "与户主关系", "联系电话"]
        ]  # fmt: skip
        for n, p in enumerate(self.persons):
            sex = "男" if int(p.number[16]) % 2 else "女"
            rows.append(
                [str(n + 1), "甲省", "乙市", "丙县", p.township, p.village, p.household, p.person,
                 p.name, sex, p.number, f"{p.birth:%Y%m%d}", "户主" if p.head else "其他", p.phone]
            )  # fmt: skip
        return rows

    def register(self, households: list[list[Any]] | None = None,
                 persons: list[list[Any]] | None = None) -> Register:  # fmt: skip
        """The register built from this county's tables (or from changed ones)."""
        homes = typed("household_register", households or self.household_table(), file="台账.xlsx")
        people = typed("person_register", persons or self.person_table(), file="台账.xlsx")
        return build_register([homes], [people], [], pack())

    def write(self, folder: Path) -> None:
        """The register as two files."""
        write_csv(folder / "农户家庭基本信息_户信息.csv", self.household_table())
        write_csv(folder / "家庭成员信息_人员信息.csv", self.person_table())


def write_csv(path: Path, rows: Sequence[Sequence[Any]]) -> None:
    """A comma file as departments export it."""
    lines = [",".join("" if cell is None else str(cell) for cell in row) for row in rows]
    path.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8-sig")


def sheet_of(rows: Sequence[Sequence[Any]], *, file: str = "测试.xlsx", sheet: str = "Sheet1",
             **parts: Any) -> RawSheet:  # fmt: skip
    """A sheet from Python values: str is text, numbers are number cells, dates date cells, None
    blank, a `CellKind` a cell of that kind without text."""
    width = max(len(row) for row in rows)
    columns = []
    for index in range(width):
        cells = [row[index] if index < len(row) else None for row in rows]
        texts: list[str | None] = []
        kinds: list[int] = []
        for cell in cells:
            text, kind = _cell(cell)
            texts.append(text)
            kinds.append(kind)
        columns.append(
            RawColumn(pl.Series(texts, dtype=pl.String), pl.Series(kinds, dtype=pl.UInt8))
        )
    return RawSheet(file, sheet, False, tuple(columns), len(rows), **parts)


def _cell(cell: Any) -> tuple[str | None, int]:
    if cell is None:
        return None, CellKind.blank
    if isinstance(cell, CellKind):
        return ("#N/A" if cell is CellKind.error else None), cell
    if isinstance(cell, bool):
        return str(cell).upper(), CellKind.bool
    if isinstance(cell, int | float):
        return f"{cell:.17g}" if abs(cell) < 1e15 else f"{cell:.0f}", CellKind.number
    if isinstance(cell, date):
        return cell.isoformat(), CellKind.date
    return str(cell), CellKind.text


def recognised(
    contract: str | Contract,
    rows: Sequence[Sequence[Any]],
    *,
    period: date | None = MAY,
    units: dict[str, list[tuple[int, int, str]]] | None = None,
    constants: dict[str, str] | None = None,
    totals: Any = (),
    ignored: Any = (),
    **parts: Any,
) -> RecognisedTable:
    """A table whose first row is its header; columns are found by the contract's own headers."""
    declared = pack().contracts[contract] if isinstance(contract, str) else contract
    sheet = sheet_of(rows, **parts)
    mapping: dict[str, int] = {}
    for index, header in enumerate(rows[0]):
        for column in declared.columns:
            bare = str(header).split("(")[0]
            if column.name not in mapping and {header, bare} & {*column.headers, column.name}:
                mapping[column.name] = index
                break
    left_out = {row for row, _ in ignored} | {row for row, _, _ in sheet.broken}
    body = np.array([r for r in range(2, len(rows) + 1) if r not in left_out], dtype=np.int64)
    table = Table(sheet, "", "", (1,), tuple(str(cell) for cell in rows[0]), body,
                  tuple(ignored), (), tuple(totals))  # fmt: skip
    return RecognisedTable(table, declared, mapping, units or {}, period, constants or {}, 1.0)


def typed(contract: str | Contract, rows: Sequence[Sequence[Any]], **parts: Any) -> TypedRows:
    """`recognised`, typed."""
    return type_rows(recognised(contract, rows, **parts), pack(), AS_OF)


def reasons(rows: TypedRows, position: int) -> set[tuple[str, str]]:
    """(action, reason) of one row of a block."""
    frame = rows.verdicts.frame().filter(pl.col("position") == position)
    return set(frame.select("action", "reason").iter_rows())
