"""The one way out for files with personal data: purpose, log, watermark, kept copy, release."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import IO

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from fangpin.foundation.models import ExportLog
from fangpin.kernel.errors import FangpinError
from fangpin.people.exporting import (
    PURPOSES,
    Purpose,
    abandon_export,
    begin_export,
    finish_export,
    note_taken,
    purpose_of,
    while_allowed,
)
from fangpin.people.scope import Right
from fangpin.web.access import actor_of
from fangpin.web.exports.sheets import TYPES, Sheet, taken
from fangpin.web.exports.watermark import Watermark

Row = Sequence[object]
# Makes the file: gets the export (to go through rows with `while_allowed`) and the watermark;
# returns the file and how many rows or persons it holds.
Maker = Callable[[ExportLog, Watermark], tuple[IO[bytes], int]]
_ASKED = ("purpose", "purpose_note", "csrfmiddlewaretoken")


def purpose_or_page(request: HttpRequest, what: str) -> Purpose | HttpResponse:
    """The purpose given with the form; without one the page that asks for it, says how much of
    this kind left today, and sends the form again."""
    try:
        return purpose_of(request.POST.dict())
    except FangpinError as error:
        fields = [
            (name, value)
            for name, values in request.POST.lists()
            if name not in _ASKED
            for value in values
        ]
        context = {
            "what": what,
            "fields": fields,
            "purposes": PURPOSES,
            "chosen": request.POST.get("purpose", ""),
            "note": request.POST.get("purpose_note", ""),
            "problem": error if "purpose" in request.POST else None,
        }
        return render(request, "web/exports/purpose.html", context, status=422)


def leave_file(
    request: HttpRequest,
    *,
    what: str,
    right: Right,
    filter: Mapping[str, object],
    columns: Sequence[str],
    form: str,
    name: str,
    make: Maker,
) -> HttpResponseBase:
    """Make a file and hand it out, or say that it waits for its release.

    `what` and `filter` (codes and figures, no names) say in the log what it is; `name` is the file
    name without its ending. A file that is not made leaves a failed entry in the log and nothing
    else.
    """
    purpose = purpose_or_page(request, what)
    if isinstance(purpose, HttpResponse):
        return purpose
    actor = actor_of(request)
    try:
        export = begin_export(
            by=actor,
            what=what,
            right=right,
            filter=filter,
            columns=columns,
            form=form,
            purpose=purpose,
        )
    except PermissionError as error:
        raise Http404 from error
    except FangpinError as error:
        return _refused(request, error)
    try:
        file, rows = make(export, Watermark.of(export, actor))
        finish_export(export=export, file=file, name=name, rows=rows)
    except FangpinError as error:
        abandon_export(export=export)
        return _refused(request, error)
    except BaseException:
        abandon_export(export=export)
        raise
    if export.state == ExportLog.State.WAITING:
        file.close()
        return redirect("exports")
    note_taken(by=actor, export=export)
    file.seek(0)
    return as_download(export, file)


def leave(
    request: HttpRequest,
    *,
    what: str,
    right: Right,
    filter: Mapping[str, object],
    sheet: Sheet,
    rows: Callable[[], Iterable[Row]],
    form: str,
    name: str,
) -> HttpResponseBase:
    """Rows as a file that leaves, form csv or xlsx."""

    def make(export: ExportLog, mark: Watermark) -> tuple[IO[bytes], int]:
        made = taken(sheet, while_allowed(export, rows()), form, mark)
        return made.file, made.rows

    return leave_file(
        request,
        what=what,
        right=right,
        filter=filter,
        columns=[header for header, _ in sheet.columns],
        form=form,
        name=name,
        make=make,
    )


def as_download(export: ExportLog, file: IO[bytes]) -> FileResponse:
    """The file with its number in the name; the response closes it."""
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{export.name}_{export.number}.{export.form}",
        content_type=TYPES[export.form],
    )


def _refused(request: HttpRequest, error: FangpinError) -> HttpResponse:
    return render(request, "web/refused.html", {"problem": error, "back": "/"}, status=422)
