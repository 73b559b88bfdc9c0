"""The four earlies: by hand, and against plain Python on drawn ways."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cases.world import World, county
from tests.oversight.ways import Way, figures, write

from fangpin.oversight.earlies import SPANS, Early, earlies, earlies_and_whole, ways
from fangpin.oversight.monitored import months, running, standing
from fangpin.registry.models import Household

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 1, 1), date(2026, 6, 30)
VILLAGES = ["620402101201", "620402102201"]


def day(number: int) -> date:
    return FIRST + timedelta(number)


@pytest.fixture
def world() -> World:
    return county("village", "county", "township", "elsewhere", "leader")


def test_the_four_spans_of_one_household(world: World) -> None:
    write(
        [Way(VILLAGES[0], day(0), day(3), day(8), "true", day(20), day(25))],
        world.county,
    )
    found = earlies_and_whole(world.leader, "village", FIRST, LAST)[1]
    assert [found[span].median for span in SPANS] == [3, 5, 12, 5]
    assert [found[span].waiting for span in SPANS] == [0, 0, 0, 0]


def test_what_has_not_happened_waits_and_is_no_number(world: World) -> None:
    write(
        [
            Way(VILLAGES[0], day(0), day(3)),
            Way(VILLAGES[0], day(0), day(3), day(4), "not_true"),
            Way(VILLAGES[0], day(0), day(3), day(4), "true"),
        ],
        world.county,
    )
    found = earlies_and_whole(world.county, "village", FIRST, LAST)[1]
    assert found["check"] == Early("check", "", 2, 1, 1, 1)
    assert found["inclusion"] == Early("inclusion", "", 0, None, None, 1)
    assert found["measure"] == Early("measure", "", 0, None, None, 0)


def test_help_before_the_decision_counts_no_days(world: World) -> None:
    way = Way(VILLAGES[0], None, day(3), day(4), "true", day(20), day(6), by_clue=False)
    write([way], world.county)
    found = earlies_and_whole(world.county, "village", FIRST, LAST)[1]
    assert found["measure"] == Early("measure", "", 1, 0, 0, 0)


def test_everybody_sees_their_own_places(world: World) -> None:
    write([Way(village, day(0), day(3)) for village in VILLAGES], world.county)

    def places(name: str) -> list[str]:
        lines = earlies(world.users[name], "township", FIRST, LAST)["clue"]
        return [line.key for line in lines]

    assert places("county") == ["620402101000", "620402102000"]
    assert places("village") == ["620402101000"]
    assert places("elsewhere") == ["620402102000"]


drawn = st.builds(
    lambda village, start, gaps, answer, stage, ended, by_clue: _way(
        village, start, gaps, answer, stage, ended, by_clue
    ),
    st.sampled_from(VILLAGES),
    st.integers(0, 170),
    st.tuples(*[st.integers(0, 40)] * 4),
    st.sampled_from(["", "true", "not_true"]),
    st.integers(0, 2),
    st.booleans(),
    st.booleans(),
)


def _way(
    village: str, start: int, gaps: tuple[int, ...], answer: str, stage: int, ended: bool,
    by_clue: bool,
) -> Way:  # fmt: skip
    sign, clue = day(start), day(start + gaps[0])
    checked = clue + timedelta(gaps[1]) if answer or not by_clue else None
    through = checked is not None and (answer == "true" or not by_clue)
    included = checked + timedelta(gaps[2]) if through and checked and stage else None
    measure = included + timedelta(gaps[3] - 10) if included and stage == 2 else None
    return Way(village, sign, clue, checked, answer, included, measure, ended, by_clue)


@pytest.mark.parametrize("by", ["all", "township", "month"])
def test_as_plain_python_has_it(world: World, by: str) -> None:
    @settings(
        max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow],
        derandomize=True,
    )  # fmt: skip
    @given(st.lists(drawn, max_size=12))
    def check(ways: list[Way]) -> None:
        with transaction.atomic():
            write(ways, world.county)
            found = {
                (line.span, line.key): (line.done, line.median, line.worst, line.waiting)
                for lines in earlies(world.county, by, FIRST, LAST).values()  # type: ignore[arg-type]
                for line in lines
            }
            total = earlies_and_whole(world.county, by, FIRST, LAST)[1]  # type: ignore[arg-type]
            transaction.set_rollback(True)
        assert found == figures(ways, by, FIRST, LAST)
        expected = figures(ways, "all", FIRST, LAST)
        for span, line in total.items():
            told = (line.done, line.median, line.worst, line.waiting)
            assert told == expected.get((span, ""), (0, None, None, 0))

    check()


def test_standing_and_months_count_what_is_registered(world: World) -> None:
    for at, (category, removed) in enumerate(
        [("marginal", False), ("marginal", True), ("sudden", False), ("none", False), ("", None)]
    ):
        Household.objects.create(
            number=f"S{at}", village_code=VILLAGES[at % 2], monitoring_category=category,
            risk_removed=removed, risks=["illness", "disability"] if not at else ["illness"],
            risk_removed_month=date(2026, 3, 1) if removed else None,
        )  # fmt: skip
    lines = {line.key: (line.watched, line.removed) for line in standing(world.county, "category")}
    assert lines == {"marginal": (1, 1), "sudden": (1, 0)}
    risks = {line.key: line.watched for line in standing(world.county, "risk")}
    assert risks == {"illness": 2, "disability": 1}
    assert [line.key for line in standing(world.village, "village")] == [VILLAGES[0]]
    found = {line.month.month: line.removed for line in months(world.county, FIRST, LAST)}
    assert found == {1: 0, 2: 0, 3: 1, 4: 0, 5: 0, 6: 0}
    assert running(world.county) == {}


def test_the_number_of_queries_is_fixed(world: World) -> None:
    write([Way(VILLAGES[0], day(0), day(3)) for _ in range(3)], world.county)
    scope_known = world.county
    earlies(scope_known, "all", FIRST, LAST)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        earlies(scope_known, "township", FIRST, LAST)
        standing(scope_known, "category")
        months(scope_known, FIRST, LAST)
    assert len(asked) == 5


def test_every_figure_opens_the_ways_behind_it(world: World) -> None:
    drawn_ways = [
        _way(VILLAGES[at % 2], at * 7, (at, 3, 9, 4), ["true", "", "not_true"][at % 3], at % 3,
             False, at % 4 != 3)
        for at in range(18)
    ]  # fmt: skip
    write(drawn_ways, world.county)
    for by in ("township", "month"):
        for span, lines in earlies(world.county, by, FIRST, LAST).items():
            for line in lines:
                chosen = {"area": line.key} if by == "township" else {"month": line.key}
                done = ways(world.county, span, FIRST, LAST, **chosen)
                assert len(done) == line.done
                assert max((way.days for way in done), default=None) == line.worst
                waiting = ways(world.county, span, FIRST, LAST, waiting=True, **chosen)
                assert len(waiting) == line.waiting
    everything = ways(world.county, "clue", FIRST, LAST, size=100)
    paged: list[Way] = []
    while page := ways(
        world.county, "clue", FIRST, LAST, size=4,
        after=(paged[-1].days, paged[-1].kind, paged[-1].id) if paged else None,
    ):  # fmt: skip
        paged += page
    assert paged == everything
