"""Where rows say they belong: township, village, address and code columns → places."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.feeds.rows import TypedRows
from fangpin.kernel.villages import (
    Merger,
    Place,
    PlaceIndex,
    PlaceVerdict,
    resolve_series,
    township_core,
)
from fangpin.policy.pack import Pack

if TYPE_CHECKING:
    from fangpin.feeds.register import Register

NOWHERE = -1
PLACE_COLUMNS = ("township", "village", "address", "village_code")


@dataclass
class Placing:
    """Per row: dense village and township (-1 = not said or not known), whether the row names a
    place outside the register, the kernel's verdict, and what was written. `merged` row → the
    villages that a name of merged villages stands for."""

    village: NDArray[np.int64]
    township: NDArray[np.int64]
    elsewhere: NDArray[np.bool_]
    kind: NDArray[np.object_]
    sent: pl.Series
    column: str
    merged: dict[int, tuple[int, ...]] = field(default_factory=dict)

    @classmethod
    def nowhere(cls, size: int) -> "Placing":
        """Nothing is known about the places of `size` rows."""
        nobody = np.full(size, NOWHERE, dtype=np.int64)
        sent = pl.Series([None], dtype=pl.String).new_from_index(0, size)
        blank = np.full(size, PlaceVerdict.blank.value, dtype=object)
        return cls(nobody, nobody.copy(), np.zeros(size, dtype=np.bool_), blank, sent, "village")


def resolved(typed: TypedRows, index: PlaceIndex) -> pl.DataFrame:
    """Per row: code, verdict, candidates, sent (what was written), township (as written)."""
    texts = {name: typed.values[name] for name in PLACE_COLUMNS if name in typed.values}
    present = {name: text for name, text in texts.items() if text.null_count() < text.len()}
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, typed.size)
    if not present:
        return pl.DataFrame(
            {
                "code": nothing,
                "verdict": pl.Series([PlaceVerdict.blank.value]).new_from_index(0, typed.size),
                "candidates": pl.Series([[]], dtype=pl.List(pl.String)).new_from_index(
                    0, typed.size
                ),
                "sent": nothing,
                "township": nothing,
            }
        )
    found = resolve_series(
        index,
        township=present.get("township"),
        village=present.get("village"),
        address=present.get("address"),
        code=present.get("village_code"),
    )
    shown = [present[name].alias(name) for name in PLACE_COLUMNS[:3] if name in present]
    shown = shown or [present["village_code"]]
    sent = pl.DataFrame(shown).select(pl.concat_str(pl.all(), ignore_nulls=True)).to_series()
    return pl.DataFrame(
        {
            "code": found["place_code"],
            "verdict": found["verdict"].cast(pl.String),
            "candidates": found["candidates"],
            "sent": sent,
            "township": present.get("township", nothing),
        }
    )


def placed(typed: TypedRows, register: "Register") -> Placing:
    """The rows' places in dense numbers of the register."""
    found = resolved(typed, register.index)
    codes = {code: number for number, code in enumerate(register.places["code"].to_list())}
    towns = {name: number for number, name in enumerate(register.townships)}
    cores = {township_core(name): number for name, number in towns.items()}
    village = _dense(found["code"], codes)
    # A place that is only a candidate still says the township.
    first = found["candidates"].list.get(0, null_on_oob=True)
    near = _dense(pl.select(pl.coalesce(found["code"], first)).to_series(), codes)
    of_village = np.append(register.township_of_village, NOWHERE)
    township = of_village[near]
    written = found["township"]
    distinct = written.unique().drop_nulls().to_list()
    by_text = {text: cores.get(township_core(text), NOWHERE) for text in distinct}
    said = (
        written.replace_strict(by_text, default=NOWHERE, return_dtype=pl.Int64).to_numpy()
        if by_text
        else np.full(typed.size, NOWHERE, dtype=np.int64)
    )
    township = np.where(township >= 0, township, said)
    verdict = found["verdict"].to_numpy().astype(object)
    foreign = written.is_not_null().to_numpy() & (said == NOWHERE) & (village == NOWHERE)
    elsewhere = (verdict == PlaceVerdict.elsewhere.value) | (foreign & (near == NOWHERE))
    column = next((name for name in ("village", "address", "village_code", "township")
                   if name in typed.block.recognised.mapping), "village")  # fmt: skip
    placing = Placing(village, township, elsewhere, verdict, found["sent"], column)
    for row in np.flatnonzero(verdict == PlaceVerdict.merged_name.value).tolist():
        known = [codes[code] for code in found["candidates"][row] if code in codes]
        if known:
            placing.merged[row] = tuple(sorted(known))
    return placing


