"""One county: composed, planted, derived, numbered, written."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from fangpin.kernel.errors import FangpinError
from fangpin.sample import (
    file_assistance,
    file_health,
    file_register,
    file_school,
    file_village,
    file_work,
    numbers,
    plant_benefits,
    plant_health,
    plant_places,
    plant_risks,
)
from fangpin.sample.desk import Desk
from fangpin.sample.names import personal_names
from fangpin.sample.planting import NoMoreHouseholds, Planted, Planter
from fangpin.sample.population import compose, derive
from fangpin.sample.sheet import Delivery
from fangpin.sample.text_file import write_text
from fangpin.sample.truth import DefectLog, write_planted
from fangpin.sample.villages import NEVER_COVERED, SOMETIMES_COVERED
from fangpin.sample.world import Slot, World, calendar_numbers
from fangpin.sample.xlsx import write_workbook

FEWEST, MOST = 50, 1_000_000
_EARLIEST = date(2020, 1, 1)
_HOUSEHOLDS_PER_ROUND = 500
_LEAST_ROUNDS = 4

SITUATIONS: tuple[Callable[[Planter], None], ...] = (
    plant_health.medical_expense,
    plant_risks.unsafe_house,
    plant_risks.risk_returns,
    plant_risks.school_dropout,
    plant_health.new_severe_disability,
    plant_risks.job_loss,
    plant_risks.loan_overdue,
    plant_health.uninsured,
    plant_benefits.dead_receiving,
    plant_benefits.no_labour_unprotected,
    plant_benefits.yulu_grant_missing,
    plant_health.nursing_allowance_missing,
    plant_benefits.two_posts,
    plant_benefits.post_away,
    plant_benefits.post_age,
    plant_benefits.subsistence_assets,
    plant_risks.disaster_loss,
    plant_places.hotline_clue,
    plant_risks.low_income_not_monitored,
    plant_risks.low_income_general,
    plant_health.temporary_relief,
    plant_risks.loan_due_soon,
    plant_benefits.subsistence_ended,
    plant_health.living_allowance_missing,
    plant_health.single_person_subsistence,
)
FILES: tuple[Callable[[Desk], Delivery], ...] = (
    file_register.national_export,
    file_health.medical,
    file_health.insurance,
    file_school.school_roll,
    file_health.certificates,
    file_assistance.subsistence,
    file_assistance.destitute,
    file_assistance.relief,
    file_health.deaths,
    file_village.houses,
    file_village.water,
    file_work.posts,
    file_work.migrants,
    file_work.vehicles,
    file_work.businesses,
    file_work.loans,
    file_village.disasters,
    file_health.allowances,
    file_assistance.pensions,
    file_village.hotline,
    file_assistance.grants,
    file_village.place_changes,
)
MONTHLY: tuple[Callable[[Desk], Delivery], ...] = (
    file_health.certificates,
    file_assistance.subsistence,
    file_work.posts,
    file_work.migrants,
)
"""also written for the month before"""


@dataclass(frozen=True)
class SampleSummary:
    """What was written. `rows` data rows per file; `planted` expectation → number; `defects` cells
    and lines that are not plain."""

    folder: Path
    month: date
    households: int
    persons: int
    villages: int
    rows: dict[str, int]
    planted: dict[str, int]
    defects: int


def generate(
    folder: Path,
    households: int = 6000,
    seed: int = 1,
    month: date = date(2021, 5, 1),
    truth: Path | None = None,
) -> SampleSummary:
    """Write the department files of one invented county for one month into `folder`.

    The monthly lists (certificates, subsistence allowance, posts, migrant work) come for the month
    before as well. Same seed, size and month: the same bytes. `truth` receives `planted.csv` and
    `defects.csv`. From about 250 households on every kind of rule has at least three situations to
    be found and three that only look like one. Existing files of the same names are replaced; an
    interrupted or failed run leaves nothing.

    Raises FangpinError for a size or month outside the limits.
    """
    return generate_world(folder, households, seed, month, truth)[0]


def generate_world(
    folder: Path,
    households: int,
    seed: int,
    month: date,
    truth: Path | None = None,
    then: Callable[[World], None] | None = None,
    people_of: date | None = None,
) -> tuple[SampleSummary, World, list[Planted]]:
    """`generate`, with the world behind it. `then` may change the world before it is written;
    `people_of`: another month whose people these are."""
    _refuse_odd(households, month)
    world, planted = county(households, seed, month.replace(day=1), people_of)
    if then is not None:
        then(world)
    with _Unfinished(truth) as answers, _Unfinished(folder) as files:
        assert files is not None
        rows, defects = _write(world, seed, planted, files, answers)
    expected: dict[str, int] = {}
    for each in planted:
        expected[each.expected] = expected.get(each.expected, 0) + 1
    summary = SampleSummary(
        folder, world.month, households, len(world.ids), len(world.villages), rows, expected,
        defects,
    )  # fmt: skip
    return summary, world, planted


def _write(
    world: World, seed: int, planted: list[Planted], files: Path, answers: Path | None
) -> tuple[dict[str, int], int]:
    """All files and answers; rows per file and number of defects."""
    if answers is not None:
        write_planted(answers, world, planted)
    log = DefectLog(answers)
    rows: dict[str, int] = {}
    try:
        now = Desk(world, seed, world.month)
        before = Desk(world, seed, file_assistance.month_before(world.month))
        deliveries = [(make, now) for make in FILES] + [(make, before) for make in MONTHLY]
        for make, desk in deliveries:
            delivery = make(desk)
            write = write_text if delivery.encoding else write_workbook
            rows[delivery.file] = write(files, delivery, log)
        for township in sorted(world.gap):
            log.gap(file_village.houses(now).file, township)
    finally:
        log.close()
    return rows, log.count


class _Unfinished:
    """A folder beside `target` whose files move there at the end, or vanish after a failure."""

    def __init__(self, target: Path | None) -> None:
        self.target = target
        self.folder = target.with_name(f"{target.name}.partial") if target else None

    def __enter__(self) -> Path | None:
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True)
        return self.folder

    def __exit__(self, failed: type[BaseException] | None, *_: object) -> None:
        if self.target is None or self.folder is None:
            return
        if failed is None:
            self.target.mkdir(parents=True, exist_ok=True)
            for path in sorted(self.folder.iterdir()):
                path.replace(self.target / path.name)
        shutil.rmtree(self.folder, ignore_errors=True)


def _refuse_odd(households: int, month: date) -> None:
    if not FEWEST <= households <= MOST:
        raise FangpinError.because(
            f"户数须在 {FEWEST} 至 {MOST:,} 之间,给出的是 {households}",
            f"the number of households must lie between {FEWEST} and {MOST:,}, not {households}",
            do_zh="换一个户数",
            do_en="choose another number",
        )
    if month < _EARLIEST:
        raise FangpinError.because(
            f"月份不能早于 {_EARLIEST:%Y-%m},给出的是 {month:%Y-%m}",
            f"the month cannot be before {_EARLIEST:%Y-%m}, {month:%Y-%m} was given",
            do_zh="换一个月份:更早的年度没有监测线等参数",
            do_en="choose a later month: earlier years have no monitoring line",
        )


def county(
    households: int, seed: int, month: date, people_of: date | None = None
) -> tuple[World, list[Planted]]:
    """The county as it truly is, and what a screening of its files should say: exactly in the
    half-year of `people_of`, later people have grown past the ages that situations rest on."""
    world = compose(households, seed, month, people_of)
    world.gap = frozenset((*NEVER_COVERED, SOMETIMES_COVERED[month.month % 2]))
    planter = Planter(world)
    try:
        for planter.round in range(max(_LEAST_ROUNDS, households // _HOUSEHOLDS_PER_ROUND)):
            for situation in SITUATIONS:
                situation(planter)
    except NoMoreHouseholds:
        pass
    planter.planted += plant_places.water(world)
    world.settled = {}
    derive(world)
    for act in world.afterwards:
        act(world)
    settle(world, seed)
    return world, planter.planted


def settle(world: World, seed: int) -> None:
    """Names, identity numbers, telephones, household and person numbers."""
    rng = np.random.default_rng([seed, 2])
    homes, slots = np.nonzero(world.present)
    size = len(homes)
    world.person = np.full(world.present.shape, -1, dtype=np.int64)
    world.person[homes, slots] = np.arange(size)
    born = calendar_numbers(world.born[homes, slots])
    male = world.male[homes, slots]
    world.ids = numbers.identity_numbers(born, male)
    line = rng.integers(0, 10**6, world.present.shape)
    family = np.where(
        np.isin(np.arange(line.shape[1]), (Slot.spouse, Slot.mother)), line, line[:, :1]
    )
    world.names = personal_names(
        rng, family[homes, slots], male, born // 10_000, world.minority[homes, slots]
    )
    world.phones = numbers.telephones(rng, world.households)
    first = np.searchsorted(world.village, np.arange(len(world.villages)))
    order = np.arange(world.households) - first[world.village] + 1
    codes = pl.Series([village.code for village in world.villages]).gather(world.village)
    world.numbers = codes + pl.Series(order).cast(pl.String).str.zfill(5)
    place = np.cumsum(world.present, axis=1)[homes, slots]
    world.person_numbers = world.numbers.gather(homes) + pl.Series(place).cast(pl.String).str.zfill(
        2
    )
