"""Every read of cases; the first argument is the actor."""

from fangpin.cases.queries.attached import attachment_of
from fangpin.cases.queries.board import LateLine, late_board
from fangpin.cases.queries.file import CaseFile, case_file, may_act
from fangpin.cases.queries.lists import (
    CaseFilter,
    CaseLine,
    cases_of,
    cases_of_household,
    page_of_cases,
)
from fangpin.cases.queries.opening import Asked, Offer, procedures_for, why_not_open
from fangpin.cases.queries.snapshot import SnapshotShown, snapshot_of
from fangpin.cases.queries.staying_away import StaysAway, stays_away
from fangpin.cases.queries.tasks import Task, Tasks, my_tasks
from fangpin.cases.visible import sees_whole, visible

__all__ = [
    "Asked",
    "CaseFile",
    "CaseFilter",
    "CaseLine",
    "LateLine",
    "Offer",
    "SnapshotShown",
    "StaysAway",
    "Task",
    "Tasks",
    "attachment_of",
    "case_file",
    "cases_of",
    "cases_of_household",
    "late_board",
    "may_act",
    "my_tasks",
    "page_of_cases",
    "procedures_for",
    "sees_whole",
    "snapshot_of",
    "stays_away",
    "visible",
    "why_not_open",
]
