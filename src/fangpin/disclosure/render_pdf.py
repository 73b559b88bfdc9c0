"""A notice as a sheet for the village board."""

from pathlib import Path

from fangpin.disclosure.content import Notice
from fangpin.disclosure.sheet import sheet
from fangpin.kernel.errors import Language
from fangpin.reports.typesetting import typeset

_TEMPLATE = Path(__file__).parent / "typst" / "notice.typ"


def pdf(notice: Notice, language: Language) -> bytes:
    """The sheet as PDF. Raises FangpinError without the printing libraries or a Chinese font."""
    texts = (text for _, text in notice.texts())
    return typeset(_TEMPLATE, sheet(notice, language), texts, undated=True)[0]
