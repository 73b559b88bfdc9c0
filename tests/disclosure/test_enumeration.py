"""Nobody learns by guessing who is registered, or which receipt numbers there are (trust E5)."""

import re
import time
from collections.abc import Callable
from statistics import median
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from tests.cases.world import World, home
from tests.disclosure.test_citizens import (
    OTHER_NUMBER,
    asked,
    form,
    receipt_on,
    registered,
    world,
)
from tests.together import together

from fangpin.clues.actions import report
from fangpin.clues.models import Clue
from fangpin.disclosure import citizens
from fangpin.disclosure.citizens import limits
from fangpin.disclosure.models import Submission

__all__ = ["world"]
PAIRS = 1_000


def applied(number: str, address: str) -> Any:
    sent = form(id_number=number, client_id=str(uuid4()))
    return Client(REMOTE_ADDR=address).post("/public/apply/", sent)


def looked_up(receipt: str, address: str) -> Any:
    given = {"receipt": receipt, "code": "AAAAA-BBBBB"}
    return Client(REMOTE_ADDR=address).post("/public/status/", given)


def without_secrets(answer: Any) -> tuple[Any, ...]:
    """An answer without what is drawn anew for every form."""
    number, code = receipt_on(answer)
    page = answer.content.decode().replace(number, "R").replace(code, "C")
    page = re.sub(r'value="[A-Za-z0-9-]{32,64}"|nonce="[^"]+"', "", page)
    headers = {name: value for name, value in answer.headers.items() if "nonce" not in value}
    return answer.status_code, page, headers, sorted(answer.cookies)


@pytest.mark.django_db
def test_registered_unknown_and_already_suspected_get_one_answer(world: World) -> None:
    family = home("N1")
    number = registered(family)
    first = without_secrets(applied(number, "10.0.0.1"))
    assert without_secrets(applied(OTHER_NUMBER, "10.0.0.2")) == first
    # Now the household has an open clue.
    assert Clue.objects.filter(household=family).exists()
    assert without_secrets(applied(number, "10.0.0.3")) == first


@pytest.mark.django_db
def test_an_existing_number_and_an_invented_one_get_one_answer(world: World) -> None:
    receipt, _ = receipt_on(applied(OTHER_NUMBER, "10.0.0.1"))
    wrong, nobody = looked_up(receipt, "10.0.1.1"), looked_up("S-2222-3333", "10.0.1.2")
    assert wrong.status_code == nobody.status_code

    def plain(answer: Any) -> str:
        page = re.sub(r'value="[^"]*"|nonce="[^"]+"', "", answer.content.decode())
        return page.replace(receipt, "R").replace("S-2222-3333", "R")

    assert plain(wrong) == plain(nobody)
    assert "没有查到" in asked(receipt, "AAAAA-BBBBB")


@pytest.mark.django_db(transaction=True)
def test_twenty_tries_at_once_are_not_more_than_five(world: World) -> None:
    """Who tries many at the same moment gains nothing by it."""
    receipt, code = receipt_on(applied(OTHER_NUMBER, "10.0.0.1"))

    def look(number: int) -> str:
        found = citizens.status_of(receipt, code, address=f"10.0.2.{number}")
        return "refused" if found is None else "answered"

    ended = together(20, look)
    assert ended["answered"] <= limits.LOOKED_UP_PER_RECEIPT
    assert ended.total() == 20


def advantage(present: list[float], absent: list[float]) -> float:
    """How much better than by chance somebody guesses from the time alone: the best limit is
    learnt on one half and tried on the other."""
    half = len(present) // 2

    def right(limit: float, these: slice) -> float:
        longer = sum(each > limit for each in present[these])
        shorter = sum(each <= limit for each in absent[these])
        return (longer + shorter) / (len(present[these]) + len(absent[these])) * 2 - 1

    learnt = slice(0, half)
    limit = max(present[learnt] + absent[learnt], key=lambda each: abs(right(each, learnt)))
    sign = 1 if right(limit, learnt) >= 0 else -1
    return sign * right(limit, slice(half, None))


def timed(act: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    assert act().status_code == 200
    return (time.perf_counter() - begun) * 1000


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("suspected", [False, True])
def test_the_time_of_an_application_tells_nothing(
    world: World,
    suspected: bool,
) -> None:
    family = home("N1")
    number = registered(family)
    if suspected:
        report(by=world.township, channel="cadre", source="helper", text="家中困难待核实",
               client_id=uuid4(), household=family.pk)  # fmt: skip
    present, absent = [], []
    for at in range(PAIRS):
        pair = [(number, present), (OTHER_NUMBER, absent)]
        for who, told in pair[:: 1 if at % 2 else -1]:
            address = f"10.{at % 250}.{at // 250}.7"
            told.append(timed(lambda w=who, a=address: applied(w, a)))
        if not suspected:
            Clue.objects.filter(household=family).exclude(state="closed").update(
                state="closed", ended_as="not_true", closed_at=timezone.now()
            )
    print(f"medians {median(present):.2f} and {median(absent):.2f} ms,"
          f" advantage {advantage(present, absent):.3f}")  # fmt: skip
    assert abs(median(present) - median(absent)) < 5
    assert abs(advantage(present, absent)) < 0.15


@pytest.mark.long
@pytest.mark.django_db
def test_the_time_of_a_look_up_tells_nothing(world: World) -> None:
    receipts = []
    for at in range(PAIRS // 4):  # five tries an hour are answered for a number
        receipts.append(receipt_on(applied(OTHER_NUMBER, f"10.{at % 250}.{at // 250}.7"))[0])
    assert Submission.objects.count() == len(receipts)
    present, absent = [], []
    for at in range(PAIRS):
        pair = [(receipts[at % len(receipts)], present), (f"S-{2222 + at}-3333", absent)]
        for receipt, told in pair[:: 1 if at % 2 else -1]:
            address = f"10.{at % 250}.{at // 250}.9"
            told.append(timed(lambda r=receipt, a=address: looked_up(r, a)))
    print(f"medians {median(present):.2f} and {median(absent):.2f} ms,"
          f" advantage {advantage(present, absent):.3f}")  # fmt: skip
    assert abs(median(present) - median(absent)) < 5
    assert abs(advantage(present, absent)) < 0.15
