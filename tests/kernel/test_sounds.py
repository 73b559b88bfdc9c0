"""Sounds of names: surnames in their own reading, tones ignored."""

import polars as pl
import pytest

from fangpin.kernel.sounds import Letters, rough_form, roughly, sound_of, surname_lengths, syllables


@pytest.mark.parametrize(
    ("name", "sound"),
    [
        ("单志国", "shan zhi guo"),
        ("曾国强", "zeng guo qiang"),
        ("仇玉兰", "qiu yu lan"),
        ("解学军", "xie xue jun"),
        ("查明", "zha ming"),
        ("区少平", "ou shao ping"),
        ("盖国栋", "ge guo dong"),
        ("任丽", "ren li"),
        ("朴英子", "piao ying zi"),
        ("尉迟敬", "yu chi jing"),
        ("尉迟", "wei chi"),
        ("万俟东", "mo qi dong"),
        ("万东", "wan dong"),
        ("单于飞", "shan yu fei"),
        ("翟建军", "zhai jian jun"),
        ("吕秀英", "lv xiu ying"),
        ("王单", "wang dan"),
        ("欧阳娜", "ou yang na"),
        ("𬎆A", "ying A"),
        ("", ""),
    ],
)
def test_names_sound_as_they_are_read(name: str, sound: str) -> None:
    assert sound_of(name) == sound


def test_a_column_sounds_like_its_names_one_by_one() -> None:
    names = ["单志国", "王单", "尉迟敬德", None, "", "欧阳娜", "扎西顿珠"]
    letters = Letters.of(pl.Series(names, dtype=pl.String))
    sounds = syllables(letters)
    for at, name in enumerate(names):
        alone = syllables(Letters.of(pl.Series([name], dtype=pl.String)))
        assert sounds[letters.starts[at] : letters.starts[at + 1]].tolist() == alone.tolist()
    assert surname_lengths(letters).tolist() == [1, 1, 2, 0, 0, 2, 1]


def test_homophones_are_equal_and_blurred_ones_roughly() -> None:
    letters = Letters.of(pl.Series(["张英", "章莹", "臧音", "李因", "尼英"]))
    sounds = syllables(letters).reshape(-1, 2).tolist()
    rough = roughly(syllables(letters)).reshape(-1, 2).tolist()
    assert sounds[0] == sounds[1] != sounds[2]
    assert rough[0] == rough[1] == rough[2] != rough[3]
    assert rough[3] == rough[4]


@pytest.mark.parametrize(
    ("syllable", "rough"), [("zhang", "zan"), ("neng", "len"), ("shi", "si"), ("an", "an")]
)
def test_what_dialects_blur(syllable: str, rough: str) -> None:
    assert rough_form(syllable) == rough
