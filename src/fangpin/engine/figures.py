"""Values of facts as people read them: 23,180.00 (元 stands beside), 是, C, 2021-05-31."""

from datetime import timedelta

import numpy as np

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
    size = len(column.values)
    known = np.broadcast_to(column.known_mask, (size,))
    distinct, inverse = np.unique(column.values, return_inverse=True)
    texts = [_text(fact, value.item(), vocabularies, pack, language) for value in distinct]
    return [
        texts[number] if is_known else UNKNOWN[language]
        for number, is_known in zip(inverse.tolist(), known.tolist(), strict=True)
    ]


def _text(
    fact: Fact, value: bool | int, vocabularies: Vocabularies, pack: Pack, language: Language
) -> str:
    if fact.type == "bool":
        return _TRUTH[language][bool(value)]
    if fact.type == "date":
        return f"{EPOCH + timedelta(days=value)}"
    if fact.codes is not None:
        code = vocabularies.text(fact.codes, value)
        entry = pack.codes[fact.codes].get(code)
        return entry.label.in_language(language) if entry else code
    return decimal_text(value, type_of(fact.type, fact.unit).scale, keep=fact.type == "money")


def decimal_text(value: int, scale: int, keep: bool) -> str:
    """1234567 at scale 2 → 12,345.67; trailing zeros go unless `keep`."""
    sign, whole = "-" if value < 0 else "", abs(value)
    before, after = divmod(whole, 10**scale)
    decimals = f"{after:0{scale}d}" if scale else ""
    if not keep:
        decimals = decimals.rstrip("0")
    return f"{sign}{before:,}.{decimals}" if decimals else f"{sign}{before:,}"
