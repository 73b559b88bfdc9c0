"""Large registers, made by the worker: a township's file as one archive."""

import tempfile
import zipfile
from collections.abc import Callable, Iterable
from typing import IO, Any

from django.utils import timezone

from fangpin.foundation.models import ExportLog
from fangpin.kernel.errors import FangpinError, Language, Text
from fangpin.people.exporting import abandon_export, finish_export, watermark_text
from fangpin.people.models import User
from fangpin.places.models import Place
from fangpin.places.queries import names_of
from fangpin.reports.document import Document, Grid
from fangpin.reports.pdf import pdf
from fangpin.reports.register import township_file
from fangpin.reports.workbook import workbook

Report = Callable[[int, Text], None]
_NOT_IN_FILE_NAMES = str.maketrans(dict.fromkeys('\\/:*?"<>|', "_"))


def print_township(
    *, by: User, progress: Report, export: int, code: str, language: Language
) -> dict[str, Any]:
    """Make the file that `export` was begun for; whoever asked fetches it from their exports.

    An archive of the summary and one register a village as PDF, and everything as one workbook:
    set village by village, so that memory does not grow with the township.
    """
    log = ExportLog.objects.get(pk=export, by=by)
    if log.state != ExportLog.State.MAKING:
        return {"export": log.pk}  # done by a worker that was killed just after
    try:
        file, people = _archive(by, log, code, language, progress)
        with file:
            finish_export(export=log, file=file, name=_file_name(code, language), rows=people)
    except FangpinError:
        abandon_export(export=log)
        raise
    except PermissionError as error:
        abandon_export(export=log)
        raise FangpinError.because(
            "您已无权打印该乡镇的名册",
            "you may no longer print registers of this township",
            do_zh="如仍有权限，请重新打印",
            do_en="print again if you still may",
        ) from error
    return {"export": log.pk, "persons": people}


def _archive(
    by: User, log: ExportLog, code: str, language: Language, progress: Report
) -> tuple[IO[bytes], int]:
    # The prefix of a township's code; places below it by name.
    below = Place.objects.filter(code__startswith=code[:9], level=Place.Level.VILLAGE)
    villages = dict(below.values_list("code", "name"))
    progress(1, Text("正在读取名册", "reading the register"))
    whole = township_file(
        by,
        code,
        names=names_of(code),
        villages=villages,
        printed_on=timezone.localdate(),
        language=language,
        progress=lambda done: progress(
            min(30, 1 + done // 1000), Text(f"已读取 {done:,} 人", f"{done:,} persons read")
        ),
    )
    said = watermark_text(log, by).in_language(language)
    summary, *registers = whole.sections
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    people = 0
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(
            _entry("00", summary.title),
            pdf(_part(whole, [summary]), language=language, watermark=said),
        )
        for at, register in enumerate(_grids(registers), 1):
            people += len(register.rows)
            alone = Grid("", register.columns, register.rows, register.empty)
            made = pdf(_part(whole, [alone], register.title), language=language, watermark=said)
            archive.writestr(_entry(f"{at:02d}", register.title), made)
            percent = 30 + 60 * at // len(registers)
            progress(
                percent,
                Text(
                    f"已排版 {at}/{len(registers)} 个村", f"{at} of {len(registers)} villages set"
                ),
            )
        with workbook(whole, watermark=said) as book:
            archive.writestr(f"{whole.title.translate(_NOT_IN_FILE_NAMES)}.xlsx", book.read())
    file.seek(0)
    return file, people


def _grids(sections: Iterable[object]) -> list[Grid]:
    return [section for section in sections if isinstance(section, Grid)]


def _part(whole: Document, sections: list[Any], village: str = "") -> Document:
    title = f"{whole.title} · {village}" if village else whole.title
    return Document(
        title, whole.above, sections, whole.signatures, whole.note, landscape=whole.landscape
    )


def _entry(number: str, title: str) -> str:
    return f"{number}_{title.translate(_NOT_IN_FILE_NAMES)}.pdf"


def _file_name(code: str, language: Language) -> str:
    return f"{'乡镇档' if language == 'zh' else 'township_file'}_{code[:9]}"
