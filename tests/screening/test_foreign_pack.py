"""The engine is a library: a pack that is not ours, contracts that are not ours, ten lines."""

from datetime import date
from pathlib import Path

import pytest
from tests.screening.lakefolder import PACK, write_folder

from fangpin.kernel.errors import FangpinError
from fangpin.policy import load_pack
from fangpin.screening import screen

AS_OF = date(2030, 6, 30)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "in")


def test_from_files_to_findings(folder: Path, tmp_path: Path):
    screened = screen(folder, pack=load_pack(PACK), as_of=AS_OF, out=tmp_path / "run")
    found = screened.findings.filter(state="new")
    assert found["household_number"].to_list() == ["H0"]  # H1's boat is wrecked: exempt
    sentence = found["sentence_zh"][0]
    assert "60.00 元" in sentence
    assert "100 元" in sentence
    entry = next(each for each in found["evidence"][0] if each["fact"] == "catch_total")
    assert (entry["file"], entry["sheet"], entry["row"]) == ("丙.csv", "", 2)
    first = screened.snapshot.households.row(0, named=True)
    assert screened.snapshot.files[first["_file"]] == "甲.csv"
    assert first["_row"] == 2


def test_same_inputs_same_bytes(folder: Path, tmp_path: Path):
    for name in ("one", "two"):
        screen(folder, pack=load_pack(PACK), as_of=AS_OF, out=tmp_path / name)
    for file in ("findings.parquet", "rows.parquet", "run.json", "deliveries.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_a_run_is_not_written_over(folder: Path, tmp_path: Path):
    screen(folder, pack=load_pack(PACK), as_of=AS_OF, out=tmp_path / "run")
    with pytest.raises(FangpinError, match="已存在"):
        screen(folder, pack=load_pack(PACK), as_of=AS_OF, out=tmp_path / "run")


def test_an_interrupted_run_leaves_nothing(folder: Path, tmp_path: Path):
    def interrupt(step: str, done: int, total: int) -> None:
        if step == "rules":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        screen(folder, pack=load_pack(PACK), as_of=AS_OF, out=tmp_path / "run", progress=interrupt)
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_a_parameter_without_a_value_is_named(folder: Path, tmp_path: Path):
    with pytest.raises(FangpinError, match="poor_catch"):
        screen(folder, pack=load_pack(PACK), as_of=date(2029, 1, 1), out=tmp_path / "run")


class TestNextMonth:
    """July against June: continuing, cleared, unknown."""

    JULY = date(2030, 7, 31)

    def screen_both(self, folder: Path, tmp_path: Path):
        june = screen(folder, pack=load_pack(PACK), as_of=AS_OF, out=tmp_path / "june")
        return june, lambda: screen(
            folder,
            pack=load_pack(PACK),
            as_of=self.JULY,
            out=tmp_path / "july",
            previous=tmp_path / "june",
        )

    def rewrite(self, folder: Path, worth: str) -> None:
        path = folder / "丙.csv"
        text = path.read_bytes().decode("gb18030").replace("2030年6月9日", "2030年7月9日")
        lines = text.splitlines()
        lines[1:3] = [line.replace(",30,", f",{worth},") for line in lines[1:3]]
        path.write_bytes("\r\n".join(lines).encode("gb18030"))

    def state_of(self, screened, household: str) -> list[str]:
        own = screened.findings.filter(household_number=household, rule="poor_catch")
        return own["state"].to_list()

    def test_continuing(self, folder, tmp_path):
        _, july = self.screen_both(folder, tmp_path)
        self.rewrite(folder, "31")
        assert self.state_of(july(), "H0") == ["continuing"]

    def test_cleared_on_fresh_complete_data(self, folder, tmp_path):
        _, july = self.screen_both(folder, tmp_path)
        self.rewrite(folder, "300")
        screened = july()
        assert self.state_of(screened, "H0") == ["cleared"]
        cleared = screened.findings.filter(state="cleared")
        assert cleared["sentence_zh"][0].startswith("已清除")

    def test_a_missing_delivery_clears_nothing(self, folder, tmp_path):
        _, july = self.screen_both(folder, tmp_path)
        (folder / "丙.csv").unlink()
        assert self.state_of(july(), "H0") == ["unknown"]

    def test_a_subject_that_left_the_register_is_unknown(self, folder, tmp_path):
        _, july = self.screen_both(folder, tmp_path)
        self.rewrite(folder, "300")
        for name in ("甲.csv", "乙.csv"):
            path = folder / name
            lines = path.read_bytes().decode("gb18030").splitlines()
            kept = [line for line in lines if not line.startswith("H0,")]
            path.write_bytes("\r\n".join(kept).encode("gb18030"))
        assert self.state_of(july(), "H0") == ["unknown"]
