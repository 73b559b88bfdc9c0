"""Set by typst: a template and what it is given. Nothing is fetched, nothing personal is written
to disk."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from fangpin.kernel.errors import FangpinError
from fangpin.reports import fonts


def typeset(
    template: Path,
    given: dict[str, Any],
    texts: Iterable[str],
    *,
    form: Literal["pdf", "png"] = "pdf",
    tagged: bool = True,
    undated: bool = False,
) -> list[bytes]:
    """One PDF, or a PNG image of each page (110 dots an inch).

    `given` reaches the template as the input `document`, with the families of fonts and the
    characters of `texts` that no font here has. `tagged`: a screen reader can walk through it.
    `undated`: the same content gives the same bytes. Raises FangpinError without the printing
    libraries or a Chinese font.
    """
    try:
        import typst
    except ImportError as error:
        raise fonts.not_installed() from error
    missing = fonts.missing_characters(texts)
    full = {
        **given,
        "families": list(fonts.FAMILIES),
        "missing": [f"{character} U+{ord(character):04X}" for character in missing],
    }
    try:
        made = typst.compile(
            str(template),
            root=str(template.parent),
            font_paths=[str(fonts.regular_font().parent)],
            sys_inputs={"document": json.dumps(full, ensure_ascii=False)},
            format=form,
            ppi=110.0,
            pdf_tags=tagged and form == "pdf",
            timestamp=0 if undated else None,
        )
    except typst.TypstError as error:
        raise FangpinError.because(
            "PDF 排版失败",
            f"the PDF could not be set: {str(error).splitlines()[0][:120]}",
            do_zh="请重试；仍不成功时改用 Excel 或 Word 文件，并告知系统管理员",
            do_en="try again; else take the Excel or Word file and tell the system administrator",
        ) from error
    return [made] if isinstance(made, bytes) else list(made)
