"""What if a figure of the pack, or the pack, were another one? Asked of a finished run.

    baseline = Baseline.load(Path("runs/2021-05"))
    answer = baseline.what_if({"param.medical_line_year_other": "1.5万元"})
    print(answer.sentence.zh, answer.total, answer.by("township"))
    answer.told(answer.flips.head(20))            # households, with the sentences before and after

A baseline is loaded once (the run's snapshot, its pack, every rule evaluated); each question then
evaluates only what depends on the difference.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from fangpin.engine.variation import ReadParameter, read_parameters, settings_of, varied_pack
from fangpin.policy.pack import Pack
from fangpin.screening.comparison import Comparison
from fangpin.screening.in_force import parameters_in_force
from fangpin.screening.opened_run import OpenedRun
from fangpin.screening.paired import Counted


class Baseline:
    """A run as it was screened, ready to be asked. Safe to share between threads."""

    def __init__(self, run: Path, run_hash: str, counted: Counted, pack_unchanged: bool) -> None:
        self.run = run
        self.run_hash = run_hash
        self.counted = counted
        self.pack_unchanged = pack_unchanged

    @classmethod
    def load(cls, run: Path, pack: Pack | None = None) -> "Baseline":
        """The snapshot of a run folder under the run's own pack, every rule evaluated.

        `pack`: the pack itself where it is not one of the shipped ones. `pack_unchanged` tells
        whether it still is, to the last figure, the one that the run was screened with. Raises
        FangpinError when the folder is not a finished run, or its pack is not known.
        """
        opened = OpenedRun.open(run, pack)
        counted = Counted(opened.applied, opened.whole)
        return cls(run, opened.hash, counted, opened.pack_unchanged)

    @property
    def pack(self) -> Pack:
        """The pack of the run."""
        return self.counted.applied.pack

    @property
    def as_of(self) -> date:
        """The day the run speaks of."""
        return self.counted.applied.as_of

    @property
    def parameters(self) -> tuple[ReadParameter, ...]:
        """What can be set and decides something: labels, units, values in force."""
        return read_parameters(self.pack, self.as_of)

    @property
    def nbytes(self) -> int:
        """About how much memory the baseline takes."""
        whole = self.counted.whole
        frames = [
            frame.estimated_size()
            for part in whole.parts
            for frame in (part.persons, part.households, *part.feeds.values())
        ]
        subjects = sum(whole.size(each) for each in ("person", "household"))
        return int(sum(frames) + 9 * subjects * max(1, len(self.pack.facts)))

    def what_if(
        self, set: Mapping[str, str] | None = None, pack: Pack | None = None
    ) -> "Comparison":
        """The answer when these parameters had these values, in `pack` or the run's own.

        `set`: `param.X` (or `X`) → the value as a pack's author writes it: `2万元`, `80%`, `是`.
        Raises FangpinError: unknown names, values of the wrong type or unit, a parameter that
        rules read and that has no value on the day of the run.
        """
        chosen = pack or self.pack
        before = self.counted
        with before.lock:
            settings = settings_of(chosen, set or {}, self.as_of)
            other = varied_pack(chosen, settings, self.as_of)
            parameters_in_force(other, self.as_of)
            applied = before.applied if other is self.pack else before.applied.varied(other)
            return Comparison.of(before, applied, chosen, settings)
