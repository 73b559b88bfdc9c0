"""Clues and steps of cases go down as forms and come up as answers, filled in by the form alone."""

import io
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image
from tests.cases.world import SIGNATURE, begun, home, taken_to
from tests.cases.world import county as county_of_cases
from tests.clues.conftest import FIRST, run, users  # noqa: F401

from fangpin.cases.models import Attachment, Case, KeptEntry, Turn
from fangpin.clues.actions import answer, from_run, send
from fangpin.clues.models import Clue, ClueAnswer
from fangpin.fieldwork.day import Day, take_along
from fangpin.fieldwork.devices import open_device
from fangpin.fieldwork.models import Device, Picture, Sent
from fangpin.fieldwork.pictures import take_piece
from fangpin.fieldwork.receiving import Handed, receive
from fangpin.people.models import User
from fangpin.screening.models import Run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folders(settings: Any, tmp_path: Path) -> None:
    settings.PICTURES_ROOT, settings.CASE_FILES_ROOT = tmp_path / "p", tmp_path / "c"


def phone_of(user: User) -> Device:
    return open_device(by=user, token=None, agent="")


def day_of(user: User, device: Device) -> Day:
    return take_along(by=user, device=device, today=timezone.localdate())


def value(field: dict[str, Any], members: list[dict[str, Any]]) -> Any:
    """Something that the form allows."""
    simple = {
        "text": "某事", "long_text": "情况属实，已核实", "money": "12000.50", "integer": "3",
        "number": "1.5", "date": "2026-03-01", "boolean": True, "signature": SIGNATURE,
    }  # fmt: skip
    codes = [option["code"] for option in field["options"]]
    one = {"choice": codes[:1], "choices": codes[:1]}.get(field["type"])
    found = simple.get(field["type"]) if one is None else one
    if field["type"] == "choice":
        found = codes[0]
    if field["about"] == "each_member":
        return {str(member["id"]): found for member in members}
    return found


def fill(day: Day, task: dict[str, Any], **given: Any) -> dict[str, Any]:
    """The form of a task as somebody fills it in: what is asked, given these answers."""
    form = next(form for form in day.forms if form["id"] == task["form"])
    household = next((h for h in day.households if h["id"] == task["household"]), None)
    values: dict[str, Any] = {}
    for field in form["fields"]:
        only = field["only_if"]
        if only is not None and values.get(only[0]) not in only[1]:
            continue
        if field["id"] in given:
            values[field["id"]] = given[field["id"]]
        elif field["required"]:
            values[field["id"]] = value(field, household["members"] if household else [])
    return values


def handed(task: dict[str, Any], values: dict[str, Any], **more: Any) -> Handed:
    found = Handed(uuid.uuid4(), task["kind"], task["about"], values, {}, None)
    return replace(found, **more)


def photo(by: User) -> uuid.UUID:
    """A picture that has arrived."""
    out, pk = io.BytesIO(), uuid.uuid4()
    Image.effect_noise((80, 60), 50).convert("RGB").save(out, "JPEG")
    data = out.getvalue()
    take_piece(by=by, client_id=pk, offset=0, size=len(data), data=data)
    return pk


# -- clues -----------------------------------------------------------------------------------------


@pytest.fixture
def clue(run: Run, users: dict[str, User]) -> Clue:  # noqa: F811
    from_run(by=None, run=run)
    found = Clue.objects.get(household__number=FIRST)
    send(by=users["township"], clues=[found.pk])
    found.refresh_from_db()
    return found


def test_a_clue_goes_down_and_its_answer_comes_up_once(
    clue: Clue,
    users: dict[str, User],  # noqa: F811
) -> None:
    village = users["village"]
    device = phone_of(village)
    day = day_of(village, device)
    (task,) = [task for task in day.tasks if task["kind"] == "clue"]
    assert task["household"] == clue.household_id
    assert task["due_on"] == clue.due_on.isoformat()  # type: ignore[union-attr]
    assert task["sentences"]
    values = fill(day, task, answer="not_true", reason_not_true="covered")
    entry = handed(task, values, pictures={"photos": (photo(village),)})
    states = [receive(by=village, device=device.token, handed=entry).state for _ in range(3)]
    assert states == ["taken", "already", "already"]
    clue.refresh_from_db()
    assert (clue.state, clue.answer, clue.reason) == ("closed", "not_true", "covered")
    assert ClueAnswer.objects.count() == 1
    assert Picture.objects.get().sent == Sent.objects.get()
    assert Sent.objects.get().household_id == clue.household_id
    assert not [task for task in day_of(village, device).tasks if task["kind"] == "clue"]


