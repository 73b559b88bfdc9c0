"""Register sheets, row by row: which households and persons count, and whose number is whose."""

import numpy as np
import polars as pl

from fangpin.feeds.names_compared import folded
from fangpin.feeds.placing import resolved
from fangpin.feeds.reasons import Action
from fangpin.feeds.rows import IDENTITY_TYPES, TypedRows
from fangpin.kernel.identity import Verdict as IdVerdict
from fangpin.kernel.identity.verdicts import WHAT
from fangpin.kernel.villages import PlaceIndex
from fangpin.policy.pack import Contract, Pack

SIZE_COLUMNS = ("household_size", "members", "persons", "family_size")


def _stack(parts: list[TypedRows], names: list[str]) -> pl.DataFrame:
    """Columns of several sheets under each other with `part` and `position`; missing = null."""
    frames: list[pl.DataFrame] = []
    for number, typed in enumerate(parts):
        columns = [
            typed.values[name].alias(name) if name in typed.values else pl.lit(None).alias(name)
            for name in names
        ]
        base = pl.DataFrame(
            {
                "part": pl.Series([number], dtype=pl.UInt16).new_from_index(0, typed.size),
                "position": pl.Series(np.arange(typed.size), dtype=pl.UInt32),
                "used": pl.Series(typed.used),
            }
        )
        frames.append(base.with_columns(columns))
    return pl.concat(frames, how="diagonal_relaxed")


def register_columns(contract: Contract, pack: Pack) -> list[str]:
    """Columns of a register contract that may enter a snapshot: typed values, no identity.

    Text columns only where a fact of the pack asks for them.
    """
    wanted = {fact.registry for fact in pack.facts.values() if fact.registry}
    keep = []
    for column in contract.columns:
        if column.type in (*IDENTITY_TYPES, "credit_code"):
            continue
        if column.type == "text" and column.name not in wanted:
            continue
        keep.append(column.name)
    return keep


def household_rows(
    households: list[TypedRows], persons: list[TypedRows], index: PlaceIndex, pack: Pack
) -> pl.DataFrame:
    """One row per usable household: number, `_place` code, part, position, register columns.

    Without a household sheet the households are those the persons name.
    """
    parts = households or persons
    contract = parts[0].contract
    columns = register_columns(contract, pack) if households else []
    extra = ["household_number", "phone"]
    stacked = _stack(parts, list(dict.fromkeys([*extra, *columns])))
    size = next((name for name in SIZE_COLUMNS if name in stacked.columns), None)
    declared = pl.col(size) if size else pl.lit(None, dtype=pl.Int64)
    stacked = stacked.with_columns(declared.cast(pl.Int64).alias("_declared"))
    place = pl.concat([resolved(typed, index) for typed in parts])
    stacked = stacked.with_columns(place["code"].alias("_place"), place["sent"].alias("_sent"))
    usable = stacked.filter(pl.col("used") & pl.col("household_number").is_not_null())
    if not households:
        found = usable.filter(pl.col("_place").is_not_null())
        return found.unique("household_number", keep="first", maintain_order=True)
    again = usable.filter(~pl.col("household_number").is_first_distinct())
    firsts = usable.unique("household_number", keep="first", maintain_order=True)
    rows_of_first = {
        number: int(parts[part].block.rows[position])
        for number, part, position in firsts.join(
            again.select("household_number").unique(), on="household_number", how="semi"
        )
        .select("household_number", "part", "position")
        .iter_rows()
    }
    for part, position, number in again.select("part", "position", "household_number").iter_rows():
        parts[part].verdicts.add(
            np.array([position]), "household_number_repeated", Action.rejected,
            "household_number", delivered=number, detail=str(rows_of_first[number]),
        )  # fmt: skip
    lost = firsts.filter(pl.col("_place").is_null())
    for part, position, sent in lost.select("part", "position", "_sent").iter_rows():
        parts[part].verdicts.add(
            np.array([position]), "place_unknown", Action.rejected, "village", delivered=sent
        )
    return firsts.filter(pl.col("_place").is_not_null())


