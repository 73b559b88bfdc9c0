"""What packs say to citizens: how to get into monitoring, and what each programme gives to whom.
Besides, the figures that are public."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import Left

from fangpin.cases.in_force import frozen_of, pack_for
from fangpin.cases.models import Case
from fangpin.disclosure import phrases
from fangpin.disclosure.content import Form
from fangpin.disclosure.facts import telephones_of
from fangpin.disclosure.site import LANGUAGES
from fangpin.disclosure.small_cells import figures
from fangpin.kernel.errors import FangpinError, Language, Text
from fangpin.places.models import Place
from fangpin.policy.pack import Pack, Publication
from fangpin.policy.printed import printed_value
from fangpin.policy.procedure_words import LEVELS, ROLES, days_words, limit_words, named
from fangpin.registry.models import Household
from fangpin.registry.models.household import HouseholdState

PROCEDURE = "cn-monitor"


def pages(today: date) -> Iterator[tuple[str, Language, dict[str, Any]]]:
    """Name, language and content of each page that follows from packs alone. Nothing when no pack
    is in force yet."""
    county = (
        Place.objects.filter(valid_to=None, level=Place.Level.COUNTY, children__isnull=False)
        .exclude(origin=Place.Origin.REFERENCE)
        .order_by("code")
        .first()
    )
    if county is None:
        return
    try:
        pack = pack_for(county.code, today)
    except FangpinError:
        return
    steps, programmes = _steps(pack, today), _programmes(pack, today)
    telephones = [f"{each.label} {each.number}" for each in telephones_of(county.code)]
    for language in LANGUAGES:
        yield "how-to-apply", language, {"steps": steps, "pack": pack, "telephones": telephones}
        yield "programmes", language, {"programmes": programmes, "pack": pack}


def monitored(today: date) -> list[dict[str, Any]]:
    """Households in monitoring and those whose risk is gone, by township of each county, as they
    may be told. Two queries."""
    towns = {
        place.code[:9]: place
        for place in Place.objects.filter(valid_to=None, level=Place.Level.TOWNSHIP)
    }
    rows = (
        Household.objects.filter(state=HouseholdState.ACTIVE)
        .exclude(monitoring_category="")
        .annotate(town=Left("village_code", 9))
        .values("town")
        .annotate(
            watched=Count("pk", filter=~Q(risk_removed=True)),
            cleared=Count("pk", filter=Q(risk_removed=True)),
        )
        .order_by("town")
    )
    counts = {row["town"]: row for row in rows if row["town"] in towns}
    tables = []
    for county in sorted({code[:6] for code in counts}):
        inside = [code for code in sorted(towns) if code.startswith(county)]
        columns = {
            column: figures(
                {code: int(counts[code][column]) if code in counts else 0 for code in inside}
            )
            for column in ("watched", "cleared")
        }
        lines = [
            (towns[code].name, *(columns[column].cells[code] for column in columns))
            for code in inside
        ]
        tables.append({"lines": lines, "totals": [each.total for each in columns.values()]})
    return tables


def title_of(case: Case, form: str) -> Text:
    """The title of a notice, for lists."""
    procedure = frozen_of(case).procedure
    kind: Form = "notice" if form == "notice" else "announcement"
    return phrases.title(phrases.about(procedure.effect, procedure.subject, kind), kind)


def _steps(pack: Pack, today: date) -> list[dict[str, Any]]:
    procedure = pack.procedures.get(PROCEDURE)
    if procedure is None:
        return []
    found = []
    for step in procedure.steps:
        who, level = named(ROLES, step.actor.role), named(LEVELS, step.actor.level)
        if who is not None and level is not None and level.zh not in ("户", who.zh[:1], who.zh[:2]):
            who = Text(f"{level.zh} {who.zh}", f"{who.en} ({level.en})")
        found.append(
            {
                "label": step.label,
                "who": who,
                "within": limit_words(step.within, pack, today) if step.within else None,
                "publish": _posted(step.publish, pack, today) if step.publish else None,
            }
        )
    return found


def _posted(publication: Publication, pack: Pack, today: date) -> Text:
    """Where something hangs and how long, as citizens say it."""
    where = named(LEVELS, publication.where) or Text("本地", "the place")
    verb = Text("公示", "posted") if publication.form == "notice" else Text("公告", "announced")
    days = (
        days_words(publication.days, publication.kind, pack, today)
        if publication.days is not None
        else None
    )
    return Text(
        f"在{where.zh}内{verb.zh}{days.zh if days else ''}，隐去身份证号、电话等隐私",
        f"{verb.en} in the {where.en}{f' for {days.en}' if days else ''}, without numbers, "
        "telephones and other private details",
    )


def _programmes(pack: Pack, today: date) -> list[dict[str, Any]]:
    found = []
    for programme in pack.programmes.values():
        clause = pack.clauses.get(programme.clause)
        found.append(
            {
                "label": programme.label,
                "gives": programme.gives,
                "amount": _amount(pack, programme.amount, today),
                "lead": "、".join(programme.lead),
                # References of the general pack are letters of no document anybody could open.
                "clause": clause.path if clause is not None and not clause.path.isascii() else "",
            }
        )
    return found


def _amount(pack: Pack, amount: Any, today: date) -> Text | None:
    """What the programme pays, where the pack gives one figure."""
    if amount is None or amount.parameter is None:
        return None
    parameter = pack.parameters.get(amount.parameter)
    value = parameter.at(today) if parameter is not None else None
    if parameter is None or value is None:
        return None
    return printed_value(parameter, value.value)
