"""A property worked out when first asked for and then kept.

`functools.cached_property` of Python 3.11 holds one lock for all objects of a class while it works:
two parts of a snapshot evaluated side by side would wait for each other. Here two threads that ask
the same object at the same moment may both work it out, which does no harm for what is the same
each time.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

_Value = TypeVar("_Value")


class once(Generic[_Value]):
    """Decorator of a method without arguments; the object needs a `__dict__`."""

    def __init__(self, work: Callable[[Any], _Value]) -> None:
        self._work = work
        self.__doc__ = work.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> "once[_Value]": ...

    @overload
    def __get__(self, instance: object, owner: type) -> _Value: ...

    def __get__(self, instance: object | None, owner: type) -> "once[_Value] | _Value":
        if instance is None:
            return self
        value = instance.__dict__[self._name] = self._work(instance)
        return value
