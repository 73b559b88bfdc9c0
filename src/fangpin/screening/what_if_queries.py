"""What-if questions on a run, asked by somebody: the answer is cut to where they may ask.

Every number and every list goes through `_within`; nothing else hands out a comparison.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from polars.exceptions import PolarsError

from fangpin.kernel.errors import FangpinError
from fangpin.people.models import User
from fangpin.people.scope import Right, Scope, scope_of
from fangpin.policy.pack import Pack
from fangpin.screening.baselines import Kept
from fangpin.screening.comparison import Comparison
from fangpin.screening.models import Run
from fangpin.screening.what_if import Baseline

MOST_PERSONS = 5_000_000
"""Larger runs are asked on the command line: a page server shares its memory with everybody."""


def compare(
    actor: User, run: Run, changes: Mapping[str, str], pack: Pack | None = None
) -> Comparison:
    """What would differ in the actor's areas if these figures of `pack` (None: of the run's own
    pack) had been in force when `run` was screened.

    Raises PermissionError without the right; FangpinError for values that are refused (with
    `param.X` as their column) and for a run whose folder is gone or damaged.
    """
    scope = scope_of(actor)
    if not scope.may(Right.what_if):
        raise PermissionError("this actor may not ask what if")
    return _within(scope, Right.what_if, baseline(run).what_if(changes, pack))


def for_export(
    actor: User, run: Run, changes: Mapping[str, str], pack: Pack | None = None
) -> Comparison:
    """The same answer as far as the actor may take it away.

    Raises PermissionError when the actor may not export.
    """
    scope = scope_of(actor)
    if not scope.may(Right.export):
        raise PermissionError("this actor may not export")
    return _within(scope, Right.export, compare(actor, run, changes, pack))


def baseline(run: Run) -> Baseline:
    """The run's data and findings, kept warm; it says nothing about anybody's rights.

    Raises FangpinError when the run folder is gone, damaged or too large for a page.
    """
    if run.persons > MOST_PERSONS:
        raise FangpinError.because(
            f"这次比对有 {run.persons:,} 人，超出页面试算的上限 {MOST_PERSONS:,} 人",
            f"this run has {run.persons:,} persons, more than the {MOST_PERSONS:,} of this page",
            do_zh="在命令行使用 fangpin what-if",
            do_en="use `fangpin what-if` on the command line",
        )
    folder = Path(run.intake.folder)
    try:
        return _kept(settings.BASELINE_BYTES).get(folder, f"{run.snapshot_hash}:{run.pack_hash}")
    except (OSError, KeyError, ValueError, PolarsError) as error:
        raise _gone(run) from error


@lru_cache(maxsize=1)
def _kept(most_bytes: int) -> Kept[Baseline]:
    return Kept(_load, lambda loaded: loaded.nbytes, most_bytes)


def _load(folder: Path) -> Baseline:
    if not (folder / "run.json").is_file() or not (folder / "snapshot").is_dir():
        raise FileNotFoundError(folder)
    return Baseline.load(folder)


def _gone(run: Run) -> FangpinError:
    return FangpinError.because(
        f"服务器上找不到这次比对（{run.as_of}）的完整数据，不能试算",
        f"the data of this run ({run.as_of}) are not complete on this server any more",
        do_zh="换一次比对，或重新导入部门数据后再试",
        do_en="choose another run, or load and screen the department files again",
    )


def _within(scope: Scope, right: Right, found: Comparison) -> Comparison:
    """The one place where an answer is cut to the villages of a right."""
    codes = found.baseline.whole.places["code"].to_list()
    return found.within([code for code in codes if scope.covers(right, code)])
