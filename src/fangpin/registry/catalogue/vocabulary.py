"""Words of the registry's codes: the vocabularies of the pack cn-base."""

from functools import lru_cache

from fangpin.kernel.errors import Text
from fangpin.policy import load_pack
from fangpin.policy.screening_records import Codes

PACK = "cn-base"


@lru_cache(maxsize=1)
def vocabularies() -> dict[str, Codes]:
    """All vocabularies by name."""
    return dict(load_pack(PACK).codes)


@lru_cache(maxsize=256)
def _words(vocabulary: str) -> dict[str, Text]:
    return {each.code: Text(each.zh, each.en) for each in vocabularies()[vocabulary].values}


def words(vocabulary: str, code: str) -> Text | None:
    """The words of a code; the code itself when the vocabulary has none, None for ""."""
    if not code:
        return None
    return _words(vocabulary).get(code) or Text(code, code)


def choices(vocabulary: str) -> dict[str, Text]:
    """Codes with their words, in the order of the vocabulary."""
    return dict(_words(vocabulary))
