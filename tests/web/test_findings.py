"""Filters, counts, paging and exports of the findings list."""

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from django.test import Client
from tests.cast import County
from tests.run_folder import RunFolder

from fangpin.foundation.models import AuditEntry
from fangpin.screening.actions import load_run
from fangpin.screening.models import Finding
from fangpin.web.exports import neutral


def _numbers(client: Client, query: str) -> list[str]:
    rows = client.get(f"/findings/{query}").context["rows"]
    return [row.household_number[-1:] or row.village for row in rows]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["1", "3", "1", "2"]),  # alerts, then checks (new before continuing), then gaps
        ("?state=all", ["1", "东岭村", "3", "4", "3", "1", "2"]),
        ("?state=unknown", ["东岭村", "3"]),
        ("?state=cleared", ["4"]),
        ("?severity=check", ["3", "1"]),
        ("?kind=medical_expense", ["1"]),
        ("?township=620402102", ["3"]),
        ("?village=620402101202", ["2"]),
        ("?household=620402000001", ["1", "1"]),
        ("?rule=two_posts&state=continuing", ["1"]),
        ("?kind=none", []),
        ("?kind=' OR 1=1 --", []),
        ("?unknown_key=1", ["1", "3", "1", "2"]),
    ],
)
def test_filters(county: County, query: str, expected: list[str]) -> None:
    assert _numbers(county.sign_in("county"), query) == expected


def test_each_choice_leads_to_as_many_findings_as_it_says(county: County) -> None:
    client = county.sign_in("county")
    page = client.get("/findings/")
    checked = 0
    for name in ("township", "kind", "severity", "state"):
        for choice in page.context["choices"][name]:
            found = client.get("/findings/", {name: choice.value}).context["count"]
            assert found == choice.count, (name, choice)
            checked += 1
    assert checked >= 8


def test_paging_by_key_shows_every_finding_once(county: County, tmp_path: Path) -> None:
    findings = [
        (kind, "new", 0, f"6204020000{n:02d}")
        for n in range(60)
        for kind in ("medical_expense", "two_posts")
    ]
    folder = RunFolder(findings, [(f"6204020000{n:02d}", 0) for n in range(60)])
    run = load_run(by=None, folder=folder.write(tmp_path / "big"), names=folder.names())
    client = county.sign_in("county")
    seen, after = [], 0
    while True:
        page = client.get(
            "/findings/", {"after": after}, headers={"HX-Request": "true", "HX-Target": "more"}
        )
        seen += [row.pk for row in page.context["rows"]]
        after = page.context["more"]
        if after is None:
            break
    assert seen == list(Finding.objects.filter(run=run).values_list("pk", flat=True))
    assert len(seen) == 120


@pytest.mark.parametrize("path", ["/overview/", "/findings/", "/deliveries/", "/households/{}/"])
def test_the_number_of_queries_does_not_grow_with_the_data(
    county: County, tmp_path: Path, path: str
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = county.sign_in("county")
    few_path = path.format("620402000001")
    client.get(few_path)  # what is loaded once per process
    with CaptureQueriesContext(connection) as few:
        client.get(few_path)
    numbers = [f"6204020000{n:02d}" for n in range(50)]
    findings = [
        (kind, state, n % 4, numbers[n])
        for n in range(50)
        for kind in ("medical_expense", "two_posts", "nursing_allowance_missing")
        for state in ("new", "continuing")
    ]
    folder = RunFolder(findings, [(number, n % 4) for n, number in enumerate(numbers)], rejected=80)
    load_run(by=None, folder=folder.write(tmp_path / "more"), names=folder.names())
    many_path = path.format(numbers[0])
    client.get(many_path)  # the first look at somebody is counted, the second is not
    with CaptureQueriesContext(connection) as many:
        assert client.get(many_path).status_code == 200
    assert len(many) == len(few)
    assert len(few) <= 29


def test_an_export_is_written_down_and_holds_what_the_list_shows(county: County) -> None:
    client = county.sign_in("township")
    asked = {"severity": "alert", "state": "open", "purpose": "visit"}
    response = client.post("/lists/findings/export.csv", asked)
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == 2
    assert rows[1][6] == "'620402000001", "long numbers must survive a spreadsheet program"
    assert rows[1][7] == "赵测甲"
    entry = AuditEntry.objects.get(action="export.asked")
    assert entry.actor == county.users["township"]
    assert entry.detail["filter"] == {
        "about": county.run.intake.key,
        "severity": "alert",
        "state": "open",
    }
    assert AuditEntry.objects.get(action="export.made").detail["rows"] == 1


def test_excel_holds_text_only_and_no_live_formula(county: County) -> None:
    Finding.objects.filter(household_number="620402000001").update(
        sentence_zh='=HYPERLINK("http://evil.example","x")', village="@SUM(1)"
    )
    client = county.sign_in("county")
    response = client.post("/lists/findings/export.xlsx", {"state": "all", "purpose": "visit"})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    sheet = book.active
    assert sheet.max_row == 8
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert cells
    assert all(cell.data_type == "s" for cell in cells)
    assert any(cell.value.startswith("'=HYPERLINK") for cell in cells)
    assert not any(str(cell.value).startswith(("=", "@", "+", "-")) for cell in cells)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＠"])
def test_a_cell_that_begins_like_a_formula_is_disarmed(start: str) -> None:
    assert neutral(f"{start}1+1").startswith("'")
    assert neutral("1+1=2") == "1+1=2"
    assert neutral(None) == ""


def test_english_pages_hold_the_english_words(county: County) -> None:
    client = county.sign_in("county")
    client.post("/language/", {"language": "en"})
    text = client.get("/findings/").content.decode()
    assert "large self-paid medical expense" in text
    assert "大额医疗自付" not in text
    assert "Continuing" in text
    for path in ("/overview/", "/households/620402000001/", "/deliveries/", "/upload/", "/packs/"):
        assert "数据截至" not in client.get(path).content.decode(), path
