"""What somebody enters for a field, as the value that is kept; refused in words when it does not
fit. Text from a form and typed values are both understood; "" and None are unknown.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone

from fangpin.kernel.errors import FangpinError, Problem, Where
from fangpin.kernel.identity import REMEDY, WHAT, Verdict, judge
from fangpin.kernel.money import FEN_PER_UNIT, MoneyVerdict, read_money
from fangpin.registry.catalogue.field import Field
from fangpin.registry.catalogue.load import catalogue
from fangpin.registry.catalogue.vocabulary import choices
from fangpin.registry.sealing import phone_key
from fangpin.registry.subjects import TABLES

_TRUE = {"yes", "true", "1", "是"}
_FALSE = {"no", "false", "0", "否"}
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_EARLIEST = date(1900, 1, 1)
_FREE_DOCUMENTS = ("passport", "household_book")  # their numbers follow no rule we could check
_LONGEST_SEALED = {"name": 60, "text": 500}


def accept(field: Field, value: Any) -> Any:
    """The value to keep. Raises FangpinError with `Where(column=field.key)`.

    Unknown becomes "" for codes, text and closed fields, [] or {} for collections, None otherwise.
    """
    if isinstance(value, str):
        value = value.strip()
    if value is None or value == "" or value == [] or value == {}:
        return _UNKNOWN.get(field.type)
    reader = _READERS.get(field.type)
    if reader is None:
        raise refused(field, ("不能直接修改", "cannot be changed by itself"), _USE_ACTIONS)
    return reader(field, value)


def refused(field: Field, what: tuple[str, str], do: tuple[str, str]) -> FangpinError:
    """A problem with one field, named by its label."""
    return FangpinError.because(
        f"{field.label.zh}{what[0]}",
        f"{field.label.en}: {what[1]}",
        do_zh=do[0],
        do_en=do[1],
        where=Where(column=field.key),
    )


_USE_ACTIONS = ("使用相应的办理事项", "use the action for it")
_UNKNOWN: dict[str, Any] = {
    **dict.fromkeys(("text", "name", "id_number", "phone", "account", "code"), ""),
    "text_by_code": {},
}


def _text(field: Field, value: Any) -> str:
    text = " ".join(str(value).split()) if field.name != "remark" else str(value)
    column = TABLES[field.subject]._meta.get_field(field.name)
    longest = getattr(column, "max_length", None) or _LONGEST_SEALED.get(field.type, 500)
    if len(text) > longest:
        raise refused(
            field,
            (f"超过 {longest} 个字", f"longer than {longest} characters"),
            ("请缩短", "shorten it"),
        )
    if any(ord(character) < 32 and character not in "\n\t" for character in text):
        raise refused(
            field, ("含有控制字符", "control characters"), ("请重新输入", "type it again")
        )
    return text


def _id_number(field: Field, value: Any) -> str:
    judged = judge(str(value), as_of=timezone.localdate())
    if judged.verdict in (Verdict.ok, Verdict.ok_normalised):
        text = "".join(str(value).split()).upper()
        return text if len(text) in (20, 22) else judged.normalised or text
    raise FangpinError.because(
        WHAT[judged.verdict].zh,
        WHAT[judged.verdict].en,
        do_zh=REMEDY[judged.verdict].zh,
        do_en=REMEDY[judged.verdict].en,
        where=Where(column=field.key),
    )


def _phone(field: Field, value: Any) -> str:
    digits = phone_key(str(value))
    allowed = set("0123456789+- ()（）")
    mobile = len(digits) == 11 and digits.startswith("1")
    line = 7 <= len(digits) <= 12 and not digits.startswith("1")
    if not set(str(value)) <= allowed or not (mobile or line):
        raise refused(
            field,
            ("不是电话号码", "not a telephone number"),
            ("手机填 11 位，固定电话带区号", "11 digits of a mobile, or a line with area code"),
        )
    return digits


def _account(field: Field, value: Any) -> str:
    digits = "".join(str(value).split())
    if not (digits.isascii() and digits.isdigit() and 8 <= len(digits) <= 30):
        raise refused(
            field,
            ("应为 8 至 30 位数字", "must have 8 to 30 digits"),
            ("对照存折或银行卡填写", "copy it from the passbook or card"),
        )
    return digits


def _bool(field: Field, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).lower()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise refused(
        field,
        ("应为是或否", "must be yes or no"),
        ("选“是”“否”或留空", "choose yes, no or blank"),
    )


def _money(field: Field, value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        fen: int | None = value
    else:
        read = read_money(str(value))
        fen = read.fen if read.verdict in (MoneyVerdict.ok, MoneyVerdict.zero_words) else None
    if fen is None:
        raise refused(
            field,
            ("不是金额", "not an amount"),
            ("以元为单位填写，最多两位小数", "in yuan, two decimals at most"),
        )
    _within(field, Decimal(fen) / FEN_PER_UNIT["元"])
    return fen


def _number(field: Field, value: Any) -> Decimal:
    try:
        number = Decimal(str(value).replace(",", ""))
        exact = number.is_finite() and number == number.quantize(Decimal("0.0001"))
    except InvalidOperation:
        exact = False
    if not exact:
        raise refused(
            field,
            ("不是数字，或小数超过四位", "not a number, or more than four decimals"),
            ("只填数字", "write a number only"),
        )
    _within(field, number)
    return number


def _integer(field: Field, value: Any) -> int:
    text = str(value).strip()
    if isinstance(value, bool) or not _WHOLE.fullmatch(text):
        raise refused(field, ("不是整数", "not a whole number"), ("只填整数", "write digits only"))
    _within(field, Decimal(int(text)))
    return int(text)


def _year(field: Field, value: Any) -> int:
    year = _integer(field, value)
    if not 1900 <= year <= timezone.localdate().year + 1:
        raise refused(
            field, (f"不会是 {year} 年", f"cannot be {year}"), ("填四位年份", "write four digits")
        )
    return year


def _within(field: Field, number: Decimal) -> None:
    low, high = field.low, field.high
    if (low is not None and number < low) or (high is not None and number > high):
        unit = field.unit.replace("·", "/")
        raise refused(
            field,
            (
                f"应在 {low} 到 {high} {unit}之间",
                f"must lie between {low} and {high}",
            ),
            ("核对数字和单位", "check the figure and its unit"),
        )


def _date(field: Field, value: Any) -> date:
    day = value if isinstance(value, date) else _iso(field, str(value))
    latest = timezone.localdate() + timedelta(days=366)
    if field.name in ("birth_date", "died_on"):
        latest = timezone.localdate()
    if not _EARLIEST <= day <= latest:
        raise refused(field, (f"不会是 {day}", f"cannot be {day}"), ("核对日期", "check the date"))
    return day


def _iso(field: Field, text: str) -> date:
    digits = text.replace("/", "-").replace(".", "-")
    try:
        return date.fromisoformat(digits)
    except ValueError:
        raise refused(
            field,
            ("不是存在的日期", "not a date that exists"),
            ("按 2021-05-31 这样填写", "write it like 2021-05-31"),
        ) from None


def _month(field: Field, value: Any) -> date:
    if isinstance(value, date):
        return value.replace(day=1)
    text = str(value).replace("/", "-").replace(".", "-")
    if len(text) == 6 and text.isdigit():
        text = f"{text[:4]}-{text[4:]}"
    try:
        year, month = (int(part) for part in text.split("-")[:2])
        return _date(field, date(year, month, 1))
    except (ValueError, TypeError):
        raise refused(
            field,
            ("不是存在的年月", "not a month that exists"),
            ("按 2021-05 这样填写", "write it like 2021-05"),
        ) from None


def _code(field: Field, value: Any) -> str:
    known = choices(field.vocabulary)
    if str(value) not in known:
        listed = "、".join(word.zh for word in list(known.values())[:12])
        raise refused(
            field,
            ("不在可选项内", "not one of the choices"),
            (f"可选：{listed}", "choose one of the list"),
        )
    return str(value)


def _codes(field: Field, value: Any) -> list[str]:
    if isinstance(value, str):
        value = [value]
    found = [_code(field, each) for each in value if each]
    if field.key == "person.health" and "healthy" in found and len(found) > 1:
        raise refused(
            field,
            ("选了“健康”就不能再选其他", "healthy excludes the others"),
            ("只保留实际情况", "keep what is true"),
        )
    return list(dict.fromkeys(found))


def _text_by_code(field: Field, value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise refused(
            field, ("应按种类填写", "must be given by kind"), ("逐项填写", "fill in each")
        )
    return {
        _code(field, code): str(text).strip()[:300]
        for code, text in value.items()
        if str(text).strip()
    }


def _items(field: Field, value: Any) -> dict[str, int]:
    if not isinstance(value, Mapping):
        raise refused(field, ("应逐项填写", "must be given by item"), ("逐项填写", "fill in each"))
    found = {}
    for name, amount in value.items():
        item = catalogue().items.get(name)
        if item is None:
            raise refused(
                field, (f"没有“{name}”这一项", f"no item {name}"), ("从表中选择", "choose an item")
            )
        if amount is None or amount == "":
            continue
        read = _money(field, amount)
        if read < 0:
            raise refused(
                field,
                (f"“{item.label.zh}”不能为负", f"{item.label.en} cannot be negative"),
                ("支出填在支出项里", "enter costs as costs"),
            )
        found[name] = read
    return found


_READERS: dict[str, Callable[[Field, Any], Any]] = {
    "text": _text,
    "name": _text,
    "id_number": _id_number,
    "phone": _phone,
    "account": _account,
    "bool": _bool,
    "money": _money,
    "number": _number,
    "integer": _integer,
    "year": _year,
    "date": _date,
    "month": _month,
    "code": _code,
    "codes": _codes,
    "text_by_code": _text_by_code,
    "money_by_item": _items,
}
_UNKNOWN |= {"codes": [], "money_by_item": {}}


def accept_all(subject: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """`accept` for several fields of one subject. Raises FangpinError with every problem at once;
    an unknown name is a KeyError, because a form cannot send one that was not offered."""
    kept: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, value in values.items():
        field = catalogue().fields[f"{subject}.{name}"]
        try:
            if field.type == "id_number" and values.get("id_kind") in _FREE_DOCUMENTS and value:
                kept[name] = _text(field, value)
            else:
                kept[name] = accept(field, value)
        except FangpinError as error:
            problems += error.problems
    if problems:
        raise FangpinError(problems)
    return kept
