"""One answer of the self-check."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fangpin.kernel.errors import FangpinError, Language, Text


class Level(StrEnum):
    """`ok`: as it should be; `warning`: works, but there is something to do; `error`: unfit."""

    ok = "ok"
    warning = "warning"
    error = "error"


@dataclass(frozen=True)
class Finding:
    """What was looked at, what was found and, unless it is fine, what to do."""

    name: str
    level: Level
    what: Text
    remedy: Text | None = None

    def in_language(self, language: Language) -> str:
        """One or two lines."""
        zh = language == "zh"
        mark = {
            Level.ok: "正常" if zh else "ok",
            Level.warning: "提醒" if zh else "warning",
            Level.error: "错误" if zh else "error",
        }[self.level]
        line = f"{mark:<8}{self.name}: {self.what.in_language(language)}"
        if self.remedy is None:
            return line
        return f"{line}\n    {'处理' if zh else 'do'}: {self.remedy.in_language(language)}"

    def as_json(self) -> dict[str, Any]:
        """For programs: name, level, what and remedy in both languages."""
        found: dict[str, Any] = {
            "name": self.name,
            "level": self.level.value,
            "what": {"zh": self.what.zh, "en": self.what.en},
        }
        if self.remedy is not None:
            found["remedy"] = {"zh": self.remedy.zh, "en": self.remedy.en}
        return found


def fine(name: str, zh: str, en: str) -> Finding:
    """As it should be."""
    return Finding(name, Level.ok, Text(zh, en))


def warn(name: str, zh: str, en: str, do_zh: str, do_en: str) -> Finding:
    """Works, but."""
    return Finding(name, Level.warning, Text(zh, en), Text(do_zh, do_en))


def wrong(name: str, zh: str, en: str, do_zh: str, do_en: str) -> Finding:
    """Not for use."""
    return Finding(name, Level.error, Text(zh, en), Text(do_zh, do_en))


def refused(name: str, error: FangpinError) -> list[Finding]:
    """What a part of the program said when it would not work."""
    return [
        Finding(f"{name} {problem.where}".strip(), Level.error, problem.what, problem.remedy)
        for problem in error.problems
    ]
