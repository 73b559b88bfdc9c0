"""The real villages on which the invented households live."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

PROVINCE, CITY, COUNTY = "甘肃省", "白银市", "白银区"
AREA = "620402"
TOWNSHIPS = ("水川镇", "四龙镇", "王岘镇", "强湾乡", "武川乡")
ALWAYS_COVERED, SOMETIMES_COVERED, NEVER_COVERED = TOWNSHIPS[:2], TOWNSHIPS[2:4], TOWNSHIPS[4:]
"""by the housing inspection: each month it leaves out the last township and one before it"""
_LEAST_PER_VILLAGE = 12


@dataclass(frozen=True)
class Village:
    """`code` 12 digits."""

    code: str
    township: str
    name: str


@cache
def all_villages() -> tuple[Village, ...]:
    """Every village of the county, in code order."""
    text = (files("fangpin.sample") / "data" / "villages.tsv").read_text(encoding="utf-8")
    lines = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return tuple(Village(*line) for line in lines)


def villages_for(households: int) -> tuple[Village, ...]:
    """As many villages as so many households fill (all of them from 504 on), every township."""
    wanted = min(max(households // _LEAST_PER_VILLAGE, len(TOWNSHIPS)), len(all_villages()))
    by_township = [[v for v in all_villages() if v.township == name] for name in TOWNSHIPS]
    chosen: set[Village] = set()
    place = 0
    while len(chosen) < wanted:
        for group in by_township:
            if place < len(group) and len(chosen) < wanted:
                chosen.add(group[place])
        place += 1
    return tuple(v for v in all_villages() if v in chosen)
