"""One screening on a cluster: a columnar source in, the same run folder out.

from datetime import date
from pathlib import Path
from fangpin.cluster.run import screen_on_spark
from fangpin.policy import load_pack

screen_on_spark(Path("/shared/2021-05"), pack=load_pack("baiyin-2021"), as_of=date(2021, 5, 31),
                out=Path("/shared/runs/2021-05"), master="spark://head:7077")
"""

import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from fangpin.cluster.borders import check_register, register_borders
from fangpin.cluster.effort import Effort, meter
from fangpin.cluster.evaluating import Answer, Question, evaluate_parts
from fangpin.cluster.files import findings_file
from fangpin.cluster.part import PartReport, Whole
from fangpin.cluster.preparing import buckets_for, linked_of, write_parts
from fangpin.cluster.session import refuse_without_spark, session
from fangpin.cluster.tasks import in_tasks
from fangpin.engine.dependencies import Deliveries, FeedKey
from fangpin.engine.partition import Borders, list_parts
from fangpin.feeds.columnar import is_columnar
from fangpin.feeds.columnar.coverage import coverage_of
from fangpin.feeds.columnar.intake import content_hash, files_of
from fangpin.feeds.columnar.register import Register, read_table
from fangpin.feeds.columnar.reporting import Report
from fangpin.feeds.columnar.source import ColumnarSource, open_source
from fangpin.feeds.delivery import Delivery
from fangpin.kernel.errors import FangpinError, Text
from fangpin.kernel.hashing import file_hash
from fangpin.policy.pack import Pack
from fangpin.screening import output
from fangpin.screening.clock import Clock
from fangpin.screening.in_force import parameters_in_force
from fangpin.screening.kept import Undecided
from fangpin.screening.previous import PreviousRun

if TYPE_CHECKING:
    from pyspark import SparkContext

Progress = Callable[[str, int, int], None]
PERSONS_PER_PART = 500_000
ROW_GROUP = 512 * 512
"""Findings of a row group; the size at which polars writes a table held in memory."""
HASHING = Text("计算文件摘要", "hashing the files")


@dataclass
class ScreenedOnSpark:
    """What one screening found; `counts`: rule, kind, state, findings."""

    folder: Path
    pack: Pack
    as_of: date
    deliveries: list[Delivery]
    counts: pl.DataFrame
    effort: Effort
    seconds: dict[str, float] = field(default_factory=dict)


def screen_on_spark(
    source: Path,
    *,
    pack: Pack,
    as_of: date,
    out: Path,
    master: str = "local[*]",
    previous: Path | None = None,
    progress: Progress | None = None,
    overwrite: bool = False,
    persons_per_part: int = PERSONS_PER_PART,
    memory: str | None = None,
    context: "SparkContext | None" = None,
) -> ScreenedOnSpark:
    """Screen a columnar source on Spark; `source` and `out` are seen by all nodes under the same
    path.

    `context` a connection that is there already, otherwise one to `master` is opened and closed
    (`memory` as for `session`). The run is written beside `out` and put in place at the end. Raises
    FangpinError as `screening.screen` does, and when Spark cannot be used or tasks keep failing.
    """
    _refuse_workbooks(source)
    output.refuse_existing(out, overwrite)
    parameters_in_force(pack, as_of)
    if context is None:
        refuse_without_spark()
    before = PreviousRun.open(previous) if previous else None
    opened = open_source(source, pack, as_of)
    check_register(opened)
    if before is not None:
        _refuse_older_deliveries(opened, before)
    partial = out.with_name(f"{out.name}.partial")
    connected = nullcontext(context) if context is not None else session(master, memory=memory)
    try:
        partial.mkdir(mode=0o700)
        with connected as spark:
            run = _Run(spark, opened, pack, as_of, partial, before, persons_per_part, progress)
            screened = run.screened(out)
        output.put_in_place(partial, out, screened.seconds)
        return screened
    except OSError as error:
        raise output.disk_problem(error, out) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


