"""`fangpin sample`: files and answer sheet; refusals are sentences and leave nothing."""

from pathlib import Path

from click.testing import CliRunner

from fangpin.cli.main import main


def run(*args: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["sample", *args])
    return result.exit_code, result.output


def test_files_and_answers(tmp_path: Path) -> None:
    code, said = run(
        str(tmp_path / "county"), "--households", "60", "--seed", "3", "--month", "2021-06",
        "--truth", str(tmp_path / "truth"),
    )  # fmt: skip
    assert code == 0, said
    assert "60 households" in said
    assert len(list((tmp_path / "county").iterdir())) == 26
    assert {path.name for path in (tmp_path / "truth").iterdir()} == {"planted.csv", "defects.csv"}
    assert (tmp_path / "county" / "劳务输转务工监测202105.csv").exists()


def test_truth_may_lie_inside_the_folder(tmp_path: Path) -> None:
    for _ in range(2):  # the second time the folder holds files
        code, said = run(
            str(tmp_path / "c"), "--households", "50", "--truth", str(tmp_path / "c/t")
        )
    assert code == 1
    assert "不是空文件夹" in said
    assert "choose another folder" in said


def test_sizes_outside_the_limits(tmp_path: Path) -> None:
    code, said = run(str(tmp_path / "county"), "--households", "7")
    assert code == 1
    assert "between 50 and 1,000,000" in said
    assert not (tmp_path / "county").exists()


def test_months_that_are_none(tmp_path: Path) -> None:
    code, said = run(str(tmp_path / "county"), "--month", "2021-13")
    assert code == 2
    assert "2021-13" in said
