"""Were the findings of past months right, and were they early? Under other figures too.

    result = backtest([Path("runs")], load_outcomes(Path("answers.csv")),
                      {"param.medical_line_single_other": ["8000 元", "12000 元"]})
    for each in result.rules:
        print(each.label.zh, each.confirmed, each.refused, each.precision, each.lead)

A finding is counted once per rule and household, on the day of the first run that has it. Its label
is the first answer to it (`outcomes.py`) from that day on, within `within` days; without an answer
it is unanswered, which says nothing about it. A household came to light by other means on the day
of an answer from another channel than the field check, or of the first run whose register shows it
as monitored, unless a field check had confirmed it before. Lead time is counted from the finding to
that day; a household that came to light without an earlier finding was missed.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

import polars as pl

from fangpin.engine.variation import Setting
from fangpin.kernel.errors import Text
from fangpin.policy.pack import Pack, Rule
from fangpin.screening.backtest_notes import missing
from fangpin.screening.intervals import Days, Share
from fangpin.screening.labelled import LABELS, Labelled, counts_of, strongest
from fangpin.screening.outcomes import EMPTY
from fangpin.screening.replay import Month, Progress, Replay, replay

WITHIN = 180
ANY = Text("任一规则", "any rule")


@dataclass(frozen=True, slots=True)
class Judged:
    """Findings of one rule (or of any), each counted once per household, with what became of them.

    `precision`: confirmed among confirmed and refused; None when nobody answered. `recognised`:
    households that came to light by other means after the first month; `lead`: for those found
    before; `missed`: those not found before.
    """

    findings: int
    confirmed: int
    refused: int
    in_monitoring: int
    not_living_here: int
    unanswered: int
    precision: Share | None
    recognised: int
    lead: Days | None
    missed: int


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One rule under the pack of the time. `name` None: any rule."""

    name: str | None
    kind: str | None
    label: Text
    group: str | None
    judged: Judged


@dataclass(frozen=True, slots=True)
class MonthResult:
    """One rule in one month: households with a finding, those found for the first time, and what
    became of the latter."""

    as_of: date
    name: str
    found: int
    first_found: int
    labels: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Alternative:
    """One rule under another figure. `gained`, `lost`: households found only then, or only now, by
    what became of them; a household that nobody was sent to is unanswered."""

    setting: Setting
    name: str
    label: Text
    judged: Judged
    gained: Mapping[str, int]
    lost: Mapping[str, int]
    gained_recognised: int
    lost_recognised: int