def _dense(codes: pl.Series, table: dict[str, int]) -> NDArray[np.int64]:
    if not table:
        return np.full(codes.len(), NOWHERE, dtype=np.int64)
    return (
        codes.replace_strict(table, default=NOWHERE, return_dtype=pl.Int64)
        .fill_null(NOWHERE)
        .to_numpy()
    )


def area_names(parts: list[TypedRows], pack: Pack) -> tuple[str, ...]:
    """Names above the townships, outermost first: from the register's columns, else the pack."""
    names: list[str] = []
    for column in ("province", "prefecture", "city", "county"):
        for typed in parts:
            values = typed.values.get(column)
            if values is None or values.null_count() == values.len():
                continue
            common = values.drop_nulls().mode().sort()[0]
            if common not in names:
                names.append(common)
            break
    return tuple(names) or split_area(pack.area.zh)


def split_area(area: str) -> tuple[str, ...]:
    """甘肃省白银市白银区 → (甘肃省, 白银市, 白银区)."""
    names: list[str] = []
    rest = area
    for endings in (("省", "自治区"), ("市", "自治州", "地区", "盟"), ("区", "县", "市", "旗")):
        places = [rest.find(ending) + len(ending) for ending in endings if rest.find(ending) > 0]
        if places:
            end = min(places)
            names.append(rest[:end])
            rest = rest[end:]
    return tuple(names)


def place_index(source: list[TypedRows], changes: list[TypedRows], pack: Pack) -> PlaceIndex:
    """The villages of the register with the names and codes they had before."""
    places = _places_of(source)
    former_names: dict[str, list[str]] = {}
    former_codes: dict[str, list[str]] = {}
    mergers: dict[tuple[str, str], tuple[list[str], str | None]] = {}
    by_name = {(township_core(p.township), p.name): p.code for p in places.values()}
    for row in _change_rows(changes):
        town = township_core(row["township"] or "")
        old, new = row["old_village"], row["new_village"]
        old_code, new_code = row["old_code"], row["new_code"]
        target = new_code if new_code in places else by_name.get((town, new or ""))
        if target is not None:
            if old and old != places[target].name:
                former_names.setdefault(target, []).append(old)
            if old_code and old_code != target and old_code not in places:
                former_codes.setdefault(target, []).append(old_code)
            continue
        part = old_code if old_code in places else by_name.get((town, old or ""))
        if part is not None and new:
            listed = mergers.setdefault((new, row["township"] or ""), ([], new_code))
            if part not in listed[0]:
                listed[0].append(part)
    return PlaceIndex(
        [
            Place(
                place.code,
                place.name,
                place.township,
                tuple(dict.fromkeys(former_names.get(place.code, ()))),
                tuple(dict.fromkeys(former_codes.get(place.code, ()))),
            )
            for place in places.values()
        ],
        [
            Merger(name, township, tuple(parts), code)
            for (name, township), (parts, code) in mergers.items()
        ],
        area_names(source, pack),
    )


def _places_of(source: list[TypedRows]) -> dict[str, Place]:
    """Code → place. Without a code the two names together stand for it."""
    places: dict[str, Place] = {}
    for typed in source:
        columns = {
            name: typed.values.get(name, pl.Series([None], dtype=pl.String).new_from_index(
                0, typed.size))
            for name in ("township", "village", "village_code")
        }  # fmt: skip
        frame = pl.DataFrame(columns).filter(pl.Series(typed.used))
        frame = frame.drop_nulls(["township", "village"])
        counted = frame.group_by("township", "village", "village_code").len()
        counted = counted.sort(["len", "township", "village", "village_code"],
                               descending=[True, False, False, False])  # fmt: skip
        known = {(p.township, p.name) for p in places.values()}
        for township, village, code, _ in counted.iter_rows():
            if (township, village) in known:
                continue
            proper = code if code and len(code) == 12 and code.isdigit() else None
            key = proper or f"{township}{village}"
            if key in places:
                continue
            places[key] = Place(key, village, township)
            known.add((township, village))
    return places


def _change_rows(changes: list[TypedRows]) -> list[dict[str, str | None]]:
    names = ("township", "old_village", "old_code", "new_village", "new_code")
    rows: list[dict[str, str | None]] = []
    for typed in changes:
        columns = [
            typed.values[name].alias(name)
            if name in typed.values
            else pl.Series(name, [None], dtype=pl.String).new_from_index(0, typed.size)
            for name in names
        ]
        rows += pl.DataFrame(columns).filter(pl.Series(typed.used)).to_dicts()
    return rows
