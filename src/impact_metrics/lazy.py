"""Properties that are worked out once, and for which no thread waits.

Until Python 3.12 ``functools.cached_property`` holds a lock for all objects of a class while one is worked out: two
threads that come to each other's property wait for ever. What is worked out here is a function of its object, so that
two threads may do so at once: the first answer is kept, and both are given it.
"""

from __future__ import annotations

import functools
from typing import Any, TypeVar, overload

T = TypeVar("T")


class cached_property(functools.cached_property[T]):  # noqa: N801 - it stands for the one of functools
    """A property that is worked out once for each object, without a lock."""

    @overload
    def __get__(self, instance: None, owner: type[Any] | None = None) -> cached_property[T]: ...
    @overload
    def __get__(self, instance: object, owner: type[Any] | None = None) -> T: ...
    def __get__(self, instance: object | None, owner: type[Any] | None = None) -> cached_property[T] | T:
        """Give what was worked out for an object, or work it out."""
        if instance is None:
            return self
        held, name = instance.__dict__, str(self.attrname)
        found: T = held[name] if name in held else held.setdefault(name, self.func(instance))
        return found
