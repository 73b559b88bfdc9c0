"""Personal names: one spelling for comparing, and how far two spellings agree.

A name never identifies anybody. Comparing serves to confirm a match found by number, and to find
candidates within one village.
"""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Final

import polars as pl

from fangpin.kernel.characters import CONTROLS, SPACES, ZERO_WIDTH, fold_width
from fangpin.kernel.distinct import map_distinct

DOT: Final = "·"
# U+00B7 is the dot of names; these are what keyboards and exports put in its place.
DOTS: Final = "\u2022\u2027\u2219\u22c5\u30fb\u25cf\u2024\u16eb\u0387\uff65\u2e31\ufe52\u3002．."
LOST: Final = "?□▯\ufffd〓"
MASKS: Final = "*×某"
_COMPOUND: Final = (
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 "
    "濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 "
    "公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 "
    "微生 左丘 东门 西门 第五"
)
COMPOUND_SURNAMES: Final = frozenset(_COMPOUND.split())


class NameMatch(StrEnum):
    """How two spellings relate, the closest first."""

    same = "same"
    same_after_normalising = "same_after_normalising"
    dot_missing = "dot_missing"
    variant = "variant"
    lost_characters = "lost_characters"
    masked_compatible = "masked_compatible"
    different = "different"
    blank = "blank"


# One person beyond doubt about the spelling; the weaker classes only fail to contradict.
SAME_NAME: Final = frozenset(
    [
        NameMatch.same,
        NameMatch.same_after_normalising,
        NameMatch.dot_missing,
        NameMatch.variant,
    ]
)
COMPATIBLE: Final = SAME_NAME | {NameMatch.lost_characters, NameMatch.masked_compatible}
NAME_MATCH_DTYPE: Final = pl.Enum([match.value for match in NameMatch])

_HAN = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_INVISIBLE = dict.fromkeys(map(ord, ZERO_WIDTH + CONTROLS))
_SPACES = {ord(space): " " for space in SPACES}
_LABEL = re.compile(r"^(?:户主姓名|户主|姓名|患者|学生|申请人)[::]")
_BRACKETS = re.compile(r"[(\[{<【〔《「][^()\[\]{}<>【】〔〕《》「」]*[)\]}>】〕》」]?")
_DOT_BETWEEN = re.compile(rf"(?<=[{_HAN}])[{re.escape(DOTS)}](?=[{_HAN}])")
_SPACE_AT_HAN = re.compile(rf" +(?=[{_HAN}{DOT}*?])|(?<=[{_HAN}{DOT}*?]) +")
# A footnote numeral has one or two digits; longer ones are part of how somebody is called.
_TRAILING = re.compile(rf"(?<=[{_HAN}])[,;:、。.{DOT}#'`]*[0-9]{{0,2}}[,;:、。.{DOT}#'`]*$")
_TRAILING_STAR = re.compile(rf"^([{_HAN}{DOT}]{{3,}})\*$")
_TITLE = re.compile(
    rf"^([{_HAN}]{{1,2}}?)(?:先生|女士|小姐|同志|师傅|大爷|大妈|大叔|大婶|大姐|大哥|阿姨|奶奶|爷爷|老师|老人|某某?)$"
)
_MASKED = re.compile(f"[{re.escape(MASKS)}]")


def _table(name: str) -> list[list[str]]:
    text = files("fangpin.kernel").joinpath("data", name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and line[0] != "#"]


@lru_cache(maxsize=1)
def _character_variants() -> dict[int, str]:
    return {ord(variant): standard for variant, standard in _table("character_variants.tsv")}


@lru_cache(maxsize=1)
def _surname_variants() -> dict[str, str]:
    return {other: group[0] for group in _table("surname_variants.tsv") for other in group[1:]}


def normalise_name(name: str) -> str:
    """One spelling of a name as delivered: "" when nothing is left.

    Half-width; no spaces inside Chinese names; every middle dot is "·"; labels (户主:), remarks in
    brackets ((户主), (代)), a numeral or a star behind the name go. Masks (郝*) and lost characters
    (孙?) stay: they are part of what is known. Characters themselves are not changed.
    """
    text = fold_width(name.translate(_INVISIBLE)).translate(_SPACES).strip()
    text = _LABEL.sub("", text)
    text = _BRACKETS.sub("", text).strip() or text
    text = _SPACE_AT_HAN.sub("", _DOT_BETWEEN.sub(DOT, text))
    text = _DOT_BETWEEN.sub(DOT, text)
    text = _TRAILING.sub("", text)
    text = _TRAILING_STAR.sub(r"\1", text)
    return " ".join(text.strip(DOT + " '`").upper().split())


