"""Children, rounds, the command: real runs on small data."""

import json
import shutil

import pytest
from click.testing import CliRunner

from fangpin.bench import THIS_MONTH
from fangpin.bench.child import Measured, Request
from fangpin.bench.report import as_json, lines
from fangpin.bench.result import Result, differences
from fangpin.bench.running import run_child
from fangpin.bench.side_by_side import Plan, Size, side_by_side
from fangpin.cli.bench import bench
from fangpin.cluster.session import refuse_without_spark
from fangpin.kernel.errors import FangpinError


def test_rounds_are_interleaved_measured_and_compared(tmp_path):
    told: list[str] = []
    plan = Plan((3_000,), ("polars",), runs=2, households_per_village=12)
    size = next(side_by_side(plan, tmp_path, told.append))
    assert size.disagreements == []
    assert size.findings > 50
    runs = [each.partition(", ")[2] for each in told if "run" in each]
    assert runs[:2] == ["ours", "polars"]
    assert runs == runs[: len(runs) // 2] * 2
    for engine in ("ours", "polars"):
        assert len(size.measured[engine]) == 2
        assert all(each.peak_mib > 50 and each.cpu > 0 for each in size.measured[engine])
    assert {"pack", "intake", "rules"} <= set(size.measured["ours"][0].steps)
    assert len({each.digest for each in size.measured["ours"]}) == 1
    told_json = json.loads(json.dumps(as_json([size])))
    assert told_json["agree"]
    assert told_json["sizes"][0]["engines"]["polars"]["times_ours"]["median"] > 0
    assert any("all agree" in line for line in lines([size]))


def request(source, scratch, engine="polars", **more):
    day = THIS_MONTH.isoformat()
    return Request(engine, str(source), day, str(scratch), **more)


def test_a_child_that_outgrows_its_memory_is_ended(generated, tmp_path):
    with pytest.raises(FangpinError, match=r"beyond 0\.02 GiB"):
        run_child(request(generated / "source", tmp_path), memory_gib=0.02)


def test_a_child_that_fails_says_why(generated, tmp_path):
    shutil.copytree(generated / "source", tmp_path / "source")
    (tmp_path / "source" / "register" / "persons.parquet").unlink()
    with pytest.raises(FangpinError, match=r"persons\.parquet"):
        run_child(request(tmp_path / "source", tmp_path))


def test_a_child_keeps_its_result(generated, tmp_path):
    result = tmp_path / "result"
    measured = run_child(request(generated / "source", tmp_path, result=str(result)))
    assert measured.seconds > 0
    assert Result.load(result).findings.height > 50


def of(*seconds: float) -> list[Measured]:
    return [Measured(each, each, 100.0, {"intake": each / 2}) for each in seconds]


def test_ratios_are_those_of_the_same_round():
    size = Size(1_000, {"ours": of(1, 2, 4), "polars": of(2, 2, 6)})
    assert size.seconds("ours") == 2
    assert size.ratios("polars") == (1.0, 1.0, 2.0)


def test_report_tells_growth_and_disagreement():
    small = Size(1_000, {"ours": of(1, 1, 1), "duckdb": of(3, 3, 3)})
    large = Size(10_000, {"ours": of(9, 9, 9), "duckdb": of(36, 36, 36)}, ["findings: only ours …"])
    text = "\n".join(lines([small, large]))
    assert "growth 1,000 → 10,000: ours 9, duckdb 12" in text
    assert "DISAGREE findings: only ours …" in text
    assert "ours takes 0.25 × duckdb" in text
    assert as_json([small, large])["agree"] is False


def test_sizes_below_the_smallest_are_refused():
    result = CliRunner().invoke(bench, ["--persons", "3k"])
    assert isinstance(result.exception, FangpinError)
    assert "5000" in str(result.exception)


@pytest.mark.long
@pytest.mark.parametrize("peer", ["postgres", "spark"])
def test_peers_by_flag_agree_as_well(generated, tmp_path, peer):
    if peer == "spark":
        try:
            refuse_without_spark()
        except FangpinError as error:
            pytest.skip(error.problems[0].what.en)
    for engine in ("ours", peer):
        run_child(
            request(generated / "source", tmp_path, engine, result=str(tmp_path / "of" / engine))
        )
    ours, theirs = (Result.load(tmp_path / "of" / engine) for engine in ("ours", peer))
    assert differences(ours, theirs, ("ours", peer)) == []
