"""From files to findings on an invented county: what was planted is found, and nothing else."""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from fangpin.policy import Pack, load_pack
from fangpin.sample import generate
from fangpin.screening import Screened, screen

HOUSEHOLDS, SEED = 300, 11
FEEDS_TWICE = {
    "disability_certificates", "subsistence_allowance", "public_welfare_posts", "migrant_work",
}  # fmt: skip
Subject = tuple[str, str, str, str]
"""kind, household number, person number, village code (villages only)"""


@dataclass(frozen=True)
class Month:
    """One month of the county: files, answers, the run."""

    files: Path
    truth: Path
    answers: dict[Subject, str]
    run: Screened
    previous: Path | None

    @property
    def firm(self) -> set[Subject]:
        """Subjects that the run calls findings."""
        return subjects(self.run.findings.filter(pl.col("state").is_in(["new", "continuing"])))

    def in_state(self, state: str) -> set[Subject]:
        return subjects(self.run.findings.filter(pl.col("state") == state))

    def expected(self, answer: str) -> set[Subject]:
        return {subject for subject, said in self.answers.items() if said == answer}


def subjects(findings: pl.DataFrame) -> set[Subject]:
    found: set[Subject] = set()
    for row in findings.iter_rows(named=True):
        household, person = row["household_number"] or "", row["person_number"] or ""
        village = "" if household else row["village_code"]
        found.add((row["kind"], household, person, village))
    return found


def answers_in(folder: Path) -> dict[Subject, str]:
    """Several lines may speak of one subject; the strongest counts."""
    order = ("none", "unknown", "finding")
    result: dict[Subject, str] = {}
    with (folder / "planted.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            household = row["household_number"]
            village = "" if household else row["village_code"]
            subject = (row["kind"], household, row["person_number"], village)
            said = result.get(subject, "none")
            result[subject] = max(said, row["expected"], key=order.index)
    return result


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack("baiyin-2021")


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory, pack: Pack) -> list[Month]:
    """April, then May compared with April."""
    root = tmp_path_factory.mktemp("county")
    done: list[Month] = []
    previous: Path | None = None
    for first, last in (
        (date(2021, 4, 1), date(2021, 4, 30)),
        (date(2021, 5, 1), date(2021, 5, 31)),
    ):
        files, truth = root / f"{first:%Y-%m}", root / f"{first:%Y-%m}-truth"
        generate(files, HOUSEHOLDS, SEED, first, truth)
        run = screen(
            files,
            pack=pack,
            as_of=last,
            out=root / f"run-{first:%Y-%m}",
            previous=previous,
            workbooks=False,
        )
        done.append(Month(files, truth, answers_in(truth), run, previous))
        previous = run.folder
    return done


@pytest.mark.parametrize("which", [0, 1], ids=["april", "may"])
def test_recall_and_precision(months: list[Month], which: int) -> None:
    month = months[which]
    assert month.expected("finding") - month.firm == set(), "planted, not found"
    assert month.firm - month.expected("finding") == set(), "found, not planted"
    assert len(month.firm) > 60


@pytest.mark.parametrize("which", [0, 1], ids=["april", "may"])
def test_look_alikes_are_silent(months: list[Month], which: int) -> None:
    month = months[which]
    assert month.expected("none") & month.firm == set()
    assert month.expected("unknown") & month.firm == set()
    assert len(month.expected("none")) > 60


def test_rows_nobody_can_use_leave_their_person_undecided(months: list[Month]) -> None:
    may = months[1]
    by_file = {"temporary_relief", "unsafe_house"}  # whole file or township: counted, not listed
    by_row = {subject for subject in may.expected("unknown") if subject[0] not in by_file}
    assert len(by_row) >= 5
    assert by_row - may.in_state("unknown") == set()


