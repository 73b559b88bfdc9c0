"""Backtests of the runs that are loaded, asked by somebody: cut to where they may ask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import polars as pl
from django.db.models import Count, QuerySet
from polars.exceptions import PolarsError

from fangpin.kernel.errors import FangpinError, Text
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.screening.backtest import WITHIN, Backtest
from fangpin.screening.further_answers import further_answers
from fangpin.screening.labelled import Labelled
from fangpin.screening.models import Answer, AnswerFile, Run
from fangpin.screening.outcomes import SCHEMA
from fangpin.screening.replay import Replay, replay

MOST_PERSONS = 10_000_000
"""Persons times months that a page replays; more is for the command line."""


@dataclass(frozen=True)
class Past:
    """The runs a backtest rests on, by day, and what was left out, in words."""

    runs: tuple[Run, ...]
    left_out: tuple[Text, ...]


def past(actor: User) -> Past:
    """One run of each day under the pack of the current one, whose data are still there."""
    if not scope_of(actor).may(Right.backtest):
        raise PermissionError("this actor may not ask for a backtest")
    rows = list(Run.objects.select_related("intake").order_by("-current", "-id"))
    if not rows:
        return Past((), ())
    pack = rows[0].pack_name
    of_day: dict[object, Run] = {}
    others, gone = 0, []
    for run in rows:
        if run.pack_name != pack:
            others += 1
        elif run.as_of not in of_day:
            if Path(run.intake.folder, "snapshot").is_dir():
                of_day[run.as_of] = run
            else:
                gone.append(run.as_of)
    notes = []
    missing = sorted(day for day in gone if day not in of_day)
    if missing:
        days = [f"{day}" for day in missing]
        notes.append(
            Text(
                f"{'、'.join(days)} 的比对数据已不在服务器上，没有计入",
                f"the data of {', '.join(days)} are not on this server any more; left out",
            )
        )
    if others:
        notes.append(
            Text(
                f"另有 {others} 次比对用的是其他政策包，没有计入",
                f"{others} runs under other packs are left out",
            )
        )
    return Past(tuple(sorted(of_day.values(), key=lambda run: run.as_of)), tuple(notes))


def backtest(actor: User, runs: Past, values: Mapping[str, Sequence[str]]) -> Backtest:
    """The runs against all answers, with other figures tried one by one (`param.X` → values).

    Raises PermissionError without the right, FangpinError for values that are refused and for runs
    that are damaged or too large for a page.
    """
    scope = scope_of(actor)
    if not scope.may(Right.backtest):
        raise PermissionError("this actor may not ask for a backtest")
    size = sum(run.persons for run in runs.runs)
    if size > MOST_PERSONS:
        raise FangpinError.because(
            f"各月合计 {size:,} 人，超出页面回测的上限 {MOST_PERSONS:,}",
            f"the months have {size:,} persons in all, more than the {MOST_PERSONS:,} of this page",
            do_zh="在命令行使用 fangpin backtest",
            do_en="use `fangpin backtest` on the command line",
        )
    folders = tuple((run.intake.folder, run.snapshot_hash) for run in runs.runs)
    try:
        replayed = _replayed(folders, tuple((name, tuple(v)) for name, v in values.items()))
    except (OSError, KeyError, ValueError, PolarsError) as error:
        raise FangpinError.because(
            "有一次比对的数据不完整，不能回测",
            "the data of one of the runs are not complete",
            do_zh="重新导入该月数据后再试",
            do_en="load and screen that month again",
        ) from error
    found = Backtest(replayed, Labelled(replayed, answers(), WITHIN))
    codes = replayed.households["village_code"].unique().to_list()
    return found.within([code for code in codes if scope.covers(Right.backtest, code)])


@lru_cache(maxsize=6)
def _replayed(
    folders: tuple[tuple[str, str], ...], values: tuple[tuple[str, tuple[str, ...]], ...]
) -> Replay:
    """Kept for the last few questions: answers change often, past months never do."""
    return replay([Path(folder) for folder, _ in folders], dict(values))


def answers() -> pl.DataFrame:
    """All answers, handed in as files or given in the program, equal ones once; SCHEMA of
    `outcomes.py`. One query, and those of whoever adds to them."""
    rows = set(Answer.objects.order_by().values_list(*SCHEMA).distinct())
    rows.update(further_answers())
    table = pl.DataFrame(list(rows), schema=SCHEMA, orient="row")
    blank = pl.when(pl.col("rule") != "").then(pl.col("rule"))
    return table.with_columns(blank.alias("rule")).sort(*SCHEMA, nulls_last=False)


def answer_files(actor: User) -> QuerySet[AnswerFile]:
    """Files of answers with the number of their answers; none without the right."""
    if not scope_of(actor).may(Right.backtest):
        return AnswerFile.objects.none()
    counted = AnswerFile.objects.annotate(rows=Count("answers"))
    return counted.select_related("by").order_by("-at", "-id")
