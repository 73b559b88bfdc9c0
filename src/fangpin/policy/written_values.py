"""A parameter's value as a person writes it on one line: 20000 元, 2万元, 80%, 2021-08-31, 是, [a].

Units are those of the pack's author (docs/packs.md, parameters.yaml): a bare number counts in the
unit that the parameter declares; 万 and % are converted; another unit is refused, never converted
silently. `written` is the way back: a text that reads as the same value.
"""

import re
from datetime import date
from fractions import Fraction

from fangpin.kernel.characters import without_spaces
from fangpin.kernel.errors import FangpinError, Where
from fangpin.policy.language.types import Unit, parse_declared_unit
from fangpin.policy.loading.reading import meant
from fangpin.policy.loading.values import LARGEST
from fangpin.policy.pack import Codes, Pack, Parameter, Value
from fangpin.policy.printed import plain_number

_TRUTH = {
    **dict.fromkeys(("true", "yes", "on", "是", "开"), True),
    **dict.fromkeys(("false", "no", "off", "否", "关"), False),
}
_NUMBER = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?([百千万亿]?)(.*)")
_TIMES = {"": 1, "百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_DECIMALS = {"integer": 0, "money": 2, "number": 4}


def read_value(pack: Pack, parameter: Parameter, text: str) -> Value:
    """`text` as a value of the parameter, in base units (fen, shares, dates).

    Raises FangpinError: not of the parameter's type, another unit, an unknown code, too large.
    """
    plain = without_spaces(text)
    match parameter.type:
        case "bool":
            if plain.lower() not in _TRUTH:
                raise _refused(parameter, text, ("写 是 或 否", "write true or false"))
            return _TRUTH[plain.lower()]
        case "integer" | "number" | "money":
            return _number(parameter, text, plain)
        case "date" | "month":
            return _date(parameter, text, plain)
        case "code":
            return _code(pack, parameter, plain)
        case "list":
            inner = plain[1:-1] if plain.startswith("[") and plain.endswith("]") else plain
            words = [word for word in re.split("[,、;]", inner) if word]
            return tuple(_code(pack, parameter, word.strip("'\"")) for word in words)
        case _:
            return text.strip()


def written(parameter: Parameter, value: Value) -> str:
    """The value in the unit the parameter declares, as `read_value` reads it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return f"[{', '.join(value)}]"
    if isinstance(value, date | str):
        return str(value)
    declared = parse_declared_unit(parameter.unit or "")
    amount = Fraction(value, 100) if parameter.type == "money" else Fraction(value)
    number = plain_number(amount / declared.factor).replace(",", "")
    unit = parameter.unit if parameter.unit not in (None, "", "1") else ""
    return f"{number}{unit}" if unit == "%" else f"{number} {unit}".rstrip()


def _number(parameter: Parameter, text: str, plain: str) -> Value:
    matched = _NUMBER.fullmatch(plain)
    if matched is None:
        raise _refused(parameter, text, _example(parameter))
    sign, whole, decimals, times, unit = matched.groups()
    number = Fraction(f"{sign}{whole.replace(',', '')}.{decimals or '0'}") * _TIMES[times]
    declared = parse_declared_unit(parameter.unit or ("元" if parameter.type == "money" else ""))
    if not unit:
        if declared.factor == Fraction(1, 100) and not times and 0 < abs(number) <= 1:
            shown = plain_number(number)
            raise _refused(
                parameter,
                text,
                (
                    f"写明百分号：{plain_number(number * 100)}% 或 {shown}%",
                    f"write the sign: {plain_number(number * 100)}% or {shown}%",
                ),
            )
        factor = Fraction(1) if times and parameter.type == "money" else declared.factor
    else:
        try:
            given = parse_declared_unit(unit)
        except FangpinError:
            raise _refused(parameter, text, _example(parameter)) from None
        if not _same(given.unit, declared.unit) or (
            (declared.factor == Fraction(1, 100)) != (given.factor == Fraction(1, 100))
        ):
            raise _another_unit(parameter, text, unit)
        factor = given.factor
    exact = number * factor
    scaled = exact * 10 ** _DECIMALS[parameter.type]
    if abs(exact) > LARGEST or scaled.denominator != 1:
        raise _refused(parameter, text, _example(parameter))
    return exact if parameter.type == "number" else int(scaled)


def _same(given: Unit, declared: Unit) -> bool:
    """The same unit; or money whose `per person and year` was left unsaid."""
    above = Unit.of((name, power) for name, power in declared.powers if power > 0)
    return given == declared or (given == above and given.power("元") == 1)


def _date(parameter: Parameter, text: str, plain: str) -> date:
    matched = _DATE.fullmatch(plain)
    if matched is not None:
        try:
            return date(*(int(part) for part in matched.groups()))
        except ValueError:
            pass
    raise _refused(
        parameter, text, ("写成 2021-05-31 这样的日期", "write a date that exists, like 2021-05-31")
    )


def _code(pack: Pack, parameter: Parameter, word: str) -> str:
    """A code, or the one word of its vocabulary that stands for it."""
    codes: Codes | None = pack.codes.get(parameter.codes or "")
    if codes is None:
        return word
    if codes.get(word) is not None:
        return word
    spelled = {code.code for code in codes.values if word in (code.zh, code.en, *code.also)}
    if len(spelled) == 1:
        return spelled.pop()
    raise FangpinError.because(
        f"param.{parameter.name}：“{word}”不在“{codes.label.zh}”的代码表里",
        f"param.{parameter.name}: {word!r} is not a code of {codes.label.en}",
        do_zh=meant(word, [code.code for code in codes.values])[0],
        do_en=meant(word, [code.code for code in codes.values])[1],
        where=Where(column=f"param.{parameter.name}"),
    )


def _example(parameter: Parameter) -> tuple[str, str]:
    newest = written(parameter, parameter.values[-1].value)
    whole = parameter.type == "integer"
    return (
        f"写成 {newest} 这样的{'整数' if whole else '数'}",
        f"write a {'whole number' if whole else 'number'} such as {newest}",
    )


def _refused(parameter: Parameter, text: str, do: tuple[str, str]) -> FangpinError:
    words = {
        "bool": ("是/否", "yes or no"),
        "integer": ("整数", "a whole number"),
        "number": ("数", "a number"),
        "money": ("金额", "an amount of money"),
        "date": ("日期", "a date"),
        "month": ("日期", "a date"),
    }[parameter.type]
    return FangpinError.because(
        f"param.{parameter.name}（{parameter.label.zh}）应为{words[0]}，写的是“{text}”",
        f"param.{parameter.name} ({parameter.label.en}) is {words[1]}, got {text!r}",
        do_zh=do[0],
        do_en=do[1],
        where=Where(column=f"param.{parameter.name}"),
    )


def _another_unit(parameter: Parameter, text: str, unit: str) -> FangpinError:
    declared = parameter.unit if parameter.unit not in (None, "", "1") else None
    zh, en = _example(parameter)
    return FangpinError.because(
        f"param.{parameter.name}（{parameter.label.zh}）的单位是“{declared or '无'}”，"
        f"写的是“{unit}”",
        f"param.{parameter.name} ({parameter.label.en}) counts in {declared or 'plain numbers'}, "
        f"got {unit!r}",
        do_zh=zh,
        do_en=en,
        where=Where(column=f"param.{parameter.name}"),
    )
