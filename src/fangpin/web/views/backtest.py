"""How rules have done: past months replayed, held against answers and the later register."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from fangpin.engine.variation import ReadParameter, read_parameters
from fangpin.feeds.reading import read_file
from fangpin.feeds.reading.limits import FOR_PAGES
from fangpin.foundation.actions import record
from fangpin.kernel.errors import FangpinError, Problem, Text, has_errors
from fangpin.people.scope import Right, scope_of
from fangpin.screening import backtest_queries
from fangpin.screening.actions import remove_answers, take_in_answers
from fangpin.screening.backtest import Backtest
from fangpin.screening.backtest_queries import Past
from fangpin.screening.backtest_rows import write_workbook
from fangpin.web import packs as library
from fangpin.web.access import actor_of, needs, whole_number
from fangpin.web.backtest_result import shown
from fangpin.web.exports import TYPES
from fangpin.web.uploads import safe_name
from fangpin.web.wording import language, pick

# Parquet says nothing of how large it is unpacked: on the command line only.
SUFFIXES = frozenset({".csv", ".xlsx", ".xls"})
MOST_VALUES = 6
_LONGEST = 200


@dataclass(frozen=True)
class Tried:
    """The figure whose other values are tried: `name` blank for none."""

    name: str
    text: str

    @property
    def values(self) -> dict[str, list[str]]:
        """As the library takes it. Several values are divided by ; or, without any, by commas."""
        text = self.text.replace("；", ";").replace("，", ",").replace("、", ",")
        parts = text.split(";" if ";" in text else ",")
        listed = list(dict.fromkeys(part.strip() for part in parts if part.strip()))
        return {self.name: listed[:MOST_VALUES]} if self.name and listed else {}


def _figures(past: Past) -> list[ReadParameter]:
    """Figures that a rule reads, as of the last month."""
    last = past.runs[-1]
    pack = library.pack(last.pack_name)
    if pack is None:
        return []
    return [each for each in read_parameters(pack, last.as_of) if each.rules]


def _context(request: HttpRequest) -> dict[str, Any] | None:
    """What stands around the result; None when there is no run."""
    actor = actor_of(request)
    past = backtest_queries.past(actor)
    if not past.runs:
        return None
    data = request.GET
    tried = Tried(data.get("param", "")[:80], " ".join(data.get("values", "").split())[:_LONGEST])
    scope = scope_of(actor)
    return {
        "past": past,
        "tried": tried,
        "figures": _figures(past),
        "files": backtest_queries.answer_files(actor),
        "may_hand_in": scope.may(Right.upload),
        "may_export": scope.may(Right.export),
    }


def _answer(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """The result; or what was refused, beside the field it belongs to."""
    tried: Tried = context["tried"]
    actor = actor_of(request)
    try:
        found = backtest_queries.backtest(actor, context["past"], tried.values)
    except FangpinError as error:
        beside = [each for each in error.problems if (each.where.column or "").startswith("param.")]
        if not beside:
            return {"failure": error.problems}
        found = backtest_queries.backtest(actor, context["past"], {})
        return {"refused": beside[0], "result": shown(found)}
    return {"result": shown(found)}


@require_GET
@needs(Right.backtest)
def backtest(request: HttpRequest) -> HttpResponse:
    """The page at once, the result when it is worked out; without scripts by a button."""
    context = _context(request)
    if context is None:
        return render(request, "web/no_run.html")
    partial = request.headers.get("HX-Request") is not None
    if partial or request.GET.get("go") == "1":
        context |= _answer(request, context)
    template = "web/backtest/answer.html" if partial else "web/backtest/page.html"
    return render(request, template, context)


@require_POST
@needs(Right.backtest)
def export(request: HttpRequest) -> HttpResponse | FileResponse:
    """The tables as a workbook; counts only, no household in it."""
    actor = actor_of(request)
    if not scope_of(actor).may(Right.export):
        raise Http404
    past = backtest_queries.past(actor)
    if not past.runs:
        raise Http404
    tried = Tried(request.POST.get("param", "")[:80], request.POST.get("values", "")[:_LONGEST])
    try:
        found: Backtest = backtest_queries.backtest(actor, past, tried.values)
    except FangpinError as error:
        context = {"failure": error.problems}
        return render(request, "web/backtest/failed_export.html", context, status=422)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "backtest.xlsx")
        write_workbook(found, path, language())
        file = tempfile.TemporaryFile()  # noqa: SIM115 - handed to the response, which closes it
        file.write(path.read_bytes())
    file.seek(0)
    with transaction.atomic():
        record(
            by=actor,
            action="backtest.export",
            subject=f"run:{past.runs[-1].intake.key}",
            detail={"months": len(past.runs), "values": tried.values},
        )
    name = pick(f"回测_{past.runs[-1].as_of}", f"backtest_{past.runs[-1].as_of}")
    return FileResponse(
        file, as_attachment=True, filename=f"{name}.xlsx", content_type=TYPES["xlsx"]
    )


def _refused(zh: str, en: str, do_zh: str, do_en: str) -> Problem:
    return Problem(Text(zh, en), Text(do_zh, do_en))


def _take_in(request: HttpRequest) -> tuple[Problem, ...]:
    """Keep the file that was handed in; what is wrong with it, told without our own paths."""
    file = request.FILES.get("file")
    name = safe_name(file.name or "") if file is not None else ""
    if file is None or not name:
        return (_refused("没有选择文件", "no file was chosen", "选择文件", "choose a file"),)
    if Path(name).suffix.lower() not in SUFFIXES:
        zh, en = f"{name}：不支持的文件类型", f"{name}: this type of file is not taken"
        return (_refused(zh, en, "用 CSV 或 Excel", "use CSV or Excel"),)
    if (file.size or 0) > min(settings.UPLOAD_BYTES, FOR_PAGES.file_bytes):
        return (_refused(f"{name}：太大", f"{name}: too large", "拆分文件", "split the file"),)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        with path.open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
        try:
            # What reads the answers knows no limits, and this process serves pages.
            for sheet in read_file(path, name=name, limits=FOR_PAGES):
                if has_errors(sheet.problems):
                    return tuple(sheet.problems)
            take_in_answers(by=actor_of(request), path=path, name=name)
        except FangpinError as error:
            return tuple(_without(folder, each) for each in error.problems)
    return ()


def _without(folder: str, problem: Problem) -> Problem:
    def cleaned(text: Text) -> Text:
        return Text(text.zh.replace(f"{folder}/", ""), text.en.replace(f"{folder}/", ""))

    row = problem.where.row
    what = cleaned(problem.what)
    if row is not None:
        what = Text(f"第 {row} 行：{what.zh}", f"row {row}: {what.en}")
    return Problem(what, cleaned(problem.remedy))


@require_POST
@needs(Right.upload)
def answers(request: HttpRequest) -> HttpResponse:
    """Hand in a file of answers."""
    if not scope_of(actor_of(request)).may(Right.backtest):
        raise Http404
    problems = _take_in(request)
    if not problems:
        response = redirect("backtest")
        response.status_code = 303
        return response
    context = _context(request)
    if context is None:
        return render(request, "web/no_run.html")
    context["file_problems"] = problems
    return render(request, "web/backtest/page.html", context, status=422)


@require_POST
@needs(Right.upload)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a file of answers."""
    actor = actor_of(request)
    file = backtest_queries.answer_files(actor).filter(pk=whole_number(str(pk))).first()
    if file is None:
        raise Http404
    remove_answers(by=actor, file=file)
    return redirect("backtest")
