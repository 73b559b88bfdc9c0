from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangpin.foundation import cipher, keys
from fangpin.kernel.names import COMPOUND_SURNAMES, surname
from fangpin.registry.search_tokens import (
    COLUMN,
    COMMON,
    folded,
    is_han,
    name_tokens,
    name_tokens_many,
    parts_of_many,
)
from fangpin.sample.names import personal_names

HAN = "张王李欧阳诸葛单曾志国英华𬱖㛃䶮鹏晓"


def parts(name: str) -> set[str]:
    return set(parts_of_many([name])[0])


def test_pairs_and_whole_sound() -> None:
    assert parts("张三") == {"2张三", "pzhangsan"}
    assert parts("张翀宇") == {"2张翀", "2翀宇", "1翀", "pzhangchongyu"}


def test_surnames_sound_as_surnames() -> None:
    assert "pshanzhiguo" in parts("单志国")
    assert "pzengguoqiang" in parts("曾国强")


def test_writing_variants_give_the_same_parts() -> None:
    assert parts("張 三") == parts("张三(户主)") == parts("张三")
    assert parts("阿依古丽•买买提") == parts("阿依古丽买买提")


def test_foreign_names_are_found_by_the_beginning_of_each_word() -> None:
    assert {"wmar", "wmaria", "wgarcia"} <= parts("Maria García") | parts("Maria Garcia")
    assert "wli" in parts("Li An")


@given(st.text(HAN, min_size=1, max_size=6))
def test_the_surname_alone_is_never_hashed(name: str) -> None:
    family = surname(name)
    own = parts(name)
    rare = {f"1{character}" for character in "𬱖㛃䶮"}
    assert f"1{family}" not in own - rare or family in name[len(family) :]
    if family in COMPOUND_SURNAMES:
        rest = name[len(family) :]
        assert f"2{family}" not in own or family in rest or name[1:3] == family
    assert not {part for part in own if part[0] == "1" and part[1:] in COMMON}
    # Initials are shared by so many that they would be known by how often they occur.
    assert {part[0] for part in own} <= set("12pw")


@given(st.lists(st.none() | st.text(max_size=12), max_size=8))
def test_any_text_is_taken(names: list[str | None]) -> None:
    found = name_tokens_many(names)
    assert found == [name_tokens(name) for name in names]
    for name, tokens in zip(names, found, strict=True):
        assert name is not None or tokens == []
        assert len(tokens) == len(set(tokens))


def test_tokens_carry_the_version_of_their_key() -> None:
    tokens = name_tokens("张三")
    assert {token >> 56 for token in tokens} == {keys.ring().indexing.version}
    assert cipher.tokens(["2张三"], column=COLUMN)[0] in tokens


def test_private_use_characters_count_as_chinese() -> None:
    assert is_han("张\ue863")
    assert not is_han("张A")
    assert not is_han("")
    assert folded("張三 ") == "张三"


@pytest.mark.parametrize("kind", "12p")
def test_counting_equal_hashes_tells_hardly_anybodys_name(kind: str) -> None:
    """Whoever stole the hashes and knows how frequent parts of names are in public matches them by
    rank. That must be right for one more in a hundred at most than naming the commonest always
    (and the single characters are few: of all characters, less than one in a hundred)."""
    stolen, public = (_population(seed) for seed in (1, 2))
    hashed, known = Counter(_of_kind(kind, stolen)), Counter(_of_kind(kind, public))
    ranked = list(
        zip(
            sorted(hashed, key=lambda part: (-hashed[part], part)),
            sorted(known, key=lambda part: (-known[part], part)),
            strict=False,
        )
    )
    recovered = sum(hashed[one] for one, other in ranked if one == other)
    by_chance = hashed[ranked[0][1]]
    characters = sum(max(len(name) - 1, 0) for name in stolen)
    of = characters if kind == "1" else hashed.total()
    assert (recovered - by_chance) / of < 0.01
    if kind == "1":
        assert recovered / of < 0.01


def _of_kind(kind: str, names: list[str]) -> list[str]:
    return [part for own in parts_of_many(names) for part in own if part[0] == kind]


def _population(seed: int) -> list[str]:
    rng = np.random.default_rng(seed)
    count = 20_000
    return personal_names(
        rng,
        rng.integers(0, 6_000, count),
        rng.random(count) < 0.5,
        rng.integers(1935, 2020, count),
        rng.random(count) < 0.012,
    ).to_list()
