"""What a wide table would do to the registry: row by row added, changed, unchanged or refused.

Nothing is written here. A blank cell changes nothing, and a household or person that the file does
not name stays as it is: absence is no statement. The same file against the same registry gives the
same plan.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

from fangpin.exchange import bulk, state
from fangpin.exchange.cells import REMARKS
from fangpin.exchange.columns import SheetName, by_key
from fangpin.exchange.comparing import (
    ALWAYS,
    HEAD,
    LINK,
    NUMBER,
    PLACE,
    RELATION,
    Matched,
    Part,
    compared,
    seen_of,
)
from fangpin.exchange.identity_notes import identity_notes
from fangpin.exchange.reading import WideFile
from fangpin.exchange.state import Which, Year
from fangpin.people.scope import FieldGroup


@dataclass(frozen=True)
class Permit:
    """What whoever brings the file may do: areas (code prefixes; None = everywhere) and field
    groups that may be written."""

    areas: tuple[str, ...] | None
    groups: frozenset[FieldGroup]

    def inside(self, codes: pl.Series) -> pl.Series:
        """Which village codes lie within the areas; unknown codes lie nowhere."""
        if self.areas is None:
            return codes.is_not_null()
        found = pl.Series([False]).new_from_index(0, codes.len())
        for area in self.areas:
            found = found | codes.str.starts_with(area).fill_null(False)
        return found


@dataclass
class Plan:
    """`remarks` as in `reading.REMARKS`. `moved` and `members`: see `_memberships`. `withheld`:
    headers that the post may not write; `absent`: households and members of the places of the
    file that it does not name."""

    households: Part
    persons: Part
    remarks: pl.DataFrame
    members: pl.DataFrame
    year: Year
    withheld: tuple[str, ...] = ()
    seen: pl.DataFrame = field(default_factory=pl.DataFrame)

    @property
    def empty(self) -> bool:
        """Nothing would change."""
        return all(
            part.counts()["added"] == part.counts()["changed"] == 0
            for part in (self.households, self.persons)
        )


def make_plan(file: WideFile, permit: Permit, year: Year) -> Plan:
    """The plan of a file. Reads the registry; call it inside a transaction."""
    remarks = [file.remarks]
    withheld: list[str] = []
    keys: dict[SheetName, list[str]] = {}
    for sheet, frame in (("household", file.households), ("person", file.persons)):
        keys[sheet], hidden = _writable(sheet, frame, permit)  # type: ignore[index, arg-type]
        withheld += hidden
    homes, said = _households(file.households, keys["household"], permit, year)
    remarks += said
    people, members, said = _persons(file.persons, keys["person"], homes, permit)
    remarks += said
    households = compared("household", homes, keys["household"])
    persons = compared("person", people, keys["person"])
    remarks.append(identity_notes(persons))
    return Plan(
        households=households,
        persons=persons,
        remarks=pl.concat(remarks).sort("sheet", "row", maintain_order=True),
        members=members,
        year=year,
        withheld=tuple(withheld),
        seen=seen_of(households.before, persons.before),
    )


def _writable(sheet: SheetName, frame: pl.DataFrame, permit: Permit) -> tuple[list[str], list[str]]:
    """Keys of the frame that may be written, and the headers of those that may not."""
    columns = state.column_of(sheet)
    keys, hidden = ([PLACE] if sheet == "household" else []), []
    for name in frame.columns:
        column = columns.get(name)
        if column is None or name in (NUMBER[sheet], PLACE):
            continue
        if column.group in permit.groups:
            keys.append(name)
        else:
            hidden.append(column.header)
    return keys, hidden


def _refused(
    frame: pl.DataFrame, column: str, zh: pl.Expr | str, en: pl.Expr | str
) -> pl.DataFrame:
    return _said(frame, column, zh, en, "refused")


def _said(
    frame: pl.DataFrame, column: str, zh: pl.Expr | str, en: pl.Expr | str, kind: str
) -> pl.DataFrame:
    """Remarks on rows of the file."""
    words = {
        "zh": pl.lit(zh) if isinstance(zh, str) else zh,
        "en": pl.lit(en) if isinstance(en, str) else en,
    }
    return frame.select(
        pl.col("_sheet").alias("sheet"),
        pl.col("_row").alias("row"),
        column=pl.lit(column),
        kind=pl.lit(kind),
        **words,
    ).cast(REMARKS)  # type: ignore[arg-type]


def _households(
    frame: pl.DataFrame, keys: Sequence[str], permit: Permit, year: Year
) -> tuple[Matched, list[pl.DataFrame]]:
    number = NUMBER["household"]
    if number not in frame.columns:
        empty = state.households(_listed("exchange_households", []), keys, year)
        return Matched(frame.with_columns(_no_ids(frame.height)), empty), []
    before = state.households(
        _listed("exchange_households", frame[number].to_list()), {*keys, number}, year
    )
    joined = frame.join(
        before.select(number, "id", "state", _was="village", _origin="origin"),
        on=number, how="left", maintain_order="left",
    )  # fmt: skip
    # A table of persons alone need not say where a known household lives.
    joined = joined.with_columns(village=pl.coalesce("village", "_was"))
    header = by_key()[number].header
    remarks = []
    known = joined["id"].is_not_null()
    nowhere = joined["village"].is_null()
    remarks.append(
        _refused(
            joined.filter(nowhere), header,
            "该户不在台账中，文件也没有写明所在的村",
            "the household is not in the registry and the file does not say its village",
        )
    )  # fmt: skip
    joined, known = joined.filter(~nowhere), known.filter(~nowhere)
    elsewhere = ~permit.inside(joined["village"]) | (known & ~permit.inside(joined["_was"]))
    remarks.append(
        _refused(
            joined.filter(elsewhere), header,
            "该户不在您岗位负责的区域内，不能导入",
            "the household lies outside the area of your post",
        )
    )  # fmt: skip
    closed = ~elsewhere & known & (joined["state"] != "active").fill_null(False)
    remarks.append(
        _refused(
            joined.filter(closed), header,
            "该户已并户、分户或注销，不再接收导入；请先在台账中恢复",
            "the household was merged, split or dissolved; restore it in the registry first",
        )
    )  # fmt: skip
    used = joined.filter(~(elsewhere | closed)).drop("state", "_was")
    used = used.with_columns(pl.col("village").alias(PLACE))
    return Matched(used, before), remarks


def _persons(
    frame: pl.DataFrame, keys: Sequence[str], homes: Matched, permit: Permit
) -> tuple[Matched, pl.DataFrame, list[pl.DataFrame]]:
    """Usable rows of persons, what becomes of memberships, and remarks."""
    number = NUMBER["person"]
    nobody = pl.DataFrame(schema={LINK: pl.String, "change": pl.Int64})
    if number not in frame.columns:
        empty = state.persons(_listed("exchange_persons", []), keys)
        return Matched(frame.with_columns(_no_ids(frame.height)), empty), nobody, []
    header = by_key()[number].header
    remarks = []
    if LINK not in frame.columns:
        frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias(LINK))
    before = state.persons(
        _listed("exchange_persons", frame[number].to_list()), {*keys, number, RELATION, *ALWAYS}
    )
    open_homes = _homes_of(frame, homes, permit)
    joined = frame.join(
        before.select(
            number, "id", "died_on", _from=LINK, _from_village="village", _was=RELATION
        ),
        on=number, how="left", maintain_order="left",
    ).join(open_homes, on=LINK, how="left", maintain_order="left")  # fmt: skip
    homeless = joined["household.known"].is_null()
    remarks.append(
        _refused(
            joined.filter(homeless), by_key()["household.number"].header,
            "户编号为空，或该户不在台账和本文件可用的户中",
            "the household number is blank, or the household is neither in the registry nor among "
            "the usable ones of this file",
        )
    )  # fmt: skip
    nameless = ~homeless & joined["id"].is_null() & ("person.name" not in joined.columns)
    remarks.append(
        _refused(
            joined.filter(nameless), header,
            "此人不在台账中，文件也没有写明姓名和证件号码",
            "the person is not in the registry and the file says neither name nor number",
        )
    )  # fmt: skip
    taken = ~homeless & joined["_from"].is_not_null() & ~permit.inside(joined["_from_village"])
    remarks.append(
        _refused(
            joined.filter(taken), header,
            "此人登记在您岗位负责的区域之外，不能导入",
            "the person is registered outside the area of your post",
        )
    )  # fmt: skip
    dead = ~homeless & ~taken & joined["died_on"].is_not_null()
    remarks.append(
        _refused(
            joined.filter(dead), header,
            "此人在台账中已登记死亡；如系误登，请先在台账中撤销",
            "the person is registered as dead; if by mistake, take it back in the registry first",
        )
    )  # fmt: skip
    used = joined.filter(~(homeless | nameless | taken | dead))
    used, said = _one_head_each(used, before)
    remarks += said
    moving = used.filter(pl.col("_from").is_not_null() & (pl.col("_from") != pl.col(LINK)))
    remarks.append(
        _said(
            moving, header,
            pl.format("由户 {} 转入户 {}", "_from", LINK),
            pl.format("moves from household {} to {}", "_from", LINK), "note",
        )
    )  # fmt: skip
    matched = Matched(used.drop("died_on", "_from_village", "household.known", "_was"), before)
    return matched, _members(used), remarks


def _homes_of(frame: pl.DataFrame, homes: Matched, permit: Permit) -> pl.DataFrame:
    """Households that persons of the file may belong to: those of the file, and others of the
    registry that are active and within the areas."""
    number = NUMBER["household"]
    own = homes.rows[number] if number in homes.rows.columns else pl.Series(dtype=pl.String)
    missing = set(frame[LINK].drop_nulls().to_list()) - set(own.to_list())
    others = state.households(_listed("exchange_others", sorted(missing)), {number}, Year(0, 0))
    others = others.filter((pl.col("state") == "active") & permit.inside(others["village"]))
    # What the file said about a household was refused: then its members are not taken either.
    refused = homes.before[number] if number in homes.before.columns else pl.Series(dtype=pl.String)
    others = others.filter(~pl.col(number).is_in(refused.to_list()))
    known = pl.concat([own.alias(LINK), others[number].alias(LINK)]).unique(maintain_order=True)
    return pl.DataFrame({LINK: known, "household.known": [True] * known.len()})


def _one_head_each(
    used: pl.DataFrame, before: pl.DataFrame
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Rows that would give a household a second head are refused; none at all is a note."""
    relation = pl.col(RELATION) if RELATION in used.columns else pl.lit(None, dtype=pl.String)
    used = used.with_columns(
        _relation=pl.coalesce(relation, pl.when(pl.col("_from") == pl.col(LINK)).then("_was"))
    )
    staying = _staying(used)
    heads = pl.concat(
        [
            used.filter(pl.col("_relation") == HEAD).select(LINK),
            staying.filter("is_head").select(LINK),
        ]
    )
    several = heads.group_by(LINK).len().filter(pl.col("len") > 1)[LINK]
    of_several = pl.col(LINK).is_in(several.to_list())
    keeps = (pl.col("_was") == HEAD) & (pl.col("_from") == pl.col(LINK))
    second = of_several & (pl.col("_relation") == HEAD) & ~keeps.fill_null(False)
    wrong = used.filter(second)
    remarks = [
        _refused(
            wrong, by_key()[RELATION].header,
            "该户将出现两个户主；请先在台账中变更户主，或在文件中改正与户主关系",
            "the household would have two heads; change the head in the registry first, or correct "
            "the relation in the file",
        )
    ]  # fmt: skip
    kept = used.filter(~second)
    with_head = pl.concat([heads[LINK]]).unique()
    without = kept.filter(~pl.col(LINK).is_in(with_head.to_list())).unique(
        LINK, keep="first", maintain_order=True
    )
    remarks.append(
        _said(
            without, by_key()[RELATION].header,
            pl.format("户 {} 没有户主", LINK),
            pl.format("household {} has no head", LINK), "note",
        )
    )  # fmt: skip
    return kept, remarks


