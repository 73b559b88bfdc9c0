"""Three months by the lake for backtests, worked by hand.

| | catch in April | May | June | |
|---|---|---|---|---|
| H0 | 50 | 50 | 50 | its boat sinks in June: the register shows it as monitored |
| H1 | 150 | 90 | 90 | a field check confirms it on 10 June |
| H2 | 300 | 300 | 300 | its boat sinks in June as well, nobody had seen it coming |
| H3 | 80 | 80 | 80 | a field check refuses it on 12 May |

The line is 100 元. Sunk boats are exempt from the rule. H0, H1 and H3 lie in 东岸村, H2 in 西岸村.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import polars as pl
from tests.engine import lake
from tests.screening.asked import pack_folder, write_run

from fangpin.engine.snapshot import Snapshot
from fangpin.policy import Pack, load_pack

DAYS = (date(2030, 4, 30), date(2030, 5, 31), date(2030, 6, 30))
CATCHES: dict[date, tuple[int, ...]] = {
    DAYS[0]: (50, 150, 300, 80),
    DAYS[1]: (50, 90, 300, 80),
    DAYS[2]: (50, 90, 300, 80),
}
SUNK: dict[date, tuple[int, ...]] = {DAYS[0]: (), DAYS[1]: (), DAYS[2]: (0, 2)}
OUTCOMES = """户编号,疑点类型,答复日期,结果,渠道
H1,poor_catch,2030-06-10,属实,入户核查
H3,poor_catch,2030-05-12,不属实,
"""
MONITORED = """
  - {name: monitored, subject: household, type: bool, label: {zh: 在监测中, en: being monitored}, clause: "1",
     derive: "coalesce(boat_state == 'wrecked', false)"}
"""  # noqa: E501


def lake_pack(folder: Path) -> Pack:
    """The lake's pack with a fact that says who is monitored."""
    folder.mkdir(exist_ok=True)
    path = pack_folder(folder)
    facts = path / "facts.yaml"
    facts.write_text(facts.read_text(encoding="utf-8").rstrip() + MONITORED, encoding="utf-8")
    return load_pack(path)


def month(day: date, catches: tuple[int, ...], sunk: tuple[int, ...]) -> Snapshot:
    """One month: a person per household, catches in 元."""
    first = day.replace(day=1)
    rows = [
        {"_person": person, "value": value * 100, "landed_on": first, "slip": str(person)}
        for person, value in enumerate(catches)
    ]
    boats = [{"_household": home, "state": "wrecked", "checked_on": first} for home in sunk]
    whole = lake.snapshot()
    return Snapshot(
        places=whole.places,
        households=pl.DataFrame(
            {
                "number": ["H0", "H1", "H3", "H2"],
                "village": pl.Series([0, 0, 0, 1], dtype=pl.UInt32),
            }
        ),
        # Persons are sorted by household: H0 {P0}, H1 {P1}, H3 {P3}, H2 {P2}.
        persons=pl.DataFrame(
            {
                "number": ["P0", "P1", "P3", "P2"],
                "household": pl.Series([0, 1, 2, 3], dtype=pl.UInt32),
            }
        ),
        feeds={
            ("catches", first): _renumbered(lake.frame(lake.CATCH, rows), "_person"),
            ("boats", first): _renumbered(lake.frame(lake.BOAT, boats), "_household"),
        },
        coverage=whole.coverage,
        suspects=whole.suspects,
        files=whole.files,
        sheets=whole.sheets,
    )


def _renumbered(frame: pl.DataFrame, link: str) -> pl.DataFrame:
    """H2 and H3 change places, as villages come one after the other."""
    return frame.with_columns(pl.col(link).replace({2: 3, 3: 2}))


def write_months(
    folder: Path,
    catches: Mapping[date, tuple[int, ...]] = CATCHES,
    sunk: Mapping[date, tuple[int, ...]] = SUNK,
) -> Pack:
    """Run folders 2030-04 … in `folder`; returns their pack."""
    pack = lake_pack(folder)
    for day, values in catches.items():
        write_run(folder / f"{day:%Y-%m}", month(day, values, sunk[day]), pack, day)
    return pack


def write_outcomes(folder: Path, text: str = OUTCOMES) -> Path:
    """The answers as a CSV file."""
    path = folder / "answers.csv"
    path.write_text(text, encoding="utf-8")
    return path
