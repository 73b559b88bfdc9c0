"""Hits that an import would bring or clear: the dry run says what carrying it out then does."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from django.conf import LazySettings
from django.db import transaction
from django.utils import timezone
from tests.exchange import invented
from tests.exchange.invented import book, household_row, person_row

from fangpin.checks import asking, planned
from fangpin.checks.models import Hit
from fangpin.exchange import actions, queries
from fangpin.exchange.models import Import
from fangpin.kernel.errors import Text
from fangpin.registry.models import Household

pytestmark = pytest.mark.django_db
HOME, OTHER, NEW = (f"529900101201000{number}" for number in (1, 2, 3))
_KEY = ["rule", "household_number", "person_number"]


def say(percent: int, step: Text) -> None:
    """Nobody watches."""


@pytest.fixture
def county(db: None, tmp_path: Path, settings: LazySettings) -> None:
    """Two households, one of people lifted out of poverty."""
    settings.EXCHANGE_ROOT = tmp_path / "exchange"
    invented.county()
    brought(
        tmp_path / "base.xlsx",
        [household_row(HOME), household_row(OTHER, **{"户类型": "脱贫户"})],
        [
            person_row(HOME, 1),
            person_row(HOME, 2, "配偶", **{"性别": "女"}),
            person_row(OTHER, 1),
            person_row(OTHER, 2, "配偶", **{"性别": "女"}),
        ],
    )
    carried_out(Import.objects.get())


def brought(path: Path, homes: list[list[str | None]], people: list[list[str | None]]) -> Import:
    book(path, homes, people)
    found = actions.bring(
        by=None, name=path.name, chunks=[path.read_bytes()], on=date(2026, 3, 1), queued=False
    )
    planned.check(by=None, progress=say, number=found.pk)
    found.refresh_from_db()
    assert found.state == Import.State.CHECKED, found.problem_en
    return found


def carried_out(found: Import) -> None:
    actions.begin_apply(by=None, number=found.pk, queued=False)
    planned.apply(by=None, progress=say, number=found.pk)


def now() -> pl.DataFrame:
    """What the rules say of every household."""
    numbers = list(Household.objects.values_list("number", flat=True))
    with transaction.atomic():
        return asking.ask_households(numbers, timezone.localdate()).found.select(_KEY)


def changed_file(tmp_path: Path) -> Import:
    """Another kind of household, a new one, a member who moves, a sex that contradicts."""
    return brought(
        tmp_path / "change.xlsx",
        [
            household_row(HOME, **{"户类型": "脱贫户"}),
            household_row(OTHER, **{"户类型": "一般农户"}),
            household_row(NEW, **{"户类型": "脱贫户"}),
        ],
        [
            person_row(HOME, 1, **{"性别": "女"}),
            person_row(NEW, 1),
            person_row(NEW, 2, "女儿", **{"性别": "男"}),
        ],
    )


def test_what_is_told_is_what_happens(county: None, tmp_path: Path) -> None:
    before = now()
    found = changed_file(tmp_path)
    assert now().equals(before)  # nothing was written
    told = pl.read_parquet(actions.folder_of(found) / "report" / "quality.parquet")
    told = told.rename({"household": "household_number", "number": "person_number"})
    carried_out(found)
    after = now()
    brought_ = after.join(before, on=_KEY, how="anti").sort(_KEY)
    cleared = before.join(after, on=_KEY, how="anti").sort(_KEY)
    assert brought_.height > 5
    assert cleared.height > 2
    for change, expected in (("brought", brought_), ("cleared", cleared)):
        said = told.filter(pl.col("change") == change).select(_KEY).sort(_KEY)
        assert said.equals(expected), change
    assert found.counts["quality_brought"] == brought_.height
    assert found.counts["quality_cleared"] == cleared.height


def test_after_it_was_carried_out_the_hits_are_kept(county: None, tmp_path: Path) -> None:
    carried_out(changed_file(tmp_path))
    kept = Hit.objects.exclude(state=Hit.State.CORRECTED).values_list(*_KEY)
    assert sorted(kept) == sorted(now().rows())
    assert Hit.objects.filter(state=Hit.State.CORRECTED, household_number=OTHER).exists()


def test_the_report_says_rows_and_words(county: None, tmp_path: Path) -> None:
    found = changed_file(tmp_path)
    report = queries.report_of(found)
    assert report is not None
    assert len(report.quality) == min(queries.SHOWN, report.totals["quality"])
    assert report.quality[0]["change"] == "brought"
    told = pl.read_parquet(actions.folder_of(found) / "report" / "quality.parquet")
    rows = told.filter(pl.col("number") == f"{NEW}02")
    assert set(rows["row"].to_list()) == {4}
    assert not rows["label"].is_in([""]).any()
    book_ = pl.read_excel(
        actions.folder_of(found) / "report" / "report.xlsx", sheet_name="数据质量"
    )
    assert book_.height == report.totals["quality"]
