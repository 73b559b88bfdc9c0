"""Rows that were sent twice: identical rows count once, equal keys with other content are shown."""

from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.feeds.blocks import Block
from fangpin.feeds.headers import OF_THE_EXPORT
from fangpin.feeds.reasons import Action
from fangpin.kernel import characters

if TYPE_CHECKING:
    from fangpin.feeds.rows import TypedRows

_SERIAL_HEADERS = ("序号", "行号", "no", "no.", "编号", "顺序号")


def mark_duplicates(block: Block) -> None:
    """Rows equal to an earlier one in every column but the serial number are duplicates."""
    if block.size < 2:
        return
    frame = _contents(block)
    if not frame.width:
        return
    earlier = earlier_equal(frame)
    again = earlier >= 0
    if again.any():
        block.verdicts.add(
            again,
            "duplicate_row",
            Action.duplicate,
            detail=[str(row) for row in block.rows[earlier[again]].tolist()],
        )


def _contents(block: Block) -> pl.DataFrame:
    """All sheet columns that say something, but no serial number; household cells filled.

    Where the contract has a key, what it does not know cannot tell two rows apart.
    """
    table = block.recognised.table
    by_index = {index: name for name, index in block.recognised.mapping.items()}
    key = block.contract.key
    keyed = bool(key) and all(column in block.recognised.mapping for column in key)
    gather = block.rows - 1
    columns: list[pl.Series] = []
    for index, raw in enumerate(table.sheet.columns):
        name = by_index.get(index)
        header = table.headers[index] if index < len(table.headers) else ""
        if name == "serial" or (name is None and (keyed or OF_THE_EXPORT.search(header))):
            continue
        text = block.text[name] if name is not None else raw.text.gather(gather)
        if text.null_count() == text.len():
            continue
        if name is None and _is_serial(header, text):
            continue
        columns.append(text.alias(f"c{index}"))
    return pl.DataFrame(columns)


def _is_serial(header: str, text: pl.Series) -> bool:
    """A column of different running numbers under a header such as 序号 or none at all."""
    leaf = characters.without_spaces(header).rsplit("/", 1)[-1].lower()
    if leaf and leaf not in _SERIAL_HEADERS:
        return False
    numbers = text.drop_nulls().str.extract(r"([0-9]{1,9})$", 1).cast(pl.Int64, strict=False)
    if numbers.null_count() or numbers.len() < 2:
        return False
    steps = numbers.diff().drop_nulls()
    return bool(((steps >= 0) & (steps <= 2)).mean() > 0.9)  # type: ignore[operator]


def earlier_equal(frame: pl.DataFrame) -> NDArray[np.int64]:
    """For every row the index of the first row with the same content, or -1 when it is the first.

    Rows are compared by hash first and cell by cell where hashes agree.
    """
    hashes = frame.hash_rows(seed=7)
    repeated = hashes.is_duplicated()
    result = np.full(frame.height, -1, dtype=np.int64)
    if not repeated.any():
        return result
    places = np.flatnonzero(repeated.to_numpy())
    some = frame[places]
    group = some.select(pl.struct(pl.all()).rank("dense")).to_series().to_numpy()
    order = np.argsort(group, kind="stable")
    start = np.ones(len(order), dtype=np.bool_)
    start[1:] = group[order][1:] != group[order][:-1]
    leader = order[np.maximum.accumulate(np.where(start, np.arange(len(order)), 0))]
    again = ~start
    result[places[order[again]]] = places[leader[again]]
    return result


def mark_repeated_parts(parts: list["TypedRows"]) -> list[tuple[int, int, float]]:
    """Rows that an earlier part of the same delivery has already brought are duplicates.

    Parts (sheets or files of one contract and month) are compared where they have the same
    columns. Returns (earlier, later, share of the later part's persons that the earlier one also
    has): much overlap without equal rows means two versions of one list.
    """
    overlaps: list[tuple[int, int, float]] = []
    for later in range(1, len(parts)):
        for earlier in range(later):
            first, second = parts[earlier], parts[later]
            if _columns(first) != _columns(second):
                continue
            overlaps.append((earlier, later, _mark_against(first, second)))
    return overlaps


def _columns(typed: "TypedRows") -> set[str]:
    return set(typed.block.recognised.mapping) - {"serial"}


def _mark_against(first: "TypedRows", second: "TypedRows") -> float:
    """Mark rows of `second` that `first` has; the share of other rows that name its persons."""
    names = sorted(_columns(first))
    frames = [
        pl.DataFrame([_comparable(typed, name) for name in names])
        .with_row_index("position")
        .filter(pl.Series(typed.used))
        for typed in (first, second)
    ]
    known = frames[0].unique(names, keep="first", maintain_order=True)
    same = frames[1].join(known, on=names, how="inner", nulls_equal=True, suffix="_first")
    if same.height:
        rows = first.block.rows[same["position_first"].to_numpy()].tolist()
        place = f"{first.file} {first.sheet}".strip()
        second.verdicts.add(
            same["position"].to_numpy(),
            "duplicate_in_another_part",
            Action.duplicate,
            detail=[f"{place} {row}" for row in rows],
        )
    numbers = [name for name in names if name in first.identity and name in second.identity]
    if not numbers or first.contract.coverage == "events":
        return 0.0
    rest = frames[1].join(same.select("position"), on="position", how="anti")
    told = rest.filter(pl.col(numbers[0]).is_not_null())
    if told.height < 20:
        return 0.0
    both = told.join(frames[0], on=numbers[0], how="semi")
    return both.height / told.height


def _comparable(typed: "TypedRows", name: str) -> pl.Series:
    """Typed values; numbers that failed their check as they were sent."""
    values = typed.values[name]
    if name in typed.identity:
        values = values.zip_with(values.is_not_null(), typed.block.text[name])
    return values.alias(name)


def mark_same_keys(block: Block, values: dict[str, pl.Series]) -> None:
    """Used rows that share the contract's key but differ elsewhere: both stay, both are shown."""
    key = [name for name in block.contract.key if name in values]
    if not key or len(key) < len(block.contract.key):
        return
    frame = pl.DataFrame([values[name].alias(name) for name in key]).with_row_index("position")
    used = frame.filter(pl.Series(~block.verdicts.rejected)).drop_nulls()
    if not used.height:
        return
    used = used.filter(pl.struct(key).is_duplicated())
    if not used.height:
        return
    others = used.with_columns(
        pl.col("position").first().over(key).alias("first"),
        pl.col("position").last().over(key).alias("last"),
    )
    other = pl.when(pl.col("position") == pl.col("first")).then("last").otherwise("first")
    others = others.with_columns(other.alias("other"))
    where = others["position"].to_numpy()
    block.verdicts.add(
        where,
        "same_key_different",
        Action.flagged,
        key[-1],
        delivered=[str(value) for value in others[key[-1]].to_list()],
        detail=[str(row) for row in block.rows[others["other"].to_numpy()].tolist()],
    )
