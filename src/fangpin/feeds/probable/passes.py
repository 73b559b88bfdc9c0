"""The passes behind the deterministic ones: what people decided, then the model."""

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.feeds.candidates import number_agrees
from fangpin.feeds.probable.asking import fingerprints, pairs_frame
from fangpin.feeds.probable.decide import decide
from fangpin.feeds.probable.scoring import Scored, score
from fangpin.feeds.probable.sides import delivered
from fangpin.feeds.reasons import ID_PROBLEMS, Action

if TYPE_CHECKING:
    from fangpin.feeds.linking import RowLinker

ONE_ROW_EACH = ("roster", "census")
"""Kinds of delivery in which nobody stands twice."""


def link_reviewed(of: "RowLinker", rows: NDArray[np.int64], sent: pl.Series) -> NDArray[np.int64]:
    """Book rows whose person was confirmed by somebody; the rest of the rows."""
    accepted = of.linker.reviewed.accepted
    if not accepted:
        return rows
    prints = fingerprints(of, rows, sent)
    found = {row: accepted.get(each) for row, each in zip(rows.tolist(), prints, strict=True)}
    for row, person in found.items():
        if person is not None:
            of.book(row, person)
            of.typed.verdicts.add_one(
                row, "linked_by_review", Action.corrected, of.number_column,
                delivered=sent[row], taken_as=of.said(person),
            )  # fmt: skip
    return rows[[found[row] is None for row in rows.tolist()]]


def refused_of(of: "RowLinker", rows: NDArray[np.int64], sent: pl.Series) -> dict[int, set[int]]:
    """Row → dense persons whom somebody has ruled out."""
    refused = of.linker.reviewed.refused
    if not refused:
        return {}
    prints = fingerprints(of, rows, sent)
    found = {row: refused.get(each) for row, each in zip(rows.tolist(), prints, strict=True)}
    return {row: persons for row, persons in found.items() if persons}


def link_by_model(
    of: "RowLinker",
    rows: NDArray[np.int64],
    state: NDArray[np.object_],
    sent: pl.Series,
    refused: dict[int, set[int]],
) -> dict[int, list[int]]:
    """Book the rows that the model is sure of, keep pairs for people in `of.links.pairs`.

    Row → dense persons whom an open row may mean, the most probable first. Linked rows are booked
    in `of.links` and have their verdict.
    """
    rows = rows[~of.placing.elsewhere[rows]]
    if not len(rows) or not of.linker.by_model:
        return {}
    side = of.linker.register_side
    records = delivered(of.typed, of.placing, of.names, of.name_column, rows, side.groups)
    scored = score(records, side)
    damaged = np.array([f"id_{state[row]}" in ID_PROBLEMS for row in rows.tolist()], dtype=np.bool_)
    scored = scored.only(_possible(of, rows, scored, damaged, state, sent, refused))
    decided = decide(
        scored,
        ~damaged,
        one_row_each=of.typed.contract.subject == "person"
        and of.typed.contract.coverage in ONE_ROW_EACH,
        taken=of.links.person[of.links.person >= 0],
    )
    _book(of, rows, scored.at(decided.linked))
    asked = scored.at(decided.asked)
    if asked.size:
        of.links.pairs = pairs_frame(
            of, sent, rows, asked, decided.rank.tolist(), of.linker.wording
        )
    found: dict[int, list[int]] = {}
    for at in np.lexsort((decided.rank, asked.row)).tolist():
        found.setdefault(int(rows[asked.row[at]]), []).append(int(asked.person[at]))
    return found


def _possible(
    of: "RowLinker",
    rows: NDArray[np.int64],
    scored: Scored,
    damaged: NDArray[np.bool_],
    state: NDArray[np.object_],
    sent: pl.Series,
    refused: dict[int, set[int]],
) -> NDArray[np.bool_]:
    """Pairs that are not ruled out: by somebody, or by what is left of a damaged number."""
    kept = np.ones(scored.size, dtype=np.bool_)
    watched = np.flatnonzero(damaged[scored.row])
    if refused:
        watched = np.arange(scored.size)
    for at in watched.tolist():
        row, person = int(rows[scored.row[at]]), int(scored.person[at])
        number = of.identity.number[person]
        if person in refused.get(row, ()):
            kept[at] = False
        elif damaged[scored.row[at]] and number is not None:
            kept[at] = number_agrees(sent[row], str(state[row]), number)
    return kept


def _book(of: "RowLinker", rows: NDArray[np.int64], linked: Scored) -> None:
    """Book pairs and say why, each ground with its weight."""
    if not linked.size:
        return
    positions = rows[linked.row]
    of.book_all(positions, linked.person)
    details = of.linker.wording.lines(linked.levels, linked.weights)
    of.typed.verdicts.add(
        positions, "linked_by_model", Action.corrected, of.number_column,
        taken_as=of.said_all(linked.person),
        detail=details["zh"], detail_en=details["en"],
    )  # fmt: skip
