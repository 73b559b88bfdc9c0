"""Who asks for what in a dialog, and what they sent."""

from dataclasses import dataclass
from datetime import date

from django.http import QueryDict

from fangpin.kernel.errors import FangpinError, Text, Where
from fangpin.people.models import User
from fangpin.registry.queries.file import HouseholdFile, MemberFile, household_file
from fangpin.web.posted import plain_number


@dataclass(frozen=True)
class Asking:
    """Who asks for what: the household, the member (or None), what was sent so far."""

    actor: User
    file: HouseholdFile
    person: MemberFile | None
    data: QueryDict
    version: int

    def text(self, name: str) -> str:
        """A line that was sent."""
        return self.data.get(name, "").strip()[:200]

    def day(self) -> date:
        """The day from which it holds. Raises FangpinError."""
        try:
            return date.fromisoformat(self.text("on"))
        except ValueError:
            raise said(
                "on",
                ("办理日期不对", "the day is no date"),
                ("按 2021-05-31 这样填写", "write it like 2021-05-31"),
            ) from None

    def who(self) -> int:
        """The member meant, of the address or of the form. Raises FangpinError."""
        if self.person is not None:
            return self.person.pk
        return self.one_of("person", Text("成员", "member"))

    def one_of(self, name: str, label: Text) -> int:
        """A member of this household, by id. Raises FangpinError."""
        chosen = self.some_of(name)
        if len(chosen) != 1:
            raise said(name, (f"请选择{label.zh}", f"choose the {label.en}"), ("", ""))
        return chosen[0]

    def some_of(self, name: str) -> list[int]:
        """Members of this household, by id; others that were sent are left out."""
        here = {str(each.pk) for each in (*self.file.members, *self.file.former)}
        return [int(text) for text in self.data.getlist(name) if text in here]

    def new_head(self) -> int | None:
        """Who follows as head, if that was asked."""
        chosen = self.some_of("new_head")
        return chosen[0] if chosen else None

    def relations(self) -> dict[int, str] | None:
        """Relations that were confirmed after the consequences were seen."""
        stated = {
            person: str(value)
            for name, value in self.data.items()
            if name.startswith("relation-")
            and (person := plain_number(name.removeprefix("relation-"))) is not None
            and value
        }
        return stated or None

    def other(self) -> HouseholdFile:
        """The other household, by its number; one that the actor may change. FangpinError."""
        number = self.text("other")
        found = household_file(self.actor, number) if number else None
        if found is None or not found.may_write or found.pk == self.file.pk:
            raise said(
                "other",
                (
                    "没有这个户编号，或该户不在您的办理范围内",
                    "there is no such household, or it is not yours to change",
                ),
                ("核对户编号", "check the number"),
            )
        return found

    def other_version(self, other: HouseholdFile) -> int:
        """The version of the other household that was seen: sent with the confirmation."""
        seen = plain_number(self.text("other_version"))
        return other.version if seen is None or "confirm" not in self.data else seen


def said(name: str, what: tuple[str, str], do: tuple[str, str]) -> FangpinError:
    """A problem with one input of a dialog."""
    return FangpinError.because(
        what[0], what[1], do_zh=do[0] or "请选择", do_en=do[1] or "choose", where=Where(column=name)
    )