def test_an_answer_after_somebody_elses_is_kept_on_both_sides(
    clue: Clue,
    users: dict[str, User],  # noqa: F811
) -> None:
    village = users["village"]
    device = phone_of(village)
    day = day_of(village, device)
    (task,) = [task for task in day.tasks if task["kind"] == "clue"]
    answer(
        by=users["township"], clue=clue.pk, version=clue.version, answer="true",
        reason="as_found", client_id=uuid.uuid4(),
    )  # fmt: skip
    entry = handed(task, fill(day, task, answer="not_living_here", reason_not_living_here="moved"))
    first, again = (receive(by=village, device=device.token, handed=entry) for _ in range(2))
    assert (first.state, again.state) == ("conflict", "conflict")
    assert first.other == {"values": {"answer": "true", "reason_true": "as_found"}}
    assert Sent.objects.get().state == Sent.State.CONFLICT
    assert ClueAnswer.objects.filter(state="conflict").count() == 1
    clue.refresh_from_db()
    assert clue.answer == "true"


def test_an_incomplete_answer_is_refused_and_taken_when_corrected(
    clue: Clue,
    users: dict[str, User],  # noqa: F811
) -> None:
    village = users["village"]
    device = phone_of(village)
    day = day_of(village, device)
    (task,) = [task for task in day.tasks if task["kind"] == "clue"]
    picture = photo(village)
    values = fill(day, task, answer="not_true", reason_not_true="other")
    entry = handed(task, values, pictures={"photos": (picture,)})
    refused = receive(by=village, device=device.token, handed=entry)
    assert refused.state == "refused"
    assert refused.said is not None
    assert "补充说明" in refused.said.zh
    corrected = replace(entry, client_id=uuid.uuid4(), values=values | {"note": "已由亲属接走照料"})
    assert receive(by=village, device=device.token, handed=corrected).state == "taken"
    assert Picture.objects.get().sent == Sent.objects.get(state="taken")


def test_a_clue_of_another_village_is_not_there(
    clue: Clue,
    users: dict[str, User],  # noqa: F811
) -> None:
    other = users["other_township"]
    device = phone_of(other)
    about = {"clue": clue.pk, "version": clue.version}
    values = {"answer": "true", "reason_true": "as_found"}
    found = receive(
        by=other,
        device=device.token,
        handed=Handed(uuid.uuid4(), "clue", about, values, {}, None),
    )
    assert found.state == "refused"
    absent = receive(
        by=other,
        device=device.token,
        handed=Handed(uuid.uuid4(), "clue", about | {"clue": 10**9}, values, {}, None),
    )
    assert found.said == absent.said


# -- steps of cases --------------------------------------------------------------------------------


def test_steps_of_a_case_are_taken_by_their_forms() -> None:
    world = county_of_cases()
    case = begun(world, home(), now=timezone.now())
    village = world.village
    device = phone_of(village)
    for step in ("lead", "consent", "visit"):
        day = day_of(village, device)
        (task,) = [t for t in day.tasks if t["key"] == f"case:{case.pk}:{step}"]
        photos = {"photos": (photo(village),)} if step == "visit" else {}
        entry = handed(task, fill(day, task), pictures=photos)
        found = receive(by=village, device=device.token, handed=entry)
        assert found.state == "taken", found.said
        assert receive(by=village, device=device.token, handed=entry).state == "already"
    assert Turn.objects.filter(case=case, done_at__isnull=False).count() == 3
    turn = Turn.objects.get(case=case, step="visit")
    assert turn.entries["net_income"] == 1_200_050
    assert turn.client_id == entry.client_id
    assert Attachment.objects.get(turn=turn).kind == "jpeg"
    assert not Picture.objects.exists()
    case.refresh_from_db()
    assert case.state == "open"


def test_a_step_without_its_photograph_is_refused_and_kept() -> None:
    world = county_of_cases()
    case = begun(world, home(), now=timezone.now())
    taken_to(world, case, "visit")
    device = phone_of(world.village)
    day = day_of(world.village, device)
    (task,) = [t for t in day.tasks if t["key"] == f"case:{case.pk}:visit"]
    entry = handed(task, fill(day, task))
    found = receive(by=world.village, device=device.token, handed=entry)
    assert found.state == "refused"
    assert found.said is not None
    assert "入户照片" in found.said.zh
    assert Sent.objects.get().opened_content["values"] == entry.values


def test_a_step_that_somebody_took_meanwhile_is_a_conflict_kept_by_the_case() -> None:
    world = county_of_cases()
    case = begun(world, home(), now=timezone.now())
    device = phone_of(world.village)
    day = day_of(world.village, device)
    (task,) = [t for t in day.tasks if t["key"] == f"case:{case.pk}:lead"]
    taken_to(world, case, "consent")
    entry = handed(task, fill(day, task))
    found = [receive(by=world.village, device=device.token, handed=entry) for _ in range(2)]
    assert [each.state for each in found] == ["conflict", "conflict"]
    assert found[0].other == {"values": {"outcome": "registered"}}
    assert KeptEntry.objects.filter(case=case).count() == 1


def test_decisions_are_not_taken_on_a_phone() -> None:
    world = county_of_cases()
    case = begun(world, home(), now=timezone.now())
    taken_to(world, case, "decide")
    for user in (world.county, world.township):
        device = phone_of(user)
        assert f"case:{case.pk}:decide" not in {t["key"] for t in day_of(user, device).tasks}
    assert Case.objects.get().state == "open"
