"""The what-if page on the small county. Net income per person of its four households, all lifted
out of poverty and none monitored: 5,500 and 6,000 yuan in the first township, 6,500 and 7,000 in
the second; a household below the monitoring line (6,000) is a finding. The numbers below are worked
by hand from that."""

import csv
import io
import re
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cast import County
from tests.run_folder import RunFolder

from fangpin.foundation.models import AuditEntry
from fangpin.screening import what_if_queries
from fangpin.screening.actions import load_run
from fangpin.screening.models import Run, Scenario
from fangpin.screening.what_if import Baseline

FIRST, SECOND, THIRD, FOURTH = (f"62040200000{n}" for n in (1, 2, 3, 4))
PARTIAL = {"HX-Request": "true", "HX-Target": "result"}


def ask(client: Client, line: str = "", **more: Any) -> Any:
    """What if the monitoring line were `line` yuan? Only the part that changes."""
    headers = more.pop("headers", PARTIAL)
    return client.post("/what-if/", {"param.monitoring_line": line, **more}, headers=headers)


def households(response: Any) -> list[str]:
    return [row["household_number"] for row in response.context["result"].flips.rows]


@pytest.mark.parametrize(
    ("line", "gained", "lost"),
    [
        ("6000.01", [SECOND], []),  # 6,000 lay at the line, now it lies below
        ("6500", [SECOND], []),
        ("0.7万元", [SECOND, THIRD], []),
        ("7000.01", [SECOND, THIRD, FOURTH], []),
        ("5500.01", [], []),
        ("5500", [], [FIRST]),
        ("1", [], [FIRST]),
    ],
)
def test_who_is_gained_and_lost(
    county: County, line: str, gained: list[str], lost: list[str]
) -> None:
    response = ask(county.sign_in("county"), line)
    assert response.status_code == 200
    total = response.context["result"].total
    assert (total.gained, total.lost) == (len(gained), len(lost))
    assert households(response) == gained + lost
    text = response.content.decode()
    for number in gained + lost:
        assert f'href="/households/{number}/"' in text


def test_the_sentence_and_the_figures_before_and_after(county: County) -> None:
    text = ask(county.sign_in("county"), "7000").content.decode()
    assert "把“监测线”从 6,000元/人·年 改为 7,000元/人·年，将新增疑点户 2 户" in text
    assert "人均纯收入 6,500.00 元/人·年 ≥ 监测线 6,000 元/人·年" in text
    assert "人均纯收入 6,500.00 元/人·年 &lt; 监测线 7,000 元/人·年" in text
    client = county.sign_in("county")
    client.post("/language/", {"language": "en"})
    english = ask(client, "7000").content.decode()
    assert "2 households gain a finding" in english
    assert not re.search("监测线|新增|减少", english)


def test_nothing_changed_shows_how_things_are(county: County) -> None:
    response = ask(county.sign_in("county"), "6,000")
    result = response.context["result"]
    assert result.asked is False
    assert result.total.before == 1
    assert [row.group.label.zh for row in result.areas] == ["清水镇"]
    assert "逐户名单" not in response.content.decode()


SEEN = {
    "county": ({"清水镇": (1, 0), "石门乡": (1, 0)}, [SECOND, THIRD]),
    "leader": ({"清水镇": (1, 0), "石门乡": (1, 0)}, [SECOND, THIRD]),
    "township": ({"下河村": (1, 0)}, [SECOND]),
    "other_township": ({"东岭村": (1, 0)}, [THIRD]),
}


@pytest.mark.parametrize("name", list(SEEN))
def test_numbers_list_and_file_are_cut_to_the_readers_area(county: County, name: str) -> None:
    areas, numbers = SEEN[name]
    client = county.sign_in(name)
    response = ask(client, "7000")
    result = response.context["result"]
    shown = {row.group.label.zh: (row.counts.gained, row.counts.lost) for row in result.areas}
    assert shown == areas
    assert result.total.gained == len(numbers) == sum(gained for gained, _ in areas.values())
    assert households(response) == numbers
    assert sum(row.counts.gained for row in result.kinds) == len(numbers)
    text = response.content.decode()
    assert not any(number in text for number in {SECOND, THIRD} - set(numbers))
    outside = {"清水镇", "石门乡", "上河村", "下河村", "东岭村", "西岭村"}
    if name in ("township", "other_township"):
        own = (
            {"清水镇", "上河村", "下河村"} if name == "township" else {"石门乡", "东岭村", "西岭村"}
        )
        assert not any(place in text for place in outside - own)
    asked = {"param.monitoring_line": "7000", "purpose": "meeting"}
    file = client.post("/what-if/export.csv", asked)
    if name == "leader":
        assert file.status_code == 404, "a leader reads, and takes nothing away"
        return
    rows = list(csv.reader(io.StringIO(b"".join(file.streaming_content).decode("utf-8-sig"))))
    assert [row[5] for row in rows[1:]] == [f"'{number}" for number in numbers]


