"""Any sequence of changes, undone from the last to the first, leaves nothing behind."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.places.conftest import homes
from tests.places.test_changes import _state

from fangpin.kernel.errors import FangpinError
from fangpin.places import actions
from fangpin.places.actions import NewPlace
from fangpin.places.models import Place, PlaceChange, PlaceSpell
from fangpin.places.queries import proposed_code, resolved

STEP = st.tuples(
    st.sampled_from(["rename", "recode", "move", "merge", "join", "split", "close", "reopen"]),
    st.integers(0, 20),
    st.integers(0, 20),
)


def _do(step: tuple[str, int, int], number: int) -> None:
    """One change on two places that the numbers pick; FangpinError when it makes no sense."""
    kind, first, second = step
    on = date(2016, 1, 1) + timedelta(days=40 * number)
    levels = ("township", "village")
    places = list(Place.objects.filter(valid_to=None, level__in=levels).order_by("pk"))
    one, other = places[first % len(places)], places[second % len(places)]
    fresh = f"{(one.parent or one).prefix}{900 + number}".ljust(12, "0")
    common: dict[str, Any] = {"by": None, "on": on}
    match kind:
        case "rename":
            actions.rename(place=one, name=f"改名{number}", **common)
        case "recode":
            actions.recode(place=one, code=fresh, **common)
        case "move":
            code = proposed_code(other, one) if other.level == "township" else one.code
            actions.move(place=one, parent=other, code=code, **common)
        case "merge":
            actions.merge(places=[one, other], into=one, **common)
        case "join":
            actions.merge(places=[one, other], into=NewPlace(fresh, f"新{number}"), **common)
        case "split":
            actions.split(place=one, parts=[NewPlace(fresh, f"分{number}")], **common)
        case "close":
            actions.close(place=one, **common)
        case "reopen":
            closed = Place.objects.exclude(valid_to=None).order_by("pk").first()
            if closed is not None:
                actions.reopen(place=closed, **common)


def _see_what_always_holds() -> None:
    last = date(2026, 1, 1)
    open_codes = set(Place.objects.filter(valid_to=None).values_list("code", flat=True))
    now = PlaceSpell.objects.filter(ended_on=None).values_list("place_id", "code", "name")
    standing = Place.objects.filter(valid_to=None).values_list("pk", "code", "name")
    assert set(now) == set(standing)
    assert set(homes().values()) <= open_codes
    for place in Place.objects.filter(valid_to=None).exclude(parent=None).select_related("parent"):
        assert place.code.startswith(place.parent.prefix)
        assert place.parent.valid_to is None
    codes = set(PlaceSpell.objects.values_list("code", flat=True))
    for code, found in resolved(codes, last).items():
        assert found.place or found.candidates, code
    for place in Place.objects.all():
        spells = list(place.spells.order_by("began_on"))
        for earlier, later in pairwise(spells):
            assert earlier.ended_on is not None
            assert earlier.ended_on < later.began_on


@pytest.mark.django_db
@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(STEP, min_size=1, max_size=5))
def test_undone_backwards(households: None, steps: list[tuple[str, int, int]]) -> None:
    with transaction.atomic():
        states = [_state()]
        for number, step in enumerate(steps):
            try:
                with transaction.atomic():
                    _do(step, number)
            except FangpinError:
                continue
            _see_what_always_holds()
            if PlaceChange.objects.filter(undone_at=None).count() == len(states):
                states.append(_state())
        for change in PlaceChange.objects.filter(undone_at=None).order_by("-pk"):
            states.pop()
            actions.undo(by=None, change=change)
            assert _state() == states[-1]
        transaction.set_rollback(True)  # the next example begins with the county again
