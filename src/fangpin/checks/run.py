"""The rules asked of the registry: once a month by the worker, or of one household at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import polars as pl
from django.utils import timezone

from fangpin.checks.actions import HITS, keep_check
from fangpin.checks.as_exports import registry_sheets
from fangpin.kernel.errors import FangpinError, Text
from fangpin.places.models import Place
from fangpin.policy import load_pack
from fangpin.policy.pack import Pack, Rule
from fangpin.quality.hits import hits_table
from fangpin.quality.intake import take_in
from fangpin.quality.run import GROUP, evaluated
from fangpin.registry.models import Household

PACK = "cn-quality"
Progress = Callable[[int, Text], None]


@lru_cache(maxsize=1)
def pack() -> Pack:
    """The rules."""
    return load_pack(PACK)


@lru_cache(maxsize=1)
def rules() -> dict[str, Rule]:
    """Rules by number."""
    return {_number(each): each for each in pack().rules.values() if each.group == GROUP}


def _number(rule: Rule) -> str:
    return rule.number or rule.name


@dataclass(frozen=True)
class Asked:
    """`found` as actions.HITS; rules that were asked and those that could not be."""

    found: pl.DataFrame
    asked: list[str]
    not_asked: list[str]
    households: int
    persons: int


def ask(areas: Sequence[str], day: date) -> Asked | None:
    """All rules of these areas (code prefixes), on the registry as it is now; None when nobody is
    registered there."""
    sheets = registry_sheets(pack(), areas, day)
    if not sheets:
        return None
    exports = take_in(pack(), sheets, day)
    facts, outcomes, lacking = evaluated(pack(), exports, day)
    asked = [_number(each.rule) for each in outcomes]
    not_asked = [_number(each.rule) for each in lacking]
    hits = hits_table(facts, exports, outcomes)
    homes = exports.snapshot.households.height
    return Asked(_as_kept(hits), asked, not_asked, homes, exports.snapshot.persons.height)


def _as_kept(hits: pl.DataFrame) -> pl.DataFrame:
    numbers = hits["household_id"].unique().drop_nulls().to_list()
    codes = dict(Household.objects.filter(number__in=numbers).values_list("number", "village_code"))
    severity = {number: rule.severity for number, rule in rules().items()}
    texts = hits.filter(pl.col("household_id").is_not_null()).with_columns(
        severity=pl.col("rule").replace_strict(severity, default="doubt"),
        village_code=pl.col("household_id").replace_strict(
            codes, default="", return_dtype=pl.String
        ),
        household_number=pl.col("household_id"),
        person_number=pl.col("person_no").fill_null(""),
        sentence=pl.col("sentence_zh").str.slice(0, 600),
    )
    known = texts.filter(pl.col("village_code") != "")
    return known.select(HITS).unique(["rule", "household_number", "person_number"], keep="first")


def check_registry(*, by: Any, progress: Progress, area: str = "") -> dict[str, Any]:
    """The job: check the registry of an area, township by township so that memory does not grow.

    Raises FangpinError when nobody is registered there.
    """
    day = timezone.localdate()
    counties = _prefixes(area)
    total = {"households": 0, "persons": 0, "hits": 0}
    for at, prefix in enumerate(counties):
        progress(5 + 90 * at // len(counties), Text(f"核对 {prefix}", f"checking {prefix}"))
        found = ask([prefix], day)
        if found is None:
            continue
        keep_check(
            by=by,
            day=day,
            area=prefix,
            pack_hash=pack().hash,
            found=found.found,
            asked=found.asked,
            not_asked=found.not_asked,
            households=found.households,
            persons=found.persons,
        )
        total["households"] += found.households
        total["persons"] += found.persons
        total["hits"] += found.found.height
    if not total["households"]:
        raise FangpinError.because(
            "该区域没有登记农户", "nobody is registered in this area",
            do_zh="先导入台账", do_en="import the registry first",
        )  # fmt: skip
    return total


def _prefixes(area: str) -> list[str]:
    """The counties of an area: rules that look for the same number twice need a whole county."""
    if len(area) > 6:
        return [area]
    places = Place.objects.filter(
        level=Place.Level.COUNTY, valid_to=None, code__startswith=area
    ).order_by("code")
    return [code[:6] for code in places.values_list("code", flat=True)]
