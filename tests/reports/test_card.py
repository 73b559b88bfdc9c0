"""The household card: what stands on it, for whom, and equally on paper and in Excel."""

import io
import re
from collections.abc import Callable
from datetime import date

import openpyxl
import pytest
from pypdf import PdfReader
from tests.reports.conftest import PHONE

from fangpin.people.models import User
from fangpin.registry.models import CategorySpell, Household
from fangpin.registry.queries.file import household_file
from fangpin.reports.card import household_card
from fangpin.reports.document import Document, Facts, Grid
from fangpin.reports.pdf import pdf
from fangpin.reports.workbook import workbook

PLACES = ["测试县", "清水镇", "上河村"]


def card(actor: User, language: str = "zh") -> Document:
    file = household_file(actor, "F1")
    assert file is not None
    return household_card(
        file,
        places=PLACES,
        printed_on=date(2021, 6, 1),
        language=language,  # type: ignore[arg-type]
    )


def plain(text: str) -> str:
    """Without spaces and line breaks, which a page sets anew."""
    return re.sub(r"\s", "", text)


def text_of(made: bytes) -> str:
    return plain("".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages))


def facts(document: Document) -> dict[str, str]:
    return {
        label: value
        for section in document.sections
        if isinstance(section, Facts)
        for label, value in section.pairs
    }


def grid(document: Document, title: str) -> Grid:
    (found,) = (s for s in document.sections if isinstance(s, Grid) and title in s.title)
    return found


def test_the_card_shows_the_household_as_registered(
    home: Household, by: Callable[[str], User]
) -> None:
    made = card(by("county"))
    known = facts(made)
    assert known["户主"] == "赵测甲"
    assert (known["家庭人口"], known["户类型"], known["主要致贫原因"]) == ("5", "脱贫户", "因病")
    members = grid(made, "家庭成员")
    assert next(row[0] for row in members.rows) == "赵测甲"
    assert len(members.rows) == 5
    health = [column.header for column in members.columns].index("健康状况")
    assert {row[0]: row[health] for row in members.rows}["赵测丙"] == "长期慢性病"
    incomes = {row[0]: row[1] for row in grid(made, "收支明细").rows}
    assert incomes["种植收入"] == "8,000.50"


def test_both_formulas_stand_apart_with_their_clauses(
    home: Household, by: Callable[[str], User]
) -> None:
    rows = grid(card(by("county")), "收入测算").rows
    assert [row[0] for row in rows] == ["建档立卡口径纯收入", "监测参考收入", "低保口径收入"]
    # Transfers and property were not recorded: nothing is worked out from what is unknown.
    assert {row[1] for row in rows} == {"—"}


def test_numbers_are_masked_on_paper_too(home: Household, by: Callable[[str], User]) -> None:
    for made in (pdf(card(by("county")), language="zh"), workbook(card(by("county"))).read()):
        assert PHONE.encode() not in made
    assert PHONE not in text_of(pdf(card(by("county")), language="zh"))
    assert facts(card(by("county")))["联系电话"].count("*") >= 4


@pytest.mark.parametrize(
    ("name", "hidden"),
    [
        ("leader", ("赵测甲", "长期慢性病", "农商行")),
        ("medical", ("农商行", "周测己", "8,000.50")),
    ],
)
def test_nobody_prints_what_their_page_hides(
    home: Household, by: Callable[[str], User], name: str, hidden: tuple[str, ...]
) -> None:
    everything = text_of(pdf(card(by("county")), language="zh"))
    text = text_of(pdf(card(by(name)), language="zh"))
    for word in hidden:
        assert word in everything
        assert word not in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_value_stands_equally_on_paper_and_in_excel(
    home: Household, by: Callable[[str], User], language: str
) -> None:
    document = card(by("county"), language)
    paper = text_of(pdf(document, language=language, watermark="李试 E000001"))  # type: ignore[arg-type]
    book = openpyxl.load_workbook(workbook(document, watermark="李试 E000001"))
    cells = {
        str(cell.value).lstrip("'")
        for page in book
        for row in page.iter_rows()
        for cell in row
        if cell.value is not None
    }
    texts = {text for text in document.texts() if text.strip()} - set(document.signatures)
    for text in texts:
        assert plain(text) in paper, text
        assert text in cells, text
    assert plain("李试 E000001") in paper
    assert all("E000001" in page.oddFooter.left.text for page in book)


def test_the_english_card_has_no_chinese_labels(home: Household, by: Callable[[str], User]) -> None:
    document = card(by("county"), "en")
    labels = [document.title, document.note, *document.signatures]
    labels += [section.title for section in document.sections]
    labels += list(facts(document))
    for section in document.sections:
        if isinstance(section, Grid):
            labels += [column.header for column in section.columns]
    assert not [label for label in labels if re.search("[\u4e00-\u9fff]", label)]


def test_clauses_and_kinds_of_categories_are_said_as_people_look_them_up(
    home: Household, by: Callable[[str], User]
) -> None:
    said = [row[-1] for row in grid(card(by("county")), "收入测算").rows]
    assert said[0] == "全国通用政策包 B3"
    assert said[2].endswith(
        "白银区关于实现巩固拓展脱贫攻坚成果同乡村振兴有效衔接的工作方案 四（五）1"
    )
    CategorySpell.objects.create(household=home, kind="monitoring", code="sudden")
    history = grid(card(by("county")), "类别变动")
    assert {row[0] for row in history.rows} <= {"户类型", "监测对象", "脱贫状态"}
    assert "监测对象" in {row[0] for row in history.rows}
