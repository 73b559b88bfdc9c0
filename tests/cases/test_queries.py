"""What lists, desk and board show to whom, with a number of queries that does not grow."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cases.world import World, begun, county, home, take, taken_to

from fangpin.cases.in_force import _THAWED
from fangpin.cases.models import Case, Turn
from fangpin.cases.queries import (
    CaseFilter,
    case_file,
    cases_of_household,
    late_board,
    may_act,
    my_tasks,
    page_of_cases,
)
from fangpin.people.row_security import seen_by

pytestmark = pytest.mark.django_db


def counted(act: Callable[[], Any]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        act()
    return len(found)


def reads(world: World) -> dict[str, Callable[[], Any]]:
    day, user = world.day, world.township
    return {
        "page": lambda: page_of_cases(user, CaseFilter(), day=day),
        "late": lambda: page_of_cases(user, CaseFilter(late=True, state="open"), day=day),
        "tasks of a village": lambda: my_tasks(world.village, day),
        "tasks of a township": lambda: my_tasks(user, day),
        "board": lambda: late_board(user, "township", day),
        "board by step": lambda: late_board(user, "step", day),
    }


def fresh(world: World) -> None:
    """Rights are read again, as with a new request."""
    for user in world.users.values():
        user.__dict__.pop("_kept_scope", None)


def test_the_number_of_queries_does_not_grow_with_the_cases() -> None:
    world = county("village", "township", "county", "approver")
    first = begun(world, home("Q0"))
    taken_to(world, first, "compare")
    counts = {}
    for more in (0, 6):
        for number in range(more):
            begun(world, home(f"Q{number + 1}"))
        _THAWED.clear()
        fresh(world)
        counts[more] = {name: counted(act) for name, act in reads(world).items()}
    for name, few in counts[0].items():
        # A list that was empty before is one query more.
        assert counts[6][name] <= few + 2, (name, few, counts[6][name])
    assert counts[6]["page"] <= 8
    assert counts[6]["tasks of a township"] <= 22
    one, other = Case.objects.order_by("pk")[:2]
    files = []
    for case in (one, other):
        fresh(world)
        files.append(counted(lambda pk=case.pk: case_file(world.county, pk, world.day)))
    assert abs(files[0] - files[1]) <= 1  # the one has taken steps, the other none
    assert max(files) <= 24


def test_a_list_is_cut_to_the_area_and_narrowed() -> None:
    world = county()
    cases = [begun(world, home(f"C{number}")) for number in range(5)]
    taken_to(world, cases[0], "visit")
    take(world, cases[1], "lead", "mistaken")
    day = world.day + timedelta(days=60)
    page, more = page_of_cases(world.county, CaseFilter(), day=day, size=3)
    assert [line.case.pk for line in page] == [c.pk for c in reversed(cases) if c != cases[1]][:3]
    rest, end = page_of_cases(world.county, CaseFilter(), day=day, size=3, after=more)
    assert [line.case.pk for line in rest] == [cases[0].pk]
    assert end is None
    assert rest[0].stands.zh == "待入户核查"
    assert rest[0].subject.head == "赵测甲"
    assert (rest[0].subject.village, rest[0].subject.township) == ("甲村", "甲乡")
    assert page[0].days_late > 0

    def shown(**chosen: Any) -> set[int]:
        found, _ = page_of_cases(world.county, CaseFilter(**chosen), day=day)
        return {line.case.pk for line in found}

    assert shown(state="refused") == {cases[1].pk}
    assert len(shown(state="all")) == 5
    assert shown(step="visit") == {cases[0].pk}
    assert shown(area="620402102000") == set()
    assert len(shown(area="620402101000")) == 4
    assert shown(household=cases[2].household_id) == {cases[2].pk}
    assert page_of_cases(world.elsewhere, CaseFilter(), day=day) == ([], None)
    leaders, _ = page_of_cases(world.leader, CaseFilter(), day=day)
    assert len(leaders) == 4
    assert {line.subject.head for line in leaders} == {""}  # a leader sees no names
    assert len(cases_of_household(world.village, cases[3].household_id, day)) == 1  # type: ignore[arg-type]


def test_whether_somebody_may_act_is_said_in_words() -> None:
    world, family = county(), home()
    case = begun(world, family)
    assert may_act(world.village, case)
    refused = may_act(world.leader, case)
    assert not refused
    assert "登记线索" in refused.reason.zh
    taken_to(world, case, "notice")
    assert "公示" in may_act(world.village, case).reason.zh
    taken_to(world, case, "decide")
    for name, may in (("approver", True), ("village", False)):
        assert bool(may_act(world.users[name], case)) is may, name
    take(world, case, "decide", "refused")
    assert "已办结" in may_act(world.approver2, case).reason.zh


def test_behind_the_second_wall_nothing_else_is_there() -> None:
    world, family = county(), home()
    case = taken_to(world, begun(world, family), "notice")
    tables = ["case", "turn", "publication", "attachment"]

    def seen() -> dict[str, int]:
        found = {}
        with connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f"SELECT count(*) FROM cases_{table}")
                (found[table],) = cursor.fetchone()
        return found

    with seen_by(world.village):
        inside = seen()
    with seen_by(world.elsewhere):
        outside = seen()
    assert inside == {name: count for name, count in inside.items() if count > 0}
    assert set(inside) == set(tables)
    assert set(outside.values()) == {0}
    with seen_by(world.village):  # and actions work behind it
        taken = take(world, case, "notice")
    assert taken.turn.outcome == "no_objection"


@pytest.mark.long
def test_a_hundred_thousand_cases(capsys: pytest.CaptureFixture[str]) -> None:
    world = county()
    case = begun(world, home("M0"))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO registry_household (number, village_code, members)
            SELECT 'M' || n, '6204021' || lpad((1 + n % 20)::text, 2, '0') || '201', 3
            FROM generate_series(1, 100000) n
            """
        )
        cursor.execute(
            """
            INSERT INTO cases_case (number, definition_id, procedure, effect, household_id,
                area_code, state, step, round, returned, green, circumstances, owed, effective,
                opened_at, reason, due_on, provisional, client_id, version)
            SELECT 'M-' || h.id, %s, 'cn-monitor', 'monitor', h.id, h.village_code, 'open', 'lead',
                0, h.id %% 17 = 0, false, '{}', '{}', false, now(), 'officer',
                date '2026-03-01' + (h.id %% 40)::int, false, gen_random_uuid(), 1
            FROM registry_household h WHERE h.number <> 'M0'
            """,
            [case.definition_id],
        )
        cursor.execute(
            """
            INSERT INTO cases_turn (case_id, area_code, seq, step, round, posts, waits_for_notice,
                event, decides, owed, began_at, due_on, provisional, outcome, effect)
            SELECT c.id, c.area_code, 1, CASE WHEN c.id %% 3 = 0 THEN 'decide' ELSE 'lead' END, 0,
                CASE WHEN c.id %% 3 = 0 THEN '{county_bureau,approver}'::varchar[]
                     ELSE '{village_worker,township_officer}'::varchar[] END,
                false, '', c.id %% 3 = 0, false, now(), c.due_on, false, '', ''
            FROM cases_case c WHERE c.id <> %s
            """,
            [case.pk],
        )
        cursor.execute("ANALYZE")
    assert Turn.objects.count() > 100_000
    asked = reads(world) | {
        "tasks of a county": lambda: my_tasks(world.county, world.day),
        "page of a county": lambda: page_of_cases(world.county, CaseFilter(), day=world.day),
        "late in a county": lambda: page_of_cases(
            world.county, CaseFilter(late=True), day=world.day
        ),
        "board of a county": lambda: late_board(world.county, "township", world.day),
        "one case": lambda: case_file(world.county, case.pk, world.day),
    }
    took = {}
    for name, act in asked.items():
        act()
        began = time.perf_counter()
        queries = counted(act)
        took[name] = (round((time.perf_counter() - began) * 1000), queries)
    with capsys.disabled():
        print("\n100,000 cases (ms, queries):", took)
    assert max(each for each, _ in took.values()) < 3000
    assert max(queries for _, queries in took.values()) <= 24
