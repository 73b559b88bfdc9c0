"""Files on their way out: purpose asked, watermark on pages and in rows, formulas disarmed."""

import csv
import io
from datetime import date
from uuid import uuid4

import openpyxl
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests.cases import world as cases
from tests.cast import County
from tests.registry.invented import family

from fangpin.checks.models import Hit
from fangpin.fieldwork.models import Device, Sent
from fangpin.foundation.models import ExportLog
from fangpin.people.actions import give_post
from fangpin.people.models import Role, User
from fangpin.places.models import Place
from fangpin.web.exports import Sheet, Watermark, leaving, number_in, taken
from fangpin.web.lists import known
from fangpin.web.wording import word

MARK = Watermark("E000042", "周某 2026-03-02 导出 编号E000042")
SHEET = Sheet("甲", (("一", 10), ("二", 10)), marked=1)
cells = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ["=1+1", " =1+1", "\u200b=1", "\ufeff@x", "\t=1", "\u3000+1", "-1", "\n=cmd|' /C calc'!A0"]
)


def test_without_a_purpose_the_page_asks_and_nothing_leaves(county: County) -> None:
    client = county.sign_in("township")
    for form in ({}, {"purpose": ""}, {"purpose": "other"}):
        response = client.post("/lists/findings/export.csv", {"severity": "alert"} | form)
        text = response.content.decode()
        assert response.status_code == 422
        assert '<input type="hidden" name="severity" value="alert">' in text
        assert text.count('name="csrfmiddlewaretoken"') >= 1
    assert not ExportLog.objects.exists()
    whole = {"severity": "alert", "purpose": "other", "purpose_note": "省厅调研"}
    assert client.post("/lists/findings/export.csv", whole).status_code == 200
    log = ExportLog.objects.get()
    assert (log.note, log.rows, log.state, log.taken) == ("省厅调研", 1, "ready", 1)


def test_a_file_carries_its_reader_on_each_page_and_in_each_row(county: County) -> None:
    user = county.users["county"]
    user.full_name = "周 & 某"
    user.save()
    client = county.sign_in("county")
    response = client.post("/lists/findings/export.xlsx", {"state": "all", "purpose": "visit"})
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
    response = client.post("/lists/findings/export.csv", {"state": "all", "purpose": "visit"})
    assert (response.status_code, response.headers["Location"]) == (302, "/exports/")
    log = ExportLog.objects.get()
    page = client.get("/exports/").content.decode()
    assert log.number in page
    assert "待审批" in page
    assert f"/exports/{log.pk}/file/" not in page
    listed = client.get("/findings/?state=all").content.decode()
    assert f"今日已导出同类数据 {log.rows} 条" in listed
    assert "当日累计超过 3 条" in listed
    asked = client.post("/lists/findings/export.csv", {"state": "all"}).content.decode()
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
    response = client.post("/lists/findings/export.csv", {"state": "all", "purpose": "visit"})
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


def taken_rows(client: Client, of: str, **asked: str) -> list[list[str]]:
    """The list as a file, its header first."""
    answer = client.post(f"/lists/{of}/export.csv", {"purpose": "visit", **asked})
    assert answer.status_code == 200, of
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]


def _some_of_each(county: County) -> None:
    """A family, hits and visits in two townships."""
    family()
    device = Device.objects.create(user=county.users["village"])
    for n, village in enumerate(("620402101201", "620402101202", "620402102201")):
        Hit.objects.create(
            rule="R04", unit="household", severity="error", village_code=village,
            household_number=f"62040200000{n}", opened=date(2022, 1, 1), seen=date(2022, 1, 1),
            sentence_zh="=1+1",
        )  # fmt: skip
        Sent.objects.create(
            client_id=uuid4(), device=device, user=device.user, kind="visit",
            village_code=village, digest=b"x", state="refused",
        )  # fmt: skip


PLACE = ["乡镇", "村", "村代码"]


