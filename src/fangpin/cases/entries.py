"""What is entered at a step, as values that are kept; refused in words when it does not fit.

Kept values are plain JSON: money as integer fen, integers, other numbers as exact decimal text,
dates as ISO text, codes as they are, a signature as the picture's data address. An entry about each
member is {person id as text: value}.
"""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, Final

from fangpin.cases.frozen import Frozen
from fangpin.kernel.errors import FangpinError, Problem, Text, Where
from fangpin.kernel.money import MoneyVerdict, read_money
from fangpin.policy.procedure_records import Entry, Outcome, Step
from fangpin.policy.rates import INPUTS, LABELS, rate
from fangpin.registry.catalogue.load import catalogue
from fangpin.registry.values import accept

_LONGEST: Final = {"text": 200, "long_text": 2000}
_PICTURE: Final = "data:image/png;base64,"
_LARGEST_SIGNATURE: Final = 200_000
_TRUE, _FALSE = ("true", "yes", "1", "是"), ("false", "no", "0", "否")
_AGAIN: Final = Text("更正后重新提交", "correct it and send it again")


class _Unfit(Exception):
    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.said = Text(zh, en)


def checked(
    frozen: Frozen, step: Step, given: Mapping[str, Any], members: Sequence[int], *, needed: bool
) -> dict[str, Any]:
    """Values by entry id. `members`: ids of the household's members. `needed`: whether required
    entries must be there (not when a case is sent back).

    Raises FangpinError with every fault, each naming its entry; an id that the step does not ask
    for is one.
    """
    problems: list[Problem] = []
    found: dict[str, Any] = {}
    asked = {entry.id: entry for entry in step.enter}
    for name in given:
        if name not in asked:
            problems.append(
                _problem(
                    Text(f"这一环节没有“{name[:40]}”", f"nothing is called {name[:40]} here"), ""
                )
            )
    for entry in step.enter:
        value = given.get(entry.id)
        if entry.about == "each_member":
            value = value if isinstance(value, Mapping) else {}
            kept = {
                str(pk): read
                for pk in members
                if (read := _one(frozen, entry, value.get(str(pk)), problems, needed)) is not None
            }
            if kept:
                found[entry.id] = kept
        elif (read := _one(frozen, entry, value, problems, needed)) is not None:
            found[entry.id] = read
    if problems:
        raise FangpinError(problems)
    return found


def _one(frozen: Frozen, entry: Entry, value: Any, problems: list[Problem], needed: bool) -> Any:
    """One value; None when there is none or it does not fit (then a problem is added)."""
    if isinstance(value, str):
        value = value.strip()
    if value is None or value == "" or value == [] or value == {}:
        if entry.required and needed:
            label = entry.label
            problems.append(
                _problem(Text(f"请填写“{label.zh}”", f'"{label.en}" is missing'), entry.id)
            )
        return None
    try:
        return _READERS[entry.type](frozen, entry, value)
    except _Unfit as unfit:
        label, said = entry.label, unfit.said
        problems.append(
            _problem(Text(f"{label.zh}：{said.zh}", f"{label.en}: {said.en}"), entry.id)
        )
    except FangpinError as error:
        problems.extend(error.problems)
    return None


def _problem(what: Text, entry: str) -> Problem:
    return Problem(what, _AGAIN, Where(column=entry) if entry else Where())


def _text(frozen: Frozen, entry: Entry, value: Any) -> str:
    text, longest = str(value), _LONGEST[entry.type]
    if len(text) > longest:
        raise _Unfit(f"超过 {longest} 个字", f"longer than {longest} characters")
    if any(ord(character) < 32 and character not in "\n\t" for character in text):
        raise _Unfit("含有控制字符", "control characters")
    return text if entry.type == "long_text" else " ".join(text.split())


def _money(frozen: Frozen, entry: Entry, value: Any) -> int:
    read = read_money(str(value))
    if read.verdict not in (MoneyVerdict.ok, MoneyVerdict.zero_words) or read.fen is None:
        raise _Unfit("不是金额，以元为单位填写", "not an amount; give yuan, two decimals at most")
    _bounds(entry, Fraction(read.fen, 100))
    return int(read.fen)


def _decimal(value: Any) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise _Unfit("不是数字", "not a number") from None
    if not number.is_finite() or abs(number) >= 10**12 or number.as_tuple().exponent < -9:  # type: ignore[operator]
        raise _Unfit("数字太大或小数位太多", "too large, or too many decimals")
    return number


def _integer(frozen: Frozen, entry: Entry, value: Any) -> int:
    number = _decimal(value)
    if number != number.to_integral_value():
        raise _Unfit("应为整数", "must be a whole number")
    _bounds(entry, Fraction(number))
    return int(number)


def _number(frozen: Frozen, entry: Entry, value: Any) -> str:
    number = _decimal(value)
    _bounds(entry, Fraction(number))
    return format(number, "f")


def _bounds(entry: Entry, value: Fraction) -> None:
    if entry.least is not None and value < entry.least:
        raise _Unfit(f"不能小于 {_plain(entry.least)}", f"at least {_plain(entry.least)}")
    if entry.most is not None and value > entry.most:
        raise _Unfit(f"不能大于 {_plain(entry.most)}", f"at most {_plain(entry.most)}")


