"""Deciding on probable links: once, by those in charge, audited; undone, but never forgotten."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from tests.cast import County, county_with_cast, load_county
from tests.pairs import COUNTY, Asked, side, write_pairs
from tests.run_folder import RunFolder

from fangpin.feeds.models import LinkCandidate, LinkDecision, LinkQuestion
from fangpin.feeds.probable.pairs import read_decisions
from fangpin.feeds.review_actions import covered, decide, withdraw, write_decisions
from fangpin.feeds.review_queries import candidates, questions
from fangpin.foundation.models import AuditEntry
from fangpin.kernel.errors import FangpinError
from fangpin.people.models import User
from fangpin.screening.actions import load_run

FIRST = COUNTY[0].fingerprint


@pytest.fixture
def county(db: None, tmp_path: Path) -> County:
    return county_with_cast(tmp_path / "run")


def _candidate(fingerprint: str, rank: int = 1) -> int:
    return LinkCandidate.objects.get(question__fingerprint=fingerprint, rank=rank).pk


def _states(county: County, fingerprint: str) -> list[str]:
    asked = questions(county.users["county"], county.run.intake).get(fingerprint=fingerprint)
    return [each.state for each in candidates(asked)]


def _is_open(county: County, fingerprint: str) -> bool:
    asked = questions(county.users["county"], county.run.intake).get(fingerprint=fingerprint)
    return bool(asked.is_open)  # type: ignore[attr-defined]


def test_rows_of_one_fingerprint_are_one_question(county: County) -> None:
    assert LinkQuestion.objects.count() == len(COUNTY)
    first = LinkQuestion.objects.get(fingerprint=FIRST)
    assert [source["row"] for source in first.sources] == [21, 22]
    assert first.sources[0]["period"] == "2021-05-01"
    assert first.candidates.count() == 2
    assert [c.rank for c in first.candidates.all()] == [1, 2]
    assert first.candidates.get(rank=1).registered["name"] == "赵测甲"


@pytest.mark.parametrize(
    ("fingerprint", "area"),
    [(each.fingerprint, area) for each, area in zip(
        COUNTY, ["62040210120", "620402102201", "62040210", "620402101202"], strict=True
    )],
)  # fmt: skip
def test_the_area_is_what_all_candidates_share(county: County, fingerprint: str, area: str) -> None:
    assert LinkQuestion.objects.get(fingerprint=fingerprint).area == area


def test_accepting_settles_the_other_candidates_and_undo_opens_them(county: County) -> None:
    officer = county.users["township"]
    decision = decide(by=officer, candidate=_candidate(FIRST), accepted=True)
    assert _states(county, FIRST) == ["accepted", "settled"]
    assert not _is_open(county, FIRST)
    with pytest.raises(FangpinError) as told:
        decide(by=officer, candidate=_candidate(FIRST, 2), accepted=True)
    assert "本次操作未生效" in told.value.in_language("zh")
    assert "was not taken" in told.value.in_language("en")
    withdraw(by=officer, decision=decision.pk)
    assert _states(county, FIRST) == ["open", "open"]
    assert _is_open(county, FIRST)


def test_a_question_closes_when_every_candidate_is_refused(county: County) -> None:
    officer = county.users["township"]
    decide(by=officer, candidate=_candidate(FIRST, 1), accepted=False)
    assert _states(county, FIRST) == ["refused", "open"]
    assert _is_open(county, FIRST)
    last = decide(by=officer, candidate=_candidate(FIRST, 2), accepted=False)
    assert not _is_open(county, FIRST)
    withdraw(by=officer, decision=last.pk)
    assert _states(county, FIRST) == ["refused", "open"]


def test_the_other_candidate_can_be_accepted_after_a_refusal(county: County) -> None:
    officer = county.users["township"]
    decide(by=officer, candidate=_candidate(FIRST, 1), accepted=False)
    decide(by=officer, candidate=_candidate(FIRST, 2), accepted=True)
    assert _states(county, FIRST) == ["refused", "accepted"]


def test_every_decision_and_withdrawal_is_audited_without_names(county: County) -> None:
    officer = county.users["township"]
    accepted = decide(by=officer, candidate=_candidate(FIRST), accepted=True)
    withdraw(by=county.users["county"], decision=accepted.pk)
    decide(by=officer, candidate=_candidate(FIRST), accepted=False)
    entries = AuditEntry.objects.filter(action__startswith="links.").order_by("pk")
    assert [(e.action, e.actor.username, e.subject) for e in entries if e.actor] == [
        ("links.accept", "township", "household:620402000001"),
        ("links.withdraw", "county", "household:620402000001"),
        ("links.refuse", "township", "household:620402000001"),
    ]
    assert all("赵" not in str(entry.detail) for entry in entries)
    assert entries[0].detail["decision"] == accepted.pk
    accepted.refresh_from_db()
    assert accepted.withdrawn_by == county.users["county"]
    assert LinkDecision.objects.count() == 2  # the withdrawn one stays


def test_what_was_on_the_screen_is_kept_with_the_decision(county: County) -> None:
    decision = decide(by=county.users["township"], candidate=_candidate(FIRST), accepted=True)
    assert decision.seen["delivered"]["name"] == "赵侧甲"
    assert decision.seen["registered"]["name"] == "赵测甲"
    assert (decision.seen["rows"], decision.seen["sources"][0]["row"]) == (2, 21)


def test_the_same_word_twice_is_one_decision(county: County) -> None:
    officer = county.users["township"]
    first = decide(by=officer, candidate=_candidate(FIRST), accepted=True)
    assert decide(by=officer, candidate=_candidate(FIRST), accepted=True) == first
    assert AuditEntry.objects.filter(action="links.accept").count() == 1


@pytest.mark.parametrize("accepted", [True, False])
def test_the_second_person_is_told_who_was_faster(county: County, accepted: bool) -> None:
    decide(by=county.users["county"], candidate=_candidate(FIRST), accepted=True)
    with pytest.raises(FangpinError) as told:
        decide(by=county.users["township"], candidate=_candidate(FIRST), accepted=accepted)
    assert "county" in told.value.in_language("zh")
    assert LinkDecision.objects.count() == 1


def test_a_withdrawn_decision_cannot_be_withdrawn_again(county: County) -> None:
    officer = county.users["township"]
    decision = decide(by=officer, candidate=_candidate(FIRST), accepted=True)
    withdraw(by=officer, decision=decision.pk)
    with pytest.raises(FangpinError, match="已经撤销"):
        withdraw(by=officer, decision=decision.pk)
    assert AuditEntry.objects.filter(action="links.withdraw").count() == 1


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("county", {1, 2, 3, 4}),
        ("township", {1, 4}),
        ("other_township", {2}),
        *((name, set()) for name in ("village", "medical", "school", "leader", "auditor")),
        *((name, set()) for name in ("admin", "no_post")),
    ],
)
def test_who_may_decide_and_withdraw(county: County, name: str, may: set[int]) -> None:
    actor = county.users[name]
    decided, withdrawn = set(), set()
    for number, each in enumerate(COUNTY, 1):
        try:
            decide(by=actor, candidate=_candidate(each.fingerprint), accepted=True)
            decided.add(number)
        except LookupError:
            decide(by=county.users["county"], candidate=_candidate(each.fingerprint), accepted=True)
        pk = LinkDecision.objects.get(fingerprint=each.fingerprint).pk
        try:
            withdraw(by=actor, decision=pk)
            withdrawn.add(number)
        except LookupError:
            pass
    assert (decided, withdrawn) == (may, may)


def test_an_absent_candidate_or_decision_is_told_like_a_foreign_one(county: County) -> None:
    for call in (
        lambda: decide(by=county.users["county"], candidate=10**9, accepted=True),
        lambda: withdraw(by=county.users["county"], decision=10**9),
    ):
        with pytest.raises(LookupError):
            call()


def test_a_decision_holds_for_a_later_intake(county: County, tmp_path: Path) -> None:
    decide(by=county.users["township"], candidate=_candidate(FIRST), accepted=True)
    run = load_county(tmp_path / "next")
    assert run.pk != county.run.pk
    asked = questions(county.users["township"], run.intake).get(fingerprint=FIRST)
    assert not asked.is_open  # type: ignore[attr-defined]
    # Loading the first folder again does not ask again either.
    again = load_run(by=None, folder=tmp_path / "run")
    assert not questions(county.users["county"], again.intake).get(fingerprint=FIRST).is_open  # type: ignore[attr-defined]


def test_a_run_folder_without_pairs_is_loaded(db: None, tmp_path: Path) -> None:
    folder = RunFolder([], [("620402000001", 0)])
    load_run(by=None, folder=folder.write(tmp_path / "old"), names=folder.names())
    assert not LinkQuestion.objects.exists()


def test_the_database_itself_refuses_a_row_that_is_two_persons(county: County) -> None:
    decision = decide(by=county.users["township"], candidate=_candidate(FIRST), accepted=True)
    decision.pk = None
    decision.person_number = "62040200000102"
    with pytest.raises(IntegrityError), transaction.atomic():
        decision.save(force_insert=True)


def test_text_with_a_nul_byte_is_loaded(db: None, tmp_path: Path) -> None:
    folder = RunFolder([], [("620402000001", 0)]).write(tmp_path / "run")
    person = ("620402000001", "01", "620402101201", "清水镇", "上河村")
    broken = side("赵\x00甲", None)
    write_pairs(folder, [Asked("a" * 32, "c", "f\x00.csv", (1,), broken, [(*person, broken, 1.0)])])
    load_run(by=None, folder=folder)
    assert LinkQuestion.objects.get().delivered["name"] == "赵\N{REPLACEMENT CHARACTER}甲"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ranks", [(1, 1), (1, 2)], ids=["the same pair", "two candidates"])
def test_of_two_at_the_same_moment_one_decides(tmp_path: Path, ranks: tuple[int, int]) -> None:
    county = county_with_cast(tmp_path / "run")
    together = Barrier(2)

    def accept(name: str, rank: int) -> str:
        try:
            actor = User.objects.get(pk=county.users[name].pk)
            pk = _candidate(FIRST, rank)
            together.wait()
            decide(by=actor, candidate=pk, accepted=True)
            return "taken"
        except FangpinError as error:
            return error.in_language("zh")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(accept, ["county", "township"], ranks))
    assert said.count("taken") == 1
    assert any("本次操作未生效" in text for text in said)
    assert LinkDecision.objects.count() == 1
    assert AuditEntry.objects.filter(action="links.accept").count() == 1


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("62040219650302101X", "62040219650302****"),
        ("6204021965030210", "62040219650302**"),
        ("6.20402196503021E+17", "6.2040219650302**+**"),
        ("6.20402E+17", "6.20402E+17"),
        ("", ""),
    ],
)
def test_of_a_number_area_and_birth_date_are_shown(sent: str, shown: str) -> None:
    assert covered(sent) == shown


def test_a_damaged_number_is_told_with_its_row(county: County) -> None:
    # tests.run_folder rejects row 10 to 12 of 医保结算.xlsx › 住院 for their check digit.
    folder = Path(county.run.intake.folder)
    person = ("620402000001", "01", "620402101201", "清水镇", "上河村", side("赵测甲", None), 1.0)
    write_pairs(
        folder,
        [
            Asked("a" * 32, "c", "医保结算.xlsx", (11,), side("赵侧甲", None), [person]),
            Asked("b" * 32, "c", "医保结算.xlsx", (40,), side("赵侧甲", None), [person]),
        ],
    )
    load_run(by=None, folder=folder)
    told = {q.fingerprint[0]: q.delivered for q in LinkQuestion.objects.all()}
    assert told["a"]["number"] == "62040219000101****"
    assert told["a"]["number_reason"] == "wrong_check_digit"
    assert "number" not in told["b"]


def test_decisions_are_written_to_a_file_and_that_is_audited(
    county: County, tmp_path: Path
) -> None:
    decide(by=county.users["township"], candidate=_candidate(FIRST), accepted=True)
    assert write_decisions(by=None, out=tmp_path / "d.parquet") == 1
    assert read_decisions(tmp_path / "d.parquet")["fingerprint"].to_list() == [FIRST]
    assert AuditEntry.objects.get(action="links.export").detail == {"decisions": 1}
