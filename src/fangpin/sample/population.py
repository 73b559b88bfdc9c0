"""Who lives in the county, and what is ordinarily true of them.

`compose` draws households; `derive` draws everything else so that nothing ordinary looks like a
finding: what is to be found is planted on purpose (see `planting`). Draws have the same size for
every month, so that two months of one seed speak of the same people.
"""

from datetime import date

import numpy as np

from fangpin.sample.villages import villages_for
from fangpin.sample.world import Bools, Category, Facts, Ints, Slot, World, day_number

_SHARES = {
    Category.general: 0.72,
    Category.alleviated: 0.22,
    Category.unstable: 0.022,
    Category.marginal: 0.022,
    Category.sudden: 0.016,
}
FLOOR = 6_200_00
"""least net income per person (fen) of households that are not monitored"""
OTHER_COST = 1_200_00
"""cost of production (fen) of a household that earns something from it"""
POST_KINDS = (
    "保洁员", "护路员", "水管员", "生态护林员", "养老服务员", "公共卫生监督员", "村级图书管理员",
    "治安巡逻员",
)  # fmt: skip
RANGER = POST_KINDS.index("生态护林员")


def compose(households: int, seed: int, month: date, people_of: date | None = None) -> World:
    """Households in villages, with members and birthdays (see `World.people_of`)."""
    people_of = people_of or month
    rng = np.random.default_rng([seed, 1])
    villages = villages_for(households)
    weights = rng.uniform(0.6, 1.6, len(villages))
    village = np.sort(rng.choice(len(villages), households, p=weights / weights.sum()))
    category = rng.choice(
        np.array(list(_SHARES), dtype=np.int8), households, p=list(_SHARES.values())
    )
    anchor = day_number(date(people_of.year, 1, 1))
    age = np.zeros((households, 7))
    head = rng.normal(54, 13, households)
    spread = rng.uniform(24, 90, households)
    head = np.where((head < 24) | (head > 90), spread, head)
    chance = rng.random((households, 7))
    age[:, Slot.head] = head
    age[:, Slot.spouse] = head - rng.normal(1, 3, households)
    age[:, Slot.father] = head + rng.uniform(21, 32, households)
    age[:, Slot.mother] = head + rng.uniform(20, 30, households)
    age[:, Slot.child] = head - rng.uniform(21, 31, households)
    age[:, Slot.second] = age[:, Slot.child] - rng.uniform(1.5, 6, households)
    age[:, Slot.grandchild] = age[:, Slot.child] - rng.uniform(21, 27, households)
    here = np.zeros((households, 7), dtype=bool)
    here[:, Slot.head] = True
    here[:, Slot.spouse] = chance[:, 1] < np.where(head < 75, 0.84, 0.45)
    here[:, Slot.father] = (chance[:, 2] < 0.18) & (age[:, 2] < 92)
    here[:, Slot.mother] = (chance[:, 3] < 0.24) & (age[:, 3] < 92)
    child = age[:, Slot.child]
    here[:, Slot.child] = (chance[:, 4] < np.where(child < 22, 0.9, 0.5)) & (child > 0.4)
    second = age[:, Slot.second]
    here[:, Slot.second] = here[:, 4] & (chance[:, 5] < 0.5) & (second > 0.4)
    grandchild = age[:, Slot.grandchild]
    here[:, Slot.grandchild] = here[:, 4] & (chance[:, 6] < 0.6) & (grandchild > 0.4)
    male = rng.random((households, 7)) < 0.52
    male[:, Slot.head] = rng.random(households) < 0.86
    male[:, Slot.spouse] = ~male[:, Slot.head]
    male[:, Slot.father], male[:, Slot.mother] = True, False
    born = (anchor - age * 365.2425).astype(np.int64)
    removed = (category > 1) & (rng.random(households) < 0.35)
    since = anchor - rng.integers(100, 700, households)
    minority = np.repeat(rng.random((households, 1)) < 0.012, 7, axis=1)
    group = rng.integers(1, 9, households)
    return World(
        month, people_of, rng, villages, village, group, category, removed, since,
        np.zeros(households, dtype=np.int64), np.zeros(households, dtype=bool), here, born, male,
        minority, Facts.blank(households),
    )  # fmt: skip


def derive(world: World) -> None:
    """Schooling, work, benefits, income and cover of everybody."""
    _schooling(world)
    _health(world)
    _work(world)
    _benefits(world)
    _incomes(world)


def _draw(world: World) -> np.ndarray:
    return world.rng.random(world.present.shape)


def _busy(world: World) -> Bools:
    """Households that may get things by chance, as a column."""
    return ~world.quiet[:, None]


def school_age(world: World) -> Ints:
    """Age on 31 August of the school year."""
    return world.ages(day_number(date(world.school_year, 8, 31)))


def stage_of(age: Ints, chance: np.ndarray) -> Ints:
    """Stage codes (see Facts.stage) of children and young people by their age on 31 August."""
    stage = np.zeros(age.shape, dtype=np.int64)
    stage = np.where(age < 3, 23, stage)
    stage = np.where((age >= 3) & (age < 6), 1, stage)
    stage = np.where((age >= 6) & (age < 12), age - 4, stage)
    stage = np.where((age >= 12) & (age < 15), age - 4, stage)
    upper = np.where(chance < 0.55, 11, 14) + age - 15
    stage = np.where((age >= 15) & (age < 18), upper, stage)
    college = np.where(chance < 0.3, 17, 20) + age - 18
    return np.where((age >= 18) & (age < 21) & (chance < 0.6), college, stage)


