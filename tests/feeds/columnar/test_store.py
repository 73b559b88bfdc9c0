"""What is kept for the next screening changes nothing but the time it takes."""

import os
import shutil
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.feeds.columnar.lakesource import AS_OF, NUMBERS, catches, landed, pack, write_source

from fangpin.feeds.columnar import intake as intake_module
from fangpin.feeds.columnar import register, take_in_columns
from fangpin.feeds.columnar import store as store_module
from fangpin.feeds.columnar.store import Secret, Store
from fangpin.feeds.intake import Intake
from fangpin.kernel.hashing import file_hash
from fangpin.kernel.identity import check_digit
from fangpin.screening.run import screen

PACK = pack()
JULY = date(2030, 7, 31)


def same(one: Intake, other: Intake) -> bool:
    frames = ("places", "households", "persons", "coverage", "suspects", "rows")
    return (
        all(getattr(one, name).equals(getattr(other, name)) for name in frames)
        and one.feeds.keys() == other.feeds.keys()
        and all(one.feeds[key].frame.equals(other.feeds[key].frame) for key in one.feeds)
        and [each.as_json() for each in one.deliveries]
        == [each.as_json() for each in other.deliveries]
        and one.content_hash == other.content_hash
    )


def mixed() -> pl.DataFrame:
    rows = [landed(number, at * 100, f"S{at}") for at, number in enumerate(NUMBERS)]
    return catches([*rows, landed(NUMBERS[0][:17], 5), rows[2], landed(f" {NUMBERS[1]}", 7)])


def test_with_and_without_a_store(tmp_path: Path) -> None:
    folder = write_source(tmp_path / "in", mixed())
    plain = take_in_columns(folder, PACK, AS_OF)
    first = take_in_columns(folder, PACK, AS_OF, store=tmp_path / "store")
    again = take_in_columns(folder, PACK, AS_OF, store=tmp_path / "store")
    later = take_in_columns(folder, PACK, JULY, store=tmp_path / "store")
    assert same(plain, first)
    assert same(plain, again)
    assert same(later, take_in_columns(folder, PACK, JULY))
    assert len(plain.rows) == 2


def test_only_what_changed_is_linked_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = write_source(tmp_path / "one", mixed())
    take_in_columns(one, PACK, AS_OF, store=tmp_path / "store")
    linked = []
    link = intake_module.link_delivery

    def told(file, *rest):  # type: ignore[no-untyped-def]
        linked.append(file.contract.name)
        return link(file, *rest)

    monkeypatch.setattr(intake_module, "link_delivery", told)
    monkeypatch.setattr(register, "identity_keys", None)  # no number is judged again
    other = write_source(tmp_path / "two", catches([landed(NUMBERS[5], 1)]))
    found = take_in_columns(other, PACK, AS_OF, store=tmp_path / "store")
    assert linked == ["catches"]
    monkeypatch.undo()
    assert same(found, take_in_columns(other, PACK, AS_OF))


def test_a_store_may_be_damaged_or_deleted(tmp_path: Path) -> None:
    folder = write_source(tmp_path / "in", mixed())
    store = tmp_path / "store"
    plain = take_in_columns(folder, PACK, AS_OF, store=store)
    for piece in store.iterdir():
        if piece.is_dir():
            (piece / "noted.json").unlink()  # as if it had never been finished
    assert same(plain, take_in_columns(folder, PACK, AS_OF, store=store))
    shutil.rmtree(store)
    assert same(plain, take_in_columns(folder, PACK, AS_OF, store=store))


def test_a_number_of_somebody_not_yet_born_is_judged_every_time(tmp_path: Path) -> None:
    body = "990101203007150" + "01"
    folder = write_source(tmp_path / "in", catches([landed(body + check_digit(body), 5)]))
    store = tmp_path / "store"
    before = take_in_columns(folder, PACK, AS_OF, store=store)
    after = take_in_columns(folder, PACK, JULY, store=store)
    back = take_in_columns(folder, PACK, AS_OF, store=store)
    assert [each.rows.height for each in (before, after, back)] == [1, 0, 1]


def test_the_store_is_for_its_owner_and_has_no_numbers(tmp_path: Path) -> None:
    folder = write_source(tmp_path / "in")
    store = tmp_path / "store"
    screen(folder, pack=PACK, as_of=AS_OF, out=tmp_path / "run", store=store)
    assert store.stat().st_mode & 0o077 == 0
    keys = [int(number[:17]) * 16 + int(number[17].replace("X", "10")) for number in NUMBERS]
    for path in store.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path
        if path.is_file():
            content = path.read_bytes()
            assert not any(number.encode() in content for number in NUMBERS)
            assert not any(key.to_bytes(8, "little") in content for key in keys)


def test_runs_share_the_tables_of_the_store(tmp_path: Path) -> None:
    folder = write_source(tmp_path / "in")
    out, store = tmp_path / "run", tmp_path / "store"
    found = screen(folder, pack=PACK, as_of=AS_OF, out=out, store=store)
    assert (out / "snapshot/persons.arrow").stat().st_nlink == 2
    assert (out / "snapshot/feeds/catches@2030-06.arrow").stat().st_nlink == 2
    shutil.rmtree(store)
    plain = screen(folder, pack=PACK, as_of=AS_OF, out=tmp_path / "plain")
    assert found.findings.equals(plain.findings)
    for path in (tmp_path / "plain/snapshot").rglob("*.arrow"):
        twin = out / path.relative_to(tmp_path / "plain")
        assert pl.read_ipc(path).equals(pl.read_ipc(twin)), path


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.integers(0, 2**62 - 1), unique=True, max_size=50),
    st.integers(0, 2**61), st.integers(0, 2**61),
)  # fmt: skip
def test_pseudonyms_are_one_to_one(keys: list[int], one: int, other: int) -> None:
    secret = Secret(one * 2 + 1, other * 2 + 1)
    found = secret.pseudonyms(np.array([*keys, -1], dtype=np.int64)).tolist()
    assert found[-1] == -1
    assert len(set(found[:-1])) == len(keys)
    assert all(0 <= each < 2**62 for each in found[:-1])


def test_the_secret_of_a_store_is_drawn_once(tmp_path: Path) -> None:
    assert Store(tmp_path / "a").secret() == Store(tmp_path / "a").secret()
    assert Store(tmp_path / "a").secret() != Store(tmp_path / "b").secret()


def test_a_file_is_hashed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    store = Store(tmp_path / "store")

    def written(content: str, second: int) -> str:
        path.write_text(content)
        os.utime(path, (second, second))
        return store.file_hash(path)

    assert written("one", 1_000) == file_hash(path)
    monkeypatch.setattr(store_module, "file_hash", None)
    assert store.file_hash(path) == file_hash(path)
    monkeypatch.undo()
    assert written("two", 2_000) == file_hash(path)
    assert written("longer", 2_000) == file_hash(path)


def test_a_file_just_written_is_hashed_again(tmp_path: Path) -> None:
    path = tmp_path / "file"
    store = Store(tmp_path / "store")
    for content in ("one", "two"):  # may well get the same time
        path.write_text(content)
        assert store.file_hash(path) == file_hash(path)
    assert not list((tmp_path / "store").glob("file-*"))
