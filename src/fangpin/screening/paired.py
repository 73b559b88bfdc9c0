"""Two policies gone through rule by rule: what holds under one, under the other, under both."""

from collections.abc import Iterator, Sequence
from threading import RLock

import numpy as np
from numpy.typing import NDArray

from fangpin.engine.column import Mask
from fangpin.kernel.errors import Text
from fangpin.policy.pack import Pack, Rule
from fangpin.screening.applied import Applied, Verdict, Whole
from fangpin.screening.entitlements import Kept, Status
from fangpin.screening.flips import NOTHING, Pair
from fangpin.screening.tally import Gathering, Tally, tally_of

Int64 = NDArray[np.int64]


class Counted:
    """A policy on a run, every rule and programme evaluated and counted once."""

    def __init__(self, applied: Applied, whole: Whole) -> None:
        self.applied = applied
        self.whole = whole
        self.lock = RLock()
        self._tallies: dict[str, tuple[Tally, Tally | None]] = {}
        self.entitled: Kept = {}
        self.found = np.zeros(whole.size("household"), dtype=np.int16)
        """how many rules hold for each household"""
        self.found_villages = np.zeros(whole.size("village"), dtype=np.int16)
        self._evaluate()
        for rule in applied.pack.rules.values():
            rows = [each.holds for each in applied.verdicts(rule.condition)]
            mask = whole.mask(rule.subject, rows, lifted=True)
            if rule.subject == "village":
                self.found_villages += mask
            else:
                self.found += mask
            self.rule_tallies(rule)

    def _evaluate(self) -> None:
        """Every condition of the pack; parts side by side, as many at a time as processors."""
        conditions = [rule.condition for rule in self.pack.rules.values()]
        for programme in self.pack.programmes.values():
            for expression in (programme.eligible, programme.received):
                if expression is not None and expression.node is not None:
                    conditions.append(expression.node)
        self.applied.evaluate(conditions)

    @property
    def pack(self) -> Pack:
        """The pack that is applied."""
        return self.applied.pack

    def rule_tallies(self, rule: Rule) -> tuple[Tally, Tally | None]:
        """The counts of a rule that stays as it is: of subjects, of households."""
        if rule.name not in self._tallies:
            verdicts = self.applied.verdicts(rule.condition)
            pair = Pair.of(self.whole, rule, rule, verdicts, verdicts)
            self._tallies[rule.name] = _rule_tallies(self.whole, pair)
        return self._tallies[rule.name]


