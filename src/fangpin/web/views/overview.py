"""The overview: findings by kind and area, arrivals, what changed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from fangpin.feeds.queries import board
from fangpin.kernel.errors import Text
from fangpin.people.scope import Right, scope_of
from fangpin.registry.queries import extent
from fangpin.screening import queries
from fangpin.web.access import actor_of, needs, signed_in
from fangpin.web.menu import first_page
from fangpin.web.packs import labels_of_contracts, labels_of_rules


def _heat(count: int, largest: int) -> int:
    """A step from 0 (none) to 5 for shading; steps widen so that small counts stay visible."""
    if not count or not largest:
        return 0
    share = count / largest
    return next(step for step, edge in enumerate((0.04, 0.15, 0.35, 0.65, 1.0), 1) if share <= edge)


@signed_in("leads to the first page that the reader's posts allow")
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Where the day begins: at one's own tasks; who has none, at the first page they may see."""
    page = first_page(scope_of(actor_of(request)))
    return redirect(page) if page else render(request, "web/no_post.html")


@require_GET
@needs(Right.findings, Right.deliveries)
def overview(request: HttpRequest) -> HttpResponse:
    """Findings by kind and area, what was delivered, what changed."""
    actor = actor_of(request)
    scope = scope_of(actor)
    run = queries.current_run(actor)
    if run is None:
        return render(request, "web/no_run.html")
    context: dict[str, object] = {"run": run}
    lines = board(actor, run.intake)
    contracts = labels_of_contracts(run.pack_name)
    for line in lines:
        if not line.label_zh:
            known = contracts.get(line.contract)
            label, sender = known if known else (None, None)
            line.label_zh = label.zh if label else line.contract
            line.label_en = label.en if label else line.contract
            line.sender_zh = sender.zh if sender else ""
            line.sender_en = sender.en if sender else ""
    context["board"] = lines
    context["board_rows"] = scope.may(Right.rows)
    if scope.may(Right.findings):
        table = queries.matrix(actor, run)
        largest = max([5, *(n for row in table.rows for n in row[5])])
        groups: dict[str, list[dict[str, object]]] = {}
        for kind, zh, en, group, severity, counts, total in table.rows:
            cells = [
                {"count": n, "heat": _heat(n, largest), "name": area[0], "code": area[1]}
                for n, area in zip(counts, table.areas, strict=True)
            ]
            groups.setdefault(group, []).append(
                {
                    "kind": kind,
                    "zh": zh,
                    "en": en,
                    "severity": severity,
                    "cells": cells,
                    "total": total,
                }
            )
        states = queries.by_state(actor, run)
        context |= {
            "extent": extent(actor),
            "matrix": table,
            "groups": groups,
            "severities": queries.by_severity(actor, run),
            "states": states,
            "bar": _bar(states),
            "undecided": _undecided(run.unknown, labels_of_rules(run.pack_name))
            if scope.everywhere(Right.findings)
            else [],
        }
    return render(request, "web/overview.html", context)


def _bar(states: dict[str, int]) -> list[dict[str, Any]]:
    """Segments of a bar 1000 units wide; every present state is at least 6 units wide."""
    total = sum(states.values())
    segments: list[dict[str, Any]] = []
    at = 0.0
    for state in ("new", "continuing", "unknown", "cleared"):
        if states[state]:
            width = max(6.0, 1000 * states[state] / total)
            segments.append({"state": state, "x": round(at, 1), "width": round(width, 1)})
            at += width
    return segments


def _undecided(unknown: list[dict[str, Any]], labels: dict[str, Text]) -> list[dict[str, Any]]:
    """Rules that could not be decided for somebody, most subjects first."""
    rules: dict[str, dict[str, Any]] = {}
    for entry in unknown:
        rule = str(entry["rule"])
        row = rules.setdefault(
            rule, {"rule": rule, "label": labels.get(rule), "subjects": 0, "areas": []}
        )
        row["subjects"] += int(entry["subjects"])
        row["areas"].append((entry["township"], entry["subjects"]))
    return sorted(rules.values(), key=lambda row: -row["subjects"])
