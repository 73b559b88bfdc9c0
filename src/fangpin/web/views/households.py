"""One household: what was found, on which figures, under which clause, from which row."""

from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from fangpin.foundation.actions import record
from fangpin.people.scope import Right
from fangpin.places.queries import names_of
from fangpin.registry.queries import household as household_of
from fangpin.screening import queries
from fangpin.web.access import actor_of, needs, run_or_404
from fangpin.web.packs import by_clause, pack


def _grouped(evidence: list[dict[str, Any]], names: dict[str, str]) -> list[dict[str, Any]]:
    """Evidence has an entry per fact and source row; here a value stands once with all its rows."""
    found: dict[tuple[object, ...], dict[str, Any]] = {}
    for entry in evidence:
        keys = ("fact", "person_number", "period", "value", "known")
        key = tuple(entry.get(name) for name in keys)
        row = found.setdefault(key, entry | {"sources": [], "of": ""})
        row["of"] = names.get(entry.get("person_number") or "", entry.get("person_number") or "")
        if entry.get("file"):
            row["sources"].append(entry)
    return list(found.values())


@require_GET
@needs(Right.findings)
def household(request: HttpRequest, number: str) -> HttpResponse:
    """The household page. Reading names is written down."""
    actor = actor_of(request)
    run = run_or_404(request)
    found = queries.household_findings(actor, run, number)
    known = household_of(actor, number)
    if known is None:
        raise Http404
    if known.names_shown:
        with transaction.atomic():
            record(by=actor, action="household.read", subject=f"household:{number}")
    loaded, clauses = pack(run.pack_name), by_clause(run.pack_name)
    cards = []
    for finding in found:
        rule = loaded.rules.get(finding.rule) if loaded else None
        content = clauses.get(finding.clause)
        cards.append(
            {
                "finding": finding,
                "advice": rule.advice if rule else None,
                "clause": content.clause if content else None,
                "evidence": _grouped(finding.evidence, known.persons),
                "person": known.persons.get(finding.person_number, ""),
            }
        )
    context = {
        "run": run,
        "household": known,
        "cards": cards,
        "places": names_of(known.village_code),
        "open": sum(1 for finding in found if finding.state in queries.FIRM),
    }
    return render(request, "web/household.html", context)
