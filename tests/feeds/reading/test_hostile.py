"""Files made to do harm: a reason or the right rows, in a child with little memory and time."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.feeds import hostile

MEMORY = 3 * 2**30  # of address space; the libraries alone map about one
SECONDS = 20  # of processor: what a verdict may cost
_CHILD = """
import json, resource, sys
from fangpin.feeds.reading import read_file
from fangpin.feeds.reading import workbook, legacy
from fangpin.kernel.errors import FangpinError
for path in sys.argv[1:]:
    try:
        said = {"rows": [[sheet.rows, len(sheet.columns)] for sheet in read_file(path)]}
    except FangpinError as error:
        (problem,) = error.problems
        said = {"refused": [problem.what.zh, problem.what.en, problem.remedy.zh,
                            problem.remedy.en, problem.where.file]}
    print(json.dumps(said | {"seconds": resource.getrusage(resource.RUSAGE_SELF).ru_utime}))
"""


def _limits() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (3 * SECONDS, 3 * SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # reading writes nothing anywhere


def read_in_child(paths: list[Path]) -> list[dict[str, Any]]:
    """What reading each file came to, one after the other in one process under limits."""
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, *map(str, paths)],
        capture_output=True,
        text=True,
        preexec_fn=_limits,
        env={**os.environ, "POLARS_MAX_THREADS": "2", "OPENBLAS_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Every hostile file, read."""
    folder = tmp_path_factory.mktemp("hostile")
    makers = {name: make for name, (make, _) in hostile.REFUSED.items()} | hostile.READ_OR_REFUSED
    paths = []
    for number, make in enumerate(makers.values()):
        paths.append(folder / f"{number}.xlsx")
        paths[-1].write_bytes(make())
    found = read_in_child(paths)
    return dict(zip(makers, found, strict=True))


@pytest.mark.parametrize("name", hostile.REFUSED)
def test_refused_with_a_reason(answers: dict[str, dict[str, Any]], name: str) -> None:
    answer = answers[name]
    assert "refused" in answer, answer
    zh, en, do_zh, do_en, file = answer["refused"]
    words = hostile.REFUSED[name][1].split("|")
    assert any(word in zh for word in words), zh
    assert en
    assert do_zh
    assert do_en
    assert file.endswith(".xlsx")


@pytest.mark.parametrize("name", hostile.READ_OR_REFUSED)
def test_read_rightly_or_refused(answers: dict[str, dict[str, Any]], name: str) -> None:
    answer = answers[name]
    expected = hostile.ROWS.get(name)
    if expected is None:
        assert "refused" in answer, answer
        assert all(answer["refused"])
    else:
        assert answer.get("rows") == [list(expected)]


def test_each_verdict_comes_in_time(answers: dict[str, dict[str, Any]]) -> None:
    before = 0.0
    for name, answer in answers.items():
        assert answer["seconds"] - before < SECONDS, name
        before = answer["seconds"]


def test_nothing_was_written_anywhere() -> None:
    assert not Path("/tmp/fangpin-was-here").exists()
