"""Which contract a table fulfils: by the wording of its headers and what the cells look like.

Titles and sheet names help; a file name never decides. Contracts are compared by three shares:
how much of what the contract requires is there, how much of the sheet the contract explains
(rare headers count more than 姓名 or 乡镇), and whether title or sheet name speak of it.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from fangpin.feeds.content import Sample, sample_columns
from fangpin.feeds.header_rows import HeaderWords
from fangpin.feeds.headers import PATH, fold, money_unit, unit_of
from fangpin.feeds.matching import OF_EVERY_LIST, match_columns
from fangpin.feeds.period import Period, month_of_cells, period_in
from fangpin.feeds.tables import RecognisedTable, Table, Unrecognised
from fangpin.feeds.wording import CONTENT, ROLE, Match, SheetHeader, Wording
from fangpin.kernel.errors import Problem, Text, Where
from fangpin.policy.pack import Contract, ContractColumn, Pack

_ACCEPTED = 0.5
"""Score below which no contract is taken."""
_ACCEPTED_UNUSUAL = 0.45
"""The same when every required column is there."""
_ACCEPTED_REGISTER = 0.75
"""The same for registers, which every later step rests on."""
_REQUIRED = 0.65
"""Share of the required columns that must be there."""
_REQUIRED_UNUSUAL = 0.5
"""The same when all are there and the title or the other columns speak for the contract."""
_AHEAD = 0.02
"""A contract must be this much better than the next one, or the table is ambiguous."""
_PLACE_OF_SHEET = {
    "township": re.compile(r"[\u3400-\u9fff]{1,6}(?:镇|乡|街道|街道办|街道办事处)"),
    "village": re.compile(r"[\u3400-\u9fff]{1,8}(?:村|社区)"),
}
_SPEAKS_FOR = re.compile(r"发放|所属|支付|来电|受理|统计|待遇月份|诉求时间|反映时间")
_BEGINS = re.compile(r"开始|起|首次|批准|审批")
_NUMERIC = ("money", "money_text", "number", "integer")
_MONEY = ("money", "money_text")


@dataclass(frozen=True)
class _Candidate:
    contract: Contract
    matches: dict[str, Match]
    constants: dict[str, str]
    missing: tuple[ContractColumn, ...]
    required: float
    explained: float
    title: float

    @property
    def complete(self) -> bool:
        """Every required column is there, each under an unusual wording, and more speaks for it."""
        return (
            not self.missing
            and self.required >= _REQUIRED_UNUSUAL
            and (self.title >= 0.5 or self.explained >= 0.5)
        )

    @property
    def telling(self) -> bool:
        """Is there more than what every list has? 姓名 and 行政村 alone make no delivery."""
        if self.contract.role != "feed":
            return True
        special = [each for each in self.contract.columns if each.name not in OF_EVERY_LIST]
        own = sum(each.name in self.matches for each in special)
        sure = self.title >= 0.5 or any(each.required for each in special)
        return own >= min(len(special), 1 if sure else 2)

    @property
    def score(self) -> float:
        return 0.42 * self.required + 0.43 * self.explained + 0.15 * self.title


class Recogniser:
    """Knows the contracts of a pack; made once per intake, used for every table."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.wordings = {
            contract.name: {column.name: Wording(column) for column in contract.columns}
            for contract in pack.contracts.values()
        }
        claimed: Counter[str] = Counter()
        for wordings in self.wordings.values():
            claimed.update({word for each in wordings.values() for word in each.canonical})
        self.rarity = {word: 1.0 / count for word, count in claimed.items()}
        self.words = HeaderWords.of(
            [
                part
                for contract in pack.contracts.values()
                for column in contract.columns
                for header in (*column.headers, *([column.label.zh] if column.label else []))
                for part in (header, header.rpartition(PATH)[2])
            ]
        )

    def recognise(self, table: Table) -> RecognisedTable | Unrecognised:
        """The contract of a table with its columns, units and period; or why there is none."""
        headers = [SheetHeader(header) for header in table.headers]
        samples = sample_columns(table)
        if not table.header_rows:
            return self._unrecognised(table, headers, [])
        candidates = sorted(
            (
                self._candidate(table, headers, samples, contract)
                for contract in self.pack.contracts.values()
            ),
            key=lambda candidate: candidate.score,
            reverse=True,
        )
        fitting = [
            each
            for each in candidates
            if (each.required >= _REQUIRED or each.complete)
            and each.score >= (_ACCEPTED_UNUSUAL if each.complete else _ACCEPTED)
            and each.telling
            and each.explained >= 0.25
            # Half a register is none: households and persons would silently disappear.
            and (
                each.contract.role in ("feed", "place_changes")
                or (not each.missing and each.score >= _ACCEPTED_REGISTER)
            )
        ]
        if not fitting:
            return self._unrecognised(table, headers, candidates)
        best = fitting[0]
        rivals = [
            each
            for each in fitting[1:]
            if best.score - each.score < _AHEAD and best.title <= each.title
        ]
        if rivals and best.required <= max(each.required for each in rivals):
            return self._ambiguous(table, headers, best, rivals)
        mapping = {name: match.index for name, match in best.matches.items()}
        return RecognisedTable(
            table=table,
            contract=best.contract,
            mapping=mapping,
            units=_units(table, best.contract, mapping),
            period=_period(table, best.contract, mapping),
            constants=best.constants,
            score=round(best.score, 4),
        )

    def _candidate(
        self, table: Table, headers: list[SheetHeader], samples: list[Sample], contract: Contract
    ) -> _Candidate:
        title = _title_speaks(table, contract)
        matches = match_columns(
            table,
            headers,
            samples,
            contract,
            self.wordings[contract.name],
            dict(self.pack.codes),
            title >= 0.5,
        )
        constants, missing = _constants(table, contract, matches)
        required = [column for column in contract.columns if column.required]
        got = sum(
            _sureness(matches[column.name], column)
            if column.name in matches
            else float(column.name in constants or _from_text(column, matches))
            for column in required
        )
        by_index = {match.index: match for match in matches.values()}
        known, explained = 0.0, 0.0
        for index, header in enumerate(headers):
            weight = self.rarity.get(header.canonical, 0.0)
            if header.leaf and not weight:
                weight = 0.3 if index in by_index else 0.0
            known += weight
            if index in by_index:
                explained += weight * min(1.0, by_index[index].quality)
        return _Candidate(
            contract,
            matches,
            constants,
            missing,
            got / len(required) if required else 1.0,
            explained / known if known else 0.0,
            title,
        )

    def _unrecognised(
        self, table: Table, headers: list[SheetHeader], candidates: list[_Candidate]
    ) -> Unrecognised:
        found = tuple(header.text for header in headers if header.text)
        nearest = next((each for each in candidates if each.matches and each.required >= 0.3), None)
        where = Where(file=table.sheet.file, sheet=table.sheet.sheet or None)
        if not found:
            what = Text("没有找到表头行，看不出每一列是什么。", "No header row was found.")
        else:
            listed = _listed(found)
            what = Text(
                f"不能确定这是哪一类部门数据。找到的列:{listed}。",
                f"This is no delivery that the pack knows. Columns found: {listed}.",
            )
        missing: tuple[str, ...] = ()
        if nearest is None:
            remedy = Text(
                "请核对是否报错了文件；表头请写明“姓名”“身份证号”等列名。",
                "Check that this is the right file; name the columns in a header row.",
            )
        else:
            missing = tuple(_label(column).zh for column in nearest.missing)
            lack_zh = "、".join(missing) or "能区分数据类别的列"
            lack_en = ", ".join(_label(column).en for column in nearest.missing) or (
                "columns that tell it from others"
            )
            remedy = Text(
                f"最接近“{nearest.contract.label.zh}”，缺少:{lack_zh}。请补上这些列，或改用常用列名。",
                f"Nearest is “{nearest.contract.label.en}”; missing: {lack_en}. Add these columns "
                "or use the usual names.",
            )
        return Unrecognised(
            table,
            found,
            nearest.contract.name if nearest else None,
            missing,
            Problem(what=what, remedy=remedy, where=where),
        )

    def _ambiguous(
        self,
        table: Table,
        headers: list[SheetHeader],
        best: _Candidate,
        rivals: list[_Candidate],
    ) -> Unrecognised:
        listed = _listed([header.text for header in headers if header.text])
        names_zh = "、".join(f"“{each.contract.label.zh}”" for each in (best, *rivals))
        names_en = ", ".join(f"“{each.contract.label.en}”" for each in (best, *rivals))
        return Unrecognised(
            table,
            tuple(header.text for header in headers if header.text),
            best.contract.name,
            (),
            Problem(
                what=Text(
                    f"表头同时符合{names_zh}，不能自行断定是哪一类。找到的列:{listed}。",
                    f"The headers suit several deliveries equally well: {names_en}. Columns "
                    f"found: {listed}.",
                ),
                remedy=Text(
                    "请在标题或工作表名中写明是哪一类名单。",
                    "Say in the title or the sheet name which list it is.",
                ),
                where=Where(file=table.sheet.file, sheet=table.sheet.sheet or None),
            ),
        )


