"""Checking files on their own: what they are, what is wrong with them, without a register.

With a register among the files this is the whole intake; without one nothing is linked, and a
number can only be judged by itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from fangpin.feeds.arrivals import Arrival, Progress, read_all
from fangpin.feeds.assessing import Assessed, assess_alone
from fangpin.feeds.blocks import identity_pairs
from fangpin.feeds.delivery import Delivery
from fangpin.feeds.intake import take_in_arrivals
from fangpin.feeds.linking import Links
from fangpin.feeds.placing import Placing
from fangpin.feeds.reasons import Action
from fangpin.feeds.reporting import deliveries_of, rows_frame
from fangpin.feeds.returns import Workpapers
from fangpin.feeds.rows import TypedRows
from fangpin.policy.pack import Pack


@dataclass
class Checked:
    """What a check found; the same entries and lines as in a run folder. `linked` says whether a
    register was among the files."""

    deliveries: list[Delivery]
    rows: pl.DataFrame
    workpapers: Workpapers
    linked: bool


def check_files(
    source: Path | str | Iterable[Path | str],
    pack: Pack,
    as_of: date,
    progress: Progress | None = None,
) -> Checked:
    """Read and judge files. FangpinError when there is none."""
    arrivals = read_all(source, pack, as_of, progress)
    if any(t.contract.role == "person_register" for arrival in arrivals for t in arrival.typed):
        intake = take_in_arrivals(arrivals, pack, as_of, None, progress)
        return Checked(intake.deliveries, intake.rows, intake.workpapers, True)
    feeds: dict[tuple[str, date], list[Assessed]] = {}
    for arrival in arrivals:
        for typed in arrival.typed:
            note_numbers(typed)
            if typed.contract.role == "feed":
                key = (typed.contract.name, arrival.period_of(typed))
                part = Assessed(typed, Placing.nowhere(typed.size), Links.none(typed.size), arrival)
                feeds.setdefault(key, []).append(part)
    judged = assess_alone(feeds, pack, as_of)
    return Checked(
        deliveries_of(arrivals, feeds, judged, None),
        rows_frame(arrivals, feeds, judged),
        workpapers_of(arrivals),
        False,
    )


def workpapers_of(arrivals: list[Arrival]) -> Workpapers:
    """The sheets as they came, by file."""
    return Workpapers({arrival.file: arrival.sent for arrival in arrivals})


def note_numbers(typed: TypedRows) -> None:
    """Verdicts on identity numbers that fail by themselves."""
    for column, _ in identity_pairs(typed.contract):
        judged = typed.identity.get(column)
        definition = typed.contract.column(column)
        if judged is None or definition is None:
            continue
        verdict = judged["verdict"].cast(pl.String).to_numpy()
        for state in sorted(set(verdict.tolist()) - {"ok", "ok_normalised"}):
            if state == "blank" and not definition.required:
                continue
            action = Action.flagged if state == "placeholder" else Action.rejected
            rows = np.flatnonzero((verdict == state) & typed.used)
            typed.verdicts.add(
                rows, f"id_{state}", action, column,
                delivered=typed.block.text[column].gather(rows),
            )  # fmt: skip
