"""The quality rules asked of the registry: of an area, of some households as they are registered
now (also inside a transaction that has changed them), or of rows that are only planned."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

import polars as pl
from django.db import connection

from fangpin.checks.actions import HITS
from fangpin.checks.as_exports import registry_sheets, sheets_of_rows
from fangpin.checks.models import LONGEST_SENTENCE
from fangpin.checks.village_rows import village_codes
from fangpin.engine.compiled import Compiled
from fangpin.exchange import bulk, state
from fangpin.exchange.state import Which, Year
from fangpin.kernel.errors import Text
from fangpin.policy import load_pack
from fangpin.policy.pack import Pack, Rule
from fangpin.quality.hits import hits_table
from fangpin.quality.intake import take_in
from fangpin.quality.run import GROUP, evaluated
from fangpin.quality.sheets import ExportSheet
from fangpin.registry import sealing
from fangpin.registry.models import Household, Person

PACK: Final = "cn-quality"
_LISTED: Final = "checks_listed"
# Persons elsewhere with the same number: one household of each kind is enough to compare with.
_SHARING: Final = """
SELECT * FROM (
  SELECT DISTINCT ON (k.at, h.category) k.at AS at, h.number AS number, h.category AS category
  FROM unnest(%s::bytea[]) WITH ORDINALITY k(hash, at)
  JOIN registry_person p ON p.{column} = k.hash
  JOIN registry_membership m ON m.person_id = p.id AND m.ended_on IS NULL
  JOIN registry_household h ON h.id = m.household_id AND h.state = 'active'
  WHERE h.village_code LIKE ANY(%s) AND NOT h.number = ANY(%s)
  ORDER BY k.at, h.category, h.number
) found
"""


@lru_cache(maxsize=1)
def pack() -> Pack:
    """The rules."""
    return load_pack(PACK)


@lru_cache(maxsize=1)
def rules() -> dict[str, Rule]:
    """Rules by number."""
    return {number_of(each): each for each in pack().rules.values() if each.group == GROUP}


def number_of(rule: Rule) -> str:
    """The number under which staff know a rule."""
    return rule.number or rule.name


@lru_cache(maxsize=1)
def labels() -> dict[str, Text]:
    """What rules are called, by number; the number is said where two are called the same."""
    known = {number: rule.label for number, rule in rules().items()}
    zh, en = Counter(each.zh for each in known.values()), Counter(e.en for e in known.values())
    return {
        number: Text(
            each.zh if zh[each.zh] == 1 else f"{each.zh}（{number}）",
            each.en if en[each.en] == 1 else f"{each.en} ({number})",
        )
        for number, each in known.items()
    }


@lru_cache(maxsize=4)
def _compiled(day: date) -> Compiled:
    """Worked out once per process and day: the rules are always the same objects."""
    return Compiled(pack(), day)


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
    return _asked(sheets, day, None, village_codes(areas))


def ask_households(numbers: Sequence[str], day: date, year: Year | None = None) -> Asked:
    """The rules about persons and households, of active households by their numbers."""
    homes, people = rows_of(numbers, year or state.newest_years())
    return ask_rows(homes, people, day)


def rows_of(numbers: Sequence[str], year: Year) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Active households by their numbers and their members, as frames of `exchange.state` with all
    keys. Runs inside a transaction."""
    bulk.keys(_LISTED, numbers)
    homes = state.households(Which(listed=_LISTED), state.base_keys("household"), year)
    people = state.persons(Which(homes=_LISTED), state.base_keys("person"))
    homes = homes.filter(pl.col("state") == "active")
    inside = pl.col("membership.household").is_in(homes["household.number"].to_list())
    return homes, people.filter(inside)


def ask_rows(homes: pl.DataFrame, people: pl.DataFrame, day: date) -> Asked:
    """The rules about persons and households, of rows as `rows_of` gives them. Others in the same
    counties who share a number with them are compared with, and not asked about."""
    if not people.height:
        return Asked(pl.DataFrame(schema=dict.fromkeys(HITS, pl.String)), [], [], 0, 0)
    sheets = sheets_of_rows(pack(), homes, people, _others(homes, people), day)
    codes = dict(homes.select("household.number", "village").iter_rows())
    return _asked(sheets, day, codes, None)


