"""The lists of households and of persons as files: what is filtered, in the columns shown."""

import html
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.html import strip_tags

from fangpin.kernel.errors import Text
from fangpin.people.models import User
from fangpin.people.saved_views import saved_views
from fangpin.people.scope import Right, scope_of
from fangpin.registry.queries.lists import (
    HouseholdRow,
    PersonRow,
    households_page,
    persons_page,
)
from fangpin.web.access import actor_of
from fangpin.web.exports.leaving import leave
from fangpin.web.exports.sheets import Sheet
from fangpin.web.lists import Asked, Column, ListSpec, read
from fangpin.web.lists import households as of_households
from fangpin.web.lists import persons as of_persons
from fangpin.web.lists.choosing import place_names
from fangpin.web.lists.respond import columns_of
from fangpin.web.wording import language, pick

_AT_ONCE = 1000  # rows
_WIDTH = 14
_PLACE = (Text("乡镇", "Township"), Text("村", "Village"))
Extra = Mapping[str, Any]


@dataclass(frozen=True)
class _Filed:
    """How a list becomes rows of a file. `first`: what stands before the columns of the list and
    takes the place of those in `instead`; township and village follow it."""

    spec: ListSpec
    first: tuple[tuple[Text, Callable[[Any], str]], ...]
    instead: frozenset[str]
    pages: Callable[[User, Asked], Iterator[Sequence[Any]]]


def _pages(page: Callable[[Any], tuple[Sequence[Any], Any]]) -> Iterator[Sequence[Any]]:
    """All pages. `page`: what follows a key, and the key to go on from."""
    after: Any = None
    while True:
        rows, after = page(after)
        yield rows
        if after is None:
            return


def _household_pages(actor: User, asked: Asked) -> Iterator[Sequence[HouseholdRow]]:
    chosen = of_households.filter_of(asked.values)
    return _pages(lambda after: households_page(actor, chosen, after=after, size=_AT_ONCE))


def _person_pages(actor: User, asked: Asked) -> Iterator[Sequence[PersonRow]]:
    chosen = of_persons.filter_of(asked.values, timezone.localdate())
    return _pages(lambda after: persons_page(actor, chosen, after=after, size=_AT_ONCE))


_FILES = {
    "households": _Filed(
        of_households.HOUSEHOLDS,
        (
            (Text("户编号", "Household"), lambda row: row.number),
            (Text("户主", "Head"), lambda row: row.head or ""),
        ),
        frozenset({"household", "place"}),
        _household_pages,
    ),
    "persons": _Filed(
        of_persons.PERSONS,
        (
            (Text("户编号", "Household"), lambda row: row.household_number),
            (Text("姓名", "Name"), lambda row: row.name or ""),
        ),
        frozenset({"name", "household", "place"}),
        _person_pages,
    ),
}


def export_list(request: HttpRequest, name: str, form: str) -> HttpResponseBase:
    """The filtered list as a download, or the page that asks what for."""
    filed = _FILES[name]
    actor = actor_of(request)
    groups = scope_of(actor).groups(None)
    asked = read(filed.spec, request.POST, groups)
    usual = next((view.columns for view in saved_views(actor, name) if not view.name), [])
    shown, _ = columns_of(filed.spec, asked, groups, usual)
    columns = [column for column in shown if column.key not in filed.instead]
    spoken = language()
    headers = [text for text, _ in filed.first] + [*_PLACE] + [column.label for column in columns]
    return leave(
        request,
        what=name,
        right=Right.registry_export,
        filter=dict(asked.values),
        sheet=Sheet(
            filed.spec.caption.in_language(spoken),
            tuple((header.in_language(spoken), _WIDTH) for header in headers),
            marked=len(filed.first) + 1,
        ),
        rows=lambda: _rows(actor, filed, asked, columns),
        form=form,
        name=pick(
            f"{filed.spec.caption.zh}_{timezone.localdate()}", f"{name}_{timezone.localdate()}"
        ),
    )


def _rows(
    actor: User, filed: _Filed, asked: Asked, columns: Sequence[Column]
) -> Iterator[list[str]]:
    for rows in filed.pages(actor, asked):
        places = place_names(row.village_code for row in rows)
        extra: Extra = {"places": places, "today": timezone.localdate()}
        for row in rows:
            township, village = places.get(row.village_code, ("", row.village_code))
            yield [
                *(cell(row) for _, cell in filed.first),
                township,
                village,
                *(_plain(column.cell(row, extra)) for column in columns),
            ]


def _plain(cell: object) -> str:
    """A cell of the page as text."""
    if hasattr(cell, "__html__"):
        return " ".join(html.unescape(strip_tags(str(cell))).split())
    return str(cell)
