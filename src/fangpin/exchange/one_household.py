"""Conditions asked of one household at once: the registry as it is, the deliveries of a run, and
the ordinary engine on a snapshot of one.

For people who decide now (procedures) rather than once a month. It has no actor: whoever calls it
has checked that its reader may see the household.
"""

from collections.abc import Mapping
from copy import copy
from datetime import date
from pathlib import Path
from typing import Final

from fangpin.engine.asked import Asked, Figure, asked
from fangpin.engine.compiled import Compiled
from fangpin.engine.facts import Facts
from fangpin.engine.plan import Numbers
from fangpin.exchange.household_snapshot import registered, with_deliveries
from fangpin.kernel.errors import FangpinError
from fangpin.people.row_security import unwalled
from fangpin.policy.language.nodes import Node
from fangpin.policy.pack import Pack
from fangpin.policy.record import Expression
from fangpin.screening.models import Run

__all__ = ["Asked", "Figure", "ask", "newest_run"]

_READY: Final[dict[tuple[str, date], Compiled]] = {}
_KEPT: Final = 8


def newest_run() -> Run | None:
    """The run in force, whose deliveries decisions rest on; None before the first."""
    return Run.objects.filter(current=True).select_related("intake").first()


def ask(
    household: int,
    *,
    pack: Pack,
    as_of: date,
    expressions: Mapping[str, Node | Expression],
    run: Run | None,
    person: str = "",
) -> dict[str, Asked]:
    """The answer to each expression, by its name. About ten reads, whatever the number of persons
    registered.

    `household`: its id in the registry; expressions are about the household or its village, or,
    with the number of a member as `person`, about that person. `run` None, or one whose folder has
    been removed: nothing was delivered, so whatever rests on deliveries is unknown.
    Raises Household.DoesNotExist, and FangpinError for a person who is no member on the day.
    """
    questions = {name: _node(name, each) for name, each in expressions.items()}
    with unwalled():  # a household that has moved stood in another village on an earlier day
        own = registered(household, pack, as_of)
    snapshot = with_deliveries(own, pack, as_of, list(questions.values()), _folder(run))
    facts = Facts(pack, snapshot, as_of, _ready(pack, as_of))
    rows = {"household": 0, "village": 0}
    if person:
        rows["person"] = _row(own.persons["number"].to_list(), person)
    found = {}
    for name, node in questions.items():
        if node.subject not in rows:
            raise ValueError(f"{name} is about a {node.subject}; name the person")
        found[name] = asked(facts, node, node.subject, rows[node.subject])
    return found


def _node(name: str, written: Node | Expression) -> Node:
    node = written.node if isinstance(written, Expression) else written
    if node is None:
        raise ValueError(f"{name} has not been checked")
    return node


def _row(numbers: list[str], person: str) -> int:
    if person not in numbers:
        raise FangpinError.because(
            "此人当日不是该户成员", "this person is no member of the household on that day",
            do_zh="核对户籍变动后再试", do_en="look at who has moved, then try again",
        )  # fmt: skip
    return numbers.index(person)


def _folder(run: Run | None) -> Path | None:
    if run is None:
        return None
    folder = Path(run.intake.folder) / "snapshot"
    return folder if folder.is_dir() else None


def _ready(pack: Pack, as_of: date) -> Compiled:
    """Vocabularies, scopes and figures of the pack, worked out once per process and day. Numbers of
    nodes are this question's own: expressions read anew each time would pile up."""
    key = pack.hash, as_of
    known = _READY.get(key)
    if known is None:
        while len(_READY) >= _KEPT:
            _READY.pop(next(iter(_READY)), None)
        known = Compiled(pack, as_of)
        known.vocabularies  # noqa: B018 – so that the copies share them
        _READY[key] = known
    own = copy(known)
    own.numbers = Numbers()
    return own
