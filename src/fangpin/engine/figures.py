"""Values of facts as people read them: 23,180.00 (元 stands beside), 是, C, 2021-05-31."""

from datetime import timedelta

import numpy as np

from fangpin.engine.column import Column
from fangpin.engine.plan import EPOCH
from fangpin.engine.vocabulary import Vocabularies
from fangpin.policy.names import type_of
from fangpin.policy.pack import Fact, Pack

UNKNOWN = "未知"


def figure_texts(fact: Fact, column: Column, vocabularies: Vocabularies, pack: Pack) -> list[str]:
    """One text per row of the column; unknown ones say so."""
    size = len(column.values)
    known = np.broadcast_to(column.known_mask, (size,))
    distinct, inverse = np.unique(column.values, return_inverse=True)
    texts = [_text(fact, value.item(), vocabularies, pack) for value in distinct]
    return [
        texts[number] if is_known else UNKNOWN
        for number, is_known in zip(inverse.tolist(), known.tolist(), strict=True)
    ]


def _text(fact: Fact, value: bool | int, vocabularies: Vocabularies, pack: Pack) -> str:
    if fact.type == "bool":
        return "是" if value else "否"
    if fact.type == "date":
        return f"{EPOCH + timedelta(days=value)}"
    if fact.codes is not None:
        code = vocabularies.text(fact.codes, value)
        entry = pack.codes[fact.codes].get(code)
        return entry.zh if entry else code
    return decimal_text(value, type_of(fact.type, fact.unit).scale, keep=fact.type == "money")


def decimal_text(value: int, scale: int, keep: bool) -> str:
    """1234567 at scale 2 → 12,345.67; trailing zeros go unless `keep`."""
    sign, whole = "-" if value < 0 else "", abs(value)
    before, after = divmod(whole, 10**scale)
    decimals = f"{after:0{scale}d}" if scale else ""
    if not keep:
        decimals = decimals.rstrip("0")
    return f"{sign}{before:,}.{decimals}" if decimals else f"{sign}{before:,}"
