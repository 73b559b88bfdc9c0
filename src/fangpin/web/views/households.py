"""What was found about a household or village: figures, clause, source. The village's page."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from fangpin.people.scope import Right
from fangpin.places.queries import names_of
from fangpin.screening import queries
from fangpin.screening.models import Finding, Run
from fangpin.web.access import actor_of, needs, run_or_404
from fangpin.web.packs import by_clause, pack


def grouped_evidence(evidence: list[dict[str, Any]], names: dict[str, str]) -> list[dict[str, Any]]:
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


def cards_of(run: Run, found: list[Finding], names: dict[str, str]) -> list[dict[str, Any]]:
    """Each finding with its advice, clause and grouped evidence."""
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
                "evidence": grouped_evidence(finding.evidence, names),
                "person": names.get(finding.person_number, ""),
            }
        )
    return cards


@require_GET
@needs(Right.findings)
def village(request: HttpRequest, code: str) -> HttpResponse:
    """What was found about a village itself (water, for example), not about its households."""
    run = run_or_404(request)
    found = queries.village_findings(actor_of(request), run, code)
    if not found:
        raise Http404
    context = {
        "run": run,
        "code": code,
        "cards": cards_of(run, found, {}),
        "places": names_of(code),
        "open": sum(1 for finding in found if finding.state in queries.FIRM),
    }
    return render(request, "web/village.html", context)
