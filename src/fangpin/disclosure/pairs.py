"""What may not stand on one notice: checked before anything is rendered (trust B7, PIPL 28).

A notice that fails is not built. The scanner of the built bytes (`scan.py`) looks once more.
"""

import re
from collections.abc import Iterable

from fangpin.disclosure.content import NAMELESS, Head, Notice, is_adult
from fangpin.disclosure.terms import KINDS, terms_in
from fangpin.foundation.masks import STAR
from fangpin.kernel.errors import FangpinError, Problem, Text, Where

# Fields whose digits belong there: number and dates of the notice, telephones of offices.
_DIGITS_ALLOWED = frozenset({"number", "telephone", "address", "opening", "closing", "place"})


def check(notice: Notice, heads: Iterable[Head]) -> None:
    """Raises FangpinError with everything that forbids this notice; the household's values are
    never part of the message. `heads` stand in the order of the notice's lines; none for a notice
    about places."""
    problems = [*_words(notice), *_people(notice, list(heads)), *_digits(notice)]
    if problems:
        raise FangpinError(problems)


def _words(notice: Notice) -> list[Problem]:
    found = {(where, kind, word) for where, text in notice.texts() for kind, word in terms_in(text)}
    return [
        Problem(
            Text(
                f"公示内容含有“{word}”，会公开{KINDS[kind].zh}",
                f"“{word}” on a notice tells {KINDS[kind].en}",
            ),
            Text(
                "修改程序步骤、类别或单位名称中的用语后重新生成",
                "change the wording of the step, category or unit it comes from, and build again",
            ),
            Where(file="notice", column=where),
        )
        for where, kind, word in sorted(found)
    ]


def _people(notice: Notice, heads: list[Head]) -> list[Problem]:
    problems = []
    for line, head in zip(notice.lines, heads, strict=bool(heads)):
        named = line.name != NAMELESS
        if named and not is_adult(head.born, notice.from_day):
            problems.append(
                _refused(
                    "公示对象为未成年人或出生日期不详，不得公开姓名",
                    "somebody under age, or of unknown age, is named on the notice",
                    "按“一户（依法不公开姓名）”公示，或先核实登记出生日期",
                    "post the household without a name, or record the birth date first",
                )
            )
        name = head.name.strip()
        if named and (STAR not in line.name.zh or (len(name) > 1 and name in line.name.zh)):
            problems.append(
                _refused(
                    "公示对象的姓名未遮蔽",
                    "a name on the notice is not masked",
                    "公示只能由系统按统一规则遮蔽姓名后生成",
                    "notices are made by the system, which masks names by one rule",
                )
            )
    return problems


def _digits(notice: Notice) -> list[Problem]:
    """Digits stand only where they belong; a group may have a number (3组)."""
    for where, text in notice.texts():
        if where in _DIGITS_ALLOWED:
            continue
        if any(len(run) > 3 for run in re.findall(r"\d+", text)) or (
            where == "line" and re.search(r"\d", text)
        ):
            return [
                _refused(
                    "公示内容中出现了不应有的数字",
                    "digits where a notice has none",
                    "核对户所在组、类别和单位名称，去掉号码后重新生成",
                    "look at group, category and unit for numbers, and build again",
                    column=where,
                )
            ]
    return []


def _refused(zh: str, en: str, do_zh: str, do_en: str, column: str = "line") -> Problem:
    return Problem(Text(zh, en), Text(do_zh, do_en), Where(file="notice", column=column))
