"""A notice as a Word file, for offices that add their own seal. Only text and one table: nothing is
embedded, the properties hold title and issuer and no person."""

import io
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from fangpin.disclosure.content import Notice
from fangpin.disclosure.sheet import sheet
from fangpin.kernel.errors import FangpinError, Language

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.text.paragraph import Paragraph

_FONT = {"zh": "仿宋", "en": "Times New Roman"}
# Parts of the library's template that this file does not use; the thumbnail is a picture.
_UNUSED = ("/thumbnail", "/customXml", "/theme", "/webSettings", "/stylesWithEffects", "/numbering")
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # a file tells nothing about when and where it was made


def word(notice: Notice, language: Language) -> bytes:
    """The notice as a .docx file. Raises FangpinError without the library that writes it."""
    try:
        from docx import Document
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt
    except ImportError as error:
        raise FangpinError.because(
            "本机未安装 Word 组件，不能生成公示文件",
            "the library that writes Word files is not installed",
            do_zh="由系统管理员安装 requirements/print.txt 所列组件",
            do_en="the system administrator installs requirements/print.txt",
        ) from error
    given, document = sheet(notice, language), Document()
    _page(document, language)
    _centred(document, given["words"]["head"], 26)
    _centred(document, given["title"], 16)
    _paragraph(document, given["opening"])
    _table(document, given)
    _paragraph(document, given["words"]["period"])
    _paragraph(document, given["closing"])
    for mark, way in zip(given["words"]["numerals"], given["ways"], strict=False):
        _paragraph(document, mark + way)
    if given["address"]:
        colon = "：" if language == "zh" else ": "
        _paragraph(document, given["words"]["web"] + colon + given["address"])
    if given["telephones"]:
        colon, comma = ("：", "；") if language == "zh" else (": ", "; ")
        _paragraph(document, given["words"]["telephone"] + colon + comma.join(given["telephones"]))
    for text in (given["issuer"], given["words"]["day"]):
        _paragraph(document, text).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    colon = "：" if language == "zh" else ": "
    small = _paragraph(document, given["words"]["number"] + colon + given["number"])
    small.runs[0].font.size = Pt(9)
    _properties(document, notice, language)
    return _packed(document)


def _page(document: "Word", language: Language) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(26)
    section.top_margin, section.bottom_margin = Mm(30), Mm(25)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = _FONT[language], Pt(16 if language == "zh" else 12)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT["zh"])


def _centred(document: "Word", text: str, size: int) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    run.bold, run.font.size = True, Pt(size)


def _paragraph(document: "Word", text: str) -> "Paragraph":
    from docx.shared import Pt

    paragraph = document.add_paragraph(text)
    paragraph.paragraph_format.first_line_indent = Pt(32)
    paragraph.paragraph_format.space_after = Pt(4)
    return paragraph


def _table(document: "Word", given: dict[str, Any]) -> None:
    words = given["words"]
    heads = [words["order"], words["name"]]
    heads += [words["group"]] if given["has_groups"] else []
    heads += [words["category"]] if given["has_categories"] else []
    table = document.add_table(rows=1, cols=len(heads), style="Table Grid")
    for cell, text in zip(table.rows[0].cells, heads, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    for at, line in enumerate(given["lines"], start=1):
        texts = [str(at), line["name"]]
        texts += [line["group"] or "—"] if given["has_groups"] else []
        texts += [line["category"] or "—"] if given["has_categories"] else []
        for cell, text in zip(table.add_row().cells, texts, strict=True):
            cell.text = text
    document.add_paragraph()


def _properties(document: "Word", notice: Notice, language: Language) -> None:
    core = document.core_properties
    day = datetime(*notice.from_day.timetuple()[:3], tzinfo=UTC)
    core.author = core.last_modified_by = notice.issuer
    core.title = notice.title.in_language(language)
    core.comments = core.keywords = core.subject = core.category = ""
    core.created = core.modified = core.last_printed = day
    core.revision = 1


def _packed(document: "Word") -> bytes:
    """The package without what the library's template brings along, and without times."""
    for relations in (document.part.package.rels, document.part.rels):
        for key in [k for k, each in relations.items() if each.reltype.endswith(_UNUSED)]:
            del relations[key]
    made, packed = io.BytesIO(), io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(packed, "w") as target:
        for part in source.infolist():
            info = zipfile.ZipInfo(part.filename, _LONG_AGO)
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, source.read(part))
    return packed.getvalue()
