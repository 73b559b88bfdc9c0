"""What a run of another size will take, worked out from what a run of a known size took.

Everything grows with the rows: persons of the register, rows of each delivery, findings. A measured
run (`effort.json` of its run folder) gives seconds and bytes per row of every step; a plan says how
many rows there are and how many machines; what follows is multiplication.
"""

from dataclasses import dataclass

from fangpin.cluster.chunks import PERSONS_IN_A_BUCKET, ROWS
from fangpin.cluster.effort import Cost, Effort, total

STAGES = {
    "linking": (("register", "reading"), ("joining",), ("parts",)),
    "evaluating": (("loading", "evaluating"),),
}
"""Steps whose tasks run side by side; each wave waits for the one before."""
_OF_PARTS = ("parts", "loading", "evaluating")
GIGABIT = 1e9 / 8


@dataclass(frozen=True)
class Cluster:
    """`nodes` machines with `cores` each; `gigabits` of network per machine and second; `usage` the
    share of the cores' time that goes into the steps (the rest: Spark itself, waiting)."""

    nodes: int = 1
    cores: int = 2
    gigabits: float = 10.0
    usage: float = 0.3

    @property
    def all_cores(self) -> int:
        """Tasks at a time."""
        return self.nodes * self.cores


@dataclass(frozen=True)
class Size:
    """How much there is: persons, rows of each delivery, findings, persons of a part."""

    persons: int
    rows: dict[str, int]
    findings: int
    persons_per_part: int

    @classmethod
    def like(cls, effort: Effort, persons: int, persons_per_part: int) -> "Size":
        """As many rows and findings per person as in a measured run."""
        factor = persons / effort.persons
        return cls(
            persons,
            {of: round(effort.costs["reading", of].rows * factor) for of in effort.contracts()},
            round(effort.findings * factor),
            persons_per_part,
        )

    @property
    def parts(self) -> int:
        """Parts, but for the last villages of each, which may leave room."""
        return max(1, -(-self.persons // self.persons_per_part))

    @property
    def buckets(self) -> int:
        """Pieces of the join."""
        return max(1, -(-self.persons // PERSONS_IN_A_BUCKET))

    @property
    def chunks(self) -> int:
        """Pieces in which files are read."""
        return sum(-(-rows // ROWS) for rows in (self.persons, *self.rows.values()))


@dataclass(frozen=True)
class Estimate:
    """By step and contract what `Effort.costs` will be; seconds on the clock by stage; bytes that
    go from task to task; memory of a task by step."""

    size: Size
    cluster: Cluster
    costs: dict[tuple[str, str], Cost]
    hours: dict[str, float]
    shuffled: dict[str, int]
    memory: dict[str, int]

    @property
    def core_hours(self) -> float:
        """Of all steps."""
        return total(self.costs.values()).seconds / 3600

    @property
    def all_hours(self) -> float:
        """From first to last, on the clock."""
        return sum(self.hours.values())


def estimate(effort: Effort, size: Size, cluster: Cluster) -> Estimate:
    """What a run of `size` takes on `cluster`, at the per-row costs of `effort`."""
    before = Size.like(effort, effort.persons, size.persons_per_part)
    tasks_of = {
        **dict.fromkeys(_OF_PARTS, size.parts),
        "joining": size.buckets,
    }
    costs = {}
    for (step, of), cost in effort.costs.items():
        rows = round(cost.rows * _basis(size, step, of) / _basis(before, step, of))
        costs[step, of] = _scaled(cost, rows, tasks_of.get(step) or -(-rows // ROWS))
    return Estimate(
        size,
        cluster,
        costs,
        _hours(costs, cluster),
        _shuffled(costs),
        _memory(effort, size),
    )


def _basis(size: Size, step: str, of: str) -> int:
    """What the rows of a step are in proportion to."""
    if step == "reading":
        return size.rows[of]
    if step in ("register", "evaluating"):
        return size.persons
    return size.persons + sum(size.rows.values())


def _scaled(cost: Cost, rows: int, tasks: int) -> Cost:
    if not cost.rows:
        return Cost(tasks, rows)
    return Cost(
        tasks, rows, cost.seconds * rows / cost.rows, round(cost.bytes * rows / cost.rows),
        cost.memory,
    )  # fmt: skip


def _hours(costs: dict[tuple[str, str], Cost], cluster: Cluster) -> dict[str, float]:
    """A stage waits for its processors, as far as there are tasks for them, and for what its tasks
    send each other."""
    away = (cluster.nodes - 1) / cluster.nodes
    network = cluster.nodes * cluster.gigabits * GIGABIT
    hours = {}
    for stage, waves in STAGES.items():
        seconds = 0.0
        for steps in waves:
            own = total(cost for (step, _), cost in costs.items() if step in steps)
            busy = own.seconds / cluster.usage / min(cluster.all_cores, own.tasks)
            sent = own.bytes if stage == "linking" and "parts" not in steps else 0
            seconds += busy + sent * away / network
        hours[stage] = seconds / 3600
    return hours


def _shuffled(costs: dict[tuple[str, str], Cost]) -> dict[str, int]:
    """Bytes from task to task: to the buckets by contract (the register as "register"), then all
    that was found, to the parts."""
    found = {of: cost.bytes for (step, of), cost in costs.items() if step == "reading"}
    found["register"] = costs["register", ""].bytes
    found["to parts"] = total(c for (step, _), c in costs.items() if step == "joining").bytes
    return found


def _memory(effort: Effort, size: Size) -> dict[str, int]:
    """Of one task by step, as its rows grow or shrink with buckets and parts. What a process has
    before it starts with any row is taken for the least that was measured."""
    least = min(cost.memory for cost in effort.costs.values())
    then = {
        "joining": effort.persons / effort.buckets,
        **dict.fromkeys(_OF_PARTS, effort.persons / effort.parts),
    }
    now = {
        "joining": size.persons / size.buckets,
        **dict.fromkeys(_OF_PARTS, min(size.persons, size.persons_per_part)),
    }
    found = {}
    for step in {step for step, _ in effort.costs}:
        own = effort.step(step).memory
        factor = now[step] / then[step] if step in then else 1.0
        found[step] = round(least + (own - least) * factor)
    return found
