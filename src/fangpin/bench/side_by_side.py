"""All engines on the same data, interleaved: A B C A B C …, and whether they agree."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from inspect import signature
from pathlib import Path
from statistics import median
from typing import Final

from fangpin.bench import NEXT_MONTH, THIS_MONTH
from fangpin.bench.child import Measured, Request
from fangpin.bench.generate import generate
from fangpin.bench.result import Result, differences
from fangpin.bench.running import run_child
from fangpin.screening.run import screen

OURS: Final = "ours"
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What to run: sizes in persons, peers, runs of each; options of peers by name."""

    sizes: tuple[int, ...]
    peers: tuple[str, ...]
    runs: int = 5
    seed: int = 1
    memory_gib: float | None = None
    next_month: bool = True
    identity: bool = True
    options: dict[str, dict[str, str]] = field(default_factory=dict)
    households_per_village: int = 400


@dataclass
class Size:
    """The measurements of one size by engine, in the order of the runs."""

    persons: int
    measured: dict[str, list[Measured]] = field(default_factory=dict)
    disagreements: list[str] = field(default_factory=list)
    findings: int = 0
    evidence: int = 0

    def seconds(self, engine: str) -> float:
        """Median wall seconds."""
        return median(each.seconds for each in self.measured[engine])

    def ratios(self, engine: str, to: str = OURS) -> tuple[float, float, float]:
        """How many times as long as `to`: ratio of medians, smallest and largest of the rounds."""
        pairs = [
            one.seconds / other.seconds
            for one, other in zip(self.measured[engine], self.measured[to], strict=False)
        ]
        return self.seconds(engine) / self.seconds(to), min(pairs), max(pairs)


def side_by_side(plan: Plan, folder: Path, progress: Progress) -> Iterator[Size]:
    """Run the plan, one size after the other. Data and scratch go below `folder`."""
    for persons in plan.sizes:
        own = folder / str(persons)
        if not (own / "truth.parquet").exists():
            shutil.rmtree(own, ignore_errors=True)
            progress(f"{persons:,}: generating")
            generate(
                own, persons, seed=plan.seed, households_per_village=plan.households_per_village
            )
        yield _Rounds(plan, persons, own, progress).run()
        shutil.rmtree(own / "scratch", ignore_errors=True)


def has_store() -> bool:
    """Whether a screening can keep what does not change from month to month."""
    return "store" in signature(screen).parameters


class _Rounds:
    """The rounds of one size."""

    def __init__(self, plan: Plan, persons: int, folder: Path, progress: Progress) -> None:
        self._plan = plan
        self._folder = folder
        self._scratch = folder / "scratch"
        self._progress = progress
        self._size = Size(persons)

    def run(self) -> Size:
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._scratch.mkdir(parents=True)
        engines = [OURS, *self._plan.peers]
        stored = self._plan.next_month and has_store()
        if stored:
            self._child("ours", store=self._primed, count=False)
            engines += ["full_next_month", "next_month"]
        if self._plan.identity:
            engines.append("identity")
        for number in range(self._plan.runs):
            for engine in engines:
                self._progress(
                    f"{self._size.persons:,}: run {number + 1} of {self._plan.runs}, {engine}"
                )
                self._round(engine, first=number == 0)
        self._agreement(stored)
        return self._size

    @property
    def _primed(self) -> Path:
        return self._scratch / "primed"

    def _round(self, engine: str, first: bool) -> None:
        if engine == "next_month":
            # Every run finds the store as this month's run left it.
            store = self._scratch / "store"
            shutil.rmtree(store, ignore_errors=True)
            shutil.copytree(self._primed, store)
            self._child(engine, store=store, keep=first)
        else:
            self._child(engine, keep=first and engine != "identity")

    def _child(
        self, engine: str, *, store: Path | None = None, keep: bool = False, count: bool = True
    ) -> None:
        following = engine.endswith("next_month")
        request = Request(
            engine="ours" if engine == "full_next_month" else engine,
            source=str(self._folder / ("next" if following else "source")),
            as_of=(NEXT_MONTH if following else THIS_MONTH).isoformat(),
            scratch=str(self._scratch),
            result=str(self._scratch / "results" / engine) if keep else None,
            store=str(store) if store else None,
            options=self._plan.options.get(engine, {}),
        )
        measured = run_child(request, self._plan.memory_gib)
        if count:
            self._size.measured.setdefault(engine, []).append(measured)

    def _agreement(self, stored: bool) -> None:
        """Everybody against ours; ours against itself; the next month with and without store."""
        results = self._scratch / "results"
        ours = Result.load(results / OURS)
        self._size.findings, self._size.evidence = ours.findings.height, ours.evidence.height
        found = self._size.disagreements
        for peer in self._plan.peers:
            found += differences(ours, Result.load(results / peer), (OURS, peer))
        if stored:
            fresh, kept = (
                Result.load(results / each) for each in ("full_next_month", "next_month")
            )
            found += differences(
                fresh, kept, ("a full run of the next month", "one with the store")
            )
        for engine in (OURS, "full_next_month", "next_month"):
            digests = {each.digest for each in self._size.measured.get(engine, [])}
            if len(digests) > 1:
                found.append(f"{engine}: the same input gave findings of different bytes")
        same = [
            each.digest
            for engine in ("full_next_month", "next_month")
            for each in self._size.measured.get(engine, [])
        ]
        if len(set(same)) > 1:
            found.append("next month: with the store the findings have other bytes")
