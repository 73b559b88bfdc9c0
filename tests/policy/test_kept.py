"""Packs kept for the next process: the same pack, and nothing that has changed."""

import os
import pickle
import shutil
from pathlib import Path

import pytest

from fangpin.bench import PACK
from fangpin.policy import PackError, load_pack
from fangpin.policy.loading import kept
from fangpin.policy.loading.folders import shipped_folder
from fangpin.policy.loading.kept import load_kept_pack


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What was really loaded."""
    found: list[object] = []

    def load(name_or_folder: str | Path) -> object:
        found.append(name_or_folder)
        return load_pack(name_or_folder)

    monkeypatch.setattr("fangpin.policy.loading.load.load_pack", load)
    return found


def _copied(tmp_path: Path) -> Path:
    """A pack with its base beside it, both our own."""
    for name in ("cn-base", "baiyin-2021"):
        shutil.copytree(shipped_folder() / name, tmp_path / "packs" / name)
    return tmp_path / "packs" / "baiyin-2021"


def test_the_same_pack(tmp_path: Path, loads: list[object]) -> None:
    first = load_kept_pack(PACK, tmp_path / "kept")
    again = load_kept_pack(PACK, tmp_path / "kept")
    assert len(loads) == 1
    assert first == again == load_pack(PACK)
    assert [each.stat().st_mode & 0o777 for each in (tmp_path / "kept").iterdir()] == [0o600]


@pytest.mark.parametrize("changed", ["baiyin-2021/parameters.yaml", "cn-base/codes.yaml"])
def test_a_change_anywhere_in_the_chain(tmp_path: Path, loads: list[object], changed: str) -> None:
    folder = _copied(tmp_path)
    load_kept_pack(folder, tmp_path / "kept")
    load_kept_pack(folder, tmp_path / "kept")
    assert len(loads) == 1
    with (tmp_path / "packs" / changed).open("a", encoding="utf-8") as stream:
        stream.write("\n# one more line\n")
    load_kept_pack(folder, tmp_path / "kept")
    assert len(loads) == 2


def test_a_pack_that_is_not_sound_is_refused_each_time(tmp_path: Path) -> None:
    folder = tmp_path / "bench-2021"
    shutil.copytree(PACK, folder)
    load_kept_pack(folder, tmp_path / "kept")
    with (folder / "facts.yaml").open("a", encoding="utf-8") as stream:
        stream.write("\nnonsense: 1\n")
    for _ in range(2):
        with pytest.raises(PackError):
            load_kept_pack(folder, tmp_path / "kept")


def test_what_others_may_write_is_not_opened(tmp_path: Path, loads: list[object]) -> None:
    load_kept_pack(PACK, tmp_path / "kept")
    (file,) = (tmp_path / "kept").iterdir()
    file.chmod(0o666)
    load_kept_pack(PACK, tmp_path / "kept")
    assert len(loads) == 2
    (file,) = (tmp_path / "kept").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    (tmp_path / "kept").chmod(0o777)
    load_kept_pack(PACK, tmp_path / "kept")
    assert len(loads) == 3


@pytest.mark.parametrize("content", [b"", b"nonsense", pickle.dumps("something else")])
def test_a_damaged_file_only_costs_time(
    tmp_path: Path, loads: list[object], content: bytes
) -> None:
    load_kept_pack(PACK, tmp_path / "kept")
    (file,) = (tmp_path / "kept").iterdir()
    file.write_bytes(content)
    assert load_kept_pack(PACK, tmp_path / "kept").hash == load_pack(PACK).hash
    assert len(loads) == 2


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file, no folder")
    assert load_kept_pack(PACK, tmp_path / "kept").name == "bench-2021"


def test_a_user_without_a_home(monkeypatch: pytest.MonkeyPatch, loads: list[object]) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    assert load_kept_pack(PACK).name == "bench-2021"
    assert len(loads) == 1


def test_few_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_MOST", 2)
    for number in range(3):
        folder = tmp_path / str(number) / "bench-2021"
        shutil.copytree(PACK, folder)
        load_kept_pack(folder, tmp_path / "kept")
        os.utime(next((tmp_path / "kept").iterdir()))
    assert len(list((tmp_path / "kept").iterdir())) == 2
