"""Which households are going through a procedure: known to a package above this one.

It registers a function when Django starts (`AppConfig.ready`):

    households_in_procedure("cases", lambda ids: {...})

A finding about such a household is noted at its last clue and not sent down again.
"""

from collections.abc import Callable, Sequence

InProcedure = Callable[[Sequence[int]], set[int]]
_KNOWN: dict[str, InProcedure] = {}


def households_in_procedure(name: str, which: InProcedure) -> None:
    """`which` gets ids of households and returns those with an open case. Names are unique."""
    _KNOWN[name] = which


def in_procedure(households: Sequence[int]) -> set[int]:
    """Those of the households with an open case."""
    found: set[int] = set()
    for name in sorted(_KNOWN) if households else ():
        found |= _KNOWN[name](households)
    return found
