"""Every write about deliveries: a run folder's intake part becomes rows that pages read."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
from django.db import connection, transaction

from fangpin.feeds.models import Coverage, Delivery, Intake, ReturnedRow
from fangpin.feeds.review_actions import load_pairs
from fangpin.foundation.actions import record
from fangpin.foundation.cipher import seal_many
from fangpin.registry.ids import allocate

_ROW_FIELDS = (
    *("sheet", "row", "column", "header", "action", "reason", "reason_zh", "reason_en"),
    *("remedy_zh", "remedy_en"),
)
_CELLS = ("delivered", "taken_as")  # what stood in a cell may be anybody's name or number


def _day(value: object) -> date | None:
    """A date from deliveries.json: full date, or month as yyyy-mm; None when absent."""
    text = str(value or "")
    if len(text) == 7:
        text += "-01"
    return date.fromisoformat(text[:10]) if text else None


def _pair(value: object) -> tuple[str, str]:
    """(zh, en) of {zh, en}, or one text for both."""
    if isinstance(value, dict):
        return str(value.get("zh") or ""), str(value.get("en") or "")
    return str(value or ""), str(value or "")


def _delivery(intake: Intake, entry: dict[str, Any]) -> Delivery:
    rows = entry.get("rows") or {}
    label_zh, label_en = _pair(entry.get("label"))
    sender_zh, sender_en = _pair(entry.get("sender"))
    return Delivery(
        intake=intake,
        file=entry["file"],
        sha256=entry.get("sha256") or "",
        bytes=entry.get("bytes") or 0,
        format=entry.get("format") or "",
        contract=entry.get("contract") or "",
        label_zh=label_zh,
        label_en=label_en,
        sender_zh=sender_zh,
        sender_en=sender_en,
        period=_day(entry.get("period")),
        verdict=entry["verdict"],
        rows_read=rows.get("read") or 0,
        rows_accepted=rows.get("accepted") or 0,
        rows_corrected=rows.get("corrected") or 0,
        rows_rejected=rows.get("rejected") or 0,
        rows_duplicate=rows.get("of_which_duplicates") or 0,
        rows_ignored=rows.get("ignored") or 0,
        rows_flagged=rows.get("flagged") or 0,
        linked=entry.get("linked") or 0,
        not_linked=entry.get("not_linked") or 0,
        reasons=entry.get("reasons") or [],
        areas=entry.get("areas") or [],
        sheets=entry.get("sheets") or [],
        control_totals=entry.get("control_totals") or [],
    )


def _text(value: object, limit: int | None = None) -> str:
    # PostgreSQL text cannot hold NUL, which a broken file may bring along.
    text = "" if value is None else str(value).replace("\x00", "\N{REPLACEMENT CHARACTER}")
    return text[:limit] if limit else text


def _closed_cells(cells: pl.Series, name: str, ids: list[int]) -> list[bytes | None]:
    texts = (_text(cell) or None for cell in cells)
    return seal_many(texts, column=f"feeds.returnedrow.{name}_closed", rows=ids)


@transaction.atomic
def load_intake(*, by: Any, folder: Path, as_of: date, source: str = "") -> Intake:
    """Load deliveries.json, rows.parquet, coverage.parquet and pairs.parquet of a run folder.

    An intake of the same key is replaced. Raises FileNotFoundError when a part is missing, and
    django's IntegrityError when a delivery's rows do not add up: such a run is not shown at all.
    """
    deliveries = json.loads((folder / "deliveries.json").read_text(encoding="utf-8"))
    rows = pl.read_parquet(folder / "rows.parquet")
    coverage = pl.read_parquet(folder / "coverage.parquet")
    Intake.objects.filter(key=folder.name).delete()
    intake = Intake.objects.create(
        key=folder.name, as_of=as_of, folder=str(folder.resolve()), source=source
    )
    made = Delivery.objects.bulk_create([_delivery(intake, entry) for entry in deliveries])
    by_file = {delivery.file: delivery.pk for delivery in made}
    rows_of = rows.filter(pl.col("file").is_in(list(by_file)))
    ids = allocate(ReturnedRow, rows_of.height)
    cells = [_closed_cells(rows_of[name], name, ids) for name in _CELLS]
    closed = [f"{name}_closed" for name in _CELLS]
    columns = ", ".join(f'"{name}"' for name in ("id", "delivery_id", *_ROW_FIELDS, *closed))
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {ReturnedRow._meta.db_table} ({columns}) FROM STDIN") as copy:
            lines = zip(ids, rows_of.iter_rows(named=True), *cells, strict=True)
            for pk, row, *cell in lines:
                copy.write_row(
                    (
                        pk,
                        by_file[row["file"]],
                        _text(row["sheet"], 120),
                        row["row"] or 0,
                        _text(row["column"], 10),
                        _text(row["header"], 120),
                        _text(row["action"], 20),
                        _text(row["reason"], 60),
                        *(_text(row[name]) for name in _ROW_FIELDS[6:]),
                        *cell,
                    )
                )
        names = "intake_id, contract, period, township, village_code, village, status"
        with cursor.copy(
            f"COPY {Coverage._meta.db_table} ({names}, reason_zh, reason_en) FROM STDIN"
        ) as copy:
            for row in coverage.iter_rows(named=True):
                if row["status"] != "complete":
                    copy.write_row(
                        (
                            intake.pk,
                            row["contract"],
                            _day(row["period"]),
                            *(_text(row[name]) for name in ("township", "village_code", "village")),
                            row["status"],
                            _text(row["reason_zh"]),
                            _text(row["reason_en"]),
                        )
                    )
    questions = load_pairs(intake=intake, folder=folder, rows=rows)
    record(
        by=by,
        action="feeds.load",
        subject=f"intake:{intake.key}",
        detail={"deliveries": len(made), "rows": rows.height, "questions": questions},
    )
    return intake
