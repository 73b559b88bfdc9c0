"""The pack browser: document → clause → what rests on it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from fangpin.people.scope import Right
from fangpin.web import packs as library
from fangpin.web.access import needs
from fangpin.web.pack_search import find


@require_GET
@needs(Right.packs)
def packs(request: HttpRequest) -> HttpResponse:
    """All packs, with what they hold; `q` looks for a name that any of the documents uses."""
    q = request.GET.get("q", "").strip()[:60]
    rows: list[dict[str, object]] = []
    for name in library.names():
        loaded = library.pack(name)
        if loaded is None:
            rows.append({"name": name, "problem": library.problem_of(name)})
            continue
        own = {
            section: sum(1 for r in getattr(loaded, section).values() if r.origin.pack == name)
            for section in library.SECTIONS
        }
        live = sum(1 for m in loaded.mechanisms.values() if m.status == "live")
        rows.append({"name": name, "pack": loaded, "own": own, "live": live})
    found = find(q) if q else None
    return render(request, "web/packs.html", {"rows": rows, "q": q, "found": found})


@require_GET
@needs(Right.packs)
def pack(request: HttpRequest, name: str) -> HttpResponse:
    """One section of a pack; its own entries, or the inherited ones as well."""
    loaded = library.pack(name)
    section = request.GET.get("section", "clauses")
    if loaded is None or section not in library.SECTIONS:
        raise Http404
    inherited = request.GET.get("inherited") == "1"
    counts = {
        each: sum(1 for r in getattr(loaded, each).values() if inherited or r.origin.pack == name)
        for each in library.SECTIONS
    }
    records = [
        record
        for record in getattr(loaded, section).values()
        if inherited or record.origin.pack == name
    ]
    content = library.by_clause(name)
    context = {
        "pack": loaded,
        "section": section,
        "counts": counts,
        "inherited": inherited,
        "records": [content[r.id] for r in records] if section == "clauses" else records,
        "clauses": loaded.clauses,
        "template": f"web/pack/{section}.html",
    }
    return render(request, "web/pack.html", context)


@require_GET
@needs(Right.packs)
def clause(request: HttpRequest, name: str, clause_id: str) -> HttpResponse:
    """A clause and everything that rests on it."""
    loaded = library.pack(name)
    content = library.by_clause(name).get(clause_id) if loaded else None
    if loaded is None or content is None:
        raise Http404
    order = list(loaded.clauses)
    at = order.index(clause_id)
    context = {
        "pack": loaded,
        "content": content,
        "clause": content.clause,
        "clauses": loaded.clauses,
        "before": order[at - 1] if at else None,
        "after": order[at + 1] if at + 1 < len(order) else None,
    }
    return render(request, "web/clause.html", context)
