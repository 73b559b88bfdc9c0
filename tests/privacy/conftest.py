"""A household with everything about it in every table, and the offices that receive requests."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from tests.registry.invented import VILLAGE, called, family, person

from fangpin.checks.models import Hit
from fangpin.people.actions import give_post
from fangpin.people.models import Role, User
from fangpin.places.actions import take_over
from fangpin.places.models import Place
from fangpin.registry.actions.edit import edit_person
from fangpin.registry.models import Household, Person

POSTS = {
    "village": (Role.VILLAGE_WORKER, VILLAGE),
    "township": (Role.TOWNSHIP_OFFICER, "620402101000"),
    "other_township": (Role.TOWNSHIP_OFFICER, "620402102000"),
    "county": (Role.COUNTY_BUREAU, "620402000000"),
    "approver": (Role.APPROVER, "620402000000"),
}
SECRETS = ("赵秘甲", "620402197005010016", "13900007788", "秘密备注丁", "秘密小学")
WIFE = "钱密乙"


@dataclass
class Home:
    """The household, its head (about whom SECRETS are), and the users."""

    household: Household
    head: Person
    users: dict[str, User]


@pytest.fixture
def home(db: None, tmp_path: Any, settings: Any) -> Home:
    settings.DATA_DIR = tmp_path
    take_over(
        by=None,
        county=("620402000000", "测试县"),
        villages=[
            (VILLAGE, "上河村", "620402101000", "清水镇"),
            ("620402102201", "东岭村", "620402102000", "石门乡"),
        ],
        valid_from=date(2015, 1, 1),
    )
    users = {}
    for name, (role, code) in POSTS.items():
        users[name] = User.objects.create(username=name, is_demo=True)
        place = Place.objects.get(code=code)
        give_post(by=None, user=users[name], role=role, place=place, valid_from=date(2020, 1, 1))
    head = person(
        *("赵秘甲", "head", "male", date(1970, 5, 1)),
        id_kind="identity_card",
        id_number="620402197005010016",
        phone="13900001111",
        remark="秘密备注丁",
        school="秘密小学",
        health=["chronic"],
    )
    wife = person(WIFE, "spouse", "female", date(1972, 6, 1))
    values = {"category": "alleviated", "phone": "13900007788", "account": "6217000010001234567"}
    household = family("620402777001", members=[head, wife], values=values)
    row = called("甲")
    edit_person(by=None, person=row.pk, version=row.version, values={"phone": "13900007788"})
    Hit.objects.create(
        rule="x", unit="person", severity="error", village_code=VILLAGE, household_number=
        household.number, person_number=row.number, sentence_zh="赵秘甲 秘密小学",
        opened=date(2022, 1, 1), seen=date(2022, 1, 1),
    )  # fmt: skip
    return Home(household, Person.objects.get(pk=row.pk), users)
