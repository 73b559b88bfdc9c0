"""Every read of clues. The actor comes first; nothing outside their scope."""

from fangpin.clues.queries.checking import Sign, ToCheck, to_check
from fangpin.clues.queries.held import held_run, held_runs
from fangpin.clues.queries.lists import (
    ClueFilter,
    clues_of,
    counts_by_state,
    page_of_clues,
    rules_present,
    sendable_by_village,
    to_send,
)
from fangpin.clues.queries.one import ClueFile, clue, household_named, may_answer, open_clue_of
from fangpin.clues.queries.rates import Rate, only_one_township, rates, total

__all__ = [
    "ClueFile",
    "ClueFilter",
    "Rate",
    "Sign",
    "ToCheck",
    "clue",
    "clues_of",
    "counts_by_state",
    "held_run",
    "held_runs",
    "household_named",
    "may_answer",
    "only_one_township",
    "open_clue_of",
    "page_of_clues",
    "rates",
    "rules_present",
    "sendable_by_village",
    "to_check",
    "to_send",
    "total",
]
