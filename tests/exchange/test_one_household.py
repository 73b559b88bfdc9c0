"""Conditions asked of one household: the same answers as a run gives, and what is unknown."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from django.utils import timezone
from tests.exchange.invented import VILLAGES, Home, enter, simple

from fangpin.engine.facts import Facts
from fangpin.engine.figures import figure_texts
from fangpin.exchange import snapshot
from fangpin.exchange.one_household import Asked, ask
from fangpin.kernel.errors import FangpinError
from fangpin.kernel.identity.number import check_digit
from fangpin.policy import load_pack
from fangpin.policy.language import nodes
from fangpin.policy.language.check import read
from fangpin.policy.language.types import Subject
from fangpin.policy.names import scope_of
from fangpin.registry.models import Household, Membership, Person
from fangpin.screening.actions import load_run
from fangpin.screening.models import Run
from fangpin.screening.opened_run import OpenedRun
from fangpin.screening.run import screen

pytestmark = pytest.mark.usefixtures("county")
FIRST, SECOND, THIRD = (f"{village[0]}0001" for village in VILLAGES)
SIZES = {FIRST: 3, SECOND: 2, THIRD: 1}
PACK = load_pack("baiyin-2021")


def today() -> date:
    return timezone.localdate()


def condition(text: str, subject: Subject = "household") -> nodes.Node:
    return read(text, scope_of(PACK, subject))


def registered_home(number: str, people: int) -> Home:
    """An invented household whose members' numbers are sound and nobody else's."""
    home = simple(number, people, number[:12])
    for at, member in enumerate(home.members):
        first = f"529900{member['person.birth_date']:%Y%m%d}{number[8]}{number[11]}{at}"
        member["person.id_number"] = first + check_digit(first)
    return home


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Three households in three villages; the settlement and the allowance were delivered for all
    but the third village, whose settlement is missing and whose allowance was quarantined."""
    enter([registered_home(number, people) for number, people in SIZES.items()])
    source = tmp_path / "source"
    snapshot.write(source, today(), packs=("cn-base", "baiyin-2021"))
    identity = pl.read_parquet(source / "register" / "identity.parquet")["id_number"].to_list()
    month = today().replace(day=1)
    (source / "feeds").mkdir()
    pl.DataFrame(
        {
            "id_number": [identity[0], identity[0], identity[3]],
            "self_paid": [2_300_000, 500_000, 100],
            "settlement_kind": ["inpatient", "inpatient", "inpatient"],
            "settled_on": [month] * 3,
        }
    ).write_parquet(source / "feeds" / f"medical_settlement@{month:%Y-%m}.parquet")
    pl.DataFrame(
        {"id_number": [identity[1], identity[5]], "monthly_amount": [30_000, 20_000]}
    ).write_parquet(source / "feeds" / f"subsistence_allowance@{month:%Y-%m}.parquet")
    pl.DataFrame(
        {
            "contract": ["medical_settlement", "subsistence_allowance"],
            "period": [month, month],
            "village_code": [VILLAGES[2][0]] * 2,
            "status": ["missing", "quarantined"],
            "reason_zh": ["未报", "存疑"],
            "reason_en": ["not sent", "in doubt"],
        }
    ).write_parquet(source / "coverage.parquet")
    screen(source, pack=PACK, as_of=today(), out=tmp_path / "run")
    return load_run(by=None, folder=tmp_path / "run", county="示例县")


def home(number: str) -> int:
    return Household.objects.get(number=number).pk


def one(number: str, text: str, run: Run | None, as_of: date | None = None) -> Asked:
    asked = {"it": condition(text)}
    return ask(home(number), pack=PACK, as_of=as_of or today(), expressions=asked, run=run)["it"]


def printed(facts: Facts, name: str, row: int) -> str:
    """What a fact of the whole run says of a row; "" when that is unknown."""
    fact = PACK.facts[name]
    column = facts[name].take(np.array([row]))
    if not column.known_mask.all():
        return ""
    return figure_texts(fact, column, facts.vocabularies, PACK)[0]


