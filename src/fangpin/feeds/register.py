"""Household and person sheets → places, households and persons with dense numbers.

What identifies people (numbers, names, phones) stays in `Identity`, in memory, for linking only.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.feeds.names_compared import folded
from fangpin.feeds.placing import area_names, place_index
from fangpin.feeds.register_rows import (
    check_households,
    household_rows,
    person_rows,
    register_columns,
)
from fangpin.feeds.rows import TypedRows
from fangpin.feeds.values import dtype_of
from fangpin.kernel.errors import FangpinError
from fangpin.kernel.place_codes import township_of
from fangpin.kernel.villages import PlaceIndex
from fangpin.policy.pack import Contract, Pack

HEAD_WORD = "户主"


@dataclass
class Identity:
    """Who the registered persons are; n persons in dense order. Never written to disk.

    `number` normalised, null when unusable; `sent` the number as it was sent; `folded` the name in
    the form in which names are joined; `file`, `sheet`, `row` where the person is registered.
    """

    number: pl.Series
    sent: pl.Series
    name: pl.Series
    folded: pl.Series
    birth_date: pl.Series
    village: NDArray[np.int64]
    household: NDArray[np.int64]
    head: NDArray[np.bool_]
    phone: pl.Series
    file: pl.Series
    sheet: pl.Series
    row: NDArray[np.int64]

    @property
    def size(self) -> int:
        return self.number.len()


@dataclass
class Register:
    """The registry of one intake. Frames as in docs/architecture.md (Intake).

    `townships` names in order of first village; `township_of_village` index into them; `area` the
    names above the townships, outermost first.
    """

    places: pl.DataFrame
    households: pl.DataFrame
    persons: pl.DataFrame
    names: pl.DataFrame
    identity: Identity
    index: PlaceIndex
    household_phone: pl.Series
    townships: tuple[str, ...]
    township_of_village: NDArray[np.int64]
    area: tuple[str, ...] = ()


def no_register() -> FangpinError:
    """The refusal when the folder holds no register."""
    return FangpinError.because(
        "这些文件里没有户籍台账(全国系统导出的户信息和人员信息)，无法归户、归村，不能比对。",
        "These files hold no register (household and person export of the national system), so "
        "nothing can be linked.",
        do_zh="请把全国防返贫监测信息系统导出的户信息、人员信息放进同一文件夹后重试。",
        do_en="Put the household and person export of the national system into the same folder "
        "and try again.",
    )


def build_register(
    households: list[TypedRows],
    persons: list[TypedRows],
    changes: list[TypedRows],
    pack: Pack,
) -> Register:
    """One register from all household, person and place-change sheets of a folder.

    FangpinError when there is no usable person. Rows that cannot be used get their verdicts in the
    `TypedRows` they came from.
    """
    if not persons:
        raise no_register()
    index = place_index(households or persons, changes, pack)
    homes = household_rows(households, persons, index, pack)
    people = person_rows(persons, homes, pack)
    check_households(homes, people, households)
    if not people.height:
        raise no_register()
    homes = homes.sort("_place", "household_number").with_row_index("household")
    dense = pl.DataFrame({"_place": homes["_place"].unique().sort()}).with_row_index("village")
    homes = homes.join(dense, on="_place", how="left", maintain_order="left")
    people = (
        people.join(
            homes.select("household_number", "household", home_village="village"),
            on="household_number",
            how="left",
        )
        .sort("household", "person_number", "entry", nulls_last=True)
        .with_row_index("person")
    )
    heads = _heads(people, persons[0].contract, pack)
    places, townships, township_of_village = _places(dense, people, homes, index)
    return Register(
        places=places,
        households=_household_frame(homes, households, pack),
        persons=_person_frame(people, persons, pack),
        names=people.select("household_number", "person_number", "name").with_columns(
            pl.Series("head", heads)
        ),
        identity=_identity_of(people, persons, heads),
        index=index,
        household_phone=homes["phone"].cast(pl.String),
        townships=townships,
        township_of_village=township_of_village,
        area=area_names(households or persons, pack),
    )


def _heads(people: pl.DataFrame, contract: Contract, pack: Pack) -> NDArray[np.bool_]:
    """Who is head of household, by the vocabulary's word for it."""
    column = contract.column("relation_to_head")
    codes = pack.codes.get(str(column.codes)) if column is not None else None
    head = next((v.code for v in codes.values if v.zh == HEAD_WORD), "head") if codes else "head"
    relation = people["relation_to_head"].cast(pl.String)
    return (relation == head).fill_null(False).to_numpy()


