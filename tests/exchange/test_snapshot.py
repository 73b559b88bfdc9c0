"""The registry as of a day: who is in it, what it says, and that screening reads it."""

import json
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from django.utils import timezone
from tests.exchange.invented import VILLAGES, enter, simple

from fangpin.exchange import actions, snapshot
from fangpin.exchange.models import Snapshot
from fangpin.feeds.columnar.source import open_source
from fangpin.foundation.models import AuditEntry
from fangpin.kernel.errors import FangpinError, Text
from fangpin.policy import load_pack
from fangpin.registry.models import Household, Membership, Person
from fangpin.screening.run import screen

pytestmark = pytest.mark.usefixtures("county")
FIRST, SECOND = f"{VILLAGES[0][0]}0001", f"{VILLAGES[1][0]}0001"


def say(percent: int, step: Text) -> None:
    """Nobody watches."""


def taken(folder: Path, day: date) -> dict[str, pl.DataFrame]:
    snapshot.write(folder, day)
    return {path.stem: pl.read_parquet(path) for path in (folder / "register").glob("*.parquet")}


def today() -> date:
    return timezone.localdate()


def test_it_is_a_source_that_screening_takes(tmp_path: Path) -> None:
    enter([simple(FIRST, 3), simple(SECOND, 1, VILLAGES[1][0])])
    found = taken(tmp_path / "snap", today())
    assert found["places"]["name"].to_list() == ["东风村", "西平村"]
    assert found["households"]["number"].to_list() == [FIRST, SECOND]
    assert found["persons"]["household"].to_list() == [0, 0, 0, 1]
    assert found["identity"]["id_number"].null_count() == 0
    assert not {"name", "phone"} & set(found["persons"].columns)
    pack = load_pack("baiyin-2021")
    source = open_source(tmp_path / "snap", pack, today())
    assert source.heights == {"places": 2, "households": 2, "persons": 4, "identity": 4}
    screen(tmp_path / "snap", pack=pack, as_of=today(), out=tmp_path / "run")
    assert json.loads((tmp_path / "run" / "run.json").read_text())["persons"] == 4


def test_the_same_registry_gives_the_same_hash_and_a_change_another(tmp_path: Path) -> None:
    enter([simple(FIRST)])
    first = snapshot.write(tmp_path / "1", today())
    again = snapshot.write(tmp_path / "2", today())
    Household.objects.update(category="alleviated")
    third = snapshot.write(tmp_path / "3", today())
    assert first["digest"] == again["digest"] != third["digest"]


def test_members_are_those_of_the_day(tmp_path: Path) -> None:
    enter([simple(FIRST, 3)])
    left, died = f"{FIRST}02", f"{FIRST}03"
    day = today()
    Membership.objects.filter(person__number=left).update(ended_on=day - timedelta(days=10))
    Person.objects.filter(number=died).update(died_on=day - timedelta(days=20))
    now = taken(tmp_path / "now", day)["persons"]["number"].to_list()
    assert now == [f"{FIRST}01"]
    before = taken(tmp_path / "before", day - timedelta(days=11))["persons"]["number"].to_list()
    assert left in before


def test_fields_stand_as_they_were_recorded_then(tmp_path: Path) -> None:
    enter([simple(FIRST)])
    Household.objects.update(category="alleviated")
    assert taken(tmp_path / "now", today())["households"]["household_category"].to_list() == [
        "alleviated"
    ]
    yesterday = taken(tmp_path / "then", today() - timedelta(days=1))
    assert yesterday["households"]["household_category"].to_list() == ["general"]


def test_incomes_are_of_the_newest_year_up_to_the_day(tmp_path: Path) -> None:
    enter([simple(FIRST)])
    then = taken(tmp_path / "then", date(2025, 12, 31))["households"]
    assert then["net_income"].to_list() == [1_234_56]
    assert taken(tmp_path / "early", date(2024, 1, 1))["households"]["net_income"].to_list() == [
        None
    ]


def test_the_job_keeps_a_row_an_audit_entry_and_a_private_folder() -> None:
    enter([simple(FIRST)])
    done = snapshot.take(by=None, progress=say, as_of=today().isoformat())
    kept = Snapshot.objects.get(pk=done["snapshot"])
    folder = actions.snapshot_folder(kept.key)
    assert folder.stat().st_mode & 0o077 == 0
    assert kept.hash == done["digest"]
    assert AuditEntry.objects.filter(action="registry.snapshot").count() == 1


def test_an_empty_registry_gives_no_snapshot(tmp_path: Path) -> None:
    with pytest.raises(FangpinError, match="没有农户"):
        snapshot.take(by=None, progress=say, as_of=today().isoformat())
    assert not Snapshot.objects.exists()