def surname(name: str) -> str:
    """The surname of a normalised Chinese name: two characters when they are a compound surname."""
    return name[:2] if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else name[:1]


def fold_variants(name: str) -> str:
    """A normalised name with every variant character replaced by its standard form, the surname
    by the representative of its spellings, and without dots. For comparing only, never to show.

    One character per character: positions stay comparable.
    """
    text = unicodedata.normalize("NFC", name.replace(DOT, "")).translate(_character_variants())
    family = surname(text)
    return _surname_variants().get(family, family) + text[len(family) :]


@lru_cache(maxsize=1)
def folding_characters() -> list[str]:
    """The Chinese characters that `fold_variants` may replace; a name of characters from U+4E00 to
    U+9FA5 with none of them stays as it is."""
    surnames = {character for family in _surname_variants() for character in family}
    return sorted({chr(code) for code in _character_variants()} | surnames | {DOT})


def _can_be_lost(character: str) -> bool:
    """Only characters outside GB 2312 turn into question marks on the way through old systems."""
    if character == DOT:
        return True
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return True
    return False


def _lost_match(damaged: str, whole: str) -> bool:
    if not any(character in LOST for character in damaged):
        return False
    pattern = ""
    for run in re.findall(f"[{re.escape(LOST)}]+|.", damaged):
        if run[0] in LOST:
            pattern += f"(.{{{(len(run) + 1) // 2},{len(run)}}})"
        else:
            pattern += re.escape(run)
    match = re.fullmatch(pattern, whole)
    return match is not None and all(_can_be_lost(c) for group in match.groups() for c in group)


def _masked_match(masked: str, whole: str) -> bool:
    if not whole or _MASKED.search(whole):
        return False
    title = _TITLE.match(masked)
    if title:
        return fold_variants(whole).startswith(fold_variants(title[1]))
    if not _MASKED.search(masked) or not _MASKED.sub("", masked):
        return False
    pattern = "".join(
        ".+" if run[0] in MASKS else re.escape(run)
        for run in re.findall(
            f"[{re.escape(MASKS)}]+|[^{re.escape(MASKS)}]+", fold_variants(masked)
        )
    )
    return re.fullmatch(pattern, fold_variants(whole)) is not None


def compare_names(first: str | None, second: str | None) -> NameMatch:
    """How two names as delivered relate. Symmetric; `blank` when either says nothing."""
    a, b = normalise_name(first or ""), normalise_name(second or "")
    if not a.strip(MASKS + LOST) or not b.strip(MASKS + LOST):
        return NameMatch.blank
    if first == second:
        return NameMatch.same
    if a == b:
        return NameMatch.same_after_normalising
    if a.replace(DOT, "") == b.replace(DOT, ""):
        return NameMatch.dot_missing
    folded_a, folded_b = fold_variants(a), fold_variants(b)
    if folded_a == folded_b:
        return NameMatch.variant
    if _lost_match(a, b) or _lost_match(b, a):
        return NameMatch.lost_characters
    # A star behind two characters is a mask or a footnote mark.
    for one, other in ((a, b), (b, a)):
        if one.endswith("*") and fold_variants(one[:-1]) == fold_variants(other) and len(one) > 2:
            return NameMatch.same_after_normalising
        if _masked_match(one, other):
            return NameMatch.masked_compatible
    return NameMatch.different


def normalise_name_series(names: pl.Series) -> pl.Series:
    """`normalise_name` of a column: String → String, null → null, "" → ""."""
    read = map_distinct(
        pl.DataFrame({"name": names.cast(pl.String)}),
        lambda name: (None if name is None else normalise_name(name),),
        {"name": pl.String()},
    )
    return read["name"].alias(names.name)


def compare_name_series(first: pl.Series, second: pl.Series) -> pl.Series:
    """`compare_names` of two columns of n names → n values of the Enum NameMatch."""
    pairs = pl.DataFrame({"first": first.cast(pl.String), "second": second.cast(pl.String)})
    # Most pairs agree to the letter; only a plain Chinese name needs no closer look.
    plain = pairs.select(
        ((pl.col("first") == pl.col("second")) & pl.col("first").str.contains("^[一-龥--某]{2,6}$"))
        .fill_null(False)
        .alias("plain")
    )["plain"]
    result = pl.Series([NameMatch.same.value], dtype=NAME_MATCH_DTYPE).new_from_index(0, len(pairs))
    if plain.all():
        return result
    rest = map_distinct(
        pairs.filter(~plain),
        lambda a, b: (compare_names(a, b).value,),
        {"match": NAME_MATCH_DTYPE},
    )
    return result.scatter((~plain).arg_true(), rest["match"])
