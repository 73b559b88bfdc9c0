"""Rows without a number about an invented population, with the person meant by each."""

import random
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.feeds.cell_kinds import CellKind
from fangpin.feeds.names_compared import folded
from fangpin.feeds.register import Identity, Register
from fangpin.feeds.rows import TypedRows, type_rows
from fangpin.feeds.tables import RawColumn, RawSheet, RecognisedTable, Table
from fangpin.kernel.place_codes import township_of
from fangpin.kernel.villages import Merger, Place, PlaceIndex
from fangpin.policy.pack import Pack
from fangpin.sample.labelled.people import Population, population
from fangpin.sample.labelled.slips import wrong_date, wrong_name

AS_OF = date(2021, 5, 31)
AREA = "529901"
"""An area code that is assigned to no place."""
CONTRACT = "disability_certificates"
"""A contract with every column below; nothing but these columns is delivered."""
HEADERS = {
    "name": "姓名",
    "id_number": "证件号码",
    "sex": "性别",
    "birth_date": "出生日期",
    "township": "乡镇",
    "village": "村",
    "phone": "联系电话",
    "head_name": "户主姓名",
}
NOBODY = -1
_NUMERALS = "〇一二三四五六七八九"


@dataclass(frozen=True)
class Slips:
    """Shares of the rows: outsiders (of all rows), and errors (each drawn independently).

    `old_village` of the rows from a village that was renamed or merged; `no_village` only the
    township is given; `no_birth`, `no_sex` left blank. `household` adds telephone and head of
    household to the rows: `phone` given, `phone_changed` of those, `head` given.
    """

    name: float = 0.18
    birth: float = 0.12
    sex: float = 0.002
    moved: float = 0.05
    old_village: float = 0.5
    outsiders: float = 0.10
    no_village: float = 0.0
    no_birth: float = 0.0
    no_sex: float = 0.0
    household: bool = False
    phone: float = 0.6
    phone_changed: float = 0.25
    head: float = 0.6
    head_wrong: float = 0.12


@dataclass
class LabelledSet:
    """`register` the invented register; `table` the rows as delivered (String, columns of
    `HEADERS`); `truth` dense person of each row, -1 for outsiders; `slips` the kinds of error in
    each row."""

    register: Register
    table: pl.DataFrame
    truth: NDArray[np.int64]
    slips: pl.Series

    def typed(self, pack: Pack) -> TypedRows:
        """The rows as an intake has them after typing."""
        size = self.table.height + 1
        headers = tuple(HEADERS[name] for name in self.table.columns)
        kinds = pl.Series([CellKind.text], dtype=pl.UInt8).new_from_index(0, size)
        columns = tuple(
            RawColumn(pl.concat([pl.Series([header]), self.table[name]]), kinds)
            for header, name in zip(headers, self.table.columns, strict=True)
        )
        sheet = RawSheet("无证件号.csv", "", False, columns, size)
        body = np.arange(2, size + 1, dtype=np.int64)
        table = Table(sheet, "", "", (1,), headers, body)
        mapping = {name: index for index, name in enumerate(self.table.columns)}
        recognised = RecognisedTable(table, pack.contracts[CONTRACT], mapping, {}, AS_OF)
        return type_rows(recognised, pack, AS_OF)


def labelled_set(
    seed: int, *, persons: int = 1_000_000, rows: int = 100_000, slips: Slips | None = None
) -> LabelledSet:
    """A register of about `persons` persons and `rows` rows without a number, all from `seed`.

    Outsiders belong to the same population but not to the register: half of them to households
    that are missing as a whole, half to registered households.
    """
    slips = slips or Slips()
    rng, dice = np.random.default_rng(seed), random.Random(seed)
    outside = int(rows * slips.outsiders)
    people = population(rng, persons + outside)
    away = _outsiders(rng, people, outside)
    dense = np.where(away, NOBODY, np.cumsum(~away) - 1)
    chosen = np.concatenate(
        [
            rng.choice(np.flatnonzero(away), min(outside, int(away.sum())), replace=False),
            rng.choice(np.flatnonzero(~away), rows - outside, replace=False),
        ]
    )
    chosen = rng.permutation(chosen)
    index = _places(people)
    register = _register(people, ~away, index)
    phones = _phones(people.household)
    table, kinds = _delivered(rng, dice, people, chosen, index, phones, slips)
    return LabelledSet(register, table, dense[chosen], kinds)


