"""A header of a sheet and the headers of a contract column: do they say the same?"""

import re
from dataclasses import dataclass
from functools import lru_cache

from fangpin.feeds.headers import (
    OF_ANOTHER,
    OF_THE_EXPORT,
    PATH,
    canonical,
    fold,
    loose,
    without_role,
)
from fangpin.policy.pack import ContractColumn

EXACT_PATH, EXACT, SAME, ROLE, PART, CONTENT, ALIKE = 1.05, 1.0, 0.9, 0.8, 0.55, 0.45, 0.5
LOOSE, ENDS = 0.7, 0.62
_ALIKE_FROM = {"money": 0.75, "money_text": 0.75, "id_number": 0.75, "name": 0.75, "text": 0.72}
"""Likeness of two wordings from which they may name one column, by type; 0.66 for the others."""
_CHANGES_MEANING = re.compile(
    r"[后前原旧新非未不另次拟]|上年|去年|上月|计划|预计|其他|其它|其中|累计|"
    r"户主|申请人|家长|监护|联系|经办|帮扶|银行|单位"
)
_OPPOSITES = (
    *(
        ("入", "出"),
        ("收", "支"),
        ("起", "止"),
        ("原", "现"),
        ("月", "年"),
        ("借", "还"),
        ("名", "号"),
    ),
    *(
        ("省", "县"),
        ("市", "县"),
        ("省", "市"),
        ("发放", "到期"),
        ("居民", "职工"),
        ("医疗", "养老"),
    ),
    *(("生产", "生活"), ("户数", "人数"), ("大病", "基本"), ("救助", "自付"), ("统筹", "个人")),
    *(("类型", "等级"), ("姓名", "编号"), ("日期", "金额"), ("状态", "日期"), ("状态", "金额")),
    *(("类型", "金额"), ("类型", "日期")),
)
_KIND = re.compile(
    r"(?:状态|类型|日期|金额|等级|原因|方式|号|电话|地址|区域|面积|人数|天数|姓名|单位)$"
)
"""What a compound is, by its end: 护林员状态 is no 护林员."""
_GROUP_FILLER = re.compile(r"(?:基本|基础|有关|相关)?(?:信息|情况|资料|状况)|/")
_PERSONAL = ("姓名", "身份证号", "电话", "性别")
_HEAD = (
    "户主",
    "申请人",
    "家长",
    "监护人",
    "联系人",
    "经办人",
    "帮扶",
    "代领",
    "配偶",
    "负责人",
    "采集人",
    "审核人",
)


@dataclass(frozen=True)
class Match:
    """A contract column found in a sheet; `quality` says how surely (see the constants above)."""

    column: str
    index: int
    quality: float


