"""How Chinese names sound: pinyin without tones, surnames in the reading they have as surnames.

Names travel as one flat array of code points with the start of each name, so that a register of a
million persons is read in a few passes. Sounds serve to find and weigh candidates, never to
identify anybody.
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fangpin.kernel.names import COMPOUND_SURNAMES

_PLANES: Final = 0x34000
"""Beyond the last Han code point."""
_OTHER: Final = 1000
"""Characters without a reading (letters, signs) sound like themselves: their code point + this."""
_ROUGH_BEGINNINGS: Final = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"))


@dataclass(frozen=True)
class Letters:
    """n names as code points: those of name i are `flat[starts[i]:starts[i + 1]]`."""

    flat: NDArray[np.uint32]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, names: pl.Series) -> "Letters":
        """Code points of n names (String; null counts as empty)."""
        filled = names.fill_null("")
        lengths = filled.str.len_chars().to_numpy()
        text = filled.str.join("")[0] if len(filled) else ""
        flat = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        starts = np.zeros(len(lengths) + 1, dtype=np.int64)
        np.cumsum(lengths, out=starts[1:])
        return cls(flat, starts)

    @property
    def size(self) -> int:
        return len(self.starts) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        return np.diff(self.starts)

    def first(self) -> NDArray[np.uint32]:
        """First code point of each name, 0 for an empty one."""
        if not len(self.flat):
            return np.zeros(self.size, dtype=np.uint32)
        first = self.flat[np.minimum(self.starts[:-1], len(self.flat) - 1)]
        return np.where(self.lengths > 0, first, 0).astype(np.uint32)


@dataclass(frozen=True)
class _Readings:
    usual: NDArray[np.uint32]
    as_surname: NDArray[np.uint32]
    of_two: dict[str, tuple[int, int]]
    names: tuple[str, ...]
    rough: NDArray[np.uint32]


@lru_cache(maxsize=1)
def _readings() -> _Readings:
    text = files("fangpin.kernel").joinpath("data", "sounds.tsv").read_text(encoding="utf-8")
    lines = [line.split("\t") for line in text.splitlines() if line and line[0] != "#"]
    names = ("", *(fields[0] for fields in lines if fields[0] != "surname"))
    number = {name: at for at, name in enumerate(names)}
    usual = np.arange(_PLANES, dtype=np.uint32) + _OTHER
    for fields in lines:
        if fields[0] != "surname":
            usual[[ord(character) for character in fields[1]]] = number[fields[0]]
    as_surname = usual.copy()
    of_two: dict[str, tuple[int, int]] = {}
    for fields in lines:
        if fields[0] != "surname":
            continue
        if len(fields[1]) == 1:
            as_surname[ord(fields[1])] = number[fields[2]]
        else:
            one, two = fields[2].split()
            of_two[fields[1]] = number[one], number[two]
    forms = [rough_form(name) for name in names]
    kinds = {form: at for at, form in enumerate(dict.fromkeys(forms))}
    rough = np.array([kinds[form] for form in forms], dtype=np.uint32)
    return _Readings(usual, as_surname, of_two, names, rough)


def rough_form(syllable: str) -> str:
    """A syllable as dialects blur it: zh/z, ch/c, sh/s, n/l at the beginning, -ng/-n at the end."""
    for clear, blurred in _ROUGH_BEGINNINGS:
        if syllable.startswith(clear):
            syllable = blurred + syllable[len(clear) :]
            break
    return syllable[:-1] if syllable.endswith("ng") else syllable


def syllables(letters: Letters) -> NDArray[np.uint32]:
    """One number per code point of `letters.flat`: equal numbers sound alike."""
    table = _readings()
    flat = letters.flat
    if len(flat) and flat.max() >= _PLANES:
        flat = np.minimum(flat, _PLANES - 1)
    sounds = table.usual[flat]
    heads = letters.starts[:-1][letters.lengths > 0]
    sounds[heads] = table.as_surname[flat[heads]]
    for at in _compound(letters):
        pair = letters.flat[at : at + 2]
        both = table.of_two.get(chr(pair[0]) + chr(pair[1]))
        sounds[at : at + 2] = both or table.usual[np.minimum(pair, _PLANES - 1)]
    return sounds


def _compound(letters: Letters) -> list[int]:
    """Starts of the names that begin with a surname of two characters."""
    leading = np.zeros(0x10000, dtype=np.bool_)
    leading[[ord(name[0]) for name in COMPOUND_SURNAMES]] = True
    starts = letters.starts[:-1][letters.lengths > 2]
    maybe = starts[leading[np.minimum(letters.flat[starts], 0xFFFF)]]
    return [
        int(at)
        for at in maybe
        if chr(letters.flat[at]) + chr(letters.flat[at + 1]) in COMPOUND_SURNAMES
    ]


def surname_lengths(letters: Letters) -> NDArray[np.int64]:
    """How many characters of each name are its surname: 2 for compound surnames, else 1."""
    found = np.minimum(letters.lengths, 1)
    if letters.size:
        found[np.searchsorted(letters.starts, _compound(letters), side="right") - 1] = 2
    return found


def roughly(sounds: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """`syllables` with those put together that dialects blur."""
    table = _readings().rough
    if not len(sounds) or sounds.max() < len(table):
        return table[sounds]
    known = sounds < len(table)
    return np.where(known, table[np.where(known, sounds, 0)], sounds)


def spelt(letters: Letters, sounds: NDArray[np.uint32]) -> list[str]:
    """The syllables of each name in letters: 单志国 → "shan zhi guo"."""
    names = _readings().names
    words = [
        names[sound] if sound < len(names) else chr(sound - _OTHER) for sound in sounds.tolist()
    ]
    starts = letters.starts.tolist()
    return [" ".join(words[a:b]) for a, b in pairwise(starts)]


def sound_of(name: str) -> str:
    """How one name sounds: 曾国强 → "zeng guo qiang"."""
    letters = Letters.of(pl.Series([name], dtype=pl.String))
    return spelt(letters, syllables(letters))[0]
