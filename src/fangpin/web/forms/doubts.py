"""What quality rules would say of a change, shown before it is kept; and the sender's answer."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.http import HttpRequest

from fangpin.checks.entry import Doubt, checked
from fangpin.people.scope import Right, scope_of
from fangpin.registry.models import RegistryEvent
from fangpin.web.access import actor_of
from fangpin.web.forms.inputs import Input
from fangpin.web.wording import language

_Event = TypeVar("_Event", bound=RegistryEvent | None)
_MOST = 300  # rules there are
_LONGEST = 300  # characters of a reason


@dataclass(frozen=True)
class Shown:
    """`listed` with the name of the person each is about ("" for the household); `by_input`: what
    stands beside an input; `may_answer`: a reason given here is kept as the answer."""

    listed: list[tuple[Doubt, str]]
    by_input: Mapping[str, list[str]]
    may_answer: bool
    reason: str

    @property
    def rules(self) -> list[str]:
        """Numbers of the rules, each once."""
        return list(dict.fromkeys(doubt.rule for doubt, _ in self.listed))


def carry_out(request: HttpRequest, act: Callable[[], _Event]) -> _Event:
    """Carry out a change, with the rules that the sender has seen and leaves as they are. Raises
    Doubted, with nothing kept, when other rules come to hold."""
    accepted: list[str] = []
    if "accept_doubts" in request.POST:
        accepted = request.POST.getlist("accept_rule")[:_MOST]
    return checked(act, by=actor_of(request), accepted=accepted, reason=_reason(request))


def _reason(request: HttpRequest) -> str:
    reason = " ".join(request.POST.get("doubt_reason", "").split())[:_LONGEST]
    return reason if len(reason) > 1 else ""


def shown(
    request: HttpRequest,
    doubts: Iterable[Doubt],
    inputs: Mapping[str, Iterable[Input]],
    names: Mapping[str, str],
    person: str = "",
) -> Shown:
    """`inputs` by subject (household, person, …); `names` of persons by number; `person`: the
    number of the one whose fields the form has, "" for a new one."""
    listed = list(doubts)
    beside: dict[str, list[str]] = {}
    for subject, some in inputs.items():
        own = {each.name for each in some}
        for doubt in listed:
            if person and doubt.person_number and doubt.person_number != person:
                continue
            for name in own & set(_inputs_of(doubt, subject)):
                text = doubt.label.in_language(language())
                beside.setdefault(name, []).append(text)
    return Shown(
        [(doubt, names.get(doubt.person_number, doubt.person_number)) for doubt in listed],
        beside,
        scope_of(actor_of(request)).may(Right.quality),
        _reason(request),
    )


def _inputs_of(doubt: Doubt, subject: str) -> Iterable[str]:
    """Names of inputs of a form about `subject` that the rule reads."""
    for key in doubt.fields:
        table, _, column = key.partition(".")
        if table == subject or (table == "membership" and subject == "person"):
            yield column
        elif table == "items" and subject == "income":
            yield f"item-{column}"
