"""Sheets of a workbook: a head, texts as texts, numbers as numbers, never a formula."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from fangpin.kernel.errors import Language, Text

ROWS_PER_SHEET = 1_000_000


@dataclass
class SheetBook:
    """Writes the sheets of one workbook in one language."""

    workbook: Any
    language: Language
    head: Any = field(init=False)
    text: Any = field(init=False)
    number: Any = field(init=False)

    def __post_init__(self) -> None:
        add = self.workbook.add_format
        self.head = add({"bold": True, "bg_color": "#E8EEF4", "border": 1, "text_wrap": True})
        self.text = add({"num_format": "@", "text_wrap": True, "valign": "top"})
        self.number = add({"num_format": "#,##0", "valign": "top"})

    def say(self, text: Text) -> str:
        """In the language of the workbook."""
        return text.in_language(self.language)

    def table(
        self,
        title: Text,
        head: Sequence[Text],
        rows: Iterable[Sequence[object]],
        widths: Sequence[int] = (),
    ) -> None:
        """One sheet; more rows than a sheet holds go on to further sheets."""
        sheet: Any = None
        at = ROWS_PER_SHEET
        number = 0
        for row in rows:
            if at >= ROWS_PER_SHEET:
                number += 1
                sheet, at = self._sheet(title, number, head, widths), 0
            at += 1
            self._row(sheet, at, row)
        if sheet is None:
            self._sheet(title, 1, head, widths)

    def _sheet(self, title: Text, number: int, head: Sequence[Text], widths: Sequence[int]) -> Any:
        name = self.say(title) + (f" {number}" if number > 1 else "")
        sheet = self.workbook.add_worksheet(name)
        for at, text in enumerate(head):
            sheet.set_column(at, at, widths[at] if at < len(widths) else 14)
            sheet.write_string(0, at, self.say(text), self.head)
        sheet.freeze_panes(1, 0)
        return sheet

    def _row(self, sheet: Any, at: int, row: Sequence[object]) -> None:
        for column, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(at, column, value, self.number)
            else:
                shown = self.say(value) if isinstance(value, Text) else str(value or "")
                sheet.write_string(at, column, shown, self.text)
