"""A hundred thousand findings at once, and pages over the clues they become."""

import time
from datetime import date

import pytest
from django.db import connection

from fangpin.clues import queries
from fangpin.clues.actions import decide_release, from_run, propose_release, send
from fangpin.clues.models import Clue, ClueReason
from fangpin.clues.queries import ClueFilter
from fangpin.feeds.models import Delivery, Intake
from fangpin.people.models import User
from fangpin.screening.models import Finding, Run

pytestmark = [pytest.mark.django_db, pytest.mark.long]
HOUSEHOLDS, FINDINGS = 300_000, 100_000

_HOMES = """
INSERT INTO registry_household (number, village_code)
SELECT 'S' || lpad(n::text, 9, '0'), '620402' || (101 + n %% 20)::text || (200 + n / 20 %% 50)::text
FROM generate_series(1, %s) n
"""
_FOUND = """
INSERT INTO screening_finding (run_id, rule, kind, kind_zh, kind_en, "group", severity, state,
    subject, township, village_code, village, household_number, person_number, clause, clause_path,
    sentence_zh, sentence_en, evidence)
SELECT %s, 'medical_expense', 'medical_expense', '大额医疗自付', 'large expense', 'warning',
    'alert', 'new', 'household', '', h.village_code, '', h.number, h.number || '01', '2.2',
    '二(二)', '自付 23,180 元 ≥ 预警线 20,000 元', '23,180 yuan',
    jsonb_build_array(jsonb_build_object('fact', 'x', 'file', '医保结算.xlsx', 'row', h.id,
        'known', true, 'value', '23,180'))
FROM registry_household h WHERE h.number LIKE 'S%%' ORDER BY h.id LIMIT %s
"""


def timed(name: str, act: object) -> float:
    begun = time.perf_counter()
    act()  # type: ignore[operator]
    took = time.perf_counter() - begun
    print(f"{name}: {took:.2f} s")
    return took


def test_a_hundred_thousand_findings(users: dict[str, User]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_HOMES, [HOUSEHOLDS])
        intake = Intake.objects.create(key="large", as_of=date(2021, 6, 30), folder="/none")
        Delivery.objects.create(
            intake=intake, file="医保结算.xlsx", verdict="accepted", sender_zh="医疗保障局"
        )
        run = Run.objects.create(
            intake=intake, as_of=date(2021, 6, 30), pack_name="baiyin-2021", pack_hash="x",
            snapshot_hash="x", previous="x", persons=0, households=HOUSEHOLDS, villages=1000,
        )  # fmt: skip
        cursor.execute(_FOUND, [run.pk, FINDINGS])
        cursor.execute("ANALYZE")
    assert Finding.objects.filter(run=run).count() == FINDINGS
    county = users["county"]
    assert timed("weighed and held", lambda: from_run(by=None, run=run)) < 20
    assert not Clue.objects.exists()
    from fangpin.clues.models import RunTaken

    held = RunTaken.objects.get()
    propose_release(by=county, held=held.pk, reason="核对过数据")
    taken = timed(
        "released and taken",
        lambda: decide_release(by=users["approver"], held=held.pk, release=True),
    )
    assert taken < 60
    assert Clue.objects.count() == ClueReason.objects.count() == FINDINGS
    assert timed("taken again", lambda: from_run(by=None, run=run)) < 60
    wanted = ClueFilter(rule="medical_expense")
    assert timed("a page", lambda: queries.page_of_clues(county, wanted)) < 1
    assert timed("by day due", lambda: queries.page_of_clues(county, wanted, order="due")) < 1
    assert timed("rates by rule", lambda: queries.rates(county, "rule")) < 5
    assert timed("rates by township", lambda: queries.rates(county, "township")) < 5
    ids = list(Clue.objects.order_by("pk").values_list("pk", flat=True)[:20_000])
    assert timed("20,000 sent", lambda: send(by=county, clues=ids)) < 30
    assert timed("what the county is to check", lambda: queries.to_check(county)) < 5
    assert timed("what a village is to check", lambda: queries.to_check(users["village"])) < 1