def _outsiders(rng: np.random.Generator, people: Population, wanted: int) -> NDArray[np.bool_]:
    away = np.zeros(people.size, dtype=np.bool_)
    homes = rng.permutation(people.household.max() + 1)
    sizes = np.bincount(people.household)
    gone = homes[np.cumsum(sizes[homes]) <= wanted // 2]
    away[np.isin(people.household, gone)] = True
    rest = np.flatnonzero(~away & ~people.head)
    away[rng.choice(rest, wanted - int(away.sum()), replace=False)] = True
    return away


def _name(number: int, kind: str) -> str:
    digits = "".join(_NUMERALS[int(digit)] for digit in str(number))
    return f"{digits}{kind}"


def _places(people: Population) -> PlaceIndex:
    """Every tenth village has an old name; every fortieth pair was merged under a new name."""
    places = []
    codes: list[str] = []
    for village, township in enumerate(people.township.tolist()):
        code = f"{AREA}{township + 100:03d}{village % 1000:03d}"
        former = (f"旧{_name(village, '村')}",) if village % 10 == 3 else ()
        codes.append(code)
        places.append(Place(code, _name(village, "村"), _name(township, "乡"), former))
    mergers = [
        Merger(f"合{_name(v, '村')}", _name(town, "乡"), (codes[v], codes[v + 1]))
        for v, town in enumerate(people.township[:-1].tolist())
        if v % 40 == 5 and people.township[v + 1] == town
    ]
    return PlaceIndex(places, mergers)


def _register(people: Population, inside: NDArray[np.bool_], index: PlaceIndex) -> Register:
    rows = np.flatnonzero(inside)
    homes, household = np.unique(people.household[rows], return_inverse=True)
    village = people.village[rows]
    first = np.searchsorted(people.household[rows], homes)
    name = people.name.gather(rows)
    nobody = pl.Series([None], dtype=pl.String).new_from_index(0, len(rows))
    villages = len(people.township)
    known = list(index.places.values())
    at_home = village[first]
    numbers = pl.Series(homes).cast(pl.String).str.zfill(8)
    person_numbers = pl.Series(rows).cast(pl.String).str.zfill(9)
    head = people.head[rows]
    # Identity numbers play no part here: no row carries one.
    identity = Identity(
        number=nobody,
        sent=nobody,
        name=name,
        folded=folded(name),
        birth_date=pl.Series(people.birth[rows]).cast(pl.Date),
        village=village.astype(np.int64),
        household=household.astype(np.int64),
        head=head,
        phone=_phones(people.household[rows]),
        file=pl.Series(["台账.xlsx"]).new_from_index(0, len(rows)),
        sheet=pl.Series(["人员"]).new_from_index(0, len(rows)),
        row=np.arange(2, len(rows) + 2, dtype=np.int64),
    )
    return Register(
        places=pl.DataFrame(
            {
                "code": [place.code for place in known],
                "name": [place.name for place in known],
                "township_code": [township_of(place.code) for place in known],
                "township": [place.township for place in known],
                "households": pl.Series(np.bincount(at_home, minlength=villages), dtype=pl.UInt32),
                "persons": pl.Series(np.bincount(village, minlength=villages), dtype=pl.UInt32),
            }
        ),
        households=pl.DataFrame(
            {"number": numbers, "village": pl.Series(at_home, dtype=pl.UInt32)}
        ),
        persons=pl.DataFrame(
            {
                "number": person_numbers,
                "household": pl.Series(household, dtype=pl.UInt32),
                "sex": pl.Series(people.male[rows]).replace_strict(
                    {True: "male", False: "female"}, return_dtype=pl.String
                ),
            }
        ),
        names=pl.DataFrame(
            {
                "household_number": numbers.gather(household),
                "person_number": person_numbers,
                "name": name,
                "head": pl.Series(head),
            }
        ),
        identity=identity,
        index=index,
        household_phone=nobody.head(len(homes)),
        townships=tuple(dict.fromkeys(place.township for place in known)),
        township_of_village=people.township.astype(np.int64),
    )


def _phones(household: NDArray[np.int64]) -> pl.Series:
    """One invented number per household (139 and its dense number)."""
    return "139" + pl.Series(household).cast(pl.String).str.zfill(8)


def _delivered(
    rng: np.random.Generator,
    dice: random.Random,
    people: Population,
    chosen: NDArray[np.int64],
    index: PlaceIndex,
    phones: pl.Series,
    slips: Slips,
) -> tuple[pl.DataFrame, pl.Series]:
    size = len(chosen)
    names = people.name.gather(chosen).to_list()
    births: list[date] = pl.Series(people.birth[chosen]).cast(pl.Date).to_list()
    kinds: list[list[str]] = [[] for _ in range(size)]
    for row in np.flatnonzero(rng.random(size) < slips.name).tolist():
        names[row], kind = wrong_name(dice, names[row])
        kinds[row].append(kind)
    for row in np.flatnonzero(rng.random(size) < slips.birth).tolist():
        births[row], kind = wrong_date(dice, births[row])
        kinds[row].append(kind)
    village = people.village[chosen].copy()
    for row in np.flatnonzero(rng.random(size) < slips.moved).tolist():
        village[row] = _moved(dice, int(village[row]), people.township)
        kinds[row].append("moved")
    known = list(index.places.values())
    merged = {part: merger for merger in _mergers(people) for part in merger[1]}
    sent: list[str] = []
    old = rng.random(size) < slips.old_village
    for row, place in enumerate(village.tolist()):
        named = known[place].name
        if old[row] and place in merged:
            named = merged[place][0]
            kinds[row].append("merged_village")
        elif old[row] and known[place].former_names:
            named = known[place].former_names[0]
            kinds[row].append("old_village")
        sent.append(named)
    male = people.male[chosen] ^ (rng.random(size) < slips.sex)
    columns = {
        "name": names,
        "id_number": pl.Series([None], dtype=pl.String).new_from_index(0, size),
        "sex": _some(rng, ["男" if m else "女" for m in male.tolist()], slips.no_sex),
        "birth_date": _some(rng, [day.isoformat() for day in births], slips.no_birth),
        "township": [known[place].township for place in village.tolist()],
        "village": _some(rng, sent, slips.no_village),
    }
    if slips.household:
        columns |= _of_household(rng, dice, people, chosen, phones, slips)
    return pl.DataFrame(columns, schema_overrides={"id_number": pl.String}), pl.Series(
        "slips", [",".join(found) for found in kinds]
    )


def _some(rng: np.random.Generator, values: list[str], blank: float) -> list[str | None]:
    """The values with a share of them left out."""
    drawn = rng.random(len(values)) < blank if blank else np.zeros(len(values), dtype=np.bool_)
    return [None if out else value for value, out in zip(values, drawn.tolist(), strict=True)]


def _of_household(
    rng: np.random.Generator,
    dice: random.Random,
    people: Population,
    chosen: NDArray[np.int64],
    phones: pl.Series,
    slips: Slips,
) -> dict[str, list[str | None]]:
    """Telephone and head's name of the rows."""
    sent = phones.gather(chosen).to_list()
    for row in np.flatnonzero(rng.random(len(chosen)) < slips.phone_changed).tolist():
        sent[row] = f"138{dice.randrange(10**8):08d}"
    leader = np.zeros(int(people.household.max()) + 1, dtype=np.int64)
    heads = np.flatnonzero(people.head)
    leader[people.household[heads]] = heads
    names = people.name.gather(leader[people.household[chosen]]).to_list()
    for row in np.flatnonzero(rng.random(len(chosen)) < slips.head_wrong).tolist():
        names[row], _ = wrong_name(dice, names[row])
    return {
        "phone": _some(rng, sent, 1 - slips.phone),
        "head_name": _some(rng, names, 1 - slips.head),
    }


def _mergers(people: Population) -> list[tuple[str, tuple[int, int]]]:
    towns = people.township
    return [
        (f"合{_name(v, '村')}", (v, v + 1))
        for v in range(len(towns) - 1)
        if v % 40 == 5 and towns[v + 1] == towns[v]
    ]


def _moved(dice: random.Random, village: int, township: NDArray[np.int64]) -> int:
    """Another village: half of those who move stay in the township."""
    near = np.flatnonzero(township == township[village])
    while True:
        if dice.random() < 0.5 and len(near) > 1:
            other = int(near[dice.randrange(len(near))])
        else:
            other = dice.randrange(len(township))
        if other != village:
            return other