def _others(homes: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """A row for each household elsewhere with the same identity number or telephone."""
    numbers = homes["household.number"].to_list()
    counties = sorted({f"{code[:6]}%" for code in homes["village"].drop_nulls().to_list()})
    rows: list[dict[str, str | None]] = []
    for header, key, column, hashes in (
        ("证件号码", "person.id_number", "id_index", sealing.id_hashes),
        ("家庭成员联系电话", "person.phone", "phone_index",
         lambda texts: sealing.phone_hashes(Person, texts)),
    ):  # fmt: skip
        texts = people[key].drop_nulls().unique(maintain_order=True).to_list()
        known = [(text, hash_) for text, hash_ in zip(texts, hashes(texts), strict=True) if hash_]
        if not known:
            continue
        with connection.cursor() as cursor:
            cursor.execute(
                _SHARING.format(column=column), [[hash_ for _, hash_ in known], counties, numbers]
            )
            for at, number, category in cursor.fetchall():
                kind = {"户编号": number, "户类型": _category_words().get(category)}
                rows.append({**kind, header: known[at - 1][0]})
    schema = ("户编号", "户类型", "证件号码", "家庭成员联系电话")
    return pl.DataFrame(rows, schema=dict.fromkeys(schema, pl.String))


@lru_cache(maxsize=1)
def _category_words() -> dict[str, str]:
    """What categories of households are called in the table."""
    column = state.column_of("household")["household.category"]
    values = load_pack("cn-base").codes[column.codes].values
    return {value.code: value.zh for value in values}


def _asked(
    sheets: Sequence[ExportSheet],
    day: date,
    codes: Mapping[str, str] | None,
    villages: Sequence[str] | None,
) -> Asked:
    """`codes`: villages of the households that are asked about, None for all of the sheets;
    `villages`: codes by row of the village sheet, None when villages are not asked about."""
    exports = take_in(pack(), sheets, day)
    facts, outcomes, lacking = evaluated(pack(), exports, day, _compiled(day))
    if villages is None:
        outcomes = [each for each in outcomes if each.rule.subject != "village"]
    asked = [number_of(each.rule) for each in outcomes]
    not_asked = [number_of(each.rule) for each in lacking]
    hits = hits_table(facts, exports, outcomes, languages=("zh", "en"))
    if codes is None:
        numbers = hits["household_id"].unique().drop_nulls().to_list()
        rows = Household.objects.filter(number__in=numbers)
        codes = dict(rows.values_list("number", "village_code"))
    homes = exports.snapshot.households.height
    found = _as_kept(hits, codes, villages or ())
    return Asked(found, asked, not_asked, homes, exports.snapshot.persons.height)


def _shortened(column: str) -> pl.Expr:
    """A sentence that fits where hits are kept; that something was left out is seen."""
    text = pl.col(column)
    cut = text.str.slice(0, LONGEST_SENTENCE - 1) + "…"
    return pl.when(text.str.len_chars() > LONGEST_SENTENCE).then(cut).otherwise(text)


def _as_kept(hits: pl.DataFrame, codes: Mapping[str, str], villages: Sequence[str]) -> pl.DataFrame:
    severity = {number: rule.severity for number, rule in rules().items()}
    of_village = pl.col("unit") == "village"
    by_row = dict(enumerate(villages, 1))
    code = pl.when(of_village).then(
        pl.col("row").replace_strict(by_row, default="", return_dtype=pl.String)
    ).otherwise(
        pl.col("household_id").replace_strict(codes, default="", return_dtype=pl.String)
    )  # fmt: skip
    texts = hits.with_columns(
        severity=pl.col("rule").replace_strict(severity, default="doubt"),
        village_code=code,
        person_number=pl.col("person_no").fill_null(""),
        sentence_zh=_shortened("sentence_zh"),
        sentence_en=_shortened("sentence_en"),
    ).with_columns(
        household_number=pl.when(of_village).then("village_code").otherwise("household_id"),
    )
    known = texts.filter(pl.col("village_code").fill_null("") != "")
    return known.select(HITS).unique(
        ["rule", "household_number", "person_number"], keep="first", maintain_order=True
    )
