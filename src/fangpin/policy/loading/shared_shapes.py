"""Pieces that several declarations share."""

from typing import Any

from fangpin.policy.loading.records import Key, Keyed
from fangpin.policy.loading.scalars import Choice, Words
from fangpin.policy.loading.shapes import Reading
from fangpin.policy.loading.tree import Tree

TEXT = Words()
SUBJECT = Choice(("person", "household", "village"))


def plain(title: str, keys: dict[str, Key], kind: Any, **more: Any) -> Keyed:
    """A record without origin of its own."""

    def build(**fields: Any) -> Any:
        fields.pop("origin")
        return kind(**fields)

    return Keyed(title, keys, build, **more)


def ordered(first: str, last: str) -> Any:
    """A check that `first` is not after (or above) `last`."""

    def check(values: dict[str, Any], tree: Tree, name: str, reading: Reading) -> bool:
        low, high = values.get(first), values.get(last)
        if low is not None and high is not None and low > high:
            reading.bad(
                tree.line,
                (
                    f"{name} 的 {last} 早于或小于 {first}",
                    f"{name}: {last} comes before {first}",
                ),
                (f"把 {first} 和 {last} 对调或改正", f"correct {first} and {last}"),
            )
            return False
        return True

    return check


def exactly_one(*keys: str) -> Any:
    """A check that exactly one of the keys is written."""

    def check(values: dict[str, Any], tree: Tree, name: str, reading: Reading) -> bool:
        written = [key for key in keys if values.get(key) is not None]
        if len(written) == 1:
            return True
        listed, found = ", ".join(keys), ", ".join(written)
        if not written:
            what = f"{name} 要写 {listed} 之一", f"{name} needs one of {listed}"
            do = f"写上 {listed} 之一", f"write one of {listed}"
        else:
            what = f"{name} 同时写了 {found}", f"{name} has {found} at the same time"
            do = f"只留 {listed} 之一", f"keep one of {listed}"
        reading.bad(tree.line, what, do)
        return False

    return check


def at_least_one(*keys: str) -> Any:
    """A check that one of the keys is written."""

    def check(values: dict[str, Any], tree: Tree, name: str, reading: Reading) -> bool:
        if any(values.get(key) is not None for key in keys):
            return True
        listed = ", ".join(keys)
        reading.bad(
            tree.line,
            (f"{name} 至少要写 {listed} 之一", f"{name} needs at least one of {listed}"),
            (f"写上 {listed} 之一", f"write one of {listed}"),
        )
        return False

    return check
