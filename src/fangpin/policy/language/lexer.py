"""Text of an expression → tokens. Closed alphabet: what is not listed here is refused."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from fangpin.kernel.errors import NOWHERE, Where
from fangpin.policy.language.faults import ExpressionError, fault, shown
from fangpin.policy.language.types import MAX_SCALE, UNIT_WORDS

MAX_LENGTH = 4000
MAX_TOKENS = 1000
MAX_NAME = 64
MAX_QUOTED = 100
MAX_DIGITS = 15

TokenKind = Literal["number", "date", "quoted", "name", "param", "sign", "end"]

_UNIT = "|".join(sorted(UNIT_WORDS, key=len, reverse=True))
_TOKEN = re.compile(
    rf"""
      (?P<space>[ \t\r\n]+)
    | (?P<date>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(?![0-9A-Za-z_]))
    | (?P<number>[0-9]+(?:\.[0-9]+)?)(?P<unit>(?:{_UNIT})(?:[/·](?:{_UNIT}))*)?
    | (?P<param>param\.[a-z][a-z0-9_]*)
    | (?P<name>[a-z][a-z0-9_]*)
    | (?P<quoted>'[^'\n]*')
    | (?P<sign><=|>=|==(?!=)|!=(?!=)|<(?!>)|[>+\-*/(),])
    """,
    re.VERBOSE,
)

# What people write out of habit → what to write here.
_HABITS: tuple[tuple[str, str], ...] = (
    ("===", "=="),
    ("<>", "!="),
    ("&&", "and"),
    ("||", "or"),
    ("!", "not"),
    ("=", "=="),
    ("≥", ">="),
    ("≧", ">="),
    ("≤", "<="),
    ("≦", "<="),
    ("≠", "!="),
    ("×", "*"),
    ("÷", "/"),
    ("\uff08", "("),
    ("\uff09", ")"),
    ("\uff0c", ","),
    ("\uff1d", "=="),
    ("\uff1e", ">"),
    ("\uff1c", "<"),
    ("、", ","),
    ("‘", "'"),
    ("’", "'"),
    ("“", "'"),
    ("”", "'"),
    ('"', "'"),
    ("且", "and"),
    ("和", "and"),
    ("或", "or"),
    ("非", "not"),
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word of the text. `unit` only with numbers, "" when there is none."""

    kind: TokenKind
    text: str
    position: int
    unit: str = ""