@pytest.mark.parametrize(
    ("name", "path", "columns", "header", "least"),
    [
        (
            "households",
            "registry/households",
            "members",
            ["户编号", "户主", *PLACE, "组", "人口"],
            3,
        ),
        ("persons", "registry/persons", "age", ["姓名", "年龄", *PLACE, "户编号"], 3),
        ("quality", "quality/hits", "rule,household", ["问题", *PLACE, "户编号", "人编号"], 2),
        ("fieldwork", "fieldwork", "kind,state", ["编号", "事项", *PLACE, "状态"], 2),
        ("findings", "findings", "rule", ["类型", *PLACE, "户编号", "户主", "人编号", "规则"], 3),
    ],
)
def test_a_list_leaves_as_it_is_filtered_and_shown(
    county: County,
    name: str,
    path: str,
    columns: str,
    header: list[str],
    least: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _some_of_each(county)
    monkeypatch.setattr("fangpin.web.exports.lists._AT_ONCE", 2)  # pages follow each other
    client = county.sign_in("township")
    page = client.get(f"/{path}/?columns={columns}")
    assert f'action="/lists/{name}/export.xlsx"' in page.content.decode()
    rows = taken_rows(client, name, columns=columns)
    assert rows[0] == header
    assert len(rows) - 1 == page.context["count"] >= least
    assert all("<" not in cell for row in rows for cell in row)
    log = ExportLog.objects.get()
    assert (log.what, log.rows) == (name, len(rows) - 1)
    village = header.index("村")
    assert {number_in(row[village]) for row in rows[1:]} == {log.number}
    assert {row[village + 1] for row in rows[1:]} <= {"'620402101201", "'620402101202"}
    other = taken_rows(client, name, columns=columns, village="620402102201")
    assert len(other) == 1, "of another township"
    for reader in ("leader", "village", "auditor", "medical", "admin"):
        asked = {"purpose": "visit"}
        denied = county.sign_in(reader).post(f"/lists/{name}/export.csv", asked)
        assert denied.status_code == 404, reader


@pytest.mark.parametrize("name", ["households", "quality", "fieldwork", "findings"])
def test_only_what_the_right_to_take_away_reaches_leaves(county: County, name: str) -> None:
    _some_of_each(county)
    both = county.users["township"]  # reads the whole county, takes away what lies in one township
    place = Place.objects.get(code="620402000000")
    for role in (Role.APPROVER, Role.VILLAGE_WORKER):
        give_post(by=None, user=both, role=role, place=place, valid_from=date(2020, 1, 1))
    client = county.sign_in("township")
    elsewhere = {"village": "620402102201"}
    assert client.get(f"/lists/{name}/", elsewhere).status_code == 404
    everything = taken_rows(client, name, state="all" if name != "fieldwork" else "")
    at = everything[0].index("村代码")
    assert len(everything) > 1
    assert {row[at].strip("'")[:9] for row in everything[1:]} == {"620402101"}
    assert ExportLog.objects.get().areas == ["620402101"]


@pytest.mark.django_db
def test_cases_leave_with_their_days() -> None:
    world = cases.county()
    cases.begun(world, cases.home())
    User.objects.update(is_demo=True)  # signed in without a second step
    client = Client()
    client.force_login(world.township)
    header, row = taken_rows(client, "cases")
    assert header[:7] == ["编号", "程序", "户编号", "户主", "乡镇", "村", "村代码"]
    assert header[-4:] == ["全程时限", "逾期天数", "办结日期", "发起日期"]
    told = dict(zip(header, row, strict=True))
    assert (told["户编号"], told["村代码"]) == ("F1", f"'{cases.VILLAGE}")
    assert told["户主"]
    assert told["发起日期"] == world.day.isoformat()
    client.force_login(world.village)
    assert client.post("/lists/cases/export.csv", {"purpose": "visit"}).status_code == 404


def test_users_leave_with_whoever_gives_posts_and_nobody_else(county: County) -> None:
    security = User.objects.create(username="security", is_demo=True)
    county.users["security"] = security
    role = Role.SECURITY_ADMINISTRATOR
    give_post(by=None, user=security, role=role, place=None, valid_from=date(2020, 1, 1))
    client = county.sign_in("security")
    rows = taken_rows(client, "users", name="medical")
    assert [row[0] for row in rows] == ["用户名", "medical"]
    posts = rows[1][rows[0].index("任职")]
    assert posts.startswith("部门联络员 测试县 · 医疗保障局")
    log = ExportLog.objects.get()
    assert number_in(posts) == log.number
    assert (log.areas, log.rows) == ([], 1)
    assert log.number in client.get("/exports/").content.decode()
    again = client.post(f"/exports/{log.pk}/file/")
    assert again.status_code == 200
    for name in ("county", "admin", "auditor"):
        answer = county.sign_in(name).post("/lists/users/export.csv", {"purpose": "visit"})
        assert answer.status_code == 404, name


def test_who_releases_a_long_list_of_users(county: County, settings: object) -> None:
    settings.EXPORT_APPROVAL_ROWS = 3  # type: ignore[attr-defined]
    posts = {
        "security": (Role.SECURITY_ADMINISTRATOR, None),
        "approver": (Role.APPROVER, "620402000000"),
        "of_a_township": (Role.APPROVER, "620402101000"),
    }
    for name, (role, code) in posts.items():
        user = county.users[name] = User.objects.create(username=name, is_demo=True)
        place = Place.objects.get(code=code) if code else None
        give_post(by=None, user=user, role=role, place=place, valid_from=date(2020, 1, 1))
    client = county.sign_in("security")
    answer = client.post("/lists/users/export.csv", {"purpose": "inspection"})
    assert answer.headers["Location"] == "/exports/"
    log = ExportLog.objects.get()
    release = {"decision": "release"}
    path = f"/exports/{log.pk}/decision/"
    assert county.sign_in("of_a_township").post(path, release).status_code == 404
    assert county.sign_in("approver").post(path, release).status_code == 302
    assert client.post(f"/exports/{log.pk}/file/").status_code == 200


def test_every_list_leaves_and_has_its_word() -> None:
    for name in ("findings", "clues", "cases", "quality", "fieldwork", "households", "persons"):
        spec = known(name)
        assert spec is not None
        assert spec.export is not None
        assert spec.export.place is not None, "what lies somewhere leaves within an area only"
        assert word("export", name) != name
    assert word("export", "users") != "users"
