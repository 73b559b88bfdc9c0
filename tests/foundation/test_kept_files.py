from pathlib import Path

import pytest

from fangpin.foundation import keys
from fangpin.foundation.cipher import SealBroken
from fangpin.foundation.kept_files import drop, keep, opened
from fangpin.foundation.keys import Algorithm

CONTENT = "赵测甲家的照片".encode() * 1000


@pytest.fixture(params=list(Algorithm))
def algorithm(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Algorithm:
    ring = keys.Ring(
        data=(keys.new_key(1, request.param),), index=(keys.new_key(1, request.param),)
    )
    monkeypatch.setattr(keys, "ring", lambda: ring)
    return request.param  # type: ignore[no-any-return]


def test_what_is_kept_opens_again_and_says_nothing(algorithm: Algorithm, tmp_path: Path) -> None:
    kept = keep(CONTENT, tmp_path)
    assert opened(tmp_path, kept.name, kept.key) == CONTENT
    (file,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert file.stat().st_mode & 0o777 == 0o600
    assert "赵测甲".encode() not in file.read_bytes()
    drop(tmp_path, kept.name)
    drop(tmp_path, kept.name)
    with pytest.raises(FileNotFoundError):
        opened(tmp_path, kept.name, kept.key)


def test_a_changed_or_exchanged_file_does_not_open(algorithm: Algorithm, tmp_path: Path) -> None:
    one, other = keep(CONTENT, tmp_path), keep(CONTENT, tmp_path)
    path = tmp_path / one.name[:2] / one.name
    whole = path.read_bytes()
    for at in (0, 5, 20, len(whole) - 1):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(SealBroken):
            opened(tmp_path, one.name, one.key)
    path.write_bytes(whole[:-40])
    with pytest.raises(SealBroken):
        opened(tmp_path, one.name, one.key)
    path.write_bytes((tmp_path / other.name[:2] / other.name).read_bytes())
    for key in (one.key, other.key):
        with pytest.raises(SealBroken):
            opened(tmp_path, one.name, key)


@pytest.mark.parametrize("name", ["", "../keys.json", "a" * 31, "A" * 32, "ab/" + "c" * 29])
def test_a_name_leads_nowhere_else(name: str, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        opened(tmp_path, name, "AAAA")
