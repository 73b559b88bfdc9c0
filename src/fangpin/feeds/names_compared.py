"""Comparing a column of delivered names with registered ones; names are only ever confirming."""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.kernel.names import (
    COMPATIBLE,
    LOST,
    MASKS,
    NameMatch,
    compare_name_series,
    fold_variants,
    folding_characters,
    normalise_name,
    normalise_name_series,
)

_ORDER: Final = {match: number for number, match in enumerate(NameMatch)}
VARIANT_KINDS: Final = (_ORDER[NameMatch.variant], _ORDER[NameMatch.dot_missing])
LOST_KIND: Final = _ORDER[NameMatch.lost_characters]
MASKED_KIND: Final = _ORDER[NameMatch.masked_compatible]
DIFFERENT_KIND: Final = _ORDER[NameMatch.different]
COMPATIBLE_KINDS: Final = np.array(sorted(_ORDER[match] for match in COMPATIBLE), dtype=np.uint8)
_PLAIN: Final = "^[一-龥]{2,6}$"
_TITLES: Final = ("先生", "女士", "小姐", "同志", "师傅", "某某", "某")


def compared(delivered: pl.Series, registered: pl.Series) -> NDArray[np.uint8]:
    """How each pair relates, as an index into `NameMatch`. n names each → n numbers."""
    return compare_name_series(delivered, registered).to_physical().to_numpy().astype(np.uint8)


def normalised(names: pl.Series) -> pl.Series:
    """`kernel.names.normalise_name` of every name; null where nothing is left."""
    plain = names.str.contains(_PLAIN).fill_null(False) & ~names.str.ends_with("某").fill_null(
        False
    )
    result = names
    if not plain.all():
        rest = normalise_name_series(names.filter(~plain))
        result = names.clone().scatter((~plain).arg_true(), rest)  # scatter writes in place
    return result.set((result == "").fill_null(False), None)


def folded(names: pl.Series) -> pl.Series:
    """Normalised names in the form in which spellings of one name are equal (for joins only).

    Only names with something to fold are looked at one by one; most stay as they are.
    """
    changing = names.str.contains_any(folding_characters()) | ~names.str.contains("^[一-龥]*$")
    distinct = names.filter(changing.fill_null(False)).unique()
    if not len(distinct):
        return names
    spelt = pl.Series([fold_variants(name) for name in distinct.to_list()], dtype=pl.String)
    return names.replace(distinct, spelt)


def is_partial(name: str) -> bool:
    """Whether a normalised name hides or lost something: 郝*, 孙?, 寇先生."""
    return any(c in MASKS or c in LOST for c in name) or name.endswith(_TITLES)


def partial_names(names: pl.Series) -> pl.Series:
    """`is_partial` of n normalised names."""
    hidden = "[" + "".join(f"\\x{{{ord(c):X}}}" for c in MASKS + LOST) + "]|(?:" + "|".join(_TITLES)
    return names.str.contains(hidden + ")$")


__all__ = [
    "COMPATIBLE_KINDS", "DIFFERENT_KIND", "LOST_KIND", "MASKED_KIND", "VARIANT_KINDS", "compared",
    "folded", "is_partial", "normalise_name", "normalised", "partial_names",
]  # fmt: skip
