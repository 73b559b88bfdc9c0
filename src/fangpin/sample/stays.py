"""Medical settlements of the year so far: small ones by chance, planted ones as planned."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from fangpin.sample.desk import Desk
from fangpin.sample.world import Ints, day_number

_SINGLE_CAP = 8_900_00
_TOTAL_CAP = 17_000_00
_WATCHED_CAP = 4_600_00


@dataclass(frozen=True)
class Stays:
    """n settlements: household, slot, day, amounts in fen, receipt numbers and remarks."""

    household: Ints
    slot: Ints
    day: Ints
    paid: Ints
    total: Ints
    pool: Ints
    serious: Ints
    relief: Ints
    receipts: pl.Series
    remarks: pl.Series

    def __len__(self) -> int:
        return len(self.household)

    def gather(self, rows: Ints) -> "Stays":
        """Some of them."""
        arrays = (self.household, self.slot, self.day, self.paid, self.total, self.pool,
                  self.serious, self.relief)  # fmt: skip
        home, slot, day, paid, total, pool, serious, relief = (array[rows] for array in arrays)
        receipts, remarks = self.receipts.gather(rows), self.remarks.gather(rows)
        return Stays(home, slot, day, paid, total, pool, serious, relief, receipts, remarks)

    @classmethod
    def of(cls, desk: Desk, inpatient: bool) -> "Stays":
        """All settlements of one sheet, by day."""
        homes, slots, days, paid, is_inpatient = _ordinary(desk)
        chosen = is_inpatient == inpatient
        planted = list(enumerate(desk.world.extra.stays))
        mine = [(number, stay) for number, stay in planted if stay.inpatient == inpatient]
        homes = np.r_[homes[chosen], np.array([s.household for _, s in mine], dtype=np.int64)]
        slots = np.r_[slots[chosen], np.array([s.slot for _, s in mine], dtype=np.int64)]
        days = np.r_[days[chosen], np.array([s.day for _, s in mine], dtype=np.int64)]
        paid = np.r_[paid[chosen], np.array([s.paid for _, s in mine], dtype=np.int64)]
        ordinary = int(chosen.sum())
        # Ordinary receipts count from 1, planted ones from 50,000,000: no two are alike.
        number = np.r_[
            np.flatnonzero(chosen) + 1, np.array([50_000_000 + n for n, _ in mine], dtype=np.int64)
        ]
        dates = pl.Series(days).cast(pl.Int32).cast(pl.Date).dt.strftime("%Y%m%d")
        receipts = "YB" + dates + pl.Series(number).cast(pl.String).str.zfill(9)
        remarks: list[str | None] = [None] * len(number)
        place = {n: ordinary + position for position, (n, _) in enumerate(mine)}
        for n, stay in mine:
            if stay.reverses >= 0:
                remarks[place[n]] = f"冲销原单号{receipts[place[stay.reverses]]}"
        pool = paid * 3 // 2
        serious = np.where(paid > 6_000_00, paid // 4, 0)
        relief = np.where(np.arange(len(paid)) % 7 == 0, paid // 8, 0)
        made = cls(
            homes, slots, days, paid, paid + pool + serious + relief, pool, serious, relief,
            receipts, pl.Series(remarks, dtype=pl.String),
        )  # fmt: skip
        return made.gather(np.argsort(days, kind="stable"))


def _ordinary(desk: Desk) -> tuple[Ints, Ints, Ints, Ints, np.ndarray]:
    """Settlements by chance, scaled down so that no household comes near a line."""
    world, rng = desk.world, desk.chance("stays")
    free = world.present & ~world.quiet[:, None] & (world.facts.death == 0)
    old = world.ages() >= 55
    visits = rng.poisson(np.where(old, 0.3, 0.08)) * free
    home, slot = np.nonzero(visits)
    times = visits[home, slot]
    home, slot = np.repeat(home, times), np.repeat(slot, times)
    size = len(home)
    inpatient = rng.random(size) < 0.36
    paid = np.where(inpatient, rng.lognormal(7.3, 0.7, size), rng.lognormal(4.9, 0.6, size)) * 100
    paid = np.minimum(paid, _SINGLE_CAP).astype(np.int64) + 1
    sums = np.bincount(home, weights=paid, minlength=world.households)
    cap = np.minimum(_TOTAL_CAP, world.net * 0.4)
    cap = np.where(world.category > 1, np.minimum(cap, _WATCHED_CAP), cap)
    factor = np.minimum(1.0, cap / np.maximum(sums, 1))
    paid = np.maximum((paid * factor[home]).astype(np.int64), 1)
    start = day_number(desk.month.replace(month=1)) + 8
    days = rng.integers(start, max(world.last, start + 1), size)
    return home, slot, days, paid, inpatient
