"""Policy packs: language, types, parameters, loading, checking, diffing. Free of Django."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fangpin.policy.loading import PackError, check_pack, known_packs, load_pack
    from fangpin.policy.pack import Pack

__all__ = ["Pack", "PackError", "check_pack", "known_packs", "load_pack"]


def __getattr__(name: str) -> Any:
    """The public names, imported when first asked for: `fangpin.policy.language` alone is light."""
    if name == "Pack":
        from fangpin.policy.pack import Pack

        return Pack
    if name in __all__:
        import fangpin.policy.loading

        return getattr(fangpin.policy.loading, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
