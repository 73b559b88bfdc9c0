"""One household as a snapshot of its own: the registry as of a day, and what a run was delivered.

Persons are those who are members on the day; their rows are found by their numbers, wherever they
lived when the run was made. Whom the run did not know, and whose delivery is missing, late or
quarantined in one of the villages concerned, is unknown there: absence of a row says nothing.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import polars as pl

from fangpin.engine.dependencies import Definitions, Deliveries, FeedKey
from fangpin.engine.snapshot import ELSEWHERE, Snapshot, table_of
from fangpin.exchange.columns import SheetName
from fangpin.exchange.register_as_of import households, persons, register_columns, told
from fangpin.feeds.completeness import overdue
from fangpin.kernel.place_codes import township_of
from fangpin.policy.language import nodes
from fangpin.policy.pack import Pack
from fangpin.registry.models import Household

_COVERAGE: Final[dict[str, Any]] = {
    "contract": pl.String, "period": pl.Date, "village": pl.UInt32, "status": pl.String,
}  # fmt: skip
_SUSPECTS: Final[dict[str, Any]] = {
    "contract": pl.String, "period": pl.Date, "person": pl.UInt32,
}  # fmt: skip
_LINKS: Final = ("_person", "_household", "_village")


@dataclass(frozen=True)
class Registered:
    """One row of `places` and of `households`, one of `persons` per member, by number."""

    places: pl.DataFrame
    households: pl.DataFrame
    persons: pl.DataFrame


def registered(household: int, pack: Pack, day: date) -> Registered:
    """The household as of a day. Raises Household.DoesNotExist when there is none."""
    columns = {
        sheet: register_columns(sheet, pack.contracts[f"{sheet}_register"], _wanted(pack, sheet))
        for sheet in ("household", "person")
        if f"{sheet}_register" in pack.contracts
    }
    homes = households(columns.get("household", {}), day, household)
    if not homes.height:
        raise Household.DoesNotExist(f"no household {household}")
    people = persons(columns.get("person", {}), day, household).sort("number")
    code = homes["code"][0] or ""
    town = township_of(code)
    zero = pl.lit(0, pl.UInt32)
    return Registered(
        places=pl.DataFrame(
            {"code": [code], "name": [code], "township_code": [town], "township": [town]}
        ),
        households=told(
            homes.with_columns(village=zero),
            "household", columns.get("household", {}), ("number", "village"),
        ),
        persons=told(
            people.with_columns(household=zero),
            "person", columns.get("person", {}), ("number", "household"),
        ),
    )  # fmt: skip


def _wanted(pack: Pack, sheet: SheetName) -> set[str]:
    return {
        fact.registry
        for fact in pack.facts.values()
        if fact.registry is not None and fact.subject == sheet
    }


def with_deliveries(
    own: Registered,
    pack: Pack,
    as_of: date,
    expressions: Collection[nodes.Node],
    folder: Path | None,
) -> Snapshot:
    """The household with the rows that `expressions` read of a run's `folder` (RUN/snapshot); None
    for no run: nothing was delivered. Raises OSError when the folder is gone."""
    if folder is None:
        return _snapshot(own, {}, _Doubts(), Deliveries.of(()), ((), ()))
    pieces = [_Piece.of(each, own) for each in _folders(folder)]
    deliveries = _deliveries(pieces)
    definitions = Definitions(pack, as_of, deliveries)
    wanted = {
        (contract, month)
        for node in expressions
        for contract, month in definitions.of_node(node).deliveries
        if month is not None
    }
    feeds = {
        key: pl.concat(found).unique(["_file", "_sheet", "_row"], maintain_order=True)
        for key in sorted(wanted & deliveries.delivered)
        if (found := [rows for each in pieces if (rows := each.rows(key)) is not None])
    }
    sources = json.loads((pieces[0].folder / "sources.json").read_text(encoding="utf-8"))
    doubts = _doubts(own, pieces, pack, as_of, deliveries)
    return _snapshot(own, feeds, doubts, deliveries, (sources["files"], sources["sheets"]))


def _folders(folder: Path) -> list[Path]:
    """The snapshot, or its parts."""
    if not (folder / "parts.json").is_file():
        return [folder]
    return sorted(each for each in (folder / "parts").iterdir() if each.is_dir())


@dataclass(frozen=True)
class _Piece:
    """A snapshot's folder with the rows there of the household, its village and its members:
    `persons` there → here; `home` and `village` None when they are not there; `villages`: of the
    household and of whoever is a member now; `numbers`: of the persons found."""

    folder: Path
    home: int | None
    village: int | None
    villages: frozenset[int]
    persons: dict[int, int]
    numbers: frozenset[str]

    @classmethod
    def of(cls, folder: Path, own: Registered) -> "_Piece":
        listed = own.persons["number"].to_list()
        here = {number: at for at, number in enumerate(listed)}
        people = (
            table_of(folder, "persons").select("number", "household").with_row_index("row")
            .filter(pl.col("number").is_in(listed)).collect()
        )  # fmt: skip
        homes = (
            table_of(folder, "households").select("number", "village").with_row_index("row")
            .filter(
                (pl.col("number") == own.households["number"][0])
                | pl.col("row").is_in(people["household"].unique().implode())
            ).collect()
        )  # fmt: skip
        place = (
            table_of(folder, "places").select("code").with_row_index("row")
            .filter(pl.col("code") == own.places["code"][0]).collect()
        )  # fmt: skip
        home = homes.filter(pl.col("number") == own.households["number"][0])
        village = place["row"][0] if place.height else None
        concerned = set(homes["village"].drop_nulls().to_list())
        return cls(
            folder=folder,
            home=home["row"][0] if home.height else None,
            village=village,
            villages=frozenset(concerned if village is None else concerned | {village}),
            persons={row: here[number] for row, number, _ in people.iter_rows()},
            numbers=frozenset(people["number"].to_list()),
        )

    def deliveries(self) -> Deliveries:
        """What there is, and what one knows should be."""
        sources = json.loads((self.folder / "sources.json").read_text(encoding="utf-8"))
        if "deliveries" in sources:
            return Deliveries.from_json(sources["deliveries"])
        delivered = []
        for path in (self.folder / "feeds").iterdir():
            contract, _, month = path.stem.partition("@")
            delivered.append((contract, date.fromisoformat(f"{month}-01")))
        gaps = table_of(self.folder, "coverage").select("contract", "period").unique().collect()
        return Deliveries.of(delivered, gaps.rows())

    def rows(self, key: FeedKey) -> pl.DataFrame | None:
        """The rows of a delivery about the household, its members or its village, with their
        numbers here; None where this piece has none of the delivery."""
        name = f"{key[0]}@{key[1]:%Y-%m}"
        if not any((self.folder / "feeds").glob(f"{name}.*")):
            return None
        mine = pl.col("_person").is_in(list(self.persons))
        if self.home is not None:
            # A row that names somebody who has left follows him.
            mine = mine | ((pl.col("_household") == self.home) & pl.col("_person").is_null())
        if self.village is not None:
            mine = mine | (pl.col("_village") == self.village)
        rows = table_of(self.folder / "feeds", name).filter(mine).collect()
        person = pl.col("_person").replace_strict(
            self.persons, default=ELSEWHERE, return_dtype=pl.UInt32
        )
        kind = {link: rows.schema[link] for link in _LINKS}
        person = pl.when(pl.col("_person").is_not_null()).then(person)
        return rows.with_columns(person.alias("_person").cast(kind["_person"])).with_columns(
            _here(pl.col("_person") < ELSEWHERE, "_household", self.home, kind["_household"]),
            _here(pl.lit(value=False), "_village", self.village, kind["_village"]),
        )


def _here(surely: pl.Expr, link: str, own: int | None, kind: Any) -> pl.Expr:
    """A link to the only household or village here: 0, to another: ELSEWHERE, to none: null."""
    same = surely if own is None else surely | (pl.col(link) == own)
    found = pl.when(same).then(pl.lit(0, pl.UInt32)).otherwise(pl.lit(ELSEWHERE, pl.UInt32))
    return pl.when(pl.col(link).is_not_null()).then(found).alias(link).cast(kind)


def _deliveries(pieces: list[_Piece]) -> Deliveries:
    found = [each.deliveries() for each in pieces]
    return Deliveries(
        frozenset().union(*(each.delivered for each in found)),
        frozenset().union(*(each.expected for each in found)),
    )


@dataclass(frozen=True)
class _Doubts:
    """Rows of `coverage` and of `suspects`."""

    coverage: tuple[tuple[str, date, int, str], ...] = ()
    suspects: tuple[tuple[str, date, int], ...] = ()


def _doubts(
    own: Registered, pieces: list[_Piece], pack: Pack, as_of: date, deliveries: Deliveries
) -> _Doubts:
    coverage: set[tuple[str, date, int, str]] = set()
    suspects: set[tuple[str, date, int]] = set()
    for each in pieces:
        gaps = table_of(each.folder, "coverage").filter(
            pl.col("village").is_in(list(each.villages))
        )
        for contract, period, status in (
            gaps.select("contract", "period", "status").unique().collect().iter_rows()
        ):
            coverage.add((contract, period, 0, status))
        doubtful = table_of(each.folder, "suspects").filter(
            pl.col("person").is_in(list(each.persons))
        )
        for contract, period, person in (
            doubtful.select("contract", "period", "person").collect().iter_rows()
        ):
            suspects.add((contract, period, each.persons[person]))
    met: set[str] = set().union(*(each.numbers for each in pieces))
    strangers = [at for at, number in enumerate(own.persons["number"]) if number not in met]
    settled = any(each.village is not None for each in pieces)
    known_home = any(each.home is not None for each in pieces)
    for contract, period in deliveries.delivered | deliveries.expected:
        suspects.update((contract, period, at) for at in strangers)
        about = pack.contracts.get(contract)
        if not settled or (not known_home and about is not None and about.subject == "household"):
            coverage.add((contract, period, 0, "partial"))
    coverage.update(_overdue(pack, as_of, deliveries))
    return _Doubts(tuple(sorted(coverage)), tuple(sorted(suspects)))


def _overdue(
    pack: Pack, as_of: date, deliveries: Deliveries
) -> Iterator[tuple[str, date, int, str]]:
    """The newest delivery of a contract may have grown too old since the run."""
    newest: dict[str, date] = {}
    for contract, period in deliveries.delivered | deliveries.expected:
        if period <= as_of:
            newest[contract] = max(period, newest.get(contract, period))
    for name, period in newest.items():
        if name in pack.contracts and overdue(pack.contracts[name], period, as_of) is not None:
            yield name, period, 0, "late"


def _snapshot(
    own: Registered,
    feeds: dict[FeedKey, pl.DataFrame],
    doubts: _Doubts,
    deliveries: Deliveries,
    sources: tuple[Collection[str], Collection[str]],
) -> Snapshot:
    return Snapshot(
        places=own.places,
        households=own.households,
        persons=own.persons,
        feeds=feeds,
        coverage=pl.DataFrame(list(doubts.coverage), schema=_COVERAGE, orient="row"),
        suspects=pl.DataFrame(list(doubts.suspects), schema=_SUSPECTS, orient="row"),
        files=tuple(sources[0]),
        sheets=tuple(sources[1]),
        known_deliveries=deliveries,
    )