def recognise(table: Table, pack: Pack) -> RecognisedTable | Unrecognised:
    """One table with a pack; for many tables make one `Recogniser`."""
    return Recogniser(pack).recognise(table)


def _listed(headers: Sequence[str]) -> str:
    """The first headers for a message."""
    leaves = [header.rpartition(PATH)[2] for header in headers]
    return "、".join(leaves[:12]) + ("……" if len(leaves) > 12 else "")


def _label(column: ContractColumn) -> Text:
    return column.label or Text(column.name, column.name)


def _constants(
    table: Table, contract: Contract, matches: dict[str, Match]
) -> tuple[dict[str, str], tuple[ContractColumn, ...]]:
    """Values for columns the sheet does not have; and the required ones that stay missing."""
    constants: dict[str, str] = {}
    missing = []
    place = table.sheet.sheet + "\n" + table.title
    for column in contract.columns:
        if column.name in matches:
            continue
        said = next((value for word, value in column.from_sheet.items() if word in place), None)
        if said is None and column.name in _PLACE_OF_SHEET:
            # One sheet per township: its name is what the missing column would say.
            named = _PLACE_OF_SHEET[column.name].fullmatch(table.sheet.sheet.strip())
            said = named.group() if named else None
        if said is not None:
            constants[column.name] = said
        elif _from_text(column, matches):
            continue
        elif column.default is not None:
            constants[column.name] = column.default
        elif column.required:
            missing.append(column)
    return constants, tuple(missing)