def test_only_who_may_export_is_offered_a_file(county: County) -> None:
    for name, offered in {"county": True, "township": True, "leader": False}.items():
        text = ask(county.sign_in(name), "7000").content.decode()
        assert ("/what-if/export.xlsx" in text) is offered, name


def test_names_are_for_those_who_may(county: County) -> None:
    assert "赵测乙" in ask(county.sign_in("county"), "7000").content.decode()
    assert "赵测" not in ask(county.sign_in("leader"), "7000").content.decode()


def test_the_page_says_what_the_library_says(county: County) -> None:
    folder = Path(county.run.intake.folder)
    expected = Baseline.load(folder).what_if({"monitoring_line": "6500", "posts_allowed": "2"})
    response = ask(county.sign_in("county"), "6500", **{"param.posts_allowed": "2"})
    found = response.context["result"].comparison
    assert found.total == expected.total
    assert found.by("township") == expected.by("township")
    assert found.by("kind") == expected.by("kind")
    assert found.programmes == expected.programmes
    assert found.costs == expected.costs
    assert found.sentence == expected.sentence


def test_refused_values_are_told_beside_their_fields_in_both_languages(county: County) -> None:
    client = county.sign_in("county")
    response = ask(client, "viel", **{"param.newborn_days": "1.5"})
    assert response.status_code == 200, "htmx takes over the partial"
    text = response.content.decode()
    assert "有 2 个数值未被接受" in text
    problems = dict(re.findall(r'id="e-(\w+)" role="alert" hx-swap-oob="true">([^<]+)<', text))
    assert set(problems) == {"monitoring_line", "newborn_days"}
    assert "应为金额" in problems["monitoring_line"]
    whole = ask(client, "viel", headers={})
    assert whole.status_code == 422
    assert 'value="viel"' in whole.content.decode(), "what was typed stays in its field"
    client.post("/language/", {"language": "en"})
    english = ask(client, "viel").content.decode()
    assert "an amount of money" in english
    assert "应为金额" not in english


def test_a_corrected_value_takes_its_complaint_away(county: County) -> None:
    text = ask(county.sign_in("county"), "7000").content.decode()
    assert 'id="e-monitoring_line" role="alert" hx-swap-oob="true"></span>' in text


def test_another_pack_is_compared_rule_by_rule(county: County) -> None:
    client = county.sign_in("county")
    response = ask(client, pack="cn-base")
    assert response.context["result"].asked is True
    folder = Path(county.run.intake.folder)
    from fangpin.policy import load_pack

    expected = Baseline.load(folder).what_if({}, load_pack("cn-base"))
    assert response.context["result"].total == expected.total
    assert "改用政策包" in response.content.decode()


def test_without_scripts_the_whole_page_answers(county: County) -> None:
    response = ask(county.sign_in("county"), "7000", headers={})
    text = response.content.decode()
    assert "<html" in text
    assert "将新增疑点户 2 户" in text
    assert 'value="7000"' in text


@pytest.fixture
def nothing_kept() -> None:
    """The run of this module's county has to be read anew."""
    what_if_queries._kept.cache_clear()


def test_a_run_folder_that_is_gone_is_told(county: County, nothing_kept: None) -> None:
    shutil.rmtree(county.run.intake.folder)
    client = county.sign_in("county")
    assert client.get("/what-if/").status_code == 200
    response = ask(client, "7001")
    assert response.status_code == 200
    text = response.content.decode()
    assert "服务器上找不到这次比对" in text
    assert county.run.intake.folder not in text, "a reader is told no path of the server"
    assert ask(client, "7001", headers={}).status_code == 422
    assert client.post("/what-if/export.csv", {"param.monitoring_line": "7001"}).status_code == 422


def test_a_damaged_run_folder_is_told(county: County, nothing_kept: None) -> None:
    Path(county.run.intake.folder, "snapshot/persons.parquet").write_bytes(b"PAR1 no more")
    assert "服务器上找不到这次比对" in ask(county.sign_in("county"), "7001").content.decode()


def test_a_pack_that_is_gone_is_told(county: County) -> None:
    Run.objects.update(pack_name="gone-2020")
    client = county.sign_in("county")
    response = client.get("/what-if/")
    assert response.status_code == 422
    assert "政策包 gone-2020 已不在服务器上" in response.content.decode()
    assert client.post("/what-if/export.csv").status_code == 404
    assert save(client, "七千", "7000").status_code == 404


