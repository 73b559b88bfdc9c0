"""The quality rules asked of the registry, and what becomes of what they find."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone
from tests.registry.actions.test_edit import with_check_digit
from tests.registry.invented import OTHER_VILLAGE, VILLAGE, called, family, person

from fangpin.checks import actions, queries, run
from fangpin.checks.models import Check, Count, Hit
from fangpin.foundation.models import Job
from fangpin.kernel.errors import FangpinError
from fangpin.people.models import User
from fangpin.registry.actions.edit import edit_person
from fangpin.registry.models import Household

pytestmark = pytest.mark.django_db
PUPIL = "赵测丁"


def nothing(percent: int, step: object) -> None:
    """Nobody watches."""


@pytest.fixture
def home(users: dict[str, User]) -> Household:
    """A household in which a child is registered as able to work, and another household."""
    made = family()
    girl = called("丁")
    edit_person(
        by=None,
        person=girl.pk,
        version=girl.version,
        values={
            "labour_ability": "ordinary",
            "birth_date": date(2016, 8, 1),
            "id_number": with_check_digit("62040220160801002"),
        },
    )
    family("F2", OTHER_VILLAGE, members=[person("孙试甲", "head", "male", date(1960, 1, 2))])
    return Household.objects.get(pk=made.pk)


def of_the_girl() -> list[Hit]:
    number = called("丁").number
    return list(Hit.objects.filter(person_number=number, sentence_zh__contains="劳动技能"))


def check() -> None:
    run.check_registry(by=None, progress=nothing, area="620402")


def test_a_rule_fires_on_the_registry_and_is_silent_when_it_is_put_right(home: Household) -> None:
    check()
    (hit,) = of_the_girl()
    assert (hit.state, hit.village_code, hit.household_number) == ("open", VILLAGE, "F1")
    girl = called("丁")
    edit_person(by=None, person=girl.pk, version=girl.version, values={"labour_ability": "none"})
    check()
    (hit,) = of_the_girl()
    assert hit.state == "corrected"
    assert hit.closed == timezone.localdate()


def test_what_was_put_right_and_is_wrong_again_is_open_again(home: Household) -> None:
    for ability in ("ordinary", "none", "ordinary"):
        girl = called("丁")
        edit_person(
            by=None, person=girl.pk, version=girl.version, values={"labour_ability": ability}
        )
        check()
    (hit,) = of_the_girl()
    assert (hit.state, hit.closed) == ("open", None)


def test_the_same_check_twice_finds_the_same(home: Household) -> None:
    check()
    first = list(Hit.objects.order_by("pk").values())
    check()
    assert list(Hit.objects.order_by("pk").values()) == first
    assert Check.objects.count() == 2


def test_a_rule_that_could_not_be_asked_closes_nothing(home: Household) -> None:
    check()
    (hit,) = of_the_girl()
    found = run.ask(["620402"], timezone.localdate())
    assert found is not None
    actions.keep_check(
        by=None,
        day=timezone.localdate(),
        area="620402",
        pack_hash="x",
        found=found.found.clear(),
        asked=[number for number in found.asked if number != hit.rule],
        not_asked=[hit.rule],
        households=2,
        persons=6,
    )
    hit.refresh_from_db()
    assert hit.state == "open"


def test_another_county_closes_nothing_here(home: Household) -> None:
    check()
    found = run.ask(["620402"], timezone.localdate())
    assert found is not None
    actions.keep_check(
        by=None, day=timezone.localdate(), area="620403", pack_hash="x", found=found.found.clear(),
        asked=found.asked, not_asked=[], households=1, persons=1,
    )  # fmt: skip
    assert of_the_girl()[0].state == "open"


def test_the_village_confirms_and_the_reason_stays_until_its_day(
    home: Household,
    by: Callable[[str], User],
) -> None:
    check()
    (hit,) = of_the_girl()
    village = by("village")
    soon = timezone.localdate() + timedelta(days=30)
    actions.answer(by=village, pk=hit.pk, state="confirmed", reason="已核实 属实", until=soon)
    check()
    hit.refresh_from_db()
    assert (hit.state, hit.reason, hit.until) == ("confirmed", "已核实 属实", soon)
    Hit.objects.update(until=timezone.localdate() - timedelta(days=1))
    check()
    hit.refresh_from_db()
    assert (hit.state, hit.reason) == ("open", "已核实 属实"), "the reason is shown the next time"


@pytest.mark.parametrize(
    ("state", "reason", "days"),
    [
        ("confirmed", "", 30),
        ("confirmed", " ", 30),
        ("confirmed", "属实", -1),
        ("confirmed", "属实", 400),
        ("exempted", "属实", 30),  # a village worker
        ("corrected", "属实", 30),
        ("", "属实", 30),
    ],
)
def test_an_answer_by_halves_is_refused(
    home: Household,
    by: Callable[[str], User],
    state: str,
    reason: str,
    days: int,
) -> None:
    check()
    (hit,) = of_the_girl()
    until = timezone.localdate() + timedelta(days=days)
    with pytest.raises(FangpinError):
        actions.answer(
            by=by("village"),
            pk=hit.pk,
            state=state,
            reason=reason,
            until=until,
        )
    hit.refresh_from_db()
    assert (hit.state, hit.reason) == ("open", "")


@pytest.mark.parametrize("name", ["other_township", "leader", "auditor", "admin", "medical"])
def test_nobody_else_sees_or_answers(home: Household, by: Callable[[str], User], name: str) -> None:
    check()
    (hit,) = of_the_girl()
    actor = by(name)
    assert hit not in queries.hits(actor, queries.HitFilter(state="all"))
    assert queries.hits_of_household(actor, "F1") == []
    with pytest.raises(Hit.DoesNotExist):
        actions.answer(by=actor, pk=hit.pk, state="confirmed", reason="属实")


def test_the_board_counts_by_township_and_by_month(
    home: Household, by: Callable[[str], User]
) -> None:
    check()
    board = queries.board(by("county"))
    mine = {line.key: line for line in board.by_place}
    assert mine["620402101"].open == Hit.objects.filter(village_code=VILLAGE).count()
    assert board.months == [timezone.localdate().replace(day=1)]
    assert mine["620402101"].trend == [mine["620402101"].open]
    assert Count.objects.get(township="620402101").opened == mine["620402101"].open
    village = queries.board(by("village"))
    assert [line.key for line in village.by_place] == [VILLAGE]


def test_an_empty_registry_is_a_sentence(users: dict[str, User]) -> None:
    with pytest.raises(FangpinError):
        check()


def test_a_check_is_due_once_a_month_and_only_with_a_registry(users: dict[str, User]) -> None:
    assert not actions.enqueue_when_due()
    family()
    assert actions.enqueue_when_due()
    assert not actions.enqueue_when_due(), "one waits"
    Job.objects.update(state=Job.State.DONE)
    check()
    assert not actions.enqueue_when_due()
    Check.objects.update(as_of=timezone.localdate().replace(day=1) - timedelta(days=1))
    assert actions.enqueue_when_due()


def test_what_is_wrong_is_said_in_both_languages(home: Household) -> None:
    check()
    (hit,) = of_the_girl()
    assert hit.sentence is not None
    assert "劳动技能" in hit.sentence.zh
    assert not re.search("[\u4e00-\u9fff]", hit.sentence.en)
