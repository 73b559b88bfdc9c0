"""Our own findings in the form for comparison: the printed figures read back."""

from typing import Any

import polars as pl

from fangpin.bench.result import Result, result_of
from fangpin.policy.pack import Fact, Pack

_TRUTH = {"yes": "true", "no": "false"}


def result_of_run(pack: Pack, findings: pl.DataFrame, deliveries: list[dict[str, Any]]) -> Result:
    """From findings.parquet and deliveries.json of a run."""
    numbered = findings.with_columns(number=pl.coalesce("person_number", "household_number"))
    entries = (
        numbered.select("rule", "number", "evidence")
        .explode("evidence")
        .unnest("evidence")
        .rename({"person_number": "person"})
    )
    printed = entries.filter("known").select("fact", "value_en").unique()
    plain = [_plain(pack, pack.facts[fact], text) for fact, text in printed.iter_rows()]
    entries = entries.join(
        printed.with_columns(plain=pl.Series(plain, dtype=pl.String)),
        on=["fact", "value_en"],
        how="left",
    ).with_columns(
        value=pl.when("known").then("plain"),
        # Rows of the register are known by number; peers name rows of deliveries only.
        **{
            name: pl.when(pl.col("fact").is_in(_delivered(pack))).then(name)
            for name in ("file", "row")
        },
    )
    counts = [
        {
            "feed": each["contract"],
            "rejected": each["rows"]["rejected"],
            "outsiders": each["not_linked"],
        }
        for each in deliveries
        if pack.contracts[each["contract"]].role == "feed"
    ]
    tables = {"findings": numbered, "evidence": entries, "counts": pl.DataFrame(counts)}
    return result_of(tables)


def _delivered(pack: Pack) -> list[str]:
    return [fact.name for fact in pack.facts.values() if fact.feed is not None]


def _plain(pack: Pack, fact: Fact, printed: str) -> str:
    """23,180.00 → 2318000; grade C → c; yes → true; dates as they are."""
    if fact.type == "bool":
        return _TRUTH.get(printed, "")
    if fact.codes is not None:
        for code in pack.codes[fact.codes].values:
            if code.label.en == printed:
                return code.code
        return ""
    if fact.type == "money":
        return str(int(printed.replace(",", "").replace(".", "")))
    return printed.replace(",", "") if fact.type == "integer" else printed