def test_a_run_too_large_for_a_page_is_told(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fangpin.screening.what_if_queries.MOST_PERSONS", 7)
    text = ask(county.sign_in("county"), "7000").content.decode()
    assert "超出页面试算的上限 7 人" in text


def test_the_list_goes_on_and_can_be_cut_to_one_direction(county: County, tmp_path: Path) -> None:
    numbers = [f"6204020001{n:02d}" for n in range(60)]
    incomes: dict[str, int | None] = dict.fromkeys(numbers[:55], 6500)
    incomes |= dict.fromkeys(numbers[55:], 5000)
    written = RunFolder([], [(number, 0) for number in numbers], incomes=incomes)
    load_run(by=None, folder=written.write(tmp_path / "many"), names=written.names())
    client = county.sign_in("county")
    assert len(households(ask(client, "7000"))) == 50
    rest = ask(client, "7000", after="50", headers={"HX-Request": "true", "HX-Target": "more"})
    assert [row["household_number"] for row in rest.context["flips"].rows] == numbers[50:55]
    assert rest.context["flips"].more is None
    short = ask(client, "7000", size="10").context["result"].flips
    assert (len(short.rows), short.more) == (10, 10)
    assert len(households(ask(client, "7000", size="100000"))) == 50, "not as many as one likes"
    # The line falls to 1: those at 5,000 are lost, nobody is gained.
    target = {"HX-Request": "true", "HX-Target": "flip-list"}
    lost = ask(client, "1", direction="lost", headers=target).context["flips"]
    assert [row["household_number"] for row in lost.rows] == numbers[55:]
    gained = ask(client, "1", direction="gained", headers=target).context["flips"]
    assert gained.rows == []
    assert gained.counts == {"gained": 0, "lost": 5, "became_unknown": 0}


def test_unknown_is_shown_apart_and_never_as_lost(county: County, tmp_path: Path) -> None:
    numbers = [f"6204020002{n:02d}" for n in range(3)]
    incomes: dict[str, int | None] = dict(zip(numbers, (6500, None, None), strict=True))
    written = RunFolder([], [(number, 0) for number in numbers], incomes=incomes)
    load_run(by=None, folder=written.write(tmp_path / "gaps"), names=written.names())
    response = ask(county.sign_in("county"), "7000")
    total = response.context["result"].total
    assert (total.gained, total.lost, total.unknown_before, total.unknown_after) == (1, 0, 2, 2)
    assert "无法判断" in response.content.decode()


def test_an_export_is_written_down_with_what_was_asked(county: County) -> None:
    client = county.sign_in("county")
    asked = {"param.monitoring_line": "0.7万元", "purpose": "meeting"}
    response = client.post("/what-if/export.xlsx", asked)
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    rows = list(book.active.iter_rows(values_only=True))
    assert [row[5] for row in rows[1:]] == [SECOND, THIRD]
    assert rows[1][7 - 1] == "赵测乙"
    assert "7,000" in rows[1][9]
    asked_for = AuditEntry.objects.get(action="export.asked")
    made = AuditEntry.objects.get(action="export.made")
    assert asked_for.actor == made.actor == county.users["county"]
    assert asked_for.detail["filter"]["changes"] == {"monitoring_line": "7000 元/人·年"}
    assert made.detail["rows"] == 2
    assert len(made.detail["sha256"]) == 64
    for entry in (asked_for, made):
        assert not re.search("赵测|6204020000", str(entry.detail)), "no names, no households"


def test_the_number_of_queries_does_not_grow_with_the_list(county: County, tmp_path: Path) -> None:
    client = county.sign_in("county")
    ask(client, "6500")
    with CaptureQueriesContext(connection) as few:
        ask(client, "6500")
    numbers = [f"6204020003{n:02d}" for n in range(40)]
    incomes: dict[str, int | None] = dict.fromkeys(numbers, 6200)
    written = RunFolder([], [(n, at % 4) for at, n in enumerate(numbers)], incomes=incomes)
    load_run(by=None, folder=written.write(tmp_path / "more"), names=written.names())
    with CaptureQueriesContext(connection) as many:
        response = ask(client, "6500")
    assert len(households(response)) == 40
    assert len(many) == len(few)
    assert len(few) <= 10


# ---- scenarios ---------------------------------------------------------------------------------


def save(client: Client, name: str, line: str, **more: str) -> Any:
    return client.post("/what-if/scenarios/", {"name": name, "param.monitoring_line": line, **more})


def test_save_open_compare_delete(county: County) -> None:
    client = county.sign_in("county")
    saved = save(client, "七千", "0.7万元", note="按人均收入调整")
    kept = Scenario.objects.get()
    assert saved.status_code == 303
    assert saved.headers["Location"] == f"/what-if/?scenario={kept.pk}"
    assert kept.changes == {"monitoring_line": "7000 元/人·年"}
    page = client.get(saved.headers["Location"]).content.decode()
    assert "情景“七千”" in page
    assert re.search(r'name="param.monitoring_line" value="7000"', page)

    save(client, "六千五", "6500")
    other = Scenario.objects.get(name="六千五")
    listing = client.get("/what-if/scenarios/").content.decode()
    assert "按人均收入调整" in listing
    assert "6,000元/人·年" in listing
    compared = client.get("/what-if/compare/", {"s": [kept.pk, other.pk]})
    first, second = compared.context["sides"]
    assert (first.total.gained, second.total.gained) == (2, 1)
    counts = [compared.context[name] for name in ("both", "only_first", "only_second")]
    assert counts == [1, 1, 0]
    lines = {line.label.zh: line for line in compared.context["townships"]}
    assert lines["石门乡"].apart == -1, "the third household only under the first"
    assert lines["清水镇"].apart == 0

    assert client.post(f"/what-if/scenarios/{kept.pk}/delete/").status_code == 302
    assert list(Scenario.objects.all()) == [other]
    written = AuditEntry.objects.filter(action__startswith="scenario.").order_by("id")
    actions = [entry.action for entry in written]
    assert actions == ["scenario.save", "scenario.save", "scenario.delete"]


def test_a_saved_scenario_is_worked_out_within_the_readers_area(county: County) -> None:
    save(county.sign_in("township"), "七千", "7000")
    kept = Scenario.objects.get()
    assert county.sign_in("other_township").get(f"/what-if/?scenario={kept.pk}").status_code == 404
    page = county.sign_in("leader").get(f"/what-if/?scenario={kept.pk}")
    assert page.context["scenario"] == kept
    assert ask(county.sign_in("leader"), "7000").context["result"].total.gained == 2


@pytest.mark.parametrize(
    ("name", "line", "said"),
    [("", "7000", "请填写情景名称"), ("七千", "7000", "您已有名为"), ("新", "viel", "应为金额")],
)
def test_what_cannot_be_saved_is_told_and_what_was_typed_stays(
    county: County, name: str, line: str, said: str
) -> None:
    client = county.sign_in("county")
    save(client, "七千", "7000")
    response = save(client, name, line, note="保留这句")
    assert response.status_code == 422
    text = response.content.decode()
    assert said in text
    assert f'value="{line}"' in text
    assert Scenario.objects.count() == 1


def test_the_list_of_scenarios_needs_as_many_queries_for_many(county: County) -> None:
    client = county.sign_in("county")
    save(client, "0", "7000")
    with CaptureQueriesContext(connection) as few:
        client.get("/what-if/scenarios/")
    for number in range(1, 8):
        save(client, str(number), f"{7000 + number}")
    with CaptureQueriesContext(connection) as many:
        assert client.get("/what-if/scenarios/").content.decode().count("/delete/") == 8
    assert len(many) == len(few)


def test_a_leader_sees_scenarios_and_keeps_none(county: County) -> None:
    client = county.sign_in("leader")
    assert save(client, "七千", "7000").status_code == 404
    assert "保存为情景" not in ask(client, "7000").content.decode()
    assert not Scenario.objects.exists()


def test_two_are_needed_to_compare(county: County) -> None:
    client = county.sign_in("county")
    save(client, "七千", "7000")
    kept = Scenario.objects.get()
    response = client.get("/what-if/compare/", {"s": [kept.pk]})
    assert response.status_code == 422
    assert "请选择两个情景" in response.content.decode()
    assert client.get("/what-if/compare/", {"s": [kept.pk, 10**9]}).status_code == 404


def test_a_scenario_of_other_data_says_so(county: County, tmp_path: Path) -> None:
    client = county.sign_in("county")
    save(client, "七千", "7000")
    Scenario.objects.update(snapshot_hash="c" * 64)
    kept = Scenario.objects.get()
    text = client.get(f"/what-if/?scenario={kept.pk}").content.decode()
    assert "保存时所用数据截至 2021-05-31" in text


def test_a_figure_that_the_pack_has_no_more_stays_readable(county: County) -> None:
    client = county.sign_in("county")
    save(client, "七千", "7000")
    Scenario.objects.update(changes={"gone_line": "5 元"})
    assert "gone_line" in client.get("/what-if/scenarios/").content.decode()
