"""The layout of a columnar source, and why one is refused.

SOURCE/register/places.parquet       row = village: code, name, township_code, township
SOURCE/register/households.parquet   number, village (row of places) and the register's columns
SOURCE/register/persons.parquet      number, household (row of households) and the same
SOURCE/register/identity.parquet     id_number, one per row of persons; never copied into a run
SOURCE/feeds/<contract>@<yyyy-mm>.parquet   the contract's columns, typed; id_number or village_code
SOURCE/coverage.parquet              optional: contract, period, village_code, status, reasons

Money is whole fen, `number` ten-thousandths, both Int64. Only columns that a fact of the pack reads
are ever opened.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from fangpin.engine.dependencies import Deliveries, FeedKey
from fangpin.feeds.columnar.refusals import Refusals
from fangpin.feeds.frames import feed_columns, named_by_facts
from fangpin.policy.pack import Contract, ContractColumn, Fact, Pack
from fangpin.policy.record import Domain

REGISTER: Final = ("places", "households", "persons", "identity")
_OWN: Final = {
    "places": {"code": "text", "name": "text", "township_code": "text", "township": "text"},
    "households": {"number": "text", "village": "row"},
    "persons": {"number": "text", "household": "row"},
    "identity": {"id_number": "text"},
}
_COVERAGE: Final = {
    "contract": "code", "period": "date", "village_code": "text", "status": "code",
    "reason_zh": "code", "reason_en": "code",
}  # fmt: skip
_NAME: Final = re.compile(r"(?P<contract>[a-z_][a-z0-9_]*)@(?P<month>[0-9]{4}-(?:0[1-9]|1[0-2]))")
_WHOLE: Final = (
    pl.Int8, pl.Int16, pl.Int32, pl.Int64, pl.UInt8, pl.UInt16, pl.UInt32,
)  # fmt: skip
_TEXTS: Final = (pl.String, pl.Categorical, pl.Enum)
ACCEPTED: Final[dict[str, tuple[type[pl.DataType], ...]]] = {
    "text": (pl.String,),
    "row": (*_WHOLE, pl.UInt64),
    "code": _TEXTS,
    "bool": (pl.Boolean,),
    "date": (pl.Date,),
    "month": (pl.Date,),
    **dict.fromkeys(("integer", "number", "money", "money_text"), _WHOLE),
}
"""Types of a Parquet column for every type of a contract column; all others are texts."""


@dataclass(frozen=True)
class DeliveredFile:
    """One delivery: the contract's columns to read, and the column that says whom a row is about
    (`id_number`, `village_code`, or none for tables about nobody)."""

    contract: Contract
    period: date
    path: Path
    rows: int
    columns: tuple[ContractColumn, ...]
    about: str | None

    @property
    def key(self) -> FeedKey:
        """Contract and month."""
        return self.contract.name, self.period


@dataclass(frozen=True)
class RegisterColumn:
    """A column of the register that a fact reads: its type and vocabulary as the fact says."""

    name: str
    type: str
    codes: str | None
    domain: Domain | None = None


@dataclass(frozen=True)
class ColumnarSource:
    """A source whose files are there and fit. `register` and `deliveries` name files to be read;
    `unread` deliveries that no fact asks for; `future` those of months after the screening."""

    folder: Path
    register: dict[str, tuple[RegisterColumn, ...]]
    heights: dict[str, int]
    deliveries: tuple[DeliveredFile, ...]
    unread: tuple[DeliveredFile, ...]
    future: tuple[DeliveredFile, ...]
    coverage: pl.DataFrame | None

    def register_file(self, name: str) -> Path:
        """One of the four files of the register."""
        return self.folder / "register" / f"{name}.parquet"

    @property
    def files(self) -> list[Path]:
        """Every file that takes part, in order of name within the source."""
        found = [self.register_file(name) for name in REGISTER]
        found += [each.path for each in (*self.deliveries, *self.unread, *self.future)]
        if self.coverage is not None:
            found.append(self.folder / "coverage.parquet")
        return sorted(found)

    def name_of(self, path: Path) -> str:
        """How a file is called in evidence and lists."""
        return path.relative_to(self.folder).as_posix()


def is_columnar(source: object) -> bool:
    """Whether a path is such a folder (a `register` folder with one of its Parquet files)."""
    if not isinstance(source, str | Path):
        return False
    return any((Path(source) / "register" / f"{name}.parquet").is_file() for name in REGISTER)


def open_source(folder: Path, pack: Pack, as_of: date) -> ColumnarSource:
    """What is there, checked by the files' schemas; nothing else is read yet.

    FangpinError with everything that does not fit: missing or damaged files, unknown contracts,
    missing columns, wrong types, identity rows that are not those of the persons.
    """
    refusals = Refusals(folder)
    register = register_columns(pack)
    heights: dict[str, int] = {}
    for name in REGISTER:
        path = folder / "register" / f"{name}.parquet"
        schema = refusals.schema(path)
        if schema is None:
            continue
        for column, kind in _OWN[name].items():
            refusals.column(path, schema, column, ACCEPTED[kind], required=True)
        for declared in register.get(name, ()):
            refusals.column(path, schema, declared.name, accepted(declared.type), required=False)
        register[name] = tuple(each for each in register.get(name, ()) if each.name in schema)
        heights[name] = refusals.height(path)
    if "persons" in heights and "identity" in heights:
        refusals.same_height(folder / "register", heights["persons"], heights["identity"])
    coverage = _coverage(folder / "coverage.parquet", pack, refusals)
    files = list(_deliveries(folder, pack, refusals))
    refusals.raise_if_any()
    month = as_of.replace(day=1)
    future = tuple(each for each in files if each.period > month)
    read = _read_by_facts(files, coverage, pack, as_of)
    return ColumnarSource(
        folder,
        register,
        heights,
        tuple(each for each in files if each.key in read),
        tuple(each for each in files if each.key not in read and each.period <= month),
        future,
        coverage,
    )


def accepted(type_: str) -> tuple[type[pl.DataType], ...]:
    """Parquet types for a contract's or fact's type."""
    kind = "code" if type_.startswith("code") else type_
    return ACCEPTED.get(kind, (pl.String, pl.Categorical, pl.Enum))


def register_columns(pack: Pack) -> dict[str, tuple[RegisterColumn, ...]]:
    """By table of the register, the columns that facts of the pack read."""
    tables = {"household": "households", "person": "persons", "village": "places"}
    found: dict[str, dict[str, RegisterColumn]] = {}
    for fact in pack.facts.values():
        if fact.registry is not None:
            declared = RegisterColumn(
                fact.registry, fact.type, fact.codes, _domain(fact, _register_column(fact, pack))
            )
            found.setdefault(tables[fact.subject], {}).setdefault(fact.registry, declared)
    return {table: tuple(columns.values()) for table, columns in found.items()}


def _register_column(fact: Fact, pack: Pack) -> ContractColumn | None:
    for contract in pack.contracts.values():
        if contract.role == f"{fact.subject}_register":
            return contract.column(fact.registry or "")
    return None


def _domain(fact: Fact, column: ContractColumn | None) -> Domain | None:
    """A value outside is unknown, as in a workbook."""
    if fact.type not in ("integer", "number", "money"):
        return None
    return column.domain if column is not None else fact.domain


def read_columns(contract: Contract, pack: Pack) -> tuple[ContractColumn, ...]:
    """The contract's columns that a fact of the pack reads."""
    named = named_by_facts(contract, pack) & set(feed_columns(contract, pack))
    return tuple(each for each in contract.columns if each.name in named)


