"""The two sides of a link as records: what a row says, and what the register says of everybody."""

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.feeds.names_compared import folded
from fangpin.feeds.probable.columns import NOTHING, Fields

if TYPE_CHECKING:
    from fangpin.feeds.placing import Placing
    from fangpin.feeds.register import Register
    from fangpin.feeds.rows import TypedRows


def merged_into(register: "Register") -> NDArray[np.int64]:
    """Per dense village: itself, or the first of the villages it was merged with under a new
    name (the register still keeps them apart, senders no longer do)."""
    codes = register.places["code"].to_list()
    dense = {code: village for village, code in enumerate(codes)}
    group = np.arange(len(codes), dtype=np.int64)
    for merger in register.index.mergers:
        parts = [dense[code] for code in merger.parts if code in dense]
        if parts:
            group[parts] = min(parts)
    return group


def everybody(register: "Register", groups: NDArray[np.int64]) -> Fields:
    """All registered persons with what candidates are found by; sex and head are left out.
    `groups` as `merged_into` gives them."""
    identity = register.identity
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, identity.size)
    own = identity.phone
    if own.null_count():
        own = own.zip_with(
            own.is_not_null(), register.household_phone.gather(pl.Series(identity.household))
        )
    return Fields(
        name=identity.name,
        folded=identity.folded,
        birth=identity.birth_date.cast(pl.Date),
        sex=nothing,
        place=groups[identity.village],
        township=register.township_of_village[identity.village],
        phone=own,
        head=nothing,
    )


def heads_of(register: "Register") -> NDArray[np.int64]:
    """Dense head of every household, -1 without one."""
    heads = np.full(register.households.height, NOTHING, dtype=np.int64)
    leading = np.flatnonzero(register.identity.head)
    heads[register.identity.household[leading]] = leading
    return heads


def registered(
    register: "Register",
    all_of_them: Fields,
    heads: NDArray[np.int64],
    persons: NDArray[np.int64],
) -> Fields:
    """The fields of `persons` (dense) in full. `all_of_them` from `everybody`, `heads` from
    `heads_of`."""
    identity = register.identity
    head = pl.Series(heads[identity.household[persons]])
    fields = all_of_them.take(persons)
    fields.sex = _sex(register, pl.Series(persons))
    fields.head = identity.folded.gather(head.set(head < 0, None))
    return fields


def _sex(register: "Register", persons: pl.Series) -> pl.Series:
    """As registered, else by the last but one digit of the identity number (odd: male)."""
    number = register.identity.number.gather(persons)
    odd = number.str.slice(16, 1).cast(pl.Int64, strict=False) % 2
    by_number = odd.replace_strict({1: "male", 0: "female"}, default=None, return_dtype=pl.String)
    if "sex" not in register.persons.columns:
        return by_number
    own = register.persons["sex"].gather(persons).cast(pl.String)
    return own.zip_with(own.is_not_null(), by_number)


def delivered(
    typed: "TypedRows",
    placing: "Placing",
    names: pl.Series,
    name_column: str,
    rows: NDArray[np.int64],
    groups: NDArray[np.int64],
) -> Fields:
    """What the rows say. `names` of the whole table (from `name_column`); `groups` as
    `merged_into` gives them."""
    village = placing.village[rows]
    place = np.where(village >= 0, groups[village], NOTHING)
    if placing.merged:
        parts = {row: groups[villages[0]] for row, villages in placing.merged.items() if villages}
        place = np.array(
            [parts.get(row, at) for row, at in zip(rows.tolist(), place.tolist(), strict=True)],
            dtype=np.int64,
        )

    def column(name: str, dtype: type[pl.DataType] = pl.String) -> pl.Series:
        values = typed.values.get(name)
        if values is None or name == name_column:
            return pl.Series([None], dtype=dtype).new_from_index(0, len(rows))
        return values.gather(rows).cast(dtype)

    wanted = names.gather(rows)
    own, head = folded(wanted), folded(column("head_name"))
    return Fields(
        name=wanted,
        folded=own,
        birth=column("birth_date", pl.Date),
        sex=column("sex"),
        place=place,
        township=placing.township[rows],
        phone=column("phone"),
        # The head's own row says nothing new by naming the head.
        head=head.set((head == own).fill_null(False), None),
    )
