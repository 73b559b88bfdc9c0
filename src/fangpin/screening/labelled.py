"""Findings of past months with the answers to them, and who came to light by other means when."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

import polars as pl

from fangpin.screening.outcomes import FIELD_CHECK
from fangpin.screening.replay import Replay

LABELS = ("confirmed", "refused", "in_monitoring", "not_living_here", "unanswered")
_KEYS = ("variant", "rule", "household_number")


@dataclass(frozen=True)
class Labelled:
    """A replay held against outcomes (`outcomes.py`). `days`: how long after a finding an answer
    still is one to it."""

    replay: Replay
    outcomes: pl.DataFrame
    days: int

    @cached_property
    def answers(self) -> pl.DataFrame:
        """Field checks: SCHEMA of `outcomes.py`, `rule` the name of a rule of the replay (an answer
        that names a kind stands under every rule of it) or null: about the household as such."""
        names = pl.DataFrame(
            [(each, rule.name) for rule in self.replay.rules.values()
             for each in dict.fromkeys((rule.name, rule.kind))],
            schema={"rule": pl.String, "named": pl.String},
            orient="row",
        ).unique()  # fmt: skip
        checks = self.outcomes.filter(pl.col("channel") == FIELD_CHECK)
        joined = checks.join(names, on="rule", how="left")
        known = pl.col("rule").is_null() | pl.col("named").is_not_null()
        return joined.filter(known).drop("rule").rename({"named": "rule"})

    @cached_property
    def first(self) -> pl.DataFrame:
        """First findings: variant, rule, household_number, village_code, first_found, label."""
        first = (
            self.replay.found.sort("as_of")
            .group_by(_KEYS, maintain_order=True)
            .agg(pl.col("as_of").first().alias("first_found"), pl.col("village_code").last())
        )
        # An answer to the finding that there was answers the one of other figures as well,
        # whether that comes earlier or later.
        asked = first.filter(pl.col("variant") == 0).select(
            "rule", "household_number", pl.col("first_found").alias("asked")
        )
        first = first.join(
            asked, on=["rule", "household_number"], how="left", maintain_order="left"
        )
        own = first.join(self.answers.drop_nulls("rule"), on=["household_number", "rule"])
        general = self.answers.filter(pl.col("rule").is_null()).drop("rule")
        columns = [*_KEYS, "first_found", "asked", "answered_on", "result"]
        both = pl.concat(
            [each.select(columns) for each in (own, first.join(general, on="household_number"))]
        )
        days = pl.col("first_found"), pl.col("asked")
        last = pl.max_horizontal(days) + timedelta(days=self.days)
        label = (
            both.filter(pl.col("answered_on").is_between(pl.min_horizontal(days), last))
            .sort("answered_on", "result")
            .unique(_KEYS, keep="first")
            .select(*_KEYS, pl.col("result").alias("label"))
        )
        labelled = first.drop("asked").join(label, on=_KEYS, how="left")
        return labelled.with_columns(pl.col("label").fill_null("unanswered"))

    @cached_property
    def recognised(self) -> pl.DataFrame:
        """Who came to light by other means after the first month: household_number, village_code,
        rule (name or kind; null: any), recognised_on; by day.

        Other means: an answer from another channel, or the register of a later month. Whoever a
        field check had confirmed by that day came to light through the findings.
        """
        register = self.replay.recognised.select(
            "household_number",
            "village_code",
            pl.lit(None, pl.String).alias("rule"),
            "recognised_on",
        )
        true = pl.col("result").is_in(["confirmed", "in_monitoring"])
        later = pl.col("answered_on") > self.replay.months[0].as_of
        others = (
            self.outcomes.filter((pl.col("channel") != FIELD_CHECK) & true & later)
            .join(self.replay.households, on="household_number")
            .rename({"answered_on": "recognised_on"})
            .select(register.columns)
        )
        checked = (
            self.outcomes.filter(
                (pl.col("channel") == FIELD_CHECK) & (pl.col("result") == "confirmed")
            )
            .group_by("household_number")
            .agg(pl.col("answered_on").min().alias("checked_on"))
        )
        by_itself = pl.col("checked_on").is_null() | (
            pl.col("checked_on") > pl.col("recognised_on")
        )
        return (
            pl.concat([register, others])
            .join(checked, on="household_number", how="left")
            .filter(by_itself)
            .drop("checked_on")
            .sort("recognised_on", "household_number", "rule", nulls_last=True)
        )


def counts_of(first: pl.DataFrame) -> dict[str, int]:
    """How many first findings have each label."""
    counts = dict(first["label"].value_counts().iter_rows())
    return {name: counts.get(name, 0) for name in LABELS}


def strongest(first: pl.DataFrame) -> pl.DataFrame:
    """household_number, label: one per household, confirmed before refused before the rest."""
    return (
        first.select("household_number", pl.col("label").cast(pl.Enum(LABELS)))
        .sort("label")
        .unique("household_number", keep="first")
        .with_columns(pl.col("label").cast(pl.String))
    )
