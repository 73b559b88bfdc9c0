"""Planted situations: households put into a state in which a rule must hit them, and look-alikes.

Each situation takes its own households: general ones with a head and a partner of working age, in
villages whose deliveries are complete. What it adds to the deliveries goes into `rows`, what a
rule must find into `truth`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from fangpin.bench.people import ALLEVIATED, GENERAL, MONITORED, UNABLE, YEAR, Block, Int64
from fangpin.bench.rows import NULL, Rows

SHARE: Final = 0.0004
"""Planted households per situation and person: 25 rules hit about one person in a hundred."""


@dataclass
class Scene:
    """The households of one situation. `p` the heads, `q` their partners (rows of persons)."""

    block: Block
    rows: Rows
    households: Int64
    truth: list[tuple[str, str, Int64]]

    @property
    def p(self) -> Int64:
        return self.block.head[self.households]

    @property
    def q(self) -> Int64:
        return self.p + 1

    @property
    def size(self) -> Int64:
        return self.block.sizes[self.households]

    def members(self) -> Int64:
        return np.flatnonzero(np.isin(self.block.household, self.households))

    def days(self, low: int, high: int) -> Int64:
        """As many draws as households, low ≤ draw < high."""
        return self.block.rng.integers(low, high, size=len(self.households))

    def age(self, person: Int64, years: float) -> None:
        """Make them `years` old (fractions well away from birthdays)."""
        self.block.born[person] = self.block.as_of - round(years * YEAR) - self.days(-40, 40)

    def category(self, category: int) -> None:
        self.block.category[self.households] = category

    def receipts(self) -> Int64:
        """Numbers of settlements, different for every household and below those of chance."""
        return (self.block.number << 24) + self.households * 16

    def list_all(self) -> None:
        """The whole household receives the subsistence allowance."""
        members = self.members()
        self.rows.add("subsistence", members, monthly_amount=30_000, granted_on=self.ago(400))

    def ago(self, days: int) -> int:
        return self.block.as_of - days

    def person(self, rule: str, person: Int64) -> None:
        self.truth.append((rule, "person", person))

    def household(self, rule: str) -> None:
        self.truth.append((rule, "household", self.households))

    def settle(self, person: Int64, nth: int, days: int, kind: str, fen: Int64 | int) -> None:
        """One settlement for each person."""
        self.rows.add(
            "medical",
            person,
            receipt=self.receipts() + nth,
            original_receipt=NULL,
            settled_on=self.ago(days),
            kind=kind,
            self_paid=fen,
        )


def _out_of_school(s: Scene) -> None:
    s.age(s.q, 10.5)
    s.block.left_out("school")[s.q] = True
    s.person("out_of_school", s.q)


def _left_school(s: Scene) -> None:
    s.age(s.q, 13.5)
    s.block.left_out("school")[s.q] = True
    s.rows.add("school_roll", s.q, status="left", grade=7)
    s.person("left_school", s.q)
    s.person("out_of_school", s.q)


def _large_stay(s: Scene) -> None:
    s.settle(s.p, 0, 60, "inpatient", 1_200_000 + s.days(0, 500_000))
    s.person("large_stay", s.p)


def _large_stay_of_key_household(s: Scene) -> None:
    s.category(ALLEVIATED)
    s.settle(s.p, 0, 90, "inpatient", 600_000 + s.days(0, 400_000))
    s.person("large_stay", s.p)


def _work_lost(s: Scene) -> None:
    s.category(MONITORED)
    s.rows.add("work", s.p, status="lost", since=s.ago(30), monthly_wage=0)
    s.rows.add("work", s.q, status="employed", since=s.ago(900), monthly_wage=300_000)
    s.person("work_lost", s.p)


def _overdue_loan(s: Scene) -> None:
    balance = 100_001 + s.days(0, 4_000_000)
    s.rows.add("microloans", s.p, balance=balance, due_on=s.ago(1) - s.days(0, 90))
    s.person("overdue_loan", s.p)


def _loan_due_soon(s: Scene) -> None:
    s.category(ALLEVIATED)
    s.rows.add("microloans", s.p, balance=2_000_000, due_on=s.ago(0) + s.days(0, 31))
    s.person("loan_due_soon", s.p)


def _child_at_work(s: Scene) -> None:
    s.age(s.q, 14.5)
    s.rows.add("work", s.q, status="employed", since=s.ago(200), monthly_wage=150_000)
    s.person("child_at_work", s.q)


def _uninsured(s: Scene) -> None:
    s.category(ALLEVIATED)
    s.block.left_out("insurance")[s.p] = True
    s.rows.add("insurance", s.p, status="unpaid", paid_on=NULL)
    s.person("uninsured", s.p)


def _no_nursing(s: Scene) -> None:
    s.block.left_out("nursing")[s.p] = True
    s.rows.add("disability", s.p, level="two", certified_on=s.ago(700))
    s.person("no_nursing_allowance", s.p)


def _no_pension(s: Scene) -> None:
    s.category(ALLEVIATED)
    s.age(s.q, 65.5)
    s.block.left_out("pension")[s.q] = True
    s.person("no_pension", s.q)


def _paid_after_death(s: Scene) -> None:
    died = s.ago(70) - s.days(0, 100)
    s.rows.add("deaths", s.p, died_on=died)
    s.rows.add("benefits", s.p, kind="hardship", paid_on=died + s.days(32, 60), amount=8_000)
    s.person("paid_after_death", s.p)


def _subsistence_after_death(s: Scene) -> None:
    s.rows.add("deaths", s.p, died_on=s.ago(61) - s.days(0, 100))
    s.rows.add("subsistence", s.p, monthly_amount=35_000, granted_on=s.ago(800))
    s.person("subsistence_after_death", s.p)


def _several_posts(s: Scene) -> None:
    s.rows.add("posts", s.p, post="ranger", hired_on=s.ago(300))
    s.rows.add("posts", s.p, post="water", hired_on=s.ago(200))
    s.person("several_posts", s.p)


def _post_above_age(s: Scene) -> None:
    s.age(s.q, 70.5)
    s.rows.add("posts", s.q, post="cleaner", hired_on=s.ago(500))
    s.person("post_above_age", s.q)


def _pension_too_early(s: Scene) -> None:
    s.rows.add("benefits", s.p, kind="pension", paid_on=s.ago(10), amount=12_500)
    s.person("pension_too_early", s.p)


def _medical_burden(s: Scene) -> None:
    for nth, person in enumerate((s.p, s.q, s.p, s.q)):
        s.settle(person, nth, 40 + 70 * nth, "outpatient", 500_000 + nth)
    s.household("medical_burden")


def _dangerous_house(s: Scene) -> None:
    s.category(MONITORED)
    s.rows.add("housing", s.p, grade="b", inspected_on=s.ago(900))
    s.rows.add("housing", s.p, grade="c", inspected_on=s.ago(80))
    s.household("dangerous_house")


def _dangerous_house_with_subsistence(s: Scene) -> None:
    s.list_all()
    s.rows.add("housing", s.q, grade="d", inspected_on=s.ago(120))
    s.household("dangerous_house")


def _no_earner_left(s: Scene) -> None:
    s.rows.add("work", s.q, status="lost", since=s.ago(20), monthly_wage=0)
    s.household("no_earner_left")


def _low_income(s: Scene) -> None:
    s.block.net_income[s.households] = 599_999 * s.size - s.days(0, 300_000)
    s.household("low_income")


def _no_labour(s: Scene) -> None:
    s.category(ALLEVIATED)
    s.block.labour[s.members()] = UNABLE
    s.household("no_labour")


def _many_dependants(s: Scene) -> None:
    s.category(ALLEVIATED)
    members = s.members()
    others = members[~np.isin(members, s.p)]
    s.block.born[others] = s.block.as_of - s.block.rng.integers(2_200, 5_400, size=len(others))
    s.rows.add("disability", s.p, level="one", certified_on=s.ago(1_000))
    s.rows.add("benefits", s.p, kind="nursing", paid_on=s.ago(12), amount=10_000)
    s.household("many_dependants")


def _several_disabled(s: Scene) -> None:
    for person, level in ((s.p, "one"), (s.q, "two")):
        s.rows.add("disability", person, level=level, certified_on=s.ago(1_500))
        s.rows.add("benefits", person, kind="nursing", paid_on=s.ago(12), amount=10_000)
    s.household("several_disabled")


def _vehicle(s: Scene) -> None:
    s.list_all()
    s.rows.add("assets", s.p, kind="vehicle", value=600_000, registered_on=s.ago(700))
    s.rows.add("assets", s.q, kind="vehicle", value=400_001, registered_on=s.ago(600))
    s.household("vehicle_with_subsistence")


def _business(s: Scene) -> None:
    s.list_all()
    s.rows.add("assets", s.q, kind="business", value=0, registered_on=s.ago(500))
    s.household("business_with_subsistence")


def _wages(s: Scene) -> None:
    s.list_all()
    s.rows.add("work", s.p, status="employed", since=s.ago(300), monthly_wage=80_001 * s.size)
    s.household("wages_with_subsistence")


# ---- look-alikes: no finding, or none that is certain -------------------------------------------


def _reversed_stay(s: Scene) -> None:
    s.settle(s.p, 0, 100, "inpatient", 1_500_000)
    s.rows.add(
        "medical",
        s.p,
        receipt=s.receipts() + 1,
        original_receipt=s.receipts(),
        settled_on=s.ago(90),
        kind="inpatient",
        self_paid=-1_500_000,
    )
    s.settle(s.p, 2, 89, "inpatient", 300_000)


def _lost_long_ago(s: Scene) -> None:
    s.category(MONITORED)
    s.rows.add("work", s.p, status="lost", since=s.ago(100), monthly_wage=0)


def _repaired_house(s: Scene) -> None:
    s.category(ALLEVIATED)
    s.rows.add("housing", s.p, grade="d", inspected_on=s.ago(700))
    s.rows.add("housing", s.p, grade="b", inspected_on=s.ago(100))


def _same_post_twice(s: Scene) -> None:
    s.rows.add("posts", s.p, post="road", hired_on=s.ago(800))
    s.rows.add("posts", s.p, post="road", hired_on=s.ago(70))


def _paid_in_the_month_of_death(s: Scene) -> None:
    died = s.ago(80)
    s.rows.add("deaths", s.p, died_on=died)
    s.rows.add("benefits", s.p, kind="hardship", paid_on=died + s.days(1, 32), amount=8_000)


def _at_the_lines(s: Scene) -> None:
    s.block.net_income[s.households] = 600_000 * s.size
    s.rows.add("microloans", s.p, balance=100_000, due_on=s.ago(20))


def _expense_of_last_year(s: Scene) -> None:
    s.settle(s.p, 0, 400, "outpatient", 2_500_000)


def _unable_to_attend(s: Scene) -> None:
    s.age(s.q, 10.5)
    s.block.left_out("school")[s.q] = True
    s.rows.add("disability", s.q, level="one", certified_on=s.ago(900))
    s.rows.add("benefits", s.q, kind="nursing", paid_on=s.ago(12), amount=10_000)


def _insured_at_work(s: Scene) -> None:
    s.category(ALLEVIATED)
    s.block.left_out("insurance")[s.p] = True
    s.rows.add("work", s.p, status="employed", since=s.ago(600), monthly_wage=800_000)


def _loss_without_day(s: Scene) -> None:
    s.category(MONITORED)
    s.rows.add("work", s.p, status="lost", since=NULL, monthly_wage=0)
    s.rows.add("work", s.q, status="employed", since=s.ago(600), monthly_wage=300_000)


def _payment_without_day(s: Scene) -> None:
    s.rows.add("deaths", s.p, died_on=s.ago(90))
    s.rows.add("benefits", s.p, kind="hardship", paid_on=NULL, amount=8_000)


def _roll_without_state(s: Scene) -> None:
    s.age(s.q, 9.5)
    s.block.left_out("school")[s.q] = True
    s.rows.add("school_roll", s.q, status=NULL, grade=3)


SITUATIONS: Final[tuple[Callable[[Scene], None], ...]] = (
    _out_of_school,
    _left_school,
    _large_stay,
    _large_stay_of_key_household,
    _work_lost,
    _overdue_loan,
    _loan_due_soon,
    _child_at_work,
    _uninsured,
    _no_nursing,
    _no_pension,
    _paid_after_death,
    _subsistence_after_death,
    _several_posts,
    _post_above_age,
    _pension_too_early,
    _medical_burden,
    _dangerous_house,
    _dangerous_house_with_subsistence,
    _no_earner_left,
    _low_income,
    _no_labour,
    _many_dependants,
    _several_disabled,
    _vehicle,
    _business,
    _wages,
)
LOOK_ALIKES: Final[tuple[Callable[[Scene], None], ...]] = (
    _reversed_stay,
    _lost_long_ago,
    _repaired_house,
    _same_post_twice,
    _paid_in_the_month_of_death,
    _at_the_lines,
    _expense_of_last_year,
    _unable_to_attend,
    _insured_at_work,
    _loss_without_day,
    _payment_without_day,
    _roll_without_state,
)


def plant(block: Block, rows: Rows) -> list[tuple[str, str, Int64]]:
    """Put the situations in place. Returns (rule, person or household, rows of the block)."""
    able = (block.category == GENERAL) & ~block.listed & block.covered & (block.sizes >= 2)
    able &= block.ages()[block.head] < 59
    candidates = block.rng.permutation(np.flatnonzero(able))
    each = max(2, round(SHARE * block.persons))
    rare = max(1, each // 8)
    truth: list[tuple[str, str, Int64]] = []
    start = 0
    for situation in (*SITUATIONS, *LOOK_ALIKES):
        count = each if situation in SITUATIONS else rare
        chosen = np.sort(candidates[start : start + count])
        if len(chosen) < count:
            raise ValueError("too few households for the planted situations")
        start += count
        block.planted[chosen] = True
        situation(Scene(block, rows, chosen, truth))
    return truth
