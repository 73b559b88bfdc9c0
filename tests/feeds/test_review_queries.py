"""What the review shows: scoped lists and counts, working order, decisions for the next intake."""

from datetime import date
from pathlib import Path

import pytest
from django.utils import timezone
from tests.cast import County, county_with_cast
from tests.pairs import COUNTY, Asked, side, write_pairs
from tests.run_folder import RunFolder

from fangpin.feeds.models import LinkCandidate
from fangpin.feeds.probable.pairs import DECISIONS, checked_decisions
from fangpin.feeds.review_actions import decide, withdraw
from fangpin.feeds.review_queries import (
    ReviewFilter,
    candidates,
    decisions,
    decisions_in_force,
    last_decision,
    links_of_household,
    next_question,
    question,
    queue,
)
from fangpin.screening.actions import load_run

ALL = ReviewFilter()


@pytest.fixture
def county(db: None, tmp_path: Path) -> County:
    return county_with_cast(tmp_path / "run")


def _decide(county: County, name: str, number: int, accepted: bool = True) -> int:
    fingerprint = COUNTY[number - 1].fingerprint
    pk = LinkCandidate.objects.get(question__fingerprint=fingerprint, rank=1).pk
    return decide(by=county.users[name], candidate=pk, accepted=accepted).pk


@pytest.mark.parametrize(
    ("name", "townships", "contracts"),
    [
        ("county", {"清水镇": 3, "石门乡": 1}, {"medical_settlement": 2, "school_roll": 2}),
        ("township", {"清水镇": 2}, {"medical_settlement": 1, "school_roll": 1}),
        ("other_township", {"石门乡": 1}, {"school_roll": 1}),
        *((name, {}, {}) for name in ("village", "medical", "leader", "auditor", "no_post")),
    ],
)
def test_counts_are_those_of_the_own_area(
    county: County, name: str, townships: dict[str, int], contracts: dict[str, int]
) -> None:
    found = queue(county.users[name], county.run.intake, ALL)
    assert {pile.label: pile.total for pile in found.townships} == townships
    assert {pile.value: pile.total for pile in found.contracts} == contracts
    assert found.chosen.total == found.chosen.open == sum(townships.values())


def test_counts_follow_filters_and_decisions(county: County) -> None:
    _decide(county, "county", 1)
    actor, intake = county.users["county"], county.run.intake
    found = queue(actor, intake, ReviewFilter(township="620402101000"))
    assert (found.chosen.total, found.chosen.open, found.chosen.decided) == (3, 2, 1)
    # The choice of townships is not narrowed by itself, that of contracts is.
    assert {pile.label: pile.open for pile in found.townships} == {"清水镇": 2, "石门乡": 1}
    assert {p.value: p.open for p in found.contracts} == {"medical_settlement": 1, "school_roll": 1}
    both = ReviewFilter(township="620402101000", contract="school_roll")
    assert queue(actor, intake, both).chosen.total == 1


def test_what_is_passed_over_comes_again_at_the_end(county: County) -> None:
    actor, intake = county.users["county"], county.run.intake
    seen = []
    after = 0
    for _ in range(5):
        asked = next_question(actor, intake, ALL, after=after)
        assert asked is not None
        seen.append(asked.fingerprint)
        after = asked.pk
    assert sorted(seen[:4]) == sorted(each.fingerprint for each in COUNTY)
    assert seen[4] == seen[0]
    for number in range(1, 5):
        _decide(county, "county", number)
    assert next_question(actor, intake, ALL) is None
    assert next_question(actor, intake, ALL, after=after) is None


def test_a_question_outside_the_area_is_absent(county: County) -> None:
    intake = county.run.intake
    foreign = next_question(county.users["other_township"], intake, ALL)
    assert foreign is not None
    assert question(county.users["township"], intake, foreign.pk) is None
    assert question(county.users["county"], intake, foreign.pk) is not None


def test_the_last_own_decision_can_be_undone(county: County) -> None:
    intake = county.run.intake
    assert last_decision(county.users["township"], intake) is None
    first = _decide(county, "township", 1)
    second = _decide(county, "township", 4)
    _decide(county, "county", 2)
    found = last_decision(county.users["township"], intake)
    assert found is not None
    assert found.pk == second
    withdraw(by=county.users["township"], decision=second)
    found = last_decision(county.users["township"], intake)
    assert found is not None
    assert found.pk == first


@pytest.mark.parametrize(
    ("name", "expected"),
    [("county", 3), ("township", 1), ("other_township", 1), ("village", 0), ("leader", 0)],
)
def test_the_list_of_decisions_is_that_of_the_own_area(
    county: County, name: str, expected: int
) -> None:
    for number in (1, 2, 3):
        _decide(county, "county", number)
    rows, more = decisions(county.users[name])
    assert (len(rows), more) == (expected, None)


def test_the_list_of_decisions_goes_on(county: County) -> None:
    pks = [_decide(county, "county", number) for number in (1, 2, 3)]
    first, more = decisions(county.users["county"], size=2)
    assert [row.pk for row in first] == [pks[2], pks[1]]
    assert more is not None
    rest, end = decisions(county.users["county"], before=more, size=2)
    assert ([row.pk for row in rest], end) == ([pks[0]], None)


def test_a_household_names_its_accepted_links_to_who_may_see_names(county: County) -> None:
    _decide(county, "township", 1)
    _decide(county, "county", 2, accepted=False)
    number, village = "620402000001", "620402101201"
    for name, expected in {"township": 1, "village": 1, "county": 1, "leader": 0}.items():
        assert len(links_of_household(county.users[name], number, village)) == expected, name
    assert links_of_household(county.users["county"], "620402000003", "620402102201") == []


def test_decisions_in_force_have_the_form_that_linking_takes(county: County) -> None:
    assert decisions_in_force().schema == DECISIONS
    _decide(county, "township", 1)
    _decide(county, "county", 2, accepted=False)
    withdraw(by=county.users["county"], decision=_decide(county, "county", 3))
    frame = checked_decisions(decisions_in_force())
    today: date = timezone.localdate()
    assert frame.sort("fingerprint").rows() == [
        (COUNTY[0].fingerprint, "62040200000101", "620402000001", True, today),
        (COUNTY[1].fingerprint, "62040200000302", "620402000003", False, today),
    ]


def test_the_number_of_queries_does_not_grow(
    county: County, tmp_path: Path, django_assert_max_num_queries: object
) -> None:
    folder = RunFolder([], [("620402000001", 0)]).write(tmp_path / "many")
    person = side("赵测甲", "1965-03-02")
    places = ("620402101201", "清水镇", "上河村")
    many = [
        Asked(f"{n:032x}", "school_roll", "学籍.csv", (n,), side("赵侧甲", "1965-03-02"),
              [("620402000001", f"{m:02}", *places, person, 1.0) for m in range(n % 7 + 1)])
        for n in range(1, 200)
    ]  # fmt: skip
    write_pairs(folder, many)
    run = load_run(by=None, folder=folder)
    actor = county.users["county"]
    with django_assert_max_num_queries(6):  # type: ignore[operator]
        found = queue(actor, run.intake, ALL)
        asked = next_question(actor, run.intake, ALL)
        assert asked is not None
        assert found.chosen.open == 199
        assert candidates(asked)
        decisions(actor)