def _places(
    dense: pl.DataFrame, people: pl.DataFrame, homes: pl.DataFrame, index: PlaceIndex
) -> tuple[pl.DataFrame, tuple[str, ...], NDArray[np.int64]]:
    known = [index.places[code] for code in dense["_place"].to_list()]
    townships = tuple(dict.fromkeys(place.township for place in known))
    of_village = np.array([townships.index(place.township) for place in known], dtype=np.int64)
    size = len(known)
    households = np.bincount(homes["village"].to_numpy(), minlength=size)
    persons = np.bincount(people["home_village"].to_numpy(), minlength=size)
    codes = [place.code for place in known]
    frame = pl.DataFrame(
        {
            "code": codes,
            "name": [place.name for place in known],
            "township_code": [_township_code(code, index) for code in codes],
            "township": [place.township for place in known],
            "households": pl.Series(households, dtype=pl.UInt32),
            "persons": pl.Series(persons, dtype=pl.UInt32),
        }
    )
    return frame, townships, of_village


def _township_code(code: str, index: PlaceIndex) -> str:
    """The first nine digits and zeros; a village without a code has only its township's name."""
    return township_of(code) if code.isdigit() else index.places[code].township


def _household_frame(homes: pl.DataFrame, households: list[TypedRows], pack: Pack) -> pl.DataFrame:
    own = [pl.col("household_number").alias("number"), pl.col("village").cast(pl.UInt32)]
    if not households:
        return homes.select(own)
    frame = homes.select(own + _typed(homes, households[0].contract, pack))
    return frame.with_columns(_written_in(homes, households))


def _person_frame(people: pl.DataFrame, persons: list[TypedRows], pack: Pack) -> pl.DataFrame:
    own = [pl.col("person_number").alias("number"), pl.col("household").cast(pl.UInt32)]
    frame = people.select(own + _typed(people, persons[0].contract, pack))
    return frame.with_columns(_written_in(people, persons))


def _written_in(frame: pl.DataFrame, parts: list[TypedRows]) -> list[pl.Series]:
    """`_file`, `_sheet` (names) and `_row` of the register row behind each entry."""
    part, position = frame["part"].to_numpy(), frame["position"].to_numpy()
    rows = np.zeros(frame.height, dtype=np.uint32)
    for number, typed in enumerate(parts):
        mine = part == number
        rows[mine] = typed.block.rows[position[mine]]
    files = {number: typed.file for number, typed in enumerate(parts)}
    sheets = {number: typed.sheet for number, typed in enumerate(parts)}
    named = frame["part"].cast(pl.Int64)
    return [
        named.replace_strict(files, return_dtype=pl.String).alias("_file"),
        named.replace_strict(sheets, return_dtype=pl.String).alias("_sheet"),
        pl.Series("_row", rows),
    ]


def _typed(frame: pl.DataFrame, contract: Contract, pack: Pack) -> list[pl.Expr]:
    """Register columns in their contract types; numbers and places stand elsewhere."""
    columns: list[pl.Expr] = []
    for name in register_columns(contract, pack):
        column = contract.column(name)
        if column is None or name in ("household_number", "person_number", "number", "village"):
            continue
        columns.append(pl.col(name).cast(dtype_of(column)))
    return columns


def _identity_of(
    people: pl.DataFrame, persons: list[TypedRows], heads: NDArray[np.bool_]
) -> Identity:
    part, position = people["part"].to_numpy(), people["position"].to_numpy()
    rows = np.zeros(people.height, dtype=np.int64)
    for number, typed in enumerate(persons):
        mine = part == number
        rows[mine] = typed.block.rows[position[mine]]
    files = {number: typed.file for number, typed in enumerate(persons)}
    sheets = {number: typed.sheet for number, typed in enumerate(persons)}
    birth = pl.select(
        pl.coalesce(people["birth_date"].cast(pl.Date), people["id_birth"])
    ).to_series()
    return Identity(
        number=people["number"],
        sent=people["sent"],
        name=people["name"],
        folded=folded(people["name"]),
        birth_date=birth,
        village=people["home_village"].cast(pl.Int64).to_numpy(),
        household=people["household"].cast(pl.Int64).to_numpy(),
        head=heads,
        phone=people["phone"].cast(pl.String),
        file=people["part"].replace_strict(files, return_dtype=pl.String),
        sheet=people["part"].replace_strict(sheets, return_dtype=pl.String),
        row=rows,
    )
