"""Village figures as pages show them: sections of lines, with what other years say."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from fangpin.kernel.errors import Text
from fangpin.people.models import User
from fangpin.places.models import VillageProfile
from fangpin.places.profile.catalogue import Field, Section, catalogue
from fangpin.places.profile.values import Remark, printed, remarks, worded
from fangpin.registry.queries.land import land_of


@dataclass(frozen=True)
class Line:
    """One figure. `text` in words, None = unknown; `written` as it stands in a form; `problem`
    what is wrong with it, `theirs` what somebody else has saved meanwhile."""

    field: Field
    text: Text | None
    written: str
    before: Text | None = None
    problem: Text | None = None
    theirs: Text | None = None


@dataclass(frozen=True)
class Shown:
    """A section of figures; `known` of them are there."""

    section: Section
    lines: tuple[Line, ...]

    @property
    def known(self) -> int:
        return sum(line.text is not None for line in self.lines)


def shown(
    profile: VillageProfile | None,
    *,
    before: VillageProfile | None = None,
    written: Mapping[str, str] | None = None,
    problems: Mapping[str, Text] | None = None,
    theirs: Mapping[str, Text | None] | None = None,
) -> list[Shown]:
    """All sections of the catalogue; `written` overrides what a form shows."""
    values = profile.values if profile else {}
    older = before.values if before else {}
    return [
        Shown(
            section,
            tuple(
                Line(
                    field,
                    worded(field, values[field.name]) if field.name in values else None,
                    _written(field, values, written),
                    worded(field, older[field.name]) if field.name in older else None,
                    (problems or {}).get(field.name),
                    (theirs or {}).get(field.name),
                )
                for field in section.fields
            ),
        )
        for section in catalogue().sections
    ]


def _written(field: Field, values: Mapping[str, object], written: Mapping[str, str] | None) -> str:
    if written is not None and field.name in written:
        return written[field.name]
    value = values.get(field.name)
    if not isinstance(value, int | bool | str):
        return ""
    return printed(field, value)


def all_remarks(actor: User, profile: VillageProfile | None) -> list[Remark]:
    """What does not fit together in a village table: within itself, and with its households'
    land, as far as the reader may see those. One query."""
    if profile is None:
        return []
    found = remarks(profile.values)
    for name, total in land_of(actor, profile.place.code, profile.year).items():
        field, reported = catalogue().fields[name], profile.values.get(name)
        if reported is not None and Decimal(int(reported)) / 100 < total:
            village, homes = printed(field, reported), f"{total.normalize():f}"
            text = Text(
                f"{field.label.zh} {village} 亩，少于各户登记之和 {homes} 亩",
                f"{field.label.en}: {village} mu, less than the {homes} mu of the households",
            )
            found.append(Remark(name, text, False))
    return found
