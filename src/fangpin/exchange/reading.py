"""A wide table as it was handed in → typed columns by field of the registry, and what was refused.

Two files with the same rows are the same here, whatever they are called, however they are sorted
and however many blanks stand behind the words.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from fangpin.exchange import columns as wide
from fangpin.exchange.cells import REMARKS, Cells
from fangpin.exchange.clearing import CLEARED
from fangpin.exchange.columns import SheetName
from fangpin.exchange.national_codes import NationalCodes
from fangpin.feeds.arrivals import Arrival, read_all
from fangpin.feeds.placing import resolved
from fangpin.feeds.rows import TypedRows
from fangpin.feeds.tables import Unrecognised
from fangpin.kernel.errors import FangpinError, Problem, Text, Where
from fangpin.kernel.hashing import frame_hash, value_hash
from fangpin.kernel.villages import PlaceIndex, resolve_series
from fangpin.registry.catalogue.load import catalogue

ROW: Final = ("_sheet", "_row")
_SHOWN: Final = 12
"""Headers that a refusal names."""
_PERIOD: Final = re.compile(r"收入周期[^0-9]*([0-9]{4})[^至到~—-]*[至到~—-]+\s*([0-9]{4})")
_YEARS: Final = re.compile(r"(收入|条件)年度[::]?\s*([0-9]{4})")


@dataclass(frozen=True)
class Years:
    """Which year incomes and living conditions of the file speak for, as far as it says so."""

    income: int | None = None
    conditions: int | None = None


@dataclass
class WideFile:
    """One file, read. Frames have `_sheet`, `_row` and one column per key that was delivered;
    `village` is the 12-digit code. `content` names what it says, whoever sends it in whatever
    order. `left_out` are headers that are no field of the registry."""

    file: str
    sha256: str
    households: pl.DataFrame
    persons: pl.DataFrame
    remarks: pl.DataFrame
    years: Years
    content: str
    left_out: tuple[str, ...] = ()
    rows: dict[str, int] = field(default_factory=dict)


def read_wide(path: Path, index: PlaceIndex, as_of: date, *, name: str = "") -> WideFile:
    """The household and person tables of one file. `name` is what the sender called it.

    Raises FangpinError when the file cannot be read or holds neither table.
    """
    codes = NationalCodes()
    arrival = read_all([path], wide.reading_pack(), as_of, prepare=codes)[0]
    if not arrival.typed and arrival.unrecognised:
        partial = read_all([path], wide.partial_pack(), as_of, prepare=codes)[0]
        arrival = partial if partial.typed else arrival
    file = name or arrival.file
    _refuse_unreadable(arrival, file)
    found: dict[SheetName, list[_Rows]] = {"household": [], "person": []}
    for typed in arrival.typed:
        sheet: SheetName = "household" if typed.contract.role == "household_register" else "person"
        found[sheet].append(_Rows.of(typed, sheet, index, arrival.format == "text"))
    persons = _together(found["person"])
    households = _together(found["household"])
    remarks = [part.remarks for rows in found.values() for part in rows]
    remarks += [codes.remarks(typed) for typed in arrival.typed]
    households, repeated = _with_repeated(households, found["person"])
    for frame, key in ((households, "household.number"), (persons, "person.number")):
        remarks.append(_repeated_keys(frame, key))
    households = _once(households, "household.number")
    persons = _once(persons, "person.number")
    remarks += [repeated, _unused_sheets(arrival)]
    years = _years(arrival, persons)
    return WideFile(
        file=file,
        sha256=arrival.sha256,
        households=households,
        persons=persons,
        remarks=pl.concat(remarks).sort("sheet", "row", maintain_order=True),
        years=years,
        content=_content(households, persons, years),
        left_out=_left_out(arrival),
        rows={sheet: sum(part.read for part in parts) for sheet, parts in found.items()},
    )


def _refuse_unreadable(arrival: Arrival, file: str) -> None:
    where = Where(file=file)
    if arrival.refused:
        remedies = [*arrival.remedies, *([None] * len(arrival.refused))]
        raise FangpinError(
            Problem(what, remedy or Text("重新导出后再试", "export it again"), where)
            for what, remedy in zip(arrival.refused, remedies, strict=False)
        )
    if not arrival.typed:
        if arrival.unrecognised:
            raise FangpinError(_neither(found, file) for found in arrival.unrecognised)
        raise FangpinError.because(
            "文件里没有户表或人表",
            "the file holds neither a household table nor a person table",
            do_zh="请用全国系统导出的户信息、人员信息，或本系统的模板",
            do_en="use the household and person export of the national system, or our template",
            where=where,
        )


def _neither(found: Unrecognised, file: str) -> Problem:
    """A table that is no wide table: what was found, and what it would need."""
    names = [header.rpartition("/")[2] for header in found.found]
    listed = "、".join(names[:_SHOWN]) + ("……" if len(names) > _SHOWN else "")
    what = Text(
        f"这既不是户表，也不是人表。找到的列：{listed}" if listed else "没有找到表头行",
        f"neither a household table nor a person table; columns found: {listed}"
        if listed
        else "no header row was found",
    )
    if found.nearest is None:
        remedy = Text(
            "请用全国系统导出的户信息、人员信息，或本系统的模板",
            "use the household and person export of the national system, or our template",
        )
    else:
        remedy = found.problem.remedy
    return Problem(what, remedy, Where(file, found.table.sheet.sheet or None))


@dataclass
class _Rows:
    """The usable rows of one table, and what is said of the others. `read` counts all of them."""

    frame: pl.DataFrame
    also: pl.DataFrame
    remarks: pl.DataFrame
    read: int

    @classmethod
    def of(cls, typed: TypedRows, sheet: SheetName, index: PlaceIndex, plain: bool) -> "_Rows":
        """`plain`: a text file, whose cells may carry the apostrophe of `write_text`."""
        table = Cells(typed, plain)
        refused = np.zeros(typed.size, dtype=np.bool_)
        place = resolved(typed, index)
        data = [
            pl.Series("_sheet", [typed.sheet], dtype=pl.String).new_from_index(0, typed.size),
            pl.Series("_row", typed.block.rows).cast(pl.Int64),
            place["code"].alias("village"),
        ]
        own = {each.read.name: each for each in wide.columns_of(sheet)}
        also: list[pl.Series] = []
        for column in typed.contract.columns:
            if column.name not in typed.block.text:
                continue
            if column.name in own:
                data.append(table.values(own[column.name]))
            elif column.name in _BESIDE:
                data.append(table.beside(column.name).alias(_BESIDE[column.name]))
            elif sheet == "person" and column.name in wide.by_key():
                also.append(table.values(wide.by_key()[column.name], own=False))
        data.append(table.cleared())
        refused |= table.refused
        odd = _at_odds(typed, index)
        # A table of a few columns need not say where the households live.
        if sheet == "household" and {"village", "township"} & set(typed.block.text):
            lost = place["code"].is_null().to_numpy() & ~typed.verdicts.rejected
            table.say(
                lost & odd, "village", "refused",
                lambda at: (
                    f"村区划代码与“{place['sent'][at] or ''}”不一致，不能确定是哪个村",
                    f"the village code does not fit “{place['sent'][at] or ''}”: nobody can tell "
                    "which village is meant",
                ),
            )  # fmt: skip
            table.say(
                lost & ~odd, "village", "refused",
                lambda at: (
                    f"区划中没有“{place['sent'][at] or ''}”这个村",
                    f"there is no village “{place['sent'][at] or ''}” in the list of places",
                ),
            )  # fmt: skip
            refused |= lost
        table.say(
            odd & ~refused, "village_code", "note",
            lambda at: (
                f"村区划代码与乡镇、村名不一致，归入 {place['code'][at]}",
                f"the village code does not fit the names; taken to be {place['code'][at]}",
            ),
        )  # fmt: skip
        key = "person.number" if sheet == "person" else "household.number"
        frame = _parts_joined(pl.DataFrame(data))
        blank = frame[key].is_null().to_numpy() if key in frame.columns else ~refused
        header = wide.by_key()[key].header
        table.say(
            blank & ~typed.verdicts.rejected, key, "refused",
            lambda at: (f"“{header}”为空", f"“{header}” is blank"),
        )  # fmt: skip
        used = ~(refused | blank | typed.verdicts.rejected)
        keep = pl.Series(used)
        extra = _parts_joined(pl.DataFrame([*data[:3], *also, *_household_of(frame)]))
        return cls(frame.filter(keep), extra.filter(keep), table.remarks(), typed.size)


def _at_odds(typed: TypedRows, index: PlaceIndex) -> np.ndarray:
    """Rows whose village code and village name mean different places, or whose code means none. A
    code that the place had before means it still."""
    given = typed.values
    if "village_code" not in given or "village" not in given:
        return np.zeros(typed.size, dtype=np.bool_)
    named = {name: given[name] for name in ("township", "village") if name in given}
    by_name = resolve_series(index, **named)["place_code"]
    by_code = resolve_series(index, code=given["village_code"])["place_code"]
    written = given["village_code"].is_not_null() & by_name.is_not_null()
    return (written & by_code.ne_missing(by_name)).to_numpy()


_BESIDE: Final = {
    "household_number": "membership.household",
    "head_person_number": "_head_person",
    "head_name": "_head_name",
    "hamlet": "_hamlet",
    wide.YEAR: "_year",
}
"""Columns that are no fields themselves, by what they are called in a frame."""


def _household_of(frame: pl.DataFrame) -> list[pl.Series]:
    name = "membership.household"
    return [frame[name]] if name in frame.columns else []


def _parts_joined(frame: pl.DataFrame) -> pl.DataFrame:
    """Numbered columns of one field (risk 1, risk 2 …) as one column of codes."""
    parts: dict[str, list[str]] = {}
    for name in frame.columns:
        base, numbered, _ = name.partition("#")
        if numbered:
            parts.setdefault(base, []).append(name)
    joined = [
        pl.concat_list(names).list.drop_nulls().list.unique(maintain_order=True).list.join(",")
        .replace("", None).alias(base)
        for base, names in parts.items()
    ]  # fmt: skip
    return frame.with_columns(joined).drop(name for names in parts.values() for name in names)


def _together(parts: Sequence[_Rows]) -> pl.DataFrame:
    """The rows of several sheets of one kind under each other."""
    if not parts:
        return pl.DataFrame(schema={"_sheet": pl.String, "_row": pl.Int64, "village": pl.String})
    return pl.concat([part.frame for part in parts], how="diagonal")


def _with_repeated(
    households: pl.DataFrame, parts: Sequence[_Rows]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Households with what only the person table says of them; remarks where members differ."""
    link = "membership.household"
    frames = [part.also for part in parts if link in part.also.columns]
    nothing = pl.DataFrame(schema=REMARKS)
    if not frames:
        return households, nothing
    every = pl.concat(frames, how="diagonal").drop_nulls(link)
    keys = [n for n in every.columns if "." in n and n != link and n not in households.columns]
    if households.height and not keys:
        return households, nothing
    said = [
        pl.when(pl.col(key).drop_nulls().n_unique() <= 1)
        .then(pl.col(key).drop_nulls().first())
        .alias(key)
        for key in keys
    ]
    differ = [(pl.col(key).drop_nulls().n_unique() > 1).alias(f"!{key}") for key in keys]
    first = [pl.col(name).first() for name in ROW]
    village = pl.col("village").drop_nulls().first()
    grouped = every.group_by(link, maintain_order=True).agg(*first, village, *said, *differ)
    remarks = [nothing]
    for key in keys:
        column = wide.by_key().get(key)
        label = column.label if column else Text(key, key)
        remarks.append(
            grouped.filter(pl.col(f"!{key}")).select(
                pl.col("_sheet").alias("sheet"),
                pl.col("_row").alias("row"),
                column=pl.lit(column.header if column else key),
                kind=pl.lit("cell"),
                zh=pl.format(f"户 {{}} 各成员行的“{label.zh}”不一致，不采用", link),
                en=pl.format(f"members of household {{}} say different things of {label.en}", link),
            )
        )
    grouped = grouped.drop(f"!{key}" for key in keys).rename({link: "household.number"})
    if households.height:
        extra = grouped.drop(*ROW, "village")
        return households.join(
            extra, on="household.number", how="left", maintain_order="left"
        ), pl.concat(remarks)
    return grouped, pl.concat(remarks)


