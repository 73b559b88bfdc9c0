"""A small county whose findings become clues, and who works on them."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from tests.run_folder import RunFolder

from fangpin.people.actions import give_post
from fangpin.people.models import Role, User
from fangpin.places.models import Place
from fangpin.screening.actions import load_run
from fangpin.screening.models import Run

COUNTY, OWN, SIBLING, OTHER = "620402000000", "620402101201", "620402101202", "620402102201"
HOUSEHOLDS = [(f"62040200{at:04d}", at % 4) for at in range(1, 41)]
# Household numbers by village: 4, 8 … lie in the first, 1, 5 … in the second.
FIRST, SECOND, THIRD = "620402000004", "620402000001", "620402000002"
FIRST_VILLAGE = tuple(number for number, village in HOUSEHOLDS if village == 0)
CAST = {
    "county": (Role.COUNTY_BUREAU, COUNTY, ""),
    "approver": (Role.APPROVER, COUNTY, ""),
    "township": (Role.TOWNSHIP_OFFICER, "620402101000", ""),
    "other_township": (Role.TOWNSHIP_OFFICER, "620402102000", ""),
    "village": (Role.VILLAGE_WORKER, OWN, ""),
    "medical": (Role.DEPARTMENT_LIAISON, COUNTY, "医疗保障局"),
    "school": (Role.DEPARTMENT_LIAISON, COUNTY, "教育局"),
    "leader": (Role.LEADER, COUNTY, ""),
}
Found = list[tuple[str, str, int, str]]
FINDINGS: Found = [
    ("medical_expense", "new", 0, FIRST),
    ("two_posts", "new", 0, FIRST),
    ("medical_expense", "new", 1, SECOND),
    ("two_posts", "new", 2, THIRD),
    ("water", "new", 2, ""),
]


def load(
    folder: Path, findings: Found, *, as_of: str = "2021-05-31", previous: str | None = None
) -> Run:
    """Write a run folder with these findings and load it as the current one."""
    written = RunFolder(findings, list(HOUSEHOLDS), as_of=as_of, previous=previous)
    target = folder / f"run-{as_of}-{len(list(folder.iterdir())) if folder.exists() else 0}"
    written.write(target)
    names: pl.DataFrame = written.names()
    return load_run(by=None, folder=target, county="测试县", names=names)


@pytest.fixture
def run(db: None, tmp_path: Path) -> Run:
    """The first run."""
    return load(tmp_path, FINDINGS)


@pytest.fixture
def users(run: Run) -> dict[str, User]:
    """The cast over the county of the run."""
    found = {}
    for name, (role, code, department) in CAST.items():
        found[name] = User.objects.create(username=name, is_demo=True)
        give_post(
            by=None,
            user=found[name],
            role=role,
            place=Place.objects.get(code=code),
            department=department,
            valid_from=date(2020, 1, 1),
        )
    return found
