"""Every list as a file: filtered, ordered and in the columns as it is shown."""

import html
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.html import strip_tags

from fangpin.people.models import User
from fangpin.people.saved_views import saved_views
from fangpin.people.scope import scope_of
from fangpin.web.access import actor_of
from fangpin.web.exports.leaving import leave
from fangpin.web.exports.sheets import Sheet
from fangpin.web.lists import Asked, Column, ListSpec, Part, read
from fangpin.web.lists.respond import columns_of
from fangpin.web.wording import language, pick

_AT_ONCE = 1000  # lines


def export_list(request: HttpRequest, spec: ListSpec, form: str) -> HttpResponseBase:
    """The list as a download, form csv or xlsx, or the page that asks what for.

    Raises Http404 for a list that does not leave, to somebody without its right, and when there is
    nothing that it could be about.
    """
    actor, export = actor_of(request), spec.export
    scope = scope_of(actor)
    if export is None or not scope.may(export.right):
        raise Http404
    about = export.about(actor) if export.about else None
    if export.about and about is None:
        raise Http404
    groups = scope.groups(None)
    asked = read(spec, request.POST, groups)
    usual = next((view.columns for view in saved_views(actor, spec.name) if not view.name), [])
    shown, offered = columns_of(spec, asked, groups, usual)
    parts = [part for c in offered if c in shown or c.always for part in _parts(c)]
    spoken = language()
    usually = {each.key: each.default for each in spec.filters if each.default}
    restricted = {**usually, **asked.values}
    if about is not None:
        restricted["about"] = export.named(about)
    today = timezone.localdate()
    return leave(
        request,
        what=spec.name,
        right=export.right,
        filter=restricted,
        sheet=Sheet(
            spec.caption.in_language(spoken),
            tuple((part.label.in_language(spoken), part.width) for part in parts),
            wrapped=frozenset(at for at, part in enumerate(parts) if part.wrapped),
            # The last that may: a sentence rather than a village.
            marked=max(at for at, part in enumerate(parts) if part.marked),
        ),
        rows=lambda: _rows(actor, spec, asked, about, parts),
        form=form,
        name=pick(f"{spec.caption.zh}_{today}", f"{spec.name}_{today}"),
    )


def _parts(column: Column) -> tuple[Part, ...]:
    return (Part(column.label, column.cell),) if column.parts is None else column.parts


def _rows(
    actor: User, spec: ListSpec, asked: Asked, about: Any, parts: list[Part]
) -> Iterator[list[str]]:
    """All lines that the actor may take away, page by page."""
    assert spec.export is not None
    scope, right, place = scope_of(actor), spec.export.right, spec.export.place
    page: Asked | None = replace(asked, after="", size=_AT_ONCE)
    while page is not None:
        found = spec.fetch(actor, page, about)
        for row in found.rows:
            # A list may reach further than the right to take it away, which another post gives.
            # Without a place is only what somebody handed in alone.
            code = place(row) if place else ""
            if not code or scope.covers(right, code):
                yield [_plain(part.cell(row, found.extra)) for part in parts]
        page = replace(page, after=found.more) if found.more else None


def _plain(cell: object) -> str:
    """A cell of the page as text."""
    if hasattr(cell, "__html__"):
        return " ".join(html.unescape(strip_tags(str(cell))).split())
    return str(cell)
