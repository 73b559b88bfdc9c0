"""Values of facts as people read them: 23,180.00 (元 stands beside), 是, C, 2021-05-31."""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from fangpin.engine.column import Column
from fangpin.engine.plan import EPOCH
from fangpin.engine.vocabulary import Vocabularies
from fangpin.kernel.errors import Language
from fangpin.policy.names import type_of
from fangpin.policy.pack import Fact, Pack

UNKNOWN: dict[Language, str] = {"zh": "未知", "en": "unknown"}
_TRUTH: dict[Language, tuple[str, str]] = {"zh": ("否", "是"), "en": ("no", "yes")}


def figure_texts(
    fact: Fact, column: Column, vocabularies: Vocabularies, pack: Pack, language: Language = "zh"
) -> list[str]:
    """One text per row of the column; unknown ones say so."""
    texts, number = printed(fact, column, vocabularies, pack, [language])
    return [texts[language][each] for each in number.tolist()]


def printed(
    fact: Fact,
    column: Column,
    vocabularies: Vocabularies,
    pack: Pack,
    languages: Sequence[Language],
) -> tuple[dict[Language, list[str]], NDArray[np.int64]]:
    """The distinct texts of the column by language, and for each row which one it is."""
    distinct, number = distinct_values(column)
    if column.known is not None:
        number = np.where(column.known, number, len(distinct))
    texts: dict[Language, list[str]] = {}
    for language in languages:
        if texts and not _in_words(fact):
            texts[language] = next(iter(texts.values()))[: len(distinct)]
        else:
            texts[language] = _texts(fact, distinct, vocabularies, pack, language)
        if column.known is not None:
            texts[language].append(UNKNOWN[language])
    return texts, number


def _in_words(fact: Fact) -> bool:
    """Whether values read differently in different languages."""
    return fact.type == "bool" or fact.codes is not None


def distinct_values(column: Column) -> tuple[list[bool | int], NDArray[np.int64]]:
    """The distinct values of a column, and for each row which one it is."""
    distinct, number = np.unique(column.values, return_inverse=True)
    return distinct.tolist(), number.reshape(-1)


def _texts(
    fact: Fact,
    values: list[bool | int],
    vocabularies: Vocabularies,
    pack: Pack,
    language: Language,
) -> list[str]:
    if fact.type == "bool":
        return [_TRUTH[language][bool(value)] for value in values]
    if fact.type == "date":
        return [f"{EPOCH + timedelta(days=value)}" for value in values]
    if fact.codes is not None:
        codes = pack.codes[fact.codes]
        words = [vocabularies.text(fact.codes, value) for value in values]
        entries = [codes.get(word) for word in words]
        return [
            entry.label.in_language(language) if entry else word
            for entry, word in zip(entries, words, strict=True)
        ]
    scale = type_of(fact.type, fact.unit).scale
    return decimal_texts(values, scale, keep=fact.type == "money")


def decimal_texts(values: Sequence[int], scale: int, keep: bool) -> list[str]:
    """Many at once: 1234567 at scale 2 → 12,345.67; trailing zeros go unless `keep`."""
    if scale == 0:
        return [f"{value:,}" for value in values]
    if scale == 2 and keep and min(values, default=0) >= 0:
        return [f"{value // 100:,}.{value % 100:02d}" for value in values]
    return [decimal_text(value, scale, keep) for value in values]


def decimal_text(value: int, scale: int, keep: bool) -> str:
    """1234567 at scale 2 → 12,345.67; trailing zeros go unless `keep`."""
    sign, whole = "-" if value < 0 else "", abs(value)
    before, after = divmod(whole, 10**scale)
    decimals = f"{after:0{scale}d}" if scale else ""
    if not keep:
        decimals = decimals.rstrip("0")
    return f"{sign}{before:,}.{decimals}" if decimals else f"{sign}{before:,}"
