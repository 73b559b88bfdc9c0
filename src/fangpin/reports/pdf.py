"""A document as PDF, set by typst. Nothing is fetched and nothing personal is written to disk."""

import json
from pathlib import Path
from typing import Any, Literal

from fangpin.kernel.errors import FangpinError, Language
from fangpin.reports import fonts
from fangpin.reports.document import Document, Facts, Section

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
    try:
        import typst
    except ImportError as error:
        raise fonts.not_installed() from error
    missing = fonts.missing_characters([*document.texts(), watermark])
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
        "families": list(fonts.FAMILIES),
        "missing": [f"{character} U+{ord(character):04X}" for character in missing],
    }
    try:
        made = typst.compile(
            str(_TEMPLATE),
            root=str(_TEMPLATE.parent),
            font_paths=[str(fonts.regular_font().parent)],
            sys_inputs={"document": json.dumps(given, ensure_ascii=False)},
            format=form,
            ppi=110.0,
            # Tags let a screen reader walk through a form; in long tables they are nine tenths.
            pdf_tags=form == "pdf" and sum(1 for _ in document.texts()) < _TAGGED,
        )
    except typst.TypstError as error:
        raise FangpinError.because(
            "PDF 排版失败",
            f"the PDF could not be set: {str(error).splitlines()[0][:120]}",
            do_zh="请重试；仍不成功时先导出 Excel，并告知系统管理员",
            do_en="try again; else take the Excel file and tell the system administrator",
        ) from error
    return [made] if isinstance(made, bytes) else list(made)


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
