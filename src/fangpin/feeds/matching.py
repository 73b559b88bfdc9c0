"""Which sheet column is which column of a contract."""

import re
from dataclasses import dataclass

from fangpin.feeds.content import Sample, fit, looks_like_ids, looks_like_names
from fangpin.feeds.headers import PATH, canonical, fold, without_role
from fangpin.feeds.tables import Table
from fangpin.policy.pack import Codes, Contract, ContractColumn

EXACT_PATH, EXACT, SAME, ROLE, PART, CONTENT = 1.05, 1.0, 0.9, 0.8, 0.55, 0.45
_ACCEPTED = 0.4
_MISFIT = 0.1
"""Below this share of fitting cells a doubtful header match is dropped."""
_CHANGES_MEANING = re.compile(
    r"[后前原旧新非未不另次拟]|上年|去年|上月|计划|预计|其他|其它|其中|累计|户主|申请人|家长|监护|联系|经办|帮扶|银行|单位"
)
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
        self.long = {word for word in self.canonical if len(word) >= 3}

    def quality(self, header: "SheetHeader") -> float:
        """How surely a sheet's header names this column; 0 = not at all."""
        if header.path in self.paths or (header.path != header.leaf and header.path in self.folded):
            return EXACT_PATH
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
        return self._part(header.canonical)

    def _part(self, said: str) -> float:
        """One wording inside the other, unless the rest changes what is meant (原…, …后, 未…)."""
        if len(said) < 3:
            return 0.0
        overlap = 0.0
        for word in self.long:
            longer, shorter = (word, said) if len(word) >= len(said) else (said, word)
            if shorter in longer and not _CHANGES_MEANING.search(longer.replace(shorter, "", 1)):
                overlap = max(overlap, len(shorter) / len(longer))
        if not overlap:
            return 0.0
        return PART if overlap >= 0.6 else PART * 0.8


class SheetHeader:
    """A sheet's header in the forms in which it is compared."""

    def __init__(self, header: str) -> None:
        leaf = header.rpartition(PATH)[2]
        self.text = header
        self.leaf = fold(leaf)
        self.path = fold(header)
        self.canonical = canonical(leaf)
        self.roleless = without_role(leaf)
        self.of_somebody_else = any(word in self.path for word in _HEAD)


def match_columns(
    table: Table,
    headers: list[SheetHeader],
    samples: list[Sample],
    contract: Contract,
    wordings: dict[str, Wording],
    codes: dict[str, Codes],
) -> dict[str, Match]:
    """The best assignment of sheet columns to contract columns, surest pairs first."""
    pairs: list[tuple[float, int, int, str, float]] = []
    for order, column in enumerate(contract.columns):
        vocabulary = codes.get(column.codes or "")
        for index, header in enumerate(headers):
            if not header.leaf:
                continue
            quality = wordings[column.name].quality(header)
            if not quality:
                continue
            suits = fit(samples[index], column, vocabulary)
            ranked = quality
            if suits is not None:
                ranked += 0.2 * (suits - 0.5)
                if suits < _MISFIT and quality < SAME:
                    continue
            elif not samples[index].cells:
                ranked -= 0.05  # an empty column loses to a filled one of the same name
            if ranked >= _ACCEPTED:
                pairs.append((ranked, -order, -index, column.name, quality))
    pairs.sort(reverse=True)
    found: dict[str, Match] = {}
    used: set[int] = set()
    for _, _, negative, name, quality in pairs:
        index = -negative
        if name not in found and index not in used:
            found[name] = Match(name, index, quality)
            used.add(index)
    _by_content(headers, samples, contract, found, used)
    return found


def _by_content(
    headers: list[SheetHeader],
    samples: list[Sample],
    contract: Contract,
    found: dict[str, Match],
    used: set[int],
) -> None:
    """A column of identity numbers or names under an unknown header, when only one is left."""
    for kinds, looks in ((("id_number",), looks_like_ids), (("name",), looks_like_names)):
        wanted = [
            column.name
            for column in contract.columns
            if column.type in kinds and column.required and column.name not in found
        ]
        if len(wanted) != 1:
            continue
        left = [
            index
            for index, sample in enumerate(samples)
            if index not in used and looks(sample) and not headers[index].of_somebody_else
        ]
        if len(left) == 1:
            found[wanted[0]] = Match(wanted[0], left[0], CONTENT)
            used.add(left[0])
