"""The pages: who gets what, what the forms do, figures that open their list."""

import re
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
import xlsxwriter
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.clues.conftest import FIRST, HOUSEHOLDS, OWN, SECOND, SIBLING, load

from fangpin.clues.actions import answer, from_run, report, send
from fangpin.clues.models import AnswersReturned, Clue, ClueAnswer, ClueReason, RunTaken
from fangpin.people.models import User
from fangpin.registry.models import Person
from fangpin.registry.sealing import close_one
from fangpin.screening.models import Run

pytestmark = pytest.mark.django_db
People = dict[str, User]
PURPOSE = {"purpose": "visit"}


@pytest.fixture
def clue(run: Run, users: People) -> Clue:
    from_run(by=None, run=run)
    return Clue.objects.get(household__number=FIRST)


def seen_by(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, path: str, status: int = 200) -> str:
    response = seen_by(user).get(path)
    assert response.status_code == status, path
    return response.content.decode()


def test_the_list_shows_the_readers_area_only(clue: Clue, users: People) -> None:
    county, village = page(users["county"], "/clues/"), page(users["village"], "/clues/")
    assert FIRST in county
    assert SECOND in county
    assert FIRST in village
    assert SECOND not in village
    assert "大额医疗自付" in county
    page(users["medical"], "/clues/", 404)


def test_filters_orders_and_pages(clue: Clue, users: People) -> None:
    client = seen_by(users["county"])
    for query, there in (
        ("?rule=medical_expense", True),
        ("?rule=none", False),
        ("?channel=cadre", False),
        ("?state=sent", False),
        (f"?village={OWN}", True),
        (f"?village={SIBLING}", False),
        ("?opened_from=2020-01-01&opened_to=2020-02-01", False),
        ("?order=due", True),
        ("?order=place", True),
    ):
        text = client.get(f"/clues/{query}").content.decode()
        assert (FIRST in text) is there, query


def test_a_list_of_any_length_takes_the_same_queries(clue: Clue, users: People) -> None:
    client = seen_by(users["county"])
    client.get("/clues/?state=all")
    with CaptureQueriesContext(connection) as few:
        client.get("/clues/?state=all")
    Clue.objects.bulk_create(
        Clue(
            household=clue.household, village_code=clue.village_code, opened_at=clue.opened_at,
            channels=["cadre"], state="closed", ended_as="not_true", closed_at=clue.opened_at,
        )
        for _ in range(60)
    )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        text = client.get("/clues/?state=all").content.decode()
    assert len(many) == len(few)
    more = re.search(r'href="/clues/(\?[^"]*after=[^"]+)"', text)
    assert more
    following = client.get(f"/clues/{more[1]}".replace("&amp;", "&")).content.decode()
    assert SECOND in following
    assert len(re.findall("<tr>", following)) == 13  # 12 clues and the head


def test_one_clue_with_figures_and_source_rows(clue: Clue, users: People) -> None:
    text = page(users["village"], f"/clues/{clue.pk}/")
    for said in ("23,180", "医保结算.xlsx", "住院", "第 17 行", "不属实", "医疗保障局"):
        assert said in text, said
    for who in ("other_township", "medical"):
        page(users[who], f"/clues/{clue.pk}/", 404)
    leader = page(users["leader"], f"/clues/{clue.pk}/")
    assert "提交答复" not in leader


def test_send_then_answer_by_forms(clue: Clue, users: People) -> None:
    township, village = seen_by(users["township"]), seen_by(users["village"])
    asked = township.get(f"/clues/send/?clue={clue.pk}").content.decode()
    assert "将下发" in asked
    done = township.post("/clues/send/", {"clue": clue.pk, "count": "1", "days": "4"})
    assert done.status_code == 302
    clue.refresh_from_db()
    assert (clue.state, clue.days) == ("sent", 4)
    form = {"version": clue.version, "client_id": uuid4(), "choice": "", "note": ""}
    refused = village.post(f"/clues/{clue.pk}/answer/", form)
    assert refused.status_code == 422
    assert "请选择核查结果" in refused.content.decode()
    form["choice"] = "not_true:data_wrong"
    for _ in range(2):  # the button pressed twice
        answered = village.post(f"/clues/{clue.pk}/answer/", form)
        assert answered["Location"].endswith("?said=answered")
    assert ClueAnswer.objects.count() == 1
    clue.refresh_from_db()
    assert clue.ended_as == "not_true"
    back = township.post(
        f"/clues/{clue.pk}/take-back/", {"version": clue.version, "reason": "看错户"}
    )
    assert back.status_code == 302
    clue.refresh_from_db()
    assert clue.state == "sent"


def test_what_has_changed_since_it_was_shown_is_not_sent(clue: Clue, users: People) -> None:
    township = seen_by(users["township"])
    response = township.post("/clues/send/", {"count": "7", "days": "4"})
    assert response.status_code == 422
    assert Clue.objects.filter(state="sent").count() == 0
    assert township.post("/clues/send/", {"count": "2", "days": "0"}).status_code == 422
    assert township.post("/clues/send/", {"count": "2", "days": "3"}).status_code == 302
    assert Clue.objects.filter(state="sent").count() == 2


