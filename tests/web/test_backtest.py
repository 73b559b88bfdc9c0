"""The backtest page on two months of the small county, worked by hand.

A household below 6,000 yuan per person is a finding. April: the first has 5,500, the second 5,900,
the third 6,500, the fourth 7,000; in May the second has 6,000. So the first two are found in April,
and only the first in May.
"""

import io
import re
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.test import Client
from tests.cast import HOUSEHOLDS, County
from tests.run_folder import RunFolder

from fangpin.foundation.models import AuditEntry
from fangpin.screening.actions import load_run
from fangpin.screening.backtest import backtest
from fangpin.screening.models import Answer, AnswerFile, Run
from fangpin.screening.outcomes import load_outcomes

FIRST, SECOND, THIRD, FOURTH = (number for number, _ in HOUSEHOLDS)
RULE = "low_income_not_monitored"
PARTIAL = {"HX-Request": "true", "HX-Target": "backtest"}
ANSWERS = f"""户编号,规则或疑点类型,答复日期,结果,渠道
{FIRST},{RULE},2021-05-10,属实,入户核查
{FIRST},,2021-05-05,属实,自主申报
{SECOND},{RULE},2021-05-12,不属实,入户核查
{THIRD},,2021-05-20,属实,热线
"""


@pytest.fixture
def april(county: County, tmp_path: Path) -> Run:
    """The month before; the county's run of May stays the current one."""
    written = RunFolder([], HOUSEHOLDS, as_of="2021-04-30", incomes={SECOND: 5900})
    folder = written.write(tmp_path / "april")
    return load_run(by=None, folder=folder, names=written.names(), make_current=False)


def hand_in(client: Client, text: str = ANSWERS, name: str = "核查结果.csv") -> Any:
    return client.post("/backtest/answers/", {"file": ContentFile(text.encode(), name)})


def ask(client: Client, **query: str) -> Any:
    return client.get("/backtest/", query, headers=PARTIAL)


def test_each_number_by_hand(county: County, april: Run) -> None:
    client = county.sign_in("county")
    assert hand_in(client).status_code == 303
    result = ask(client).context["result"]
    (row,) = result.rules
    judged = row.judged
    counts = (judged.findings, judged.confirmed, judged.refused, judged.unanswered)
    assert counts == (2, 1, 1, 0)
    assert row.precision == "50.0 %"
    assert (judged.recognised, judged.missed) == (2, 1), "the third applied and was never found"
    assert judged.lead is not None
    assert (judged.lead.n, judged.lead.median) == (1, 5), "found on 30 April, applied on 5 May"
    assert [(month.found, month.first_found) for month in result.months] == [(2, 2), (1, 0)]
    bar = [(part.label, part.width) for part in row.bar]
    assert bar == [("confirmed", 100.0), ("refused", 100.0)]


def test_another_figure_by_hand(county: County, april: Run) -> None:
    client = county.sign_in("county")
    hand_in(client)
    response = ask(client, param="monitoring_line", values="5600；7000")
    (group,) = response.context["result"].alternatives
    now, lower, higher = group.choices
    assert (now.in_force, now.judged.findings, now.judged.missed) == (True, 2, 1)
    assert (lower.judged.findings, lower.judged.confirmed, lower.judged.refused) == (1, 1, 0)
    assert lower.lost is not None
    assert lower.lost["refused"] == 1, "the second household is not found any more"
    assert (higher.judged.findings, higher.judged.missed) == (3, 0)
    assert higher.gained is not None
    assert higher.gained["unanswered"] == 1, "nobody was sent to the third: unanswered, not refused"
    text = response.content.decode()
    assert "5,600元/人·年" in text
    assert "+0 / 0 / 1" in text


def test_the_page_says_what_the_library_says(county: County, april: Run, tmp_path: Path) -> None:
    client = county.sign_in("county")
    hand_in(client)
    (tmp_path / "answers.csv").write_text(ANSWERS, encoding="utf-8")
    folders = [Path(run.intake.folder) for run in (april, county.run)]
    values = {"monitoring_line": ["7000"]}
    expected = backtest(folders, load_outcomes(tmp_path / "answers.csv"), values)
    response = ask(client, param="monitoring_line", values="7000")
    found = response.context["result"].backtest
    assert found.rules == expected.rules
    assert found.by_month == expected.by_month
    assert found.alternatives == expected.alternatives
    assert found.overall == expected.overall
    assert found.notes == expected.notes


def test_what_is_missing_is_said_in_words(county: County) -> None:
    client = county.sign_in("leader")
    text = ask(client).content.decode()
    assert "没有核查结果" in text
    assert "只有一个月" in text
    assert "没有答复，不能算" in text, "without answers a share is unknown, not zero"
    client.post("/language/", {"language": "en"})
    english = ask(client).content.decode()
    assert "no answers: confirmed and refused are unknown" in english
    words = re.sub(r"620402\d+", "", english)
    assert not re.search("属实|未答复|缺什么", words)


