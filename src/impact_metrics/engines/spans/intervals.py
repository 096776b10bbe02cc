"""Spans: the set of dates on which something is true, as the dates where it changes.

A span tuple ``(a, b, c)`` is true from a until the day before b, and from c for ever: the boundaries alternate between
turning on and turning off. So complement, union and intersection need no special case for 'for ever'.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Spans: TypeAlias = tuple[date, ...]

NEVER: Spans = ()
ALWAYS: Spans = (date.min,)


def since(day: date) -> Spans:
    """Give the spans of what is true from a day on, for ever."""
    return (day,)


def holds(spans: Spans, day: date) -> bool:
    """Tell whether the spans cover the day."""
    return bisect_right(spans, day) % 2 == 1


def complement(spans: Spans) -> Spans:
    """Give the dates that are not covered."""
    return spans[1:] if spans[:1] == ALWAYS else (*ALWAYS, *spans)


def union(one: Spans, other: Spans) -> Spans:
    """Give the dates that either covers."""
    if not one or not other:
        return one or other
    if len(one) == 1 == len(other):
        return min(one, other)
    return at_least(1, (one, other))


def intersection(one: Spans, other: Spans) -> Spans:
    """Give the dates that both cover."""
    if not one or not other:
        return NEVER
    if len(one) == 1 == len(other):
        return max(one, other)
    return at_least(2, (one, other))


def at_least(n: int, several: Sequence[Spans]) -> Spans:
    """Give the dates that at least ``n`` of the spans cover."""
    if len(several) < n:
        return NEVER
    if set(map(len, several)) == {1}:
        return sorted(several)[n - 1]
    changes: dict[date, int] = {}
    for spans in several:
        for position, day in enumerate(spans):
            changes[day] = changes.get(day, 0) + (1 if position % 2 == 0 else -1)
    boundaries: list[date] = []
    depth = 0
    for day in sorted(changes):
        before = depth
        depth += changes[day]
        if (before >= n) != (depth >= n):
            boundaries.append(day)
    return tuple(boundaries)


def at_least_distinct(n: int, several: Iterable[tuple[object, Spans]]) -> Spans:
    """Give the dates on which at least ``n`` different keys have a span that covers them; a missing key counts not."""
    by_key: dict[object, Spans] = {}
    for key, spans in several:
        if key is not None:
            by_key[key] = union(by_key.get(key, NEVER), spans)
    return at_least(n, tuple(spans for spans in by_key.values() if spans))