def _deliveries(folder: Path, pack: Pack, refusals: Refusals) -> Iterator[DeliveredFile]:
    for path in sorted((folder / "feeds").glob("*.parquet")):
        match = _NAME.fullmatch(path.stem)
        contract = pack.contracts.get(match["contract"]) if match else None
        if match is None or contract is None or contract.role != "feed":
            refusals.unknown_contract(path, match["contract"] if match else None, pack)
            continue
        schema = refusals.schema(path)
        if schema is None:
            continue
        about = _about(contract, schema)
        if about is not None:
            refusals.column(path, schema, about, ACCEPTED["text"], required=True)
        columns = []
        for column in read_columns(contract, pack):
            refusals.column(path, schema, column.name, accepted(column.type), column.required)
            if column.name in schema:
                columns.append(column)
        period = date.fromisoformat(f"{match['month']}-01")
        yield DeliveredFile(
            contract, period, path, refusals.height(path), tuple(columns), about
        )  # fmt: skip


def _about(contract: Contract, schema: pl.Schema) -> str | None:
    """The column that says whom or what a row is about."""
    if contract.subject == "village":
        return "village_code"
    if contract.subject == "none":
        return next((name for name in ("id_number", "village_code") if name in schema), None)
    return "id_number"


def _read_by_facts(
    files: Iterable[DeliveredFile], coverage: pl.DataFrame | None, pack: Pack, as_of: date
) -> set[FeedKey]:
    expected = () if coverage is None else coverage.select("contract", "period").unique().rows()
    deliveries = Deliveries.of((each.key for each in files), expected)
    read = {
        deliveries.read_by(fact, as_of) for fact in pack.facts.values() if fact.feed is not None
    }
    return {key for key in read if key is not None}


def _coverage(path: Path, pack: Pack, refusals: Refusals) -> pl.DataFrame | None:
    if not path.exists():
        return None
    schema = refusals.schema(path)
    if schema is None:
        return None
    for column, kind in _COVERAGE.items():
        refusals.column(path, schema, column, ACCEPTED[kind], required=True)
    if refusals.problems:
        return None
    found = pl.read_parquet(path, columns=list(_COVERAGE)).with_columns(
        pl.col("contract", "status", "reason_zh", "reason_en").cast(pl.String),
        pl.col("period").dt.month_start(),
    )
    refusals.coverage(path, found, pack)
    return found
