"""What if a figure, or the policy, were another one: the page, its answers, its export.

Figures travel in POST bodies or under the number of a saved scenario; an answer never stands in an
address or a log.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from fangpin.kernel.errors import FangpinError
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.screening import queries
from fangpin.screening.models import Run, Scenario
from fangpin.screening.what_if_queries import baseline, compare, for_export
from fangpin.web import packs as library
from fangpin.web.access import actor_of, needs, whole_number
from fangpin.web.exports import leave
from fangpin.web.what_if_export import rows_of_flips, sheet_of_flips
from fangpin.web.what_if_fields import Form, form_of, refused
from fangpin.web.what_if_result import PAGE, SHORT_PAGE, flips_of, result_of
from fangpin.web.wording import pick

PREFIX = "param."


@dataclass
class Question:
    """What somebody asks: of which run, under which pack, with which figures."""

    actor: User
    run: Run
    form: Form
    scenario: Scenario | None = None

    @property
    def pack(self) -> Any:
        """The pack when it is another one than the run's own; None otherwise."""
        return self.form.pack if self.form.pack.name != self.run.pack_name else None

    @property
    def changes(self) -> dict[str, str]:
        """Figures that differ from what is in force."""
        return self.form.changes


def question_of(
    request: HttpRequest, data: Mapping[str, str], scenario: Scenario | None = None
) -> Question | None:
    """What the data of a request ask; None when there is no run yet.

    Unknown runs and packs are 404. A scenario brings its pack and figures. Raises FangpinError when
    the pack of the run or of the scenario is not there any more.
    """
    actor = actor_of(request)
    runs = queries.runs(actor, Right.what_if)
    if not runs:
        return None
    wanted = whole_number(data.get("run"))
    run = next((each for each in runs if each.pk == wanted), None) if wanted else runs[0]
    name = data.get("pack") or (scenario.pack if scenario else "") or (run.pack_name if run else "")
    pack = library.pack(name)
    if run is None or (pack is None and data.get("pack")):
        raise Http404
    if pack is None:
        raise FangpinError.because(
            f"政策包 {name} 已不在服务器上",
            f"the pack {name} is not on this server any more",
            do_zh="换一次比对，或请系统管理员恢复该政策包",
            do_en="choose another run, or ask the system administrator for the pack",
        )
    given = dict(scenario.changes) if scenario is not None and scenario.pack == pack.name else {}
    given |= {
        key.removeprefix(PREFIX): value for key, value in data.items() if key.startswith(PREFIX)
    }
    return Question(actor, run, form_of(pack, run.as_of, given), scenario)


def asked_or_404(request: HttpRequest) -> Question:
    """What a form of the page posts. Raises Http404 when there is nothing to ask it of."""
    try:
        asked = question_of(request, request.POST.dict())
    except FangpinError as error:
        raise Http404 from error
    if asked is None:
        raise Http404
    return asked


def page_context(asked: Question) -> dict[str, Any]:
    """What the page shows around the answer."""
    scenario = asked.scenario
    named = [library.pack(name) for name in library.names()]
    return {
        "run": asked.run,
        "runs": queries.runs(asked.actor, Right.what_if),
        "packs": [pack for pack in named if pack is not None],
        "form": asked.form,
        "scenario": scenario,
        "stale": scenario.as_of
        if scenario and scenario.snapshot_hash != asked.run.snapshot_hash
        else None,
        "may_save": scope_of(asked.actor).may(Right.scenarios),
        "may_export": scope_of(asked.actor).may(Right.export),
        "names_shown": scope_of(asked.actor).may(Right.names),
    }


def _part(data: Mapping[str, str]) -> dict[str, Any]:
    """Which part of the list is wanted; a phone asks for a short one."""
    return {
        "direction": data.get("direction", ""),
        "after": whole_number(data.get("after")),
        "size": SHORT_PAGE if data.get("size") == str(SHORT_PAGE) else PAGE,
    }


def answer(asked: Question, data: Mapping[str, str]) -> dict[str, Any]:
    """The result for the templates; or the form with what was refused; or why there is none."""
    if asked.form.refused:
        return {"form": asked.form, "refused": True}
    try:
        found = compare(asked.actor, asked.run, asked.changes, asked.pack)
    except FangpinError as error:
        form = refused(asked.form, error)
        if form.refused:
            return {"form": form, "refused": True}
        return {"failure": error.problems}
    return {
        "result": result_of(asked.actor, found, **_part(data)),
        "pack_unchanged": baseline(asked.run).pack_unchanged,
    }


@require_http_methods(["GET", "POST"])
@needs(Right.what_if)
def what_if(request: HttpRequest) -> HttpResponse:
    """GET: the form. POST: the answer; with HX-Request only the part that changes."""
    data = (request.POST if request.method == "POST" else request.GET).dict()
    scenario = None
    if number := whole_number(request.GET.get("scenario")):
        scenario = queries.scenarios(actor_of(request)).filter(pk=number).first()
        if scenario is None:
            raise Http404
    try:
        asked = question_of(request, data, scenario)
    except FangpinError as error:
        context: dict[str, Any] = {"failure": error.problems}
        return render(request, "web/what_if/no_pack.html", context, status=422)
    if asked is None:
        return render(request, "web/no_run.html")
    if request.method == "GET":
        return render(request, "web/what_if/page.html", page_context(asked))
    target = request.headers.get("HX-Target", "") if request.headers.get("HX-Request") else ""
    if target in {"more", "flip-list"}:
        return _list_only(request, asked, data, target)
    context = page_context(asked) | answer(asked, data)
    if target:
        return render(request, "web/what_if/answer.html", context)
    status = 422 if context.get("refused") or context.get("failure") else 200
    return render(request, "web/what_if/page.html", context, status=status)


def _list_only(
    request: HttpRequest, asked: Question, data: Mapping[str, str], target: str
) -> HttpResponse:
    """Another page of the list, or the list under another filter."""
    try:
        found = compare(asked.actor, asked.run, asked.changes, asked.pack)
    except FangpinError as error:
        return render(request, "web/what_if/failure.html", {"failure": error.problems})
    shown = flips_of(asked.actor, found, data.get("direction", ""), whole_number(data.get("after")))
    template = "web/what_if/flip_rows.html" if target == "more" else "web/what_if/flip_list.html"
    return render(request, template, {"flips": shown, "run": asked.run, "form": asked.form})


@require_POST
@needs(Right.export)
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """The whole list as CSV or Excel; written down, because it is taken away."""
    if not scope_of(actor_of(request)).may(Right.what_if):
        raise Http404
    asked = asked_or_404(request)
    if asked.form.refused:
        raise Http404
    try:
        found = for_export(asked.actor, asked.run, asked.changes, asked.pack)
    except FangpinError as error:
        context = page_context(asked) | {"failure": error.problems}
        return render(request, "web/what_if/page.html", context, status=422)
    day = asked.run.as_of
    return leave(
        request,
        what="what_if",
        right=Right.export,
        filter={
            "run": asked.run.intake.key,
            "pack": asked.form.pack.name,
            "changes": dict(asked.changes),
        },
        sheet=sheet_of_flips(),
        rows=lambda: rows_of_flips(asked.actor, found),
        form=form,
        name=pick(f"政策试算_{day}", f"what_if_{day}"),
    )
