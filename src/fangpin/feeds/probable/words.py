"""The grounds of a decision in words, with their weight."""

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.feeds.probable.levels import COMPARISONS, Comparison, Level
from fangpin.feeds.probable.model import Model, prior_bits
from fangpin.kernel.errors import Text

PRIOR = Text("先验", "prior")
OLD_NAMES = {
    "old_name": Text("，送来的是旧村名", ", delivered under its old name"),
    "merged_name": Text("，送来的是合并后的村名", ", delivered under the name after merging"),
}
"""Kinds of `Placing.kind` that are told with the village."""


class Wording:
    """Words for the pairs of one intake. `persons` size of the register."""

    def __init__(self, model: Model, persons: int) -> None:
        self.model, self.persons = model, persons
        self.prior = prior_bits(persons)

    def reasons(
        self, levels: NDArray[np.int8], weights: NDArray[np.float64], place_kind: str
    ) -> list[dict[str, Any]]:
        """All grounds of one pair, the prior last; entries as `pairs.REASON`."""
        found = []
        for at, comparison in enumerate(COMPARISONS):
            if levels[at] < 0:
                continue
            weight = float(weights[at])
            words = self._words(at, comparison, comparison.levels[levels[at]], weight, place_kind)
            found.append(_entry(comparison.field, comparison.label, words, weight))
        one_in = Text(
            f"台账有 {self.persons:,} 人，任取一人恰为本人的可能很小",
            f"the register holds {self.persons:,} persons; any one of them is hardly the one meant",
        )
        return [*found, _entry("prior", PRIOR, one_in, self.prior)]

    def _words(
        self, at: int, comparison: Comparison, level: Level, weight: float, place_kind: str
    ) -> Text:
        words = level.words
        if comparison.field == "name" and level.adjusted is not None:
            m = self.model.parts[at].m[comparison.levels.index(level)]
            namesakes = round(self.persons * float(m) / 2.0**weight)
            if namesakes > 1:
                words = Text(
                    f"{words.zh}(台账中这样的姓名约 {namesakes:,} 人)",
                    f"{words.en} (about {namesakes:,} such names in the register)",
                )
        if comparison.field == "village" and level.key == "equal" and place_kind in OLD_NAMES:
            more = OLD_NAMES[place_kind]
            words = Text(words.zh + more.zh, words.en + more.en)
        return words

    def lines(self, levels: NDArray[np.int8], weights: NDArray[np.float64]) -> pl.DataFrame:
        """zh, en: the grounds of p pairs but the prior, in one line each with their weight."""
        said: dict[str, list[pl.Series]] = {"zh": [], "en": []}
        for at, comparison in enumerate(COMPARISONS):
            level = pl.Series(levels[:, at]).cast(pl.Int64)
            rounded = pl.Series(weights[:, at]).round(1)
            sign = pl.Series([" "]).new_from_index(0, len(rounded))
            sign = sign.zip_with(rounded < 0, pl.Series([" +"]).new_from_index(0, len(rounded)))
            weight = sign + rounded.cast(pl.String)
            for language, texts in said.items():
                words = {
                    number: each.words.zh if language == "zh" else each.words.en
                    for number, each in enumerate(comparison.levels)
                }
                texts.append(
                    level.replace_strict(words, default=None, return_dtype=pl.String) + weight
                )
        return pl.select(
            pl.concat_str(
                texts, separator="；" if language == "zh" else "; ", ignore_nulls=True
            ).alias(language)
            for language, texts in said.items()
        )


def _entry(field: str, label: Text, words: Text, weight: float) -> dict[str, Any]:
    return {
        "field": field,
        "label_zh": label.zh,
        "label_en": label.en,
        "zh": words.zh,
        "en": words.en,
        "weight": round(weight, 4),
    }
