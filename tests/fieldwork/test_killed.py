"""Killed at any point while a phone hands in, and asked again: one visit, its pictures, one entry
in the trail; and ten requests of one phone, or of two, at the same moment."""

import random
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, uuid4, uuid5

import pytest
from django.conf import settings
from django.db import transaction
from tests.cases.world import photo
from tests.fieldwork.conftest import Field, visit
from tests.killing import apart, at_any_moment, content, through
from tests.together import together

from fangpin.fieldwork.devices import open_device
from fangpin.fieldwork.models import Dispute, Part, Picture, Sent, Visit
from fangpin.fieldwork.pictures import content as seen
from fangpin.fieldwork.pictures import sweep_files, take_piece, take_whole
from fangpin.fieldwork.receiving import receive
from fangpin.foundation.models import AuditEntry

pytestmark = pytest.mark.django_db(transaction=True)
SMALL = {uuid5(NAMESPACE_OID, name): photo(shade) for name, shade in (("a", 10), ("b", 20))}
IN_PIECES = uuid5(NAMESPACE_OID, "c")
_A_MINUTE = timedelta(minutes=1)


def move(field: Field) -> None:
    """What a phone does until it has heard that all of it arrived."""
    village = field.user("village")
    take_whole(by=village, pictures=SMALL)
    whole = photo(30)
    at = 0
    while at < len(whole):
        piece = whole[at : at + len(whole) // 2 + 1]
        at = take_piece(by=village, client_id=IN_PIECES, offset=at, size=len(whole), data=piece)
    first = visit(field.mine.pk, client_id=uuid5(NAMESPACE_OID, "1"),
                  pictures={"photos": (*SMALL, IN_PIECES)})  # fmt: skip
    second = visit(field.mine.pk, client_id=first.client_id, values={"note": "改过的说明"})
    bad = visit(field.mine.pk, client_id=uuid5(NAMESPACE_OID, "2"), values={"on": "2999-01-01"})
    states = [
        receive(by=village, device=field.phone.token, handed=each).state
        for each in (first, second, bad)
    ]
    assert states in (["taken", "conflict", "refused"], ["already", "conflict", "refused"])


def state() -> dict[str, Any]:
    """Names of files, keys and keyed digests are random."""
    trail = AuditEntry.objects.filter(action__startswith="fieldwork.").order_by("pk")
    return content(
        *(Sent, Dispute, Visit, Picture, Part), without=("name", "digest", "opened_key", "subject")
    ) | {
        "trail": list(trail.values_list("action", "actor")),
        "pictures": [seen(each) for each in Picture.objects.order_by("pk")],
    }


def killed_through(field: Field, kill: Callable[[Callable[[], object]], int]) -> int:
    def undisturbed() -> dict[str, Any]:
        with transaction.atomic():
            move(field)
            found = state()
            transaction.set_rollback(True)
        return found

    expected: dict[str, Any] = apart(undisturbed)
    assert len(expected["Visit"]) == len(expected["Dispute"]) == 1
    assert len(expected["Picture"]) == 3
    kills = kill(partial(move, field))
    move(field)
    assert state() == expected
    sweep_files(older_than=-_A_MINUTE)
    kept = [path for path in Path(settings.PICTURES_ROOT).rglob("*") if path.is_file()]
    assert len(kept) == 3
    return kills


def test_killed_at_points_of_handing_in(field: Field) -> None:
    assert killed_through(field, lambda act: through(act, first=3, stride=5)) > 8


@pytest.mark.long
def test_killed_at_every_point_and_at_random_moments(field: Field) -> None:
    draw = random.Random(20261122)

    def kill(act: Callable[[], object]) -> int:
        kills = through(act)
        return kills + sum(at_any_moment(act, draw, 0.3) for _ in range(100))

    assert killed_through(field, kill) > 60


def test_one_phone_ten_times_and_another_at_once(field: Field) -> None:
    """The same entry with its pictures in ten requests at once, and one of a second phone."""
    village = field.user("village")
    phones = [field.phone.token] * 10 + [open_device(by=village, token=None, agent="").token]
    mine, other = visit(field.mine.pk, pictures={"photos": tuple(SMALL)}), visit(field.mine.pk)

    def act(number: int) -> str:
        user = type(village).objects.get(pk=village.pk)
        handed = mine if number < 10 else other
        if number < 10:
            take_whole(by=user, pictures=SMALL)
        return receive(by=user, device=phones[number], handed=handed).state

    assert together(11, act) == {"taken": 2, "already": 9}
    assert Visit.objects.count() == Sent.objects.count() == 2
    assert Picture.objects.filter(sent__client_id=mine.client_id).count() == 2
    assert AuditEntry.objects.filter(action="fieldwork.visit").count() == 2


@pytest.mark.parametrize("writers", [12])
def test_many_contents_under_one_id_at_once_are_all_kept(field: Field, writers: int) -> None:
    village, name = field.user("village"), uuid4()
    notes = [f"第{number}份" for number in range(writers)]

    def act(number: int) -> str:
        handed = visit(field.mine.pk, client_id=name, values={"note": notes[number]})
        user = type(village).objects.get(pk=village.pk)
        return receive(by=user, device=field.phone.token, handed=handed).state

    assert together(writers, act) == {"taken": 1, "conflict": writers - 1}
    kept = [*Sent.objects.all(), *Dispute.objects.all()]
    assert sorted(each.opened_content["values"]["note"] for each in kept) == sorted(notes)


def test_whole_pictures_answer_as_if_each_came_alone(field: Field) -> None:
    village = field.user("village")
    first, second = list(SMALL)
    take_piece(by=village, client_id=first, offset=0, size=len(SMALL[first]), data=SMALL[first])
    for _ in range(2):
        take_whole(by=village, pictures=SMALL)
    assert set(Picture.objects.values_list("client_id", flat=True)) == {first, second}
