"""Contracts: standard columns filled in, names inside a contract that must point at its columns."""

from dataclasses import replace
from typing import Any

from fangpin.kernel.errors import FangpinError
from fangpin.policy.cell_tests import CELL_TESTS
from fangpin.policy.loading.reading import Problems, meant
from fangpin.policy.loading.shapes import BAD
from fangpin.policy.loading.tree import Scalar
from fangpin.policy.loading.values import Converter
from fangpin.policy.names import EVERYTHING, type_of
from fangpin.policy.pack import Contract, ContractColumn, StandardColumn

NUMERIC = ("integer", "number", "money", "money_text")


class ContractResolver:
    """Fills in standard columns and converts values; reports what points nowhere."""

    def __init__(
        self, standard: dict[str, StandardColumn], converter: Converter, problems: Problems
    ) -> None:
        self.standard = standard
        self.converter = converter
        self.problems = problems
        self.own: dict[str, str] = {}

    def resolve(self, contract: Contract) -> Contract:
        """The contract as the rest of Fangpin sees it."""
        columns: dict[str, ContractColumn] = {}
        # A header written in the contract belongs to its column; standard synonyms step back.
        self.own = {each: column.name for column in contract.columns for each in column.headers}
        for written in contract.columns:
            if written.name in columns:
                self.problems.at(
                    written.origin,
                    "name",
                    (
                        f"合同 {contract.name} 的列 {written.name} 重复",
                        f"contract {contract.name}: the column {written.name} is there twice",
                    ),
                    ("只保留一个", "keep one"),
                )
                continue
            column = self._column(written)
            if column is not None:
                columns[written.name] = column
        resolved = replace(contract, columns=tuple(columns.values()))
        self._inner_names(resolved)
        self._headers(resolved)
        return resolved

    def _column(self, column: ContractColumn) -> ContractColumn | None:
        standard = self.standard.get(column.name)
        if standard is None and not column.type:
            self.problems.at(
                column.origin,
                "name",
                (
                    f"列 {column.name} 没有写 type，也不是标准列",
                    f"the column {column.name} has no type and is not a standard column",
                ),
                meant(column.name, self.standard),
            )
            return None
        if standard is not None:
            if column.type and column.type != standard.type:
                self.problems.at(
                    column.origin,
                    "type",
                    (
                        f"标准列 {column.name} 的类型是 {standard.type}，这里写 {column.type}",
                        f"the standard column {column.name} is {standard.type}, not {column.type}",
                    ),
                    ("删去 type，或换一个列名", "remove type, or choose another column name"),
                )
            column = replace(
                column,
                type=standard.type,
                headers=(*column.headers, *self._synonyms(standard)),
                label=column.label or standard.label,
                unit=column.unit or standard.unit,
                domain=column.domain or standard.domain,
                standard=True,
            )
        return self._converted(column)

    def _synonyms(self, standard: StandardColumn) -> list[str]:
        """Standard headers that no column of the contract has written for itself."""
        return [header for header in standard.headers if header not in self.own]

    def _converted(self, column: ContractColumn) -> ContractColumn:
        name, origin = column.name, column.origin
        if column.unit is not None and column.type not in NUMERIC:
            self.problems.at(
                origin,
                "unit",
                (f"列 {name} 是 {column.type}，没有单位", f"{name}: {column.type} has no unit"),
                ("删去 unit", "remove unit"),
            )
        try:
            type_of(column.type, column.unit if column.type in NUMERIC else None)
        except FangpinError as error:
            for problem in error.problems:
                self.problems.at(
                    origin,
                    "unit",
                    (f"列 {name}：{problem.what.zh}", f"column {name}: {problem.what.en}"),
                    (problem.remedy.zh, problem.remedy.en),
                )
        if column.domain is not None and column.type not in NUMERIC:
            self.problems.at(
                origin,
                "domain",
                (f"列 {name} 不是数字，不能有 domain", f"{name} is no number and has no domain"),
                ("删去 domain", "remove domain"),
            )
        if column.codes is not None:
            for key in ("from_sheet", "keywords"):
                mapping: dict[str, Any] = dict(getattr(column, key))
                words = list(mapping.values()) if key == "from_sheet" else list(mapping)
                self.converter.codes_in(words, column.codes, origin, key, name)
            if column.default is not None:
                self.converter.codes_in([column.default], column.codes, origin, "default", name)
        if column.domain is None and column.type in NUMERIC:
            column = replace(column, domain=EVERYTHING)
        values = [
            self.converter.value(raw, column.type, column.unit, origin, f"{name}.not_all")
            if isinstance(raw, Scalar)
            else raw
            for raw in column.not_all
        ]
        return replace(column, not_all=tuple(value for value in values if value is not BAD))

    def _inner_names(self, contract: Contract) -> None:
        names = [column.name for column in contract.columns]
        pointed = [(key, "key", contract.origin) for key in contract.key]
        if contract.amount_of_household:
            pointed.append((contract.amount_of_household, "amount_of_household", contract.origin))
        pointed += [
            (column.from_text, "from_text", column.origin)
            for column in contract.columns
            if column.from_text
        ]
        pointed += [
            (name, "inside_county", column.origin)
            for column in contract.columns
            for name in column.inside_county
        ]
        for name, key, origin in pointed:
            if name not in names:
                self.problems.at(
                    origin,
                    key,
                    (
                        f"合同 {contract.name} 的 {key} 指向不存在的列 {name}",
                        f"contract {contract.name}: {key} names {name}, which is not its column",
                    ),
                    meant(name, names),
                )
        for column in contract.columns:
            if (column.keywords or column.after) and not column.from_text:
                self.problems.at(
                    column.origin,
                    "keywords" if column.keywords else "after",
                    (
                        f"列 {column.name} 有 keywords 或 after，却没有 from_text",
                        f"the column {column.name} has keywords or after, but no from_text",
                    ),
                    ("加上 from_text: 列名", "add from_text: <column>"),
                )
            self._test(column)

    def _test(self, column: ContractColumn) -> None:
        """A test needs the column it looks at, and the figures and words it asks for."""
        declared = CELL_TESTS.get(column.test or "")
        wanted = {
            "from_text": declared is not None,
            "words": declared is not None and declared.words,
            "at": declared is not None and declared.places > 0,
        }
        for key, needed in wanted.items():
            written = bool(getattr(column, key))
            if needed == written or (key == "from_text" and declared is None):
                continue
            if needed:
                what = (
                    f"列 {column.name}：test: {column.test} 还需要 {key}",
                    f"column {column.name}: test: {column.test} needs {key}",
                )
                do = f"写上 {key}，见 docs/packs.md", f"write {key}; see docs/packs.md"
            else:
                what = (
                    f"列 {column.name} 用不到 {key}",
                    f"column {column.name} has no use for {key}",
                )
                do = f"删去 {key}", f"remove {key}"
            self.problems.at(column.origin, "test" if needed else key, what, do)
        if declared is None:
            return
        if declared.type and column.type != declared.type:
            self.problems.at(
                column.origin,
                "type",
                (
                    f"列 {column.name}：test: {column.test} 得到 {declared.type}，"
                    f"类型却写 {column.type}",
                    f"column {column.name}: test: {column.test} yields {declared.type}, "
                    f"but the type is {column.type}",
                ),
                (f"写 type: {declared.type}", f"write type: {declared.type}"),
            )
        if declared.places and len(column.at) not in (0, declared.places):
            self.problems.at(
                column.origin,
                "at",
                (
                    f"列 {column.name}：at 要 {declared.places} 个数",
                    f"column {column.name}: at needs {declared.places} numbers",
                ),
                ("从 1 数起，写首尾位置", "count from 1; write first and last place"),
            )

    def _headers(self, contract: Contract) -> None:
        """A header that two columns of one contract claim can never be decided."""
        first: dict[str, str] = {}
        for column in contract.columns:
            sourced = (
                column.from_sheet
                or column.from_text
                or column.inside_county
                or column.test
                or column.default is not None
            )
            if not column.headers and not sourced:
                self.problems.at(
                    column.origin,
                    None,
                    (
                        f"列 {column.name} 没有表头写法",
                        f"the column {column.name} has no headers",
                    ),
                    ("加上 headers: [表头, …]", "add headers: [header, …]"),
                )
            own = column.headers
            for header in own:
                other = first.setdefault(header, column.name)
                if other != column.name:
                    self.problems.at(
                        column.origin,
                        "headers",
                        (
                            f"合同 {contract.name} 的 {other} 和 {column.name} 都认表头“{header}”",
                            f"contract {contract.name}: {other} and {column.name} both claim "
                            f"the header {header}",
                        ),
                        ("只留给其中一列", "leave it to one of them"),
                    )
