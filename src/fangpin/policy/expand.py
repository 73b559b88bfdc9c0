"""Derived facts replaced by what they are derived from."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from fangpin.policy.language.nodes import And, Fact, FromAbove, Node, Or


def expanded(node: Node, derived: Mapping[str, Node]) -> Node:
    """`node` with every fact that `derived` knows replaced, again and again.

    Facts read from above stay: what they are derived from speaks of another subject.
    `derived` must be free of cycles (the loader refuses them).
    """
    if isinstance(node, Fact) and node.name in derived:
        return expanded(derived[node.name], derived)
    if isinstance(node, FromAbove):
        return node
    changed: dict[str, Any] = {}
    for each in fields(node):
        value = getattr(node, each.name)
        if isinstance(value, Node):
            changed[each.name] = expanded(value, derived)
        elif isinstance(value, tuple) and value and isinstance(value[0], Node):
            items = tuple(expanded(item, derived) for item in value)
            changed[each.name] = _flat(type(node), items)
    return replace(node, **changed) if changed else node


def _flat(kind: type[Node], items: tuple[Node, ...]) -> tuple[Node, ...]:
    """And in And, Or in Or: one level."""
    if kind not in (And, Or):
        return items
    flat: list[Node] = []
    for item in items:
        flat.extend(item.items if type(item) is kind else (item,))
    return tuple(flat)
