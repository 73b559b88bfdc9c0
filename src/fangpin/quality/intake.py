"""Exports → a snapshot: the register export is the register, the others are deliveries.

Every row is kept. A row without household number is a household of its own; rows of the other
exports belong to the person with their person number, else with their document number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from fangpin.engine.snapshot import FeedKey, Snapshot
from fangpin.kernel.errors import FangpinError, Problem, Text, Where
from fangpin.policy.pack import Contract, Pack
from fangpin.quality.sheets import ExportSheet
from fangpin.quality.tested import typed

PLACE = ("county", "township", "village")
_COVERAGE = {
    "contract": pl.String,
    "period": pl.Date,
    "village": pl.UInt32,
    "status": pl.String,
    "reason_zh": pl.String,
    "reason_en": pl.String,
}
_SUSPECTS = {"contract": pl.String, "period": pl.Date, "person": pl.UInt32}


@dataclass(frozen=True)
class Exports:
    """`snapshot` with, beside it, where each row of the register stands in what was sent:
    `persons` and `households` have `_file _sheet _row`, the numbers as sent and the name of the
    person or head, `villages` `_file _row` (null without a row of its own), each in the order of
    the snapshot. `strangers`: rows of the other exports that
    name nobody in the register, by contract; `titles`: what each export is called.
    """

    snapshot: Snapshot
    persons: pl.DataFrame
    households: pl.DataFrame
    villages: pl.DataFrame
    strangers: dict[str, int]
    missing_columns: dict[str, tuple[str, ...]]
    titles: dict[str, str]


def take_in(pack: Pack, sheets: Sequence[ExportSheet], as_of: date) -> Exports:
    """The exports as one snapshot. Raises FangpinError when there is no register export, or one
    that does not tell which persons are one household."""
    roles = {contract.role: contract for contract in pack.contracts.values()}
    register = register_of(sheets)
    files = tuple(dict.fromkeys(each.file for each in sheets))
    names = tuple(dict.fromkeys(each.sheet for each in sheets))
    texts = _texts(register, files, names)
    villages_sent = [each for each in sheets if each.contract.subject == "village"]
    places = _places([texts, *(_texts([each], files, names) for each in villages_sent)])
    texts = _numbered(texts, places)
    household_texts = _texts(
        [each for each in sheets if each.contract.role == "household_register"], files, names
    )
    rows = texts.select("_file", "_sheet", "_row", "_household")
    household_texts = rows.join(
        household_texts, on=["_file", "_sheet", "_row"], how="left", maintain_order="left"
    )
    # A column that was not sent is no column of blanks: nothing may be asked of it.
    person_columns = _sent(texts, register)
    persons = typed(pack, roles["person_register"], texts.select(person_columns))
    first = pl.int_range(pl.len(), dtype=pl.UInt32).over("_household") == 0
    households = typed(pack, roles["household_register"], household_texts.filter(first))
    persons_ = persons.with_columns(
        number=texts["person_number"].fill_null(""), household=pl.col("_household")
    )
    of_households = texts.filter(first)
    households_ = households.with_columns(
        number=of_households["household_number"].fill_null(""), village=of_households["_village"]
    )
    period = as_of.replace(day=1)
    feeds: dict[FeedKey, pl.DataFrame] = {}
    strangers: dict[str, int] = {}
    for contract in pack.contracts.values():
        own = [each for each in sheets if each.contract is contract]
        if contract.role != "feed" or not own:
            continue
        rows_sent = _texts(own, files, names)
        sent = typed(pack, contract, rows_sent.select(_sent(rows_sent, own)))
        linked = _linked(contract, sent, texts, places)
        strangers[contract.name] = int(linked["_stranger"].sum())
        feeds[contract.name, period] = linked.drop("_stranger")
    kept = (*_registry(pack, "person"), "number", "household")
    kept_of = (*_registry(pack, "household"), "number", "village")
    where = ["_file", "_sheet", "_row", "household_number"]
    heads = _heads(persons_, _column(texts, "name"), households_.height)
    return Exports(
        Snapshot(
            places=places.select(
                code="code", name="village", township_code="township", township=_township(places)
            ),
            households=households_.select(
                [name for name in dict.fromkeys(kept_of) if name in households_.columns]
            ),
            persons=persons_.select(
                [name for name in dict.fromkeys(kept) if name in persons_.columns]
            ),
            feeds=feeds,
            coverage=pl.DataFrame(schema=_COVERAGE),
            suspects=pl.DataFrame(schema=_SUSPECTS),
            files=files,
            sheets=names,
        ),
        texts.select(*where, "person_number", name=_column(texts, "name")),
        of_households.select(*where, head=heads),
        _village_rows(pack, feeds, places.height),
        strangers,
        _missing(pack, sheets),
        {each.name: each.titles[0] for each in pack.contracts.values()},
    )


def register_of(sheets: Sequence[ExportSheet]) -> list[ExportSheet]:
    """The register exports among the sheets. Raises FangpinError without any, and without
    household numbers: every rule about households would be asked of single persons."""
    register = [each for each in sheets if each.contract.role == "person_register"]
    if not register:
        raise FangpinError.because(
            "没有找到监测对象信息导出表",
            "there is no register export (监测对象信息)",
            do_zh="把五张导出表放在一个文件夹里，或把监测对象信息.xlsx写在命令里",
            do_en="name the folder of the exports, or the workbook 监测对象信息.xlsx",
        )
    without = [each for each in register if "household_number" not in each.frame.columns]
    if without:
        raise FangpinError(_no_household_number(each) for each in without)
    return register


def _no_household_number(sheet: ExportSheet) -> Problem:
    return Problem(
        Text(
            "监测对象信息里没有“户编号”一列，分不清哪些人是一户",
            "the register export has no column 户编号, so nobody can tell who is one household",
        ),
        Text("重新导出，保留“户编号”一列", "export it again with the column 户编号"),
        Where(sheet.file, sheet.sheet or None),
    )


def _sent(texts: pl.DataFrame, sheets: Sequence[ExportSheet]) -> list[str]:
    """Columns of the texts but those that no sheet has and `_texts` has added."""
    known = {name for each in sheets for name in each.frame.columns}
    return [name for name in texts.columns if name.startswith("_") or name in known]


def _village_rows(pack: Pack, feeds: Mapping[FeedKey, pl.DataFrame], size: int) -> pl.DataFrame:
    """Where each village stands in the village export."""
    every = pl.DataFrame({"_village": pl.int_range(size, dtype=pl.UInt32, eager=True)})
    for (contract, _), frame in feeds.items():
        if pack.contracts[contract].subject == "village":
            rows = frame.select("_village", "_file", "_row").drop_nulls("_village")
            first = rows.unique("_village", keep="first", maintain_order=True)
            return every.join(first, on="_village", how="left", maintain_order="left")
    return every.with_columns(
        _file=pl.lit(None, dtype=pl.UInt16), _row=pl.lit(None, dtype=pl.UInt32)
    )


def _column(texts: pl.DataFrame, name: str) -> pl.Series:
    """A column of texts, empty where it was not sent."""
    if name in texts.columns:
        return texts[name]
    return pl.Series(name, [None] * texts.height, dtype=pl.String)


def _heads(persons: pl.DataFrame, names: pl.Series, households: int) -> pl.Series:
    """The name of the first head of each household."""
    if "relation" not in persons.columns:
        return pl.Series([None] * households, dtype=pl.String)
    named = persons.select("_household", name=names).filter(persons["relation"] == "head")
    first = named.unique("_household", keep="first", maintain_order=True)
    every = pl.DataFrame({"_household": pl.int_range(households, dtype=pl.UInt32, eager=True)})
    return every.join(first, on="_household", how="left", maintain_order="left")["name"]


def _registry(pack: Pack, subject: str) -> list[str]:
    """Columns of the register that facts read."""
    return [
        fact.registry
        for fact in pack.facts.values()
        if fact.registry is not None and fact.subject == subject
    ]


def _missing(pack: Pack, sheets: Sequence[ExportSheet]) -> dict[str, tuple[str, ...]]:
    """Headers that no sheet of a contract has; contracts without any sheet map to ()."""
    missing: dict[str, tuple[str, ...]] = {}
    for contract in pack.contracts.values():
        own = [set(each.missing()) for each in sheets if each.contract is contract]
        if not own:
            missing[contract.name] = ()
            continue
        lacking = set.intersection(*own)
        ordered = [each.headers[0] for each in contract.columns if each.headers]
        if lacking:
            missing[contract.name] = tuple(header for header in ordered if header in lacking)
    return missing


def _texts(
    sheets: Sequence[ExportSheet], files: tuple[str, ...], names: tuple[str, ...]
) -> pl.DataFrame:
    """The rows of several sheets of one contract under each other, with where they stand."""
    frames = [
        each.frame.with_columns(
            _file=pl.lit(files.index(each.file), dtype=pl.UInt16),
            _sheet=pl.lit(names.index(each.sheet), dtype=pl.UInt16),
        )
        for each in sheets
    ]
    together = pl.concat(frames, how="diagonal")
    missing = [
        pl.lit(None, dtype=pl.String).alias(name)
        for name in (*PLACE, "household_number", "person_number", "id_number")
        if name not in together.columns and sheets[0].contract.column(name) is not None
    ]
    return together.with_columns(missing)


def _places(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Every village that an export names, sorted, with its number."""
    named = [
        frame.select(pl.col(name).fill_null("") if name in frame.columns else pl.lit("").alias(name)
                     for name in PLACE)
        for frame in frames
    ]  # fmt: skip
    places = pl.concat(named).unique().sort(PLACE)
    code = pl.concat_str(PLACE, separator="/")
    return places.with_columns(code=code).with_row_index("_village")


