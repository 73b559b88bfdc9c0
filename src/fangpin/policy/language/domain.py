"""A set of values a node can take: a range, a set of options, or any text; and unknown or not."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from fangpin.policy.language import nodes as n


@dataclass(frozen=True, slots=True)
class Domain:
    """Either `low`..`high` (numbers at the node's scale, dates as ordinals), or `options` (bools,
    codes), or neither: any text. `unknown`: whether the value may also be unknown.

    `known` False: it can only be unknown.
    """

    low: int | None = None
    high: int | None = None
    options: frozenset[bool | str] | None = None
    unknown: bool = True
    known: bool = True

    def meet(self, other: "Domain") -> "Domain":
        """Values in both."""
        low, high = self.low, self.high
        if other.low is not None and other.high is not None:
            low = other.low if low is None else max(low, other.low)
            high = other.high if high is None else min(high, other.high)
        options = self.options
        if other.options is not None:
            options = other.options if options is None else options & other.options
        empty = (low is not None and high is not None and low > high) or options == frozenset()
        return Domain(
            low,
            high,
            options,
            self.unknown and other.unknown,
            self.known and other.known and not empty,
        )

    def join(self, other: "Domain") -> "Domain":
        """Values in either."""
        unknown = self.unknown or other.unknown
        if not self.known:
            return replace(other, unknown=unknown)
        if not other.known:
            return replace(self, unknown=unknown)
        low = high = None
        if None not in (self.low, other.low, self.high, other.high):
            low, high = min(_int(self.low), _int(other.low)), max(_int(self.high), _int(other.high))
        options = None
        if self.options is not None and other.options is not None:
            options = self.options | other.options
        return Domain(low, high, options, unknown)

    @property
    def range(self) -> tuple[int, int]:
        """low and high of a number or date."""
        return _int(self.low), _int(self.high)


BOTH = frozenset({True, False})
Narrowed = Mapping[n.Node, Domain]
"""What is already known of some nodes (see `key`)."""


def _int(value: int | None) -> int:
    if value is None:
        raise TypeError("this domain has no range")
    return value


def key(node: n.Node) -> n.Node:
    """A fact is the same whether read at its own level or from below."""
    return node.child if isinstance(node, n.FromAbove) else node


NOTHING = Domain(0, 0, unknown=True, known=False)
"""A number that is never known."""


def narrowed_above(narrowed: Narrowed) -> dict[n.Node, Domain]:
    """What is known of household and village facts: the same for every member."""
    return {
        node: domain
        for node, domain in narrowed.items()
        if isinstance(node, n.Fact | n.Parameter) and node.subject != "person"
    }