def test_states_against_the_month_before(months: list[Month]) -> None:
    april, may = months
    before, now = april.expected("finding"), may.expected("finding")
    assert now - before == may.in_state("new")
    assert now & before == may.in_state("continuing")
    gone = before - now
    undecided = {subject for subject in gone if may.answers.get(subject) == "unknown"}
    assert gone - undecided == may.in_state("cleared")
    assert undecided <= may.in_state("unknown")
    assert now - before
    assert now & before
    assert gone - undecided


def test_what_must_not_be_used_is_not_used(months: list[Month]) -> None:
    for month in months:
        deliveries = {each.contract: each for each in month.run.intake.deliveries if each.contract}
        assert deliveries["temporary_relief"].verdict == "quarantined"
        assert deliveries["housing_inspection"].verdict == "accepted_with_gaps"
        others = {
            name: each.verdict
            for name, each in deliveries.items()
            if name not in ("temporary_relief", "housing_inspection")
        }
        assert set(others.values()) == {"accepted"}, others
        for each in month.run.intake.deliveries:
            assert each.rows.read == each.rows.accepted + each.rows.corrected + each.rows.rejected


def test_rows_come_back_as_the_answer_sheet_says(months: list[Month]) -> None:
    """Rejected, counted once, pointed out or no data: cell by cell, in files that are used. A row
    without a number may be linked by the model instead of going back, if it is the right person."""
    may = months[1]
    done: dict[tuple[str, str, str], set[str]] = {}
    by_model: dict[tuple[str, str, str], str] = {}
    for row in pl.read_parquet(may.run.folder / "rows.parquet").iter_rows(named=True):
        place = (row["file"], row["sheet"] or "", str(row["row"]))
        done.setdefault(place, set()).add(row["action"])
        if row["reason"] == "linked_by_model":
            by_model[place] = row["taken_as"].split("/")[1]
    wanted = {"reject": "rejected", "dedupe": "duplicate", "flag": "flagged"}
    with (may.truth / "defects.csv").open(encoding="utf-8", newline="") as stream:
        defects = [row for row in csv.DictReader(stream) if "临时救助" not in row["file"]]
    expected: dict[tuple[str, str, str], set[str]] = {}
    for row in defects:
        place = (row["file"], row["sheet"], row["row"])
        if by_model.get(place) == row["person_number"]:
            continue
        expected.setdefault(place, set()).add(row["expected_action"])
    wrong = []
    for place, actions in expected.items():
        seen = done.get(place, set())
        # A row that goes back need not also be pointed out.
        least = {"rejected"} if "reject" in actions else {wanted[a] for a in actions & set(wanted)}
        if not least <= seen or ("rejected" in seen and "reject" not in actions):
            wrong.append((place, actions, seen))
    assert wrong == []
    assert sum("reject" in actions for actions in expected.values()) > 30


def test_every_file_is_recognised(months: list[Month]) -> None:
    intake = months[1].run.intake
    contracts = [each.contract for each in intake.deliveries]
    assert len(contracts) == len(list(months[1].files.iterdir()))
    assert None not in contracts
    twice = {name for name in contracts if contracts.count(name) == 2}
    assert twice == FEEDS_TWICE


def test_same_files_same_bytes(months: list[Month], pack: Pack, tmp_path: Path) -> None:
    may = months[1]
    again = screen(
        may.files,
        pack=pack,
        as_of=date(2021, 5, 31),
        out=tmp_path / "again",
        previous=may.previous,
        workbooks=False,
    )
    for name in ("findings.parquet", "coverage.parquet", "run.json"):
        ours, theirs = (folder / name for folder in (may.run.folder, again.folder))
        assert ours.read_bytes() == theirs.read_bytes(), name


def test_interrupted_run_leaves_nothing(months: list[Month], pack: Pack, tmp_path: Path) -> None:
    calls: list[str] = []

    def stop(step: str, done: int, total: int) -> None:
        calls.append(step)
        if len(calls) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        screen(
            months[1].files, pack=pack, as_of=date(2021, 5, 31), out=tmp_path / "run", progress=stop
        )
    assert list(tmp_path.iterdir()) == []
