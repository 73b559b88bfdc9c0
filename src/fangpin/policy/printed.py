"""Figures of a pack as people read them: units, shares as percent, relations in words."""

from datetime import date
from fractions import Fraction

from fangpin.kernel.errors import Text
from fangpin.policy.language.types import ENGLISH_UNITS
from fangpin.policy.pack import FigureValue, Parameter, Value

RELATION_WORDS = {
    "exactly": Text("为", "exactly"),
    "at_least": Text("不低于", "at least"),
    "at_most": Text("不超过", "at most"),
    "more_than": Text("高于", "more than"),
    "less_than": Text("低于", "less than"),
    "about": Text("约", "about"),
    "between": Text("介于", "between"),
    "all": Text("全部", "all"),
    "growing": Text("增长", "growing"),
}


_SINGULAR = {
    "年": "year",
    "月": "month",
    "天": "day",
    "人": "person",
    "户": "household",
    "岁": "year old",
    "次": "time",
}


def plain_number(value: Fraction | int) -> str:
    """Shortest exact decimal with thousands separators; a fraction that has none as n/d."""
    value = Fraction(value)
    for digits in range(0, 7):
        scaled = value * 10**digits
        if scaled.denominator == 1:
            whole, rest = divmod(abs(scaled.numerator), 10**digits)
            sign = "-" if value < 0 else ""
            return f"{sign}{whole:,}" + (f".{rest:0{digits}d}" if digits else "")
    return f"{value.numerator}/{value.denominator}"


def english_unit(unit: str) -> str:
    """A unit with its known words in English: 元/人·年 → yuan/person·year; others unchanged."""
    above, slash, below = unit.partition("/")
    up = "·".join(ENGLISH_UNITS.get(word, word) for word in above.split("·"))
    down = "·".join(_SINGULAR.get(word, ENGLISH_UNITS.get(word, word)) for word in below.split("·"))
    return f"{up}{slash}{down}"


def printed_value(parameter: Parameter, value: Value) -> Text:
    """A parameter's value in its base unit (a share in percent when declared so)."""
    if isinstance(value, bool):
        return Text("是" if value else "否", "yes" if value else "no")
    if isinstance(value, tuple):
        listed = ", ".join(value) or "—"
        return Text(listed.replace(", ", "、"), listed)
    if isinstance(value, date | str):
        return Text(str(value), str(value))
    if (parameter.unit or "") in ("%", "%"):
        shown = f"{plain_number(Fraction(value) * 100)}%"
        return Text(shown, shown)
    money = parameter.type == "money"
    number = plain_number(Fraction(value, 100) if money else value)
    return with_unit(number, parameter.base_unit)


def with_unit(number: str, unit: str | None) -> Text:
    """A printed number and its unit in both languages."""
    if not unit or unit == "1":
        return Text(number, number)
    if unit in ("%", "%"):
        return Text(f"{number}%", f"{number}%")
    english = _SINGULAR.get(unit, english_unit(unit)) if number == "1" else english_unit(unit)
    return Text(f"{number}{unit}", f"{number} {english}".rstrip())


def printed_figure(
    relation: str, value: FigureValue | None, unit: str | None, text: Text | None = None
) -> Text:
    """A figure or target with its relation in words, or the document's own words."""
    words = RELATION_WORDS[relation]
    if value is None or value is True:
        return text or words
    if isinstance(value, tuple):
        low, high = (with_unit(plain_number(each), unit) for each in value)
        return Text(f"{low.zh}至{high.zh}", f"{low.en} to {high.en}")
    shown = with_unit(plain_number(value), unit)
    if relation == "exactly":
        figure = shown
    else:
        figure = Text(f"{words.zh}{shown.zh}", f"{words.en} {shown.en}")
    if text is None:
        return figure
    return Text(f"{figure.zh}（{text.zh}）", f"{figure.en} ({text.en})")
