"""Several people working on the same few households at once."""

import random
import threading
from collections import Counter
from datetime import date

import pytest
from django.db import connection
from tests.registry.invented import OTHER_VILLAGE, VILLAGE, called, family, person

from fangpin.registry.actions.edit import edit_household, edit_person
from fangpin.registry.actions.households import merge, move_village, split
from fangpin.registry.actions.joining import move_person
from fangpin.registry.actions.leaving import change_head, die
from fangpin.registry.actions.members import present, successors
from fangpin.registry.actions.refusals import Conflict, Refused
from fangpin.registry.actions.reverse import reverse
from fangpin.registry.models import Household, Membership, Person, RegistryEvent

DAY = date(2022, 3, 1)
WRITERS, STEPS = 6, 14


def _act(chance: random.Random) -> None:
    homes = list(Household.objects.filter(state="active"))
    home, other = chance.choice(homes), chance.choice(homes)
    rows = present(home.pk)
    if not rows:
        return
    row = chance.choice(rows)
    proposed = successors(rows, {row.person_id}, DAY)
    head = proposed[0].person if row.is_head and proposed else None
    match chance.randrange(8):
        case 0:
            edit_household(
                by=None,
                household=home.pk,
                version=home.version,
                values={"group_name": f"{chance.randrange(99)}社"},
            )
        case 1:
            edit_person(
                by=None,
                person=row.person_id,
                version=row.person.version,
                values={"school": f"{chance.randrange(99)}校"},
            )
        case 2 if home != other:
            move_person(
                by=None,
                person=row.person_id,
                household=other.pk,
                version=other.version,
                source_version=home.version,
                relation="other",
                new_head=head,
            )
        case 3 if len(rows) > 1:
            split(
                by=None,
                household=home.pk,
                version=home.version,
                persons=[row.person_id],
                head=row.person_id,
                new_head=head,
            )
        case 4 if home != other:
            merge(
                by=None,
                household=home.pk,
                version=home.version,
                into=other.pk,
                into_version=other.version,
            )
        case 5 if len(rows) > 1 and not row.is_head:
            change_head(by=None, household=home.pk, version=home.version, person=row.person_id)
        case 6:
            there = OTHER_VILLAGE if home.village_code == VILLAGE else VILLAGE
            move_village(by=None, household=home.pk, version=home.version, village_code=there)
        case 7:
            newest = RegistryEvent.objects.exclude(kind="reversed").first()
            if newest is not None:
                reverse(by=None, event=newest.pk)
        case _:
            die(by=None, person=row.person_id, version=home.version, on=DAY, new_head=head)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_lost_and_nobody_waits_for_ever() -> None:
    for at in range(4):
        family(f"F{at}", members=[person(f"赵{at}", "head"), person(f"钱{at}", "spouse"),
                                  person(f"孙{at}", "son")])  # fmt: skip
    outcomes: Counter[str] = Counter()
    lock = threading.Lock()

    def write(seed: int) -> None:
        chance = random.Random(seed)
        try:
            for _ in range(STEPS):
                try:
                    _act(chance)
                    outcome = "done"
                except (Conflict, Refused) as refused:
                    outcome = type(refused).__name__
                except Exception as error:
                    outcome = repr(error)
                with lock:
                    outcomes[outcome] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(seed,)) for seed in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    assert outcomes.keys() <= {"done", "Conflict", "Refused"}, outcomes
    assert outcomes["done"] >= WRITERS
    assert sum(outcomes.values()) == WRITERS * STEPS
    for home in Household.objects.all():
        heads = list(
            Membership.objects.filter(household=home, ended_on=None).values_list(
                "is_head", flat=True
            )
        )
        assert home.members == len(heads)
        assert sum(heads) == (1 if heads else 0)


@pytest.mark.django_db(transaction=True)
def test_every_version_is_written_once() -> None:
    family()
    son = called("丙")
    won: list[int] = []
    behind: list[int] = []

    def write() -> None:
        try:
            for step in range(8):
                seen = Person.objects.get(pk=son.pk).version
                values = {"school": f"{threading.get_ident()}-{step}"}
                try:
                    edit_person(by=None, person=son.pk, version=seen, values=values)
                    won.append(seen)
                except Conflict as conflict:
                    behind.append(conflict.version - seen)
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert all(by > 0 for by in behind)
    assert len(won) + len(behind) == 40
    assert sorted(won) == list(range(son.version, son.version + len(won)))
    assert Person.objects.get(pk=son.pk).version == son.version + len(won)
