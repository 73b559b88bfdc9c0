"""A household for which every condition of leaving holds, and the deliveries that say so.

The register is written out as of the day, departments deliver in the columnar layout, and the
ordinary screening makes the run that cases ask: nothing here stands in for code of the program.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from tests.registry.invented import family, person

from fangpin.exchange import snapshot
from fangpin.kernel.identity.number import check_digit
from fangpin.policy import load_pack
from fangpin.registry.actions.yearly import record_income
from fangpin.registry.models import Household
from fangpin.screening.actions import load_run
from fangpin.screening.models import Run
from fangpin.screening.run import screen

_MEMBERS = (
    ("赵测甲", "head", "male", date(1970, 5, 1), "ordinary"),
    ("钱试乙", "spouse", "female", date(1972, 6, 2), "weak"),
    ("赵测丙", "son", "male", date(1995, 7, 1), "skilled"),
)


def steady_home(
    number: str, *, income: str = "18000.00", values: Mapping[str, Any] | None = None
) -> Household:
    """A household that earns `income` yuan a head (of last year, 2025) and whose members have
    numbers that deliveries can be linked by."""
    home = family(
        number,
        values={"category": "general", **(values or {})},
        members=[
            person(name, relation, sex, born, id_number=_id_number(number, at, born, sex),
                   labour_ability=labour)
            for at, (name, relation, sex, born, labour) in enumerate(_MEMBERS)
        ],
    )  # fmt: skip
    record_income(
        by=None, household=home.pk, version=home.version, year=2025,
        values={"net_income_per_person": income},
    )  # fmt: skip
    return Household.objects.get(pk=home.pk)


def _id_number(number: str, at: int, born: date, sex: str) -> str:
    serial = (sum(map(ord, number)) * 10 + at) * 2 % 998 + (1 if sex == "male" else 0)
    first = f"529900{born:%Y%m%d}{serial:03d}"
    return first + check_digit(first)


def delivered(
    folder: Path, day: date, *, pack: str = "cn-base", self_paid: Mapping[str, int] | None = None
) -> Run:
    """Screen the register of `day` with a month's deliveries and load the run: everybody insured
    and at school, houses in order, nobody ill but for `self_paid` (number of a person → fen paid
    for a hospital stay). Water and work are not delivered."""
    source = folder / "source"
    snapshot.write(source, day, packs=("cn-base", pack))
    identity = pl.read_parquet(source / "register" / "identity.parquet")["id_number"].to_list()
    month = day.replace(day=1)
    numbers = pl.read_parquet(source / "register" / "persons.parquet")["number"].to_list()
    paid = self_paid or {}
    stays = {
        "id_number": [identity[numbers.index(each)] for each in paid],
        "self_paid": list(paid.values()),
        "settlement_kind": ["inpatient"] * len(paid),
        "settled_on": [month] * len(paid),
    }
    none: dict[str, Any] = {}
    everything: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "insurance_enrolment": (
            {"id_number": identity, "insurance_status": ["active"] * len(identity)}, none,
        ),
        "medical_settlement": (
            stays, {"id_number": pl.String, "self_paid": pl.Int64, "settlement_kind": pl.String,
                    "settled_on": pl.Date},
        ),
        "school_roll": (
            {"id_number": [], "school_status": []},
            {"id_number": pl.String, "school_status": pl.String},
        ),
        "deaths": (
            {"id_number": [], "death_date": []}, {"id_number": pl.String, "death_date": pl.Date},
        ),
        "housing_inspection": (
            {"id_number": identity, "housing_grade": ["A"] * len(identity),
             "inspected_on": [month] * len(identity)}, none,
        ),
    }  # fmt: skip
    (source / "feeds").mkdir()
    for contract, (rows, schema) in everything.items():
        frame = pl.DataFrame(rows, schema=schema or None)
        frame.write_parquet(source / "feeds" / f"{contract}@{month:%Y-%m}.parquet")
    screen(source, pack=load_pack(pack), as_of=day, out=folder / "run")
    return load_run(by=None, folder=folder / "run", county="测试县")
