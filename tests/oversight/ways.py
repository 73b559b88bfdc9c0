"""Ways of invented households from sign to help, as rows, and the same figures in plain Python."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from statistics import median_low
from uuid import uuid4

from fangpin.cases.models import Case, Definition, Turn
from fangpin.clues.models import Clue, ClueReason
from fangpin.people.models import User
from fangpin.registry.models import Household

Figures = tuple[int, int | None, int | None, int]


@dataclass(frozen=True)
class Way:
    """One household's days; None: has not happened. Without a clue the case came by itself."""

    village: str
    sign: date | None
    clue: date
    checked: date | None = None
    answer: str = ""
    included: date | None = None
    measure: date | None = None
    ended: bool = False
    by_clue: bool = True


def noon(day: date) -> datetime:
    return datetime.combine(day, time(4), tzinfo=UTC)


def write(ways: list[Way], by: User) -> None:
    """The ways as rows of the database."""
    definition = Definition.objects.create(
        hash=uuid4().hex, pack="cn-base", pack_hash="", procedure="cn-monitor",
        effect="monitor", content={},
    )  # fmt: skip
    for at, way in enumerate(ways):
        home = Household.objects.create(number=f"W{at}", village_code=way.village)
        started = way.included or way.measure or (not way.by_clue)
        clue = None
        if way.by_clue:
            gone = way.answer and (way.answer != "true" or started)
            clue = Clue.objects.create(
                household=home,
                village_code=way.village,
                opened_at=noon(way.clue),
                answer=way.answer,
                answered_at=noon(way.checked) if way.answer and way.checked else None,
                state="closed" if gone else "answered" if way.answer else "new",
                ended_as=("case" if way.answer == "true" else way.answer) if gone else "",
                closed_at=noon(way.clue) if gone else None,
            )
            if way.sign:
                ClueReason.objects.create(
                    clue=clue, village_code=way.village, channel="screening", rule="r", key="k",
                    at=noon(way.clue), first_on=way.sign,
                )  # fmt: skip
        if started:
            _case(way, at, home, definition, clue, by)


def _case(
    way: Way, at: int, home: Household, definition: Definition, clue: Clue | None, by: User
) -> None:
    case = Case.objects.create(
        number=f"N{at}",
        definition=definition,
        procedure="cn-monitor",
        effect="monitor",
        household=home,
        area_code=way.village,
        clue=clue.pk if clue else None,
        step="" if way.ended else "x",
        state="refused" if way.ended else "open",
        opened_at=noon(way.clue),
        closed_at=noon(way.clue) if way.ended else None,
        client_id=uuid4(),
    )
    if clue:
        Clue.objects.filter(pk=clue.pk).update(case=case.pk)
    events = [("checked", None if way.by_clue else way.checked), ("included", way.included),
              ("first_measure", way.measure)]  # fmt: skip
    for seq, (event, day) in enumerate(events):
        if day is None:
            continue
        Turn.objects.create(
            case=case, area_code=way.village, seq=seq, step=event, event=event,
            began_at=noon(way.clue), done_at=noon(day), outcome="done", by=by,
            effect="monitor" if event == "included" else "",
            reason_closed=b"x" if event == "included" else None,
        )  # fmt: skip


def figures(ways: list[Way], by: str, first: date, last: date) -> dict[tuple[str, str], Figures]:
    """(done, median, worst, waiting) by (span, key), worked out one by one."""
    days: dict[tuple[str, str], list[int]] = defaultdict(list)
    waits: dict[tuple[str, str], int] = defaultdict(int)

    def key(way: Way, day: date) -> str:
        return {"all": "", "township": way.village[:9] + "000", "month": f"{day:%Y-%m}"}[by]

    for way in ways:
        sign = way.sign if way.by_clue else way.clue
        answer = way.answer if way.by_clue else "true"
        case = bool(way.included or way.measure or not way.by_clue)
        gone = case and way.ended
        closed_without = way.by_clue and bool(answer) and answer != "true"
        steps = [
            ("clue", sign, way.clue, True),
            ("check", way.clue, way.checked, answer == ""),
            ("inclusion", way.checked, way.included,
             answer == "true" and not (gone if case else closed_without)),
            ("measure", way.included, way.measure, not gone),
        ]  # fmt: skip
        for span, began, done, open_ in steps:
            if began is None:
                continue
            if done is None:
                if open_ and began <= last:
                    waits[span, key(way, began)] += 1
            elif first <= done <= last:
                days[span, key(way, done)].append(max((done - began).days, 0))
    return {
        each: (
            len(days[each]),
            median_low(days[each]) if days[each] else None,
            max(days[each]) if days[each] else None,
            waits[each],
        )
        for each in {*days, *waits}
        if days[each] or waits[each]
    }
