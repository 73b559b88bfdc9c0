"""Many people on one case at once: nothing lost, nothing twice, nothing merged in silence."""

from uuid import uuid4

import pytest
from tests.cases.world import begun, county, filled, home, take
from tests.together import together

from fangpin.cases.actions import take_step
from fangpin.cases.in_force import flow_of
from fangpin.cases.models import Case, KeptEntry, Turn
from fangpin.foundation.models import AuditEntry

WRITERS = 20


@pytest.mark.django_db(transaction=True)
def test_twenty_writers_and_ten_repeats_on_one_case() -> None:
    world, family = county("village", "village2", "township", "county", "approver"), home()
    case = begun(world, family)
    entries = filled(case, flow_of(case).steps["lead"])
    ids = [uuid4() for _ in range(WRITERS)]

    def write(number: int) -> str:
        taken = take_step(
            by=world.village if number % 2 else world.village2,
            case=case.pk,
            version=case.version,
            step="lead",
            outcome="registered",
            entries=entries | {"situation": f"第{number}人所写"},
            client_id=ids[number],
            now=world.now,
        )
        return "again" if taken.again else "taken"

    ended = together(WRITERS, write)
    assert ended == {"taken": 1, "Conflict": WRITERS - 1}
    assert Turn.objects.filter(case=case, step="lead").count() == 1
    winner = Turn.objects.get(case=case, step="lead")
    kept = {row.content["entries"]["situation"] for row in KeptEntry.objects.all()}
    assert len(kept) == WRITERS - 1
    assert winner.entries["situation"] not in kept  # everything that was written is somewhere
    assert Case.objects.get(pk=case.pk).version == case.version + 1
    assert AuditEntry.objects.filter(action="cases.step").count() == 1

    case.refresh_from_db()
    seen, key = case.version, uuid4()
    entries = filled(case, flow_of(case).steps["consent"])

    def send_again(number: int) -> str:
        taken = take_step(
            by=world.village, case=case.pk, version=seen, step="consent", outcome="authorised",
            entries=entries, client_id=key, now=world.now,
        )  # fmt: skip
        return "again" if taken.again else "taken"

    assert together(10, send_again) == {"taken": 1, "again": 9}
    take(world, case, "visit")
    steps = list(
        Turn.objects.filter(case=case, done_at__isnull=False).values_list("step", flat=True)
    )
    assert steps == ["lead", "consent", "visit"]


@pytest.mark.django_db(transaction=True)
def test_one_case_of_a_kind_begins_whoever_comes_first() -> None:
    world, family = county("village", "village2", "township"), home()
    keys = [uuid4() for _ in range(4)]

    def begin(number: int) -> str:
        begun(world, family, by=world.village, client_id=keys[number % 4])
        return "begun"

    ended = together(8, begin)
    assert ended["begun"] == 2  # the first, and the same sent again
    assert ended["Refused"] == 6
    assert Case.objects.count() == 1
