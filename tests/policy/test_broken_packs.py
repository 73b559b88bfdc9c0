"""Every authoring mistake is told with file, line, what is wrong and what to write instead."""

from pathlib import Path

import pytest
from tests.policy.broken_packs import BROKEN, HERE, problems_of, told


@pytest.mark.parametrize("mistake", BROKEN)
def test_the_mistake_is_told(mistake: str, tmp_path: Path) -> None:
    problems = problems_of(mistake, tmp_path)
    expected = (HERE / "broken" / mistake / "expected.txt").read_text(encoding="utf-8")
    assert told(problems, tmp_path) == expected
    assert any(problem.severity == "error" for problem in problems)
    written = {path.name for path in (HERE / "broken" / mistake).rglob("*.y*ml")}
    assert {Path(each.where.file or "").name for each in problems} <= written


def test_there_is_a_fixture_for_more_than_a_hundred_mistakes() -> None:
    assert len(BROKEN) >= 100


def test_all_mistakes_of_a_pack_are_told_at_once(tmp_path: Path) -> None:
    """Three broken files in one folder: the problems of all three."""
    import shutil

    chosen = ("bad-date", "unit-unknown", "rule-unknown-fact")
    problems_of(chosen[0], tmp_path)
    for mistake in chosen[1:]:
        shutil.copytree(
            HERE / "broken" / mistake,
            tmp_path / chosen[0],
            dirs_exist_ok=True,
            ignore=shutil.ignore_patterns("expected.txt"),
        )
    from fangpin.policy import check_pack

    files = {Path(each.where.file or "").name for each in check_pack(tmp_path / chosen[0])[1]}
    assert files == {"duties.yaml", "parameters.yaml", "new.yaml"}
