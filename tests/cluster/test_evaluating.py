"""Parts evaluated as tasks say what the whole says: findings, evidence, sentences, unknowns."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from fangpin.cluster.effort import meter
from fangpin.cluster.evaluating import Answer, Question, evaluate_parts
from fangpin.cluster.files import findings_file
from fangpin.engine.partition import parts, save_parts
from fangpin.engine.snapshot import Snapshot
from fangpin.feeds.intake import take_in
from fangpin.policy import Pack, load_pack
from fangpin.screening import screen
from fangpin.screening.compare import with_states
from fangpin.screening.evaluated import evaluated
from fangpin.screening.kept import Undecided
from fangpin.screening.previous import PreviousRun
from fangpin.screening.run import snapshot_of

AS_OF = date(2021, 5, 31)


@dataclass(frozen=True)
class County:
    """May of the sample county after a run of April; it has gaps, suspects and a previous run."""

    pack: Pack
    snapshot: Snapshot
    april: PreviousRun


@pytest.fixture(scope="module")
def county(delivered: Path, tmp_path_factory: pytest.TempPathFactory) -> County:
    root = tmp_path_factory.mktemp("county")
    pack = load_pack("baiyin-2021")
    april_files, may_files = delivered / "2021-04", delivered / "2021-05"
    screen(april_files, pack=pack, as_of=date(2021, 4, 30), out=root / "run", workbooks=False)
    april = PreviousRun.open(root / "run")
    snapshot = snapshot_of(take_in(may_files, pack, AS_OF, previous=april.deliveries))
    return County(pack, april.completed(snapshot), april)


def on_cluster(
    spark, county: County, snapshot: Snapshot, folder: Path, size: int, previous: Path | None
) -> tuple[pl.DataFrame, list[Answer]]:
    """Findings and answers of a snapshot cut into parts of about `size` persons."""
    cut = list(parts(replace(snapshot, known_hash=snapshot.hash), size))
    save_parts(cut, folder)
    findings = folder / "findings"
    findings.mkdir()
    codes = tuple(each.snapshot.places["code"][0] for each in cut)
    question = Question(county.pack, AS_OF, findings, codes, previous)
    answers = evaluate_parts(spark, folder / "parts", len(cut), question, meter(spark))
    files = [findings_file(findings, each.part) for each in answers]
    assert sorted(findings.iterdir()) == files
    return pl.concat([pl.read_parquet(file) for file in files]), answers


def on_one_machine(
    county: County, snapshot: Snapshot, before: pl.DataFrame | None
) -> tuple[pl.DataFrame, Undecided]:
    found = evaluated(county.pack, snapshot, AS_OF, before)
    return with_states(found.findings, before), found.undecided


def undecided_in(answers: list[Answer]) -> Undecided:
    return dict(sum((Counter(each.undecided) for each in answers), Counter()))


@pytest.mark.parametrize("size", [1, 10_000])
def test_findings_are_those_of_the_whole(spark, county: County, tmp_path: Path, size: int):
    before = county.april.findings
    expected, unknown = on_one_machine(county, county.snapshot, before)
    got, answers = on_cluster(
        spark, county, county.snapshot, tmp_path, size, county.april.folder / "findings.parquet"
    )
    assert set(expected["state"]) == {"new", "continuing", "cleared", "unknown"}
    assert county.snapshot.suspects.height
    assert county.snapshot.coverage.height
    assert got.equals(expected)
    assert undecided_in(answers) == unknown
    counts = sum((each.counts for each in answers), Counter())
    listed = expected.group_by("rule", "kind", "state").len().rows()
    assert counts == Counter({(rule, kind, state): n for rule, kind, state, n in listed})


def test_a_gap_in_one_village_is_known_in_all_parts(spark, county: County, tmp_path: Path):
    """A newer month that is missing in one village makes last month's delivery the older one
    everywhere."""
    kept = {key: frame for key, frame in county.snapshot.feeds.items() if key[1] < date(2021, 5, 1)}
    assert kept
    contract = next(iter(kept))[0]
    gap = county.snapshot.coverage.head(0).vstack(
        pl.DataFrame(
            [(contract, date(2021, 5, 1), 0, "missing", "缺", "missing")],
            schema=county.snapshot.coverage.schema,
            orient="row",
        )
    )
    snapshot = replace(
        county.snapshot, feeds=kept, coverage=gap, known_hash=None, known_deliveries=None
    )
    expected, unknown = on_one_machine(county, snapshot, None)
    got, answers = on_cluster(spark, county, snapshot, tmp_path, 100, None)
    assert got.equals(expected)
    assert undecided_in(answers) == unknown


def test_findings_about_villages_that_are_gone_stay_open(spark, county: County, tmp_path: Path):
    """An earlier finding in a village that the register no longer has is neither lost nor told
    twice, wherever its code would stand."""
    codes = county.snapshot.places["code"].to_list()
    for moved in ("000000000000", codes[3] + "5", "999999999999"):
        before = county.april.findings.with_columns(
            pl.when(pl.col("village_code") == codes[4])
            .then(pl.lit(moved))
            .otherwise(pl.col("village_code"))
            .alias("village_code")
        ).sort("village_code", maintain_order=True)
        folder = tmp_path / moved
        folder.mkdir()
        before.write_parquet(folder / "before.parquet")
        expected, _ = on_one_machine(county, county.snapshot, before)
        got, _ = on_cluster(spark, county, county.snapshot, folder, 100, folder / "before.parquet")
        assert moved in set(expected["village_code"])
        assert got.equals(expected)
