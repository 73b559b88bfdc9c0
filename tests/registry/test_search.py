"""One box finds people by whatever is known of them, within what the reader may see."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.cast import County, county_with_cast
from tests.registry.people_to_find import PERSONS, enter

from fangpin.foundation import keys
from fangpin.foundation.keys import Algorithm
from fangpin.people.models import User
from fangpin.registry.models import Membership
from fangpin.registry.search import Found, search
from fangpin.registry.search_terms import Kind, read_terms


@pytest.fixture(scope="module")
def loaded(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[County]:
    """The county and its people, once beneath the transactions of all tests here."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = county_with_cast(tmp_path_factory.mktemp("county") / "run")
        enter()
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def county(loaded: County, db: None) -> County:
    return loaded


def names(found: Found) -> list[str]:
    return [hit.name for hit in found.hits]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("张三", ["张三", "张三丰"]),
        ("張三", ["张三", "张三丰"]),  # traditional form
        (" 张 三 丰 ", ["张三丰"]),
        ("志国", ["单志国"]),
        ("建国", ["欧阳建国"]),
        ("欧阳建", ["欧阳建国"]),
        ("欧阳", ["欧阳建国"]),  # a surname alone: read, not hashed
        ("张", ["张三", "张晓英", "张三丰"]),  # heads first
        ("晓", ["张晓英"]),
        ("英", ["张晓英"]),  # a common character: read, not hashed
        ("丰", ["张三丰"]),
        ("㛃", ["𬱖㛃"]),
        ("𬱖㛃", ["𬱖㛃"]),
        ("𬱖", ["𬱖㛃"]),
        ("买买提", ["阿依古丽·买买提"]),
        ("阿依古丽买买提", ["阿依古丽·买买提"]),
        ("garcia", ["MARIA GARCIA"]),
        ("zs", ["张三", "张三丰"]),
        ("ZSF", ["张三丰"]),
        ("szg", ["单志国"]),  # 单 is shan as a surname
        ("zg", ["单志国"]),
        ("zhang san", ["张三"]),
        ("shanzhiguo", ["单志国"]),
        ("oyjg", ["欧阳建国"]),
        ("zhang", ["张三", "张晓英", "张三丰"]),
        ("620402198001010019", ["张三"]),
        ("62040219700101001x", ["单志国"]),
        ("0019", ["张三"]),
        ("001X", ["单志国"]),
        ("13900000001", ["张三", "张晓英"]),
        ("139-0000-0002", ["单志国"]),
        ("880302", ["𬱖㛃"]),
        ("红星村张三", ["张三", "张三丰"]),
        ("红星村 张", ["张三", "张三丰"]),
        ("张 红岩", ["张晓英"]),
        ("红星 zs", ["张三", "张三丰"]),
        ("王五", []),
        ("红岩村张三", []),
        ("620402198001010027", []),
        ("", []),
        ("*", []),
        ("%", []),
    ],
)
def test_people_are_found(county: County, typed: str, expected: list[str]) -> None:
    found = search(county.users["county"], typed)
    assert [name.upper() for name in names(found)] == expected
    assert not found.more
    assert not found.partly


def test_nobody_is_found_beyond_the_readers_area(county: County) -> None:
    for reader, inside in [
        ("township", "620402101"),
        ("other_township", "620402102"),
        ("village", "620402101201"),
    ]:
        for typed in ("张", "张三", "zs", "880", "13900000001", "0019", "zhang", "红岩村 张", "英"):
            for hit in search(county.users[reader], typed).hits:
                assert hit.village_code.startswith(inside), (reader, typed)
        assert all(
            bool(search(county.users[reader], number).hits) == village.startswith(inside)
            for village, _, _, _, number, _ in PERSONS
            if number
        )


def test_who_is_not_shown_names_finds_nobody_by_name_or_number(county: County) -> None:
    for typed in ("张三", "zs", "0019", "620402198001010019"):
        assert not search(county.users["leader"], typed).hits
        assert not search(county.users["auditor"], typed).hits
        assert not search(county.users["no_post"], typed).hits
    by_number = search(county.users["leader"], "8801")
    assert len(by_number.hits) == 2  # the household may be looked at, its people are not named
    assert {(hit.name, hit.identity) for hit in by_number.hits} == {("", "")}


def test_identity_numbers_are_masked(county: County) -> None:
    assert search(county.users["county"], "张三丰").hits[0].identity == "620402************"


def test_whoever_has_left_is_found_and_marked(county: County) -> None:
    Membership.objects.filter(person__number="880201").update(ended_on=date(2024, 1, 1))
    (hit,) = search(county.users["village"], "单志国").hits
    assert hit.left


def test_a_change_of_keys_loses_nobody(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    before = keys.ring()
    added = keys.Ring(
        (*before.data, keys.new_key(before.closing.version + 1, Algorithm.sm4)),
        (*before.index, keys.new_key(before.indexing.version + 1, Algorithm.aes)),
    )
    monkeypatch.setenv("FANGPIN_KEYS", keys.written(added))
    for typed in ("张三", "zs", "0019", "620402198001010019", "13900000002"):
        assert search(county.users["county"], typed).hits, typed


@pytest.mark.parametrize("typed", ["张三", "张", "zs", "0019", "880", "红星村 张三"])
def test_the_number_of_queries_is_fixed(county: County, typed: str) -> None:
    reader = User.objects.get(username="county")
    with CaptureQueriesContext(connection) as few:
        search(reader, typed)
    assert len(few) <= 8


def test_at_most_twenty_are_shown(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fangpin.registry.search.SHOWN", 1)
    for typed in ("张三", "张", "zs"):
        found = search(county.users["county"], typed)
        assert (len(found.hits), found.more) == (1, True)


def test_where_not_every_name_is_looked_at_it_is_said(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fangpin.registry.search._ROUNDS", (1, 1))
    found = search(county.users["county"], "英")
    assert found.partly


@pytest.mark.parametrize(
    ("typed", "kinds"),
    [
        ("620402198001010019", [Kind.identity, Kind.number]),
        ("0019", [Kind.last_four, Kind.number]),
        ("001x", [Kind.last_four]),
        ("13900000001", [Kind.phone, Kind.number]),
        ("12345", [Kind.number]),
        ("红星村张三", [Kind.name, Kind.name]),
        ("张三", [Kind.name]),
        ("zs", [Kind.letters]),
        ("…", []),
        ("x" * 500, [Kind.letters]),
    ],
)
def test_texts_are_understood(typed: str, kinds: list[Kind]) -> None:
    assert [terms.kind for terms in read_terms(typed)] == kinds
