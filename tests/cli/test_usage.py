"""A wrongly written command gets a sentence in both languages, and exit code 2."""

import pytest
from click.testing import CliRunner

from fangpin.cli.main import main


@pytest.mark.parametrize(
    ("args", "zh", "en"),
    [
        (
            ["screen", "x", "--pack", "p", "--out", "y"],
            "缺少选项 --as-of，格式 2021-05-31",
            "the option --as-of is missing, written 2021-05-31",
        ),
        (["screen", "--pack", "p"], "缺少参数 DIRECTORY", "the argument DIRECTORY is missing"),
        (["screen", "--bogus"], "没有选项 --bogus", "no such option '--bogus'"),
        (["screen", "x", "--pack"], "选项 --pack 写法不对", "requires an argument"),
        (
            ["screen", "x", "--pack", "p", "--as-of", "May", "--out", "y"],
            "选项 --as-of 的值不对",
            "does not match the format",
        ),
    ],
)
def test_it_is_said_in_both_languages(args: list[str], zh: str, en: str) -> None:
    result = CliRunner().invoke(main, args)
    assert result.exit_code == 2
    assert zh in result.stderr
    assert en in result.stderr
    assert "fangpin" in result.stderr or "main" in result.stderr
    assert "--help" in result.stderr


def test_help_and_version_end_well() -> None:
    assert CliRunner().invoke(main, ["--help"]).exit_code == 0
    assert CliRunner().invoke(main, ["screen", "--help"]).exit_code == 0
    assert CliRunner().invoke(main, ["--version"]).exit_code == 0
    assert CliRunner().invoke(main, []).exit_code == 2
