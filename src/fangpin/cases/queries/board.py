"""What is late, where, and with whom."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from django.db.models import Count, F, Min, Q
from django.db.models.functions import Left

from fangpin.cases.levels import HIGHER_AFTER, level_of
from fangpin.cases.models import Turn
from fangpin.kernel.errors import Text
from fangpin.kernel.place_codes import code_of
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.places.models import Place

By = Literal["township", "village", "procedure", "step", "level"]
LEVELS: Final = {
    "village": Text("村级", "village"),
    "township": Text("乡镇", "township"),
    "county": Text("县级", "county"),
}


@dataclass
class LateLine:
    """A line of the board. `key`: code of the place, id of procedure or step, or a level, as it may
    be put into a CaseFilter; `label` in words, "" where the key says it.

    `waiting` all open steps, `soon` due today or tomorrow, `late` past the day, `very_late` more
    than three days past; `oldest` the earliest day due among the late ones.
    """

    key: str
    label: str
    waiting: int = 0
    soon: int = 0
    late: int = 0
    very_late: int = 0
    oldest: date | None = None


def late_board(actor: User, by: By, day: date) -> list[LateLine]:
    """Open steps in the actor's areas put together, the latest first. Two queries at most."""
    inside = scope_of(actor).within(Right.cases, "area_code")
    key = {
        "township": Left("area_code", 9),
        "village": F("area_code"),
        "procedure": F("case__procedure"),
        "step": F("step"),
        "level": F("posts"),
    }[by]
    rows = (
        Turn.objects.filter(inside, done_at=None)
        .order_by()
        .values(key=key)
        .annotate(
            waiting=Count("pk"),
            soon=Count("pk", filter=Q(due_on__gte=day, due_on__lte=day + timedelta(days=1))),
            late=Count("pk", filter=Q(due_on__lt=day)),
            very_late=Count("pk", filter=Q(due_on__lt=day - HIGHER_AFTER)),
            oldest=Min("due_on", filter=Q(due_on__lt=day)),
        )
    )
    found: dict[str, LateLine] = {}
    for row in rows:
        name = level_of(row["key"]) if by == "level" else row["key"]
        line = found.setdefault(name, LateLine(name, ""))
        for count in ("waiting", "soon", "late", "very_late"):
            setattr(line, count, getattr(line, count) + row[count])
        days = [each for each in (line.oldest, row["oldest"]) if each is not None]
        line.oldest = min(days, default=None)
    if by in ("township", "village"):
        _name_places(found)
    return sorted(found.values(), key=lambda line: (-line.late, -line.waiting, line.key))


def _name_places(found: dict[str, LateLine]) -> None:
    codes = {code_of(key): key for key in found}
    names = Place.objects.filter(code__in=codes, valid_to=None).values_list("code", "name")
    for code, name in names:
        found[codes[code]].label = name
