from pathlib import Path

import pytest
from tests.cast import county_with_cast, load_county

from fangpin.feeds.models import LinkCandidate, LinkQuestion
from fangpin.registry.actions.households import move_village
from fangpin.registry.models import Household
from fangpin.screening.models import Finding

pytestmark = pytest.mark.django_db
NUMBER = "620402000001"
THERE = "620402102201"


def _move() -> None:
    home = Household.objects.get(number=NUMBER)
    move_village(by=None, household=home.pk, version=home.version, village_code=THERE)


def test_findings_and_link_questions_follow_a_household_that_moves(tmp_path: Path) -> None:
    county = county_with_cast(tmp_path)
    village = county.sign_in("village")
    assert village.get(f"/households/{NUMBER}/").status_code == 200
    asked = LinkCandidate.objects.filter(household_number=NUMBER)
    questions = set(asked.values_list("question", flat=True))
    _move()
    findings = Finding.objects.filter(household_number=NUMBER)
    assert set(findings.values_list("village_code", flat=True)) == {THERE}
    assert set(findings.values_list("township", flat=True)) != {""}
    assert set(asked.values_list("village_code", flat=True)) <= {THERE}
    for question in LinkQuestion.objects.filter(pk__in=questions):
        for candidate in question.candidates.all():
            assert candidate.village_code.startswith(question.area)
    assert village.get(f"/households/{NUMBER}/").status_code == 404
    assert county.sign_in("other_township").get(f"/households/{NUMBER}/").status_code == 200


def test_a_later_run_does_not_bring_findings_back_to_the_old_village(tmp_path: Path) -> None:
    load_county(tmp_path / "one")
    _move()
    load_county(tmp_path / "two")
    places = Finding.objects.filter(household_number=NUMBER).values_list("village_code", flat=True)
    assert set(places) == {THERE}
