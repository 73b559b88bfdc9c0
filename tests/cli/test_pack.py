"""`fangpin pack …`: output, languages, exit codes."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fangpin.cli.main import COMMANDS, main
from fangpin.policy.loading import known_packs

PACKS = Path(__file__).parents[1] / "policy" / "packs"
BASE, REVISED = str(PACKS / "lakeside-2020"), str(PACKS / "lakeside-2021")


def run(*args: str) -> Result:
    return CliRunner().invoke(main, list(args))


def test_list_names_every_shipped_pack() -> None:
    result = run("pack", "list")
    assert result.exit_code == 0
    listed = [line.split()[0] for line in result.stdout.splitlines()]
    assert listed == list(known_packs())
    assert "baiyin-2021 ← cn-base" in result.stdout
    rows = json.loads(run("pack", "list", "--json").stdout)
    assert {row["pack"] for row in rows} == set(known_packs())
    assert all(len(row["hash"]) == 64 for row in rows)


def test_show_in_english_holds_no_chinese_labels() -> None:
    result = run("pack", "show", REVISED, "--lang", "en")
    assert result.exit_code == 0
    assert result.stdout.startswith("Lakeside county plan as revised in 2021\n")
    assert "2021-01-01: 1,100 yuan/month  (sourced, r1)" in result.stdout
    assert "low_catch" not in result.stdout
    assert "low_catch" in run("pack", "show", REVISED, "--lang", "en", "--all").stdout


def test_show_in_chinese() -> None:
    result = run("pack", "show", "baiyin-2021")
    assert result.exit_code == 0
    assert "白银区" in result.stdout
    assert "机制 (34)" in result.stdout


def test_check_without_name_checks_all_shipped_packs() -> None:
    result = run("pack", "check", "--lang", "en")
    assert result.exit_code == 0, result.output
    assert [line.split(":")[0] for line in result.stdout.splitlines()] == list(known_packs())
    assert all(": sound (" in line for line in result.stdout.splitlines())


def test_check_tells_every_problem_and_fails(tmp_path: Path) -> None:
    folder = tmp_path / "lakeside-2020"
    shutil.copytree(BASE, folder)
    for file, old, new in (
        ("duties.yaml", "by_day: 10", "by_day: 40"),
        ("rules/catch.yaml", "elderly_crew >= 2人", "elderly_crew >= 2户"),
    ):
        text = (folder / file).read_text(encoding="utf-8")
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    result = run("pack", "check", str(folder), "--lang", "en")
    assert result.exit_code == 1
    assert "duties.yaml › line 6: error: by_day must be a whole number from 1 to 31, got 40" in (
        result.stderr
    )
    assert "different units: 人 and 户" in result.stderr
    assert "2 errors" in result.stdout
    both = run("pack", "check", str(folder))
    assert "第 6 行" in both.stderr
    assert "line 6" in both.stderr


def test_diff_as_text_and_json() -> None:
    result = run("pack", "diff", BASE, REVISED, "--lang", "en")
    assert result.exit_code == 0
    assert "raised share of households ashore (ashore)" in result.stdout
    rows = json.loads(run("pack", "diff", BASE, REVISED, "--json").stdout)
    assert len(rows) == 12
    assert run("pack", "diff", BASE, BASE).stdout == "两个政策包含义相同。\n"


def test_coverage_prints_the_138_mechanisms() -> None:
    rows = json.loads(run("pack", "coverage", "--json").stdout)
    assert len(rows) == 138
    assert {row["status"] for row in rows} == {"live", "partly", "recorded"}
    partly = [row for row in rows if row["status"] == "partly"]
    assert all(row["missing"]["zh"] and row["used_in"] and row["tests"] for row in partly)
    lines = run("pack", "coverage", "--lang", "en").stdout.splitlines()
    assert len(lines) == 139 + len(partly)
    assert lines[-1].startswith("138 mechanisms: ")
    assert lines[lines.index(next(line for line in lines if line.startswith("1-03"))) + 1] == (
        "      missing: the retention rate"
    )


def test_coverage_verifies_the_tests_of_live_mechanisms(tmp_path: Path) -> None:
    root = str(Path(__file__).parents[2])
    assert run("pack", "coverage", "--verify", root).exit_code == 0
    live = [row for row in json.loads(run("pack", "coverage", "--json").stdout) if row["tests"]]
    result = run("pack", "coverage", "--verify", str(tmp_path), "--lang", "en")
    assert result.exit_code == (1 if live else 0)
    assert all(test in result.stderr for row in live for test in row["tests"])


def test_schema_writes_the_files(tmp_path: Path) -> None:
    result = run("pack", "schema", "--out", str(tmp_path / "schemas"))
    assert result.exit_code == 0
    assert len(list((tmp_path / "schemas").iterdir())) == 14


@pytest.mark.parametrize("command", [["show"], ["check"], ["diff", "cn-base"]])
def test_an_unknown_pack_gets_a_sentence_with_the_known_ones(command: list[str]) -> None:
    result = run("pack", *command, "baiyin-2012")
    assert result.exit_code == 1
    assert "没有名为 baiyin-2012 的政策包" in result.stderr
    assert "did you mean baiyin-2021?" in result.stderr
    assert "cn-base" in result.stderr
    assert "Traceback" not in result.output


def test_problems_come_in_the_language_asked_for() -> None:
    result = run("pack", "show", "nowhere", "--lang", "en")
    assert "there is no pack called nowhere" in result.stderr
    assert "没有" not in result.stderr


def test_an_unknown_command_gets_a_sentence() -> None:
    result = run("pak")
    assert result.exit_code == 1
    assert "没有命令 pak" in result.stderr
    assert "use one of" in result.stderr


def test_a_folder_that_cannot_be_written_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = run("pack", "schema", "--out", str(tmp_path / "file" / "below"))
    assert result.exit_code == 1
    assert "系统拒绝了操作" in result.stderr
    assert "Traceback" not in result.output


def test_help_names_all_commands_without_importing_them() -> None:
    code = (
        "import sys; from fangpin.cli.main import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "assert 'django' not in sys.modules and 'polars' not in sys.modules, 'imported too much'"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert all(name in done.stdout for name in ("pack", "screen", "explain"))
    assert set(COMMANDS) >= {"pack", "screen", "explain", "feed", "sample", "demo", "serve"}


def test_pack_commands_need_no_django() -> None:
    code = (
        "import sys; from fangpin.cli.main import main\n"
        "try: main(['pack', 'check', 'cn-base'])\n"
        "except SystemExit as done: assert not done.code\n"
        "assert 'django' not in sys.modules and 'polars' not in sys.modules, 'imported too much'"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_procedure_is_printed_as_a_sheet() -> None:
    """Figures of the pack and day asked for; the county's own clause beside its own limit."""
    general = run("pack", "procedure", "cn-base", "cn-monitor", "--as-of", "2022-05-01")
    assert general.exit_code == 0
    assert "3. 入户核查  [A4]" in general.stdout
    assert "   时限：3天内\n" in general.stdout
    assert "   公开：村内公示5天，自动脱敏\n" in general.stdout
    district = run(
        *("pack", "procedure", "baiyin-2021", "cn-monitor"),
        *("--lang", "en", "--as-of", "2022-05-01"),
    )
    assert "   time: within 5 working days  [甘肃“一键报贫”]\n" in district.stdout
    assert "within 15 working days of the beginning of the case" in district.stdout
    before = run("pack", "procedure", "cn-base", "cn-monitor", "--as-of", "2020-01-01")
    assert "总时限：自立案起（发现线索到完成认定的时限，当日尚无规定）内" in before.stdout


def test_a_procedure_that_is_not_there_is_told_with_the_nearest_one() -> None:
    result = run("pack", "procedure", "cn-base", "cn-monitr")
    assert result.exit_code == 1
    assert "did you mean cn-monitor?" in result.stderr


def test_what_falls_due_in_the_coming_days() -> None:
    found = run("pack", "duties", "baiyin-2021", "--as-of", "2021-06-01", "--lang", "en")
    first = next(line for line in found.stdout.splitlines() if "2021-06-20" in line)
    assert "monthly report" in first
    over = run("pack", "duties", "baiyin-2021", "--as-of", "2026-06-01")
    assert over.stdout == "此后 31 天没有到期的任务\n"
