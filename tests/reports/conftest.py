"""Two villages with invented households, and whoever prints them."""

from collections.abc import Callable
from datetime import date

import pytest
from tests.cast import CAST
from tests.registry.invented import OTHER_VILLAGE, VILLAGE, called, family, person, version

from fangpin.people.actions import give_post
from fangpin.people.models import User
from fangpin.places.actions import take_over
from fangpin.places.models import Place
from fangpin.registry.actions.edit import edit_person
from fangpin.registry.actions.yearly import assign_helper, record_conditions, record_income
from fangpin.registry.models import Household

PHONE = "13800001111"
RARE = "赵𬱖㛃"


@pytest.fixture
def users(db: None) -> dict[str, User]:
    """The cast, over two villages in two townships."""
    take_over(
        by=None,
        county=("620402000000", "测试县"),
        villages=[
            (VILLAGE, "上河村", "620402101000", "清水镇"),
            (OTHER_VILLAGE, "山前村", "620402102000", "高山镇"),
        ],
        valid_from=date(2015, 1, 1),
    )
    made = {}
    for name, (role, code, department) in CAST.items():
        made[name] = User.objects.create(username=name, full_name="李试", is_demo=True)
        place = Place.objects.get(code=code) if code else None
        give_post(
            by=None,
            user=made[name],
            role=role,
            place=place,
            department=department,
            valid_from=date(2020, 1, 1),
        )
    return made


@pytest.fixture
def home(users: dict[str, User]) -> Household:
    """A household with everything that a card can show, and one in another township."""
    made = family(
        values={"category": "alleviated", "main_cause": "illness", "phone": PHONE, "bank": "农商行"}
    )
    son = called("丙")
    edit_person(by=None, person=son.pk, version=son.version, values={"health": ["chronic"]})
    record_income(
        by=None,
        household=made.pk,
        version=version(made),
        year=2020,
        values={
            "persons": 5,
            "items": {"migrant_wage": 4_200_000, "crops": 800_050, "crops_cost": 100_000},
        },
    )
    record_conditions(
        by=None,
        household=made.pk,
        version=version(made),
        year=2020,
        values={"housing_unsafe": False},
    )
    assign_helper(
        by=None,
        household=made.pk,
        version=version(made),
        values={"name": "周测己", "unit": "某局", "phone": "13900002222"},
        on=date(2020, 3, 1),
    )
    family("F2", OTHER_VILLAGE, members=[person(RARE, "head", "male", date(1960, 1, 2))])
    return Household.objects.get(pk=made.pk)


@pytest.fixture
def by(users: dict[str, User]) -> Callable[[str], User]:
    """One of the cast, read afresh."""
    return lambda name: User.objects.get(pk=users[name].pk)
