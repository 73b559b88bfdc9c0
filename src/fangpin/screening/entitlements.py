"""Who is entitled to what before and after, what that costs, and what a finding leads to."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fangpin.engine.column import Mask
from fangpin.kernel.errors import Text
from fangpin.policy.pack import Pack, Programme
from fangpin.screening.applied import Applied, Whole
from fangpin.screening.payments import Cost, Payment, difference, payment_of
from fangpin.screening.tally import Counts, Tally, tally_of

Status = Literal["same", "changed", "added", "dropped"]
Rows = list[NDArray[np.int64]]


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


def entitlements(
    whole: Whole, before: Applied, after: Applied, gained: Mask, lost: Mask
) -> tuple[Entitlement, ...]:
    """Every programme with a condition. `gained`, `lost`: households whose findings changed."""
    ids = dict.fromkeys([*_computed(before.pack), *_computed(after.pack)])
    return tuple(_entitlement(whole, before, after, name, gained, lost) for name in ids)


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
    whole: Whole, before: Applied, after: Applied, name: str, gained: Mask, lost: Mask
) -> Entitlement:
    old, new = _with_condition(before.pack, name), _with_condition(after.pack, name)
    if old is not None and new is not None and old.subject != new.subject:
        old = None  # about other subjects now: nothing to compare with
    shown = new or old
    assert shown is not None
    then, now = _payment(before, old), _payment(after, new)
    subject = shown.subject
    size = whole.size(subject)
    nobody: tuple[Mask, Mask | None] = np.zeros(size, dtype=np.bool_), None
    held, unsure_before = _entitled(whole, before, old) if old else nobody
    if old and new and _same(before, after, old, new):
        holds, unsure_after = held, unsure_before
    else:
        holds, unsure_after = _entitled(whole, after, new) if new else nobody
    lost_now = held & ~holds
    masks = {
        "before": held,
        "after": holds,
        "gained": holds & ~held,
        "lost": lost_now if unsure_after is None else lost_now & ~unsure_after,
        "newly": holds & ~held,
        "no_longer": lost_now if unsure_after is None else lost_now & ~unsure_after,
    }
    if unsure_after is not None:
        masks |= {"became_unknown": lost_now & unsure_after, "unknown_after": unsure_after}
    if unsure_before is not None:
        masks["unknown_before"] = unsure_before
    village = whole.village_of(subject)
    return Entitlement(
        programme=shown,
        status=_status(old, new, held, holds, then, now),
        before=then,
        after=now,
        entitled=tally_of(masks, village, whole.size("village")),
        paid=_recipients(whole, subject, {"before": (held, then), "after": (holds, now)}),
        led=_led(whole, before, after, old, new, (held, holds), (gained, lost), (then, now)),
    )


def _status(
    old: Programme | None,
    new: Programme | None,
    held: Mask,
    holds: Mask,
    then: Payment | Text | None,
    now: Payment | Text | None,
) -> Status:
    if old is None:
        return "added"
    if new is None:
        return "dropped"
    return "same" if held is holds and then == now else "changed"


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
    whole: Whole, subject: str, sides: dict[str, tuple[Mask, Payment | Text | None]]
) -> Tally:
    """Subjects as the amount counts them, by village."""
    village = whole.size("village")
    arrays = {}
    for name, (mask, payment) in sides.items():
        if not isinstance(payment, Payment) or not mask.any():
            continue
        per = payment.per
        if per == "household" and subject == "person":
            chosen = np.zeros(whole.size("household"), dtype=np.bool_)
            chosen[whole.household_of_persons[mask]] = True
            arrays[name] = np.bincount(whole.village_of_households[chosen], minlength=village)
        elif per == "person" and subject == "household":
            members = mask[whole.household_of_persons]
            arrays[name] = np.bincount(whole.village_of_persons[members], minlength=village)
        else:
            arrays[name] = np.bincount(whole.village_of(subject)[mask], minlength=village)
    return Tally(village, arrays)


def _led(
    whole: Whole,
    before: Applied,
    after: Applied,
    old: Programme | None,
    new: Programme | None,
    entitled: tuple[Mask, Mask],
    households: tuple[Mask, Mask],
    payments: tuple[Payment | Text | None, Payment | Text | None],
) -> Tally:
    """Entitled and not known to receive, in households that gained or lost a finding."""
    (held, holds), (gained, lost) = entitled, households
    sides: dict[str, tuple[Mask, Payment | Text | None]] = {}
    found: dict[str, Mask] = {}
    for name, programme, applied, mask, changed, payment, paid in (
        ("gained", new, after, holds, gained, payments[1], "newly"),
        ("lost", old, before, held, lost, payments[0], "no_longer"),
    ):
        if programme is None or programme.subject == "village" or not changed.any():
            continue
        concerned = changed
        if programme.subject == "person":
            concerned = changed[whole.household_of_persons]
        due = mask & concerned & ~_receiving(whole, applied, programme)
        found[name] = due
        sides[paid] = due, payment
    shown = new or old
    assert shown is not None
    tally = tally_of(found, whole.village_of(shown.subject), whole.size("village"))
    recipients = _recipients(whole, shown.subject, sides)
    return Tally(tally.villages, {**tally.arrays, **recipients.arrays})


def _receiving(whole: Whole, applied: Applied, programme: Programme) -> Mask:
    if programme.received is None or programme.received.node is None:
        return np.zeros(whole.size(programme.subject), dtype=np.bool_)
    verdicts = applied.verdicts(programme.received.node)
    return whole.mask(programme.subject, [each.holds for each in verdicts])