def test_a_lead_entered_by_hand_joins_the_clue_and_stays_closed(clue: Clue, users: People) -> None:
    village = seen_by(users["village"])
    form = {
        "client_id": uuid4(), "source": "cadre:grid_worker", "number": FIRST,
        "text": "户主赵测甲上月住院", "reporter": "钱试乙 13711112222", "reference": "",
    }  # fmt: skip
    made = village.post("/clues/new/", form)
    assert made["Location"] == f"/clues/{clue.pk}/"
    assert village.post("/clues/new/", form)["Location"] == f"/clues/{clue.pk}/"
    clue.refresh_from_db()
    assert clue.channels == ["cadre", "screening"]
    reason = ClueReason.objects.get(channel="cadre")
    assert (reason.text, reason.reporter) == ("户主赵测甲上月住院", "钱试乙 13711112222")
    with connection.cursor() as cursor:
        cursor.execute("SELECT r::text FROM clues_cluereason r")
        stored = "".join(row[0] for row in cursor.fetchall())
    assert "13711112222" not in stored
    assert "上月住院" not in stored
    # Who told it is for who entered it, the township and the county.
    assert "13711112222" in page(users["village"], f"/clues/{clue.pk}/")
    assert "13711112222" in page(users["township"], f"/clues/{clue.pk}/")
    leader = page(users["leader"], f"/clues/{clue.pk}/")
    assert "13711112222" not in leader
    assert "上月住院" not in leader


def test_what_is_refused_on_the_form_is_said_beside_it(clue: Clue, users: People) -> None:
    village = seen_by(users["village"])
    form = {"client_id": uuid4(), "source": "cadre:grid_worker", "text": "户主上月住院"}
    for wrong, said in (
        ({"number": SECOND}, "辖区内没有编号"),
        ({"village": SIBLING}, "请选择所在村"),
        ({"text": ""}, "请写明发现的情况"),
        ({"source": "cadre:nobody"}, "请选择线索来源"),
    ):
        response = village.post("/clues/new/", form | wrong)
        assert response.status_code == 422, wrong
        assert said in response.content.decode()
    assert village.post("/clues/new/", form | {"source": "supervision:press"}).status_code == 404


def test_somebody_not_registered_is_named_later(clue: Clue, users: People) -> None:
    village = seen_by(users["village"])
    made = village.post(
        "/clues/new/",
        {
            "client_id": uuid4(), "source": "application:in_person", "village": OWN,
            "text": "本人当面申请，家中失火",
        },
    )  # fmt: skip
    new = Clue.objects.get(household=None)
    assert made["Location"] == f"/clues/{new.pk}/"
    # Found true only once somebody has said who it is.
    form = {"version": new.version, "client_id": uuid4(), "choice": "true:as_found"}
    assert village.post(f"/clues/{new.pk}/answer/", form).status_code == 422
    wrong = village.post(f"/clues/{new.pk}/household/", {"version": new.version, "number": SECOND})
    assert wrong.status_code == 422
    joined = village.post(f"/clues/{new.pk}/household/", {"version": new.version, "number": FIRST})
    assert joined["Location"] == f"/clues/{clue.pk}/"
    new.refresh_from_db()
    clue.refresh_from_db()
    assert (new.ended_as, clue.channels) == ("merged", ["application", "screening"])


def _list(rows: list[tuple[str, ...]]) -> BytesIO:
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([("推送编号", "户编号", "身份证号", "所在村", "情况说明"), *rows]):
            for column, cell in enumerate(row):
                sheet.write_string(at, column, cell)
    file.seek(0)
    file.name = "推送.xlsx"
    return file


def test_leads_of_a_platform_are_tried_then_entered(clue: Clue, users: People) -> None:
    person = Person.objects.get(number=f"{SECOND}01")
    closed = close_one(Person, person.pk, {"id_number": "620402198001010019"})
    Person.objects.filter(pk=person.pk).update(**closed)
    rows = [
        ("P-1", FIRST, "", "", "全国系统推送：医疗支出较大"),
        ("P-2", "", "62040219800101001x".replace("x", "9"), "", "全国系统推送：收入骤减"),
        ("P-3", "", "", "下河村", "未登记人员求助"),
        ("P-1", FIRST, "", "", "与第一行重复"),
        ("P-5", "000", "", "无此村", "找不到的户"),
        ("", FIRST, "", "", "没有编号的"),
    ]
    township = seen_by(users["township"])
    asked = township.post("/clues/platform/", {"source": "national", "file": _list(rows)})
    text = asked.content.decode()
    assert asked.status_code == 200
    assert not ClueReason.objects.filter(channel="platform").exists()
    for said in ("编号与上面的行重复", "没有推送编号", "并入该户已有线索", "未对应到户"):
        assert said in text, said
    assert "620402198001010019" not in text
    packed = re.search(r'name="rows" value="([^"]+)"', text)
    assert packed
    for _ in range(2):
        done = township.post("/clues/platform/", {"rows": packed[1]})
    assert "已导入 0 条线索" in done.content.decode()
    assert ClueReason.objects.filter(channel="platform").count() == 3
    named = Clue.objects.get(household__number=SECOND)
    assert named.channels == ["platform", "screening"]
    # Another actor cannot use what was tried by this one.
    assert seen_by(users["county"]).post("/clues/platform/", {"rows": packed[1]}).status_code == 422


