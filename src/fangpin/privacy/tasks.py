"""Background work: fetch what is named, call an action."""

from collections.abc import Callable
from typing import Any

from fangpin.kernel.errors import Text
from fangpin.privacy.actions import retention


def carry_out(*, by: Any, progress: Callable[[int, Text], None], plan: int) -> dict[str, Any]:
    """Carry out a released list of what is due to go."""
    return retention.carry_out(by=by, plan=plan, progress=progress)
