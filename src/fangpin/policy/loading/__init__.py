"""Packs from their files: strict reading, all problems at once."""

from fangpin.policy.loading.load import check_pack, load_pack
from fangpin.policy.loading.reading import PackError
from fangpin.policy.loading.sources import find_pack, known_packs

__all__ = ["PackError", "check_pack", "find_pack", "known_packs", "load_pack"]
