"""What packages above keep by village and household number follows when one household moves.

A package registers a function when Django starts (`AppConfig.ready`); it runs in the transaction of
the move, so that rights follow at once and everywhere. (What follows when a whole village changes
its code is registered with `places.followers`.)
"""

from collections.abc import Callable

from fangpin.people.row_security import unwalled

Follower = Callable[[str, str, str], None]  # household number, old village code, new village code
_FOLLOWERS: dict[str, Follower] = {}


def follow_household(name: str, follower: Follower) -> None:
    """Call `follower` whenever a household moves to another village. Names are unique."""
    _FOLLOWERS[name] = follower


def village_changed(number: str, old: str, new: str) -> None:
    """Tell all followers that a household moved. What hangs on it follows completely, also where
    the mover does not look."""
    with unwalled():
        for name in sorted(_FOLLOWERS):
            _FOLLOWERS[name](number, old, new)
