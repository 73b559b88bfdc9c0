"""What became of every file and row of an intake: deliveries and the row list."""

from datetime import date

import numpy as np
import polars as pl

from fangpin.feeds.arrivals import Arrival
from fangpin.feeds.assessing import Assessed, Judged
from fangpin.feeds.broken import broken_rows, records
from fangpin.feeds.delivery import Area, AreaStatus, Delivery, RowCounts, Verdict
from fangpin.feeds.register import Register
from fangpin.feeds.rows import TypedRows
from fangpin.feeds.tables import RawSheet
from fangpin.feeds.tally import (
    ROWS_SCHEMA,
    counts_of,
    ignored_rows,
    quarantined_rows,
    rows_of,
)
from fangpin.kernel.errors import Text

FeedKey = tuple[str, date]
REGISTER_ROLES = ("household_register", "person_register", "place_changes")
_SEVERITY = (
    Verdict.accepted, Verdict.accepted_with_gaps, Verdict.quarantined, Verdict.not_recognised,
    Verdict.refused,
)  # fmt: skip


def deliveries_of(
    arrivals: list[Arrival],
    feeds: dict[FeedKey, list[Assessed]],
    judged: dict[FeedKey, Judged],
    register: Register | None,
) -> list[Delivery]:
    """One entry per file, in order of name. Without a register there are no areas."""
    by_file: dict[str, list[tuple[FeedKey, Assessed]]] = {}
    for key, parts in feeds.items():
        for part in parts:
            by_file.setdefault(part.arrival.file, []).append((key, part))
    return [
        _delivery(arrival, by_file.get(arrival.file, []), judged, register) for arrival in arrivals
    ]


def _delivery(
    arrival: Arrival,
    parts: list[tuple[FeedKey, Assessed]],
    judged: dict[FeedKey, Judged],
    register: Register | None,
) -> Delivery:
    entry = Delivery(arrival.file, arrival.sha256, arrival.size, arrival.format)
    entry.sheets = list(arrival.sheets)
    if arrival.refused:
        entry.verdict = Verdict.refused
        entry.reasons = _with_remedies(arrival)
        return entry
    if not arrival.typed:
        entry.verdict = Verdict.not_recognised
        entry.reasons = [found.problem.what for found in arrival.unrecognised] or [
            Text("没有找到数据表。", "No table of data was found.")
        ]
        return entry
    main = max(arrival.typed, key=_weight)
    entry.contract, entry.label = main.contract.name, main.contract.label
    entry.sender = main.contract.sender
    entry.period = arrival.period_of(main)
    entry.rows = _counts(arrival)
    if arrival.undated:
        entry.reasons.append(
            Text(
                f"文件没有注明所属期，按 {entry.period:%Y年%m月} 处理。",
                f"The file does not say its period; taken as {entry.period:%Y-%m}.",
            )
        )
    _judge(entry, parts, judged)
    _count_links(entry, parts)
    if register is not None:
        entry.areas = _areas(arrival, parts, judged, register)
    return entry


def _weight(typed: TypedRows) -> tuple[int, int]:
    """The person register speaks for a register file, otherwise the largest table."""
    return (int(typed.contract.role == "person_register"), typed.size)


def _with_remedies(arrival: Arrival) -> list[Text]:
    reasons = []
    for index, what in enumerate(arrival.refused):
        remedy = arrival.remedies[index] if index < len(arrival.remedies) else None
        if remedy is None:
            reasons.append(what)
        else:
            reasons.append(Text(f"{what.zh} {remedy.zh}", f"{what.en} {remedy.en}"))
    return reasons


def _counts(arrival: Arrival) -> RowCounts:
    """All tables of the file; broken text records are read and rejected."""
    total = RowCounts()
    for typed in arrival.typed:
        total = total + counts_of(typed)
    broken = sum(records(sheet) for sheet in _sheets(arrival))
    return total + RowCounts(read=broken, rejected=broken)


def _sheets(arrival: Arrival) -> list[RawSheet]:
    """The used sheets, each once."""
    found = {id(t.block.recognised.table.sheet): t.block.recognised.table.sheet
             for t in arrival.typed}  # fmt: skip
    return list(found.values())


