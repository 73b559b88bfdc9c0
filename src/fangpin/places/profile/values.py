"""Village figures between people's writing and what is kept. Unknown stays unknown."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fangpin.kernel.characters import fold_width
from fangpin.kernel.errors import Text
from fangpin.places.profile.catalogue import Catalogue, Field, Kind, catalogue

Value = int | bool | str
_YES = frozenset({"是", "有", "已通", "通", "yes", "true", "1", "√"})
_NO = frozenset({"否", "无", "未通", "不通", "no", "false", "0", "×"})


class Unreadable(ValueError):
    """A value that is no value of its field, with a sentence."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def read_value(field: Field, written: str, *, scale: int = 1) -> Value | None:
    """What somebody wrote, as it is kept; None for nothing. Raises Unreadable.

    `scale` multiplies amounts of money: 10000 where a column is in 万元.
    """
    text = fold_width(written).strip()
    if text in ("", "-", "—", "——", "/"):
        return None
    match field.kind:
        case Kind.BOOL:
            if text.lower() in _YES:
                return True
            if text.lower() in _NO:
                return False
            raise Unreadable(
                Text(f"“{text[:20]}”不是“是”或“否”", f"“{text[:20]}” is not yes or no")
            )
        case Kind.CODE:
            return _code(text)
        case Kind.TEXT:
            if len(text) > 120:
                raise Unreadable(Text("超过 120 字", "longer than 120 characters"))
            return text
        case Kind.YEAR:
            return _bounded(field, _number(text, 0), 1949, 2100)
        case Kind.COUNT:
            return _bounded(field, _number(text, 0), 0, field.highest)
        case Kind.MONEY:
            return _bounded(field, _number(text, 2, scale=scale), 0, field.highest)
        case Kind.NUMBER:
            return _bounded(field, _number(text, 2), 0, field.highest)


def _code(text: str) -> str:
    for code, label in catalogue().classes.items():
        if text in (code, label.zh, label.en) or text in label.zh.replace("）", "（").split("（"):
            return code
    raise Unreadable(Text(f"没有类别“{text[:20]}”", f"there is no class “{text[:20]}”"))


def _number(text: str, places: int, *, scale: int = 1) -> int:
    plain = text.replace(",", "").replace(" ", "")
    if not re.fullmatch(r"[0-9]{1,13}(\.[0-9]+)?", plain):
        raise Unreadable(Text(f"“{text[:20]}”不是数字", f"“{text[:20]}” is no number"))
    scaled = Decimal(plain) * scale * 10**places
    if scaled != scaled.to_integral_value():
        raise Unreadable(
            Text("应为整数", "a whole number is wanted")
            if places == 0
            else Text(f"小数最多 {places} 位", f"at most {places} decimals")
        )
    return int(scaled)


def _bounded(field: Field, value: int, low: int, high: int | None) -> int:
    if value < low or (high is not None and value > high):
        raise Unreadable(
            Text(
                f"超出合理范围：{printed(field, value)}", f"out of bounds: {printed(field, value)}"
            )
        )
    return value


def printed(field: Field, value: Value) -> str:
    """The value without its unit, as it stands in a form: yuan, decimals without trailing zeros."""
    if field.kind in (Kind.MONEY, Kind.NUMBER):
        whole, rest = divmod(int(value), 100)
        return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") if rest else str(whole)
    if field.kind is Kind.BOOL:
        return "是" if value else "否"
    return str(value)


def worded(field: Field, value: Value) -> Text:
    """The value for readers: words for codes and yes/no, thousands separated."""
    if field.kind is Kind.BOOL:
        return Text("是", "yes") if value else Text("否", "no")
    if field.kind is Kind.CODE:
        return catalogue().classes.get(str(value), Text(str(value), str(value)))
    if field.kind in (Kind.COUNT, Kind.MONEY, Kind.NUMBER):
        whole, dot, rest = printed(field, value).partition(".")
        text = f"{int(whole):,}{dot}{rest}"
        return Text(text, text)
    return Text(str(value), str(value))


@dataclass(frozen=True)
class Remark:
    """What does not fit together. `error` is refused, a doubt is kept and shown."""

    field: str
    text: Text
    error: bool


def remarks(values: Mapping[str, Value], village: Catalogue | None = None) -> list[Remark]:
    """Checks over what is known; a check with something unknown says nothing."""
    asked = village or catalogue()
    found = [
        Remark(field.name, Text(f"{field.label.zh}不能为 0", f"{field.label.en}: not 0"), True)
        for field in asked.not_zero
        if values.get(field.name) == 0
    ]
    for check in asked.checks:
        part, whole = values.get(check.part.name), values.get(check.whole.name)
        if part is None or whole is None or int(part) <= int(whole):
            continue
        small, large = printed(check.part, part), printed(check.whole, whole)
        found.append(
            Remark(
                check.part.name,
                Text(
                    f"{check.part.label.zh} {small} 多于{check.whole.label.zh} {large}",
                    f"{check.part.label.en} {small} exceed {check.whole.label.en} {large}",
                ),
                check.error,
            )
        )
    return found


def implausible_year(year: int, today: date) -> bool:
    """A profile is about a year that has begun."""
    return not 1990 <= year <= today.year
