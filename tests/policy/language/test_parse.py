"""Lexer and parser: shapes, precedence, limits; every fault names its column and the remedy."""

import pytest

from fangpin.kernel.errors import Where
from fangpin.policy.language import syntax as s
from fangpin.policy.language.faults import ExpressionError
from fangpin.policy.language.lexer import MAX_LENGTH, tokens
from fangpin.policy.language.parse import MAX_DEPTH, parse


def shape(text: str) -> str:
    """Fully parenthesised, to see what binds to what."""

    def show(node: s.Syntax) -> str:
        match node:
            case s.Number():
                return f"{node.digits}e-{node.scale}{node.unit}"
            case s.Quoted() | s.Truth() | s.Day():
                return str(node.value)
            case s.AsOfWord():
                return "as_of"
            case s.Param():
                return f"${node.name}"
            case s.Name():
                return node.name
            case s.Negation():
                return f"(not {show(node.x)})"
            case s.Minus():
                return f"(neg {show(node.x)})"
            case s.Logic():
                return f"({f' {node.op} '.join(show(item) for item in node.items)})"
            case s.Binary():
                return f"({show(node.left)} {node.op} {show(node.right)})"
            case s.Within():
                return f"({show(node.x)} in {show(node.low)}..{show(node.high)})"
            case s.Among():
                items = node.items if isinstance(node.items, tuple) else (node.items,)
                word = "not in" if node.negated else "in"
                return f"({show(node.x)} {word} {[show(item) for item in items]})"
            case s.Call():
                return f"{node.name}[{', '.join(show(arg) for arg in node.args)}]"
        raise AssertionError(node)

    return show(parse(text).root)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a or b and not c", "(a or (b and (not c)))"),
        ("a or b or c and d and e", "(a or b or (c and d and e))"),
        ("not a == b", "(not (a == b))"),
        ("not not a", "(not (not a))"),
        ("a + b * c - d", "((a + (b * c)) - d)"),
        ("a - b - c", "((a - b) - c)"),
        ("a / b / c", "((a / b) / c)"),
        ("(a + b) * c", "((a + b) * c)"),
        ("a + b < c - d", "((a + b) < (c - d))"),
        ("-a * b", "((neg a) * b)"),
        ("- - a", "(neg (neg a))"),
        ("-5元", "-5e-0元"),
        ("a - -5", "(a - -5e-0)"),
        ("x between a + 1 and b and c", "((x in (a + 1e-0)..b) and c)"),
        ("x not between a and b", "(not (x in a..b))"),
        ("x in ('a', 'b') or y not in param.l", "((x in ['a', 'b']) or (y not in ['$l']))"),
        ("x in (-1, 2.50)", "(x in ['-1e-0', '25e-1'])"),
        ("0.500", "5e-1"),
        ("6000元/人·年", "6000e-0元/人·年"),
        ("6000元/members", "(6000e-0元 / members)"),
        ("2021-05-31", "2021-05-31"),
        ("2021 - 05元", None),
        ("2021-5", "(2021e-0 - 5e-0)"),
        ("as_of > 2021-05-31", "(as_of > 2021-05-31)"),
        ("param.line", "$line"),
        ("if(a, b, c)", "if[a, b, c]"),
        ("f()", "f[]"),
        ("a\n  and b", "(a and b)"),
        ("true and false", "(True and False)"),
        ("sex == '男'", "(sex == 男)"),
    ],
)
def test_shapes(text: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(ExpressionError):
            parse(text)
    else:
        assert shape(text) == expected


@pytest.mark.parametrize(
    ("text", "column", "zh", "en"),
    [
        ("", 1, "表达式是空的", "write a condition"),
        ("   ", 1, "表达式是空的", "write a condition"),
        ("a = b", 3, "改成 ==", "write =="),
        ("a <> b", 3, "改成 !=", "write !="),
        ("a === b", 3, "改成 ==", "write =="),
        ("a && b", 3, "改成 and", "write and"),
        ("a || b", 3, "改成 or", "write or"),
        ("!a", 1, "改成 not", "write not"),
        ("a ≥ b", 3, "改成 >=", "write >="),
        ("a ≤ b", 3, "改成 <=", "write <="),
        ("a ≠ b", 3, "改成 !=", "write !="),
        ("a × b", 3, "改成 *", r"write \*"),
        ("\uff08a\uff09", 1, "改成 \\(", r"write \("),
        ("a \uff1e b", 3, "改成 >", "write >"),
        ("least(a\uff0cb)", 8, "改成 ,", "write ,"),
        ('sex == "male"', 8, "改成 '", "write '"),
        ("sex == ‘male’", 8, "改成 '", "write '"),
        ("a 且 b", 3, "改成 and", "write and"),
        ("a 或 b", 3, "改成 or", "write or"),
        ("sex == 'male", 8, "单引号", "close it with a single quote"),
        ("sex == ''", 8, "1 到 100", "1 to 100 characters"),
        ("a.b", 2, "参数写 param", "a parameter is param"),
        ("a.b.c", 2, "参数写 param", "a parameter is param"),
        ("param", 1, "param.<参数名>", "param.<name"),
        ("param.", 6, "param.<参数名>", "param.<name>"),
        ("Age > 3", 1, "小写英文字母", "lower-case"),
        ("aGe > 3", 2, "小写英文字母", "lower-case"),
        ("年龄 > 3", 1, "小写英文字母", "lower-case"),
        ("_x", 1, "小写英文字母", "lower-case"),
        ("a" * 65, 1, "64", "64"),
        ("50%", 1, "0.5", "0.5"),
        ("20万元", 1, "写成 200000", "write 200000"),
        ("1.5万", 1, "写成 15000", "write 15000"),
        ("3斤", 1, "单位用", "units are"),
        ("1e5", 1, "十进制", "plain decimals"),
        ("0x10", 1, "十进制", "plain decimals"),
        ("007", 1, "去掉前面的 0", "drop the leading 0"),
        ("1.", 1, "多了一个点", "one dot too many"),
        ("1.2.3", 1, "多了一个点", "one dot too many"),
        (".5", 1, "不能用", "not part of the language"),
        ("1234567890123456", 1, "15 位", "15 digits"),
        ("0.1234567", 1, "6 位", "6 decimals"),
        ("2021-02-30", 1, "没有 2021-02-30", "no day 2021-02-30"),
        ("6,000", 3, "千位逗号", "thousands separators"),
        ("1 < a < 3", 7, "between", "between"),
        ("a b", 3, "and 或 or", "and / or"),
        ("a)", 2, "多余的右括号", "delete it"),
        ("(a", 3, "补上右括号", "close the parenthesis"),
        ("f(a", 4, "补上 f", r"parenthesis of f"),
        ("a and", 6, "缺一个值", "value is missing"),
        ("and a", 1, "缺一个值", "value is missing"),
        ("a + * b", 5, "缺一个值", "value is missing"),
        ("a is null", 3, "known", "known"),
        ("a like 'x'", 3, "known", "known"),
        ("x in 'a'", 6, "括号里的代码", "codes in parentheses"),
        ("x in ()", 7, "缺一个值", "value is missing"),
        ("x between 1 or 2", 13, "应是“and”", "expected 'and'"),
        ("a /* b */", 4, "缺一个值", "value is missing"),
        ("a; b", 2, "不能用", "not part of the language"),
        ("a[0]", 2, "不能用", "not part of the language"),
        ("a\u00a0and b", 2, "看不见", "invisible"),
        ("a\u200b", 2, "看不见", "invisible"),
        ("a\x00", 2, "看不见", "invisible"),
        ("sex == 'ma\u202ele'", 8, "看不见", "invisible"),
        ("a and\nb c", None, "第 2 行第 3 列", "line 2, column 3"),
    ],
)
def test_faults_name_the_column_and_the_remedy(
    text: str, column: int | None, zh: str | None, en: str | None
) -> None:
    with pytest.raises(ExpressionError) as caught:
        shape(text) if zh else parse(text)
    (problem,) = caught.value.problems
    if column is not None:
        assert f"第 {column} 列" in problem.what.zh
        assert f"column {column}:" in problem.what.en
    if zh is not None:
        assert zh.replace("\\", "") in problem.what.zh + problem.remedy.zh
    if en is not None:
        assert en.replace("\\", "") in problem.what.en + problem.remedy.en


def test_the_place_in_the_pack_is_kept() -> None:
    where = Where.of("rules/medical.yaml", 12)
    with pytest.raises(ExpressionError) as caught:
        parse("a = b", where)
    assert caught.value.problems[0].where == where


def test_length_is_limited() -> None:
    with pytest.raises(ExpressionError, match=str(MAX_LENGTH)):
        parse("a" + " " * MAX_LENGTH)
    with pytest.raises(ExpressionError, match="1000"):
        parse("a+" * 1100)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100 + "a" + ")" * 100,
        "not " * 100 + "a",
        "- " * 100 + "a",
        "+".join("a" * 100),
        "*".join("a" * 100),
        "f(" * 100 + "a" + ")" * 100,
        "if(a, " * 50 + "b" + ", c)" * 50,
    ],
)
def test_depth_is_limited(text: str) -> None:
    with pytest.raises(ExpressionError, match=f"{MAX_DEPTH} levels"):
        parse(text)


def test_conditions_joined_by_and_stay_flat_however_many() -> None:
    root = parse(" and ".join(["a"] * 400)).root
    assert isinstance(root, s.Logic)
    assert (len(root.items), root.depth) == (400, 2)


def test_tokens_know_their_place() -> None:
    assert [(t.kind, t.text, t.unit, t.position) for t in tokens("x >= 6000元")] == [
        ("name", "x", "", 0),
        ("sign", ">=", "", 2),
        ("number", "6000", "元", 5),
        ("end", "", "", 10),
    ]
