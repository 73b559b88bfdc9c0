"""A county of two villages with its officers, and steps filled in by what a procedure asks for."""

import io
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from PIL import Image
from tests.registry.invented import VILLAGE, family

from fangpin.cases.actions import Attached, Taken, notice_posted, open_case, take_step
from fangpin.cases.actions.notices import notice_over
from fangpin.cases.entries import options
from fangpin.cases.flow import Flow
from fangpin.cases.in_force import flow_of, frozen_of
from fangpin.cases.models import Case, Publication, Turn
from fangpin.cases.tally import Tally
from fangpin.people.actions import give_post
from fangpin.people.models import Role, User
from fangpin.places.actions import take_over
from fangpin.places.models import Place
from fangpin.policy.procedure_records import Entry, Step
from fangpin.registry.models import Household

COUNTY, TOWNSHIP = "620402000000", "620402101000"
CAST: dict[str, tuple[Role, str, str]] = {
    "village": (Role.VILLAGE_WORKER, VILLAGE, ""),
    "village2": (Role.VILLAGE_WORKER, VILLAGE, ""),
    "township": (Role.TOWNSHIP_OFFICER, TOWNSHIP, ""),
    "township2": (Role.TOWNSHIP_OFFICER, TOWNSHIP, ""),
    "county": (Role.COUNTY_BUREAU, COUNTY, ""),
    "approver": (Role.APPROVER, COUNTY, ""),
    "approver2": (Role.APPROVER, COUNTY, ""),
    "liaison": (Role.DEPARTMENT_LIAISON, COUNTY, "医疗保障局"),
    "leader": (Role.LEADER, COUNTY, ""),
    "elsewhere": (Role.TOWNSHIP_OFFICER, "620402102000", ""),
}
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # a Monday, nine in the morning in China
SIGNATURE = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGA"
    "WjR9awAAAABJRU5ErkJggg=="
)


