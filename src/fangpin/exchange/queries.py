"""Reads of the exchange. The actor comes first; an import is shown to whoever brought it."""

from dataclasses import dataclass

import polars as pl
from django.db.models import QuerySet

from fangpin.exchange.actions import folder_of
from fangpin.exchange.models import Import, Snapshot
from fangpin.foundation.models import Job
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of

SHOWN = 60
"""Lines of each kind on the page; all of them stand in the workbook."""


def imports(actor: User, size: int = 50) -> list[Import]:
    """The newest imports of the actor. One query."""
    if not scope_of(actor).may(Right.registry_import):
        return []
    return list(_own(actor).select_related("repeat_of").order_by("-pk")[:size])


def import_of(actor: User, pk: int) -> Import | None:
    """An import of the actor's, or None."""
    if not scope_of(actor).may(Right.registry_import):
        return None
    return _own(actor).select_related("repeat_of", "applied_by").filter(pk=pk).first()


def _own(actor: User) -> QuerySet[Import]:
    return Import.objects.filter(by=actor)


def job_of(found: Import) -> Job | None:
    """The background work of an import, while it is under way or when it failed."""
    return Job.objects.filter(pk=found.job).first() if found.job else None


@dataclass(frozen=True)
class Report:
    """The first lines of a kept report: refused rows, unused cells and notes, changed fields, new
    households and persons, hits of quality rules that come or go; and how many there are of
    each."""

    remarks: list[dict[str, object]]
    changes: list[dict[str, object]]
    additions: list[dict[str, object]]
    quality: list[dict[str, object]]
    totals: dict[str, int]


def report_of(found: Import) -> Report | None:
    """The report of a dry run; None while there is none."""
    folder = folder_of(found) / "report"
    if not (folder / "remarks.parquet").is_file():
        return None
    order = {"refused": 0, "cell": 1, "note": 2}
    remarks = pl.scan_parquet(folder / "remarks.parquet").with_columns(
        pl.when((pl.col("kind") == "note") & (pl.col("row") == 0))
        .then(pl.lit(-1, dtype=pl.Int8))  # how a whole column was read comes first
        .otherwise(pl.col("kind").replace_strict(order, default=3, return_dtype=pl.Int8))
        .alias("_order")
    )
    frames = {
        "remarks": remarks.sort("_order", maintain_order=True),
        "changes": pl.scan_parquet(folder / "changes.parquet"),
        "additions": pl.scan_parquet(folder / "additions.parquet"),
    }
    if (folder / "quality.parquet").is_file():
        frames["quality"] = pl.scan_parquet(folder / "quality.parquet")
    totals = {name: frame.select(pl.len()).collect().item() for name, frame in frames.items()}
    shown = {name: frame.head(SHOWN).collect().to_dicts() for name, frame in frames.items()}
    quality = shown.get("quality", [])
    return Report(shown["remarks"], shown["changes"], shown["additions"], quality, totals)


def snapshots(actor: User, size: int = 50) -> list[Snapshot]:
    """The newest snapshots, for people who answer for the whole county."""
    if not scope_of(actor).everywhere(Right.registry_import):
        return []
    return list(Snapshot.objects.select_related("by").order_by("-pk")[:size])


def snapshot_of(actor: User, pk: int) -> Snapshot | None:
    """A snapshot, or None when it is absent or not the actor's to see."""
    if not scope_of(actor).everywhere(Right.registry_import):
        return None
    return Snapshot.objects.filter(pk=pk).first()
