import pickle

import pytest

from fangpin.kernel.errors import (
    FangpinError,
    Problem,
    Severity,
    Text,
    Where,
    all_at_once,
    has_errors,
)


def problem(line: int, severity: Severity = Severity.error) -> Problem:
    return Problem(
        where=Where.of("pack.yaml", line),
        what=Text("未知的键 colour", "unknown key colour"),
        remedy=Text("改为 label", "write label"),
        severity=severity,
    )


def test_text_needs_both_languages() -> None:
    with pytest.raises(ValueError, match="both languages"):
        Text("只有中文", " ")


def test_problem_says_where_what_and_what_to_do() -> None:
    assert problem(7).in_language("en") == (
        "pack.yaml › line 7: error: unknown key colour\n    do: write label"
    )
    assert problem(7, Severity.warning).in_language("zh") == (
        "pack.yaml › 第 7 行: 提醒: 未知的键 colour\n    处理: 改为 label"
    )


def test_position_in_a_workbook() -> None:
    where = Where(file="名册.xlsx", sheet="Sheet1", row=12, column="身份证号")
    assert where.in_language("zh") == "名册.xlsx › Sheet1 › 第 12 行 › 身份证号"
    assert str(where) == "名册.xlsx › Sheet1 › row 12 › 身份证号"
    assert Where().in_language("zh") == ""


def test_error_carries_and_prints_every_problem_in_order_of_position() -> None:
    error = FangpinError([problem(10), problem(9)])
    assert [found.where.line for found in error.problems] == [9, 10]
    assert str(error).count("unknown key colour") == 2
    assert error.in_language("zh").index("第 9 行") < error.in_language("zh").index("第 10 行")


def test_error_is_never_empty() -> None:
    with pytest.raises(ValueError, match="at least one"):
        FangpinError([])


def test_error_survives_pickling() -> None:
    error = FangpinError(problem(3))
    assert pickle.loads(pickle.dumps(error)).problems == error.problems


def test_because_and_has_errors() -> None:
    error = FangpinError.because("空文件夹", "empty folder", do_zh="放入文件", do_en="add files")
    assert str(error).splitlines()[0] == "错误: 空文件夹"
    assert has_errors(error.problems)
    assert not has_errors([problem(1, Severity.warning)])


def test_checks_made_together_tell_everything_at_once() -> None:
    made: list[int] = []

    def fails(line: int) -> None:
        made.append(line)
        raise FangpinError(problem(line))

    with pytest.raises(FangpinError) as raised:
        all_at_once(lambda: fails(9), lambda: made.append(1), lambda: fails(3))
    assert made == [9, 1, 3]
    assert [found.where.line for found in raised.value.problems] == [3, 9]
    all_at_once(lambda: None)
