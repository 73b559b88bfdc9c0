"""From a publication of a case to the facts of its notice. The only place where values in clear are
read for a notice; they go no further than the mask and the scanner."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Q

from fangpin.cases.in_force import frozen_of
from fangpin.cases.models import Case, Publication
from fangpin.disclosure import phrases
from fangpin.disclosure.content import (
    NAMELESS,
    Form,
    Head,
    Line,
    Notice,
    Telephone,
    public_name,
)
from fangpin.disclosure.models import OfficePhone, PostedNotice
from fangpin.disclosure.scan import secrets_of
from fangpin.kernel.errors import FangpinError, Text
from fangpin.kernel.place_codes import codes_around, township_of
from fangpin.people.models import Unit
from fangpin.places.models import Place
from fangpin.places.queries import names_of
from fangpin.registry.models import Household, Membership
from fangpin.registry.sealing import open_many, open_one

_HOUSEHOLDS = frozenset({"household", "person"})


@dataclass(frozen=True, slots=True)
class Facts:
    """A notice, the persons behind its lines, what must not be on it in any spelling, and what the
    notices about the household showed before."""

    notice: Notice
    heads: tuple[Head, ...]
    secrets: tuple[str, ...]
    known: tuple[str, ...]
    before: tuple[dict[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Behind:
    lines: tuple[Line, ...]
    heads: tuple[Head, ...]
    secrets: tuple[str, ...]
    before: tuple[dict[str, str], ...]


def facts_of(
    publication: Publication, *, from_day: date, until_day: date | None, issue: int = 1
) -> Facts:
    """The facts of one publication for the days it hangs; `issue` counts how often it was posted.
    About eight queries.

    Raises FangpinError when the household has no head, or the procedure publishes something that
    has no words here.
    """
    case = publication.case
    frozen = frozen_of(case)
    form: Form = "notice" if publication.form == "notice" else "announcement"
    about_places = frozen.procedure.subject not in _HOUSEHOLDS or case.household_id is None
    try:
        what = phrases.about(frozen.procedure.effect, frozen.procedure.subject, form)
    except ValueError as error:
        raise FangpinError.because(
            "该程序没有规定公示内容，不能生成公示",
            "this procedure has no words for a notice",
            do_zh="请政策包维护人员核对程序中的公示设置",
            do_en="have the pack's author look at what the procedure publishes",
        ) from error
    behind = None if about_places else _household(case, publication, from_day)
    lines = behind.lines if behind else _place(case)
    place = tuple(names_of(publication.where_code)) or (publication.where_code,)
    telephones = telephones_of(publication.where_code)
    site = settings.PUBLIC_URL.rstrip("/")
    address = f"{site}/public/notices/{publication.pk}/" if site else ""
    notice = Notice(
        number=f"{from_day.year}-{publication.pk:06d}" + (f"-{issue}" if issue > 1 else ""),
        form=form,
        title=phrases.title(what, form),
        opening=phrases.opening(
            what,
            form,
            of_places=about_places,
            days=publication.days or 0,
            workdays=publication.kind == "workday",
        ),
        place=place,
        lines=lines,
        from_day=from_day,
        until_day=until_day or from_day,
        closing=phrases.closing(form),
        ways=(*phrases.WAYS[: None if telephones else 1], phrases.WEB) if form == "notice" else (),
        telephones=telephones,
        issuer=issuer_of(publication.where_code, form, place[-1]),
        address=address,
        lines_are_places=about_places,
    )
    known = (*place, notice.issuer, *(each.label for each in telephones))
    if behind is None:
        return Facts(notice, (), (), known, ())
    return Facts(notice, behind.heads, behind.secrets, known, behind.before)


def _place(case: Case) -> tuple[Line, ...]:
    code = case.place_code or case.area_code
    row = Place.objects.filter(code=code).order_by("valid_to").first()
    name = row.name if row is not None else code
    return (Line(Text(name, name)),)


def _household(case: Case, publication: Publication, on: date) -> _Behind:
    household = case.household
    assert household is not None
    members = list(
        Membership.objects.filter(household=household, ended_on=None).select_related("person")
    )
    first = next((each for each in members if each.is_head), None)
    if first is None:
        raise FangpinError.because(
            "该户没有登记户主，不能生成公示",
            "the household has no head on record; the notice cannot be built",
            do_zh="先在户档案中确定户主",
            do_en="record who heads the household first",
        )
    head = Head(open_one(first.person, "name"), first.person.birth_date)
    earlier = PostedNotice.objects.filter(household=household.pk).select_related("publication")
    posted = list(earlier)
    name = public_name(head, on)
    # Whoever a case has posted without a name is not named by a later notice of the same case.
    if any(
        row.publication.case_id == case.pk and row.shown["name"] == NAMELESS.zh for row in posted
    ):
        name = NAMELESS
    line = Line(name, household.group_name.strip(), _category(case, household))
    secrets = (*_of_members(members), *_of_household(household))
    return _Behind((line,), (head,), secrets, tuple(row.shown for row in posted))


def _category(case: Case, household: Household) -> Text | None:
    """The category proposed or decided, in the words of the pack; of a household in monitoring the
    one it stands in. None where the procedure is about no category."""
    words = frozen_of(case).vocabularies.get("monitoring_category", {})
    if case.effect not in ("monitor", "return_to_monitoring", "remove_risk"):
        return None
    for turn in case.turns.exclude(entries_closed=None).order_by("-seq"):
        code = (turn.entries or {}).get("category")
        if isinstance(code, str) and code in words:
            return words[code]
    return words.get(household.monitoring_category)


def _of_members(members: Sequence[Membership]) -> list[str]:
    found: list[str] = []
    people = [each.person for each in members]
    for field in ("name", "id_number", "phone"):
        closed = [getattr(person, field) for person in people]
        opened = open_many(type(people[0]), field, [person.pk for person in people], closed)
        for text in opened:
            if text:
                found += secrets_of(text) if field == "id_number" else [text]
    found += [person.birth_date.isoformat() for person in people if person.birth_date]
    return found


def _of_household(household: Household) -> list[str]:
    fields = ("phone", "account", "collector_phone")
    return [text for text in (open_one(household, field) for field in fields) if text]


def shown_of(notice: Notice) -> dict[str, str]:
    """What a notice shows of its household, kept for the union with later ones (trust B3)."""
    line = notice.lines[0]
    return {"name": line.name.zh}


def telephones_of(code: str) -> tuple[Telephone, ...]:
    """Telephones of the narrowest place that has any. One query."""
    around = codes_around(code)
    rows = list(OfficePhone.objects.filter(area_code__in=around))
    narrowest = min((around.index(row.area_code) for row in rows), default=0)
    return tuple(
        Telephone(row.label, row.number) for row in rows if row.area_code == around[narrowest]
    )


def issuer_of(code: str, form: Form, name: str) -> str:
    """Who issues it: a notice in a village its committee, an announcement the township, above the
    village the government of the place."""
    at_village = not code.endswith("000")
    if at_village and form == "announcement":
        code, names = township_of(code), names_of(code)
        name, at_village = (names[-2] if len(names) > 1 else name), False
    kind = Unit.Kind.VILLAGE_COMMITTEE if at_village else Unit.Kind.TOWNSHIP_GOVERNMENT
    unit = Unit.objects.filter(Q(kind=kind), place__code=code, valid_to=None).first()
    if unit is not None:
        return unit.name
    if at_village:
        return name + ("居民委员会" if name.endswith("社区") else "村民委员会")
    return f"{name}人民政府"