def _sureness(match: Match, column: ContractColumn) -> float:
    """Identity numbers and names are known by their cells, whatever the header calls them."""
    known = ROLE if column.type in ("id_number", "name") and match.quality >= CONTENT else 0.0
    return min(1.0, max(match.quality, known))


def _from_text(column: ContractColumn, matches: dict[str, Match]) -> bool:
    return column.from_text is not None and column.from_text in matches


def _title_speaks(table: Table, contract: Contract) -> float:
    """0…1: does the title or the sheet name speak of the contract? Longer words say more."""
    place = fold(table.title + table.sheet.sheet)
    words = [fold(title) for title in contract.titles]
    longest = max((len(word) for word in words if word and word in place), default=0)
    return min(1.0, longest / 4)


def _units(
    table: Table, contract: Contract, mapping: dict[str, int]
) -> dict[str, list[tuple[int, int, str]]]:
    """Declared units. A section line overrides the header, the header overrides the title."""
    if not table.body.size:
        return {}
    first, last = int(table.body[0]), int(table.body[-1])
    titled = money_unit(table.title) or money_unit(table.notes)
    blocks = [
        (start, end, unit)
        for start, end, text in table.sections
        if (unit := money_unit(text)) is not None
    ]
    units: dict[str, list[tuple[int, int, str]]] = {}
    for name, index in mapping.items():
        column = contract.column(name)
        if column is None or column.type not in _NUMERIC:
            continue
        whole = unit_of(table.headers[index])
        if whole is None and column.type in _MONEY:
            whole = titled
        spans = []
        if column.type in _MONEY and blocks:
            spans = _with_blocks(first, last, whole, blocks)
        elif whole is not None:
            spans = [(first, last, whole)]
        if spans:
            units[name] = spans
    return units


def _with_blocks(
    first: int, last: int, whole: str | None, blocks: list[tuple[int, int, str]]
) -> list[tuple[int, int, str]]:
    spans = []
    at = first
    for start, end, unit in blocks:
        if whole is not None and start > at:
            spans.append((at, start - 1, whole))
        spans.append((start, end, unit))
        at = end + 1
    if whole is not None and at <= last:
        spans.append((at, last, whole))
    return spans


def _period(table: Table, contract: Contract, mapping: dict[str, int]) -> date | None:
    """Title, then sheet name, then cells, then notes and file name; the exactest answer wins."""
    found: list[Period] = []
    for text in (table.title, table.sheet.sheet):
        period = period_in(text)
        if period:
            found.append(period)
    found += _period_of_cells(table, contract, mapping)
    for text in (table.sheet.file.rpartition(".")[0] or table.sheet.file, table.notes):
        period = period_in(text)
        if period:
            found.append(period)
    if not found:
        return None
    exactest = max(period.exactness for period in found)
    return next(period.month for period in found if period.exactness == exactest)


def _period_of_cells(table: Table, contract: Contract, mapping: dict[str, int]) -> list[Period]:
    if not table.body.size or contract.period in ("as_of", "term", "year"):
        return []
    stated = [
        column
        for column in contract.columns
        if column.type in ("date", "month")
        and column.name in mapping
        and _SPEAKS_FOR.search(table.headers[mapping[column.name]])
        and not _BEGINS.search(table.headers[mapping[column.name]])
    ]
    happened = [
        column
        for column in contract.columns
        if column.required and column.type == "date" and contract.period != "month"
    ]
    found = []
    for column, events in [(each, False) for each in stated] + [(each, True) for each in happened]:
        if column.name not in mapping:
            continue
        cells = table.sheet.columns[mapping[column.name]].text
        body = cells.gather(table.body - 1).drop_nulls()
        period = month_of_cells(body.to_list(), events)
        if period:
            found.append(period)
    return found


__all__ = ["Recogniser", "recognise"]