def test_the_first_page_waits_for_nothing(county: County, april: Run) -> None:
    response = county.sign_in("county").get("/backtest/")
    assert "result" not in response.context, "the result is asked for by the page itself"
    assert 'hx-trigger="load"' in response.content.decode()
    whole = county.sign_in("county").get("/backtest/?go=1")
    assert whole.context["result"].rules[0].judged.findings == 2


@pytest.mark.parametrize("values", ["viel", "7000 天", "7000; viel"])
def test_a_value_that_is_refused_is_told_beside_its_field(county: County, values: str) -> None:
    text = ask(county.sign_in("county"), param="monitoring_line", values=values).content.decode()
    assert re.search(r'id="b-problem" role="alert" hx-swap-oob="true">param.monitoring_line', text)
    assert "按规则" in text, "the figures in force are shown all the same"


def test_a_figure_that_is_unknown_is_told(county: County) -> None:
    text = ask(county.sign_in("county"), param="no_such_line", values="1").content.decode()
    assert "没有参数 no_such_line" in text


def test_a_month_whose_data_are_gone_is_left_out_and_told(county: County, april: Run) -> None:
    shutil.rmtree(april.intake.folder)
    response = county.sign_in("county").get("/backtest/?go=1")
    assert "2021-04-30 的比对数据已不在服务器上" in response.content.decode()
    assert len(response.context["result"].months) == 1


def test_only_one_run_of_each_day_and_of_the_same_pack(
    county: County, april: Run, tmp_path: Path
) -> None:
    written = RunFolder([], HOUSEHOLDS, incomes={SECOND: 100})
    load_run(by=None, folder=written.write(tmp_path / "again"), make_current=False)
    Run.objects.filter(pk=april.pk).update(pack_name="cangxi-2014")
    response = county.sign_in("county").get("/backtest/?go=1")
    runs = response.context["past"].runs
    assert runs == (county.run,), "the current run of a day goes before others"
    assert "另有 1 次比对用的是其他政策包" in response.content.decode()


# ---- answers -----------------------------------------------------------------------------------


def test_answers_are_kept_written_down_and_removed(county: County) -> None:
    client = county.sign_in("county")
    hand_in(client)
    file = AnswerFile.objects.get()
    assert (file.name, file.answers.count()) == ("核查结果.csv", 4)
    assert Answer.objects.filter(channel="own_application", rule="").count() == 1
    entry = AuditEntry.objects.get(action="answers.take_in")
    assert entry.detail["rows"] == 4
    assert FIRST not in str(entry.detail)
    assert client.post(f"/backtest/answers/{file.pk}/remove/").status_code == 302
    assert not Answer.objects.exists()
    assert AuditEntry.objects.get(action="answers.remove").detail["rows"] == 4


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("户编号,答复日期,结果\n1,2021-05-10,也许\n", "a.csv", "第 2 行：“也许”不能作为结果"),
        ("户编号,答复日期,结果\n1,5月底,属实\n", "a.csv", "第 2 行：“5月底”不能作为答复日期"),
        ("姓名\n赵测甲\n", "a.csv", "核查结果缺少列"),
        ("户编号,答复日期,结果\n", "a.csv", "没有核查结果"),
        ("MZ", "a.exe", "不支持的文件类型"),
        ("PAR1", "a.parquet", "不支持的文件类型"),
        ("PK\x03\x04", "a.xlsx", "导入核查结果"),
        ("", "a.csv", ""),
    ],
)
def test_a_file_that_is_not_understood_is_told_and_leaves_nothing(
    county: County, text: str, name: str, said: str
) -> None:
    response = hand_in(county.sign_in("county"), text, name)
    assert response.status_code == 422
    shown = response.content.decode()
    assert said in shown.replace("&quot;", '"')
    assert "/tmp" not in shown, "a reader is told no path of the server"
    assert not AnswerFile.objects.exists()


def test_the_same_file_is_taken_once(county: County) -> None:
    client = county.sign_in("county")
    hand_in(client)
    again = hand_in(client, name="另一个名字.csv")
    assert again.status_code == 422
    assert "已经导入过" in again.content.decode()
    assert Answer.objects.count() == 4


def test_a_leader_reads_and_hands_nothing_in(county: County) -> None:
    client = county.sign_in("leader")
    page = client.get("/backtest/").content.decode()
    assert "导入核查结果" not in page
    assert "backtest/export" not in ask(client).content.decode()
    assert hand_in(client).status_code == 404


def test_the_workbook_holds_counts_and_is_written_down(county: County, april: Run) -> None:
    client = county.sign_in("county")
    hand_in(client)
    response = client.post("/backtest/export.xlsx", {"param": "monitoring_line", "values": "7000"})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    cells = [
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row
    ]
    assert any("脱贫户收入低于监测线未纳入" in cell for cell in cells)
    assert not any(number in cell for cell in cells for number, _ in HOUSEHOLDS)
    entry = AuditEntry.objects.get(action="backtest.export")
    assert entry.detail == {"months": 2, "values": {"monitoring_line": ["7000"]}}
