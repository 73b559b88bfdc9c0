import base64
import json
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fangpin.foundation import keys
from fangpin.foundation.keys import Algorithm
from fangpin.kernel.errors import FangpinError


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FANGPIN_DATA_DIR", str(tmp_path))
    return tmp_path


def test_a_ring_is_made_once_and_closed_to_others(folder: Path) -> None:
    first = keys.ring()
    assert keys.ring() is first
    assert [key.version for key in (*first.data, *first.index)] == [1, 1]
    assert first.closing.secret != first.indexing.secret
    assert stat.S_IMODE((folder / "keys.json").stat().st_mode) == 0o600
    assert not list(folder.glob(".keys-*"))


def test_many_first_users_agree_on_one_ring(folder: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        rings = list(pool.map(lambda _: keys.ring(), range(32)))
    assert len({ring.closing.secret for ring in rings}) == 1


def test_a_written_ring_reads_back(folder: Path) -> None:
    ring = keys.add_keys(Algorithm.sm4, data=True, index=False)
    assert keys.parsed(keys.written(ring), "x") == ring
    assert [(key.version, key.algorithm) for key in ring.data] == [
        (1, Algorithm.aes),
        (2, Algorithm.sm4),
    ]
    assert len(ring.index) == 1


def test_a_change_of_the_file_is_seen_at_once(folder: Path) -> None:
    before = keys.ring()
    keys.add_keys(Algorithm.aes, data=True, index=True)
    assert keys.ring().closing.version == 2
    assert keys.ring().opening(1) == before.closing
    keys.destroy_old_keys(data=True, index=False)
    assert keys.ring().opening(1) is None
    assert [key.version for key in keys.ring().index] == [1, 2]


def test_a_ring_that_others_may_read_is_refused(folder: Path) -> None:
    keys.ring()
    (folder / "keys.json").chmod(0o640)
    (folder / "keys.json").touch()
    with pytest.raises(FangpinError, match="chmod 600"):
        keys.ring()


def test_the_ring_may_come_from_the_environment(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = keys.written(keys.Ring(*[(keys.new_key(3, Algorithm.aes),)] * 2))
    monkeypatch.setenv("FANGPIN_KEYS", given)
    assert keys.ring().closing.version == 3
    assert not (folder / "keys.json").exists()
    with pytest.raises(FangpinError, match="FANGPIN_KEYS_FILE"):
        keys.add_keys(Algorithm.aes, data=True, index=True)
    named = folder / "elsewhere.json"
    monkeypatch.setenv("FANGPIN_KEYS_FILE", str(named))
    with pytest.raises(FangpinError, match="both set"):
        keys.ring()
    monkeypatch.delenv("FANGPIN_KEYS")
    with pytest.raises(FangpinError, match="cannot be used"):  # a named file is never made up
        keys.ring()
    named.write_text(given)
    named.chmod(0o600)
    assert keys.ring().closing.version == 3


@pytest.mark.parametrize("name", ["", "aes", "AES-256-GCM", "des"])
def test_only_the_two_ciphers_are_taken(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANGPIN_CIPHER", name)
    if name:
        with pytest.raises(FangpinError):
            keys.chosen_algorithm()
    else:
        assert keys.chosen_algorithm() is Algorithm.aes


def _damaged() -> dict[str, str]:
    key = {
        "version": 1,
        "algorithm": "aes-256-gcm",
        "made": "2026-01-01T00:00:00+00:00",
        "secret": base64.b64encode(bytes(32)).decode(),
    }
    good: dict[str, object] = {"format": 1, "data": [key], "index": [key]}
    assert keys.parsed(json.dumps(good), "x")
    return {
        "not json": "{",
        "a list": "[]",
        "other format": json.dumps(good | {"format": 2}),
        "unknown part": json.dumps(good | {"more": []}),
        "no keys": json.dumps(good | {"data": []}),
        "short secret": json.dumps(good | {"data": [key | {"secret": "AAAA"}]}),
        "secret not base64": json.dumps(good | {"data": [key | {"secret": "*" * 44}]}),
        "version 0": json.dumps(good | {"data": [key | {"version": 0}]}),
        "version 256": json.dumps(good | {"index": [key | {"version": 256}]}),
        "version true": json.dumps(good | {"index": [key | {"version": True}]}),
        "twice": json.dumps(good | {"data": [key, key]}),
        "unknown column": json.dumps(good | {"data": [key | {"note": ""}]}),
        "other cipher": json.dumps(good | {"data": [key | {"algorithm": "des"}]}),
    }


@pytest.mark.parametrize("damage", _damaged())
def test_a_damaged_ring_is_refused_without_showing_it(damage: str) -> None:
    with pytest.raises(FangpinError) as caught:
        keys.parsed(_damaged()[damage], "keys.json")
    assert "AAAA" not in str(caught.value)
    assert "keys.json" in str(caught.value)


def test_versions_end() -> None:
    assert keys.new_key(255, Algorithm.aes).version == 255
    with pytest.raises(FangpinError):
        keys.new_key(256, Algorithm.aes)


def test_a_key_does_not_print_its_secret() -> None:
    key = keys.new_key(1, Algorithm.aes)
    shown = repr(keys.Ring((key,), (key,)))
    assert repr(key.secret) not in shown
    assert key.secret.hex() not in shown
