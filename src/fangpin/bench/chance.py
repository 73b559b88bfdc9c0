"""The ordinary rows of a block: what most people have, drawn so that no rule is hit by chance.

Planted households get from here only what they would have anyway (insurance, pension, school).
"""

from typing import Final

import numpy as np

from fangpin.bench.people import GENERAL, Block, Flags, Int64
from fangpin.bench.rows import NULL, Rows

ROWS_PER_PERSON: Final = 0.9
BAD: Final = 0.02
OUTSIDERS: Final = 0.02

_OTHER_RECEIPTS: Final = 8_000_000
"""Receipts of planted settlements lie below."""


def fill(block: Block, rows: Rows) -> None:
    """Add the ordinary rows; settlements bring the total to 0.9 rows per person."""
    rng = block.rng
    age = block.ages()
    free = ~block.planted[block.household]
    key = (block.category != GENERAL)[block.household]
    listed = block.listed[block.household]
    dead = _deaths(block, rows, free & ~key & ~listed & (age >= 60))
    _insurance(block, rows, key)
    _benefits(block, rows, age, dead)
    _school(block, rows, age)
    adult = np.flatnonzero(free & ~listed & (age >= 18) & (age < 59) & (block.labour > 0))
    _work(block, rows, adult)
    own = np.flatnonzero(listed)
    rows.add(
        "subsistence",
        own,
        monthly_amount=rng.integers(20_000, 60_001, size=len(own)),
        granted_on=block.as_of - rng.integers(30, 2_000, size=len(own)),
    )
    _disability(block, rows, free & ~key & ~listed & ~dead)
    some = _some(block, adult, 0.01)
    rows.add(
        "microloans",
        some,
        balance=rng.integers(5_000, 50_001, size=len(some)) * 100,
        due_on=block.as_of + rng.integers(70, 900, size=len(some)),
    )
    _houses(block, rows)
    some = _some(block, adult, 0.015)
    kind = rng.choice(2, size=len(some), p=(0.8, 0.2))
    rows.add(
        "assets",
        some,
        kind=kind,
        value=np.where(kind == 0, rng.integers(2_000, 90_000, size=len(some)) * 100, 0),
        registered_on=block.as_of - rng.integers(30, 4_000, size=len(some)),
    )
    some = _some(block, adult, 0.005)
    rows.add(
        "posts",
        some,
        post=rng.integers(4, size=len(some)),
        hired_on=block.as_of - rng.integers(30, 1_500, size=len(some)),
    )
    wanted = round(ROWS_PER_PERSON * (1 - BAD - OUTSIDERS) * block.persons)
    settle(block, rows, max(0, wanted - rows.count()), 0, 540)


def settle(block: Block, rows: Rows, count: int, newest: int, oldest: int) -> None:
    """`count` settlements of `newest` to `oldest` days ago; one in 200 is taken back."""
    rng = block.rng
    who = rng.integers(block.persons, size=count)
    fen = np.minimum(rng.exponential(80_000, size=count), 480_000).astype(np.int64) + 1_000
    kind = rng.choice(2, size=count, p=(0.3, 0.7))
    settled_on = block.as_of - rng.integers(newest, oldest, size=count)
    start = _OTHER_RECEIPTS + (1 << 22) * (newest < 0)
    receipt = (block.number << 24) + start + np.arange(count)
    original = np.full(count, NULL)
    taken = np.arange(0, count - 1, 200)
    back = taken + 1
    who[back], kind[back], fen[back] = who[taken], kind[taken], -fen[taken]
    settled_on[back] = np.minimum(settled_on[taken] + 5, block.as_of - newest)
    original[back] = receipt[taken]
    rows.add(
        "medical",
        who,
        receipt=receipt,
        original_receipt=original,
        settled_on=settled_on,
        kind=kind,
        self_paid=fen,
    )


def _some(block: Block, among: Int64, share: float) -> Int64:
    """A share of all persons, drawn from `among`, nobody twice."""
    count = min(len(among), round(share * block.persons))
    return np.sort(block.rng.choice(among, size=count, replace=False))


