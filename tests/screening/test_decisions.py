"""From a row without a number to a person's word on it, and back into the next screening."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from tests.feeds.county import County as Files
from tests.feeds.county import Person, write_csv
from tests.feeds.test_intake import INSURED

from fangpin.feeds.models import LinkCandidate, LinkQuestion
from fangpin.feeds.review_actions import decide, withdraw
from fangpin.feeds.review_queries import ReviewFilter, next_question
from fangpin.kernel.errors import Text
from fangpin.people.actions import give_post
from fangpin.people.models import Role, User
from fangpin.places.models import Place
from fangpin.screening.models import Run
from fangpin.screening.tasks import screen_and_load

AS_OF = date(2021, 5, 31)


def _insured(files: Files, meant: Person) -> list[list[str | None]]:
    """Everybody with a number but the one who is meant."""
    return [INSURED] + [
        [p.name, None if p is meant else p.number, "城乡居民基本医疗保险", "正常参保", "2021",
         p.township, p.village]
        for p in files.persons
    ]  # fmt: skip


class Months:
    """A folder of department files, screened month after month."""

    def __init__(self, folder: Path) -> None:
        self.files = Files(12)
        self.folder, self.runs = folder / "files", folder / "runs"
        self.folder.mkdir()
        self.files.write(self.folder)
        self.meant = self.files.persons[40]
        write_csv(self.folder / "参保人员名单2021年5月.csv", _insured(self.files, self.meant))
        self.steps: list[Text] = []

    def screen(self, name: str) -> Run:
        return screen_and_load(
            by=None,
            folder=self.folder,
            pack="cn-base",
            as_of=AS_OF,
            out=self.runs / name,
            progress=lambda percent, step: self.steps.append(step),
        )

    def said(self, name: str) -> set[str]:
        """What the run says of the row that has no number."""
        rows = pl.read_parquet(self.runs / name / "rows.parquet")
        row = 42  # header, then person 0 in row 2
        return set(
            rows.filter((pl.col("row") == row) & pl.col("file").str.contains("参保"))["reason"]
        )


@pytest.fixture
def months(db: None, tmp_path: Path) -> Months:
    return Months(tmp_path)


@pytest.fixture
def bureau(months: Months) -> User:
    months.screen("first")
    user = User.objects.create(username="bureau")
    give_post(
        by=None,
        user=user,
        role=Role.COUNTY_BUREAU,
        place=Place.objects.get(level=Place.Level.COUNTY),
        valid_from=date(2020, 1, 1),
    )
    return user


def _asked(user: User) -> LinkQuestion | None:
    run = Run.objects.select_related("intake").get(current=True)
    return next_question(user, run.intake, ReviewFilter())


def test_an_accepted_link_is_booked_by_the_next_screening(months: Months, bureau: User) -> None:
    asked = _asked(bureau)
    assert asked is not None
    assert asked.delivered["name"] == months.meant.name
    candidate = asked.candidates.get(rank=1)
    assert candidate.person_number == months.meant.person
    assert "linked_by_review" not in months.said("first")
    decision = decide(by=bureau, candidate=candidate.pk, accepted=True)

    months.screen("second")
    assert "linked_by_review" in months.said("second")
    assert _asked(bureau) is None
    assert not LinkQuestion.objects.filter(
        intake__key="second", fingerprint=asked.fingerprint
    ).exists()

    withdraw(by=bureau, decision=decision.pk)
    months.screen("third")
    assert "linked_by_review" not in months.said("third")
    again = _asked(bureau)
    assert again is not None
    assert again.fingerprint == asked.fingerprint


def test_a_refused_pair_is_not_proposed_again(months: Months, bureau: User) -> None:
    asked = _asked(bureau)
    assert asked is not None
    candidate = asked.candidates.get(rank=1)
    decide(by=bureau, candidate=candidate.pk, accepted=False)
    months.screen("second")
    assert "linked_by_review" not in months.said("second")
    assert not LinkCandidate.objects.filter(
        question__intake__key="second",
        question__fingerprint=asked.fingerprint,
        person_number=candidate.person_number,
    ).exists()
