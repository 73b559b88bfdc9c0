"""Which steps of a procedure follow which, so that no case is ever stuck or goes astray."""

from collections.abc import Mapping

from fangpin.policy.procedure_records import Procedure, Step

START = ""
END = "end"
Ways = Mapping[str, frozenset[str]]
"""Step (or START) → the steps, or END, that may come next."""


def ways(procedure: Procedure, green: bool = False) -> Ways:
    """All ways through the procedure: outcomes, objections upheld, steps that may be skipped."""
    order = procedure.in_order(green)
    names = [step.id for step in order]
    after = {step.id: _from(step, order, number, green) for number, step in enumerate(order)} | {
        START: _forward(order, -1, green)
    }
    known = {*names, END}
    return {name: frozenset(found & known) for name, found in after.items()}


def reachable(start: str, graph: Ways) -> set[str]:
    """Everything that may come at or after `start`."""
    seen, open_ = {start}, [start]
    while open_:
        for following in graph.get(open_.pop(), frozenset()):
            if following not in seen:
                seen.add(following)
                open_.append(following)
    return seen


def target(goes: str) -> str:
    """The step that an outcome names, or `next`, `end`."""
    return goes.removeprefix("back:")


def _from(step: Step, order: tuple[Step, ...], number: int, green: bool) -> set[str]:
    found: set[str] = set()
    for goes in (*(each.goes for each in step.ways_out), step.on_objection):
        if goes == "next":
            found |= _forward(order, number, green)
        elif goes is not None:
            found.add(target(goes))
    return found


def _forward(order: tuple[Step, ...], number: int, green: bool) -> set[str]:
    """The step after `number`, and those after it as long as they may be skipped."""
    found: set[str] = set()
    for step in order[number + 1 :]:
        found.add(step.id)
        if not set(step.skip_when) - {"green"}:
            return found
    return found | {END}
