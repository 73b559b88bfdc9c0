"""A list as a page, as the part that a filter changes, or as the next lines only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from fangpin.people.reading import note_listed
from fangpin.people.rights import FieldGroup, Right
from fangpin.people.saved_views import SavedView, saved_views
from fangpin.people.scope import scope_of
from fangpin.web.access import actor_of
from fangpin.web.lists.asked import Asked, read
from fangpin.web.lists.spec import Column, Filter, FilterKind, ListSpec, Option
from fangpin.web.wording import language


@dataclass(frozen=True)
class Cell:
    """One value of a line."""

    column: Column
    value: object


@dataclass(frozen=True)
class Chip:
    """A restriction that holds, and the query string of the list without it."""

    label: str
    text: str
    without: str


@dataclass(frozen=True)
class Field:
    """A filter with its values for the form."""

    filter: Filter
    options: Sequence[Option]
    value: str
    to: str = ""

    @property
    def shown(self) -> bool:
        """Whether there is something to choose, or something chosen to take back."""
        if self.filter.kind == FilterKind.hidden:
            return False
        if self.filter.kind not in (FilterKind.choice, FilterKind.pills):
            return True
        return len(self.options) >= self.filter.least or self.value != self.filter.default


@dataclass(frozen=True)
class Heading:
    """A column's head: the order it is in, and the query string that orders by it."""

    column: Column
    sorted: str  # "", "ascending", "descending"
    query: str


@dataclass(frozen=True)
class Bound:
    """A list for one reader and one question, as the templates want it."""

    spec: ListSpec
    asked: Asked
    columns: tuple[Column, ...]
    offered: tuple[Column, ...]
    lines: Sequence[Sequence[Cell]]
    more: str
    fields: Sequence[Field] = ()
    chips: Sequence[Chip] = ()
    headings: Sequence[Heading] = ()
    saved: Sequence[SavedView] = ()
    may_export: bool = False

    @property
    def address(self) -> str:
        """The list's page without any restriction."""
        return reverse(self.spec.view)

    @property
    def query(self) -> str:
        """This list's query string, as it is saved."""
        return self.asked.query()

    @property
    def narrowed(self) -> bool:
        """Whether anything restricts the list."""
        return bool(self.asked.values)

    @property
    def current(self) -> SavedView | None:
        """The saved view that is being looked at."""
        return next((view for view in self.saved if view.query == self.query), None)

    @property
    def common_fields(self) -> list[Field]:
        """Filters that are always in sight."""
        return [f for f in self.fields if not f.filter.rare]

    @property
    def rare_fields(self) -> list[Field]:
        """Filters under "more conditions"."""
        return [f for f in self.fields if f.filter.rare and f.shown]

    @property
    def rare_set(self) -> bool:
        """Whether one of those is set, so that they are shown at once."""
        return any(key in self.asked.values for f in self.rare_fields for key in f.filter.keys)

    @property
    def drawer(self) -> int:
        """How many restrictions are set in the drawer of narrow windows."""
        return len(self.chips)


def columns_of(
    spec: ListSpec, asked: Asked, groups: frozenset[FieldGroup], usual: Sequence[str]
) -> tuple[tuple[Column, ...], tuple[Column, ...]]:
    """(columns shown, columns that may be chosen)."""
    offered = tuple(c for c in spec.columns if c.group is None or c.group in groups)
    chosen = asked.columns if asked.columns is not None else tuple(usual)
    wanted = set(chosen) or {c.key for c in offered if c.shown}
    return tuple(c for c in offered if c.fixed or c.key in wanted), offered


def _fields(spec: ListSpec, asked: Asked, options: Mapping[str, Sequence[Option]]) -> list[Field]:
    found = []
    for each in spec.filters:
        keys = each.keys
        found.append(
            Field(
                each,
                (*each.first, *options.get(each.key, ()), *each.last),
                asked.values.get(keys[0], each.default if len(keys) == 1 else ""),
                asked.values.get(keys[1], "") if len(keys) > 1 else "",
            )
        )
    return found


def _chips(asked: Asked, fields: Sequence[Field]) -> list[Chip]:
    chips = []
    spoken = language()
    for each in fields:
        keys = [key for key in each.filter.keys if key in asked.values]
        if not keys or each.filter.kind == FilterKind.pills:
            continue
        known = {option.value: option.text.in_language(spoken) for option in each.options}
        values = [asked.values.get(key, "") for key in each.filter.keys]
        if len(values) == 2:
            text = f"{values[0] or '…'} – {values[1] or '…'}"
        else:
            text = known.get(values[0], values[0])
        chips.append(
            Chip(each.filter.label.in_language(spoken), text, asked.without(*keys).query())
        )
    return chips


def _headings(spec: ListSpec, asked: Asked, columns: Sequence[Column]) -> list[Heading]:
    found = []
    for column in columns:
        state, query = "", ""
        if column.order:
            descending = f"-{column.order}"
            state = {column.order: "ascending", descending: "descending"}.get(asked.order, "")
            following = descending if state == "ascending" else column.order
            query = Asked(asked.values, asked.columns, following).query()
        found.append(Heading(column, state, query))
    return found


def respond(
    request: HttpRequest,
    spec: ListSpec,
    *,
    page: str,
    about: Any = None,
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The list as `page` (a template that includes web/lists/panel.html), or the part of it that
    htmx asks for: `list-<name>` the panel, `more` further lines. `about` goes to the functions of
    the list, `context` to the page."""
    actor = actor_of(request)
    scope = scope_of(actor)
    groups = scope.groups(None)
    asked = read(spec, request.GET, groups)
    target = request.headers.get("HX-Target", "") if request.headers.get("HX-Request") else ""
    views = saved_views(actor, spec.name)
    usual = next((view.columns for view in views if not view.name), [])
    columns, offered = columns_of(spec, asked, groups, usual)
    found = spec.fetch(actor, asked, about)
    if spec.household is not None and (FieldGroup.identity in groups or scope.may(Right.names)):
        note_listed(by=actor, households=map(spec.household, found.rows))
    lines = [[Cell(c, c.cell(row, found.extra)) for c in columns] for row in found.rows]
    more = ""
    if found.more:
        query = asked.query()
        more = f"?{query}{'&' if query else ''}after={found.more}"
    values: dict[str, Any] = {"rows": found.rows, "more": found.more, **(context or {})}
    if target == "more":
        bound = Bound(spec, asked, columns, offered, lines, more)
        return render(request, "web/lists/rows.html", {**values, "list": bound})
    options = spec.choices(actor, asked, about)
    totals = spec.totals(actor, asked, about)
    fields = [
        f
        for f in _fields(spec, asked, options)
        if f.filter.group is None or f.filter.group in groups
    ]
    bound = Bound(
        spec,
        asked,
        columns,
        offered,
        lines,
        more,
        fields=fields,
        chips=_chips(asked, fields),
        headings=_headings(spec, asked, columns),
        saved=[view for view in views if view.name],
        may_export=spec.export is not None and scope.may(spec.export.right),
    )
    values |= {
        "list": bound,
        "totals": totals,
        "count": totals[0].count if totals else len(lines),
        "choices": options,
    }
    partial = target == f"list-{spec.name}"
    return render(request, "web/lists/panel.html" if partial else page, values)
