"""The trained model: how often true and chance pairs agree at each level (Fellegi and Sunter 1969).

The file is Splink's own settings format, so that Splink loads, inspects and retrains it. What
depends on the county – how many persons there are, how frequent a name or how large a village is –
is not in the file but counted in the register.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from fangpin.feeds.probable.levels import COMPARISONS, Comparison, Level, View
from fangpin.kernel.errors import FangpinError

IN_REGISTER: Final = 0.9
"""Share of rows whose person is in the register, before anything is known about the row."""
RAREST: Final = 2e-6
"""A name found once is not taken for rarer than this."""

Counts = dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]
"""Per adjusted column: the frequency of the value of each left and each right record (NaN =
unknown)."""


@dataclass(frozen=True)
class Weights:
    """m and u of the levels of one comparison, in order of `Comparison.levels`."""

    comparison: Comparison
    m: NDArray[np.float64]
    u: NDArray[np.float64]

    @property
    def bits(self) -> NDArray[np.float64]:
        """log2(m/u) of each level."""
        return np.asarray(np.log2(self.m) - np.log2(self.u))


@dataclass(frozen=True)
class Model:
    """The comparisons with their weights."""

    parts: tuple[Weights, ...]

    def levels(self, view: View) -> NDArray[np.int8]:
        """(pairs, comparisons): the level of each pair, -1 where nothing can be said."""
        found = [part.comparison.level_of(view) for part in self.parts]
        return np.stack(found, axis=1)

    def weights(
        self, view: View, levels: NDArray[np.int8], frequencies: Counts
    ) -> NDArray[np.float64]:
        """(pairs, comparisons): log2 Bayes factors, frequencies taken into account; 0 where
        nothing can be said."""
        result = np.zeros(levels.shape, dtype=np.float64)
        for number, part in enumerate(self.parts):
            column, bits = levels[:, number], part.bits
            said = column >= 0
            result[said, number] = bits[column[said]]
            for at, level in enumerate(part.comparison.levels):
                if level.adjusted is None:
                    continue
                rows = np.flatnonzero(column == at)
                chance = _chance(frequencies[level.adjusted], view, rows)
                known = ~np.isnan(chance)
                exact = np.log2(part.m[at]) - np.log2(chance[known])
                result[rows[known], number] = exact
        return result


def _chance(
    both: tuple[NDArray[np.float64], NDArray[np.float64]], view: View, rows: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The larger of the two frequencies; the known one where only one is known."""
    left, right = both[0][view.left_at[rows]], both[1][view.right_at[rows]]
    return np.asarray(np.maximum(np.fmax(left, right), RAREST))


def prior_bits(persons: int) -> float:
    """log2 of the prior odds that a row means a given one of `persons` registered persons."""
    share = IN_REGISTER / max(persons, 1)
    return float(np.log2(share / (1 - share)))


def read_model(text: str, comparisons: tuple[Comparison, ...], source: str = "") -> Model:
    """A model from Splink's settings as JSON. FangpinError when it was trained on other levels."""
    settings = json.loads(text)
    by_name = {each["output_column_name"]: each for each in settings["comparisons"]}
    parts = []
    for comparison in comparisons:
        stored = by_name.get(comparison.field)
        levels = [] if stored is None else stored["comparison_levels"]
        wanted = [comparison.nothing, *comparison.levels]
        if [level["sql_condition"] for level in levels] != [level.sql for level in wanted]:
            raise FangpinError.because(
                f"核对模型 {source} 的比较项“{comparison.label.zh}”与程序不一致",
                f"the linkage model {source} was trained on other levels of "
                f"“{comparison.label.en}” than this program has",
                do_zh="请用 tools/train_linkage.py 重新训练",
                do_en="train it again with tools/train_linkage.py",
            )
        m = np.array([level["m_probability"] for level in levels[1:]], dtype=np.float64)
        u = np.array([level["u_probability"] for level in levels[1:]], dtype=np.float64)
        parts.append(Weights(comparison, m, u))
    return Model(tuple(parts))


@cache
def default_model() -> Model:
    """The model that ships."""
    path = files("fangpin.feeds.probable").joinpath("model.json")
    return read_model(path.read_text(encoding="utf-8"), COMPARISONS, "model.json")


def model_of(path: Path, comparisons: tuple[Comparison, ...] = COMPARISONS) -> Model:
    """A model from a file."""
    return read_model(path.read_text(encoding="utf-8"), comparisons, str(path))


def splink_settings(
    comparisons: tuple[Comparison, ...] = COMPARISONS, prior: float = IN_REGISTER / 1_000_000
) -> dict[str, Any]:
    """The comparisons as untrained Splink settings (a plain dictionary; Splink is not needed)."""
    return {
        "link_type": "link_only",
        "unique_id_column_name": "id",
        "source_dataset_column_name": "source_dataset",
        "probability_two_random_records_match": prior,
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": True,
        "blocking_rules_to_generate_predictions": [],
        "comparisons": [
            {
                "output_column_name": comparison.field,
                "comparison_description": comparison.label.en,
                "comparison_levels": [
                    {
                        "sql_condition": comparison.nothing.sql,
                        "label_for_charts": comparison.nothing.words.en,
                        "is_null_level": True,
                    },
                    *(_splink_level(level) for level in comparison.levels),
                ],
            }
            for comparison in comparisons
        ],
    }


def _splink_level(level: Level) -> dict[str, Any]:
    entry: dict[str, Any] = {"sql_condition": level.sql, "label_for_charts": level.words.en}
    if level.adjusted is not None:
        entry |= {
            "tf_adjustment_column": level.adjusted,
            "tf_adjustment_weight": 1.0,
            "tf_minimum_u_value": RAREST,
            "disable_tf_exact_match_detection": True,
        }
    return entry
