"""Packs from their files: strict reading, all problems at once."""

from typing import TYPE_CHECKING, Any

from fangpin.policy.loading.folders import find_pack, known_packs
from fangpin.policy.loading.reading import PackError

if TYPE_CHECKING:
    from fangpin.policy.loading.load import check_pack, load_pack

__all__ = ["PackError", "check_pack", "find_pack", "known_packs", "load_pack"]


def __getattr__(name: str) -> Any:
    """What reads packs, imported when first asked for: a pack that is kept needs none of it."""
    if name in ("check_pack", "load_pack"):
        import fangpin.policy.loading.load

        return getattr(fangpin.policy.loading.load, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