def _judge(
    entry: Delivery, parts: list[tuple[FeedKey, Assessed]], judged: dict[FeedKey, Judged]
) -> None:
    for key in dict.fromkeys(key for key, _ in parts):
        found = judged[key]
        if _SEVERITY.index(found.assessment.verdict) > _SEVERITY.index(entry.verdict):
            entry.verdict = found.assessment.verdict
        entry.reasons += [r for r in found.assessment.reasons if r not in entry.reasons]
        entry.control_totals += found.totals.get(entry.file, [])


def _count_links(entry: Delivery, parts: list[tuple[FeedKey, Assessed]]) -> None:
    for _, part in parts:
        used = part.typed.used
        links = part.links
        linked = (links.person >= 0) | (links.household >= 0)
        if part.typed.contract.subject == "village":
            linked = links.village >= 0
        entry.linked += int((used & linked).sum())
        entry.not_linked += int((used & ~linked).sum())


def _areas(
    arrival: Arrival,
    parts: list[tuple[FeedKey, Assessed]],
    judged: dict[FeedKey, Judged],
    register: Register,
) -> list[Area]:
    """Rows per township against what was to be expected; for a register simply its rows."""
    count = len(register.townships)
    rows = np.zeros(count, dtype=np.int64)
    expected: np.ndarray | None = None
    worst = [AreaStatus.complete] * count
    order = list(AreaStatus)
    for key in dict.fromkeys(key for key, _ in parts):
        assessment = judged[key].assessment
        for village, status in enumerate(assessment.status):
            township = int(register.township_of_village[village])
            if status is not AreaStatus.complete and (
                worst[township] is AreaStatus.complete
                or order.index(status) > order.index(worst[township])
            ):
                worst[township] = status
        if assessment.expected is not None:
            wanted = np.bincount(
                register.township_of_village, weights=assessment.expected, minlength=count
            )
            expected = wanted if expected is None else expected + wanted
    for _, part in parts:
        villages = part.villages
        at = np.where(
            villages >= 0,
            register.township_of_village[np.maximum(villages, 0)],
            part.placing.township,
        )
        at = at[(at >= 0) & ~part.typed.verdicts.mask_of("duplicate")]
        rows += np.bincount(at, minlength=count)
    if not parts:
        persons = register.places["persons"].cast(pl.Int64).to_numpy()
        if not any(t.contract.role == "person_register" for t in arrival.typed):
            return []
        rows = np.bincount(register.township_of_village, weights=persons, minlength=count).astype(
            np.int64
        )
    codes = [
        register.places["township_code"][int(np.argmax(register.township_of_village == number))]
        for number in range(count)
    ]
    # A township of which only some villages lack rows is partial, not missing.
    for number, status in enumerate(worst):
        if status is AreaStatus.missing and rows[number]:
            worst[number] = AreaStatus.partial
    return [
        Area(
            codes[number],
            register.townships[number],
            int(rows[number]),
            None if expected is None else float(expected[number]),
            worst[number],
        )
        for number in range(count)
    ]


def rows_frame(
    arrivals: list[Arrival],
    feeds: dict[FeedKey, list[Assessed]],
    judged: dict[FeedKey, Judged],
) -> pl.DataFrame:
    """One line per row and reason of everything that was not simply accepted."""
    quarantined = {
        id(part.typed): judged[key].assessment
        for key, parts in feeds.items()
        for part in parts
        if judged[key].quarantined
    }
    frames = [pl.DataFrame(schema=ROWS_SCHEMA)]
    for arrival in arrivals:
        seen: set[int] = set()
        for typed in arrival.typed:
            frames.append(rows_of(typed))
            table = typed.block.recognised.table
            frames.append(ignored_rows(table, typed.contract.name))
            if id(table.sheet) not in seen and table.sheet.broken:
                seen.add(id(table.sheet))
                frames.append(broken_rows(table.sheet, typed.contract.name, ROWS_SCHEMA))
            assessment = quarantined.get(id(typed))
            if assessment is not None:
                frames.append(quarantined_rows(typed, assessment.reasons[-1]))
    return pl.concat(frames).sort("file", "sheet", "row", maintain_order=True)