def person_rows(persons: list[TypedRows], homes: pl.DataFrame, pack: Pack) -> pl.DataFrame:
    """One row per usable person: identity columns, register columns, `number` (or null), `sent`."""
    names = ["household_number", "person_number", "name", "id_number", "birth_date", "sex",
             "relation_to_head", "phone"]  # fmt: skip
    columns = register_columns(persons[0].contract, pack)
    stacked = _stack(persons, list(dict.fromkeys([*names, *columns])))
    judged = pl.concat([_judged(typed) for typed in persons])
    stacked = pl.concat([stacked, judged], how="horizontal").with_row_index("entry")
    unknown = stacked.filter("used").join(homes, on="household_number", how="anti")
    for part, position, number in unknown.select(
        "part", "position", "household_number"
    ).iter_rows():
        persons[part].verdicts.add(
            np.array([position]), "household_unknown", Action.rejected, "household_number",
            delivered=number,
        )  # fmt: skip
    usable = stacked.filter("used").join(
        homes.select("household_number", declared="_declared"), on="household_number", how="inner",
        maintain_order="left",
    )  # fmt: skip
    usable = _one_household_each(usable, persons)
    return _own_numbers(usable, persons)


def _judged(typed: TypedRows) -> pl.DataFrame:
    """verdict, id_birth, id_sex and the number as sent, per row of a person sheet."""
    column = next((name for name in typed.identity if not name.startswith("head_")), None)
    if column is None:
        nothing = pl.Series([None], dtype=pl.String).new_from_index(0, typed.size)
        return pl.DataFrame(
            {
                "verdict": pl.Series(["blank"]).new_from_index(0, typed.size),
                "id_birth": nothing.cast(pl.Date),
                "id_sex": nothing,
                "sent": nothing,
            }
        )
    judged = typed.identity[column]
    return pl.DataFrame(
        {
            "verdict": judged["verdict"].cast(pl.String),
            "id_birth": judged["birth_date"],
            "id_sex": judged["sex"].cast(pl.String),
            "sent": typed.block.text[column],
        }
    )


def _one_household_each(usable: pl.DataFrame, persons: list[TypedRows]) -> pl.DataFrame:
    """The same person in two households stays in one: the row that fits its household better.

    A row fits when the person number continues the household number, then when the household's
    declared size is not exceeded; otherwise the first row stays.
    """
    usable = usable.with_columns(folded(usable["name"]).alias("folded"))
    repeated = usable.filter(pl.col("id_number").is_not_null()).filter(
        pl.struct("id_number", "folded").is_duplicated()
    )
    if not repeated.height:
        return usable
    counts = usable.group_by("household_number").agg(pl.len().alias("found"))
    fits = repeated.join(counts, on="household_number", how="left").with_columns(
        pl.col("person_number").str.starts_with(pl.col("household_number")).fill_null(False)
        .cast(pl.Int8).alias("continues"),
        (pl.col("found") <= pl.col("declared")).fill_null(True).cast(pl.Int8).alias("room"),
    ).sort(["continues", "room", "entry"], descending=[True, True, False])  # fmt: skip
    keep = fits.unique(["id_number", "folded"], keep="first", maintain_order=True)
    drop = fits.join(keep.select("entry"), on="entry", how="anti").join(
        keep.select("id_number", "folded", kept="household_number", kept_entry="entry"),
        on=["id_number", "folded"],
    )
    for part, position, number, kept in drop.select(
        "part", "position", "household_number", "kept"
    ).iter_rows():
        typed = persons[part]
        typed.verdicts.add(
            np.array([position]), "person_in_two_households", Action.rejected,
            "household_number", delivered=number, detail=kept,
        )  # fmt: skip
    other = drop.select("kept_entry", dropped="household_number").unique("kept_entry")
    kept_rows = keep.join(other, left_on="entry", right_on="kept_entry")
    for part, position, kept, dropped in kept_rows.select(
        "part", "position", "household_number", "dropped"
    ).iter_rows():
        persons[part].verdicts.add(
            np.array([position]), "person_of_two_households_kept", Action.flagged,
            "household_number", delivered=kept, detail=dropped,
        )  # fmt: skip
    return usable.join(drop.select("entry"), on="entry", how="anti", maintain_order="left")


