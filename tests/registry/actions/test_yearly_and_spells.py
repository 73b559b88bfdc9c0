from datetime import date

import pytest
from tests.registry.invented import family, version

from fangpin.kernel.errors import FangpinError
from fangpin.registry import sealing
from fangpin.registry.actions.edit import edit_household
from fangpin.registry.actions.refusals import UNSEEN, Conflict, Refused
from fangpin.registry.actions.reverse import reverse
from fangpin.registry.actions.spells import classify, remove_risk
from fangpin.registry.actions.yearly import (
    assign_helper,
    end_helper,
    record_conditions,
    record_income,
)
from fangpin.registry.models import (
    CategorySpell,
    HelperSpell,
    Household,
    IncomeYear,
    SpellKind,
    YearlyConditions,
)

pytestmark = pytest.mark.django_db
APRIL, JUNE = date(2021, 4, 10), date(2021, 6, 10)


def _monitor(home: Household, on: date = APRIL) -> None:
    classify(
        by=None,
        household=home.pk,
        version=version(home),
        kind=SpellKind.MONITORING,
        code="marginal",
        risks=["illness"],
        on=on,
        clause="四（三）",
    )


def test_a_household_is_monitored_its_risk_removed_and_it_is_monitored_again() -> None:
    home = family()
    _monitor(home)
    home.refresh_from_db()
    assert (home.monitoring_category, home.risks, home.monitored_since, home.risk_removed) == (
        "marginal", ["illness"], date(2021, 4, 1), False,
    )  # fmt: skip
    removed = remove_risk(by=None, household=home.pk, version=version(home), how="support", on=JUNE)
    home.refresh_from_db()
    assert (home.monitoring_category, home.risk_removed, home.risk_removed_month) == (
        "marginal", True, date(2021, 6, 1),
    )  # fmt: skip
    spell = CategorySpell.objects.get(kind=SpellKind.MONITORING)
    assert (spell.began_on, spell.ended_on, spell.ended_how) == (APRIL, JUNE, "support")
    with pytest.raises(Refused, match="removed already"):
        remove_risk(by=None, household=home.pk, version=version(home), how="natural")
    _monitor(home, date(2021, 9, 1))
    home.refresh_from_db()
    assert (home.risk_removed, home.removal_kind) == (False, "")
    assert CategorySpell.objects.filter(kind=SpellKind.MONITORING).count() == 2
    with pytest.raises(Refused, match="rests on it"):
        reverse(by=None, event=removed.pk)


def test_a_classification_does_not_begin_before_the_present_one() -> None:
    home = family()
    with pytest.raises(Refused, match="later than this day"):
        classify(
            by=None,
            household=home.pk,
            version=version(home),
            kind=SpellKind.CATEGORY,
            code="general",
            on=date(2019, 1, 1),
        )
    with pytest.raises(Refused, match="counts as that already"):
        classify(
            by=None,
            household=home.pk,
            version=version(home),
            kind=SpellKind.CATEGORY,
            code="alleviated",
        )
    with pytest.raises(FangpinError, match="not one of the choices"):
        classify(
            by=None, household=home.pk, version=version(home), kind=SpellKind.CATEGORY, code="rich"
        )
    assert CategorySpell.objects.count() == 1


def test_an_edit_of_the_risks_reaches_the_open_spell() -> None:
    home = family()
    _monitor(home)
    event = edit_household(
        by=None,
        household=home.pk,
        version=version(home),
        values={"risks": ["disability", "labour"], "risk_note": "主要劳力受伤"},
    )
    spell = CategorySpell.objects.get(kind=SpellKind.MONITORING)
    assert spell.risks == ["disability", "labour"]
    assert event is not None
    reverse(by=None, event=event.pk)
    spell.refresh_from_db()
    home.refresh_from_db()
    assert spell.risks == home.risks == ["illness"]
    assert home.risk_note == ""


def test_income_is_written_by_year_and_only_what_is_named_changes() -> None:
    home = family()
    values = {"wage_income": "20,000", "items": {"crops": "1500.5", "livestock": ""}}
    record_income(by=None, household=home.pk, version=version(home), year=2021, values=values)
    second = record_income(
        by=None,
        household=home.pk,
        version=version(home),
        year=2021,
        values={"persons": "5", "wage_income": "21000"},
    )
    row = IncomeYear.objects.get()
    assert (row.wage_income, row.persons, row.items) == (21_000_00, 5, {"crops": 1500_50})
    assert row.net_income is None
    assert second is not None
    assert second.detail["fields"] == ["income.persons", "income.wage_income"]
    reverse(by=None, event=second.pk)
    row.refresh_from_db()
    assert (row.wage_income, row.persons) == (20_000_00, None)
    again = record_income(
        by=None, household=home.pk, version=version(home), year=2021, values=values
    )
    assert again is None


@pytest.mark.parametrize(
    ("year", "values", "said"),
    [
        (2021, {"items": {"lottery": "5"}}, "no item lottery"),
        (2021, {"items": {"crops": "-5"}}, "cannot be negative"),
        (2021, {"persons": 0}, "at least one person"),
        (2021, {"wage_income": "many"}, "not an amount"),
        (1990, {"wage_income": "1"}, "not a year to record"),
        (2999, {"wage_income": "1"}, "not a year to record"),
    ],
)
def test_income_that_does_not_fit_is_refused(
    year: int, values: dict[str, object], said: str
) -> None:
    home = family()
    with pytest.raises(FangpinError, match=said):
        record_income(by=None, household=home.pk, version=version(home), year=year, values=values)
    assert not IncomeYear.objects.exists()
    assert version(home) == home.version


def test_conditions_are_guarded_by_the_version_of_the_household() -> None:
    home = family()
    old = version(home)
    values = {"arable_land": "3.25", "safe_water": "yes", "measures": {"health": "大病救助"}}
    record_conditions(by=None, household=home.pk, version=old, year=2021, values=values)
    row = YearlyConditions.objects.get()
    assert (str(row.arable_land), row.safe_water, row.water_difficult) == ("3.2500", True, None)
    with pytest.raises(Conflict) as conflict:
        record_conditions(
            by=None, household=home.pk, version=old, year=2021, values={"arable_land": "4"}
        )
    (difference,) = conflict.value.differences
    assert difference.key == "conditions.arable_land"
    assert difference.seen is UNSEEN
    assert (float(difference.now), float(difference.mine)) == (3.25, 4)


def test_one_helper_follows_another_and_both_stay_known() -> None:
    home = family()
    first = assign_helper(
        by=None,
        household=home.pk,
        version=version(home),
        values={"name": "周帮扶", "unit": "某局", "phone": "13900002222"},
        on=APRIL,
    )
    helper = HelperSpell.objects.get()
    assert sealing.open_one(helper, "name") == "周帮扶"
    assert "周帮扶" not in str(first.detail)
    second = assign_helper(
        by=None,
        household=home.pk,
        version=version(home),
        values={"name": "吴帮扶"},
        replaces=helper.pk,
        on=JUNE,
    )
    helper.refresh_from_db()
    assert helper.ended_on == JUNE
    reverse(by=None, event=second.pk)
    helper.refresh_from_db()
    assert (helper.ended_on, HelperSpell.objects.count()) == (None, 1)
    end_helper(by=None, household=home.pk, version=version(home), helper=helper.pk, on=JUNE)
    with pytest.raises(Refused, match="time is over"):
        end_helper(by=None, household=home.pk, version=version(home), helper=helper.pk, on=JUNE)
    with pytest.raises(Refused, match="name is needed"):
        assign_helper(by=None, household=home.pk, version=version(home), values={"unit": "某局"})