@dataclass(frozen=True)
class Backtest:
    """Results, of all villages or those of `where`; `within` cuts them without replaying."""

    replay: Replay
    labelled: Labelled
    where: frozenset[str] | None = None

    def within(self, village_codes: Collection[str]) -> "Backtest":
        """The same, of these villages only."""
        codes = frozenset(village_codes)
        return replace(self, where=codes if self.where is None else codes & self.where)

    @property
    def months(self) -> tuple[Month, ...]:
        """The runs, by day."""
        return self.replay.months

    # ---- results ------------------------------------------------------------------------------

    @cached_property
    def overall(self) -> RuleResult:
        """Any rule: a household counts from its first finding of whatever rule."""
        first = self._labelled.filter(pl.col("variant") == 0)
        first = first.sort("first_found", "rule").unique("household_number", keep="first")
        # An answer to any of its findings is an answer to the household.
        labels = strongest(self._labelled.filter(pl.col("variant") == 0))
        first = first.drop("label").join(labels, on="household_number", how="left")
        return RuleResult(None, None, ANY, None, self._judge(first, None))

    @cached_property
    def rules(self) -> tuple[RuleResult, ...]:
        """Every rule about persons or households, in the order of the packs."""
        return tuple(
            RuleResult(
                rule.name, rule.kind, rule.label, rule.group,
                self._judge(self._first(0, rule.name), rule),
            )
            for rule in self.replay.rules.values()
            if rule.subject != "village"
        )  # fmt: skip

    @cached_property
    def by_month(self) -> tuple[MonthResult, ...]:
        """Month by month, the rules with findings in it."""
        standing = self._cut(self.replay.found).filter(pl.col("variant") == 0)
        found = {
            (day, rule): count
            for day, rule, count in standing.group_by("as_of", "rule").len().rows()
        }
        first = self._labelled.filter(pl.col("variant") == 0)
        labels: dict[tuple[date, str], dict[str, int]] = {}
        for day, rule, label, count in (
            first.group_by("first_found", "rule", "label").len().iter_rows()
        ):
            labels.setdefault((day, rule), dict.fromkeys(LABELS, 0))[label] = count
        return tuple(
            MonthResult(
                month.as_of, name, found.get((month.as_of, name), 0),
                sum(labels.get((month.as_of, name), {}).values()),
                labels.get((month.as_of, name), dict.fromkeys(LABELS, 0)),
            )
            for month in self.months
            for name in self.replay.rules
            if (month.as_of, name) in found
        )  # fmt: skip

    @cached_property
    def alternatives(self) -> tuple[Alternative, ...]:
        """Each other figure, for the rules that it changes; in the order asked for."""
        return tuple(
            self._alternative(number + 1, variant.setting, rule)
            for number, variant in enumerate(self.replay.variants)
            for name, rule in self.replay.rules.items()
            if name in self.replay.changed[number] and rule.subject != "village"
        )

    @cached_property
    def notes(self) -> tuple[Text, ...]:
        """What is missing for a fuller answer, in words."""
        first = self._labelled.filter(pl.col("variant") == 0)
        return tuple(missing(self.replay, self.labelled, first))

    # ---- tables behind ------------------------------------------------------------------------

    @cached_property
    def _labelled(self) -> pl.DataFrame:
        return self._cut(self.labelled.first)

    def _cut(self, frame: pl.DataFrame) -> pl.DataFrame:
        if self.where is None:
            return frame
        return frame.filter(pl.col("village_code").is_in(list(self.where)))

    def _came_to_light(self, rule: Rule | None) -> pl.DataFrame:
        """The first day for each household, as far as it concerns the rule."""
        frame = self._cut(self.labelled.recognised)
        if rule is not None:
            own = pl.col("rule").is_null() | pl.col("rule").is_in([rule.name, rule.kind])
            frame = frame.filter(own)
        return frame.unique("household_number", keep="first", maintain_order=True)

    def _first(self, variant: int, name: str) -> pl.DataFrame:
        return self._labelled.filter((pl.col("variant") == variant) & (pl.col("rule") == name))

    def _judge(self, first: pl.DataFrame, rule: Rule | None) -> Judged:
        counts = counts_of(first)
        light = self._came_to_light(rule).select("household_number", "recognised_on")
        met = light.join(first.select("household_number", "first_found"), on="household_number",
                         how="left")  # fmt: skip
        early = met.filter(pl.col("first_found") < pl.col("recognised_on"))
        spans = (early["recognised_on"] - early["first_found"]).dt.total_days().to_list()
        return Judged(
            findings=first.height,
            confirmed=counts["confirmed"],
            refused=counts["refused"],
            in_monitoring=counts["in_monitoring"],
            not_living_here=counts["not_living_here"],
            unanswered=counts["unanswered"],
            precision=Share.of(counts["confirmed"], counts["confirmed"] + counts["refused"]),
            recognised=light.height,
            lead=Days.of(spans),
            missed=light.height - early.height,
        )

    def _alternative(self, variant: int, setting: Setting, rule: Rule) -> Alternative:
        now, then = self._first(0, rule.name), self._first(variant, rule.name)
        gained = then.join(now, on="household_number", how="anti")
        lost = now.join(then, on="household_number", how="anti")
        return Alternative(
            setting=setting,
            name=rule.name,
            label=rule.label,
            judged=self._judge(then, rule),
            gained=counts_of(gained),
            lost=counts_of(lost),
            gained_recognised=self._ahead(gained, rule),
            lost_recognised=self._ahead(lost, rule),
        )

    def _ahead(self, first: pl.DataFrame, rule: Rule) -> int:
        """How many of these came to light by other means after they were found."""
        light = self._came_to_light(rule).select("household_number", "recognised_on")
        met = first.join(light, on="household_number")
        return met.filter(pl.col("first_found") < pl.col("recognised_on")).height


def backtest(
    runs: Sequence[Path],
    outcomes: pl.DataFrame | None = None,
    values: Mapping[str, Sequence[str]] | None = None,
    *,
    within: int = WITHIN,
    packs: Callable[[str], Pack] | None = None,
    progress: Progress | None = None,
) -> Backtest:
    """Replay the runs (folders of runs are opened) and hold them against the outcomes.

    `values`: `param.X` → other values, tried one by one. `within`: days in which an answer counts
    as one to the finding. `packs`: where packs of runs are not shipped ones. Raises FangpinError as
    `replay` does.
    """
    replayed = replay(runs, values, packs=packs, progress=progress)
    return Backtest(replayed, Labelled(replayed, EMPTY if outcomes is None else outcomes, within))
