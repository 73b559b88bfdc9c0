"""A notice as a sheet for the village board, set by typst."""

import json
from pathlib import Path

from fangpin.disclosure.content import Notice
from fangpin.disclosure.sheet import sheet
from fangpin.kernel.errors import FangpinError, Language
from fangpin.reports import fonts

_TEMPLATE = Path(__file__).parent / "typst" / "notice.typ"


def pdf(notice: Notice, language: Language) -> bytes:
    """The sheet as PDF. Raises FangpinError without the printing libraries or a Chinese font."""
    try:
        import typst
    except ImportError as error:
        raise fonts.not_installed() from error
    given = sheet(notice, language)
    missing = fonts.missing_characters(text for _, text in notice.texts())
    given["families"] = list(fonts.FAMILIES)
    given["missing"] = [f"{character} U+{ord(character):04X}" for character in missing]
    try:
        made = typst.compile(
            str(_TEMPLATE),
            root=str(_TEMPLATE.parent),
            font_paths=[str(fonts.regular_font().parent)],
            sys_inputs={"notice": json.dumps(given, ensure_ascii=False)},
            format="pdf",
            timestamp=0,
        )
    except typst.TypstError as error:
        raise FangpinError.because(
            "公示单排版失败",
            f"the sheet could not be set: {str(error).splitlines()[0][:120]}",
            do_zh="请重试；仍不成功时先使用 Word 文件，并告知系统管理员",
            do_en="try again; else take the Word file and tell the system administrator",
        ) from error
    return made if isinstance(made, bytes) else b"".join(made)
