"""What a reading of a pack collects: all problems, where they are, and what to write instead."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from fangpin.kernel.errors import FangpinError, Problem, Severity, Text, Where
from fangpin.policy.pack import Origin


class PackError(FangpinError):
    """A pack cannot be used; carries all its problems at once."""


@dataclass
class Problems:
    """Collects problems. `shown` maps a pack to the folder that its positions are shown under."""

    found: list[Problem] = field(default_factory=list)
    shown: dict[str, str] = field(default_factory=dict)
    told: set[tuple[Where, Text]] = field(default_factory=set)

    def add(self, where: Where, what: tuple[str, str], do: tuple[str, str]) -> None:
        """One error: `what` and `do` are (zh, en)."""
        self._once(Problem(Text(*what), Text(*do), where))

    def _once(self, problem: Problem) -> None:
        """A chain is checked pack by pack: what is wrong in the base would be met again."""
        same = (problem.where, problem.what)
        if same not in self.told:
            self.told.add(same)
            self.found.append(problem)

    def extend(self, problems: Iterable[Problem]) -> None:
        """Adds problems found elsewhere."""
        for problem in problems:
            self._once(problem)

    def warn(self, where: Where, what: tuple[str, str], do: tuple[str, str]) -> None:
        """One warning: shown, but the pack loads."""
        self._once(Problem(Text(*what), Text(*do), where, Severity.warning))

    def at(
        self, origin: Origin, key: str | None, what: tuple[str, str], do: tuple[str, str]
    ) -> None:
        """An error at the line of `key` of a record (or of the record)."""
        self.add(self.where(origin, key), what, do)

    def where(self, origin: Origin, key: str | None = None) -> Where:
        folder = self.shown.get(origin.pack, origin.pack)
        line = origin.line if key is None else origin.line_of(key)
        return Where.of(f"{folder}/{origin.file}" if origin.file else folder, line or None)

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.found if problem.severity is Severity.error]


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` was probably meant to be, or None."""
    found = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def meant(word: str, known: Iterable[str]) -> tuple[str, str]:
    """What to write instead of an unknown `word`, (zh, en): the nearest word or all known ones."""
    words = sorted(known)
    close = nearest(word, words)
    if close is not None:
        return f"是否想写 {close}？", f"did you mean {close}?"
    if not words:
        return "这里还没有任何可用的名称", "there is nothing here yet that could be named"
    listed = ", ".join(words[:12]) + (" …" if len(words) > 12 else "")
    return f"可用的有：{listed}", f"known: {listed}"
