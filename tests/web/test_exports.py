"""Files on their way out: purpose asked, watermark on pages and in rows, formulas disarmed."""

import csv
import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cast import County
from tests.registry.invented import family

from fangpin.foundation.models import ExportLog
from fangpin.web.exports import Sheet, Watermark, leaving, number_in, taken

MARK = Watermark("E000042", "周某 2026-03-02 导出 编号E000042")
SHEET = Sheet("甲", (("一", 10), ("二", 10)), marked=1)
cells = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ["=1+1", " =1+1", "\u200b=1", "\ufeff@x", "\t=1", "\u3000+1", "-1", "\n=cmd|' /C calc'!A0"]
)


def test_without_a_purpose_the_page_asks_and_nothing_leaves(county: County) -> None:
    client = county.sign_in("township")
    for form in ({}, {"purpose": ""}, {"purpose": "other"}):
        response = client.post("/findings/export.csv", {"severity": "alert"} | form)
        text = response.content.decode()
        assert response.status_code == 422
        assert '<input type="hidden" name="severity" value="alert">' in text
        assert text.count('name="csrfmiddlewaretoken"') >= 1
    assert not ExportLog.objects.exists()
    whole = {"severity": "alert", "purpose": "other", "purpose_note": "省厅调研"}
    assert client.post("/findings/export.csv", whole).status_code == 200
    log = ExportLog.objects.get()
    assert (log.note, log.rows, log.state, log.taken) == ("省厅调研", 1, "ready", 1)


def test_a_file_carries_its_reader_on_each_page_and_in_each_row(county: County) -> None:
    user = county.users["county"]
    user.full_name = "周 & 某"
    user.save()
    client = county.sign_in("county")
    response = client.post("/findings/export.xlsx", {"state": "all", "purpose": "visit"})
    log = ExportLog.objects.get()
    assert log.number in response.headers["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    header = book.active.oddHeader.left.text
    assert log.number in header
    assert "周" in header
    rows = list(book.active.iter_rows(min_row=2, values_only=True))
    assert len(rows) == log.rows == 7
    assert {number_in(row[9]) for row in rows} == {log.number}
    assert number_in("没有标记") is None


def test_a_list_too_long_waits_on_the_page_until_it_is_released(
    county: County, settings: object
) -> None:
    settings.EXPORT_APPROVAL_ROWS = 3  # type: ignore[attr-defined]
    client = county.sign_in("county")
    response = client.post("/findings/export.csv", {"state": "all", "purpose": "visit"})
    assert (response.status_code, response.headers["Location"]) == (302, "/exports/")
    log = ExportLog.objects.get()
    page = client.get("/exports/").content.decode()
    assert log.number in page
    assert "待审批" in page
    assert f"/exports/{log.pk}/file/" not in page
    listed = client.get("/findings/?state=all").content.decode()
    assert f"今日已导出同类数据 {log.rows} 条" in listed
    assert "当日累计超过 3 条" in listed
    asked = client.post("/findings/export.csv", {"state": "all"}).content.decode()
    assert f"今日已导出同类数据 {log.rows} 条" in asked
    assert client.post(f"/exports/{log.pk}/file/").status_code == 404


def test_a_failure_leaves_a_failed_entry_and_no_file(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(leaving, "taken", fail)
    client = county.sign_in("county")
    client.raise_request_exception = False
    response = client.post("/findings/export.csv", {"state": "all", "purpose": "visit"})
    assert response.status_code == 500
    assert ExportLog.objects.get().state == "failed"


@given(st.lists(st.tuples(cells, cells), max_size=6))
def test_no_cell_of_any_file_is_a_formula(rows: list[tuple[str, str]]) -> None:
    text = taken(SHEET, rows, "csv", MARK).file.read().decode("utf-8-sig")
    found = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert len(found) == len(rows)
    blank = " \u00a0\u3000\u200b\u200c\u200d\u2060\ufeff"
    for row in found:
        for cell in row:
            assert not cell.lstrip(blank).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_a_workbook_of_hostile_cells_holds_text_alone() -> None:
    hostile = ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1", " =1", "\ufeff=1"]
    file = taken(SHEET, [(text, text) for text in hostile], "xlsx", MARK).file
    sheet = openpyxl.load_workbook(file).active
    assert all(cell.data_type == "s" for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize(("name", "least"), [("households", 3), ("persons", 3)])
def test_a_list_of_the_registry_leaves_as_it_is_filtered_and_shown(
    county: County, name: str, least: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    family()
    monkeypatch.setattr("fangpin.web.exports.registry_lists._AT_ONCE", 2)  # pages follow each other
    client = county.sign_in("township")
    page = client.get(f"/registry/{name}/?columns=members,age")
    assert f'action="/registry/{name}/export.xlsx"' in page.content.decode()
    shown = {each.number if name == "households" else each.pk for each in page.context["rows"]}
    asked = {"purpose": "visit", "columns": "members,age"}
    answer = client.post(f"/registry/{name}/export.csv", asked)
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    first = ["户编号", "户主", "乡镇", "村", "人口"]
    if name == "persons":
        first = ["户编号", "姓名", "乡镇", "村", "年龄"]
    assert rows[0] == first
    assert len(rows) - 1 == len(shown) >= least
    assert all("<" not in cell for row in rows for cell in row)
    log = ExportLog.objects.get()
    assert (log.what, log.rows) == (name, len(shown))
    assert {number_in(row[3]) for row in rows[1:]} == {log.number}
    other = client.post(f"/registry/{name}/export.csv", {**asked, "village": "620402102201"})
    assert len(b"".join(other.streaming_content).decode().splitlines()) == 1, "of another township"
    assert county.sign_in("leader").post(f"/registry/{name}/export.csv", asked).status_code == 404
