"""Leads from a higher-level platform: handed in as a list, tried, looked at, entered."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from fangpin.clues.actions.platform import dry_run, import_platform
from fangpin.clues.actions.refusals import refuse
from fangpin.clues.models import Channel
from fangpin.clues.words import SOURCES
from fangpin.kernel.errors import FangpinError
from fangpin.people.scope import Right
from fangpin.web.access import actor_of, needs
from fangpin.web.exports.sheets import Sheet, taken
from fangpin.web.lead_files import HEADERS, pack, read_leads, unpack
from fangpin.web.lists.choosing import place_names

LARGEST = 5 * 1024 * 1024
_PLATFORMS = SOURCES[Channel.PLATFORM]


@require_http_methods(["GET", "POST"])
@needs(Right.clues_send)
def platform(request: HttpRequest) -> HttpResponse:
    """GET: the form. POST with a file: the dry run. POST with `rows`: enter what it accepted."""
    context: dict[str, Any] = {"sources": _PLATFORMS, "chosen": request.POST.get("source", "")}
    if request.method == "POST":
        try:
            context |= _tried(request)
        except FangpinError as error:
            context |= {"problems": error.problems}
            return render(request, "web/clues/platform.html", context, status=422)
    return render(request, "web/clues/platform.html", context)


def _tried(request: HttpRequest) -> dict[str, Any]:
    actor = actor_of(request)
    if "rows" in request.POST:
        ident, source, name, leads = unpack(request.POST["rows"], actor.pk)
        entered, left_out = import_platform(by=actor, source=source, leads=leads, client_id=ident)
        return {"done": entered, "left_out": left_out, "file": name}
    source = request.POST.get("source", "")
    file = request.FILES.get("file")
    if source not in _PLATFORMS:
        raise refuse(
            "请选择推送平台", "choose the platform", "从列表中选择", "one of the list", "source"
        )
    if file is None or not file.size or file.size > LARGEST:
        raise refuse(
            "没有选择文件，或文件超过 5 MB",
            "no file was chosen, or it is larger than 5 MB",
            "选择线索表（xlsx、xls、csv）",
            "choose the list (xlsx, xls, csv)",
            "file",
        )
    name = (file.name or "")[-120:]
    leads = read_leads(file.read(), name)
    report = dry_run(by=actor, source=source, leads=leads)
    accepted = [each for each in report if each.taken]
    return {
        "report": report,
        "accepted": accepted,
        "refused": [each for each in report if not each.taken],
        "places": place_names(each.village_code for each in accepted),
        "rows": pack([each.lead for each in accepted], source, name, actor.pk) if accepted else "",
        "file": name,
    }


@require_GET
@needs(Right.clues_send)
def template(request: HttpRequest) -> FileResponse:
    """An empty list with its headers."""
    columns = [(words[0], 40 if key == "text" else 22) for key, words in HEADERS.items()]
    return taken(Sheet("线索", columns), [], "xlsx").response("线索导入模板")
