"""Rows whose number is blank, a placeholder or damaged: who may be meant, and who alone can be."""

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.feeds.candidates import (
    Candidate,
    candidate_pairs,
    grouped,
    number_agrees,
    one_slip,
)
from fangpin.feeds.probable.passes import link_by_model, link_reviewed, refused_of
from fangpin.feeds.reasons import ID_PROBLEMS, Action

if TYPE_CHECKING:
    from fangpin.feeds.linking import RowLinker

MOST_CANDIDATES = 50
LOST_DIGITS = ("numeric_cell", "scientific_text")


def link_without_number(
    of: "RowLinker", rows: NDArray[np.int64], state: NDArray[np.object_], sent: pl.Series
) -> None:
    """Book what is unique on both sides; everything else goes back with its suspects.

    `state` the kernel's verdict on each row's number, `sent` the number as it was sent.
    """
    rows = link_reviewed(of, rows, sent)
    if not len(rows):
        return
    with ThreadPoolExecutor(1) as pool:
        # The model's keys of everybody registered are made beside the exact passes.
        keys = pool.submit(of.linker.register_side.prepare) if of.linker.by_model else None
        refused = refused_of(of, rows, sent)
        pairs = candidate_pairs(of.needs(rows), of.register)
        groups = grouped(_with_household_of_head(of, rows, pairs))
        for row, persons in refused.items():
            groups[row] = [c for c in groups.get(row, []) if c.person not in persons]
        settled = _link_unique(of, rows, groups, state, sent)
        if keys is not None:
            keys.result()
    rows = rows[~np.isin(rows, settled)]
    open_to = link_by_model(of, rows, state, sent, refused)
    for row in rows[of.links.household[rows] < 0].tolist():
        _leave(of, row, groups.get(row, []), str(state[row]), sent[row], open_to.get(row, []))


def _link_unique(
    of: "RowLinker",
    rows: NDArray[np.int64],
    groups: dict[int, list[Candidate]],
    state: NDArray[np.object_],
    sent: pl.Series,
) -> list[int]:
    """Book the rows whose person is unique on both sides; the rows booked."""
    choices: dict[int, tuple[int, str]] = {}
    claims: dict[tuple[int, str], int] = {}
    for row in rows.tolist():
        choice = _choose(of, groups.get(row, []), str(state[row]), sent[row])
        if choice is not None:
            choices[row] = choice
            claims[choice] = claims.get(choice, 0) + 1
    # A household may rightly have several rows; a person on a list may not.
    many = of.typed.contract.subject == "household"
    certain = {
        row: choice
        for row, choice in choices.items()
        if many or claims[choice] == 1 or choice[1] in ("linked_by_head", "id_repaired")
    }
    _settle(of, certain, state, sent)
    return list(certain)


def _with_household_of_head(
    of: "RowLinker", rows: NDArray[np.int64], pairs: pl.DataFrame
) -> pl.DataFrame:
    """Mark candidates that live in the household whose head the row names by number."""
    pairs = pairs.with_columns(pl.lit(False).alias("of_head"))
    if of.head_pair is None or of.head_pair == of.own_pair:
        return pairs
    heads = of.linker.exact(of.typed.identity[of.head_pair[0]]["normalised"].gather(rows))
    known = heads >= 0
    if not known.any():
        return pairs
    # The head's household is searched whatever village the row gives.
    inside = candidate_pairs(
        of.needs(rows[known]), of.register, homes=of.identity.household[heads[known]]
    ).with_columns(pl.lit(True).alias("of_head"))
    rest = pairs.join(inside.select("position", "person"), on=["position", "person"], how="anti")
    return pl.concat([inside, rest])


def _choose(
    of: "RowLinker", group: list[Candidate], state: str, sent: str | None
) -> tuple[int, str] | None:
    """The one candidate the evidence points to, and why; None when it does not."""
    here = [c for c in group if c.same_village]
    if f"id_{state}" in ID_PROBLEMS:
        person = _repaired(of, here, state, sent)
        accepted = person is not None and of.linker.accept_repairs
        return (person, "id_repaired") if person is not None and accepted else None
    of_head = [c for c in group if c.of_head]
    if len(of_head) == 1:
        return of_head[0].person, "linked_by_head"
    born = [c for c in here if c.birth is not None and c.birth == c.born]
    if len(born) == 1:
        return born[0].person, "linked_by_name_birth_village"
    if of.typed.contract.subject == "household" and len(here) == 1:
        return here[0].person, "linked_by_name_village"
    return None


def _repaired(of: "RowLinker", group: list[Candidate], state: str, sent: str | None) -> int | None:
    """The one candidate whose number, confirmed by its check digit, is one slip away."""
    if state in LOST_DIGITS or not sent:
        return None
    hits = [c.person for c in group if one_slip(sent, of.identity.number[c.person])]
    return hits[0] if len(hits) == 1 else None


def _settle(
    of: "RowLinker",
    choices: dict[int, tuple[int, str]],
    state: NDArray[np.object_],
    sent: pl.Series,
) -> None:
    """Book rows to the person chosen for each, and say why."""
    for reason in sorted({reason for _, reason in choices.values()}):
        chosen = {row: person for row, (person, why) in choices.items() if why == reason}
        rows = np.fromiter(chosen, dtype=np.int64)
        persons = np.fromiter(chosen.values(), dtype=np.int64)
        of.book_all(rows, persons)
        of.typed.verdicts.add(
            rows, reason, Action.corrected, of.number_column,
            delivered=sent.gather(rows), taken_as=of.said_all(persons),
        )  # fmt: skip
        of.links.suspects.extend(
            (person, row, reason)
            for row, person in chosen.items()
            if f"id_{state[row]}" in ID_PROBLEMS
        )


def _leave(
    of: "RowLinker",
    row: int,
    group: list[Candidate],
    state: str,
    sent: str | None,
    probable: list[int],
) -> None:
    """The row goes back; whoever it may concern becomes a suspect. `probable` whom the model takes
    for possible, the most probable first."""
    reason = f"id_{state}" if state not in ("ok", "ok_normalised") else "id_blank"
    persons = list(dict.fromkeys([*probable, *_narrowed(of, group, state, sent)]))
    if of.own_pair is None or of.own_pair[0] not in of.typed.block.text:
        reason = "not_linked_ambiguous" if persons else "id_blank"
    of.typed.verdicts.add_one(
        row, reason, Action.rejected, of.number_column, delivered=sent,
        taken_as=";".join(of.said(person) for person in persons[:5]) or None,
        detail=str(len(persons)),
    )  # fmt: skip
    of.links.suspects.extend((person, row, reason) for person in persons)


def _narrowed(of: "RowLinker", group: list[Candidate], state: str, sent: str | None) -> list[int]:
    """Candidates whom the remains of the number do not rule out."""
    persons = sorted({c.person for c in group})
    if f"id_{state}" in ID_PROBLEMS:
        person = _repaired(of, group, state, sent)
        if person is not None:
            return [person]
        numbers = of.identity.number
        agreeing = [p for p in persons if number_agrees(sent, state, numbers[p])]
        unknown = [p for p in persons if numbers[p] is None]
        persons = agreeing + unknown or ([] if state == "numeric_cell" else persons)
    return persons[:MOST_CANDIDATES]
