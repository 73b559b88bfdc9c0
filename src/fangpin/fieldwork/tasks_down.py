"""What there is to do at a door, from wherever it comes, in one shape."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fangpin.fieldwork.forms import Form, text
from fangpin.kernel.errors import Text
from fangpin.people.models import User


@dataclass(frozen=True)
class Task:
    """One thing to do. `key` is the same at every sync; `about` comes back with the entry;
    `form`: id of the form it is answered on. `household` None: nobody of the registry is meant."""

    key: str
    kind: str
    title: Text
    household: int | None
    form: str
    about: dict[str, Any]
    due_on: date | None = None
    late: bool = False
    provisional: bool = False
    sentences: tuple[Text, ...] = ()
    village_code: str = ""

    def as_data(self) -> dict[str, Any]:
        """As the phone reads it."""
        return {
            "key": self.key,
            "kind": self.kind,
            "title": text(self.title),
            "household": self.household,
            "village_code": self.village_code,
            "form": self.form,
            "about": self.about,
            "due_on": self.due_on.isoformat() if self.due_on else None,
            "late": self.late,
            "provisional": self.provisional,
            "sentences": [text(sentence) for sentence in self.sentences],
        }


@dataclass
class Provided:
    """Tasks in the order of their urgency, and the forms they need."""

    tasks: list[Task] = field(default_factory=list)
    forms: dict[str, Form] = field(default_factory=dict)


# Asked in this order; what comes first is taken along first.
Provider = Callable[[User, date], Provided]
PROVIDERS: list[Provider] = []


def provides(provider: Provider) -> Provider:
    """Mark a function that gives tasks."""
    PROVIDERS.append(provider)
    return provider