class Paired:
    """Goes through the rules of both packs once."""

    def __init__(self, before: Counted, after: Applied) -> None:
        self.before, self.after, self.whole = before, after, before.whole
        self.pairs: list[Pair] = []
        self.statuses: list[Status] = []
        self.tallies: list[tuple[Tally, Tally | None]] = []
        self._kinds: dict[tuple[str, bool], tuple[Text, list[tuple[Pair, bool]]]] = {}
        whole = self.whole
        rest, rest_villages = before.found.copy(), before.found_villages.copy()
        compared = list(self._compare())
        for pair, same in compared:
            if not same and pair.before is not None:
                rows = [each.holds for each in pair.verdicts_before]
                if pair.before.subject == "village":
                    rest_villages -= whole.mask("village", rows)
                else:
                    rest -= whole.mask(pair.before.subject, rows, lifted=True)
        villages = whole.size("village")
        self.households = Gathering(whole.village_of_households, villages, rest)
        self.villages = Gathering(whole.village_of("village"), villages, rest_villages)
        for pair, same in compared:
            self._add(pair, same)

    def _compare(self) -> Iterator[tuple[Pair, bool]]:
        """Every rule of both packs, and whether it is the same."""
        old, new = self.before.applied.pack.rules, self.after.pack.rules
        one, other = self.before.applied, self.after
        keys, others = one.facts[0].definitions, other.facts[0].definitions
        nothing = tuple(NOTHING for _ in self.whole.parts)
        for name in dict.fromkeys([*old, *new]):
            before, after = old.get(name), new.get(name)
            if before is not None and after is not None and before.subject == after.subject:
                then = one.verdicts(before.condition)
                if one is other or keys.node(before.condition) == others.node(after.condition):
                    yield Pair.of(self.whole, before, after, then, then), True
                    continue
                now = other.verdicts(after.condition)
                yield Pair.of(self.whole, before, after, then, now), False
                continue
            if before is not None:
                then = one.verdicts(before.condition)
                yield Pair.of(self.whole, before, None, then, nothing), False
            if after is not None:
                now = other.verdicts(after.condition)
                yield Pair.of(self.whole, None, after, nothing, now), False

    def _add(self, pair: Pair, same: bool) -> None:
        self.pairs.append(pair)
        self.statuses.append(_status(pair, same))
        kind = (pair.rule.kind, pair.rule.subject == "village")
        self._kinds.setdefault(kind, (pair.rule.label, []))[1].append((pair, same))
        if same:
            assert pair.before is not None
            self.tallies.append(self.before.rule_tallies(pair.before))
            return
        self.tallies.append(_rule_tallies(self.whole, pair))
        target = self.villages if pair.rule.subject == "village" else self.households
        _gather(self.whole, target, pair)

    def kinds(self) -> dict[str, tuple[Text, str, Tally]]:
        """Households (or villages) by kind of finding."""
        found = {}
        for (kind, of_villages), (label, pairs) in self._kinds.items():
            subject = "village" if of_villages else "household"
            if all(same for _, same in pairs) or len(pairs) == 1:
                pair = pairs[0][0]
                if len(pairs) == 1:
                    at = self.pairs.index(pair)
                    tally = self.tallies[at][0 if of_villages else 1]
                    assert tally is not None
                    found[f"{kind}@village" if kind in found else kind] = (label, subject, tally)
                    continue
            size = self.whole.size(subject)
            rest = np.zeros(size, dtype=np.int16)
            for pair, same in pairs:
                if same:
                    rows = [each.holds for each in pair.verdicts_after]
                    rest += self.whole.mask(pair.rule.subject, rows, lifted=True)
            village = self.whole.village_of(subject)
            gathering = Gathering(village, self.whole.size("village"), rest)
            for pair, same in pairs:
                if not same:
                    _gather(self.whole, gathering, pair)
            name = f"{kind}@village" if kind in found else kind
            found[name] = (label, subject, gathering.tally())
        return found


def _gather(whole: Whole, target: Gathering, pair: Pair) -> None:
    """Add a rule that differs to what is counted over households or villages."""
    subject = pair.rule.subject

    def mask(rows: list[Int64]) -> Mask:
        return whole.mask(subject, rows, lifted=True)

    target.add(
        mask([each.holds for each in pair.verdicts_before]),
        mask([each.holds for each in pair.verdicts_after]),
        gained=mask(pair.rows["gained"]),
        lost=mask(pair.rows["lost"]),
        became_unknown=mask(pair.rows["became_unknown"]),
        unknown_before=_undecided(whole, pair, pair.verdicts_before),
        unknown_after=_undecided(whole, pair, pair.verdicts_after),
    )


def _undecided(
    whole: Whole, pair: Pair, verdicts: Sequence[Verdict], lifted: bool = True
) -> Mask | None:
    if all(each.undecided is None for each in verdicts):
        return None
    rows = [
        np.zeros(0, np.int64) if each.undecided is None else np.flatnonzero(each.undecided)
        for each in verdicts
    ]
    return whole.mask(pair.rule.subject, rows, lifted=lifted)


def _rule_tallies(whole: Whole, pair: Pair) -> tuple[Tally, Tally | None]:
    """The counts of one rule: of its subjects, and of their households."""
    villages, subject = whole.size("village"), pair.rule.subject
    own: dict[str, Mask] = {}
    for name, verdicts in (("before", pair.verdicts_before), ("after", pair.verdicts_after)):
        own[name] = whole.mask(subject, [each.holds for each in verdicts])
        unsure = _undecided(whole, pair, verdicts, lifted=False)
        if unsure is not None:
            own[f"unknown_{name}"] = unsure
    for direction, rows in pair.rows.items():
        own[direction] = whole.mask(subject, rows)
    own["newly"], own["no_longer"] = own["gained"], own["lost"]
    subjects = tally_of(own, whole.village_of(subject), villages)
    if subject == "village":
        return subjects, None
    if subject == "household":
        return subjects, subjects
    size = whole.size("household")
    gathering = Gathering(whole.village_of_households, villages, np.zeros(size, dtype=np.int16))
    _gather(whole, gathering, pair)
    return subjects, gathering.tally()


def _status(pair: Pair, same: bool) -> Status:
    if pair.before is None:
        return "added"
    if pair.after is None:
        return "dropped"
    return "same" if same else "changed"