@dataclass
class _Run:
    spark: "SparkContext"
    source: ColumnarSource
    pack: Pack
    as_of: date
    folder: Path
    before: PreviousRun | None
    persons_per_part: int
    progress: Progress | None
    clock: Clock = field(default_factory=Clock)

    def screened(self, out: Path) -> ScreenedOnSpark:
        """All steps; everything but timing.json is in the folder afterwards."""
        self._tell("reading", 0)
        parts, counted, findings = (
            self.folder / name for name in ("snapshot/parts", "work/counted", "work/findings")
        )
        for each in (parts, counted, findings):
            each.mkdir(parents=True)
        effort = meter(self.spark)
        with self.clock.step("intake"):
            places, unusable = read_table(
                self.source, self.pack, "places", 0, self.source.heights["places"]
            )
            borders = register_borders(self.source.folder / "register", self.persons_per_part)
            coverage = coverage_of(self.source, places, self.pack, self.as_of)
            paths = self.source.files
            hashes = dict(zip(paths, in_tasks(self.spark, HASHING, paths, file_hash), strict=True))
        whole = self._whole(borders, coverage, self._hash(hashes))
        self._tell("linking", 1)
        with self.clock.step("linking"):
            reports = write_parts(self.spark, whole, parts, counted, effort)
            starts = (borders.villages, borders.households, borders.persons)
            firsts = zip(*(each[:-1].tolist() for each in starts), strict=True)
            list_parts(firsts, self.folder / "snapshot")
        self._tell("rules", 2)
        with self.clock.step("evaluating"):
            codes = tuple(places["code"].gather(borders.villages[:-1]).to_list())
            question = Question(self.pack, self.as_of, findings, codes, self._found_before())
            answers = evaluate_parts(self.spark, parts, len(borders), question, effort)
        self._tell("writing", 3)
        with self.clock.step("writing"):
            linked = linked_of(self.source, counted, reports)
            unusable += _added(reports)
            without = sum(each.without for each in reports)
            register = Register(places, pl.DataFrame(), pl.DataFrame(), unusable)
            report = Report(
                self.source, self.pack, self.as_of, register, without, linked, coverage, hashes
            )
            deliveries = report.deliveries()
            report.rows().write_parquet(
                self.folder / "rows.parquet", compression="zstd", statistics=False
            )
            counts = _counts(answers)
            self._together([findings_file(findings, each.part) for each in answers])
            output.Told(
                pack=self.pack,
                as_of=self.as_of,
                places=places,
                coverage=coverage,
                deliveries=deliveries,
                snapshot_hash=whole.snapshot_hash,
                persons=self.source.heights["persons"],
                households=self.source.heights["households"],
                counts=counts,
                undecided=_undecided(answers),
                previous=self.before,
            ).write(self.folder)
        spent = self._effort(borders, counts, effort.value)
        spent.write(self.folder / "effort.json")
        shutil.rmtree(self.folder / "work")
        return ScreenedOnSpark(
            out, self.pack, self.as_of, deliveries, counts, spent, self.clock.seconds
        )

    def _tell(self, step: str, done: int) -> None:
        if self.progress:
            self.progress(step, done, 4)

    def _whole(self, borders: Borders, coverage: pl.DataFrame, digest: str) -> Whole:
        expected = coverage.select("contract", "period").unique().rows()
        return Whole(
            source=self.source,
            pack=self.pack,
            as_of=self.as_of,
            borders=borders,
            files=files_of(self.source),
            coverage=coverage,
            snapshot_hash=digest,
            deliveries=Deliveries.of((each.key for each in self.source.deliveries), expected),
        )

    def _hash(self, hashes: dict[Path, str]) -> str:
        """As on one machine, where an earlier run lends what is not read today (and no fact asks
        for, as the source has been seen to hold it all)."""
        own = content_hash(self.source, self.as_of, hashes)
        if self.before is None:
            return own
        read = {_named(each.key) for each in self.source.deliveries}
        lent = self.before.delivered - read
        return (self.before.hash_with(own, lent) if lent else None) or own

    def _found_before(self) -> Path | None:
        return self.before.folder / "findings.parquet" if self.before else None

    def _together(self, files: list[Path]) -> None:
        """The findings of all parts in order, in one file; never all of them in memory."""
        pl.scan_parquet(files).sink_parquet(
            self.folder / "findings.parquet",
            compression="zstd",
            statistics=False,
            maintain_order=True,
            row_group_size=ROW_GROUP,
        )

    def _effort(self, borders: Borders, counts: pl.DataFrame, costs: object) -> Effort:
        assert isinstance(costs, dict)
        persons = self.source.heights["persons"]
        return Effort(
            persons=persons,
            households=self.source.heights["households"],
            villages=self.source.heights["places"],
            findings=int(counts["findings"].sum()),
            parts=len(borders),
            buckets=buckets_for(self.spark, persons),
            cores=self.spark.defaultParallelism,
            wall={name: self.clock.seconds[name] for name in ("linking", "evaluating")},
            costs=costs,
        )


def _refuse_workbooks(source: Path) -> None:
    if not is_columnar(source):
        raise FangpinError.because(
            f"“{source}”不是列存数据，--engine spark 只读列存数据(register/、feeds/ 下的 Parquet)",
            f"{source} is no columnar source; --engine spark reads those only (Parquet files under "
            "register/ and feeds/)",
            do_zh="工作簿请去掉 --engine 在本机比对；列存数据的格式见 docs/scale.md",
            do_en="leave out --engine to screen workbooks on this machine; docs/scale.md tells the "
            "layout of columnar sources",
        )


def _named(key: FeedKey) -> str:
    contract, period = key
    return f"{contract}@{period:%Y-%m}"


def _refuse_older_deliveries(source: ColumnarSource, before: PreviousRun) -> None:
    """On one machine an earlier run lends its deliveries; here they must be in the source."""
    there = {each.key for each in (*source.deliveries, *source.unread, *source.future)}
    lacking = sorted(before.delivered - {_named(key) for key in there})
    if lacking:
        listed = "、".join(lacking)
        raise FangpinError.because(
            f"上一次比对用到的这些数据不在本次数据里：{listed}",
            f"deliveries that the previous run read are not in this source: {listed}",
            do_zh="把这些 Parquet 文件一并放进 feeds/ 后重试(不会重复计算，过期的按过期处理)",
            do_en="put these Parquet files into feeds/ as well (what is too old counts as late)",
        )


def _added(reports: list[PartReport]) -> list[tuple[str, str, str, int]]:
    """Cells of households and persons that cannot be used, over all parts."""
    cells: Counter[tuple[str, str, str]] = Counter()
    for report in reports:
        for table, column, reason, count in report.unusable:
            if table != "places":
                cells[table, column, reason] += count
    return [(*key, count) for key, count in cells.items()]


def _counts(answers: list[Answer]) -> pl.DataFrame:
    counts = sum((each.counts for each in answers), Counter())
    rows = [(*key, count) for key, count in sorted(counts.items())]
    schema = {"rule": pl.String, "kind": pl.String, "state": pl.String, "findings": pl.UInt32}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _undecided(answers: list[Answer]) -> Undecided:
    total: Undecided = {}
    for each in answers:
        for key, subjects in each.undecided.items():
            total[key] = total.get(key, 0) + subjects
    return total
