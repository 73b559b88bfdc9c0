"""Which villages a delivery does not cover: as the source says, and by the rhythm of contracts."""

from collections.abc import Iterable
from datetime import date

import polars as pl

from fangpin.feeds.assessing import COVERAGE_SCHEMA, NOT_DELIVERED
from fangpin.feeds.columnar.refusals import Refusals
from fangpin.feeds.columnar.source import ColumnarSource, DeliveredFile
from fangpin.feeds.completeness import overdue
from fangpin.feeds.delivery import AreaStatus
from fangpin.kernel.errors import Text
from fangpin.policy.pack import Pack

_ORDER = [status.value for status in AreaStatus]


def coverage_of(
    source: ColumnarSource, places: pl.DataFrame, pack: Pack, as_of: date
) -> pl.DataFrame:
    """Villages without a complete delivery (columns as in docs/architecture.md). FangpinError for
    village codes that the register does not have."""
    frames = [pl.DataFrame(schema=COVERAGE_SCHEMA)]
    if source.coverage is not None:
        frames.append(_declared(source, source.coverage, places))
    delivered = [*source.deliveries, *source.unread]
    for name, period, why in _late(delivered, pack, as_of):
        frames.append(_everywhere(name, period, AreaStatus.late, why, places.height))
    known = {each.contract.name for each in delivered}
    for name, contract in pack.contracts.items():
        if contract.role == "feed" and name not in known:
            month = as_of.replace(day=1)
            frames.append(
                _everywhere(name, month, AreaStatus.missing, NOT_DELIVERED, places.height)
            )
    # Of several statuses of one village the worst counts.
    rank = pl.col("status").replace_strict(_ORDER, list(range(len(_ORDER))), return_dtype=pl.Int8)
    return (
        pl.concat(frames)
        .sort("contract", "period", "village", rank, maintain_order=True)
        .unique(["contract", "period", "village"], keep="last", maintain_order=True)
    )


def late_reason(file: DeliveredFile, files: Iterable[DeliveredFile], as_of: date) -> Text | None:
    """Why the delivery is too old, when it is the newest of its contract and too old."""
    newest = max(each.period for each in files if each.contract is file.contract)
    return overdue(file.contract, file.period, as_of) if file.period == newest else None


def _late(
    delivered: list[DeliveredFile], pack: Pack, as_of: date
) -> Iterable[tuple[str, date, Text]]:
    for file in delivered:
        why = late_reason(file, delivered, as_of)
        if why is not None:
            yield file.contract.name, file.period, why


def _everywhere(
    contract: str, period: date, status: AreaStatus, why: Text, villages: int
) -> pl.DataFrame:
    return (
        pl.DataFrame({"village": pl.int_range(villages, dtype=pl.UInt32, eager=True)})
        .with_columns(
            contract=pl.lit(contract),
            period=pl.lit(period),
            status=pl.lit(status.value),
            reason_zh=pl.lit(why.zh),
            reason_en=pl.lit(why.en),
        )
        .select(list(COVERAGE_SCHEMA))
        .cast(COVERAGE_SCHEMA)  # type: ignore[arg-type]
    )


def _declared(source: ColumnarSource, coverage: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    known = places.select(pl.col("code").alias("village_code")).with_row_index("village")
    found = coverage.join(known, on="village_code", how="left", maintain_order="left")
    odd = found.filter(pl.col("village").is_null())["village_code"]
    if odd.len():
        refusals = Refusals(source.folder)
        shown = ", ".join(str(each) for each in odd.unique().sort().to_list()[:5])
        refusals.add(
            source.folder / "coverage.parquet",
            f"台账中没有这些村代码：{shown}",
            f"the register has no villages with these codes: {shown}",
            "村代码以 register/places.parquet 的 code 为准",
            "use the codes of register/places.parquet",
            column="village_code",
        )
        refusals.raise_if_any()
    return found.select(list(COVERAGE_SCHEMA)).cast(COVERAGE_SCHEMA)  # type: ignore[arg-type]
