"""Saved scenarios: the list, saving, deleting one's own, two side by side."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fangpin.kernel.errors import FangpinError, Text
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.policy.pack import Pack
from fangpin.policy.printed import printed_value
from fangpin.policy.written_values import read_value
from fangpin.registry.queries import head_names
from fangpin.screening import queries
from fangpin.screening.actions import delete_scenario, save_scenario
from fangpin.screening.comparison import Comparison
from fangpin.screening.models import Run, Scenario
from fangpin.screening.scenarios import between
from fangpin.screening.tally import Counts
from fangpin.screening.what_if_queries import compare
from fangpin.web import packs as library
from fangpin.web.access import actor_of, needs, whole_number
from fangpin.web.views.what_if import answer, asked_or_404, page_context
from fangpin.web.what_if_result import PAGE


@dataclass(frozen=True)
class Shown:
    """A scenario with its figures in words: (label, value in force when saved, value tried)."""

    scenario: Scenario
    pack: Pack | None
    changes: list[tuple[Text, Text | None, Text]]
    own: bool


def shown(actor: User, scenario: Scenario) -> Shown:
    """The scenario for a page; a figure that the pack has no more keeps its name and its text."""
    pack = library.pack(scenario.pack)
    changes: list[tuple[Text, Text | None, Text]] = []
    for name, text in scenario.changes.items():
        parameter = pack.parameters.get(name) if pack else None
        if pack is None or parameter is None:
            changes.append((Text(name, name), None, Text(text, text)))
            continue
        before = parameter.at(scenario.as_of)
        try:
            tried = printed_value(parameter, read_value(pack, parameter, text))
        except FangpinError:
            tried = Text(text, text)
        old = printed_value(parameter, before.value) if before else None
        changes.append((parameter.label, old, tried))
    return Shown(scenario, pack, changes, scenario.by_id == actor.pk)


@require_http_methods(["GET", "POST"])
@needs(Right.what_if)
def scenarios(request: HttpRequest) -> HttpResponse:
    """GET: the list. POST: save what was tried, and open it."""
    actor = actor_of(request)
    if request.method == "POST":
        return _save(request)
    rows = [shown(actor, each) for each in queries.scenarios(actor)[:200]]
    return render(request, "web/what_if/scenarios.html", {"rows": rows})


def _save(request: HttpRequest) -> HttpResponse:
    actor, data = actor_of(request), request.POST.dict()
    if not scope_of(actor).may(Right.scenarios):
        raise Http404
    asked = asked_or_404(request)
    context = page_context(asked) | answer(asked, data)
    if "result" in context:
        try:
            kept = save_scenario(
                by=actor,
                name=data.get("name", ""),
                note=data.get("note", ""),
                run=asked.run,
                pack=asked.form.pack.name,
                changes=asked.changes,
            )
        except FangpinError as error:
            context["save_problem"] = error.problems[0]
        else:
            address = f"{reverse('what-if')}?scenario={kept.pk}"
            response = HttpResponse(status=303)
            response.headers["Location"] = address
            return response
    context |= {"scenario_name": data.get("name", ""), "scenario_note": data.get("note", "")}
    return render(request, "web/what_if/page.html", context, status=422)


@require_POST
@needs(Right.scenarios)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete one's own scenario; somebody else's looks absent."""
    actor = actor_of(request)
    scenario = queries.scenarios(actor).filter(pk=pk, by=actor).first()
    if scenario is None:
        raise Http404
    delete_scenario(by=actor, scenario=scenario)
    return redirect("scenarios", permanent=False)


@dataclass(frozen=True)
class Side:
    """One of two scenarios, worked out on the run; `gained`: numbers of households."""

    shown: Shown
    comparison: Comparison
    gained: frozenset[str]

    @property
    def total(self) -> Counts:
        """Households, over all rules."""
        return self.comparison.total


@dataclass(frozen=True)
class Line:
    """One township or kind under both: counts now, and under each."""

    label: Text
    before: int
    first: Counts
    second: Counts

    @property
    def apart(self) -> int:
        """Households with findings under the second more than under the first."""
        return self.second.after - self.first.after


@require_GET
@needs(Right.what_if)
def compare_two(request: HttpRequest) -> HttpResponse:
    """Two scenarios side by side, on the run chosen; each is cut to the reader's areas."""
    actor = actor_of(request)
    runs = queries.runs(actor, Right.what_if)
    if not runs:
        return render(request, "web/no_run.html")
    wanted = whole_number(request.GET.get("run"))
    run = next((each for each in runs if each.pk == wanted), None) if wanted else runs[0]
    numbers = [whole_number(text) for text in request.GET.getlist("s")]
    found = {each.pk: each for each in queries.scenarios(actor).filter(pk__in=numbers)}
    chosen = [found[number] for number in dict.fromkeys(numbers) if number in found]
    if run is None or len(chosen) < len(set(numbers)):
        raise Http404
    if len(chosen) != 2:
        rows = [shown(actor, each) for each in queries.scenarios(actor)[:200]]
        context: dict[str, Any] = {"rows": rows, "choose_two": True}
        return render(request, "web/what_if/scenarios.html", context, status=422)
    context = {"run": run, "runs": runs, "numbers": [each.pk for each in chosen]}
    try:
        sides = [_side(actor, run, each) for each in chosen]
    except FangpinError as error:
        context["failure"] = error.problems
        return render(request, "web/what_if/compare.html", context, status=422)
    first, second = sides
    context |= {
        "sides": sides,
        "townships": _lines(first, second, "township"),
        "kinds": _lines(first, second, "kind"),
        "both": len(first.gained & second.gained),
        "only_first": len(first.gained - second.gained),
        "only_second": len(second.gained - first.gained),
    }
    apart = between(first.comparison, second.comparison)
    listed = apart.head(PAGE).to_dicts()
    context |= {
        "apart": listed,
        "apart_in_all": apart.height,
        "names": head_names(actor, [row["household_number"] or "" for row in listed]),
    }
    return render(request, "web/what_if/compare.html", context)


def _side(actor: User, run: Run, scenario: Scenario) -> Side:
    pack = library.pack(scenario.pack)
    if pack is None:
        raise FangpinError.because(
            f"情景“{scenario.name}”所用的政策包 {scenario.pack} 已不存在",
            f"the pack {scenario.pack} of the scenario “{scenario.name}” is there no more",
            do_zh="删除该情景后重新试算",
            do_en="delete the scenario and try again",
        )
    other = pack if pack.name != run.pack_name else None
    found = compare(actor, run, scenario.changes, other)
    flips = found.flips.drop_nulls("household_number")
    gained = flips.filter(flips["direction"] == "gained")["household_number"]
    return Side(shown(actor, scenario), found, frozenset(gained.to_list()))


def _lines(first: Side, second: Side, level: Any) -> list[Line]:
    """Townships or kinds that change under either, in the order of the first."""
    ours = {each.key: each for each in first.comparison.by(level)}
    theirs = {each.key: each for each in second.comparison.by(level)}
    nothing = Counts()
    lines = []
    for key in dict.fromkeys([*ours, *theirs]):
        one, other = ours.get(key), theirs.get(key)
        label = (one or other).label  # type: ignore[union-attr]
        a, b = one.counts if one else nothing, other.counts if other else nothing
        if a.changed or b.changed:
            lines.append(Line(label, max(a.before, b.before), a, b))
    return lines
