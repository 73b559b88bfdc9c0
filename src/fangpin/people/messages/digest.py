"""How much waits for somebody on a day: packages above count what is theirs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils.module_loading import import_string

from fangpin.people.models import User


@dataclass(frozen=True)
class Waiting:
    """What waits for one person: all of it, of that due on the day, and past its day."""

    open: int = 0
    today: int = 0
    late: int = 0

    def __add__(self, other: "Waiting") -> "Waiting":
        return Waiting(self.open + other.open, self.today + other.today, self.late + other.late)


Counter = Callable[[User, date], Waiting]
_COUNTERS: dict[str, Counter | str] = {}


def counted_by(name: str, counter: Counter | str) -> None:
    """Let `counter` tell what waits for an actor on a day; as a dotted path it is imported when it
    is asked. Registered when Django starts (`AppConfig.ready`); names are unique."""
    _COUNTERS[name] = counter


def waiting_for(actor: User, day: date) -> Waiting:
    """The sum of all packages."""
    return sum((_found(each)(actor, day) for each in _COUNTERS.values()), Waiting())


def _found(counter: Counter | str) -> Counter:
    if not isinstance(counter, str):
        return counter
    found: Counter = import_string(counter)
    return found