def _township(places: pl.DataFrame) -> pl.Series:
    """What a township is called: with its county, when the exports are of several counties."""
    if places["county"].replace("", None).drop_nulls().n_unique() < 2:
        return places["township"]
    return places["county"] + places["township"]


def _numbered(texts: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """The register sorted by village, household and person, with `_village` and `_household`."""
    filled = texts.with_columns(pl.col(name).fill_null("") for name in PLACE)
    placed = filled.join(places.drop("code"), on=PLACE, how="left", maintain_order="left")
    alone = pl.concat_str(pl.lit("\0"), pl.col("_file"), pl.lit(" "), pl.col("_row"))
    key = pl.col("household_number").fill_null(alone)
    placed = placed.with_columns(_key=key)
    # A household spread over two villages stands where its first row does.
    placed = placed.with_columns(pl.col("_village").first().over("_key"))
    ordered = placed.sort(["_village", "_key", "person_number", "_file", "_row"], nulls_last=True)
    return ordered.with_columns(_household=(pl.col("_key").rle_id())).drop("_key")


def _linked(
    contract: Contract, sent: pl.DataFrame, register: pl.DataFrame, places: pl.DataFrame
) -> pl.DataFrame:
    """Rows of another export with `_person`, `_household`, `_village`."""
    if contract.subject == "village":
        filled = sent.with_columns(_column(sent, name).fill_null("") for name in PLACE)
        found = filled.join(places.drop("code"), on=PLACE, how="left", maintain_order="left")
        nobody = pl.lit(None, dtype=pl.UInt32)
        linked = found.with_columns(_person=nobody, _household=nobody)
        return linked.with_columns(_stranger=pl.col("_village").is_null())
    person = _first_of(register, "person_number", sent)
    person = person.fill_null(_first_of(register, "id_number", sent))
    household = register["_household"].gather(person)
    by_number = _first_of(register, "household_number", sent)
    household = household.fill_null(register["_household"].gather(by_number))
    if contract.subject == "household":
        person = pl.Series([None] * sent.height, dtype=pl.UInt32)
    stranger = (household if contract.subject == "household" else person).is_null()
    return sent.with_columns(
        _person=person,
        _household=household,
        _village=pl.lit(None, dtype=pl.UInt32),
        _stranger=stranger,
    )


def _first_of(register: pl.DataFrame, name: str, sent: pl.DataFrame) -> pl.Series:
    """The first row of the register that has the same text in a column."""
    if name not in sent.columns:
        return pl.Series([None] * sent.height, dtype=pl.UInt32)
    rows = register.select(pl.col(name)).with_row_index("_at")
    first = rows.drop_nulls().unique(name, keep="first")
    return sent.select(name).join(first, on=name, how="left", maintain_order="left")["_at"]
