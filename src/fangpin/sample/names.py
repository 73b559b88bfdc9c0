"""Invented personal names: surnames per household, given names by sex and generation.

Also rare characters (some outside GBK), single given names and names with a middle dot, because
departments' files lose or change exactly these.
"""

from functools import cache
from importlib.resources import files

import numpy as np
import polars as pl
from numpy.typing import NDArray

MINORITY_SHARE = 0.012
RARE_SHARE = 0.004
SINGLE_SHARE = 0.14
YOUNG_FROM = 1996


@cache
def parts() -> dict[str, tuple[str, ...]]:
    """kind → parts of names, from data/names.tsv."""
    text = (files("fangpin.sample") / "data" / "names.tsv").read_text(encoding="utf-8")
    lines = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return {kind: tuple(words.split()) for kind, words in lines}


def personal_names(
    rng: np.random.Generator,
    family: NDArray[np.int64],
    male: NDArray[np.bool_],
    born: NDArray[np.int64],
    minority: NDArray[np.bool_],
) -> pl.Series:
    """n names (String). `family` any number per line of descent: equal numbers share a surname.

    `born` years of birth; `minority` persons with a name of two parts and a middle dot.
    """
    words, size = parts(), len(family)
    surname = _drawn(words["surname"], family % len(words["surname"]))
    young = born >= YOUNG_FROM
    first = _either(
        young,
        _random(rng, words["young_first"], size),
        _either(
            male,
            _random(rng, words["male_first"], size),
            _random(rng, words["female_first"], size),
        ),
    )
    second = _either(
        young,
        _random(rng, words["young_second"], size),
        _either(
            male,
            _random(rng, words["male_second"], size),
            _random(rng, words["female_second"], size),
        ),
    )
    second = _either(rng.random(size) < RARE_SHARE, _random(rng, words["rare"], size), second)
    given = _either(
        rng.random(size) < SINGLE_SHARE, _random(rng, words["single"], size), first + second
    )
    dotted = (
        _random(rng, words["minority_first"], size)
        + "·"
        + _random(rng, words["minority_second"], size)
    )
    return _either(minority, dotted, surname + given).alias("name")


def _random(rng: np.random.Generator, words: tuple[str, ...], size: int) -> pl.Series:
    return _drawn(words, rng.integers(0, len(words), size))


def _drawn(words: tuple[str, ...], index: NDArray[np.int64]) -> pl.Series:
    return pl.Series(words, dtype=pl.String).gather(index)


def _either(mask: NDArray[np.bool_], yes: pl.Series, no: pl.Series) -> pl.Series:
    return yes.zip_with(pl.Series(mask), no)
