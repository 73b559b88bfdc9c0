"""Findings that come and go between two policies, one by one, with the reasons before and after."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.engine.column import Mask
from fangpin.engine.facts import Facts
from fangpin.kernel.errors import Text
from fangpin.policy.pack import Rule
from fangpin.screening import flip_reasons
from fangpin.screening.applied import Applied, Verdict, Whole

Int64 = NDArray[np.int64]
Direction = Literal["gained", "lost", "became_unknown"]
DIRECTIONS: tuple[Direction, ...] = ("gained", "lost", "became_unknown")
DIRECTION_WORDS: dict[Direction, Text] = {
    "gained": Text("新增", "gained"),
    "lost": Text("减少", "lost"),
    "became_unknown": Text("转为无法判断", "can no longer be decided"),
}
STANDING_WORDS = {
    "found": Text("有疑点", "found"),
    "not_found": Text("无疑点", "not found"),
    "unknown": Text("无法判断", "cannot be decided"),
    "no_rule": flip_reasons.NO_RULE,
}
KEYS = {
    "direction": pl.String,
    "rule": pl.String,
    "kind": pl.String,
    "kind_zh": pl.String,
    "kind_en": pl.String,
    "subject": pl.String,
    "township": pl.String,
    "village_code": pl.String,
    "village": pl.String,
    "household_number": pl.String,
    "person_number": pl.String,
    "before": pl.String,
    "after": pl.String,
}
"""`before` and `after`: found, not_found, unknown or no_rule."""
TOLD = ("before_zh", "before_en", "after_zh", "after_en")
"""Sentences with the figures of the case and the lines of each policy."""
PLACE = {"_pair": pl.UInt32, "_part": pl.UInt32, "_row": pl.UInt32}
SCHEMA = {**KEYS, **dict.fromkeys(TOLD, pl.String)}
_ORDER = ("village_code", "household_number", "person_number", "rule", "direction")
_SLICE = 20_000


@dataclass(frozen=True)
class Pair:
    """A rule before and after (one side None: not in that pack), and what differs, by part."""

    before: Rule | None
    after: Rule | None
    verdicts_before: tuple[Verdict, ...]
    verdicts_after: tuple[Verdict, ...]
    rows: dict[Direction, list[Int64]]

    @property
    def rule(self) -> Rule:
        """The rule as it is after, or as it was."""
        rule = self.after or self.before
        assert rule is not None
        return rule

    @classmethod
    def of(
        cls,
        whole: Whole,
        before: Rule | None,
        after: Rule | None,
        then: tuple[Verdict, ...],
        now: tuple[Verdict, ...],
    ) -> "Pair":
        """Compare the verdicts part by part."""
        subject = (after or before).subject  # type: ignore[union-attr]
        rows: dict[Direction, list[Int64]] = {name: [] for name in DIRECTIONS}
        for part, old, new in zip(whole.parts, then, now, strict=True):
            size = part.size(subject)
            held, holds = _mask(size, old.holds), _mask(size, new.holds)
            gone = old.holds[~holds[old.holds]]
            if new.undecided is None:
                unsure = np.zeros(len(gone), dtype=np.bool_)
            else:
                unsure = new.undecided[gone]
            rows["gained"].append(new.holds[~held[new.holds]])
            rows["lost"].append(gone[~unsure])
            rows["became_unknown"].append(gone[unsure])
        return cls(before, after, then, now, rows)


NOTHING = Verdict(np.zeros(0, dtype=np.int64), None)


def _mask(size: int, rows: Int64) -> Mask:
    mask = np.zeros(size, dtype=np.bool_)
    mask[rows] = True
    return mask


def flip_keys(whole: Whole, pairs: tuple[Pair, ...], where: Mask | None) -> pl.DataFrame:
    """Every flip as KEYS and PLACE, in the villages of `where`; by village, household, person."""
    frames = [pl.DataFrame(schema={**KEYS, **PLACE})]
    starts = whole.starts("village")
    for number, pair in enumerate(pairs):
        for direction, parts in pair.rows.items():
            for part, rows in enumerate(parts):
                if where is not None and len(rows):
                    village = whole.parts[part].village_of(pair.rule.subject)[rows]
                    rows = rows[where[village + starts[part]]]
                if len(rows):
                    frames.append(_keys(whole, pair, number, direction, part, rows))
    return pl.concat(frames).sort(_ORDER, nulls_last=False, maintain_order=True)


def _keys(
    whole: Whole, pair: Pair, number: int, direction: Direction, part: int, rows: Int64
) -> pl.DataFrame:
    snapshot, rule = whole.parts[part], pair.rule
    places = snapshot.places[snapshot.village_of(rule.subject)[rows]]
    household = person = pl.Series([None] * len(rows), dtype=pl.String)
    if rule.subject == "person":
        person = snapshot.persons["number"][rows]
        household = snapshot.households["number"][snapshot.households_of_persons[rows]]
    elif rule.subject == "household":
        household = snapshot.households["number"][rows]
    return pl.DataFrame(
        {
            "township": places["township"],
            "village_code": places["code"],
            "village": places["name"],
            "household_number": household,
            "person_number": person,
            "before": _standing(pair.before, pair.verdicts_before[part], rows),
            "after": _standing(pair.after, pair.verdicts_after[part], rows),
            "_row": pl.Series(rows, dtype=pl.UInt32),
        }
    ).select(
        pl.lit(direction).alias("direction"),
        pl.lit(rule.name).alias("rule"),
        pl.lit(rule.kind).alias("kind"),
        pl.lit(rule.label.zh).alias("kind_zh"),
        pl.lit(rule.label.en).alias("kind_en"),
        pl.lit(rule.subject).alias("subject"),
        *list(KEYS)[6:],
        pl.lit(number, pl.UInt32).alias("_pair"),
        pl.lit(part, pl.UInt32).alias("_part"),
        "_row",
    )


def _standing(rule: Rule | None, verdict: Verdict, rows: Int64) -> pl.Series:
    if rule is None:
        return pl.Series(["no_rule"] * len(rows), dtype=pl.String)
    words = np.full(len(rows), "not_found", dtype=object)
    if verdict.undecided is not None:
        words[verdict.undecided[rows]] = "unknown"
    words[np.isin(rows, verdict.holds)] = "found"
    return pl.Series(words.tolist(), dtype=pl.String)


def told(
    whole: Whole, pairs: tuple[Pair, ...], before: Applied, after: Applied, keys: pl.DataFrame
) -> pl.DataFrame:
    """Rows of `flip_keys` (any of them, in any order) with their sentences: SCHEMA."""
    texts: dict[str, list[str]] = {name: [""] * keys.height for name in TOLD}
    places = zip(*(keys[name].to_list() for name in ("_pair", "_part")), strict=True)
    groups: dict[tuple[int, int], list[int]] = {}
    for position, place in enumerate(places):
        groups.setdefault(place, []).append(position)
    rows = keys["_row"].to_numpy().astype(np.int64)
    for (number, part), positions in groups.items():
        pair = pairs[number]
        facts = before.facts[part], after.facts[part]
        for side, rules, sides in (
            ("before", (pair.before, pair.after), facts),
            ("after", (pair.after, pair.before), facts[::-1]),
        ):
            standing = keys[side].gather(positions).to_list()
            for word in set(standing):
                chosen = [at for at, each in zip(positions, standing, strict=True) if each == word]
                zh, en = _reasons(sides, rules, word, rows[chosen])
                for at, one, other in zip(chosen, zh, en, strict=True):
                    texts[f"{side}_zh"][at], texts[f"{side}_en"][at] = one, other
    return keys.select(list(KEYS)).with_columns(
        pl.Series(name, values, dtype=pl.String) for name, values in texts.items()
    )


def in_slices(keys: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The rows in pieces, so that a long list needs little memory while it is told."""
    yield from keys.iter_slices(_SLICE)


def _reasons(
    sides: tuple[Facts, Facts], rules: tuple[Rule | None, Rule | None], standing: str, rows: Int64
) -> tuple[list[str], list[str]]:
    """Why the first of two rules holds, does not hold, or cannot be decided, in the order given."""
    (facts, other), (rule, other_rule) = sides, rules
    if rule is None:
        return flip_reasons.no_rule(rows)
    order = np.argsort(rows, kind="stable")  # the engine tells rows in ascending order
    ordered = rows[order]
    if standing == "found":
        zh, en = flip_reasons.found(facts, rule, ordered)
    elif standing == "unknown":
        zh, en = flip_reasons.undecided(facts, rule, ordered)
    else:
        zh, en = flip_reasons.not_found(facts, rule, ordered, other, other_rule)
    back = np.argsort(order, kind="stable").tolist()
    return [zh[at] for at in back], [en[at] for at in back]
