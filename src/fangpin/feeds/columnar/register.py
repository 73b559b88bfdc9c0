"""The register of a columnar source: its tables as a snapshot has them, and whose number is whose.

Identity numbers become keys and are forgotten; no text of a number outlives the piece it was read
in.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.feeds.columnar.columns import Declared, typed
from fangpin.feeds.columnar.delivered import ROWS_AT_ONCE, read_rows
from fangpin.feeds.columnar.index import KeyIndex
from fangpin.feeds.columnar.refusals import Refusals
from fangpin.feeds.columnar.source import ColumnarSource, RegisterColumn
from fangpin.feeds.columnar.store import Secret
from fangpin.kernel.identity.keys import NO_KEY, VERDICTS, identity_keys
from fangpin.kernel.identity.verdicts import Verdict
from fangpin.policy.pack import Pack

Int64 = NDArray[np.int64]


_OWN = {
    "places": ["code", "name", "township_code", "township"],
    "households": ["number", "village"],
    "persons": ["number", "household"],
}
LINKS = (("households", "village", "places"), ("persons", "household", "households"))
"""Table, the column that says what a row belongs to, and the table that is a row of."""


@dataclass(frozen=True)
class Numbers:
    """The register's numbers: an index of the usable ones, and persons without one (blank, wrong,
    or shared with somebody else), who cannot be found in any delivery."""

    index: KeyIndex
    without: Int64


@dataclass
class Register:
    """Tables as in docs/architecture.md (Intake). `unusable` file, column, reason, cells."""

    places: pl.DataFrame
    households: pl.DataFrame
    persons: pl.DataFrame
    unusable: list[tuple[str, str, str, int]]

    @property
    def household_of_person(self) -> NDArray[np.uint32]:
        """Row of the household of each person."""
        return self.persons["household"].to_numpy()

    @property
    def village_of_household(self) -> NDArray[np.uint32]:
        """Row of the village of each household."""
        return self.households["village"].to_numpy()


def read_numbers(
    source: ColumnarSource, as_of: date, secret: Secret | None = None
) -> tuple[Numbers, bool]:
    """Every registered number judged once; whether one of them is unusable on this day only.

    With a `secret` the index is one of pseudonyms.
    """
    path = source.register_file("identity")
    height = source.heights["identity"]
    key = np.empty(height, dtype=np.int64)
    day_matters = False
    for start in range(0, height, ROWS_AT_ONCE):
        texts = read_rows(path, ["id_number"], start, ROWS_AT_ONCE, height)["id_number"]
        judged = identity_keys(texts, as_of=as_of)
        key[start : start + len(texts)] = judged.key
        late = texts.filter(judged.code == VERDICTS.index(Verdict.bad_date))
        day_matters |= bool(identity_keys(late).usable.any())
    index = KeyIndex.of(key, secret)
    without = np.flatnonzero(key == NO_KEY)
    return Numbers(index, np.union1d(without, index.repeated)), day_matters


def read_register(source: ColumnarSource, pack: Pack) -> Register:
    """Places, households and persons. FangpinError when the register is not in order."""
    refusals = Refusals(source.folder)
    unusable: list[tuple[str, str, str, int]] = []
    tables = {}
    for name in _OWN:
        tables[name], cells = read_table(source, pack, name, 0, source.heights[name])
        unusable += cells
    for name, link, above in LINKS:
        check_link(source, refusals, tables[name], name, link, tables[above].height)
        check_filled(source, refusals, tables[name], name, "number")
    check_filled(source, refusals, tables["places"], "places", "code")
    refusals.raise_if_any()
    return _register(tables, unusable, source)


def read_table(
    source: ColumnarSource, pack: Pack, name: str, first: int, rows: int
) -> tuple[pl.DataFrame, list[tuple[str, str, str, int]]]:
    """Some rows of places, households or persons: their own columns and those that facts read.

    Also the cells that cannot be used: (table, column, reason, how many).
    """
    columns = source.register.get(name, ())
    names = [*_OWN[name], *(each.name for each in columns)]
    frame = read_rows(source.register_file(name), names, first, rows, source.heights[name])
    found = []
    unusable = []
    for each in columns:
        column = typed(frame[each.name], declared(each, pack))
        found.append(column.values)
        if column.reason is not None:
            unusable.append((name, each.name, column.reason, column.unusable))
    return frame.select(_OWN[name]).with_columns(found), unusable


def declared(column: RegisterColumn, pack: Pack) -> Declared:
    """What a column of the register is to be."""
    words = None
    if column.codes is not None:
        words = tuple(each.code for each in pack.codes[column.codes].values)
    return Declared(column.name, column.type, words, column.domain)


def _register(
    tables: dict[str, pl.DataFrame],
    unusable: list[tuple[str, str, str, int]],
    source: ColumnarSource,
) -> Register:
    village = pl.col("village").cast(pl.UInt32)
    household = pl.col("household").cast(pl.UInt32)
    households = tables["households"].with_columns(village)
    persons = tables["persons"].with_columns(household)
    places = with_sizes(tables["places"], households, persons)
    return Register(places, households, persons, unusable)


def with_sizes(
    places: pl.DataFrame, households: pl.DataFrame, persons: pl.DataFrame
) -> pl.DataFrame:
    """`places` with the number of households and persons of each village.

    Households are sorted by village and persons by household: borders are looked up, not every row.
    """
    of_village = households["village"].to_numpy()
    of_household = persons["household"].to_numpy()
    homes = of_village.searchsorted(np.arange(places.height + 1, dtype=of_village.dtype))
    people = of_household.searchsorted(homes.astype(of_household.dtype))
    return places.with_columns(
        pl.Series("households", np.diff(homes), dtype=pl.UInt32),
        pl.Series("persons", np.diff(people), dtype=pl.UInt32),
    )


def check_link(
    source: ColumnarSource,
    refusals: Refusals,
    frame: pl.DataFrame,
    name: str,
    link: str,
    height: int,
) -> None:
    """Rows are sorted by what they belong to, which exists."""
    path = source.register_file(name)
    numbers = frame[link]
    if numbers.null_count():
        where = int(numbers.is_null().arg_true()[0]) + 1
        refusals.add(
            path, f"第 {where:,} 行为空", f"row {where:,} is blank",
            "每一行都要写明所属的行号(从 0 起)", "every row names the row it belongs to, from 0",
            column=link,
        )  # fmt: skip
        return
    values = numbers.to_numpy()
    if not len(values):
        if name == "persons":
            refusals.add(
                path, "没有一个人", "there is nobody in it",
                "重新导出台账", "export the register again",
            )  # fmt: skip
        return
    wrong = np.flatnonzero(values[1:] < values[:-1])
    if len(wrong):
        refusals.add(
            path,
            f"没有按 {link} 排序(第 {int(wrong[0]) + 2:,} 行)",
            f"the rows are not sorted by {link} (row {int(wrong[0]) + 2:,})",
            f"按 {link} 从小到大排序后重新导出；identity.parquet 须同样排序",
            f"sort by {link}, smallest first, and export again; identity.parquet in the same order",
            column=link,
        )
    if values.min() < 0 or values.max() >= height:
        refusals.add(
            path,
            f"{link} 超出范围：上一级只有 {height:,} 行(从 0 起)",
            f"{link} is out of range: the table above has {height:,} rows, counted from 0",
            "几个文件须来自同一次导出",
            "take the files from one and the same export",
            column=link,
        )


def check_filled(
    source: ColumnarSource, refusals: Refusals, frame: pl.DataFrame, name: str, column: str
) -> None:
    """Every row has a value."""
    if frame[column].null_count():
        where = int(frame[column].is_null().arg_true()[0]) + 1
        refusals.add(
            source.register_file(name), f"第 {where:,} 行为空", f"row {where:,} is blank",
            "补全编号后重新导出", "fill in the number and export again", column=column,
        )  # fmt: skip
