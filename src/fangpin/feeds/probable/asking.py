"""Pairs for the review screen: both sides as text, the grounds, and the row's fingerprint."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.feeds.probable.pairs import PAIRS, fingerprint
from fangpin.feeds.probable.scoring import Scored
from fangpin.feeds.probable.words import Wording

if TYPE_CHECKING:
    from fangpin.feeds.linking import RowLinker

SEXES = {"male": "男", "female": "女"}
SIDE_COLUMNS = {"name": pl.String, "birth_date": pl.Date, "sex": pl.String, "phone": pl.String}
UNDATED = [name for name in PAIRS if name != "period"]
"""The columns of `PAIRS` that are known before the delivery's period is."""


class Rows:
    """The delivered side of a table's rows as text."""

    def __init__(self, of: "RowLinker", sent: pl.Series) -> None:
        self.of, self.sent = of, sent

    def side(self, row: int) -> dict[str, str | None]:
        """The fields of `pairs.SIDE` as delivered."""
        values = self.of.typed.values
        said = {name: _text(values[name][row]) for name in SIDE_COLUMNS if name in values}
        head = values.get("head_name")
        own = self.of.name_column
        return {
            "name": _text(self.of.names[row]),
            "birth_date": said.get("birth_date"),
            "sex": SEXES.get(said.get("sex") or ""),
            "village": self.of.placing.sent[row],
            "phone": said.get("phone"),
            "head_name": _text(head[row]) if head is not None and own != "head_name" else None,
        }

    def fingerprint(self, row: int) -> str:
        """The row's identity fields under the linker's key. The village counts by its code, so
        that another way of writing it is the same; a number that was sent counts as sent."""
        side = self.side(row)
        village = int(self.of.placing.village[row])
        if village >= 0:
            side["village"] = self.of.register.places["code"][village]
        return fingerprint([*side.values(), self.sent[row]], self.of.linker.pair_key)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


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
            "sex": fields.sex.replace_strict(SEXES, default=None, return_dtype=pl.String),
            "village": places["township"] + places["name"],
            "phone": fields.phone,
            "head_name": identity.name.gather(heads.set(heads < 0, None)),
        }
    )
    return frame.to_dicts()


def pairs_frame(
    of: "RowLinker",
    rows: Rows,
    positions: NDArray[np.int64],
    scored: Scored,
    rank: Sequence[int],
    wording: Wording,
) -> pl.DataFrame:
    """`scored` pairs (their `row` an index into `positions`) with the columns `UNDATED`."""
    typed, register = of.typed, of.register
    lines: list[dict[str, Any]] = []
    registered = registered_sides(of, scored.person)
    for at in range(scored.size):
        row, person = int(positions[scored.row[at]]), int(scored.person[at])
        place = register.places.row(int(of.identity.village[person]), named=True)
        kind = str(of.placing.kind[row])
        lines.append(
            {
                "contract": typed.contract.name,
                "file": typed.file,
                "sheet": typed.sheet,
                "row": int(typed.block.rows[row]),
                "fingerprint": rows.fingerprint(row),
                "household_number": register.households["number"][
                    int(of.identity.household[person])
                ],
                "person_number": register.persons["number"][person],
                "township": place["township"],
                "village_code": place["code"],
                "village": place["name"],
                "delivered": rows.side(row),
                "registered": registered[at],
                "weight": float(scored.weight[at]),
                "probability": float(scored.probability[at]),
                "reasons": wording.reasons(scored.levels[at], scored.weights[at], kind),
                "rank": int(rank[at]),
            }
        )
    return pl.DataFrame(lines, schema={name: PAIRS[name] for name in UNDATED})
