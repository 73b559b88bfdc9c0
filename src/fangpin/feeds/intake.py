"""A folder of department files → registry, feed tables, coverage, suspects, and what became of
every file and row."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from fangpin.feeds.arrivals import Arrival, Progress, read_all
from fangpin.feeds.assessing import Assessed, Judged, assess_all, coverage_frame
from fangpin.feeds.clues import ClueLinker
from fangpin.feeds.delivery import Delivery, Verdict
from fangpin.feeds.duplicates import mark_repeated_parts
from fangpin.feeds.frames import FeedTable, count_household_amounts_once, feed_frame
from fangpin.feeds.inside import CountyWords, inside_column
from fangpin.feeds.linking import Linker
from fangpin.feeds.placing import placed
from fangpin.feeds.probable.pairs import ORDER, PAIRS, fingerprint_key, no_pairs
from fangpin.feeds.register import Register, build_register
from fangpin.feeds.reporting import deliveries_of, rows_frame
from fangpin.feeds.returns import Workpapers
from fangpin.feeds.rows import TypedRows
from fangpin.feeds.suspects import suspects_frame
from fangpin.kernel.errors import Text
from fangpin.kernel.identity import new_key
from fangpin.policy.pack import Pack

FeedKey = tuple[str, date]
TWO_VERSIONS = 0.5
"""Share of common persons above which two files are taken for two versions of one list."""


@dataclass
class Intake:
    """One folder taken in. Frames as in docs/architecture.md; `names`, `pairs` and `workpapers`
    stay out of the snapshot (names load the registry, pairs wait for people's decisions, workpapers
    make the return workbooks)."""

    places: pl.DataFrame
    households: pl.DataFrame
    persons: pl.DataFrame
    feeds: dict[FeedKey, FeedTable]
    coverage: pl.DataFrame
    suspects: pl.DataFrame
    deliveries: list[Delivery]
    rows: pl.DataFrame
    files: list[str]
    sheets: list[str]
    names: pl.DataFrame
    pairs: pl.DataFrame = field(default_factory=no_pairs)
    workpapers: Workpapers = field(default_factory=Workpapers)
    content_hash: str | None = None
    stored: dict[str, Path] = field(default_factory=dict)


def take_in(
    source: Path | str | Iterable[Path | str],
    pack: Pack,
    as_of: date,
    previous: list[dict[str, Any]] | None = None,
    progress: Progress | None = None,
    decisions: pl.DataFrame | None = None,
) -> Intake:
    """Read, type, link and judge the files of a folder (not of its sub-folders) or the files given.

    `previous` the deliveries of an earlier run (`deliveries.json`), for comparison where the folder
    holds no earlier delivery. `decisions` what people decided about the pairs of earlier intakes
    (`probable.pairs.DECISIONS`). `progress(step, done, total)` may raise to stop; nothing is
    written here. Raises FangpinError when there is no file, or no register among them.
    """
    arrivals = read_all(source, pack, as_of, progress)
    return take_in_arrivals(arrivals, pack, as_of, previous, progress, decisions)


def take_in_arrivals(
    arrivals: list[Arrival],
    pack: Pack,
    as_of: date,
    previous: list[dict[str, Any]] | None,
    progress: Progress | None,
    decisions: pl.DataFrame | None = None,
) -> Intake:
    """`take_in` for files that have been read already."""
    register = _register(arrivals, pack)
    pair_key = fingerprint_key(pack.area_code or "")
    linker = Linker(register, new_key(), decisions=decisions, pair_key=pair_key)
    clues = ClueLinker(linker)
    feeds: dict[FeedKey, list[Assessed]] = {}
    parts = [
        (arrival, typed)
        for arrival in arrivals
        for typed in arrival.typed
        if typed.contract.role == "feed"
    ]
    repeats = _compare_parts(parts)
    for step, (arrival, typed) in enumerate(parts):
        if progress:
            progress("linking", step, len(parts))
        placing = placed(typed, register)
        links = (
            clues.link(typed, placing)
            if typed.contract.subject == "none"
            else linker.link(typed, placing)
        )
        _say_inside(typed, register)
        key = (typed.contract.name, arrival.period_of(typed))
        feeds.setdefault(key, []).append(Assessed(typed, placing, links, arrival))
    if progress:
        progress("linking", len(parts), len(parts))
    intake = _assembled(arrivals, linker, feeds, pack, as_of, previous)
    for file, reason in repeats:
        delivery = next(d for d in intake.deliveries if d.file == file)
        delivery.reasons.append(reason)
        if delivery.verdict is Verdict.accepted:
            delivery.verdict = Verdict.accepted_with_gaps
    return intake


def _compare_parts(parts: list[tuple[Arrival, TypedRows]]) -> list[tuple[str, Text]]:
    """Mark rows that came in two parts of a delivery; name files that look like two versions."""
    groups: dict[FeedKey, list[tuple[Arrival, TypedRows]]] = {}
    for arrival, typed in parts:
        key = (typed.contract.name, arrival.period_of(typed))
        groups.setdefault(key, []).append((arrival, typed))
    found: list[tuple[str, Text]] = []
    for group in groups.values():
        for earlier, later, share in mark_repeated_parts([typed for _, typed in group]):
            if share < TWO_VERSIONS:
                continue
            one, other = group[earlier][0].file, group[later][0].file
            reason = Text(
                f"与“{one}”是同一期数据,{share:.0%} 的人员重复而内容不同，"
                "可能是同一名单的两个版本，请只保留一份。",
                f"The same period as “{one}”: {share:.0%} of its persons are there as well, with "
                "other content. These may be two versions of one list; keep only one.",
            )
            found.append((other, reason))
    return found


def _register(arrivals: list[Arrival], pack: Pack) -> Register:
    _set_older_registers_aside(arrivals)

    def of(role: str) -> list[TypedRows]:
        return [
            typed for arrival in arrivals for typed in arrival.typed if typed.contract.role == role
        ]

    return build_register(
        of("household_register"), of("person_register"), of("place_changes"), pack
    )


def _set_older_registers_aside(arrivals: list[Arrival]) -> None:
    """Of several exports of the register the newest counts; older ones are named, not mixed in."""
    for role in ("household_register", "person_register"):
        parts = [(a, t) for a in arrivals for t in a.typed if t.contract.role == role]
        if len({a.period_of(t) for a, t in parts}) < 2:
            continue
        newest = max(a.period_of(t) for a, t in parts)
        for arrival, typed in parts:
            period = arrival.period_of(typed)
            if period == newest:
                continue
            why = Text(
                f"较早一期的台账({period:%Y-%m})，本次以 {newest:%Y-%m} 的为准，未采用。",
                f"An older export of the register ({period:%Y-%m}); that of {newest:%Y-%m} is "
                "used instead.",
            )
            arrival.typed = [each for each in arrival.typed if each is not typed]
            for sheet in arrival.sheets:
                if sheet.sheet == typed.sheet:
                    sheet.used, sheet.why = False, why
            if not arrival.typed:
                arrival.refused.append(why)


def _say_inside(typed: TypedRows, register: Register) -> None:
    """Yes/no columns that say whether the places of other columns lie in the county."""
    wanted = [column for column in typed.contract.columns if column.inside_county]
    if not wanted:
        return
    counties = register.area[-1:]
    known = CountyWords.of(register.places, counties)
    for column in wanted:
        if column.name in typed.block.recognised.mapping:
            continue
        texts = {name: typed.values[name] for name in column.inside_county if name in typed.values}
        if texts:
            frame = pl.DataFrame([text.alias(name) for name, text in texts.items()])
            typed.values[column.name] = inside_column(frame, list(texts), known)


def _assembled(
    arrivals: list[Arrival],
    linker: Linker,
    feeds: dict[FeedKey, list[Assessed]],
    pack: Pack,
    as_of: date,
    previous: list[dict[str, Any]] | None,
) -> Intake:
    register = linker.register
    assessments = assess_all(feeds, register, pack, as_of, previous)
    files = sorted({arrival.file for arrival in arrivals})
    sheets = sorted({typed.sheet for arrival in arrivals for typed in arrival.typed})
    tables: dict[FeedKey, FeedTable] = {}
    for key, parts in sorted(feeds.items(), key=lambda entry: entry[0]):
        for part in parts:
            count_household_amounts_once(part.typed)
        if not assessments[key].quarantined:
            frame = feed_frame([(part.typed, part.links) for part in parts], pack, files, sheets)
            tables[key] = FeedTable(key[0], key[1], frame)
    return Intake(
        places=register.places,
        households=_indexed(register.households, files, sheets),
        persons=_indexed(register.persons, files, sheets),
        feeds=tables,
        coverage=coverage_frame(assessments, pack, as_of, register.places.height),
        suspects=suspects_frame(feeds, linker, pack),
        deliveries=deliveries_of(arrivals, feeds, assessments, register),
        rows=rows_frame(arrivals, feeds, assessments),
        files=files,
        sheets=sheets,
        names=register.names,
        pairs=_pairs(feeds, assessments),
        workpapers=Workpapers({arrival.file: arrival.sent for arrival in arrivals}),
    )


def _pairs(
    feeds: dict[FeedKey, list[Assessed]], assessments: dict[FeedKey, Judged]
) -> pl.DataFrame:
    """The pairs of all deliveries that are used, as `probable.pairs.PAIRS`."""
    found = [
        part.links.pairs.with_columns(pl.lit(period, dtype=pl.Date).alias("period"))
        for (contract, period), parts in feeds.items()
        for part in parts
        if part.links.pairs is not None and not assessments[contract, period].quarantined
    ]
    return pl.concat([no_pairs(), *(each.select(list(PAIRS)) for each in found)]).sort(ORDER)


def _indexed(frame: pl.DataFrame, files: list[str], sheets: list[str]) -> pl.DataFrame:
    """`_file` and `_sheet` of a register frame as positions in the intake's lists."""
    lists = {"_file": files, "_sheet": sheets}
    return frame.with_columns(
        pl.col(name)
        .replace_strict({text: at for at, text in enumerate(known)}, return_dtype=pl.UInt16)
        .alias(name)
        for name, known in lists.items()
        if name in frame.columns
    )
