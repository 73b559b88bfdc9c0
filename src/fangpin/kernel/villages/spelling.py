"""Spellings of village names and addresses, before any list of places is looked at."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from fangpin.kernel.characters import without_spaces
from fangpin.kernel.numerals import CHARACTERS, chinese_integer


class PlaceKind(StrEnum):
    """What the ending of a name says. `bare` names carry none (独山)."""

    village = "village"
    community = "community"
    bare = "bare"


# Longest first: 村村民委员会 is an ending of 东星村村民委员会 whose village is 东星村.
_ENDINGS: Final = (
    ("村村民委员会", PlaceKind.village),
    ("村民委员会", PlaceKind.village),
    ("村村委会", PlaceKind.village),
    ("村民委会", PlaceKind.village),
    ("村委会", PlaceKind.village),
    ("村村委", PlaceKind.village),
    ("行政村", PlaceKind.village),
    ("村委", PlaceKind.village),
    ("社区居民委员会", PlaceKind.community),
    ("社区居委会", PlaceKind.community),
    ("居民委员会", PlaceKind.community),
    ("社区居委", PlaceKind.community),
    ("居委会", PlaceKind.community),
    ("社区", PlaceKind.community),
    ("村", PlaceKind.village),
)
_TOWNSHIP_ENDING: Final = re.compile(
    r"(?:人民政府|政府)?$|(?<=.)(?:街道办事处|街道办|街道|办事处|民族乡|镇|乡)(?:人民政府|政府)?$"
)
_NUMBER = rf"(?:[0-9]{{1,3}}|[{CHARACTERS}]{{1,4}})"
_GROUP = re.compile(
    rf"(?:第)?(?P<number>{_NUMBER})(?:村民小组|居民小组|小组|组|社|队|生产队|合作社)(?P<rest>.*)$"
)
_HOUSE = re.compile(rf"(?:{_NUMBER}|[0-9]{{1,4}})(?:号|户|附|栋|幢|单元|室).*$")
_BRACKETS = re.compile(r"[(\[【〔][^)\]】〕]*[)\]】〕]?")
_LEADS: Final = re.compile(r"^(?:现住|家住|住址|户籍地|户籍|地址|住|在)?[::]?")


@dataclass(frozen=True, slots=True)
class VillageName:
    """`core` without its ending (东星), `kind` what the ending said, `group` the number of the
    villagers' group behind it (三社 → 3) or None."""

    core: str
    kind: PlaceKind
    group: int | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """An address cut at its administrative words; "" where a part is not written."""

    province: str = ""
    prefecture: str = ""
    county: str = ""
    township: str = ""
    village: str = ""
    group: int | None = None


def _without_remarks(text: str) -> str:
    """No brackets and what stands in them, except a group: 梁庄村(二社) → 梁庄村二社."""

    def kept(match: re.Match[str]) -> str:
        inside = match[0].strip("()[]【】〔〕")
        return inside if _GROUP.match(inside) else ""

    return _BRACKETS.sub(kept, without_spaces(text))


def split_group(text: str) -> tuple[str, int | None]:
    """民勤村五社12号 → (民勤村, 5). House numbers behind go; without a group (text, None)."""
    for match in re.finditer(rf"(?=(?:第)?{_NUMBER}(?:村民|居民|小组|组|社|队|生产|合作))", text):
        start = match.start()
        if start == 0:
            continue
        found = _GROUP.match(text, start)
        # 五社 is a group; 三社区 and 三组村 are not.
        if found is None or found["rest"].startswith(("区", "村")):
            continue
        return text[:start], chinese_integer(found["number"])
    return _HOUSE.sub("", text) or text, None


def village_name(text: str) -> VillageName:
    """The name of a village as delivered, without remarks, group and ending.

    独山, 独山村, 独山村委会, 独山村村民委员会, 独山村(原红山村)三社 all have the core 独山. "" has
    an empty core. Province, county and township in front stay: see `split_address`.
    """
    name, group = split_group(_without_remarks(text).strip("、,.。;/-'`"))
    for ending, kind in _ENDINGS:
        if name.endswith(ending) and len(name) > len(ending):
            return VillageName(name[: -len(ending)], kind, group)
    return VillageName(name, PlaceKind.bare, group)


def township_core(text: str) -> str:
    """水川镇, 水川镇人民政府, 水川 → 水川."""
    tidy = _BRACKETS.sub("", without_spaces(text))
    core = _TOWNSHIP_ENDING.sub("", tidy.removesuffix("人民政府").removesuffix("政府"))
    return core or tidy


_PROVINCE = re.compile(
    r"(?:[^省市县区]{2,3}省|(?:内蒙古|广西壮族|西藏|宁夏回族|新疆维吾尔)自治区|内蒙古|广西|西藏|宁夏|新疆"
    r"|(?:北京|天津|上海|重庆)市?|(?:香港|澳门)特别行政区)"
)
_PREFECTURE = re.compile(r"[^省市县区乡镇村]{2,4}市|[^省市县区乡镇村]{2,12}(?:自治州|地区|盟)")
_COUNTY = re.compile(
    r"[^省市县乡镇村社]{1,8}自治县|[^省市县区乡镇村社]{1,5}(?:县|(?<!社)(?<!小)区|自治旗|旗|市)(?!政府)"
)
_TOWNSHIP = re.compile(r"[^乡镇村]{1,8}?(?:街道办事处|街道办|街道|民族乡|镇|乡|办事处)")


def split_address(text: str) -> Address:
    """甘肃省白银市白银区四龙镇民勤村五社 → its parts, by the administrative words alone.

    For addresses outside the known places, and before looking a place up: `PlaceIndex` also cuts at
    the names it knows. Parts that are not written stay "". Never raises.
    """
    rest = _LEADS.sub("", without_spaces(text))
    found: dict[str, str] = {}
    for part, pattern in (
        ("province", _PROVINCE),
        ("prefecture", _PREFECTURE),
        ("county", _COUNTY),
        ("township", _TOWNSHIP),
    ):
        match = pattern.match(rest)
        if match and match.end() < len(rest) + (part == "township"):
            found[part], rest = match[0], rest[match.end() :]
    village, group = split_group(_without_remarks(rest))
    ends = [village.find(e) + len(e) for e, _ in _ENDINGS if village.find(e) > 0]
    if ends:
        name = village[: max(end for end in ends if end <= min(ends) + 5)]
        village = name if len(name) <= 16 else village
    return Address(**found, village=village, group=group)