def test_answers_return_to_their_department_only(clue: Clue, users: People) -> None:
    answer(
        by=users["village"], clue=clue.pk, version=1, answer="not_true", reason="data_wrong",
        client_id=uuid4(), note="内部备注",
    )  # fmt: skip
    county = seen_by(users["county"])
    waiting = county.get("/clues/returns/").content.decode()
    assert "医疗保障局" in waiting
    assert "教育局" not in waiting
    made = county.post("/clues/returns/", {"department": "医疗保障局"})
    assert made.status_code == 302
    assert county.post("/clues/returns/", {"department": "医疗保障局"}).status_code == 422
    assert AnswersReturned.objects.get().rows == 1
    path = made["Location"]
    text = page(users["medical"], path)
    for said in ("医保结算.xlsx", "第 17 行", "不属实", "部门数据有误", FIRST):
        assert said in text, said
    assert "内部备注" not in text
    page(users["school"], path, 404)
    page(users["village"], path, 404)
    assert "教育局" not in page(users["school"], "/clues/returns/")
    taken = seen_by(users["medical"]).post(f"{path}export.csv", PURPOSE)
    assert taken.status_code == 200
    assert "部门数据有误" in b"".join(taken.streaming_content).decode()  # type: ignore[attr-defined]
    assert seen_by(users["school"]).post(f"{path}export.csv", PURPOSE).status_code == 404
    assert (
        seen_by(users["township"]).post("/clues/returns/", {"department": "x"}).status_code == 404
    )


def test_rates_count_and_every_figure_opens_its_list(clue: Clue, users: People) -> None:
    other = Clue.objects.get(household__number=SECOND)
    send(by=users["county"], clues=[clue.pk, other.pk])
    answer(
        by=users["village"], clue=clue.pk, version=1, answer="true", reason="as_found",
        client_id=uuid4(),
    )  # fmt: skip
    report(
        by=users["township"], channel="cadre", source="helper", text="帮扶责任人反映",
        client_id=uuid4(), household=other.household_id,
    )  # fmt: skip
    county = seen_by(users["county"])
    for by in ("channel", "month"):
        text = county.get(f"/clues/rates/?by={by}").content.decode()
        links = re.findall(r'<a href="(/clues/\?[^"]+)">([\d,]+)</a>', text)
        assert len(links) >= 6, by
        for address, count in links:
            listed = county.get(address.replace("&amp;", "&")).content.decode()
            shown = re.search(r'role="status"><strong class="num">([\d,]+)', listed)
            assert shown
            assert shown[1] == count, address
    assert "大额医疗自付" in county.get("/clues/rates/?by=rule").content.decode()
    assert "清水镇" in county.get("/clues/rates/?by=township").content.decode()
    assert "上河村" in page(users["village"], "/clues/rates/?by=township")
    text = county.get("/clues/rates/?by=channel").content.decode()
    assert "100%" in text
    assert "–" in text  # nothing from cadres has been answered: unknown, not zero
    assert "没有线索" in county.get("/clues/rates/?to=2019-01-01").content.decode()


def test_two_people_release_a_held_run_on_its_page(run: Run, users: People, tmp_path: Path) -> None:
    rows = [("medical_expense", "new", at, number) for number, at in HOUSEHOLDS[:12]]
    held = from_run(by=None, run=load(tmp_path, rows, as_of="2021-06-30"))
    county, approver = seen_by(users["county"]), seen_by(users["approver"])
    assert "超过上限" in county.get("/clues/").content.decode()
    path = f"/clues/runs/{held.pk}/"
    page(users["township"], path, 404)
    assert county.post(path, {"do": "propose", "reason": ""}).status_code == 422
    assert county.post(path, {"do": "propose", "reason": "已与医保局核对"}).status_code == 302
    assert county.post(path, {"do": "release"}).status_code == 422
    assert not Clue.objects.exists()
    assert approver.post(path, {"do": "release"}).status_code == 302
    assert Clue.objects.count() == 12
    assert RunTaken.objects.get().state == "released"
    assert "已放行" in approver.get(path).content.decode()


def test_the_list_as_a_file(clue: Clue, users: People) -> None:
    taken = seen_by(users["township"]).post("/lists/clues/export.csv", PURPOSE)
    text = b"".join(taken.streaming_content).decode()  # type: ignore[attr-defined]
    assert FIRST in text
    assert "大额医疗自付" in text
    assert seen_by(users["leader"]).post("/lists/clues/export.csv", PURPOSE).status_code == 404
