"""A document as PDF or pictures."""

from pathlib import Path
from typing import Any, Literal

from fangpin.kernel.errors import Language
from fangpin.reports.document import Document, Facts, Section
from fangpin.reports.typesetting import typeset

_TAGGED = 2000  # texts up to which the parts of a PDF are tagged
_TEMPLATE = Path(__file__).parent / "typst" / "form.typ"


def pdf(document: Document, *, language: Language, watermark: str = "") -> bytes:
    """The document as a PDF file; `watermark` stands on every page.

    Raises FangpinError without the printing libraries or a Chinese font.
    """
    return _set(document, language, watermark, "pdf")[0]


def pictures(document: Document, *, language: Language, watermark: str = "") -> list[bytes]:
    """The pages as PNG images, for looking at them."""
    return _set(document, language, watermark, "png")


def _set(
    document: Document, language: Language, watermark: str, form: Literal["pdf", "png"]
) -> list[bytes]:
    given = {
        "title": document.title,
        "above": [list(pair) for pair in document.above],
        "sections": [_section(section) for section in document.sections],
        "signatures": list(document.signatures),
        "note": document.note,
        "landscape": document.landscape,
        "by_hand": document.by_hand,
        "watermark": watermark,
        "language": language,
    }
    texts = [*document.texts(), watermark]
    # Tags let a screen reader walk through a form; in long tables they are nine tenths.
    return typeset(_TEMPLATE, given, texts, form=form, tagged=len(texts) <= _TAGGED)


def _section(section: Section) -> dict[str, Any]:
    if isinstance(section, Facts):
        return {
            "kind": "facts",
            "title": section.title,
            "pairs": [list(pair) for pair in section.pairs],
            "beside": section.beside,
        }
    return {
        "kind": "grid",
        "title": section.title,
        "heads": [column.header for column in section.columns],
        "shares": [column.share for column in section.columns],
        "figures": [column.figures for column in section.columns],
        "rows": [list(row) for row in section.rows],
        "empty": section.empty,
        "new_page": section.new_page,
    }
