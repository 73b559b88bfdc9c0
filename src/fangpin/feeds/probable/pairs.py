"""What an intake hands to people: pairs (row, registered person) that a person must decide, and
what people have decided before.

`PAIRS` is `Intake.pairs` and RUN/pairs.parquet; `DECISIONS` is what comes back. A pair is known
again in the next month by its fingerprint: the delivered identity fields under a keyed pseudonym.
"""

import hashlib
from pathlib import Path
from typing import Final

import polars as pl

from fangpin.kernel.errors import FangpinError

SIDE: Final = pl.Struct(
    {
        "name": pl.String,
        "birth_date": pl.String,
        "sex": pl.String,
        "village": pl.String,
        "phone": pl.String,
        "head_name": pl.String,
    }
)
"""One side of a pair as text, null where nothing was delivered or is registered. `birth_date` is
ISO (1965-03-02), `sex` the word in Chinese (男/女), `village` township and village."""

REASON: Final = pl.Struct(
    {
        "field": pl.String,
        "label_zh": pl.String,
        "label_en": pl.String,
        "zh": pl.String,
        "en": pl.String,
        "weight": pl.Float64,
    }
)
"""One ground: `field` of SIDE (or `prior`), its label, what was found in words, and its weight
(log2 of the Bayes factor: positive speaks for the same person, negative against)."""

PAIRS: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "contract": pl.String,
    "period": pl.Date,
    "file": pl.String,
    "sheet": pl.String,
    "row": pl.UInt32,
    "fingerprint": pl.String,
    "household_number": pl.String,
    "person_number": pl.String,
    "township": pl.String,
    "village_code": pl.String,
    "village": pl.String,
    "delivered": SIDE,
    "registered": SIDE,
    "weight": pl.Float64,
    "probability": pl.Float64,
    "reasons": pl.List(REASON),
    "rank": pl.UInt8,
}
"""One line per open row and candidate. `row` as the sender counts; `township`, `village_code`,
`village` are the candidate's; `weight` is the sum of the reasons' weights including the prior;
`rank` 1 is the most probable candidate of its row. Sorted by contract, period, file, sheet, row,
rank."""

ORDER: Final = ("contract", "period", "file", "sheet", "row", "rank")

DECISIONS: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "fingerprint": pl.String,
    "person_number": pl.String,
    "household_number": pl.String,
    "accepted": pl.Boolean,
    "decided_on": pl.Date,
}
"""What people decided: this delivered person is (`accepted`) or is not the registered one."""

_KEY_LENGTH: Final = 16
_PURPOSE: Final = b"fangpin pair"


def no_pairs() -> pl.DataFrame:
    """An empty table of pairs."""
    return pl.DataFrame(schema=PAIRS)


def fingerprint_key(area_code: str) -> bytes:
    """The key of a county's fingerprints when none is given: the same every month, so that
    decisions hold. It keeps fingerprints of two counties apart; it is no secret."""
    return hashlib.blake2b(area_code.encode(), digest_size=32, person=_PURPOSE).digest()


def fingerprint(fields: list[str | None], key: bytes) -> str:
    """32 hexadecimal digits for the delivered identity fields of a row, in a fixed order.

    Keyed BLAKE2b. A field that was not delivered differs from an empty one.
    """
    state = hashlib.blake2b(key=key, digest_size=_KEY_LENGTH, person=_PURPOSE)
    for value in fields:
        # Each field is closed by a byte that no text contains, so that fields cannot run together.
        state.update(b"\xfe" if value is None else value.encode() + b"\xff")
    return state.hexdigest()


def read_decisions(path: Path) -> pl.DataFrame:
    """Decisions from a Parquet file with the columns `DECISIONS` (others are left out).

    FangpinError when the file cannot be read, or a column is missing or of another type.
    """
    try:
        frame = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise FangpinError.because(
            f"核对结果文件 {path} 读不出来",
            f"the file of decisions {path} cannot be read",
            do_zh="请检查路径；文件应为由本系统导出的 Parquet",
            do_en="check the path; it must be a Parquet file exported by this system",
        ) from error
    return checked_decisions(frame)


def checked_decisions(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with exactly the columns `DECISIONS`, one line per fingerprint and person: the
    latest. FangpinError when a column is missing or of another type."""
    wrong = [name for name, kind in DECISIONS.items() if frame.schema.get(name) != kind]
    if wrong:
        raise FangpinError.because(
            f"核对结果缺少列或列的类型不对：{'、'.join(wrong)}",
            f"the decisions lack columns, or they have another type: {', '.join(wrong)}",
            do_zh=f"应有列：{'、'.join(DECISIONS)}",
            do_en=f"the columns are: {', '.join(DECISIONS)}",
        )
    return (
        frame.select(list(DECISIONS))
        .sort("fingerprint", "person_number", "household_number", "decided_on", "accepted")
        .unique(
            ["fingerprint", "person_number", "household_number"], keep="last", maintain_order=True
        )
    )
