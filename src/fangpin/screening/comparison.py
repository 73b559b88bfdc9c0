"""What differs between a run and the policy asked about: counts, costs, and the list of flips."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
import polars as pl

from fangpin.engine.column import Mask
from fangpin.engine.variation import Setting, read_parameters
from fangpin.kernel.errors import Text
from fangpin.policy.pack import Pack
from fangpin.screening import flips
from fangpin.screening.applied import Applied
from fangpin.screening.entitlements import (
    Entitlement,
    ProgrammeEffect,
    Status,
    entitlements,
    recorded_only,
)
from fangpin.screening.paired import Counted, Paired
from fangpin.screening.payments import Cost
from fangpin.screening.tally import Counts, Group, Tally

Level = Literal["township", "village", "kind"]
LEVELS: tuple[Level, ...] = ("township", "village", "kind")


@dataclass(frozen=True, slots=True)
class RuleEffect:
    """One rule under both policies. `subjects` counts what the rule is about; `households` the
    households concerned (None for a rule about villages)."""

    name: str
    kind: str
    label: Text
    group: str
    severity: str
    subject: str
    status: Status
    subjects: Counts
    households: Counts | None


@dataclass(frozen=True, slots=True)
class Costs:
    """Sums over the programmes whose pack states a yearly amount, in fen. `entitled`: what those
    entitled cost more; `led`: what the gained households are entitled to and do not receive, less
    that of the lost ones. The two must not be added. `once`, `without_figure`: programmes whose
    entitled or led-to subjects change but that are in neither sum."""

    entitled: Cost
    led: Cost
    once: tuple[ProgrammeEffect, ...]
    without_figure: tuple[ProgrammeEffect, ...]


@dataclass(frozen=True)
class Comparison:
    """What differs between the run and the policy asked about, in all villages or those of
    `where`. Numbers are counted once; `within` cuts them without evaluating anything again."""

    baseline: Counted
    after: Applied
    pack: Pack
    settings: tuple[Setting, ...]
    pairs: tuple[flips.Pair, ...]
    statuses: tuple[Status, ...]
    tallies: tuple[tuple[Tally, Tally | None], ...]
    households: Tally
    villages: Tally
    kinds: Mapping[str, tuple[Text, str, Tally]]
    entitlements: tuple[Entitlement, ...]
    where: Mask | None = None

    @classmethod
    def of(
        cls, before: Counted, after: Applied, pack: Pack, settings: tuple[Setting, ...]
    ) -> "Comparison":
        """Compare rule by rule."""
        gathered = Paired(before, after)
        gained, lost = gathered.households.masks["gained"], gathered.households.masks["lost"]
        return cls(
            baseline=before,
            after=after,
            pack=pack,
            settings=settings,
            pairs=tuple(gathered.pairs),
            statuses=tuple(gathered.statuses),
            tallies=tuple(gathered.tallies),
            households=gathered.households.tally(),
            villages=gathered.villages.tally(),
            kinds=gathered.kinds(),
            entitlements=entitlements(
                before.whole, before.applied, after, (gained, lost), before.entitled
            ),
        )

    def within(self, village_codes: Collection[str]) -> "Comparison":
        """The same, of these villages only. None of them: everything is zero."""
        codes = self.baseline.whole.places["code"]
        mask = codes.is_in(list(village_codes)).to_numpy()
        return replace(self, where=mask if self.where is None else mask & self.where)

    # ---- numbers ------------------------------------------------------------------------------

    @property
    def total(self) -> Counts:
        """Households, over all rules."""
        return self.households.counts(self.where)

    @property
    def total_villages(self) -> Counts:
        """Villages as such (rules about villages, not about their households)."""
        return self.villages.counts(self.where)

    @cached_property
    def rules(self) -> tuple[RuleEffect, ...]:
        """Every rule of either pack, in the order of the packs."""
        found = []
        for pair, status, (subjects, households) in zip(
            self.pairs, self.statuses, self.tallies, strict=True
        ):
            rule = pair.rule
            found.append(
                RuleEffect(
                    name=rule.name,
                    kind=rule.kind,
                    label=rule.label,
                    group=rule.group,
                    severity=rule.severity,
                    subject=rule.subject,
                    status=status,
                    subjects=subjects.counts(self.where),
                    households=households.counts(self.where) if households else None,
                )
            )
        return tuple(found)

    @cached_property
    def programmes(self) -> tuple[ProgrammeEffect, ...]:
        """Every programme whose pack says who is entitled."""
        return tuple(each.effect(self.where) for each in self.entitlements)

    @property
    def programmes_recorded_only(self) -> int:
        """How many programmes of the packs state no condition that could be computed."""
        return recorded_only((self.baseline.pack, self.after.pack))

    def by(self, level: Level) -> tuple[Group, ...]:
        """Households by township or village (all of them, in the order of their codes), or by kind
        of finding (of those about villages: villages)."""
        if level == "kind":
            return tuple(
                Group(kind, label, tally.counts(self.where))
                for kind, (label, _, tally) in self.kinds.items()
            )
        places = self.baseline.whole.places
        key, name = ("township_code", "township") if level == "township" else ("code", "name")
        shown = places if self.where is None else places.filter(pl.Series(self.where))
        names = dict(zip(shown[key].to_list(), shown[name].to_list(), strict=True))
        numbers = {code: number for number, code in enumerate(sorted(names))}
        groups = np.array([numbers.get(code, -1) for code in places[key].to_list()], dtype=np.int64)
        if self.where is not None:
            groups[~self.where] = -1
        counted = self.households.by(groups, len(numbers))
        return tuple(
            Group(code, Text(names[code], names[code]), counted[number])
            for code, number in numbers.items()
        )

    @cached_property
    def costs(self) -> Costs:
        """Yearly sums, and what is in none of them."""
        nothing = Cost(0, 0)
        concerned = [
            each for each in self.programmes
            if each.entitled.changed or each.led_gained or each.led_lost
            or each.amount_before != each.amount_after
        ]  # fmt: skip
        yearly = [each for each in concerned if each.rhythm == "yearly"]
        return Costs(
            entitled=sum((each.cost for each in yearly if each.cost), nothing),
            led=sum((each.led_cost for each in yearly if each.led_cost), nothing),
            once=tuple(each for each in concerned if each.rhythm == "once"),
            without_figure=tuple(each for each in concerned if each.cost is None),
        )

    # ---- one by one ---------------------------------------------------------------------------

    @cached_property
    def flips(self) -> pl.DataFrame:
        """Every finding that comes or goes: who, which rule, found before and after (no sentences
        yet), sorted by village, household, person. Columns KEYS of `flips.py` and three that say
        where the row lies, for `told`."""
        return flips.flip_keys(self.baseline.whole, self.pairs, self.where)

    def told(self, keys: pl.DataFrame) -> pl.DataFrame:
        """Rows of `flips`, in the order given, with sentences in both languages: before_zh,
        before_en, after_zh, after_en, each with the figures of the case and the lines then."""
        before = self.baseline
        with before.lock:
            return flips.told(before.whole, self.pairs, before.applied, self.after, keys)

    def told_in_slices(self) -> Iterator[pl.DataFrame]:
        """The whole list with its sentences, piece by piece."""
        for piece in flips.in_slices(self.flips):
            yield self.told(piece)

    # ---- in words -----------------------------------------------------------------------------

    @property
    def changed_settings(self) -> tuple[Setting, ...]:
        """The settings that differ from what is in force."""
        return tuple(each for each in self.settings if each.changes)

    @cached_property
    def notes(self) -> tuple[Text, ...]:
        """What the numbers do not show: settings that decide nothing in this pack."""
        changed = self.changed_settings
        if not changed:
            return ()
        read = {each.name for each in read_parameters(self.pack, self.after.as_of)}
        return tuple(
            Text(
                f"没有规则或待遇读取“{each.label.zh}”，改它不影响结果",
                f"no rule and no programme reads {each.label.en!r}; it makes no difference",
            )
            for each in changed
            if each.name not in read
        )

    @property
    def sentence(self) -> Text:
        """What was asked and what comes of it, in one sentence."""
        asked, total = self._asked(), self.total
        unsure = ""
        unsure_en = ""
        if total.became_unknown:
            unsure = f"，{total.became_unknown:,} 户转为无法判断"
            unsure_en = f", {total.became_unknown:,} can no longer be decided"
        newly, newly_en = "", ""
        if total.gained and total.newly == total.gained:
            newly, newly_en = "（原来都没有疑点）", " (none of them had one before)"
        elif total.gained:
            newly = f"（其中 {total.newly:,} 户原来没有任何疑点）"
            newly_en = f" ({total.newly:,} of them had none before)"
        return Text(
            f"{asked.zh}，将新增疑点户 {total.gained:,} 户{newly}、"
            f"减少 {total.lost:,} 户{unsure}。",
            f"{asked.en}: {total.gained:,} households gain a finding{newly_en}, "
            f"{total.lost:,} lose one{unsure_en}.",
        )

    def _asked(self) -> Text:
        changed = self.changed_settings
        zh, en = [], []
        if self.pack.name != self.baseline.pack.name or (
            not changed and self.pack is not self.baseline.pack
        ):
            zh.append(f"改用政策包《{self.pack.title.zh}》")
            en.append(f"Under the pack {self.pack.title.en}")
        for each in changed:
            zh.append(f"把“{each.label.zh}”从 {each.before_text.zh} 改为 {each.after_text.zh}")
            en.append(
                f"{each.label.en}: {each.before_text.en} → {each.after_text.en}"
                if en
                else f"With {each.label.en} changed from {each.before_text.en} "
                f"to {each.after_text.en}"
            )
        if not zh:
            return Text("不作改动", "With nothing changed")
        return Text("，".join(zh), "; ".join(en))

    def as_json(self) -> dict[str, Any]:
        """Numbers as plain data; the list of flips is left out."""
        from fangpin.screening.comparison_json import as_json

        return as_json(self)
