"""Answers teach the backtest: a refused finding counts against its rule."""

from uuid import uuid4

import polars as pl
import pytest
from django.utils import timezone
from tests.clues.conftest import FIRST, SECOND

from fangpin.clues.actions import answer, from_run, report, take_back
from fangpin.clues.models import Clue
from fangpin.people.models import User
from fangpin.policy import load_pack
from fangpin.screening.backtest import WITHIN
from fangpin.screening.backtest_queries import answers
from fangpin.screening.labelled import Labelled, counts_of
from fangpin.screening.models import Run
from fangpin.screening.replay import Replay

pytestmark = pytest.mark.django_db


def reply(by: User, number: str, kind: str, reason: str) -> Clue:
    clue = Clue.objects.get(household__number=number)
    return answer(
        by=by, clue=clue.pk, version=clue.version, answer=kind, reason=reason, client_id=uuid4()
    ).clue


def test_answers_to_findings_are_field_checks_of_their_rule(
    run: Run, users: dict[str, User]
) -> None:
    from_run(by=None, run=run)
    reply(users["village"], FIRST, "not_true", "data_wrong")
    shut = reply(users["township"], SECOND, "true", "as_found")
    rows = sorted(answers().rows())
    today = timezone.localdate()
    assert rows == [
        (SECOND, "medical_expense", today, "confirmed", "field_check"),
        (FIRST, "medical_expense", today, "refused", "field_check"),
    ]
    take_back(by=users["township"], clue=shut.pk, version=shut.version, reason="看错户")
    assert len(answers()) == 1


def test_what_people_report_comes_to_light_by_itself(run: Run, users: dict[str, User]) -> None:
    from_run(by=None, run=run)
    home = Clue.objects.get(household__number=FIRST).household_id
    report(
        by=users["village"], channel="application", source="in_person", text="本人申请，户主住院",
        client_id=uuid4(), household=home,
    )  # fmt: skip
    reply(users["village"], FIRST, "true", "as_found")
    channels = set(answers()["channel"].to_list())
    assert channels == {"field_check", "own_application"}


def test_the_backtest_counts_a_refused_finding(run: Run, users: dict[str, User]) -> None:
    from_run(by=None, run=run)
    reply(users["village"], FIRST, "not_true", "data_wrong")
    found = pl.DataFrame(
        {
            "variant": [0, 0],
            "rule": ["medical_expense"] * 2,
            "household_number": [FIRST, SECOND],
            "village_code": ["620402101201", "620402101202"],
            "as_of": [timezone.localdate()] * 2,
        },
        schema_overrides={"variant": pl.Int64},
    )

    rules = {"medical_expense": load_pack("baiyin-2021").rules["medical_expense"]}
    nobody = found.clear()
    replayed = Replay((), rules, (), (), found, nobody, nobody)
    labelled = Labelled(replayed, answers(), WITHIN)
    counts = counts_of(labelled.first)
    assert (counts["refused"], counts["unanswered"], counts["confirmed"]) == (1, 1, 0)