def _plain(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{float(value):g}"


def _date(frozen: Frozen, entry: Entry, value: Any) -> str:
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        raise _Unfit("不是日期，按 2026-03-01 的样子填写", "not a date like 2026-03-01") from None
    if not date(1900, 1, 1) <= day <= date(2100, 12, 31):
        raise _Unfit("日期超出范围", "the date is out of range")
    return day.isoformat()


def _boolean(frozen: Frozen, entry: Entry, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).lower()
    if word in (*_TRUE, *_FALSE):
        return word in _TRUE
    raise _Unfit("应为是或否", "must be yes or no")


def options(frozen: Frozen, entry: Entry) -> dict[str, Text]:
    """What an entry chooses from: code → words."""
    own = {option.code: option.label for option in entry.options}
    return own or dict(frozen.vocabularies.get(entry.vocabulary or "", {}))


def _choice(frozen: Frozen, entry: Entry, value: Any) -> str:
    if str(value) not in options(frozen, entry):
        raise _Unfit("请从列表中选择", "choose from the list")
    return str(value)


def _choices(frozen: Frozen, entry: Entry, value: Any) -> list[str]:
    listed = value if isinstance(value, list | tuple) else [value]
    return list(dict.fromkeys(_choice(frozen, entry, each) for each in listed))


def _signature(frozen: Frozen, entry: Entry, value: Any) -> str:
    text = str(value)
    if not text.startswith(_PICTURE) or len(text) > _LARGEST_SIGNATURE:
        raise _Unfit("不是手写签名", "not a drawn signature")
    try:
        picture = base64.b64decode(text.removeprefix(_PICTURE), validate=True)
    except (binascii.Error, ValueError):
        picture = b""
    if not picture.startswith(b"\x89PNG\r\n\x1a\n"):
        raise _Unfit("签名图片已损坏", "the picture of the signature is damaged")
    return text


def _household_field(frozen: Frozen, entry: Entry, value: Any) -> Any:
    """A field of the registry: by the entry's `vocabulary`, or chosen: {field, value, person}."""
    if entry.vocabulary is None:
        if not isinstance(value, Mapping) or not {"field", "value"} <= set(value):
            raise _Unfit("请选择要更正的字段并填写新值", "choose a field and give its new value")
        kept = {"field": str(value["field"]), "value": _of_registry(value["field"], value["value"])}
        if str(value.get("person") or ""):
            kept["person"] = int(value["person"])
        return kept
    return _of_registry(entry.vocabulary, value)


def _of_registry(key: Any, value: Any) -> Any:
    field = catalogue().fields.get(str(key))
    if field is None:
        raise _Unfit("没有这个字段", "there is no such field")
    read = accept(field, value)
    return (
        read.isoformat()
        if isinstance(read, date)
        else (format(read, "f") if isinstance(read, Decimal) else read)
    )


_READERS: Final[dict[str, Callable[[Frozen, Entry, Any], Any]]] = {
    "text": _text,
    "long_text": _text,
    "money": _money,
    "integer": _integer,
    "number": _number,
    "date": _date,
    "boolean": _boolean,
    "choice": _choice,
    "choices": _choices,
    "signature": _signature,
    "household_field": _household_field,
}


# -- rates -----------------------------------------------------------------------------------------

_RELATIONS: Final = {
    "at_most": Text("不高于", "at most"),
    "less_than": Text("低于", "less than"),
    "at_least": Text("不低于", "at least"),
}


def keep_rates(frozen: Frozen, step: Step, outcome: Outcome, entered: Mapping[str, Any]) -> None:
    """Raise FangpinError unless every rate of the step is known and keeps to its limit.

    The caller asks only for outcomes with which the case goes forward.
    """
    problems = []
    for limit in step.rates:
        figures = {
            name: None if entered.get(name) is None else Fraction(entered[name])
            for name in INPUTS[limit.rate]
        }
        found = rate(limit.rate, figures)
        bound = frozen.limits[limit.parameter]
        if found.keeps(limit.relation, bound) is True:
            continue
        label, words = LABELS[limit.rate], _RELATIONS[limit.relation]
        if found.value is None:
            what = Text(
                f"{label.zh}算不出来，缺少数据，不能认为达标",
                f"the {label.en} cannot be worked out; it does not count as reached",
            )
        else:
            value, wanted = _percent(found.value), _percent(bound)
            what = Text(
                f"{label.zh} {value}，未达到{words.zh} {wanted} 的标准",
                f"the {label.en} is {value}; it must be {words.en} {wanted}",
            )
        remedy = Text("核对数据；不达标的不能通过", "check the figures, or do not let it pass")
        problems.append(Problem(what, remedy, Where(column=limit.id)))
    if problems:
        raise FangpinError(problems)


def _percent(value: Fraction) -> str:
    hundredths = value * 10_000
    mark = "" if hundredths.denominator == 1 else "≈"
    return f"{mark}{float(value) * 100:.2f}%"