def tokens(text: str, where: Where = NOWHERE) -> tuple[Token, ...]:
    """The tokens of `text`, the last one of kind `end`. Raises ExpressionError."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(
            fault(
                text[:1],
                0,
                f"表达式有 {len(text)} 个字符，最多 {MAX_LENGTH} 个",
                f"the expression has {len(text)} characters, at most {MAX_LENGTH} are allowed",
                do_zh="把一部分写成派生事实项（derive），再引用它的名称",
                do_en="move a part into a derived fact and use its name",
                where=where,
            )
        )
    found: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _refused(text, position, where)
        if match["space"] is None:
            found.append(_token(text, match, where))
            if len(found) > MAX_TOKENS:
                raise ExpressionError(
                    fault(
                        text,
                        position,
                        f"超过 {MAX_TOKENS} 个词",
                        f"more than {MAX_TOKENS} words",
                        do_zh="把一部分写成派生事实项（derive），再引用它的名称",
                        do_en="move a part into a derived fact and use its name",
                        where=where,
                    )
                )
        position = match.end()
    found.append(Token("end", "", len(text)))
    return tuple(found)


def _token(text: str, match: re.Match[str], where: Where) -> Token:
    position = match.start()
    if (written := match["number"]) is not None:
        _check_number(text, match, where)
        return Token("number", written, position, match["unit"] or "")
    if (quoted := match["quoted"]) is not None:
        _check_quoted(text, position, quoted[1:-1], where)
        return Token("quoted", quoted[1:-1], position)
    if (day := match["date"]) is not None:
        _check_date(text, position, day, where)
        return Token("date", day, position)
    if (sign := match["sign"]) is not None:
        return Token("sign", sign, position)
    name = match["param"] or match["name"]
    following = text[match.end() : match.end() + 1]
    if following == "." and match["name"]:
        raise ExpressionError(
            fault(
                text,
                match.end(),
                f"名称“{shown(name)}”后面不能有点",
                f"a dot cannot follow the name {shown(name)!r}",
                do_zh="只写事实项名称；参数写 param.<参数名>",
                do_en="write the fact's name alone; a parameter is param.<name>",
                where=where,
            )
        )
    if following and (following.isalnum() or following in "._"):
        raise _bad_name(text, match.end(), following, where)
    if len(name) > MAX_NAME:
        raise ExpressionError(
            fault(
                text,
                position,
                f"名称“{shown(name)}”超过 {MAX_NAME} 个字符",
                f"the name {shown(name)!r} is longer than {MAX_NAME} characters",
                do_zh="用短一些的名称",
                do_en="use a shorter name",
                where=where,
            )
        )
    if match["param"]:
        return Token("param", name.removeprefix("param."), position)
    return Token("name", name, position)


def _check_number(text: str, match: re.Match[str], where: Where) -> None:
    position, written = match.start(), match["number"]
    whole, _, decimals = written.partition(".")
    following = text[match.end() : match.end() + 1]
    problem: tuple[str, str, str, str] | None = None
    if following in "%‰\uff05" and following:
        problem = (
            "表达式里没有百分号",
            "there is no percent sign in expressions",
            "写成小数，例如 0.5",
            "write a decimal, for example 0.5",
        )
    elif following in "万千百亿" and following:
        problem = (
            f"“{written}{following}”要写成完整的数",
            f"{written}{following} must be written out",
            f"写成 {_written_out(written, following)}；万元一类的单位只能用在 parameters.yaml",
            f"write {_written_out(written, following)}; 万元 exists only in parameters.yaml",
        )
    elif following == ".":
        problem = (
            f"数“{shown(written)}”里多了一个点",
            f"one dot too many in the number {shown(written)}",
            "小数写成 0.5",
            "write a decimal as 0.5",
        )
    elif following and (following.isalnum() or following == "_"):
        problem = (
            f"数“{shown(written)}”后面不能直接跟“{shown(following)}”",
            f"the number {shown(written)} cannot be followed by {shown(following)!r}",
            "只写十进制数；单位用 元 人 户 年 月 天 岁 次 亩 平方米 公里 个",
            "write plain decimals; units are 元 人 户 年 月 天 岁 次 亩 平方米 公里 个",
        )
    elif len(whole) == 3 and re.search("[0-9],$", text[max(0, position - 2) : position]):
        problem = (
            "数里不写千位逗号",
            "numbers have no thousands separators",
            "例如 6000元；函数的参数之间在逗号后加空格",
            "write 6000元; between arguments put a space after the comma",
        )
    elif len(whole) > 1 and whole[0] == "0":
        problem = (
            f"数“{shown(written)}”以 0 开头",
            f"the number {shown(written)} begins with 0",
            "去掉前面的 0；代码加单引号，例如 '05'",
            "drop the leading 0; quote a code: '05'",
        )
    elif len(whole) > MAX_DIGITS:
        problem = (
            f"数“{shown(written)}”超过 {MAX_DIGITS} 位",
            f"the number {shown(written)} has more than {MAX_DIGITS} digits",
            "检查是否多写了 0；身份证号等号码不能写在表达式里",
            "check for extra zeros; identity numbers do not belong in an expression",
        )
    elif len(decimals) > MAX_SCALE:
        problem = (
            f"数“{shown(written)}”的小数超过 {MAX_SCALE} 位",
            f"the number {shown(written)} has more than {MAX_SCALE} decimals",
            f"最多写 {MAX_SCALE} 位小数",
            f"write at most {MAX_SCALE} decimals",
        )
    if problem:
        zh, en, do_zh, do_en = problem
        raise ExpressionError(fault(text, position, zh, en, do_zh=do_zh, do_en=do_en, where=where))


def _written_out(written: str, multiple: str) -> str:
    value = Fraction(written) * {"百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}[multiple]
    return str(value) if value.denominator == 1 else str(float(value))


def _check_quoted(text: str, position: int, value: str, where: Where) -> None:
    hidden = [each for each in value if unicodedata.category(each)[0] == "C"]
    if hidden:
        raise ExpressionError(
            fault(
                text,
                position,
                f"引号里有看不见的字符（{shown(hidden[0])}）",
                f"an invisible character ({shown(hidden[0])}) between the quotes",
                do_zh="删去它，只留代码本身",
                do_en="delete it and keep the code itself",
                where=where,
            )
        )
    if not value or len(value) > MAX_QUOTED:
        raise ExpressionError(
            fault(
                text,
                position,
                f"引号里应有 1 到 {MAX_QUOTED} 个字符",
                f"between the quotes there must be 1 to {MAX_QUOTED} characters",
                do_zh="写代码表（codes.yaml）里的代码；没有值用 not known(…)",
                do_en="write a code of codes.yaml; for a missing value write not known(…)",
                where=where,
            )
        )


def _check_date(text: str, position: int, day: str, where: Where) -> None:
    try:
        date.fromisoformat(day)
    except ValueError:
        raise ExpressionError(
            fault(
                text,
                position,
                f"没有 {day} 这一天",
                f"there is no day {day}",
                do_zh="写成 2021-05-31 这样的日期；要做减法请在减号两边加空格",
                do_en="write a date like 2021-05-31; for a subtraction put spaces around the minus",
                where=where,
            )
        ) from None


def _bad_name(text: str, position: int, following: str, where: Where) -> ExpressionError:
    return ExpressionError(
        fault(
            text,
            position,
            f"名称里不能有“{shown(following)}”",
            f"a name cannot contain {shown(following)!r}",
            do_zh="名称只用小写英文字母、数字和下划线",
            do_en="names consist of lower-case letters a–z, digits and underscores",
            where=where,
        )
    )


def _refused(text: str, position: int, where: Where) -> ExpressionError:
    rest = text[position : position + 3]
    for habit, instead in _HABITS:
        if rest.startswith(habit):
            return ExpressionError(
                fault(
                    text,
                    position,
                    f"这里不能写“{habit}”",
                    f"{habit!r} cannot be written here",
                    do_zh=f"改成 {instead}",
                    do_en=f"write {instead}",
                    where=where,
                )
            )
    each = text[position]
    if each == "'":
        return ExpressionError(
            fault(
                text,
                position,
                "单引号没有成对",
                "the quote is not closed",
                do_zh="在代码后面补上单引号，例如 'inpatient'",
                do_en="close it with a single quote on the same line: 'inpatient'",
                where=where,
            )
        )
    if each.isspace() or unicodedata.category(each)[0] in "CZ":
        return ExpressionError(
            fault(
                text,
                position,
                f"这里有一个看不见的字符（{shown(each)}）",
                f"an invisible character ({shown(each)})",
                do_zh="删去它，改用普通空格",
                do_en="delete it and use an ordinary space",
                where=where,
            )
        )
    if each == "_" or each.isalpha():
        return _bad_name(text, position, each, where)
    return ExpressionError(
        fault(
            text,
            position,
            f"这里不能用“{shown(each)}”",
            f"{shown(each)!r} is not part of the language",
            do_zh="可用：名称、数、日期、'代码'、and or not、< <= > >= == !=、+ - * /、括号和逗号",
            do_en="use names, numbers, dates, 'codes', and or not, < <= > >= == !=, "
            "+ - * /, parentheses and commas",
            where=where,
        )
    )
