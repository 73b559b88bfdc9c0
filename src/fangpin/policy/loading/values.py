"""Values as written become values in base units: 万元 → fen, 50 % → 1/2, ISO text → date."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from fangpin.kernel.errors import FangpinError
from fangpin.policy.language.types import parse_declared_unit
from fangpin.policy.loading.reading import Problems, meant
from fangpin.policy.loading.shapes import BAD
from fangpin.policy.loading.tree import Scalar, Sequence
from fangpin.policy.names import type_of
from fangpin.policy.pack import Codes, Origin, Parameter, ParameterValue, Value, codes_name

LARGEST = 10**15


class Converter:
    """Converts scalars to the values of a declared type; reports what does not fit."""

    def __init__(self, vocabularies: dict[str, Codes], problems: Problems) -> None:
        self.vocabularies = vocabularies
        self.problems = problems

    def value(
        self, raw: Scalar, type_: str, unit: str | None, origin: Origin, name: str
    ) -> Value | Any:
        """One value of `type_`, or BAD. `origin` is the record the value stands in."""
        read = raw.value
        match codes_name(type_) or type_:
            case "bool" if isinstance(read, bool):
                return read
            case "date" | "month" if isinstance(read, str):
                try:
                    return date.fromisoformat(read)
                except ValueError:
                    return self._refuse(raw, type_, origin, name)
            case "integer" | "number" | "money" | "money_text":
                return self._number(raw, type_, unit, origin, name)
            case vocabulary if type_.startswith("code:"):
                return self._code(raw, vocabulary, origin, name)
            case "code" if isinstance(read, str):
                return read
            case "text" | "name" | "phone" if isinstance(read, str):
                return read
        return self._refuse(raw, type_, origin, name)

    def _number(
        self, raw: Scalar, type_: str, unit: str | None, origin: Origin, name: str
    ) -> Value | Any:
        read = raw.value
        if isinstance(read, bool) or not isinstance(read, (int, Decimal)):
            return self._refuse(raw, type_, origin, name)
        try:
            factor = parse_declared_unit(unit or "").factor
        except FangpinError:
            return BAD  # the unit itself has been reported
        exact = Fraction(read) * factor
        if abs(exact) > LARGEST:
            return self._refuse(raw, type_, origin, name)
        decimals = {"integer": 0, "money": 2, "money_text": 2}.get(type_, 4)
        scaled = exact * 10**decimals
        if scaled.denominator != 1:
            self._report(
                raw,
                origin,
                (
                    f"{name} 的值 {raw.text} 小数太多，{type_} 最多 {decimals} 位",
                    f"{name}: {raw.text} has too many decimals, {type_} holds {decimals}",
                ),
                ("减少小数位数，或改用别的类型", "write fewer decimals or choose another type"),
            )
            return BAD
        return exact if type_ == "number" else int(scaled)

    def _code(self, raw: Scalar, vocabulary: str, origin: Origin, name: str) -> Value | Any:
        codes = self.vocabularies.get(vocabulary)
        if codes is None:
            return BAD  # the missing vocabulary has been reported
        if isinstance(raw.value, str | int) and codes.get(raw.text) is not None:
            return raw.text
        self._report(
            raw,
            origin,
            (
                f"{name} 的值 {raw.text} 不在代码表 {vocabulary} 里",
                f"{name}: {raw.text} is not a code of {vocabulary}",
            ),
            meant(raw.text, [code.code for code in codes.values]),
        )
        return BAD

    def codes_in(
        self, words: Iterable[str], vocabulary: str, origin: Origin, key: str, name: str
    ) -> None:
        """Reports every word that is not a code of `vocabulary`."""
        codes = self.vocabularies.get(vocabulary)
        if codes is None:
            return
        for word in words:
            if codes.get(word) is None:
                self.problems.at(
                    origin,
                    key,
                    (
                        f"{name} 的 {key} 里 {word} 不在代码表 {vocabulary} 里",
                        f"{name}: {word} in {key} is not a code of {vocabulary}",
                    ),
                    meant(word, [code.code for code in codes.values]),
                )

    def parameter(self, written: Parameter) -> Parameter:
        """The parameter with converted, sorted values; values that do not fit are left out."""
        values: list[ParameterValue] = []
        for each in written.values:
            raw: Any = each.value
            if not isinstance(raw, Scalar | Sequence):
                values.append(each)
                continue
            value = self.parameter_value(raw, written, each.origin)
            if value is not BAD:
                values.append(replace(each, value=value))
        try:
            unit = type_of(written.type, written.unit, written.codes).unit
        except FangpinError as error:
            for problem in error.problems:
                self.problems.at(
                    written.origin,
                    "unit" if written.unit else "type",
                    (f"{written.name}：{problem.what.zh}", f"{written.name}: {problem.what.en}"),
                    (problem.remedy.zh, problem.remedy.en),
                )
            return replace(written, values=tuple(values))
        values.sort(key=lambda each: each.from_)
        return replace(written, values=tuple(values), base_unit=str(unit) or None)

    def parameter_value(
        self, raw: Scalar | Sequence, written: Parameter, origin: Origin
    ) -> Value | Any:
        """One value of a parameter in base units, or BAD."""
        coded = f"code:{written.codes}" if written.codes else "code"
        if written.type == "list":
            if not isinstance(raw, Sequence):
                self._report(
                    Scalar("…", True, raw.line),
                    origin,
                    (f"{written.name} 的值应为列表", f"{written.name}: the value must be a list"),
                    ("写成 [甲, 乙]", "write [a, b]"),
                )
                return BAD
            items = [self.value(item, coded, None, origin, written.name) for item in raw.items]  # type: ignore[arg-type]
            return BAD if BAD in items else tuple(items)
        if isinstance(raw, Sequence):
            return self._refuse(Scalar("[…]", True, raw.line), written.type, origin, written.name)
        type_ = coded if written.type == "code" else written.type
        return self.value(raw, type_, written.unit, origin, written.name)

    def _refuse(self, raw: Scalar, type_: str, origin: Origin, name: str) -> Any:
        hint = {
            "bool": ("写 true 或 false", "write true or false"),
            "date": ("写成 2021-05-31", "write it like 2021-05-31"),
            "month": ("写成 2021-05-01", "write it like 2021-05-01"),
            "integer": ("写不带引号的整数", "write a whole number without quotes"),
            "number": ("写不带引号的数字", "write a number without quotes"),
            "money": (
                "写以元计的数字，不带引号和千分位",
                "write a number in 元, without quotes and separators",
            ),
        }.get(type_, ("写成文字；数字要加引号", "write text; put numbers in quotes"))
        self._report(
            raw,
            origin,
            (
                f"{name} 的值 {raw.text} 不是 {type_} 类型",
                f"{name}: {raw.text} is not of type {type_}",
            ),
            hint,
        )
        return BAD

    def _report(
        self, raw: Scalar, origin: Origin, what: tuple[str, str], do: tuple[str, str]
    ) -> None:
        at = Origin(origin.file, raw.line, origin.pack)
        self.problems.at(at, None, what, do)
