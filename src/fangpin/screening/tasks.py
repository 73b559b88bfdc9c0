"""Background work: screen a folder of department files and load the result."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from fangpin.feeds.review_queries import decisions_in_force
from fangpin.kernel.errors import Text
from fangpin.policy import load_pack
from fangpin.screening.actions import Progress, load_run, read_run
from fangpin.screening.models import Run

# step of the library → (from percent, to percent, what a reader is told)
_STEPS = {
    "reading": (0, 25, Text("读取文件", "Reading files")),
    "rows": (25, 40, Text("检查数据", "Checking rows")),
    "linking": (40, 50, Text("匹配人员", "Linking persons")),
    "completeness": (50, 55, Text("核对完整性", "Checking completeness")),
    "rules": (55, 65, Text("执行规则", "Evaluating rules")),
    "findings": (65, 72, Text("生成疑点", "Writing findings")),
    "returns": (72, 80, Text("生成退回表", "Writing workbooks for the departments")),
}
_LOADING = (80, 100)


def _screening_progress(progress: Progress) -> Callable[[str, int, int], None]:
    """The library's (step, done, total) as a percentage that never falls back."""
    reached = 0

    def report(step: str, done: int, total: int) -> None:
        nonlocal reached
        low, high, text = _STEPS.get(step, (reached, reached, Text(step, step)))
        percent = low + (high - low) * done // total if total else low
        if percent > reached or not reached:
            reached = max(reached, percent)
            progress(reached, text)

    return report


def screen_and_load(
    *,
    by: Any,
    folder: Path,
    pack: str,
    as_of: date,
    out: Path,
    progress: Progress,
    previous: Path | None = None,
    make_current: bool = True,
) -> Run:
    """Screen the files of `folder` into the run folder `out`, then load that.

    What people decided about probable links holds for this screening too. Names for pages come from
    the registry file in this very folder; the snapshot holds none.
    A run folder left by an attempt that was broken off before loading is written anew.
    Raises FangpinError.
    """
    from fangpin.screening.run import screen  # the engine: loaded only where screening is done

    loaded = load_pack(pack)
    out.parent.mkdir(parents=True, exist_ok=True)
    screened = screen(
        folder,
        pack=loaded,
        as_of=as_of,
        out=out,
        previous=previous,
        decisions=decisions_in_force(),
        progress=_screening_progress(progress),
        overwrite=True,
    )
    low, high = _LOADING

    def loading(percent: int, step: Text) -> None:
        progress(low + (high - low) * percent // 100, step)

    return load_run(
        by=by,
        folder=out,
        county=loaded.area.zh,
        names=screened.intake.names,
        source=str(folder),
        make_current=make_current,
        progress=loading,
    )


def load_screened(*, by: Any, folder: Path, names_from: Path | None) -> Run:
    """Load a run folder that `fangpin screen` wrote; names from the files it was screened from.

    Raises FangpinError when the folder is not a complete run or its pack is not known here.
    """
    facts = read_run(folder)
    pack = load_pack(facts["pack"]["name"])
    names = None
    if names_from is not None:
        from fangpin.feeds.intake import take_in

        names = take_in(names_from, pack, date.fromisoformat(facts["as_of"])).names
    return load_run(
        by=by,
        folder=folder,
        county=pack.area.zh,
        names=names,
        source=str(names_from.resolve()) if names_from else "",
    )


def screen_uploaded(
    *,
    by: Any,
    progress: Progress,
    folder: str,
    pack: str,
    as_of: str,
    out: str,
    previous: str | None = None,
) -> dict[str, Any]:
    """The job "screen": `screen_and_load` for files that somebody handed in.

    When it fails, the files stay (they are what was delivered), the unfinished run does not.
    """
    target = Path(out)
    try:
        run = screen_and_load(
            by=by,
            folder=Path(folder),
            pack=pack,
            as_of=date.fromisoformat(as_of),
            out=target,
            previous=Path(previous) if previous else None,
            progress=progress,
        )
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise
    return {"run": run.intake.key, "findings": run.findings.count()}
