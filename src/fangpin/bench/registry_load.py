"""A registry of invented people straight into the database, for load tests: a million in minutes.

Area codes begin with 5299, identity numbers with 99: neither is anybody's. Everything is drawn from
one seed; names, numbers and telephones are sealed as the registry seals them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from django.db import connection, transaction
from numpy.typing import NDArray

from fangpin.bench.identity import number_bytes, seventeen_digits
from fangpin.exchange import bulk
from fangpin.foundation.actions import record
from fangpin.kernel.errors import FangpinError
from fangpin.places.actions import take_over
from fangpin.registry import ids, name_books
from fangpin.registry.models import (
    CategorySpell,
    HelperSpell,
    Household,
    IncomeYear,
    Membership,
    NameBook,
    NameChange,
    Person,
    YearlyConditions,
)
from fangpin.sample.names import personal_names
from fangpin.sample.numbers import accounts, telephones

COUNTY = "529900"
AS_OF = date(2025, 12, 31)
_BLOCK = 30_000  # households
_PER_VILLAGE = 750
_VILLAGES_PER_TOWNSHIP = 20
_SIZES = (0.08, 0.20, 0.25, 0.22, 0.15, 0.10)
_MEAN_SIZE = 3.46
_CATEGORIES = ("general", "alleviated", "unstable", "marginal", "sudden")
_SHARES = (0.70, 0.22, 0.03, 0.03, 0.02)
_RISKS = ("illness", "disability", "labour", "schooling", "employment", "disaster")
_EPOCH = np.datetime64(AS_OF, "D").astype(np.int64)
Ints = NDArray[np.int64]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Loaded:
    """What stands in the tables afterwards."""

    villages: int
    households: int
    persons: int


def fill(*, persons: int, seed: int = 7, say: Say = lambda _: None) -> Loaded:
    """Fill an empty registry with about so many persons; one transaction for each block.

    Raises FangpinError when there are households already: invented people never mix with real ones.
    """
    if Household.objects.exists():
        raise FangpinError.because(
            "台账中已有农户，不能再写入虚构数据",
            "the registry holds households; invented ones are not added to them",
            do_zh="另用一个空库",
            do_en="use an empty database",
        )
    households = max(1, round(persons / _MEAN_SIZE))
    villages = lay_out(persons)
    rng = np.random.default_rng(seed)
    done = 0
    for number, start in enumerate(range(0, households, _BLOCK)):
        place = np.arange(start, min(start + _BLOCK, households))
        done += _block(number, place, rng)
        say(f"{place[-1] + 1:,} / {households:,} households, {done:,} persons")
    name_books.renew()
    with connection.cursor() as cursor:
        for model in (
            *(Household, Person, Membership, IncomeYear, YearlyConditions, CategorySpell),
            *(NameBook, NameChange),
        ):
            cursor.execute(f'ANALYZE "{model._meta.db_table}"')
    return Loaded(villages, households, done)


def lay_out(persons: int) -> int:
    """The county with the villages that so many persons live in; returns how many villages."""
    households = max(1, round(persons / _MEAN_SIZE))
    villages = [_village(at) for at in range(max(1, -(-households // _PER_VILLAGE)))]
    take_over(
        by=None,
        county=(f"{COUNTY}000000", "示例县"),
        villages=villages,
        valid_from=date(2020, 1, 1),
    )
    return len(villages)


def _village(at: int) -> tuple[str, str, str, str]:
    """code, name, township code, township."""
    town, within = divmod(at, _VILLAGES_PER_TOWNSHIP)
    code = f"{COUNTY}{100 + town:03d}"
    return f"{code}{200 + within:03d}", f"第{within + 1:02d}村", f"{code}000", f"第{town + 1:02d}镇"


@transaction.atomic
def _block(number: int, place: Ints, rng: np.random.Generator) -> int:
    """Households `place` (counted through the county) with everything that hangs on them."""
    size = len(place)
    sizes = rng.choice(np.arange(1, 7), size, p=_SIZES)
    home_ids = np.array(ids.allocate(Household, size))
    codes = [_village(at)[0] for at in (place // _PER_VILLAGE).tolist()]
    numbers = pl.Series(codes) + pl.Series(place % _PER_VILLAGE + 1).cast(pl.String).str.zfill(4)
    category = rng.choice(5, size, p=_SHARES)
    bulk.insert(Household, _households(home_ids, numbers, codes, sizes, category, rng))
    _insert_spells(home_ids, category, rng)
    _insert_yearly(home_ids, sizes, rng)
    _insert_helpers(home_ids[category > 0], rng)
    persons = int(sizes.sum())
    home = np.repeat(np.arange(size), sizes)
    slot = np.arange(persons) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    person_ids = np.array(ids.allocate(Person, persons))
    bulk.insert(Person, _persons(number, person_ids, numbers.gather(home), home, slot, rng))
    relation = np.minimum(slot, 5)
    words = ("head", "spouse", "son", "daughter", "father", "other")
    bulk.insert(
        Membership,
        pl.DataFrame(
            {
                "person_id": person_ids,
                "household_id": home_ids[home],
                "relation": pl.Series(words).gather(relation),
                "is_head": slot == 0,
                "why_began": [""] * persons,
                "why_ended": [""] * persons,
            }
        ),
    )
    record(by=None, action="registry.invented", detail={"households": size, "persons": persons})
    return persons


def _households(
    home_ids: Ints,
    numbers: pl.Series,
    codes: list[str],
    sizes: Ints,
    category: Ints,
    rng: np.random.Generator,
) -> pl.DataFrame:
    size = len(home_ids)
    watched = category > 1
    words = pl.Series(_CATEGORIES).gather(category)
    since = _days(rng, size, 400, 1500)
    closed = bulk.closed(
        Household,
        home_ids.tolist(),
        {
            "phone": telephones(rng, size).to_list(),
            "account": accounts(rng, size).to_list(),
        },
    )
    frame = pl.DataFrame(
        {
            "id": home_ids,
            "number": numbers,
            "village_code": codes,
            "group_name": pl.Series(rng.integers(1, 9, size)).cast(pl.String) + "社",
            "origin": ["registry"] * size,
            "members": sizes,
            "category": words,
            "policies_continue": _where(category == 1, pl.Series([True] * size)),
            "main_cause": _where(
                category == 1, _picked(rng, ("illness", "capital", "skills"), size)
            ),
            "identified_in": _where(category == 1, _days(rng, size, 3000, 4300).dt.month_start()),
            "monitoring_category": _where(watched, words),
            "monitored_since": _where(watched, since.dt.month_start()),
            "risks": _where(watched, _picked(rng, _RISKS, size)),
            "risk_removed": _where(watched, pl.Series(rng.random(size) < 0.3)),
            "bank": _picked(rng, ("农村信用社", "邮储银行", "农业银行"), size),
            **closed,
        }
    )
    return frame


def _insert_spells(home_ids: Ints, category: Ints, rng: np.random.Generator) -> None:
    size = len(home_ids)
    words = pl.Series(_CATEGORIES).gather(category)
    began = _days(rng, size, 400, 1500)
    frame = pl.DataFrame(
        {"household_id": home_ids, "code": words, "began_on": began, "risks": [""] * size}
    ).with_columns(pl.lit("category").alias("kind"))
    watched = frame.filter(pl.Series(category > 1)).with_columns(
        pl.lit("monitoring").alias("kind"),
        _picked(rng, _RISKS, int((category > 1).sum())).alias("risks"),
    )
    bulk.insert(CategorySpell, pl.concat([frame, watched]))


def _insert_yearly(home_ids: Ints, sizes: Ints, rng: np.random.Generator) -> None:
    size = len(home_ids)
    wage, business = rng.integers(0, 60_000, size) * 100, rng.integers(0, 20_000, size) * 100
    cost, transfer = business // 3, 320_00 * sizes
    net = wage + business - cost + transfer
    incomes = pl.DataFrame(
        {
            "household_id": home_ids,
            "year": np.full(size, AS_OF.year),
            "occasion": ["year"] * size,
            "persons": sizes,
            "items": ["{}"] * size,
            "wage_income": wage,
            "business_income": business,
            "business_cost": cost,
            "property_income": np.zeros(size, dtype=np.int64),
            "transfer_income": transfer,
            "gross_income": wage + business + transfer,
            "net_income": net,
            "net_income_per_person": (2 * net + sizes) // (2 * sizes),
        }
    )
    bulk.insert(IncomeYear, incomes)
    flags = ("housing_unsafe", "water_unsafe", "power_for_living", "safe_water", "sanitary_toilet")
    conditions = pl.DataFrame(
        {
            "household_id": home_ids,
            "year": np.full(size, AS_OF.year),
            "arable_land": rng.integers(10, 120, size) * 1000,
            "house_area": rng.integers(45, 160, size) * bulk.QUANTITY,
            "road_kind": _picked(rng, ("concrete", "gravel", "earth"), size),
            "fuel": _picked(rng, ("coal", "clean", "firewood"), size),
            **{name: rng.random(size) < 0.02 + 0.9 * (at > 1) for at, name in enumerate(flags)},
        }
    )
    bulk.insert(YearlyConditions, conditions)


def _insert_helpers(home_ids: Ints, rng: np.random.Generator) -> None:
    size = len(home_ids)
    if not size:
        return
    rows = np.array(ids.allocate(HelperSpell, size))
    families = rng.integers(0, 400, size)
    male = rng.random(size) < 0.6
    none = np.zeros(size, dtype=np.bool_)
    names = personal_names(rng, families, male, np.full(size, 1975), none)
    closed = bulk.closed(
        HelperSpell,
        rows.tolist(),
        {"name": names.to_list(), "phone": telephones(rng, size).to_list()},
    )
    frame = pl.DataFrame(
        {
            "id": rows,
            "household_id": home_ids,
            "unit": _picked(rng, ("示例县农业农村局", "示例县教育局", "第01镇人民政府"), size),
            "began_on": _days(rng, size, 200, 1500),
            **closed,
        }
    )
    bulk.insert(HelperSpell, frame)


def _persons(
    block: int,
    person_ids: Ints,
    household_numbers: pl.Series,
    home: Ints,
    slot: Ints,
    rng: np.random.Generator,
) -> pl.DataFrame:
    size = len(person_ids)
    age = np.where(slot < 2, rng.integers(28, 75, size), rng.integers(0, 40, size))
    age = np.where(slot == 4, rng.integers(60, 92, size), age)
    born = _EPOCH - age * 365 - rng.integers(0, 365, size)
    digits = seventeen_digits(born, block, rng)
    male = digits % 2 == 1
    number = pl.Series(number_bytes(digits).view("S18").ravel().astype("U18"))
    years = born.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    # Heads and their children share a surname; who married in has another.
    family = home * 7 + np.where((slot == 1) | (slot == 5), 3, 0) + block * 11
    names = personal_names(rng, family, male, years, rng.random(size) < 0.012)
    phones = telephones(rng, size)
    reachable = (age >= 16) & (rng.random(size) < 0.6)
    closed = bulk.closed(
        Person,
        person_ids.tolist(),
        {
            "name": names.to_list(),
            "id_number": number.to_list(),
            "phone": _where(reachable, phones).to_list(),
        },
    )
    student = (age >= 6) & (age < 18)
    works = (age >= 18) & (age < 60) & (rng.random(size) < 0.5)
    disabled = rng.random(size) < 0.05
    frame = pl.DataFrame(
        {
            "id": person_ids,
            "number": household_numbers + pl.Series(slot + 1).cast(pl.String).str.zfill(2),
            "id_kind": ["identity_card"] * size,
            "sex": pl.Series(("female", "male")).gather(male.astype(np.int64)),
            "birth_date": pl.Series(born).cast(pl.Int32).cast(pl.Date),
            "ethnic_group": ["HA"] * size,
            "political_status": _picked(rng, ("masses",) * 12 + ("party_member",), size),
            "education": _where(
                ~student, _picked(rng, ("illiterate", "primary", "junior", "senior"), size)
            ),
            "school_stage": _where(student, pl.Series(["primary"] * size)),
            "health": pl.Series(("healthy", "disabled")).gather(disabled.astype(np.int64)),
            "disability_level": _where(disabled, _picked(rng, ("1", "2", "3", "4"), size)),
            "labour_ability": pl.Series(("none", "ordinary")).gather(
                ((age >= 16) & (age < 65)).astype(np.int64)
            ),
            "works_away": works,
            "migrant_months": _where(works, pl.Series(rng.integers(1, 13, size) * bulk.QUANTITY)),
            "migrant_wage_monthly": _where(works, pl.Series(rng.integers(20, 70, size) * 100_00)),
            "resident_medical": rng.random(size) < 0.98,
            "resident_pension": (age >= 16) & (rng.random(size) < 0.9),
            "registered_subsistence": rng.random(size) < 0.06,
            "registered_destitute": rng.random(size) < 0.005,
            "soldier": np.zeros(size, dtype=np.bool_),
            **closed,
        }
    )
    return frame


def _days(rng: np.random.Generator, size: int, least: int, most: int) -> pl.Series:
    """Days that lie so long before the reference date."""
    return pl.Series(_EPOCH - rng.integers(least, most, size)).cast(pl.Int32).cast(pl.Date)


def _picked(rng: np.random.Generator, words: tuple[str, ...], size: int) -> pl.Series:
    return pl.Series(words, dtype=pl.String).gather(rng.integers(0, len(words), size))


def _where(mask: NDArray[np.bool_], values: pl.Series) -> pl.Series:
    return values.set(pl.Series(~mask), None)
