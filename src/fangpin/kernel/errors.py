"""Problems a person can act on: what is wrong, where, and what to do, in Chinese and English."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from os import PathLike
from typing import Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages of the interface. Both are required and not blank."""

    zh: str
    en: str

    def __post_init__(self) -> None:
        if not self.zh.strip() or not self.en.strip():
            raise ValueError(f"a Text needs both languages, got zh={self.zh!r}, en={self.en!r}")

    def in_language(self, language: Language) -> str:
        """The sentence in `language` ("zh" or "en")."""
        return self.zh if language == "zh" else self.en

    def __str__(self) -> str:
        return f"{self.zh} / {self.en}"


class Severity(StrEnum):
    """`error` stops what was asked for; `warning` lets it go on and is shown."""

    error = "error"
    warning = "warning"


@dataclass(frozen=True, slots=True)
class Where:
    """A position in what somebody wrote or sent. Every part is optional.

    `file` a path as the user gave it; `sheet` a worksheet name; `line` (text files) and `row`
    (tables) count from 1 as editors and Excel show them; `column` a header or a column letter.
    """

    file: str | None = None
    sheet: str | None = None
    line: int | None = None
    row: int | None = None
    column: str | None = None

    @classmethod
    def of(cls, file: str | PathLike[str], line: int | None = None) -> "Where":
        """The usual place of a problem in a text file."""
        return cls(file=str(file), line=line)

    def in_language(self, language: Language) -> str:
        """Readable position such as `名册.xlsx › Sheet1 › 第 12 行 › 身份证号`; "" when unknown."""
        zh = language == "zh"
        parts = [self.file, self.sheet]
        number = self.line if self.line is not None else self.row
        if number is not None:
            word = "line" if self.line is not None else "row"
            parts.append(f"第 {number} 行" if zh else f"{word} {number}")
        parts.append(self.column)
        return " › ".join(part for part in parts if part)

    def __str__(self) -> str:
        return self.in_language("en")

    def _order(self) -> tuple[str, str, int, int, str]:
        return (
            self.file or "",
            self.sheet or "",
            self.line or 0,
            self.row or 0,
            self.column or "",
        )


NOWHERE = Where()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where, what, and what to do about it."""

    what: Text
    remedy: Text
    where: Where = NOWHERE
    severity: Severity = Severity.error

    def in_language(self, language: Language) -> str:
        """Two lines: position, severity and fault; then the remedy, indented."""
        zh = language == "zh"
        label = {
            Severity.error: "错误" if zh else "error",
            Severity.warning: "提醒" if zh else "warning",
        }[self.severity]
        position = self.where.in_language(language)
        head = f"{position}: " if position else ""
        arrow = "处理" if zh else "do"
        what, remedy = self.what.in_language(language), self.remedy.in_language(language)
        return f"{head}{label}: {what}\n    {arrow}: {remedy}"

    def __str__(self) -> str:
        return f"{self.in_language('zh')}\n{self.in_language('en')}"


class FangpinError(Exception):
    """Carries every problem found, not only the first. Never empty.

    `problems` keeps the order of discovery within a position and is sorted by position, so the
    message of one input is always the same text.
    """

    problems: tuple[Problem, ...]

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        found = (problems,) if isinstance(problems, Problem) else tuple(problems)
        if not found:
            raise ValueError("a FangpinError needs at least one Problem")
        self.problems = tuple(sorted(found, key=lambda problem: problem.where._order()))
        super().__init__(self.problems)

    @classmethod
    def because(
        cls, zh: str, en: str, *, do_zh: str, do_en: str, where: Where = NOWHERE
    ) -> "FangpinError":
        """An error with one problem, for the many places that know exactly one."""
        return cls(Problem(what=Text(zh, en), remedy=Text(do_zh, do_en), where=where))

    def in_language(self, language: Language) -> str:
        """All problems as one readable text."""
        return "\n".join(problem.in_language(language) for problem in self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)

    def __reduce__(self) -> tuple[type["FangpinError"], tuple[tuple[Problem, ...]]]:
        # Travels between worker processes.
        return (type(self), (self.problems,))


def all_at_once(*checks: Callable[[], object]) -> None:
    """Make every check; raises one FangpinError with what all of them found."""
    problems: list[Problem] = []
    for check in checks:
        try:
            check()
        except FangpinError as error:
            problems += error.problems
    if problems:
        raise FangpinError(problems)


def has_errors(problems: Iterable[Problem]) -> bool:
    """True when at least one problem is an error rather than a warning."""
    return any(problem.severity is Severity.error for problem in problems)
