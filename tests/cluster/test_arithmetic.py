"""Other sizes from a measured one: what grows with rows grows with rows."""

import pytest

from fangpin.cluster.arithmetic import Cluster, Size, estimate
from fangpin.cluster.effort import Cost, Effort

MEASURED = Effort(
    persons=1_000_000,
    households=300_000,
    villages=800,
    findings=20_000,
    parts=4,
    buckets=1,
    cores=2,
    wall={"linking": 4.0, "evaluating": 2.0},
    costs={
        ("register", ""): Cost(1, 1_000_000, 1.0, 12_000_000, 300_000_000),
        ("reading", "work"): Cost(1, 400_000, 0.8, 8_000_000, 310_000_000),
        ("reading", "posts"): Cost(1, 100_000, 0.2, 1_000_000, 300_000_000),
        ("joining", ""): Cost(1, 1_500_000, 1.5, 7_000_000, 400_000_000),
        ("parts", ""): Cost(4, 1_480_000, 1.48, 15_000_000, 380_000_000),
        ("loading", ""): Cost(4, 1_480_000, 0.37, 0, 360_000_000),
        ("evaluating", ""): Cost(4, 1_000_000, 0.65, 2_000_000, 420_000_000),
    },
)


def of(persons: int, per_part: int = 250_000, **cluster: float):
    size = Size.like(MEASURED, persons, per_part)
    return estimate(MEASURED, size, Cluster(**{"nodes": 1, "cores": 2, "usage": 0.5} | cluster))


def test_the_measured_size_gives_the_measured_costs():
    again = of(1_000_000)
    assert again.costs == MEASURED.costs
    assert again.size.rows == {"work": 400_000, "posts": 100_000}
    assert again.memory == {step: MEASURED.step(step).memory for step, _ in MEASURED.costs}
    assert again.core_hours == pytest.approx(6.0 / 3600)
    # Twice the work, as usage is half, on two cores, but one for the only task that joins.
    assert again.hours["linking"] * 3600 == pytest.approx(2.0 + 2 * 1.5 + 1.48)
    # Loading and rules of a part are one task and side by side with those of other parts.
    assert again.hours["evaluating"] * 3600 == pytest.approx(1.02)


def test_ten_times_the_persons_take_ten_times_the_work():
    one, ten = of(10_000_000), of(100_000_000)
    assert ten.core_hours == pytest.approx(10 * one.core_hours)
    assert ten.all_hours == pytest.approx(10 * one.all_hours)
    assert ten.shuffled == {name: 10 * sent for name, sent in one.shuffled.items()}
    assert ten.size.parts == 400
    assert ten.memory["evaluating"] == one.memory["evaluating"], "parts stay as large as they are"


def test_what_is_sent_is_told_by_contract():
    sent = of(1_000_000).shuffled
    assert sent == {
        "register": 12_000_000, "work": 8_000_000, "posts": 1_000_000, "to parts": 7_000_000,
    }  # fmt: skip


def test_more_machines_divide_the_work_and_wait_for_the_network():
    one = of(100_000_000)
    many = of(100_000_000, nodes=10, gigabits=1)
    sent = sum(many.shuffled.values())
    assert many.core_hours == one.core_hours
    waiting = sent * 0.9 / (10 * 1e9 / 8) / 3600
    assert many.all_hours == pytest.approx(one.all_hours / 10 + waiting)


def test_smaller_parts_need_less_memory():
    assert of(1_000_000, 125_000).memory["evaluating"] == (420_000_000 + 300_000_000) // 2
    assert of(1_000_000, 125_000).memory["reading"] == 310_000_000


def test_an_effort_is_written_and_read(tmp_path):
    MEASURED.write(tmp_path / "effort.json")
    assert Effort.read(tmp_path / "effort.json") == MEASURED
    assert MEASURED.usage == pytest.approx(0.5)
    assert MEASURED.contracts() == ["posts", "work"]
