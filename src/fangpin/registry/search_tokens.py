"""What of a name is hashed so that it can be found while it is encrypted (`Person.name_tokens`).

Kept: pairs of neighbouring characters, single characters of the given name if they are uncommon,
and whole pinyin. Never the surname alone, a common character or pinyin initials: equal values give
equal hashes, and what many people share would be known by how often it occurs
(docs/decisions/0010-finding-encrypted-names.md). What is common is found in the books of names
(`name_books`), so it needs no hash. Characters outside GB 2312 are so rare that they are hashed
wherever they stand.
"""

import re
from collections.abc import Iterable
from itertools import chain
from typing import Final

import polars as pl

from fangpin.foundation import cipher
from fangpin.foundation.keys import Key
from fangpin.kernel.names import fold_variants, normalise_name, surname
from fangpin.kernel.sounds import Letters, spelt, syllables

COLUMN: Final = "registry.person.name_tokens"
# Characters beyond the frequent ones of GB 2312, and some of these, that are usual in names.
COMMON: Final = frozenset(
    "英华玉秀明珍文兰国春红建平军志海金德生小梅林云福芳丽伟强桂永晓荣美清成新凤芝香月世东龙光辉"
    "祥霞燕萍玲娟敏静艳杰磊洋勇涛超波斌鹏飞刚峰鑫宇浩婷佳欣雨子梓涵轩雪琴花菊莲翠爱素淑惠慧娥"
    "琼珠彩仙巧银凡义仁信忠孝和安康宝贵财发富长庆有才万正树山江河水木土火天元立学书礼良善民"
    "友喜乐兴旺盛茂松柏竹石全家庭祖宗先昌胜利向宏广大少双芬莉颖倩丹青雅琳瑞俊凯亮健康宁根培"
    "振继绍相开来保卫星阳帆旭晨晶莹洁蓉蕾薇悦怡思梦依诗一三"
    "睿娣彤晗馨琪璐瑶媛煜烨炜玮璇琦妍姝昊晟珂祺筱苒茜萱蕊钰婕嫣嫒娅娜妮姣妤嬿懿昕晖曦桦榕楠沁泓淼"
    "滢灏熠琰瑛瑾璟璨瓒皓睦碧祯禧禹稷竣筠绮缇羿翊翎翰聪芃芊芮芷苓茗荃莎菁菡菲葆蓓蔚蕙薪蘅衍裕谦谧"
    "豪贤赟逸邦郁钧铠锦锐隽霄霖霏霓靖韬韵颉颖飒骁骏骞骥鸿鹤麒麟黎齐韦宏毅妹姐姑娃巴雯奕宸玥翯"
)


def folded(name: str) -> str:
    """The spelling in which names are compared and hashed: variants and dots folded, upper case."""
    return fold_variants(normalise_name(name))


# With the characters that older standards put into private use.
_HAN: Final = re.compile("[〇㐀-鿿豈-﫿\U00020000-\U0003ffff\ue000-\uf8ff]+")


def is_han(text: str) -> bool:
    """Whether a text is written in Chinese characters only."""
    return _HAN.fullmatch(text) is not None


def is_rare(character: str) -> bool:
    """Whether a character lies outside GB 2312, the 6,763 characters of everyday use."""
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return True
    return False


def hashed_alone(character: str) -> bool:
    """Whether a single character of a given name is hashed: neither one of the 3,755 that
    GB 2312 lists as frequent nor a usual one in names."""
    if is_rare(character):
        return True
    return character.encode("gb2312")[0] >= 0xD8 and character not in COMMON


def parts_of_characters(text: str) -> list[str]:
    """Pairs of neighbours of a folded Chinese text, as they are hashed."""
    return [f"2{text[at : at + 2]}" for at in range(len(text) - 1)]


def single(character: str) -> str:
    """A single character of a given name, as it is hashed."""
    return f"1{character}"


def whole_sound(letters: str) -> str:
    """A whole name in pinyin without blanks, as it is hashed."""
    return f"p{letters}"


def parts_of(name: str, sound: str) -> list[str]:
    """What is hashed of a folded name whose pinyin (syllables with blanks) is `sound`."""
    if not name:
        return []
    if not is_han(name):
        words = name.lower().split()
        found = [f"w{word[:end]}" for word in words for end in range(3, min(len(word), 8) + 1)]
        return list(dict.fromkeys([*found, *(f"w{word}" for word in words)]))
    family = len(surname(name))
    found = parts_of_characters(name)[family - 1 :]  # a compound surname is a pair: never alone
    found += [single(character) for character in name[:family] if is_rare(character)]
    found += [single(character) for character in name[family:] if hashed_alone(character)]
    heard = sound.split()
    if len(heard) > 1:
        found.append(whole_sound("".join(heard)))
    return list(dict.fromkeys(found))


def parts_of_many(names: Iterable[str | None]) -> list[list[str]]:
    """`parts_of` for a column of names as delivered; nothing for None."""
    spelling = [folded(name) if name else "" for name in names]
    letters = Letters.of(pl.Series(spelling, dtype=pl.String))
    sounds = spelt(letters, syllables(letters))
    return [parts_of(name, sound) for name, sound in zip(spelling, sounds, strict=True)]


def name_tokens_many(names: Iterable[str | None], *, key: Key | None = None) -> list[list[int]]:
    """`Person.name_tokens` for a column of names as delivered, under the current index key."""
    listed = list(names)
    spellings = list(dict.fromkeys(listed))
    parts = dict(zip(spellings, parts_of_many(spellings), strict=True))
    distinct = list(dict.fromkeys(chain.from_iterable(parts.values())))
    hashed = dict(zip(distinct, cipher.tokens(distinct, column=COLUMN, key=key), strict=True))
    return [[hashed[part] for part in parts[name]] for name in listed]


def name_tokens(name: str | None) -> list[int]:
    """`Person.name_tokens` for one name."""
    return name_tokens_many([name])[0]
