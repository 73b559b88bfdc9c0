"""What a run on the cluster cost: seconds of processors, rows, bytes, memory, by step.

The figures come from the tasks themselves; `arithmetic` works out other sizes from them.
"""

import json
import resource
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from pyspark import AccumulatorParam, SparkContext

STEPS = ("register", "reading", "joining", "parts", "loading", "evaluating")
"""Register read and sent to buckets; deliveries likewise; persons found; parts put together and
written; parts loaded; rules, and findings with evidence and sentences written."""


@dataclass
class Cost:
    """`rows` rows in `tasks` tasks took `seconds` of a processor and gave `bytes` to hand on (or to
    write); `memory` is the most that a task's process had, in bytes."""

    tasks: int = 0
    rows: int = 0
    seconds: float = 0.0
    bytes: int = 0
    memory: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            self.tasks + other.tasks,
            self.rows + other.rows,
            self.seconds + other.seconds,
            self.bytes + other.bytes,
            max(self.memory, other.memory),
        )


Costs = dict[tuple[str, str], Cost]
"""By step and, where deliveries are kept apart, contract (else "")."""


class _Sum:
    """How Spark adds up what tasks report; a task that is repeated cost twice and reports twice."""

    def zero(self, _: Costs) -> Costs:
        return {}

    def addInPlace(self, total: Costs, more: Costs) -> Costs:
        for key, cost in more.items():
            total[key] = total.get(key, Cost()) + cost
        return total


def meter(context: "SparkContext") -> Any:
    """An accumulator for `measured`."""
    empty: Costs = {}
    return context.accumulator(empty, cast("AccumulatorParam[Costs]", _Sum()))


@contextmanager
def measured(report: Any, step: str, of: str = "") -> Iterator[Cost]:
    """Reports what the block cost; rows and bytes are for the block to fill in."""
    cost = Cost(tasks=1)
    started = time.process_time()
    yield cost
    cost.seconds += time.process_time() - started
    cost.memory = _most_memory()
    report.add({(step, of): cost})


def _most_memory() -> int:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


@dataclass(frozen=True)
class Effort:
    """One run: its sizes, its cores, seconds on the clock by stage, and the costs of its steps."""

    persons: int
    households: int
    villages: int
    findings: int
    parts: int
    buckets: int
    cores: int
    wall: dict[str, float]
    costs: Costs = field(default_factory=dict)

    def step(self, name: str) -> Cost:
        """All costs of a step."""
        return total(cost for (step, _), cost in self.costs.items() if step == name)

    @property
    def usage(self) -> float:
        """Share of the cores' time that went into the steps (the rest: Spark itself, waiting)."""
        clock = sum(self.wall.values()) * self.cores
        return total(self.costs.values()).seconds / clock if clock else 1.0

    def contracts(self) -> list[str]:
        """Contracts of the deliveries that were read, sorted."""
        return sorted(of for step, of in self.costs if step == "reading")

    def write(self, path: Path) -> None:
        """As JSON."""
        content = asdict(self) | {
            "costs": [
                {"step": step, "of": of} | asdict(cost)
                for (step, of), cost in sorted(self.costs.items())
            ]
        }
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> "Effort":
        """What `write` wrote."""
        content = json.loads(path.read_text(encoding="utf-8"))
        costs = {}
        for each in content.pop("costs"):
            key = each.pop("step"), each.pop("of")
            costs[key] = Cost(**each)
        return cls(**content, costs=costs)


def shipped() -> Effort:
    """The measured run that comes with Fangpin; docs/scale.md says on which machine."""
    with as_file(files("fangpin.cluster") / "measured.json") as path:
        return Effort.read(path)


def total(costs: Iterable[Cost]) -> Cost:
    """Added up."""
    return sum(costs, Cost())