def _deaths(block: Block, rows: Rows, among: Flags) -> Flags:
    who = _some(block, np.flatnonzero(among), 0.004)
    died_on = block.as_of - block.rng.integers(1, 300, size=len(who))
    rows.add("deaths", who, died_on=died_on)
    # Paid for the last time before death.
    half = who[::2]
    rows.add("benefits", half, kind="pension", paid_on=died_on[::2] - 5, amount=12_500)
    dead = np.zeros(block.persons, dtype=np.bool_)
    dead[who] = True
    return dead


def _insurance(block: Block, rows: Rows, key: Flags) -> None:
    rng = block.rng
    own = np.flatnonzero(key & ~block.left_out("insurance"))
    paid_on = block.as_of - rng.integers(90, 300, size=len(own))
    status = rng.choice(2, size=len(own), p=(0.8, 0.2))
    rows.add("insurance", own, status=status, paid_on=paid_on)
    others = _some(block, np.flatnonzero(~key), 0.02)
    status = rng.choice(3, size=len(others), p=(0.8, 0.1, 0.1))
    paid_on = block.as_of - rng.integers(90, 300, size=len(others))
    rows.add("insurance", others, status=status, paid_on=np.where(status == 2, NULL, paid_on))


def _benefits(block: Block, rows: Rows, age: Int64, dead: Flags) -> None:
    rng = block.rng
    old = np.flatnonzero((age >= 60) & ~block.left_out("pension") & ~dead)
    rows.add(
        "benefits",
        old,
        kind="pension",
        paid_on=block.as_of - rng.integers(1, 26, size=len(old)),
        amount=rng.integers(110, 400, size=len(old)) * 100,
    )


def _school(block: Block, rows: Rows, age: Int64) -> None:
    """Everybody of school age attends, many go on; a few rows lack the state."""
    rng = block.rng
    attends = (age >= 5) & (age < 16) & ~block.left_out("school")
    attends |= (age >= 16) & (age < 19) & (rng.random(block.persons) < 0.5)
    own = np.flatnonzero(attends & (block.place > 0))
    status = np.zeros(len(own), dtype=np.int64)
    status[rng.random(len(own)) < 0.0005] = NULL
    rows.add("school_roll", own, status=status, grade=np.clip(age[own] - 5, 1, 12))


def _work(block: Block, rows: Rows, adult: Int64) -> None:
    """Employed, or without work for longer than any rule looks back."""
    rng = block.rng
    own = _some(block, adult, 0.08)
    status = rng.choice(2, size=len(own), p=(0.9, 0.1))
    rows.add(
        "work",
        own,
        status=status,
        since=block.as_of - rng.integers(100, 1_500, size=len(own)),
        monthly_wage=np.where(status == 0, rng.integers(1_500, 7_000, size=len(own)) * 100, 0),
    )


def _disability(block: Block, rows: Rows, among: Flags) -> None:
    """Severe ones receive the allowance; at most one severe certificate in a household."""
    rng = block.rng
    severe = _some(block, np.flatnonzero(among & (block.place == 1)), 0.008)
    rows.add(
        "disability",
        severe,
        level=rng.integers(0, 2, size=len(severe)),
        certified_on=block.as_of - rng.integers(30, 4_000, size=len(severe)),
    )
    rows.add(
        "benefits",
        severe,
        kind="nursing",
        paid_on=block.as_of - rng.integers(1, 26, size=len(severe)),
        amount=10_000,
    )
    light = _some(block, np.flatnonzero(among & (block.place != 1)), 0.012)
    rows.add(
        "disability",
        light,
        level=rng.integers(2, 4, size=len(light)),
        certified_on=block.as_of - rng.integers(30, 4_000, size=len(light)),
    )


def _houses(block: Block, rows: Rows) -> None:
    """A few of the houses, most of them sound; bad ones only of households no rule looks at."""
    rng = block.rng
    heads = block.head[~block.planted]
    own = _some(block, heads, 0.008)
    general = (block.category == GENERAL)[block.household[own]]
    bad = general & ~block.listed[block.household[own]] & (rng.random(len(own)) < 0.1)
    grade = np.where(bad, rng.integers(2, 4, size=len(own)), rng.integers(0, 2, size=len(own)))
    day = block.as_of - rng.integers(30, 900, size=len(own))
    rows.add("housing", own, grade=grade, inspected_on=day)
    again = rng.random(len(own)) < 0.1
    rows.add("housing", own[again], grade=3, inspected_on=day[again] - 400)
