"""Identity numbers: normalising, judging, pseudonyms, repairs.

`judge` reads one cell, `judge_series` a column; both give the same answers.
"""

from fangpin.kernel.identity.columns import (
    SEX_DTYPE,
    VERDICT_DTYPE,
    judge_series,
)
from fangpin.kernel.identity.number import (
    IdentityNumber,
    birth_date_of,
    check_digit,
    is_valid,
    judge,
    to_eighteen,
)
from fangpin.kernel.identity.pseudonym import new_key, pseudonym, pseudonym_of
from fangpin.kernel.identity.repair import Repair, Slip, repairs
from fangpin.kernel.identity.verdicts import (
    CORRECTION_TEXT,
    REMEDY,
    WHAT,
    Correction,
    Sex,
    Verdict,
)

__all__ = [
    "CORRECTION_TEXT",
    "REMEDY",
    "SEX_DTYPE",
    "VERDICT_DTYPE",
    "WHAT",
    "Correction",
    "IdentityNumber",
    "Repair",
    "Sex",
    "Slip",
    "Verdict",
    "birth_date_of",
    "check_digit",
    "is_valid",
    "judge",
    "judge_series",
    "new_key",
    "pseudonym",
    "pseudonym_of",
    "repairs",
    "to_eighteen",
]
