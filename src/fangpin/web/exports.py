"""Findings as a file that somebody takes away: no live formula, and an entry in the audit trail."""

import csv
import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Sheet:
    """What a file looks like: the sheet's title, and for each column its header and width in
    characters; long texts of the `wrapped` columns go over several lines."""

    title: str
    columns: Sequence[tuple[str, int]]
    wrapped: frozenset[int] = frozenset()


def _sheet() -> Sheet:
    return Sheet(
        pick("疑点", "Findings"),
        (
            (pick("程度", "Severity"), 10),
            (pick("状态", "State"), 9),
            (pick("类型", "Kind"), 20),
            (pick("乡镇", "Township"), 12),
            (pick("村", "Village"), 12),
            (pick("村代码", "Village code"), 14),
            (pick("户编号", "Household"), 18),
            (pick("户主", "Head"), 10),
            (pick("人编号", "Person"), 18),
            (pick("说明", "Explanation"), 80),
            (pick("依据条款", "Clause"), 18),
        ),
        frozenset({9}),
    )


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


def _write_csv(file: IO[bytes], sheet: Sheet, rows: Iterable[Sequence[object]]) -> int:
    # The BOM makes spreadsheet programs read UTF-8; long numbers get a tab-free text mark.
    file.write(b"\xef\xbb\xbf")
    count = 0

    class Encoded:
        def write(self, text: str) -> int:
            return file.write(text.encode())

    writer = csv.writer(Encoded())
    writer.writerow([header for header, _ in sheet.columns])
    for row in rows:
        # 15 and more digits would be cut by Excel: ="…" is a formula, an apostrophe is not.
        cells = [neutral(cell) for cell in row]
        writer.writerow(
            [f"'{cell}" if cell.isdigit() and len(cell) > 11 else cell for cell in cells]
        )
        count += 1
    return count


def _write_xlsx(file: IO[bytes], sheet: Sheet, rows: Iterable[Sequence[object]]) -> int:
    book = xlsxwriter.Workbook(
        file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    page = book.add_worksheet(sheet.title)
    bold = book.add_format({"bold": True, "bg_color": "#E8EEF3", "bottom": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    top = book.add_format({"valign": "top", "num_format": "@"})
    page.freeze_panes(1, 0)
    for column, (header, width) in enumerate(sheet.columns):
        page.set_column(column, column, width)
        page.write_string(0, column, header, bold)
    count = 0
    for count, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            style = wrap if column in sheet.wrapped else top
            page.write_string(count, column, neutral(cell), style)
    page.autofilter(0, 0, max(count, 1), len(sheet.columns) - 1)
    book.close()
    return count


@dataclass(frozen=True)
class Taken:
    """A file that is about to leave: content, rows and hash."""

    file: IO[bytes]
    form: str
    rows: int
    sha256: str

    def response(self, name: str) -> FileResponse:
        """The download; the response closes the file."""
        return FileResponse(
            self.file,
            as_attachment=True,
            filename=f"{name}.{self.form}",
            content_type=TYPES[self.form],
        )


def taken(sheet: Sheet, rows: Iterable[Sequence[object]], form: str) -> Taken:
    """Rows as a file of the form csv or xlsx, every cell as text."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - handed to the response, which closes it
    count = {"csv": _write_csv, "xlsx": _write_xlsx}[form](file, sheet, rows)
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return Taken(file, form, count, digest)


def export_file(actor: User, run: Run, wanted: FindingFilter, form: str) -> FileResponse:
    """The file as a download; its number of rows and hash go into the audit trail.

    Raises PermissionError when the actor may not export.
    """
    made = taken(_sheet(), _rows(actor, run, wanted), form)
    with transaction.atomic():
        record(
            by=actor,
            action="findings.export",
            subject=f"run:{run.intake.key}",
            detail={
                "form": form,
                "rows": made.rows,
                "sha256": made.sha256,
                "filter": {k: v for k, v in vars(wanted).items() if v},
            },
        )
    return made.response(pick(f"疑点清单_{run.as_of}", f"findings_{run.as_of}"))
