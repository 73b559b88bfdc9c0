"""A small county on the pages, and the cast that asks for them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.test import Client
from tests.pairs import COUNTY, write_pairs
from tests.run_folder import RunFolder

from fangpin.people.actions import give_post
from fangpin.people.models import Role, User
from fangpin.places.models import Place
from fangpin.screening.actions import load_run
from fangpin.screening.models import Run

HOUSEHOLDS = [("620402000001", 0), ("620402000002", 1), ("620402000003", 2), ("620402000004", 3)]
FINDINGS = [
    ("medical_expense", "new", 0, "620402000001"),
    ("two_posts", "continuing", 0, "620402000001"),
    ("nursing_allowance_missing", "new", 1, "620402000002"),
    ("medical_expense", "unknown", 2, "620402000003"),
    ("two_posts", "new", 2, "620402000003"),
    ("medical_expense", "cleared", 3, "620402000004"),
    ("water", "unknown", 2, ""),
]
# name → (role, place code, department)
CAST: dict[str, tuple[Role, str | None, str]] = {
    "county": (Role.COUNTY_BUREAU, "620402000000", ""),
    "township": (Role.TOWNSHIP_OFFICER, "620402101000", ""),
    "other_township": (Role.TOWNSHIP_OFFICER, "620402102000", ""),
    "village": (Role.VILLAGE_WORKER, "620402101201", ""),
    "medical": (Role.DEPARTMENT_LIAISON, "620402000000", "医疗保障局"),
    "school": (Role.DEPARTMENT_LIAISON, "620402000000", "教育局"),
    "leader": (Role.LEADER, "620402000000", ""),
    "auditor": (Role.AUDITOR, None, ""),
    "admin": (Role.SYSTEM_ADMINISTRATOR, None, ""),
}


@dataclass
class County:
    """The loaded run and a signed-in client for each of the cast; "nobody" is not signed in,
    "no_post" is signed in without any post."""

    run: Run
    users: dict[str, User]
    sign_in: Callable[[str], Client]


def load_county(folder: Path) -> Run:
    """Write the run folder and load it."""
    written = RunFolder(FINDINGS, HOUSEHOLDS)
    write_pairs(written.write(folder), COUNTY)
    return load_run(
        by=None,
        folder=folder,
        county="测试县",
        names=written.names(),
    )


def county_with_cast(folder: Path) -> County:
    """The county and one user for each of the cast."""
    run = load_county(folder)
    users = {}
    for name, (role, code, department) in CAST.items():
        users[name] = User.objects.create(username=name, is_demo=True)
        give_post(
            by=None,
            user=users[name],
            role=role,
            place=Place.objects.get(code=code) if code else None,
            department=department,
            valid_from=date(2020, 1, 1),
        )
    users["no_post"] = User.objects.create(username="no_post", is_demo=True)
    return County(run, users, signing_in(users))


def signing_in(users: dict[str, User]) -> Callable[[str], Client]:
    """What gives a client of one of the users, also of those added later."""

    def sign_in(name: str) -> Client:
        client = Client()
        if name != "nobody":
            client.force_login(users[name])
        return client

    return sign_in