def _repeated_keys(frame: pl.DataFrame, key: str) -> pl.DataFrame:
    """Remarks on rows that share a number: none of them is used."""
    if key not in frame.columns:
        return pl.DataFrame(schema=REMARKS)
    header = wide.by_key()[key].header
    again = frame.filter(pl.col(key).is_duplicated()).with_columns(
        pl.col("_row").cast(pl.String).str.join("、").over(key).alias("rows")
    )
    return again.select(
        pl.col("_sheet").alias("sheet"),
        pl.col("_row").alias("row"),
        column=pl.lit(header),
        kind=pl.lit("refused"),
        zh=pl.format(
            f"“{header}”{{}} 出现多次（第 {{}} 行），内容不同，不能判断以哪行为准", key, "rows"
        ),
        en=pl.format("{} stands in several rows ({}) with other content", key, "rows"),
    )


def _once(frame: pl.DataFrame, key: str) -> pl.DataFrame:
    return frame.filter(~pl.col(key).is_duplicated()) if key in frame.columns else frame


def _years(arrival: Arrival, persons: pl.DataFrame) -> Years:
    """What title lines say of the period; else the year that most rows carry."""
    text = "\n".join(table.block.recognised.table.title for table in arrival.typed)
    named = {what: int(year) for what, year in _YEARS.findall(text)}
    period = _PERIOD.search(text)
    common: int | None = None
    if "_year" in persons.columns:
        counted = Counter(persons["_year"].drop_nulls().to_list())
        common = counted.most_common(1)[0][0] if counted else None
    income = named.get("收入") or (int(period[2]) if period else None) or common
    return Years(income, named.get("条件") or common)


