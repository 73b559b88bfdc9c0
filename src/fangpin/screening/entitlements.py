"""Who is entitled to what before and after, what that costs, and what a finding leads to."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from fangpin.engine.column import Mask
from fangpin.kernel.errors import Text
from fangpin.policy.pack import Expression, Pack, Programme
from fangpin.screening.applied import Applied, Whole
from fangpin.screening.payments import Cost, Payment, difference, payment_of
from fangpin.screening.tally import Counts, Tally, tally_of

Status = Literal["same", "changed", "added", "dropped"]
Int64 = NDArray[np.int64]
Side = TypeVar("Side")
Pair = tuple[Side, Side]
"""before, after"""


@dataclass(frozen=True, slots=True)
class ProgrammeEffect:
    """One programme under both policies.

    `entitled`: subjects of the programme for whom its condition holds. `led_gained`, `led_lost`:
    subjects entitled (after, before) and not known to receive it, in households that gained or lost
    a finding: what the findings lead to. `cost`: what the entitled cost more, `led_cost` what those
    of the gained households cost more than those of the lost ones; a year, or one time when
    `rhythm` is `once`. None: `reason` says why there is no figure.
    """

    id: str
    label: Text
    clause: str
    lead: tuple[str, ...]
    subject: str
    status: Status
    entitled: Counts
    led_gained: int
    led_lost: int
    rhythm: Literal["yearly", "once"] | None
    amount_before: Text | None
    amount_after: Text | None
    cost: Cost | None
    led_cost: Cost | None
    reason: Text | None


@dataclass(frozen=True)
class Entitlement:
    """A programme under both policies, counted by village: cut to any villages by `effect`."""

    programme: Programme
    status: Status
    before: Payment | Text | None
    after: Payment | Text | None
    entitled: Tally
    paid: Tally
    """recipients as the amount counts them: `before`, `after`"""
    led: Tally
    """`gained`, `lost`: subjects; `newly`, `no_longer`: recipients among them"""

    def effect(self, where: Mask | None) -> ProgrammeEffect:
        """The figures of the villages in `where`, or of all."""
        paid, led = self.paid.counts(where), self.led.counts(where)
        cost = difference(self.before, self.after, paid.before, paid.after)
        led_cost = difference(self.before, self.after, led.no_longer, led.newly)
        sides = [each for each in (self.after, self.before) if each is not None]
        payment = next((each for each in sides if isinstance(each, Payment)), None)
        reason = next((each for each in sides if isinstance(each, Text)), None)
        if cost is None and reason is None:
            reason = Text("一方按年、一方一次性，不能相减", "yearly on one side, once on the other")
        programme = self.programme
        return ProgrammeEffect(
            id=programme.id,
            label=programme.label,
            clause=programme.clause,
            lead=programme.lead,
            subject=programme.subject,
            status=self.status,
            entitled=self.entitled.counts(where),
            led_gained=led.gained,
            led_lost=led.lost,
            rhythm=payment.rhythm if payment is not None and cost is not None else None,
            amount_before=_amount(self.before),
            amount_after=_amount(self.after),
            cost=cost,
            led_cost=led_cost,
            reason=reason if cost is None else None,
        )


def _amount(side: Payment | Text | None) -> Text | None:
    return side.text if isinstance(side, Payment) else side


Kept = dict[str, tuple[Tally, Tally]]
"""`entitled` and `paid` of programmes that stay as they are, by id; filled when first needed."""


def entitlements(
    whole: Whole, before: Applied, after: Applied, changed: tuple[Mask, Mask], kept: Kept
) -> tuple[Entitlement, ...]:
    """Every programme with a condition. `changed`: households that gained, that lost a finding."""
    ids = dict.fromkeys([*_computed(before.pack), *_computed(after.pack)])
    return tuple(_entitlement(whole, before, after, name, changed, kept) for name in ids)


def recorded_only(packs: Iterable[Pack]) -> int:
    """How many programmes state no condition that could be computed."""
    ids = {each.id for pack in packs for each in pack.programmes.values() if each.eligible is None}
    return len(ids - {name for pack in packs for name in _computed(pack)})


def _computed(pack: Pack) -> list[str]:
    return [each.id for each in pack.programmes.values() if each.eligible is not None]


def _with_condition(pack: Pack, name: str) -> Programme | None:
    programme = pack.programmes.get(name)
    return programme if programme is not None and programme.eligible is not None else None


def _entitlement(
    whole: Whole,
    before: Applied,
    after: Applied,
    name: str,
    changed: tuple[Mask, Mask],
    kept: Kept,
) -> Entitlement:
    old, new = _with_condition(before.pack, name), _with_condition(after.pack, name)
    if old is not None and new is not None and old.subject != new.subject:
        old = None  # about other subjects now: nothing to compare with
    then, now = _payment(before, old), _payment(after, new)
    same = old is not None and new is not None and _same(before, after, old, new)
    shown = new or old
    assert shown is not None
    if same and then == now and name in kept:
        entitled, paid = kept[name]
    else:
        entitled, paid = _counted(whole, (before, after), (old, new), same, (then, now))
        if same and then == now:
            kept[name] = entitled, paid
    return Entitlement(
        programme=shown,
        status=_status(old, new, same and then == now),
        before=then,
        after=now,
        entitled=entitled,
        paid=paid,
        led=_led(whole, (before, after), (old, new), changed, (then, now)),
    )


def _counted(
    whole: Whole,
    applied: Pair[Applied],
    programmes: Pair[Programme | None],
    same: bool,
    payments: Pair[Payment | Text | None],
) -> tuple[Tally, Tally]:
    """Who is entitled, and how many recipients the amounts count, before and after."""
    old, new = programmes
    shown = new or old
    assert shown is not None
    nobody: tuple[Mask, Mask | None] = np.zeros(whole.size(shown.subject), dtype=np.bool_), None
    held, unsure_before = _entitled(whole, applied[0], old) if old else nobody
    if same:
        holds, unsure_after = held, unsure_before
    else:
        holds, unsure_after = _entitled(whole, applied[1], new) if new else nobody
    gone, came = held & ~holds, holds & ~held
    lost = gone if unsure_after is None else gone & ~unsure_after
    masks = {
        "before": held,
        "after": holds,
        "gained": came,
        "lost": lost,
        "newly": came,
        "no_longer": lost,
    }
    if unsure_after is not None:
        masks |= {"became_unknown": gone & unsure_after, "unknown_after": unsure_after}
    if unsure_before is not None:
        masks["unknown_before"] = unsure_before
    entitled = tally_of(masks, whole.village_of(shown.subject), whole.size("village"))
    sides = {
        "before": (np.flatnonzero(held), payments[0]),
        "after": (np.flatnonzero(holds), payments[1]),
    }
    return entitled, _recipients(whole, shown.subject, sides)


def _status(old: Programme | None, new: Programme | None, same: bool) -> Status:
    if old is None:
        return "added"
    if new is None:
        return "dropped"
    return "same" if same else "changed"


def _same(before: Applied, after: Applied, old: Programme, new: Programme) -> bool:
    assert old.eligible is not None
    assert new.eligible is not None
    one, other = before.facts[0].definitions, after.facts[0].definitions
    if old.eligible.node is None or new.eligible.node is None:
        return False
    return one.node(old.eligible.node) == other.node(new.eligible.node)


def _payment(applied: Applied, programme: Programme | None) -> Payment | Text | None:
    if programme is None:
        return None
    return payment_of(applied.pack, programme, applied.as_of)


def _entitled(whole: Whole, applied: Applied, programme: Programme) -> tuple[Mask, Mask | None]:
    assert programme.eligible is not None
    assert programme.eligible.node is not None
    verdicts = applied.verdicts(programme.eligible.node)
    holds = whole.mask(programme.subject, [each.holds for each in verdicts])
    if all(each.undecided is None for each in verdicts):
        return holds, None
    rows = [
        np.zeros(0, np.int64) if each.undecided is None else np.flatnonzero(each.undecided)
        for each in verdicts
    ]
    return holds, whole.mask(programme.subject, rows)


def _recipients(
    whole: Whole, subject: str, sides: dict[str, tuple[Int64, Payment | Text | None]]
) -> Tally:
    """Subjects (by their rows) as the amount counts them, by village."""
    village = whole.size("village")
    arrays = {}
    for name, (rows, payment) in sides.items():
        if not isinstance(payment, Payment) or not len(rows):
            continue
        per = payment.per
        if per == "household" and subject == "person":
            chosen = np.zeros(whole.size("household"), dtype=np.bool_)
            chosen[whole.household_of_persons[rows]] = True
            places = whole.village_of_households[chosen]
        elif per == "person" and subject == "household":
            places = np.repeat(whole.village_of_households[rows], whole.members[rows])
        else:
            places = whole.village_of(subject)[rows]
        arrays[name] = np.bincount(places, minlength=village)
    return Tally(village, arrays)


def _led(
    whole: Whole,
    applied: Pair[Applied],
    programmes: Pair[Programme | None],
    changed: tuple[Mask, Mask],
    payments: Pair[Payment | Text | None],
) -> Tally:
    """Entitled and not known to receive, in households that gained or lost a finding."""
    shown = programmes[1] or programmes[0]
    assert shown is not None
    villages = whole.size("village")
    arrays: dict[str, Int64] = {}
    sides: dict[str, tuple[Int64, Payment | Text | None]] = {}
    for side, households, name, paid in (
        (1, changed[0], "gained", "newly"),
        (0, changed[1], "lost", "no_longer"),
    ):
        programme = programmes[side]
        if programme is None or programme.subject == "village" or not households.any():
            continue
        rows = _rows(whole, applied[side], programme.eligible, programme.subject)
        of = rows if programme.subject == "household" else whole.household_of_persons[rows]
        rows = rows[households[of]]
        receiving = _rows(whole, applied[side], programme.received, programme.subject)
        rows = np.setdiff1d(rows, receiving, assume_unique=True)
        arrays[name] = np.bincount(whole.village_of(shown.subject)[rows], minlength=villages)
        sides[paid] = rows, payments[side]
    recipients = _recipients(whole, shown.subject, sides)
    return Tally(villages, {**arrays, **recipients.arrays})


def _rows(whole: Whole, applied: Applied, condition: Expression | None, subject: str) -> Int64:
    """Rows of the whole for which a condition is known to hold; none without a condition."""
    if condition is None or condition.node is None:
        return np.zeros(0, dtype=np.int64)
    return whole.joined(subject, [each.holds for each in applied.verdicts(condition.node)])
