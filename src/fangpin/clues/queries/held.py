"""Runs that wait because they would bring too many clues at once."""

from fangpin.clues.models import RunTaken
from fangpin.people.models import User
from fangpin.people.scope import Right, scope_of


def held_runs(actor: User) -> list[RunTaken]:
    """Held runs whose whole area the actor may release. One query."""
    scope = scope_of(actor)
    if not scope.may(Right.clues_release):
        return []
    rows = RunTaken.objects.filter(state=RunTaken.State.HELD).select_related("proposed_by")
    return [
        row
        for row in rows
        if row.areas and all(scope.covers(Right.clues_release, area) for area in row.areas)
    ]


def held_run(actor: User, pk: int) -> RunTaken | None:
    """A run that was or is held, whose whole area the actor may release. One query."""
    scope = scope_of(actor)
    found = (
        RunTaken.objects.filter(pk=pk)
        .select_related("proposed_by", "decided_by", "loaded_by")
        .first()
    )
    if found is None or not found.areas:
        return None
    covered = all(scope.covers(Right.clues_release, area) for area in found.areas)
    return found if covered else None