def _content(households: pl.DataFrame, persons: pl.DataFrame, years: Years) -> str:
    """One hash for what the file says."""
    parts = {}
    for name, frame, key in (
        ("households", households, "household.number"),
        ("persons", persons, "person.number"),
    ):
        told = frame.select(sorted(set(frame.columns) - {*ROW}))
        if CLEARED in told.columns and told[CLEARED].null_count() == told.height:
            told = told.drop(CLEARED)
        parts[name] = frame_hash(told.sort(key) if key in told.columns else told)
    return value_hash({**parts, "income": years.income, "conditions": years.conditions})


def _unused_sheets(arrival: Arrival) -> pl.DataFrame:
    """A remark for each sheet of which nothing was taken; row 0 = all of it."""
    unused = [sheet for sheet in arrival.sheets if not sheet.used and sheet.rows]
    return pl.DataFrame(
        {
            "sheet": [sheet.sheet for sheet in unused],
            "row": [0] * len(unused),
            "column": [""] * len(unused),
            "kind": ["note" if sheet.sheet in wide.HELP_SHEETS else "refused" for sheet in unused],
            "zh": [f"整张工作表未导入：{sheet.why.zh}" for sheet in unused],
            "en": [f"nothing of this sheet is taken: {sheet.why.en}" for sheet in unused],
        },
        schema=REMARKS,
    )


def _left_out(arrival: Arrival) -> tuple[str, ...]:
    """Headers that are no field of the registry; how many live there is counted, not taken."""
    counted = set(catalogue().fields["household.members"].national)
    found: list[str] = []
    for typed in arrival.typed:
        recognised = typed.block.recognised
        used = set(recognised.mapping.values())
        headers = recognised.table.headers
        found += [h.rpartition("/")[2] for at, h in enumerate(headers) if h and at not in used]
    return tuple(header for header in dict.fromkeys(found) if header not in counted)
