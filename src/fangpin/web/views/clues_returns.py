"""Answers that went back to departments: for the county that returns them, for the liaison."""

from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fangpin.clues import actions
from fangpin.clues.models import AnswersReturned
from fangpin.clues.queries import returned as queries
from fangpin.clues.queries.returned import Line
from fangpin.clues.words import ANSWERS, REASONS
from fangpin.kernel.errors import FangpinError
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of
from fangpin.web.access import actor_of, needs, whole_number
from fangpin.web.exports import Sheet, leave
from fangpin.web.lists.choosing import place_names
from fangpin.web.lists.clues import said
from fangpin.web.wording import pick

_AT_ONCE = 1000


def _context(request: HttpRequest) -> dict[str, object]:
    actor = actor_of(request)
    return {
        "waiting": queries.waiting_to_return(actor),
        "rows": list(queries.returns(actor)[:200]),
    }


@require_http_methods(["GET", "POST"])
@needs(Right.clues_returns, Right.clues_release)
def returns(request: HttpRequest) -> HttpResponse:
    """What was returned and what waits; a POST returns everything to one department."""
    if request.method == "GET":
        return render(request, "web/clues/returns.html", _context(request))
    try:
        made = actions.return_to_department(
            by=actor_of(request), department=request.POST.get("department", "")
        )
    except PermissionError as error:
        raise Http404 from error
    except FangpinError as error:
        context = _context(request) | {"problem": error}
        return render(request, "web/clues/returns.html", context, status=422)
    return redirect("clue-returned", made.pk)


def _returned_or_404(request: HttpRequest, pk: int) -> AnswersReturned:
    found = queries.returned(actor_of(request), pk)
    if found is None:
        raise Http404
    return found


@require_GET
@needs(Right.clues_returns, Right.clues_release)
def returned(request: HttpRequest, pk: int) -> HttpResponse:
    """One return, line by line."""
    actor = actor_of(request)
    found = _returned_or_404(request, pk)
    rows, more = queries.page_of_lines(actor, found, after=whole_number(request.GET.get("after")))
    context = {
        "returned": found,
        "rows": [(row, said(ANSWERS[row.answer]), _reason(row)) for row in rows],
        "places": place_names(row.village_code for row in rows),
        "more": more,
    }
    return render(request, "web/clues/returned.html", context)


def _reason(line: Line) -> str:
    return said(REASONS[line.answer].get(line.reason))


def _sheet() -> Sheet:
    return Sheet(
        pick("核查结果", "Answers"),
        (
            (pick("文件", "File"), 28),
            (pick("工作表", "Sheet"), 14),
            (pick("行号", "Row"), 8),
            (pick("所属期", "Period"), 10),
            (pick("乡镇", "Township"), 12),
            (pick("村", "Village"), 12),
            (pick("户编号", "Household"), 18),
            (pick("人编号", "Person"), 18),
            (pick("疑点类型", "Kind"), 24),
            (pick("核查结果", "Answer"), 14),
            (pick("具体情况", "Reason"), 26),
            (pick("答复日期", "Answered"), 12),
            (pick("更正此前结果", "Corrects an earlier one"), 14),
        ),
        frozenset({8, 10}),
        marked=10,
    )


def _rows(actor: User, of: AnswersReturned) -> Iterator[list[str]]:
    after: int | None = 0
    while after is not None:
        page, after = queries.page_of_lines(actor, of, after=after, size=_AT_ONCE)
        names = place_names(line.village_code for line in page)
        for line in page:
            for source in line.sources or ({},):
                yield [
                    str(source.get("file") or ""),
                    str(source.get("sheet") or ""),
                    str(source.get("row") or ""),
                    line.period,
                    *names.get(line.village_code, ("", "")),
                    line.household_number,
                    line.person_number,
                    pick(line.kind_zh, line.kind_en),
                    said(ANSWERS[line.answer]),
                    _reason(line),
                    timezone.localdate(line.answered_at).isoformat(),
                    pick("是", "yes") if line.corrected else "",
                ]


@require_POST
@needs(Right.clues_returns, Right.clues_release)
def export(request: HttpRequest, pk: str, form: str) -> HttpResponseBase:
    """The lines as a workbook for the department: its own rows with what was found."""
    actor = actor_of(request)
    found = _returned_or_404(request, whole_number(pk))
    right = Right.clues_returns if scope_of(actor).may(Right.clues_returns) else Right.export
    if not scope_of(actor).may(right):
        raise Http404
    return leave(
        request,
        what="clue_answers",
        right=right,
        filter={"returned": found.pk, "department": found.department},
        sheet=_sheet(),
        rows=lambda: _rows(actor, found),
        form=form,
        name=pick(f"核查结果_{found.department}", f"answers_{found.pk}"),
    )
