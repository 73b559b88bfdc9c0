"""Fields: what is shown, and what may be changed, is what the oracle says; the rest is refused.

A household is entered whose fields carry a word of their own for each group; the words of groups
that somebody is not shown must stand nowhere in what they get.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.registry.invented import person
from tests.web.access.oracle import EVERY_GROUP, SHOWN, Holds, changed_groups, shown_groups

from fangpin.foundation.models import AuditEntry
from fangpin.people.actions import give_post
from fangpin.people.models import Role, User
from fangpin.places.actions import take_over
from fangpin.places.models import Place
from fangpin.registry.actions.edit import edit_household, edit_person
from fangpin.registry.actions.enter import enter_household
from fangpin.registry.actions.refusals import NotAllowed
from fangpin.registry.actions.yearly import assign_helper, record_conditions, record_income
from fangpin.registry.models import Household, Person
from fangpin.registry.queries.file import household_file

pytestmark = pytest.mark.django_db
VILLAGE = "620402101201"
# group → a word that stands in fields of that group alone
WORDS = {
    "household": "甲组标记",
    "housing": "安置标记路",
    "bank": "标记农商行",
    "identity": "赵标记",
    "education": "标记小学",
    "work": "标记务工厂",
    "helper": "标记帮扶局",
    "contact": "4477",  # the last digits that a masked phone shows
    "income": "87,654.32",
}
# group → a field of it: subject, name, another value
FIELD = {
    "household": ("household", "group_name", "乙组"),
    "housing": ("household", "resettlement_address", "别处"),
    "bank": ("household", "bank", "别的银行"),
    "contact": ("household", "phone", "13900001111"),
    "identity": ("person", "marital_status", "married"),
    "health": ("person", "health", ["chronic"]),
    "education": ("person", "school", "别的学校"),
    "work": ("person", "migrant_employer", "别的厂"),
    "disability": ("person", "certificate_year", 2015),
    "insurance": ("person", "resident_medical", False),
    "helper": ("household", "collector_name", "别人"),
}
posts = st.builds(
    Holds,
    st.sampled_from(sorted(SHOWN)),
    st.sampled_from([VILLAGE, "620402101", "620402", "620402102", "620402101202"]),
    st.sampled_from(["医疗保障局", "教育局", "残疾人联合会", "民政局"]),
)


@pytest.fixture(scope="module")
def home(django_db_setup: None, django_db_blocker: Any) -> Iterator[Household]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield _entered()
        transaction.set_rollback(True)


def _entered() -> Household:
    take_over(
        by=None,
        county=("620402000000", "测试县"),
        villages=[
            (VILLAGE, "上河村", "620402101000", "清水镇"),
            ("620402101202", "下河村", "620402101000", "清水镇"),
            ("620402102201", "东岭村", "620402102000", "石门乡"),
        ],
        valid_from=date(2020, 1, 1),
    )
    event = enter_household(
        by=None,
        village_code=VILLAGE,
        number="620402555001",
        members=[
            person(
                *("赵标记", "head", "male", date(1970, 5, 1)),
                school="标记小学",
                migrant_employer="标记务工厂",
                resident_medical=True,
                certificate_year=2011,
            )
        ],
        values={
            "group_name": "甲组标记",
            "resettlement_address": "安置标记路",
            "bank": "标记农商行",
            "phone": "13800004477",
        },
        on=date(2020, 1, 1),
    )
    pk = event.households[0]

    def version() -> int:
        return Household.objects.get(pk=pk).version

    record_income(by=None, household=pk, version=version(), year=2021, values=_income())
    record_conditions(
        by=None, household=pk, version=version(), year=2021, values={"house_area": "123.45"}
    )
    assign_helper(
        by=None,
        household=pk,
        version=version(),
        values={"name": "钱帮", "unit": "标记帮扶局"},
        on=date(2021, 1, 1),
    )
    return Household.objects.get(pk=pk)


def _income() -> dict[str, Any]:
    return {"insurance_payout": 8765432}


def somebody(held: tuple[Holds, ...]) -> User:
    user = User.objects.create(username="somebody", is_demo=True)
    for post in held:
        placeless = post.role.endswith("administrator")
        give_post(
            by=None,
            user=user,
            role=Role(post.role),
            place=None if placeless else Place.objects.get(code=post.place.ljust(12, "0")),
            department=post.department if post.role == "department_liaison" else "",
            valid_from=date(2020, 1, 1),
        )
    return user


def fitting(held: tuple[Holds, ...]) -> bool:
    """An administrator holds one kind of post only."""
    roles = {post.role for post in held}
    return len(roles) == 1 or not any(role.endswith("administrator") for role in roles)


combinations = st.lists(posts, min_size=1, max_size=3).map(tuple).filter(fitting)


@given(held=combinations)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_file_holds_the_groups_of_the_oracle(home: Household, held: tuple[Holds, ...]) -> None:
    with transaction.atomic():
        file = household_file(somebody(held), home.number)
        expected = shown_groups(held, VILLAGE)
        if file is None:
            assert not expected
        else:
            assert {group.value for group in file.groups} == expected
            assert {group.value for group in file.writable} == changed_groups(held, VILLAGE)
            shown = {group.value for group in file.fields}
            for member in (*file.members, *file.former):
                shown |= {group.value for group in member.fields}
                assert bool(member.name) is ("identity" in expected)
            assert shown <= expected
            assert bool(file.helpers) is ("helper" in expected)
            assert bool(file.incomes) is ("income" in expected)
        transaction.set_rollback(True)


@pytest.mark.parametrize("role", sorted(SHOWN))
@pytest.mark.parametrize("department", ["医疗保障局", "教育局"])
def test_the_page_shows_no_word_of_a_hidden_group(
    home: Household, role: str, department: str
) -> None:
    if role != "department_liaison" and department != "教育局":
        return
    held = (Holds(role, "620402", department),)
    client = Client()
    client.force_login(somebody(held))
    expected = shown_groups(held, VILLAGE)
    texts = {}
    for path in (f"/households/{home.number}/", "/registry/households/", "/registry/persons/"):
        response = client.get(path)
        assert (response.status_code == 200) is bool(expected), path
        texts[path] = response.content.decode() if response.status_code == 200 else ""
    file = texts[f"/households/{home.number}/"]
    for group, word in WORDS.items():
        if group in expected:
            assert word in file, group
        else:
            assert not any(word in text for text in texts.values()), group


@pytest.mark.parametrize("role", sorted(SHOWN))
def test_a_field_of_another_group_is_not_changed_and_the_attempt_is_kept(
    home: Household, role: str
) -> None:
    held = (Holds(role, "620402101", "教育局"),)
    actor = somebody(held)
    for group, (subject, name, value) in FIELD.items():
        act: Any = edit_household if subject == "household" else edit_person
        row: Household | Person = home if subject == "household" else Person.objects.get()
        asked = {"by": actor, subject: row.pk, "version": row.version, "values": {name: value}}
        refused = AuditEntry.objects.filter(action="registry.refused:edited").order_by("-id")
        before = refused.count()
        if group in changed_groups(held, VILLAGE):
            with transaction.atomic():
                assert act(**asked) is not None, group
                transaction.set_rollback(True)
            continue
        with pytest.raises(NotAllowed):
            act(**asked)
        assert refused.count() == before + 1, group
        assert refused[0].actor == actor
        assert str(value) not in str(refused[0].detail)
        assert type(row).objects.get(pk=row.pk).version == row.version


def test_every_group_of_the_product_is_in_the_oracle() -> None:
    from fangpin.people.rights import FieldGroup

    assert {group.value for group in FieldGroup} == EVERY_GROUP
    source = Path(__file__).parent / "access/oracle.py"
    assert "fangpin." not in source.read_text("utf-8").replace("of fangpin is", "")
