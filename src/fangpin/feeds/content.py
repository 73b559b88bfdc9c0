"""What the cells of a column look like, judged on a sample; used where headers leave doubt."""

import re
import unicodedata
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from fangpin.feeds.cell_kinds import CellKind
from fangpin.feeds.headers import fold
from fangpin.feeds.tables import Table
from fangpin.policy.pack import Codes, ContractColumn

_SAMPLE = 200
_UNWANTED = re.compile(r"[\s'`\"=’‘“”\u200b-\u200f\ufeff\u00a0，,]")
_ID = re.compile(r"(?:^|\D)(?:\d{17}[\dXx*]|\d{15}|\d{6}\*+\w{2,4}|\d\.\d{3,}e\+17)(?:$|\D)", re.I)
_DISABILITY = re.compile(r"^\d{17}[\dXx][1-7][1-4](?:B\d)?$", re.I)
_CREDIT = re.compile(r"^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$", re.I)
_DATE = re.compile(
    r"^(?:(?:19|20)?\d{2}[-/.年]\d{1,2}(?:[-/.月]\d{1,2}日?)?|(?:19|20)\d{2}[01]\d(?:[0-3]\d)?|"
    r"\d{1,2}[-/.月]\d{1,2}日?)(?:\D.*)?$|^(?:19|20)\d{2}年?$"
)
_SERIAL_DATE = re.compile(r"^[1-5]\d{4}$")
_MONEY = re.compile(r"^[¥￥$]?[+-]?\(?\d[\d]*(?:\.\d+)?\)?(?:亿|万|千|百)?(?:元|块)?(?:/\w)?$")
_NUMBER = re.compile(r"^[+-]?\d+(?:\.\d+)?\D{0,4}$")
_PHONE = re.compile(r"^(?:1\d{10}|0\d{2,3}-?\d{7,8}|\d{7,8}|1\d{2}\*{4}\d{4})$")
_NAME = re.compile(
    r"^[\u3400-\u9fff\U00020000-\U0003ffff·•.*＊?？●]{2,5}$|^[\u3400-\u9fff·•]{2,20}$"
)
YES_NO = frozenset(
    ("是", "否", "有", "无", "1", "0", "true", "false", "√", "×", "y", "n", "已", "未")
)
TOWNSHIP = re.compile(
    r"^[\u3400-\u9fff]{0,12}[\u3400-\u9fff](?:镇|乡|街道|苏木|街道办|街道办事处)$"
)
VILLAGE = re.compile(
    r"^[\u3400-\u9fff]{1,14}(?:村|社区|村委会|居委会|村民委员会|居民委员会|嘎查)"
    r"(?:[\u3400-\u9fff\d]{1,4}[组社])?$"
)
DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Sample:
    """Up to 200 cells of one column, cleaned; `filled` share of the rows with text."""

    cells: tuple[str, ...]
    filled: float
    numbers: float
    """Share of the sampled cells stored as numbers."""
    distinct: int
    known: dict[object, float] = field(default_factory=dict, repr=False, compare=False)
    """Shares already computed; every contract asks the same questions."""

    def share(self, pattern: re.Pattern[str]) -> float:
        """Share of the cells that match."""
        if pattern not in self.known:
            matching = sum(1 for cell in self.cells if pattern.search(cell))
            self.known[pattern] = matching / max(1, len(self.cells))
        return self.known[pattern]

    def share_of(self, words: frozenset[str]) -> float:
        """Share of the cells that are, folded, among `words`."""
        if words not in self.known:
            among = sum(1 for cell in self.cells if fold(cell) in words)
            self.known[words] = among / max(1, len(self.cells))
        return self.known[words]


def sample_columns(table: Table) -> list[Sample]:
    """A sample per sheet column, spread evenly over the body. O(columns × 200)."""
    body = table.body
    if body.size > 4 * _SAMPLE:
        body = body[np.linspace(0, body.size - 1, 4 * _SAMPLE).astype(np.int64)]
    gather = pl.Series(body - 1)
    samples = []
    for column in table.sheet.columns:
        text = column.text.gather(gather)
        kinds = column.kind.gather(gather)
        present = text.is_not_null()
        chosen = text.filter(present)
        stored = kinds.filter(present).head(_SAMPLE)
        cells = tuple(_clean(cell) for cell in chosen.head(_SAMPLE).to_list())
        cells = tuple(cell for cell in cells if cell)
        samples.append(
            Sample(
                cells,
                chosen.len() / max(1, text.len()),
                float((stored == CellKind.number).mean() or 0.0) if stored.len() else 0.0,  # type: ignore[arg-type]
                len(set(cells)),
            )
        )
    return samples


def _clean(cell: str) -> str:
    return _UNWANTED.sub("", unicodedata.normalize("NFKC", cell))


def fit(sample: Sample, column: ContractColumn, codes: Codes | None) -> float | None:
    """How well cells suit a contract column's type: 0…1; null when there is nothing to judge."""
    if not sample.cells:
        return None
    kind = column.type
    if kind == "id_number":
        return sample.share(_ID)
    if kind == "disability_number":
        return max(sample.share(_DISABILITY), 0.6 * sample.share(_ID))
    if kind == "credit_code":
        return sample.share(_CREDIT)
    if kind in ("date", "month"):
        return max(sample.share(_DATE), sample.share(_SERIAL_DATE) if kind == "date" else 0.0)
    if kind == "money":
        return 0.0 if sample.share(_ID) > 0.3 else sample.share(_MONEY)
    if kind == "money_text":
        return 0.0 if sample.share(_ID) > 0.3 else max(sample.share(DIGIT), 0.3)
    if kind in ("number", "integer"):
        return 0.0 if sample.share(_ID) > 0.3 else sample.share(_NUMBER)
    if kind == "name":
        return sample.share(_NAME)
    if kind == "phone":
        return sample.share(_PHONE)
    if kind == "bool":
        return sample.share_of(YES_NO)
    if codes is not None:
        return sample.share_of(spellings(codes))
    return None


def looks_like_ids(sample: Sample) -> bool:
    """A column of identity numbers, whatever its header says."""
    return sample.share(_ID) >= 0.6 and sample.distinct >= 0.5 * len(sample.cells)


def looks_like_names(sample: Sample) -> bool:
    """A column of personal names, whatever its header says: short words, mostly distinct."""
    return sample.share(_NAME) >= 0.9 and sample.distinct >= 0.6 * len(sample.cells)


_SPELLINGS: dict[int, tuple[Codes, frozenset[str]]] = {}


def spellings(codes: Codes) -> frozenset[str]:
    """Folded spellings of a vocabulary."""
    kept = _SPELLINGS.get(id(codes))
    if kept is None or kept[0] is not codes:
        words = {
            fold(word) for value in codes.values for word in (value.zh, value.code, *value.also)
        }
        kept = _SPELLINGS[id(codes)] = (codes, frozenset(words))
    return kept[1]
