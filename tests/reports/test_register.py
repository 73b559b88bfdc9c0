"""Village register and township file: everybody of a place, nobody else."""

import io
import zipfile
from collections.abc import Callable
from datetime import date

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from tests.registry.invented import OTHER_VILLAGE, VILLAGE
from tests.reports.conftest import RARE
from tests.reports.test_card import card, grid, plain

from fangpin.foundation.models import ExportLog
from fangpin.people.exporting import Purpose, begin_export, take_export
from fangpin.people.models import User
from fangpin.people.scope import Right
from fangpin.registry.models import Household
from fangpin.reports.document import Column, Document, Grid
from fangpin.reports.fonts import missing_characters
from fangpin.reports.pdf import pdf
from fangpin.reports.register import township_file, village_register
from fangpin.reports.tasks import print_township
from fangpin.reports.workbook import workbook

TOWNSHIP = "620402101000"


def register(actor: User, code: str = VILLAGE) -> Document:
    return village_register(
        actor, code, names=["测试县", "某镇", "某村"], printed_on=date(2021, 6, 1), language="zh"
    )


def test_a_household_has_one_number_and_all_its_members(
    home: Household, by: Callable[[str], User]
) -> None:
    (table,) = register(by("village")).sections
    assert isinstance(table, Grid)
    assert [row[:2] for row in table.rows] == [["1", "F1"], *[["", ""]] * 4]
    assert table.rows[0][3] == "赵测甲"
    assert dict(register(by("village")).above)["户数/人数"] == "1 / 5"


def test_a_member_reads_the_same_on_card_and_register(
    home: Household, by: Callable[[str], User]
) -> None:
    (table,) = register(by("county")).sections
    assert isinstance(table, Grid)
    members = grid(card(by("county")), "家庭成员")
    assert [c.header for c in table.columns[3:]] == [c.header for c in members.columns]
    assert sorted(row[3:] for row in table.rows) == sorted(list(row) for row in members.rows)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("village", OTHER_VILLAGE),
        ("village", TOWNSHIP),
        ("other_township", VILLAGE),
        ("leader", VILLAGE),
        ("medical", VILLAGE),
        ("auditor", VILLAGE),
        ("admin", VILLAGE),
    ],
)
def test_outside_ones_area_or_rights_there_is_no_register(
    home: Household, by: Callable[[str], User], name: str, code: str
) -> None:
    with pytest.raises(PermissionError):
        register(by(name), code)


def test_the_township_sums_up_its_villages(home: Household, by: Callable[[str], User]) -> None:
    made = township_file(
        by("township"),
        TOWNSHIP,
        names=["测试县", "某镇"],
        villages={VILLAGE: "上河村"},
        printed_on=date(2021, 6, 1),
        language="zh",
    )
    summary, village = made.sections
    assert isinstance(summary, Grid)
    assert isinstance(village, Grid)
    assert summary.rows[0][:3] == ["上河村", "1", "5"]
    assert summary.rows[-1][:3] == ["合计", "1", "5"]
    assert village.title == "上河村"


def begun(actor: User) -> ExportLog:
    return begin_export(
        by=actor,
        what="township_file",
        right=Right.registry_print,
        filter={"place": TOWNSHIP},
        columns=[],
        form="zip",
        purpose=Purpose("archive"),
    )


def test_the_worker_makes_an_archive_that_its_reader_fetches(
    home: Household, by: Callable[[str], User]
) -> None:
    actor = by("township")
    log = begun(actor)
    steps: list[int] = []
    result = print_township(
        by=actor,
        progress=lambda percent, step: steps.append(percent),
        export=log.pk,
        code=TOWNSHIP,
        language="zh",
    )
    assert result == {"export": log.pk, "persons": 5}
    assert steps == sorted(steps)
    _, file = take_export(by=actor, pk=log.pk)
    with file, zipfile.ZipFile(file) as archive:
        names = archive.namelist()
        assert [name[:3] for name in names[:2]] == ["00_", "01_"]
        assert names[-1].endswith(".xlsx")
        page = PdfReader(io.BytesIO(archive.read(names[1]))).pages[0].extract_text()
    assert "赵测甲" in plain(page)
    assert log.number in page
    log.refresh_from_db()
    assert log.rows == 5


def test_a_second_worker_does_not_make_it_again(home: Household, by: Callable[[str], User]) -> None:
    actor = by("township")
    log = begun(actor)
    given = {"by": actor, "export": log.pk, "code": TOWNSHIP, "language": "zh"}
    print_township(progress=lambda percent, step: None, **given)  # type: ignore[arg-type]
    log.refresh_from_db()
    digest = log.sha256
    print_township(progress=lambda percent, step: None, **given)  # type: ignore[arg-type]
    log.refresh_from_db()
    assert log.sha256 == digest


def test_rare_characters_are_printed_or_named(home: Household, by: Callable[[str], User]) -> None:
    (table,) = register(by("county"), OTHER_VILLAGE).sections
    assert isinstance(table, Grid)
    assert table.rows[0][3] == RARE
    assert missing_characters([RARE, "䶮", "A1 （）"]) == []
    assert missing_characters(["\U00031350"]) == ["\U00031350"]


def test_numbers_and_dates_stand_whole_in_their_columns() -> None:
    number, identity = "62040210020000001", "620499************"
    columns = [Column("户编号", 1.7), Column("姓名"), Column("出生日期", 0.9), Column("证件号码")]
    rows = [[number, "赵测甲", "1978-07-10", identity], ["", "钱测乙", "—", identity]]
    # Many columns of words leave little room for the others.
    columns += [Column(f"项目{n}", 1.0) for n in range(8)]
    form = Document("名册", (), [Grid("", columns, [[*row, *["普通劳动力"] * 8] for row in rows])])
    page = PdfReader(io.BytesIO(pdf(form, language="zh"))).pages[0]
    left: dict[str, float] = {}

    def seen(text: str, at: list[float], *_: object) -> None:
        left.setdefault(text.strip(), at[4])

    page.extract_text(visitor_text=seen)
    assert left["赵测"] - left[number] > len(number) * 9 * 0.53  # a digit at 9 pt is that wide
    assert left[identity] - left["1978-07-10"] > len("1978-07-10") * 9 * 0.5
    sheet = load_workbook(workbook(form)).worksheets[0]
    assert sheet.column_dimensions["A"].width > len(number)
    assert sheet.column_dimensions["D"].width > len(identity)
    assert (sheet.print_title_rows, sheet.freeze_panes) == ("$4:$4", "A5")
    assert [sheet["A4"].value, sheet["A5"].value] == ["户编号", number]