def _schooling(world: World) -> None:
    facts, age = world.facts, school_age(world)
    stage = stage_of(age, _draw(world))
    stage[:, : Slot.child] = 0
    facts.stage[:] = stage
    facts.on_roll[:] = (stage >= 1) & (stage <= 16)
    facts.yulu[:] = (stage >= 14) & (stage <= 19) & (world.category[:, None] > 0)


def _health(world: World) -> None:
    facts, age = world.facts, world.ages()
    disabled = (_draw(world) < np.where(age >= 50, 0.075, 0.03)) & (age >= 9) & _busy(world)
    disabled &= (facts.stage == 0) | (facts.stage > 16)
    disabled &= world.present
    facts.level[:] = np.where(disabled, world.rng.choice(4, disabled.shape) + 1, 0)
    facts.level_before[:] = facts.level
    change = _draw(world)
    # Light certificates come, go and change from month to month; severe ones stay.
    light = disabled & (facts.level >= 3)
    facts.level_before[:] = np.where(light & (change < 0.02), 0, facts.level_before)
    facts.level_before[:] = np.where(
        light & (change > 0.97), np.where(facts.level == 3, 4, 3), facts.level_before
    )
    facts.certificate[:] = np.where(light & (change > 0.4) & (change < 0.43), 1, 0)
    severe = disabled & (facts.level <= 2)
    facts.nursing[:] = severe
    facts.insured[:] = True
    lapse = (_draw(world) < 0.03) & (world.category[:, None] == 0) & _busy(world)
    facts.insured[lapse] = False


def _work(world: World) -> None:
    facts, age = world.facts, world.ages()
    chance = _draw(world)
    student = (facts.stage > 0) & (facts.stage < 23)
    labour = np.where(chance < 0.12, 2, 1)
    labour = np.where(age >= 60, 3, labour)
    labour = np.where((age >= 72) | (age < 16) | student, 0, labour)
    severe = (facts.level > 0) & (facts.level <= 2)
    facts.labour[:] = np.where(severe, 4, labour)
    able = (facts.labour == 1) | (facts.labour == 2)
    adult = able & (age >= 18) & (age < 59) & world.present & _busy(world)
    works = adult & (_draw(world) < 0.34)
    where = _draw(world)
    facts.work[:] = np.where(works, np.where(where < 0.04, 2, 1), 0)
    facts.work_before[:] = np.where(works & (where < 0.985), 1, 0)
    facts.away[:] = works & (where < 0.7)
    facts.months[:] = np.where(works, world.rng.integers(5, 12, works.shape), 0)
    facts.wage[:] = np.where(works, world.rng.integers(24, 56, works.shape) * 100_00, 0)
    post = adult & ~works & (_draw(world) < 0.05)
    kind = world.rng.choice(len(POST_KINDS), post.shape, p=_post_weights()) + 1
    turn = _draw(world)
    facts.post[:] = np.where(post & (turn < 0.985), kind, 0)
    facts.post_before[:] = np.where(post & (turn > 0.02), kind, 0)


def _post_weights() -> list[float]:
    """Rangers are many."""
    weights = [1.0] * len(POST_KINDS)
    weights[RANGER] = 3.0
    return [weight / sum(weights) for weight in weights]


def _benefits(world: World) -> None:
    facts, age = world.facts, world.ages()
    policy = world.category > 0
    chance = world.rng.random(world.households)
    able = (facts.labour >= 1) & (facts.labour <= 3) & world.present
    workers = np.asarray(able.any(axis=1), dtype=bool)
    alone = (world.sizes == 1) & (age[:, Slot.head] >= 62) & ~workers
    destitute = alone & (chance < 0.6) & ~world.quiet
    grants = np.where(policy, 0.2, 0.03)
    grant = (chance > 1 - grants) & ~world.quiet | policy & ~workers
    grant &= ~destitute
    facts.destitute[:] = world.present & destitute[:, None]
    facts.subsistence[:] = world.present & grant[:, None]
    facts.subsistence_before[:] = facts.subsistence
    turn = world.rng.random(world.households)
    newly = grant & (turn < 0.02) & ~world.quiet & workers
    facts.subsistence_before[newly] = False
    facts.nursing &= ~facts.destitute
    facts.living[:] = (facts.level > 0) & facts.subsistence
    facts.pension[:] = (age >= 60) & (_draw(world) < 0.95)
    pensioned_this_month = world.ages(world.first - 1) < 60
    facts.pension[pensioned_this_month] = False
    _deaths(world, workers)


def _deaths(world: World, workers: Bools) -> None:
    """Old people die; their benefits end with the month of death."""
    facts, age = world.facts, world.ages()
    chance = _draw(world)
    may = (age >= 70) & world.present & _busy(world) & workers[:, None] & (facts.labour == 0)
    may &= (world.category == 0)[:, None] & ~facts.subsistence & ~facts.destitute
    # Three at least, so that the smallest county has a list with something odd in it.
    least = np.sort(chance[may])[:3]
    dies = may & (chance <= max(0.012, *least.tolist(), 0.0))
    year = day_number(date(world.month.year, 1, 1))
    day = year + (_draw(world) * (world.last - 5 - year)).astype(np.int64)
    facts.death[:] = np.where(dies, day, 0)
    before = dies & (day < world.first)
    facts.pension[before] = False
    facts.insured[before] = False


def _incomes(world: World) -> None:
    facts, sizes = world.facts, world.sizes
    wages = (facts.wage * facts.months * world.present).sum(axis=1)
    other = world.rng.integers(1_500, 9_000, world.households) * 100 * sizes
    net = wages + other
    floor = FLOOR * sizes + world.rng.integers(0, 2_500_00, world.households)
    watched = world.category > 1
    low = (world.rng.integers(4_300, 9_500, world.households) * 100 + 37) * sizes
    world.net[:] = np.where(watched, np.maximum(low, wages), np.maximum(net, floor))
