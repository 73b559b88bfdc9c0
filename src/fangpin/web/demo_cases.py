"""Cases of a demonstration: some households of the shown village on their way, one to its end.

Everything goes through the actions that people use, with moments set back, so that desks, boards
and results have something to show. Entries are invented and the same each time.
"""

import base64
import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw

from fangpin.cases.actions import Attached, open_case, take_step
from fangpin.cases.actions.notices import notice_over
from fangpin.cases.entries import options
from fangpin.cases.in_force import flow_of, frozen_of
from fangpin.cases.models import Case, Publication, Turn
from fangpin.cases.tally import Tally
from fangpin.clues.models import Clue
from fangpin.disclosure.actions import keep_notices, post
from fangpin.people.models import User
from fangpin.policy.procedure_records import Entry, Step
from fangpin.registry.models import Household

_SPACE: Final = UUID("2f4d8a4e-5a0f-4a53-8a33-7a0d6b6a2b11")
# How far each case has come, and how many days ago it was opened.
_WAYS: Final = (
    ("", 40),  # to its end
    ("decide", 14),
    ("notice", 6),
    ("assess", 9),
    ("visit", 5),
    ("lead", 1),
)
_TEXTS: Final = {
    "text": "经办人员",
    "long_text": "经核实，情况属实。",
    "money": "18600",
    "integer": 4,
    "number": "1",
    "boolean": True,
}
_PROCEDURE: Final = "cn-monitor"


@dataclass(frozen=True)
class _Cast:
    village: User
    township: User
    county: User
    approver: User

    def takes(self, case: Case, step: Step) -> User:
        """Somebody whose post takes the step and who has not acted where they may not."""
        acted = set(Turn.objects.filter(case=case, by__isnull=False).values_list("by", flat=True))
        order = (
            ("village_worker", self.village),
            ("township_officer", self.township),
            ("approver", self.approver),
            ("county_bureau", self.county),
        )
        posts = {*step.posts, *(("village_worker",) if "household" in step.posts else ())}
        for post_, user in order:
            if post_ in posts and not (step.decides and user.pk in acted):
                return user
        raise ValueError(f"nobody of the demonstration takes {step.id}")


def show_cases(*, village_code: str) -> int:
    """Open the cases, unless there are some already. Returns how many there are."""
    if Case.objects.exists():
        return Case.objects.count()
    names = ("village", "township", "county", "approver")
    cast = _Cast(*(User.objects.get(username=name) for name in names))
    now = timezone.now()
    homes = Household.objects.filter(village_code=village_code, state="active")
    chosen = homes.exclude(monitoring_category__in=_watched()).order_by("number")[: len(_WAYS)]
    for home, (until, ago) in zip(chosen, _WAYS, strict=False):
        with transaction.atomic():
            _walk(cast, home, until, now - timedelta(days=ago), now)
    keep_notices(now=now)
    return Case.objects.count()


def _watched() -> list[str]:
    codes = Household.objects.order_by().values_list("monitoring_category", flat=True).distinct()
    return [code for code in codes if code not in ("", "none")]


def _walk(cast: _Cast, home: Household, until: str, moment: datetime, now: datetime) -> None:
    clue = Clue.objects.filter(household=home, state="answered", answer="true").first()
    case = open_case(
        by=cast.village,
        procedure=_PROCEDURE,
        household=home.pk,
        clue=clue.pk if clue else None,
        client_id=uuid5(_SPACE, home.number),
        now=moment,
    )
    for _ in range(20):
        case.refresh_from_db()
        waiting = list(Turn.objects.filter(case=case, done_at=None).values_list("step", flat=True))
        if not waiting or until in waiting:
            break
        moment = _take(cast, case, waiting[0], min(moment + timedelta(hours=20), now))
    if until == "notice":
        _posted(cast, case, "notice", moment)


def _take(cast: _Cast, case: Case, name: str, moment: datetime) -> datetime:
    """Take a step; returns when. A notice hangs for its days first."""
    flow = flow_of(case)
    step = flow.steps[name]
    moment = _posted(cast, case, name, moment)
    case.refresh_from_db()
    way = next(each for each in step.ways_out if flow.agrees(name, each))
    take_step(
        by=cast.takes(case, step),
        case=case.pk,
        version=case.version,
        step=name,
        outcome=way.id,
        entries={entry.id: _value(case, entry, moment) for entry in step.enter},
        attachments=[
            Attached(rule.id, _picture(f"{rule.label.zh}（演示）", at))
            for rule in step.attach
            for at in range(rule.least)
        ],
        votes=Tally(32, 28, 26, 1, 1) if step.vote else None,
        reason="经核查，符合条件，同意。",
        client_id=uuid5(_SPACE, f"{case.number} {name}"),
        now=moment,
    )
    return moment


def _posted(cast: _Cast, case: Case, step: str, moment: datetime) -> datetime:
    """Post the notice of a waiting step and, when its days are over by now, take it down."""
    notice = Publication.objects.filter(
        case=case, turn__step=step, turn__done_at=None, form="notice", state="due"
    ).first()
    if notice is None:
        return moment
    post(by=cast.village, publication=notice.pk, now=moment)
    notice.refresh_from_db()
    assert notice.until_day is not None
    days = (notice.until_day - timezone.localdate(moment)).days + 1
    after = moment + timedelta(days=days)
    if after < timezone.now():
        notice_over(publication=notice.pk, now=after)
        return after
    return moment


def _value(case: Case, entry: Entry, moment: datetime) -> Any:
    choices = [code for code in options(frozen_of(case), entry) if code != "none"]
    if entry.type == "date":
        return timezone.localdate(moment).isoformat()
    if entry.type == "choice":
        return choices[0]
    if entry.type == "choices":
        return choices[:1]
    if entry.type == "signature":
        return _signature()
    return _TEXTS.get(entry.type, "")


def _signature() -> str:
    image = Image.new("RGB", (320, 120), "white")
    line = [(20 + 14 * at, 60 + (25 if at % 2 else -25)) for at in range(20)]
    ImageDraw.Draw(image).line(line, fill="#10202e", width=4)
    return "data:image/png;base64," + base64.b64encode(_bytes(image, "PNG")).decode()


def _picture(label: str, at: int) -> bytes:
    """A drawn stand-in for a photograph; it says that it is one by its plain field of colour."""
    shade = 150 + 30 * at + 3 * len(label)
    image = Image.new("RGB", (480, 320), (shade % 256, 180, 200))
    ImageDraw.Draw(image).rectangle((60, 80, 420, 280), outline="#10202e", width=6)
    return _bytes(image, "JPEG")


def _bytes(image: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()