def _staying(used: pl.DataFrame) -> pl.DataFrame:
    """Open members that the file does not name, of the households it gives members to."""
    homes = used[LINK].unique().to_list()
    bulk.keys("exchange_homes", homes)
    bulk.keys("exchange_named", used[NUMBER["person"]].to_list())
    return bulk.read(
        "SELECT h.number, m.is_head FROM registry_membership m"
        " JOIN registry_household h ON h.id = m.household_id"
        " JOIN pg_temp.exchange_homes k ON k.number = h.number"
        " JOIN registry_person p ON p.id = m.person_id"
        " LEFT JOIN pg_temp.exchange_named n ON n.number = p.number"
        " WHERE m.ended_on IS NULL AND n.number IS NULL",
        {LINK: pl.String, "is_head": pl.Boolean},
    )


def _members(used: pl.DataFrame) -> pl.DataFrame:
    """`members` of every household that gains or loses somebody, by its number."""
    joins = used.filter(pl.col("_from").is_null() | (pl.col("_from") != pl.col(LINK)))
    leaves = used.filter(pl.col("_from").is_not_null() & (pl.col("_from") != pl.col(LINK)))
    change = pl.concat(
        [
            joins.select(LINK, change=pl.lit(1, dtype=pl.Int64)),
            leaves.select(pl.col("_from").alias(LINK), change=pl.lit(-1, dtype=pl.Int64)),
        ]
    )
    return change.group_by(LINK, maintain_order=True).agg(pl.col("change").sum())


def _listed(name: str, numbers: Sequence[str]) -> Which:
    bulk.keys(name, numbers)
    return Which(listed=name)


def _no_ids(height: int) -> pl.Series:
    return pl.Series("id", [None], dtype=pl.Int64).new_from_index(0, height)
