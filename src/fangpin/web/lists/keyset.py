"""Where a page of a list begins, as a word for addresses: codes and numbers of the last line."""

_BETWEEN = "~"


def written(key: tuple[object, ...] | None) -> str | None:
    """The key of the last line as one word; None at the end of a list."""
    return None if key is None else _BETWEEN.join(str(part) for part in key)


def read_key(text: str, parts: int) -> tuple[str, ...] | None:
    """The parts of a key; None for the beginning, and for what is no key."""
    found = tuple(text.split(_BETWEEN)) if text else ()
    return found if len(found) == parts and all(found) else None
