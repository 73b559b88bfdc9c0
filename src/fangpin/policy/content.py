"""The canonical content of a pack: what it means, without where and how it is written."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from fangpin.policy.language.nodes import Node
from fangpin.policy.pack import Expression

_WRITTEN_ONLY = {"origin", "node", "hash"}


def content(value: Any) -> Any:
    """Plain lists, dictionaries and texts that are equal exactly when the meaning is equal.

    Numbers are written as exact fractions, dates as ISO text, expressions as text with single
    spaces; origins and nodes are left out.
    """
    if isinstance(value, Expression):
        return " ".join(value.text.split())
    if is_dataclass(value) and not isinstance(value, Node | type):
        return {
            each.name: content(getattr(value, each.name))
            for each in fields(value)
            if each.name not in _WRITTEN_ONLY
        }
    if isinstance(value, Mapping):
        return {str(key): content(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [content(inner) for inner in value]
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, str | bool | int):
        return value
    raise TypeError(f"a pack holds no {type(value).__name__}")


def content_hash(value: Any) -> str:
    """sha256 (hex) of the canonical content; independent of key order, comments and layout."""
    text = json.dumps(content(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