def photo(shade: int = 90) -> bytes:
    """A small JPEG that says where and with which device it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "SECRETPHONE"
    exif.get_ifd(0x8825)[2] = (35.0, 30.0, 0.0)
    out = io.BytesIO()
    Image.new("RGB", (32, 24), (shade, 120, 60)).save(out, "JPEG", exif=exif)
    return out.getvalue()


@dataclass
class World:
    """The cast, a household, and a clock that the test moves."""

    users: dict[str, User] = field(default_factory=dict)
    now: datetime = START

    def later(self, days: int = 0, hours: int = 1) -> datetime:
        self.now += timedelta(days=days, hours=hours)
        return self.now

    @property
    def day(self) -> date:
        return (self.now + timedelta(hours=8)).date()

    def __getattr__(self, name: str) -> User:
        try:
            return self.__dict__["users"][name]
        except KeyError:
            raise AttributeError(name) from None


def living_now(monkeypatch: pytest.MonkeyPatch, world: World) -> World:
    """The world begins now, and the server's clock goes with it: what is asked as of a day then
    sees what the registry was told up to that day."""
    world.now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: world.now)
    return world


def county(*names: str) -> World:
    """The places and those of the cast that are named (nobody: all of them)."""
    take_over(
        by=None,
        county=(COUNTY, "测试县"),
        villages=[
            (VILLAGE, "甲村", TOWNSHIP, "甲乡"),
            ("620402102201", "乙村", "620402102000", "乙乡"),
        ],
        valid_from=date(2019, 1, 1),
    )
    world = World()
    for name in names or CAST:
        role, code, department = CAST[name]
        user = User.objects.create(username=f"case_{name}", full_name=f"某{name}")
        give_post(
            by=None,
            user=user,
            role=role,
            place=Place.objects.get(code=code, valid_to=None),
            department=department,
            valid_from=date(2020, 1, 1),
        )
        world.users[name] = user
    return world


def home(number: str = "F1", **values: Any) -> Household:
    return family(number, values={"category": "general", **values})


def begun(world: World, household: Household, procedure: str = "cn-monitor", **more: Any) -> Case:
    """A case opened by the village worker."""
    given = {"by": world.village, "client_id": uuid4(), "now": world.now} | more
    return open_case(procedure=procedure, household=household.pk, **given)


def value(case: Case, entry: Entry) -> Any:
    """Something that fits an entry."""
    choices = options(frozen_of(case), entry)
    simple = {
        "text": "某事",
        "long_text": "情况属实",
        "money": "12000.50",
        "integer": 3,
        "number": "1.5",
        "date": "2026-03-01",
        "boolean": True,
        "signature": SIGNATURE,
        "choice": next((c for c in choices if c != "none"), ""),
        "choices": [next(iter(choices), "")],
    }
    return simple[entry.type]


def filled(case: Case, step: Step, **given: Any) -> dict[str, Any]:
    """Entries of a step; `given` by entry id."""
    found = {each.id: value(case, each) for each in step.enter if each.type != "household_field"}
    return found | {name: each for name, each in given.items() if each is not None}


def who_takes(world: World, case: Case, step: Step) -> User:
    """Somebody of the cast who may take the step and has not acted where they would not."""
    flow = flow_of(case)
    acted = {turn.by_id: turn.step for turn in Turn.objects.filter(case=case, by__isnull=False)}
    apart = {by for by, at in acted.items() if step.decides or at in step.apart_from}
    if step.decides:
        apart.add(case.opened_by_id)
    assert isinstance(flow, Flow)
    posts = {"village_worker"} if "household" in step.posts else set()
    posts |= set(step.posts)
    for user in world.users.values():
        role = str(user.posts.get().role)
        if role in posts and user.pk not in apart:
            return user
    raise AssertionError(f"nobody takes {step.id}: {step.posts}")


def take(world: World, case: Case, step: str = "", outcome: str = "", **more: Any) -> Taken:
    """Take a step that waits, filled in with what it asks for. A notice is posted and waited for
    first. `outcome` "" is the first with which the case goes on."""
    case.refresh_from_db()
    flow = flow_of(case)
    declared = flow.steps[step or case.step]
    ways = [each for each in declared.ways_out if flow.agrees(declared.id, each)]
    chosen = flow.outcome(declared.id, outcome) if outcome else ways[0]
    assert chosen is not None
    by = more.pop("by", None) or who_takes(world, case, declared)
    if flow.agrees(declared.id, chosen):
        hung(world, case, declared.id)
        case.refresh_from_db()
    given: dict[str, Any] = {
        "by": by,
        "case": case.pk,
        "version": case.version,
        "step": declared.id,
        "outcome": chosen.id,
        "entries": filled(case, declared, **more.pop("entries", {})),
        "client_id": uuid4(),
        "attachments": [
            Attached(rule.id, photo(number))
            for rule in declared.attach
            for number in range(rule.least)
        ],
        "votes": Tally(30, 25, 20, 3, 2) if declared.vote else None,
        "reason": "经核查，情况属实",
        "now": world.later(),
    }
    taken = take_step(**(given | more))
    case.refresh_from_db()
    return taken


def hung(world: World, case: Case, step: str) -> None:
    """Let the notice of a waiting step hang for its days."""
    notice = Publication.objects.filter(
        case=case, turn__step=step, turn__done_at=None, form="notice"
    ).first()
    if notice is None:
        return
    if notice.state == "due":
        by = who_takes(world, case, flow_of(case).steps[step])
        notice = notice_posted(by=by, publication=notice.pk, now=world.later())
    if notice.state == "posted":
        assert notice.until_day is not None
        world.later(days=(notice.until_day - world.day).days + 1)
        assert notice_over(publication=notice.pk, now=world.now)


def taken_to(world: World, case: Case, step: str) -> Case:
    """Take steps until the case waits at `step`, or is closed."""
    for _ in range(40):
        case.refresh_from_db()
        waiting = list(Turn.objects.filter(case=case, done_at=None).values_list("step", flat=True))
        if step in waiting or not waiting:
            return case
        take(world, case, waiting[0])
    raise AssertionError(f"{step} was not reached")


def new_id() -> UUID:
    return uuid4()
