"""A household some months later, when help has worked: what departments deliver about it then.

Nothing is wiped out that stays true: a settlement of the year remains in the list of the year, a
disabled person remains disabled, a house that was graded stays in the file with what was done.
"""

from dataclasses import replace
from datetime import date

import numpy as np

from fangpin.sample.population import FLOOR
from fangpin.sample.world import World, day_number

_HOUSED = "已改造"
_BETTER_OFF = 2_800_00
"""fen a head above the least of households that are not monitored"""
_CHECK_UP = 160_00
"""fen paid for a check-up at most"""


def recovered(world: World, household: int, since: date) -> None:
    """Change the facts of `household`, monitored since the month `since`."""
    _incomes(world, household)
    _people(world, household)
    _rows(world, household, day_number(since))


def _incomes(world: World, household: int) -> None:
    steady = (FLOOR + _BETTER_OFF) * int(world.sizes[household])
    world.net[household] = max(int(world.net[household]), steady)


def _people(world: World, household: int) -> None:
    facts, here = world.facts, world.present[household]
    alive = here & (facts.death[household] == 0)
    facts.insured[household] |= alive
    facts.on_roll[household] |= facts.dropout[household]
    facts.dropout[household] = False
    # Whoever had lost the job has had one again for some months.
    out = facts.work[household] > 1
    facts.work[household, out] = 1
    facts.work_before[household, out] = 1
    facts.level_before[household] = facts.level[household]
    facts.nursing[household] |= alive & np.isin(facts.level[household], (1, 2))
    facts.living[household] |= alive & (facts.level[household] > 0) & facts.subsistence[household]


def _rows(world: World, household: int, since: int) -> None:
    extra = world.extra
    year = day_number(world.month.replace(month=1, day=1))
    # The list of the year keeps what was settled before; in the next year there are check-ups. None
    # is dropped: a reversal names the place of what it reverses.
    for place, stay in enumerate(extra.stays):
        if stay.household == household:
            paid = stay.paid if since >= year else min(max(stay.paid, -_CHECK_UP), _CHECK_UP)
            day = min(stay.day, max(year + 8, since - 12))
            extra.stays[place] = replace(stay, paid=paid, day=day)
    extra.disasters = [each for each in extra.disasters if each[0] != household]
    extra.water.pop(int(world.village[household]), None)
    extra.calls = [each for each in extra.calls if each[0] != household]
    extra.loans = [each for each in extra.loans if each[0] != household]
    extra.houses = {
        home: [(grade, min(day, since - 12), _HOUSED) for grade, day, _ in rows]
        if home == household
        else rows
        for home, rows in extra.houses.items()
    }
