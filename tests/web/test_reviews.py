"""The review of probable links on the pages: with and without script, in both languages."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.cast import County
from tests.pairs import COUNTY, Asked, side, write_pairs
from tests.run_folder import RunFolder

from fangpin.feeds.models import Intake, LinkCandidate, LinkDecision, LinkQuestion
from fangpin.feeds.review_actions import decide
from fangpin.foundation.fields import close_into
from fangpin.foundation.models import AuditEntry, Job
from fangpin.screening.actions import load_run
from fangpin.screening.models import Run

HX = {"HX-Request": "true", "HX-Target": "review"}


def _pair(number: int, rank: int = 1) -> int:
    fingerprint = COUNTY[number - 1].fingerprint
    return LinkCandidate.objects.get(question__fingerprint=fingerprint, rank=rank).pk


def _question(number: int) -> int:
    return LinkQuestion.objects.get(fingerprint=COUNTY[number - 1].fingerprint).pk


def _english(client: Client) -> Client:
    client.cookies["fangpin_language"] = "en"
    return client


def test_a_pair_is_shown_side_by_side_with_what_differs(county: County) -> None:
    text = county.sign_in("township").get(f"/reviews/?question={_question(1)}").content.decode()
    assert '赵<mark class="differs">侧</mark>甲' in text
    assert '赵<mark class="differs">测</mark>甲' in text
    assert "读音相同" in text
    assert "医保结算.xlsx › 住院 › 第 21 行" in text
    assert "另有 1 行报送内容完全相同" in text
    assert "第 22 行" in text
    assert "98.9 %" in text
    assert "+6.5" in text
    assert "赵测乙" in text  # the other candidate
    assert 'href="/households/620402000001/"' in text


def test_nothing_of_the_page_is_left_in_the_other_language(county: County) -> None:
    client = _english(county.sign_in("county"))
    data = {*"".join(str(each.delivered) + str(each.candidates) for each in COUNTY)}
    data |= {*"医保结算住院学籍云测试县清水镇石门乡上下东西河岭村中文县级"}
    decide(by=county.users["county"], candidate=_pair(2), accepted=True)
    for path in ("/reviews/", f"/reviews/?question={_question(1)}", "/reviews/decisions/"):
        text = re.sub("<script.*?</script>", "", client.get(path).content.decode(), flags=re.S)
        left = {*re.findall("[\u4e00-\u9fff]", text)} - data
        assert left == set(), path
    chinese = county.sign_in("county").get("/reviews/").content.decode()
    assert "Same person" not in chinese
    assert "Undo" not in chinese


def test_deciding_leads_to_the_next_and_counts(county: County) -> None:
    client = county.sign_in("township")
    page = client.get("/reviews/")
    first = page.context["asked"]
    assert (page.context["queue"].chosen.decided, page.context["queue"].chosen.total) == (0, 2)
    pk = page.context["shown"].candidate.pk
    answer = client.post(f"/reviews/pairs/{pk}/", {"decision": "accept"}, headers=HX)
    assert answer.status_code == 200
    assert "<html" not in answer.content.decode()
    assert answer.context["asked"].pk != first.pk
    assert answer.context["queue"].chosen.decided == 1
    assert answer.context["last"].fingerprint == first.fingerprint
    assert answer.headers["HX-Replace-Url"] == "/reviews/"


def test_it_works_without_script(county: County) -> None:
    client = county.sign_in("township")
    answer = client.post(
        f"/reviews/pairs/{_pair(1)}/",
        {"decision": "accept", "township": "620402101000", "contract": ""},
    )
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/reviews/?township=620402101000&question={_question(4)}"
    page = client.get(answer.headers["Location"])
    decision = page.context["last"]
    undone = client.post(f"/reviews/decisions/{decision.pk}/withdraw/")
    assert undone.headers["Location"] == f"/reviews/?question={_question(1)}"
    assert client.get(undone.headers["Location"]).context["shown"].state == "open"


def test_refusing_one_candidate_shows_the_next_of_the_same_person(county: County) -> None:
    client = county.sign_in("township")
    answer = client.post(f"/reviews/pairs/{_pair(1)}/", {"decision": "refuse"}, headers=HX)
    assert answer.context["asked"].pk == _question(1)
    assert answer.context["shown"].candidate.pk == _pair(1, 2)
    assert [each.state for each in answer.context["states"]] == ["refused", "open"]


def test_undo_brings_the_pair_back(county: County) -> None:
    client = county.sign_in("township")
    client.post(f"/reviews/pairs/{_pair(4)}/", {"decision": "refuse"}, headers=HX)
    decision = LinkDecision.objects.get()
    answer = client.post(f"/reviews/decisions/{decision.pk}/withdraw/", headers=HX)
    assert answer.context["asked"].pk == _question(4)
    assert answer.context["shown"].state == "open"
    assert answer.context["last"] is None


def test_when_all_is_decided_the_page_says_so(county: County) -> None:
    client = county.sign_in("other_township")
    answer = client.post(f"/reviews/pairs/{_pair(2)}/", {"decision": "accept"}, headers=HX)
    assert "已全部认定" in answer.content.decode()
    assert "撤销" in answer.content.decode()
    assert "已全部认定" in client.get("/reviews/").content.decode()


def test_without_any_pair_the_page_says_so(county: County, tmp_path: Path) -> None:
    load_run(by=None, folder=RunFolder([], [("620402000001", 0)]).write(tmp_path / "none"))
    assert "没有需要认定的人员" in county.sign_in("county").get("/reviews/").content.decode()


@pytest.mark.parametrize("with_script", [True, False])
def test_who_was_slower_reads_a_clear_sentence(county: County, with_script: bool) -> None:
    decide(by=county.users["county"], candidate=_pair(1), accepted=True)
    headers: dict[str, Any] = HX if with_script else {}
    client = county.sign_in("township")
    answer = client.post(f"/reviews/pairs/{_pair(1, 2)}/", {"decision": "accept"}, headers=headers)
    assert answer.status_code == (200 if with_script else 409)
    text = answer.content.decode()
    assert "本次操作未生效" in text
    assert 'role="alert"' in text
    assert answer.context["asked"].pk == _question(1)
    assert LinkDecision.objects.get().by == county.users["county"]
    english = _english(client).post(
        f"/reviews/pairs/{_pair(1, 2)}/", {"decision": "accept"}, headers=headers
    )
    assert "your answer was not taken" in english.content.decode()


def test_a_pair_that_is_gone_leads_back_to_the_queue(county: County) -> None:
    client = county.sign_in("township")
    for path in (f"/reviews/pairs/{10**9}/", f"/reviews/pairs/{_pair(2)}/"):
        answer = client.post(path, {"decision": "accept"}, headers=HX)
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer.headers["HX-Redirect"] == "/reviews/"


def test_skipping_goes_round(county: County) -> None:
    client = county.sign_in("township")
    first = client.get("/reviews/").context["asked"].pk
    second = client.get(f"/reviews/?after={first}", headers=HX).context["asked"].pk
    assert first != second
    assert client.get(f"/reviews/?after={second}", headers=HX).context["asked"].pk == first


def test_filters_keep_to_their_pile(county: County) -> None:
    client = county.sign_in("county")
    page = client.get("/reviews/", {"township": "620402101000", "contract": "school_roll"})
    assert page.context["queue"].chosen.total == 1
    assert page.context["asked"].pk == _question(4)
    answer = client.post(
        f"/reviews/pairs/{_pair(4)}/",
        {"decision": "accept", "township": "620402101000", "contract": "school_roll"},
        headers=HX,
    )
    assert answer.context["asked"] is None
    assert answer.headers["HX-Replace-Url"] == (
        "/reviews/?township=620402101000&contract=school_roll"
    )
    foreign = county.sign_in("township").get("/reviews/", {"township": "620402102000"})
    assert foreign.context["asked"] is None
    assert "石门乡" not in foreign.content.decode()


def test_reading_a_pair_is_written_down_without_names(county: County) -> None:
    county.sign_in("township").get(f"/reviews/?question={_question(1)}")
    entry = AuditEntry.objects.get(action="links.read")
    assert (entry.actor, entry.subject) == (county.users["township"], "household:620402000001")
    assert entry.detail["candidates"] == [
        "620402000001/62040200000101",
        "620402000002/62040200000201",
    ]
    assert "赵" not in str(entry.detail)


def test_the_list_of_decisions_shows_who_when_and_what_was_withdrawn(county: County) -> None:
    client = county.sign_in("township")
    accepted = decide(by=county.users["county"], candidate=_pair(1), accepted=True)
    decide(by=county.users["county"], candidate=_pair(2), accepted=False)
    text = client.get("/reviews/decisions/").content.decode()
    assert "赵侧甲" in text
    assert "钱试炳" not in text  # another township's
    back = client.post(f"/reviews/decisions/{accepted.pk}/withdraw/", {"back": "decisions"})
    assert back.headers["Location"] == "/reviews/decisions/"
    text = client.get("/reviews/decisions/").content.decode()
    assert "已撤销" in text
    assert 'class="is-withdrawn"' in text


def test_the_household_page_tells_of_accepted_links(county: County) -> None:
    path = "/households/620402000001/"
    note = "人工认定"
    assert note not in county.sign_in("township").get(path).content.decode()
    decide(by=county.users["township"], candidate=_pair(1), accepted=True)
    text = county.sign_in("village").get(path).content.decode()
    assert note in text
    assert "赵侧甲" in text
    assert 'href="/reviews/decisions/"' not in text
    assert 'href="/reviews/decisions/"' in county.sign_in("township").get(path).content.decode()
    assert note not in county.sign_in("leader").get(path).content.decode()


def test_content_from_files_is_never_live(county: County) -> None:
    questions = list(LinkQuestion.objects.all())
    hostile = side("<b>x</b>{0}", "<script>alert(1)</script>")
    close_into(questions, "delivered", [hostile] * len(questions))
    LinkQuestion.objects.bulk_update(questions, ["delivered_closed"])
    text = county.sign_in("county").get("/reviews/").content.decode()
    assert "<script>alert" not in text
    assert "<b>x" not in text
    assert "{0}" in text


def test_the_number_of_queries_does_not_grow(
    county: County, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    folder = RunFolder([], [("620402000001", 0)]).write(tmp_path / "many")
    place = ("620402101201", "清水镇", "上河村")
    person = side("赵测甲", "1965-03-02")
    many = [
        Asked(f"{n:032x}", "school_roll", "学籍.csv", (n,), side("赵侧甲", "1965-03-02"),
              [("620402000001", f"{m:02}", *place, person, 1.0) for m in range(5)])
        for n in range(1, 120)
    ]  # fmt: skip
    write_pairs(folder, many)
    load_run(by=None, folder=folder)
    client = county.sign_in("township")
    for n in range(1, 60):
        pk = LinkCandidate.objects.get(question__fingerprint=f"{n:032x}", rank=1).pk
        decide(by=county.users["township"], candidate=pk, accepted=True)
    with django_assert_max_num_queries(16):
        assert client.get("/reviews/").status_code == 200
    with django_assert_max_num_queries(8):
        assert client.get("/reviews/decisions/").status_code == 200


def test_the_same_files_are_screened_again_once(county: County, tmp_path: Path) -> None:
    client = county.sign_in("county")
    refused = client.post("/reviews/apply/")
    assert refused.status_code == 422
    assert "原始文件不在本机" in refused.content.decode()
    source = tmp_path / "source"
    source.mkdir()
    earlier = county.run
    again = load_run(by=None, folder=RunFolder([], []).write(tmp_path / "later"))
    Run.objects.filter(pk=earlier.pk).update(snapshot_hash="c" * 64)
    Run.objects.filter(pk=again.pk).update(previous="c" * 64)
    Intake.objects.filter(pk=again.intake.pk).update(source=str(source))
    answers = [client.post("/reviews/apply/") for _ in range(2)]
    screenings = Job.objects.filter(kind="screen")  # beside what each loaded run sets off
    job = screenings.get()
    assert [answer.headers["Location"] for answer in answers] == [f"/jobs/{job.pk}/"] * 2
    assert job.arguments["folder"] == str(source)
    assert job.arguments["previous"] == earlier.intake.folder
    assert job.arguments["as_of"] == "2021-05-31"
    assert county.sign_in("township").post("/reviews/apply/").status_code == 404
    assert screenings.count() == 1