def _own_numbers(usable: pl.DataFrame, persons: list[TypedRows]) -> pl.DataFrame:
    """`number`: the person's own usable number. A number carried by two belongs to the one whose
    birth date and sex it fits; the other keeps the household but no number."""
    valid = pl.col("id_number").is_not_null()
    shared = usable.filter(valid).filter(pl.col("id_number").is_duplicated())
    strip: list[int] = []
    if shared.height:
        fit = (pl.col("birth_date").is_null() | (pl.col("birth_date") == pl.col("id_birth"))) & (
            pl.col("sex").is_null() | (pl.col("sex") == pl.col("id_sex"))
        )
        shared = shared.with_columns(fit.alias("fits"))
        owners = shared.filter("fits").filter(pl.len().over("id_number") == 1)
        for part, position, number in owners.select("part", "position", "id_number").iter_rows():
            persons[part].verdicts.add(
                np.array([position]), "id_shared_in_register", Action.flagged, "id_number",
                delivered=number,
            )  # fmt: skip
        others = shared.join(owners.select("entry"), on="entry", how="anti")
        strip = others["entry"].to_list()
        for part, position, number in others.select("part", "position", "id_number").iter_rows():
            persons[part].verdicts.add(
                np.array([position]), "register_id_of_another", Action.rejected, "id_number",
                delivered=number,
            )  # fmt: skip
    gone = pl.col("entry").is_in(strip)
    result = usable.with_columns(
        pl.when(~gone).then(pl.col("id_number")).alias("number"),
        pl.when(gone).then(pl.lit("of_another")).otherwise(pl.col("verdict")).alias("verdict"),
    )
    _note_unusable(result, persons)
    return result


def _note_unusable(result: pl.DataFrame, persons: list[TypedRows]) -> None:
    """Placeholders are shown, wrong and blank numbers sent back; the persons stay."""
    bad = result.filter(pl.col("number").is_null() & (pl.col("verdict") != "of_another"))
    for part, position, verdict, sent in bad.select(
        "part", "position", "verdict", "sent"
    ).iter_rows():
        verdicts = persons[part].verdicts
        where = np.array([position])
        if verdict == IdVerdict.placeholder:
            verdicts.add(where, "id_placeholder", Action.flagged, "id_number", delivered=sent)
            continue
        cause = WHAT[IdVerdict(verdict)]
        verdicts.add(
            where, "register_id_unusable", Action.rejected, "id_number",
            delivered=sent, detail=cause.zh, detail_en=cause.en,
        )  # fmt: skip


def check_households(
    homes: pl.DataFrame, people: pl.DataFrame, households: list[TypedRows]
) -> None:
    """Declared members against the persons found; the person table counts."""
    if not households:
        return
    counts = people.group_by("household_number").agg(pl.len().alias("found"))
    checked = homes.join(counts, on="household_number", how="left").with_columns(
        pl.col("found").fill_null(0)
    )
    for part, position, number, declared, found in (
        checked.filter((pl.col("_declared") != pl.col("found")) | (pl.col("found") == 0))
        .select("part", "position", "household_number", "_declared", "found")
        .iter_rows()
    ):
        verdicts, where = households[part].verdicts, np.array([position])
        if found == 0:
            verdicts.add(
                where, "household_without_members", Action.flagged, "household_number",
                delivered=number,
            )  # fmt: skip
        else:
            size = next(n for n in SIZE_COLUMNS if n in households[part].values)
            verdicts.add(
                where, "household_size_mismatch", Action.flagged, size,
                delivered=str(declared), taken_as=str(found),
            )  # fmt: skip
    for typed in households:
        _check_head_numbers(typed)


def _check_head_numbers(typed: TypedRows) -> None:
    """Unusable head numbers of the household sheet go back; the household stays."""
    judged = typed.identity.get("head_id_number")
    if judged is None:
        return
    bad = ~judged["verdict"].cast(pl.String).is_in(["ok", "ok_normalised", "blank", "placeholder"])
    for position in np.flatnonzero(bad.to_numpy() & typed.used).tolist():
        cause = WHAT[IdVerdict(judged["verdict"][position])]
        typed.verdicts.add(
            np.array([position]), "register_head_id_unusable", Action.rejected, "head_id_number",
            delivered=typed.block.text["head_id_number"][position],
            detail=cause.zh, detail_en=cause.en,
        )  # fmt: skip
