"""What identity numbers that a file brings say against themselves and against the same person's
date of birth and sex.

Notes, not refusals: papers contradict each other, and a number may have to be registered as it is
printed. Without them a mistyped digit would only show as one masked number replacing another.
"""

import polars as pl

from fangpin.exchange.cells import REMARKS
from fangpin.exchange.columns import by_key
from fangpin.exchange.comparing import Part
from fangpin.kernel.errors import Text
from fangpin.kernel.identity import WHAT, Verdict, judge_series

_NUMBER, _BORN, _SEX = "person.id_number", "person.birth_date", "person.sex"
_FINE = {Verdict.ok, Verdict.ok_normalised, Verdict.blank, Verdict.placeholder}
_AGAINST = {
    _BORN: Text("出生日期与证件号码不一致", "the date of birth does not agree with the number"),
    _SEX: Text("性别与证件号码不一致", "the sex does not agree with the number"),
}


def identity_notes(persons: Part) -> pl.DataFrame:
    """Remarks on rows that are new, or bring another number, date of birth or sex."""
    keys = [key for key in (_NUMBER, _BORN, _SEX) if key in persons.keys]
    if not keys:
        return pl.DataFrame(schema=REMARKS)
    brings = pl.any_horizontal(pl.col(f"+{key}").is_not_null() for key in keys)
    rows = persons.rows.filter(brings)
    held = {key for key in (*keys, _NUMBER) if key in persons.before.columns}
    rows = rows.select("id", "_sheet", "_row", *(f"+{key}" for key in keys)).join(
        persons.before.select("id", *sorted(held)), on="id", how="left", maintain_order="left"
    )
    valid_now = {
        key: rows.select(
            pl.coalesce([each for each in (f"+{key}", key) if each in rows.columns])
        ).to_series()
        for key in (_NUMBER, *keys)
        if key in held or key in keys
    }
    judged = judge_series(valid_now[_NUMBER])
    verdict = judged["verdict"].cast(pl.String)
    said = [
        _remarks(rows.filter(_brings_number(rows) & (verdict == each.value)), _NUMBER, WHAT[each])
        for each in Verdict
        if each not in _FINE
    ]
    for key, says in ((_BORN, judged["birth_date"]), (_SEX, judged["sex"].cast(pl.String))):
        if key in keys:
            differs = (says != valid_now[key]).fill_null(False)
            said.append(_remarks(rows.filter(differs), key, _AGAINST[key]))
    return pl.concat(said)


def _brings_number(rows: pl.DataFrame) -> pl.Series:
    name = f"+{_NUMBER}"
    if name not in rows.columns:
        return pl.Series([False]).new_from_index(0, rows.height)
    return rows[name].is_not_null()


def _remarks(rows: pl.DataFrame, key: str, what: Text) -> pl.DataFrame:
    return rows.select(
        sheet="_sheet", row="_row", column=pl.lit(by_key()[key].header), kind=pl.lit("note"),
        zh=pl.lit(what.zh), en=pl.lit(what.en),
    ).cast(REMARKS)  # type: ignore[arg-type]  # fmt: skip
