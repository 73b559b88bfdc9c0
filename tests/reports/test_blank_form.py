"""The blank collection form: every field that is asked for, room for a hand, nobody's data."""

import io

import openpyxl
import pytest
from tests.reports.test_card import grid, text_of

from fangpin.kernel.errors import Language
from fangpin.privacy.notice import notice
from fangpin.registry.catalogue.load import catalogue
from fangpin.reports.blank_form import LINES, Told, blank_form
from fangpin.reports.document import Document, Facts, Grid
from fangpin.reports.pdf import pdf
from fangpin.reports.workbook import workbook


def form(language: Language = "zh") -> Document:
    shown = notice()
    return blank_form(
        Told(
            shown.title.in_language(language),
            shown.version,
            [(p.heading.in_language(language), p.text.in_language(language)) for p in shown.points],
            [
                (p.label.in_language(language), p.text.in_language(language))
                for p in shown.by_consent
            ],
        ),
        language=language,
    )


def labels(document: Document) -> list[str]:
    """What is asked for: labels of pairs and heads of columns, without units."""
    found: list[str] = []
    for section in document.sections:
        if isinstance(section, Facts):
            found += [label for label, _ in section.pairs]
        else:
            found += [column.header for column in section.columns]
    return [label.partition("（")[0] for label in found]


def test_every_column_of_the_national_tables_is_asked_for() -> None:
    known, asked = catalogue(), labels(form())
    for subject in ("household", "person", "conditions", "helper"):
        for field in known.of(subject):
            if field.sheet and field.name not in ("number", "village_code"):
                assert field.label.zh.partition("（")[0] in asked, field.key
    assert {item.label.zh.partition("（")[0] for item in known.items.values()} <= set(asked)
    assert "与户主关系" in asked


def test_members_have_lines_and_what_has_few_words_is_ticked() -> None:
    document = form()
    identity = grid(document, "（一）")
    assert [row[0] for row in identity.rows] == [str(line + 1) for line in range(LINES)]
    sex = [column.header for column in identity.columns].index("性别")
    assert identity.rows[0][sex] == "□男  □女"
    (home,) = (s for s in document.sections if s.title == "户基本情况")
    assert isinstance(home, Facts)
    assert "□边缘易致贫户" in dict(home.pairs)["户类型"]
    lists = dict(document.sections[-3].pairs)  # type: ignore[union-attr]
    assert lists["健康状况"] == "健康、长期慢性病、患有大病、残疾"
    assert all(
        len(section.columns) <= 14 for section in document.sections if isinstance(section, Grid)
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_paper_and_workbook_say_the_same(language: Language) -> None:
    document = form(language)
    on_paper = text_of(pdf(document, language=language))
    book = openpyxl.load_workbook(io.BytesIO(workbook(document).read()))
    cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    for section in document.sections:
        assert section.title in cells
        assert "".join(section.title.split()) in on_paper
    assert notice().version in on_paper
