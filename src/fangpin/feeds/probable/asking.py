"""Pairs for the review screen: both sides as text, the grounds, and the row's fingerprint."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.feeds.probable.pairs import PAIRS, fingerprint
from fangpin.feeds.probable.scoring import Scored
from fangpin.feeds.probable.words import Wording

if TYPE_CHECKING:
    from fangpin.feeds.linking import RowLinker

SEXES = {"male": "男", "female": "女"}
UNDATED = [name for name in PAIRS if name != "period"]
"""The columns of `PAIRS` that are known before the delivery's period is."""


def delivered_sides(of: "RowLinker", rows: NDArray[np.int64]) -> list[dict[str, str | None]]:
    """The fields of `pairs.SIDE` as delivered, for each of `rows` (positions in the table)."""
    values = of.typed.values
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, len(rows))

    def column(name: str) -> pl.Series:
        return values[name].gather(rows) if name in values else nothing

    head = nothing if of.name_column == "head_name" else column("head_name")
    return pl.DataFrame(
        {
            "name": of.names.gather(rows),
            "birth_date": column("birth_date").cast(pl.Date).dt.to_string("%Y-%m-%d"),
            "sex": _sex_word(column("sex")),
            "village": of.placing.sent.gather(rows),
            "phone": column("phone"),
            "head_name": head,
        }
    ).to_dicts()


def _sex_word(sexes: pl.Series) -> pl.Series:
    return sexes.replace_strict(SEXES, default=None, return_dtype=pl.String)


def fingerprints(of: "RowLinker", rows: NDArray[np.int64], sent: pl.Series) -> list[str]:
    """The identity fields of each row under the linker's key.

    The village counts by its code, so that another way of writing it is the same; a number counts
    as it was sent (`sent`, of the whole table). Where neither birth date, telephone, head nor
    number was sent, the contract counts too: a namesake of the village in another department's file
    must not be taken for the one decided about.
    """
    sides = delivered_sides(of, rows)
    codes = of.register.places["code"].to_list()
    for side, village in zip(sides, of.placing.village[rows].tolist(), strict=True):
        if village >= 0:
            side["village"] = codes[village]
    numbers = sent.gather(rows).to_list()
    key = of.linker.pair_key
    telling = ("birth_date", "phone", "head_name")
    where = of.typed.contract.name
    return [
        fingerprint([*side.values(), number], key)
        if number or any(side[name] for name in telling)
        else fingerprint([*side.values(), number, where], key)
        for side, number in zip(sides, numbers, strict=True)
    ]


def registered_sides(of: "RowLinker", persons: NDArray[np.int64]) -> list[dict[str, str | None]]:
    """The fields of `pairs.SIDE` as registered, for each of `persons` (dense)."""
    register, identity, side = of.register, of.identity, of.linker.register_side
    fields = side.full(persons)
    places = register.places[identity.village[persons]]
    heads = pl.Series(side.heads[identity.household[persons]])
    frame = pl.DataFrame(
        {
            "name": identity.name.gather(persons),
            "birth_date": fields.birth.dt.to_string("%Y-%m-%d"),
            "sex": _sex_word(fields.sex),
            "village": places["township"] + places["name"],
            "phone": fields.phone,
            "head_name": identity.name.gather(heads.set(heads < 0, None)),
        }
    )
    return frame.to_dicts()


def pairs_frame(
    of: "RowLinker",
    sent: pl.Series,
    positions: NDArray[np.int64],
    scored: Scored,
    rank: Sequence[int],
    wording: Wording,
) -> pl.DataFrame:
    """`scored` pairs (their `row` an index into `positions`) with the columns `UNDATED`."""
    typed, register, persons = of.typed, of.register, scored.person
    rows = positions[scored.row]
    places = register.places[of.identity.village[persons]]
    grounds = [
        wording.reasons(levels, weights, str(kind))
        for levels, weights, kind in zip(
            scored.levels, scored.weights, of.placing.kind[rows], strict=True
        )
    ]
    return pl.DataFrame(
        {
            "contract": [typed.contract.name] * scored.size,
            "file": [typed.file] * scored.size,
            "sheet": [typed.sheet] * scored.size,
            "row": typed.block.rows[rows],
            "fingerprint": fingerprints(of, rows, sent),
            "household_number": register.households["number"].gather(
                of.identity.household[persons]
            ),
            "person_number": register.persons["number"].gather(persons),
            "township": places["township"],
            "village_code": places["code"],
            "village": places["name"],
            "delivered": delivered_sides(of, rows),
            "registered": registered_sides(of, persons),
            "weight": scored.weight,
            "probability": scored.probability,
            "reasons": grounds,
            "rank": rank,
        },
        schema={name: PAIRS[name] for name in UNDATED},
        strict=False,
    )
