"""Why a write is refused: not allowed, not possible, or somebody else was quicker."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fangpin.kernel.errors import NOWHERE, FangpinError, Problem, Text, Where


class NotAllowed(PermissionError):
    """The actor may not do this; `reason` says why, in words for the reader."""

    def __init__(self, reason: Text, household: int) -> None:
        super().__init__(reason.en)
        self.reason, self.household = reason, household


class Refused(FangpinError):
    """What was asked for does not fit the registry as it stands."""

    @classmethod
    def said(cls, zh: str, en: str, do_zh: str, do_en: str, column: str | None = None) -> "Refused":
        """A refusal with one sentence; `column` is the key of the field it concerns."""
        where = Where(column=column) if column else NOWHERE
        return cls(Problem(Text(zh, en), Text(do_zh, do_en), where))


@dataclass(frozen=True, slots=True)
class Difference:
    """One field on three sides: as the writer saw it, as it stands now, as the writer wants it.

    `seen` is `UNSEEN` when the earlier state is not kept (rows without a version of their own).
    """

    key: str
    seen: Any
    now: Any
    mine: Any


UNSEEN = object()


class Conflict(FangpinError):
    """The row was changed after the writer had read it. Nothing was written.

    `version` is the present one; a form that is sent again with it says that both sides were seen.
    `differences` holds every field that the writer wants to change and each that others changed.
    """

    def __init__(
        self,
        subject: str,
        pk: int,
        version: int,
        differences: tuple[Difference, ...],
    ) -> None:
        super().__init__(
            Problem(
                Text(
                    "您打开之后，别人已修改了这份资料，您的修改尚未保存",
                    "somebody changed this after you had opened it; your changes are not saved yet",
                ),
                Text(
                    "对照两边的内容，逐项选择后再保存", "compare both sides and choose, then save"
                ),
            )
        )
        self.subject, self.pk, self.version = subject, pk, version
        self.differences = differences

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return (type(self), (self.subject, self.pk, self.version, self.differences))


def differences(
    subject: str,
    seen: Mapping[str, Any] | None,
    now: Mapping[str, Any],
    mine: Mapping[str, Any],
) -> tuple[Difference, ...]:
    """Fields that differ between any two of the three sides, by name within `subject`."""
    found = []
    for name in {**now, **mine}:
        before = seen.get(name) if seen is not None else UNSEEN
        wanted = mine.get(name, now.get(name))
        changed = seen is not None and before != now.get(name)
        if changed or wanted != now.get(name):
            found.append(Difference(f"{subject}.{name}", before, now.get(name), wanted))
    return tuple(found)
