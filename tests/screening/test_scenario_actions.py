"""Scenarios: kept with their audit entry, seen in their area, deleted by their author only."""

from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from tests.cast import County, county_with_cast

from fangpin.foundation.models import AuditEntry
from fangpin.kernel.errors import FangpinError
from fangpin.screening.actions import delete_scenario, save_scenario
from fangpin.screening.models import Scenario
from fangpin.screening.queries import scenarios


@pytest.fixture
def county(db: None, tmp_path: Path) -> County:
    return county_with_cast(tmp_path / "run")


def _save(county: County, name: str, called: str = "监测线 7000 元") -> Scenario:
    return save_scenario(
        by=county.users[name],
        name=called,
        note="",
        run=county.run,
        pack="baiyin-2021",
        changes={"monitoring_line": "7000 元/人·年"},
    )


def test_what_is_kept_and_what_is_written_down(county: County) -> None:
    kept = _save(county, "county", "  监测线   7000 元 ")
    kept.refresh_from_db()
    assert kept.name == "监测线 7000 元"
    assert kept.changes == {"monitoring_line": "7000 元/人·年"}
    assert (kept.snapshot_hash, kept.as_of) == (county.run.snapshot_hash, county.run.as_of)
    assert kept.area_code == "620402000000"
    entry = AuditEntry.objects.get(action="scenario.save")
    assert (entry.actor, entry.subject) == (county.users["county"], f"scenario:{kept.pk}")
    assert entry.detail == {"pack": "baiyin-2021", "changes": kept.changes}


@pytest.mark.parametrize("name", ["village", "medical", "leader", "auditor", "admin", "no_post"])
def test_who_may_not_save(county: County, name: str) -> None:
    with pytest.raises(PermissionError):
        _save(county, name)
    assert not Scenario.objects.exists()
    assert not AuditEntry.objects.filter(action="scenario.save").exists()


@pytest.mark.parametrize(
    ("called", "note", "column"),
    [("", "", "name"), ("   ", "", "name"), ("长" * 81, "", "name"), ("好", "长" * 501, "note")],
)
def test_names_and_notes_that_are_refused(
    county: County, called: str, note: str, column: str
) -> None:
    with pytest.raises(FangpinError) as refused:
        save_scenario(
            by=county.users["county"],
            name=called,
            note=note,
            run=county.run,
            pack="baiyin-2021",
            changes={},
        )
    assert [problem.where.column for problem in refused.value.problems] == [column]
    assert not Scenario.objects.exists()


def test_a_name_is_taken_once_for_its_author_only(county: County) -> None:
    _save(county, "county")
    with pytest.raises(FangpinError, match="已有名为"):
        _save(county, "county")
    _save(county, "township")
    assert Scenario.objects.count() == 2
    assert AuditEntry.objects.filter(action="scenario.save").count() == 2


def test_a_scenario_without_a_name_cannot_even_be_stored(county: County) -> None:
    kept = _save(county, "county")
    with pytest.raises(IntegrityError), transaction.atomic():
        Scenario.objects.filter(pk=kept.pk).update(name="")


def test_each_reader_sees_those_of_their_area(county: County) -> None:
    for name in ("county", "township", "other_township"):
        _save(county, name, f"由 {name} 保存")
    seen = {
        name: {row.by.username for row in scenarios(user)} for name, user in county.users.items()
    }
    everybody = {"county", "township", "other_township"}
    assert seen == {name: set() for name in seen} | {
        "county": everybody,
        "leader": everybody,
        "township": {"township"},
        "other_township": {"other_township"},
    }


def test_only_its_author_deletes_it(county: County) -> None:
    kept = _save(county, "township")
    for name in ("county", "leader", "other_township"):
        with pytest.raises(PermissionError):
            delete_scenario(by=county.users[name], scenario=kept)
    assert Scenario.objects.count() == 1
    number = kept.pk
    delete_scenario(by=county.users["township"], scenario=kept)
    assert not Scenario.objects.exists()
    entry = AuditEntry.objects.get(action="scenario.delete")
    assert entry.subject == f"scenario:{number}"
    assert entry.detail["changes"] == {"monitoring_line": "7000 元/人·年"}
