"""Findings as a file that somebody takes away: no live formula, and an entry in the audit trail."""

import csv
import hashlib
import tempfile
from collections.abc import Iterator
from typing import IO

import xlsxwriter
from django.db import transaction
from django.http import FileResponse

from fangpin.foundation.actions import record
from fangpin.people.models import User
from fangpin.registry.queries import head_names
from fangpin.screening.models import Finding, Run
from fangpin.screening.queries import FindingFilter, export_findings
from fangpin.web.wording import pick, word

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_LIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def neutral(value: object) -> str:
    """A cell that no spreadsheet takes for a formula: a leading apostrophe disarms it."""
    text = "" if value is None else str(value).replace("\x00", "")
    return f"'{text}" if text.startswith(_LIVE) else text


def _headers() -> list[str]:
    return [
        pick("程度", "Severity"),
        pick("状态", "State"),
        pick("类型", "Kind"),
        pick("乡镇", "Township"),
        pick("村", "Village"),
        pick("村代码", "Village code"),
        pick("户编号", "Household"),
        pick("户主", "Head"),
        pick("人编号", "Person"),
        pick("说明", "Explanation"),
        pick("依据条款", "Clause"),
    ]


def _cells(finding: Finding, heads: dict[str, str]) -> list[str]:
    return [
        word("severity", finding.severity),
        word("state", finding.state),
        pick(finding.kind_zh, finding.kind_en),
        finding.township,
        finding.village,
        finding.village_code,
        finding.household_number,
        heads.get(finding.household_number, ""),
        finding.person_number,
        pick(finding.sentence_zh, finding.sentence_en),
        finding.clause_path or finding.clause,
    ]


def _rows(actor: User, run: Run, wanted: FindingFilter) -> Iterator[list[str]]:
    batch: list[Finding] = []
    for finding in export_findings(actor, run, wanted):
        batch.append(finding)
        if len(batch) == 2000:
            yield from _named(actor, batch)
            batch = []
    yield from _named(actor, batch)


def _named(actor: User, batch: list[Finding]) -> Iterator[list[str]]:
    heads = head_names(actor, [row.household_number for row in batch]) if batch else {}
    for finding in batch:
        yield _cells(finding, heads)


def _write_csv(file: IO[bytes], rows: Iterator[list[str]]) -> int:
    # The BOM makes spreadsheet programs read UTF-8; long numbers get a tab-free text mark.
    file.write(b"\xef\xbb\xbf")
    count = 0

    class Encoded:
        def write(self, text: str) -> int:
            return file.write(text.encode())

    writer = csv.writer(Encoded())
    writer.writerow(_headers())
    for row in rows:
        # 15 and more digits would be cut by Excel: ="…" is a formula, an apostrophe is not.
        writer.writerow(
            [f"'{cell}" if cell.isdigit() and len(cell) > 11 else neutral(cell) for cell in row]
        )
        count += 1
    return count


def _write_xlsx(file: IO[bytes], rows: Iterator[list[str]]) -> int:
    book = xlsxwriter.Workbook(
        file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(pick("疑点", "Findings"))
    bold = book.add_format({"bold": True, "bg_color": "#E8EEF3", "bottom": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    top = book.add_format({"valign": "top", "num_format": "@"})
    for column, width in enumerate((10, 9, 20, 12, 12, 14, 18, 10, 18, 80, 18)):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    for column, header in enumerate(_headers()):
        sheet.write_string(0, column, header, bold)
    count = 0
    for count, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            sheet.write_string(count, column, neutral(cell), wrap if column == 9 else top)
    sheet.autofilter(0, 0, max(count, 1), len(_headers()) - 1)
    book.close()
    return count


def export_file(actor: User, run: Run, wanted: FindingFilter, form: str) -> FileResponse:
    """The file as a download; its number of rows and hash go into the audit trail.

    Raises PermissionError when the actor may not export.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 - handed to the response, which closes it
    write = {"csv": _write_csv, "xlsx": _write_xlsx}[form]
    count = write(file, _rows(actor, run, wanted))
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    with transaction.atomic():
        record(
            by=actor,
            action="findings.export",
            subject=f"run:{run.intake.key}",
            detail={
                "form": form,
                "rows": count,
                "sha256": digest,
                "filter": {k: v for k, v in vars(wanted).items() if v},
            },
        )
    file.seek(0)
    name = pick(f"疑点清单_{run.as_of}", f"findings_{run.as_of}")
    return FileResponse(
        file, as_attachment=True, filename=f"{name}.{form}", content_type=TYPES[form]
    )