class Wording:
    """The headers of one contract column in the forms in which they are compared."""

    def __init__(self, column: ContractColumn) -> None:
        self.column = column
        headers = tuple(
            dict.fromkeys((*column.headers, *([column.label.zh] if column.label else [])))
        )
        self.folded = {fold(header) for header in headers} - {""}
        self.paths = {fold(header) for header in headers if PATH in header}
        self.canonical = {canonical(header) for header in headers} - {""}
        self.roleless = {without_role(header) for header in headers} - {""}
        self.loose = {loose(header) for header in headers} - {""}
        self.long = {word for word in self.canonical | self.loose if len(word) >= 3}
        self._doubts: dict[str, float] = {}

    def quality(self, header: "SheetHeader") -> float:
        """How surely a sheet's header names this column; 0 = not at all."""
        if header.path in self.paths or (header.grouped and header.paths & self.folded):
            return EXACT_PATH
        somebody_else = header.grouped_under_other and not self.column.name.startswith("head_")
        if somebody_else and header.roleless in _PERSONAL:
            return 0.0
        if header.leaf in self.folded:
            return EXACT
        if header.canonical in self.canonical:
            return SAME
        if header.roleless in self.roleless and header.roleless in (
            "姓名",
            "身份证号",
            "电话",
            "性别",
        ):
            if self.column.name.startswith("head_") or header.of_somebody_else:
                return 0.0
            return ROLE
        return 0.0

    def usual(self, header: "SheetHeader") -> float:
        """A header that says the same in other words, or more fully; 0 = it does not."""
        if header.grouped_under_other and not self.column.name.startswith("head_"):
            return 0.0
        if header.loose in self.loose:
            return LOOSE
        for said in (header.canonical, header.loose):
            for word in self.long:
                # The end of a Chinese compound says what it is.
                if len(word) >= 4 and said.endswith(word) and not _turned(said, word):
                    return ENDS
        return 0.0

    def doubtful(self, header: "SheetHeader") -> float:
        """How likely a header that no column claims for sure names this one; 0 = not at all."""
        if header.grouped_under_other and not self.column.name.startswith("head_"):
            return 0.0
        if OF_THE_EXPORT.search(header.text):
            return 0.0
        said = header.canonical
        if said not in self._doubts:
            self._doubts[said] = max(self._part(said), self._alike(said))
        return self._doubts[said]

    def _part(self, said: str) -> float:
        """One wording inside the other, unless the rest changes what is meant (原…, …后, 未…)."""
        if len(said) < 3:
            return 0.0
        overlap = 0.0
        for word in self.long:
            longer, shorter = (word, said) if len(word) >= len(said) else (said, word)
            if shorter in longer and not _turned(longer, shorter):
                overlap = max(overlap, len(shorter) / len(longer))
        if not overlap:
            return 0.0
        return PART if overlap >= 0.6 else PART * 0.8

    def _alike(self, said: str) -> float:
        """Most characters in common, in order (月平均工资, 月均工资); no opposite meaning."""
        if len(said) < 3:
            return 0.0
        best = 0.0
        for word in self.canonical | self.loose:
            common = 2 * len(set(word) & set(said))
            if len(word) < 2 or common <= max(best, 0.6) * (len(word) + len(said)) - 4:
                continue
            if not _opposite(word, said):
                best = max(best, likeness(word, said))
        return ALIKE * best if best >= _ALIKE_FROM.get(self.column.type, 0.66) else 0.0


def _turned(longer: str, shorter: str) -> bool:
    """Does the rest of the longer wording change what the shorter one means?"""
    rest = longer.replace(shorter, "", 1)
    if _CHANGES_MEANING.search(rest):
        return True
    kind = _KIND.search(longer)
    if kind and longer.startswith(shorter) and not shorter.endswith(kind.group()):
        return True
    return shorter.endswith(_PERSONAL) and bool(OF_ANOTHER.search(rest))


@lru_cache(maxsize=65536)
def likeness(one: str, other: str) -> float:
    """2 × longest common subsequence : both lengths; 1 for equal words."""
    before = [0] * (len(other) + 1)
    for character in one:
        row = [0]
        for index, rival in enumerate(other):
            row.append(
                before[index] + 1 if character == rival else max(row[index], before[index + 1])
            )
        before = row
    return 2 * before[-1] / (len(one) + len(other))


def _opposite(one: str, other: str) -> bool:
    """Do the words differ in one that turns the meaning round (入院 and 出院, 收入 and 支出)?"""
    for first, second in _OPPOSITES:
        if (first in one) != (first in other) and (second in one) != (second in other):
            return True
    return bool(_CHANGES_MEANING.search(one)) != bool(_CHANGES_MEANING.search(other))


class SheetHeader:
    """A sheet's header in the forms in which it is compared."""

    def __init__(self, header: str) -> None:
        group, _, leaf = header.rpartition(PATH)
        self.text = header
        self.leaf = fold(leaf)
        self.path = fold(header)
        self.grouped = bool(group)
        # 户主信息/姓名 says 户主姓名.
        owner = _GROUP_FILLER.sub("", group)
        self.paths = {self.path, fold(owner + leaf)} if owner else {self.path}
        self.canonical = canonical(leaf)
        self.loose = loose(leaf)
        self.roleless = without_role(leaf)
        self.of_somebody_else = any(word in self.path for word in _HEAD)
        self.grouped_under_other = bool(group) and any(word in group for word in _HEAD)
