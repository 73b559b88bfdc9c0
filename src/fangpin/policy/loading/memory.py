"""What was sound a moment ago and has not changed since need not be worked out again."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Item = TypeVar("Item")


class Memory(Generic[Key, Item]):
    """The last `size` items by key. The key must name the content, not the place alone."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.items: OrderedDict[Key, Item] = OrderedDict()
        self.lock = Lock()

    def get(self, key: Key) -> Item | None:
        """The item, or None."""
        with self.lock:
            if key in self.items:
                self.items.move_to_end(key)
            return self.items.get(key)

    def put(self, key: Key, item: Item) -> None:
        """Remembers an item and forgets the one that was not asked for longest."""
        with self.lock:
            self.items[key] = item
            self.items.move_to_end(key)
            while len(self.items) > self.size:
                self.items.popitem(last=False)
