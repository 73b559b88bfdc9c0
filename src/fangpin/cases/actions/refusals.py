"""Why a write is refused, and what is shown when somebody else was quicker."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fangpin.cases.refusals import Refusal
from fangpin.kernel.errors import FangpinError, Problem, Text, Where


class Refused(FangpinError):
    """What was asked for is not possible now. `code` names why, for programs."""

    code: str = ""

    @classmethod
    def by(cls, refusal: Refusal) -> "Refused":
        """The machine's refusal."""
        error = cls(Problem(refusal.what, refusal.remedy))
        error.code = refusal.code
        return error

    @classmethod
    def said(
        cls, code: str, zh: str, en: str, do_zh: str, do_en: str, column: str = ""
    ) -> "Refused":
        """A refusal with one sentence."""
        where = Where(column=column) if column else Where()
        error = cls(Problem(Text(zh, en), Text(do_zh, do_en), where))
        error.code = code
        return error


class NotAllowed(PermissionError):
    """The actor may not do this; `reason` says why, in words for the reader."""

    def __init__(self, reason: Text, case: int | None = None) -> None:
        super().__init__(reason.en)
        self.reason, self.case = reason, case


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a conflict: the step with what was entered and how it was to end.

    `by` None for what the sender wants; `entries` as kept.
    """

    step: str
    outcome: str
    entries: dict[str, Any]
    reason: str
    by: int | None
    at: datetime | None


class Conflict(FangpinError):
    """Somebody else was quicker, or the same id came with other content. Nothing was taken; what
    was sent is kept (`kept`, id of a KeptEntry; None when it came with no id of its own).

    `version` is the present one; `mine` what was sent, `theirs` what has happened since.
    """

    def __init__(
        self, what: Text, case: int, version: int, mine: Side, theirs: tuple[Side, ...]
    ) -> None:
        remedy = Text("对照两边的内容后再办理", "compare both sides, then go on")
        super().__init__(Problem(what, remedy))
        self.what, self.case, self.version = what, case, version
        self.mine, self.theirs = mine, theirs
        self.kept: int | None = None

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return (type(self), (self.what, self.case, self.version, self.mine, self.theirs))


STALE = Text(
    "您打开之后，别人已经办理了这个个案，您的内容尚未提交",
    "somebody went on with this case after you had opened it; yours has not been taken",
)
OTHER_CONTENT = Text(
    "同一次提交曾以另一内容收到，两份都已保留，等待人工核对",
    "the same entry was received before with other content; both are kept for a person to compare",
)