def test_every_fact_is_what_the_run_has(run: Run) -> None:
    whole = OpenedRun.open(Path(run.intake.folder), PACK).applied.facts[0]
    assert whole.snapshot.households["number"].to_list() == [FIRST, SECOND, THIRD]
    scope = scope_of(PACK, "household")
    every = {
        name: nodes.Fact(name, type=scope.facts[name].type, subject=fact.subject)
        for name, fact in PACK.facts.items()
    }
    known = 0
    for at, number in enumerate([FIRST, SECOND, THIRD]):
        first = int(whole.snapshot.members.start[at])
        member = whole.snapshot.persons["number"][first]
        found = ask(
            home(number), pack=PACK, as_of=today(), expressions=every, run=run, person=member
        )
        for name, fact in PACK.facts.items():
            expected = printed(whole, name, {"person": first}.get(fact.subject, at))
            assert (found[name].value is None) == (not expected), (number, name)
            if expected and fact.type == "bool":
                assert found[name].value is (expected == "是"), (number, name)
            elif expected and fact.type == "date":
                assert str(found[name].value) == expected, (number, name)
            elif expected:
                assert expected in found[name].sentence.zh, (number, name)
            known += bool(expected)
    assert known > 40


def test_the_answer_says_why_and_from_which_row(run: Run) -> None:
    large = one(FIRST, "any_member(inpatient_self_paid_max >= 20000元)", run)
    assert large.truth == "true"
    assert "23,000" in large.sentence.zh
    assert "23,000" in large.sentence.en
    figure = next(each for each in large.figures if each.fact == "inpatient_self_paid_max")
    assert (figure.person_number, figure.row) == (f"{FIRST}01", 1)
    assert figure.value.zh == "23,000.00"
    assert figure.file.startswith("medical_settlement@")
    small = one(SECOND, "any_member(inpatient_self_paid_max >= 20000元)", run)
    assert small.truth == "false"
    assert small.sentence.zh != large.sentence.zh


def test_no_row_counts_only_where_the_delivery_is_complete(run: Run) -> None:
    text = "any_member(inpatient_self_paid_max >= 20000元)"
    assert one(SECOND, text, run).truth == "false"
    lacking = one(THIRD, text, run)
    assert lacking.truth == "unknown"
    assert "住院" in lacking.sentence.zh
    assert not all(figure.known for figure in lacking.figures)
    # Quarantined: even the row that was sent is not used.
    assert one(THIRD, "any_member(on_subsistence)", run).truth == "unknown"
    assert one(FIRST, "any_member(on_subsistence)", run).truth == "true"


def test_without_a_run_or_its_folder_only_the_register_speaks(run: Run, tmp_path: Path) -> None:
    text = "any_member(on_subsistence)"
    assert one(FIRST, text, None).truth == "unknown"
    assert one(FIRST, "net_income >= 1000元", None).truth == "true"
    (tmp_path / "run").rename(tmp_path / "removed")
    assert one(FIRST, text, run).truth == "unknown"


def test_rows_follow_a_member_who_has_moved(run: Run) -> None:
    patient = Person.objects.get(number=f"{FIRST}01")
    text = "any_member(inpatient_self_paid_max >= 20000元)"
    Membership.objects.filter(person=patient).update(household=home(SECOND), is_head=False)
    assert one(SECOND, text, run).truth == "true"
    assert one(FIRST, text, run).truth == "false"
    # Whoever comes from a village without the delivery brings the doubt along.
    stranger = Person.objects.get(number=f"{THIRD}01")
    Membership.objects.filter(person=stranger).update(household=home(FIRST), is_head=False)
    assert one(FIRST, text, run).truth == "unknown"


def test_whom_the_run_did_not_know_is_unknown(run: Run) -> None:
    text = "any_member(inpatient_self_paid_max >= 20000元)"
    Person.objects.filter(number=f"{SECOND}02").update(number=f"{SECOND}99")
    assert one(SECOND, text, run).truth == "unknown"
    Person.objects.filter(number=f"{FIRST}02").update(number=f"{FIRST}99")
    assert one(FIRST, text, run).truth == "true"  # one row that is there is enough


def test_a_delivery_that_has_grown_old_says_nothing(run: Run) -> None:
    text = "any_member(inpatient_self_paid_max >= 20000元)"
    assert one(FIRST, text, run, today() + timedelta(days=200)).truth == "unknown"


def test_a_person_of_another_household_or_day_is_refused(run: Run) -> None:
    asked = {"it": condition("on_subsistence", "person")}
    with pytest.raises(FangpinError, match="不是该户成员"):
        ask(home(FIRST), pack=PACK, as_of=today(), expressions=asked, run=run, person=f"{THIRD}01")
    with pytest.raises(Household.DoesNotExist):
        ask(0, pack=PACK, as_of=today(), expressions={}, run=run)


def test_the_number_of_reads_does_not_grow(
    run: Run, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    first = home(FIRST)
    node = condition("any_member(on_subsistence)")
    with django_assert_max_num_queries(6):
        ask(first, pack=PACK, as_of=today(), expressions={"it": node}, run=run)
