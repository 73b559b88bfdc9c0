"""Rules asked of single households: the same answers as of the whole county."""

from datetime import date

import polars as pl
import pytest
from django.db import transaction
from django.utils import timezone
from tests.registry.actions.test_edit import with_check_digit
from tests.registry.invented import OTHER_VILLAGE, VILLAGE, called, family, person

from fangpin.checks import asking
from fangpin.checks.fields import fields_of_rules
from fangpin.people.models import User
from fangpin.places.models import Place, VillageProfile
from fangpin.registry.actions.edit import edit_person
from fangpin.registry.models import Household

pytestmark = pytest.mark.django_db
_KEY = ["rule", "household_number", "person_number", "sentence_zh", "village_code", "severity"]


def today() -> date:
    return timezone.localdate()


@pytest.fixture
def homes(users: dict[str, User]) -> None:
    """Two households with much that is blank; a telephone is known in both."""
    family(values={"category": "alleviated"})
    family("F2", OTHER_VILLAGE, members=[person("孙试庚", "head", "male", date(1960, 1, 2))])
    for row in (called("丁"), called("庚")):
        edit_person(by=None, person=row.pk, version=row.version, values={"phone": "13900003333"})


def one_by_one() -> pl.DataFrame:
    with transaction.atomic():
        found = [
            asking.ask_households([number], today()).found
            for number in Household.objects.values_list("number", flat=True)
        ]
    return pl.concat(found).select(_KEY).sort(_KEY)


def test_each_household_alone_says_what_the_county_says(homes: None) -> None:
    whole = asking.ask(["620402"], today())
    assert whole is not None
    assert whole.found.height > 20
    assert one_by_one().equals(whole.found.select(_KEY).sort(_KEY))
    # Two households share a telephone: seen from each of them alone.
    shared = whole.found.filter(pl.col("sentence_zh").str.contains("联系电话"))
    assert shared["household_number"].n_unique() == 2


def test_a_number_registered_twice_is_seen_from_either_side(homes: None) -> None:
    number = with_check_digit("62040219600102001")
    for row in (called("丁"), called("庚")):
        edit_person(
            by=None,
            person=row.pk,
            version=row.version,
            values={"id_number": number, "birth_date": date(1960, 1, 2)},
        )
    alone = one_by_one().filter(pl.col("sentence_zh").str.contains("证件号码"))
    assert alone["household_number"].n_unique() == 2
    whole = asking.ask(["620402"], today())
    assert whole is not None
    assert one_by_one().equals(whole.found.select(_KEY).sort(_KEY))


def test_nobody_is_asked_about_a_household_that_has_ended(homes: None) -> None:
    Household.objects.update(state="merged", members=0)
    with transaction.atomic():
        asked = asking.ask_households(["F1"], today())
    assert (asked.found.height, asked.households, asked.asked) == (0, 0, [])


def test_every_rule_about_people_names_the_fields_it_reads() -> None:
    fields = fields_of_rules()
    silent = {number for number, keys in fields.items() if not keys}
    of_villages = {n for n, rule in asking.rules().items() if rule.subject == "village"}
    assert silent == of_villages
    assert fields["3_02_012"] == {"membership.relation", "household.category"}


def test_rules_about_villages_read_the_village_table(homes: None) -> None:
    place = Place.objects.get(code=VILLAGE)
    before = asking.ask(["620402"], today())
    assert before is not None
    assert not (before.found["unit"] == "village").any()
    VillageProfile.objects.create(
        place=place, year=2024, values={"lifted_out": True, "households": 100, "clinics": 1}
    )
    VillageProfile.objects.create(
        place=place,
        year=2025,
        values={
            "lifted_out": True, "households": 100, "persons": 390, "clinics": 1,
            "hard_road": True, "dangerous_houses": 120, "collective_income": 12_345_600,
        },
    )  # fmt: skip
    found = asking.ask(["620402"], today())
    assert found is not None
    hits = found.found.filter(pl.col("unit") == "village")
    assert hits["village_code"].unique().to_list() == [VILLAGE]
    assert hits["household_number"].unique().to_list() == [VILLAGE]
    rules = set(hits["rule"].to_list())
    # More unsafe houses than households; schools were never recorded; clinics and roads were.
    assert {"3_03_001", "1_03_004"} <= rules
    assert not {"1_03_009", "1_03_002", "1_03_003", "2_03_001"} & rules


def test_no_two_rules_are_called_the_same() -> None:
    called_so = asking.labels()
    for language in ("zh", "en"):
        assert len({text.in_language(language) for text in called_so.values()}) == len(called_so)
    twins = [called_so[number].zh for number in ("3_02_002", "5_19_002")]
    assert all(number in text for number, text in zip(("3_02_002", "5_19_002"), twins, strict=True))
